"""Makes the maths font of the rater's page: ``python scripts/make_maths_font.py STIXMath-Regular.otf``.

Needs ``fonttools`` and ``brotli``, which nothing else here does: the result is kept in the repository. The source is
STIX Math 1.1.1 (Debian's package ``fonts-stix``), under the SIL Open Font License 1.1. What formulas can hold is kept,
with the larger forms of brackets and roots that its MATH table names; a changed font has to have another name.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found]

TARGET = Path(__file__).resolve().parents[1] / "rlhf_collect" / "web" / "assets" / "maths.woff2"
NAME = "rlhf_collect maths"
KEPT = (
    "0020-007E,00A0-00FF,0131,0237,0300-0338,0391-03F6,2010-203A,2044,2057,2061-2064,20D0-20DF,2100-214F,2190-21FF,"
    "2200-22FF,2308-230B,2320-2321,239B-23B3,23DC-23E1,25A0-25FF,27E6-27EF,27F5-27FF,2980-2983,2A00-2A0C,2A3F,"
    "2A7D-2A8C,2AAF-2AB0,1D400-1D7FF"
)
"""Latin and Greek, accents, operators, arrows, brackets and their pieces, alphabets of ``\\mathbb`` and the like."""
FAMILY, FULL, POSTSCRIPT, UNIQUE = 1, 4, 6, 3


def main(source: str) -> None:
    """Cut, name, compress."""
    options = subset.Options(layout_features=["*"], flavor="woff2", hinting=False, desubroutinize=True)
    options.drop_tables += ["FFTM"]
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(KEPT))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (FAMILY, FULL, UNIQUE):
            record.string = NAME
        elif record.nameID == POSTSCRIPT:
            record.string = NAME.replace(" ", "-").replace("_", "-")
    font["head"].modified = font["head"].created  # the same source gives the same bytes
    font.recalcTimestamp = False
    subset.save_font(font, str(TARGET), options)
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
