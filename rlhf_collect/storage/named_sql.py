"""SQL is text, has a name and a sentence, and lives in ``sql/*.sql``.

A statement begins with ``-- name: the_name``; the comment lines under it say what it is for. What several statements of
a file share begins with ``-- part: the_part`` and stands in them as ``{{the_part}}``.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_HEAD = re.compile(r"^-- (name|part): (\w+)\s*$", re.MULTILINE)
_PART = re.compile(r"\{\{(\w+)\}\}")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def all_statements() -> dict[str, str]:
    """Every named statement, its parts in place. Errors: ``ValueError`` saying what is wrong in which file."""
    found: dict[str, str] = {}
    for path in sorted((files("rlhf_collect.storage") / "sql").iterdir(), key=lambda each: each.name):
        if not path.name.endswith(".sql"):
            continue
        for name, body in statements_of(path.name, path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{path.name}: a statement named {name} stands elsewhere too")
            found[name] = body
    return found


def statements_of(file: str, text: str) -> dict[str, str]:
    """The statements of one file.

    Errors: ``ValueError`` for a name that stands twice, a statement or part without its sentence, a part that is
    missing or that nothing uses.
    """
    pieces = _HEAD.split(text)[1:]
    bodies: dict[str, dict[str, str]] = {"name": {}, "part": {}}
    for kind, name, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        if name in bodies[kind]:
            raise ValueError(f"{file}: {name} stands twice")
        if not body.lstrip("\n").startswith("-- "):
            raise ValueError(f"{file}: {name} has no sentence saying what it is for")
        bodies[kind][name] = body.strip()
    parts = {name: _without_comments(body) for name, body in bodies["part"].items()}
    used = {each for body in bodies["name"].values() for each in _PART.findall(body)}
    if used != set(parts):
        raise ValueError(f"{file}: parts used and written differ in {', '.join(sorted(used ^ set(parts)))}")
    return {name: _PART.sub(lambda match: parts[match[1]], body) for name, body in bodies["name"].items()}


def statement(name: str) -> str:
    """One named statement."""
    return all_statements()[name]


@cache
def parameters(name: str) -> frozenset[str]:
    """Names of the ``$parameters`` a statement takes."""
    return frozenset(_PARAMETER.findall(_without_comments(statement(name))))


def _without_comments(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))
