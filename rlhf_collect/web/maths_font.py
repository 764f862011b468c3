"""The font formulas are set in where a computer has none with a MATH table: its cut of STIX Math, from this host.

Without such a table a browser hardly lowers a subscript and does not stretch brackets. The 137 kB are
fetched by pages that hold a formula, once: the address names the bytes. See ``assets/maths.LICENSE.txt``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response

_FONT: Final = (Path(__file__).parent / "assets" / "maths.woff2").read_bytes()
ADDRESS: Final = f"/fonts/maths-{hashlib.sha256(_FONT).hexdigest()[:8]}.woff2"
_LOCAL: Final = ("STIX Two Math", "STIXTwoMath-Regular", "Cambria Math", "Latin Modern Math")
"""What is there already on a Mac, on Windows, beside LaTeX."""
_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
}

router = APIRouter(include_in_schema=False)


@router.get(ADDRESS)
def maths_font() -> Response:
    """The font, to anybody."""
    return Response(_FONT, media_type="font/woff2", headers=_HEADERS)


def maths_font_css() -> str:
    """The rule that makes it known as ``rc-maths``."""
    sources = ",".join([*(f'local("{name}")' for name in _LOCAL), f'url("{ADDRESS}") format("woff2")'])
    return f'@font-face{{font-family:"rc-maths";src:{sources};font-display:swap}}\n'
