"""SQL is text, has a name and a sentence, and lives in ``sql/*.sql``.

A statement begins with ``-- name: the_name``; the comment lines under it say what it is for.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def all_statements() -> dict[str, str]:
    """Every named statement. Errors: ``ValueError`` if two share a name or one lacks its sentence."""
    found: dict[str, str] = {}
    for path in sorted((files("rlhf_collect.storage") / "sql").iterdir(), key=lambda each: each.name):
        if not path.name.endswith(".sql"):
            continue
        parts = _NAME.split(path.read_text(encoding="utf-8"))[1:]
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            if name in found:
                raise ValueError(f"{path.name}: a statement named {name} stands elsewhere too")
            if not body.lstrip("\n").startswith("-- "):
                raise ValueError(f"{path.name}: {name} has no sentence saying what it is for")
            found[name] = body.strip()
    return found


def statement(name: str) -> str:
    """One named statement."""
    return all_statements()[name]


@cache
def parameters(name: str) -> frozenset[str]:
    """Names of the ``$parameters`` a statement takes."""
    code = "\n".join(line for line in statement(name).splitlines() if not line.lstrip().startswith("--"))
    return frozenset(_PARAMETER.findall(code))
