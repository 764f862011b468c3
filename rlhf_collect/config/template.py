"""The commented project file that ``rlhf-collect init`` writes."""

from __future__ import annotations

from datetime import date
from importlib import resources

import yaml

from rlhf_collect.clock import utc_now
from rlhf_collect.config.fields import is_name
from rlhf_collect.config.guidance import generic_guidelines
from rlhf_collect.errors import BadCall


def template(name: str, *, declared_on: date | None = None) -> str:
    """A project file for a staff project with a binary scale, tie and both-bad, valid as it is.

    The lines one has to edit come first; every optional setting follows, commented out, with its
    default. ``declared_on`` is the day of the content declaration, today (UTC) unless given.
    Errors: ``BadCall`` for a name no project can have.
    """
    if not is_name(name):
        raise BadCall(
            f"'{name}' cannot name a project: nothing was written. Use 1 to 63 lower-case letters "
            "(a to z), digits, '-' or '_', beginning with a letter or digit."
        )
    text = resources.files("rlhf_collect.config").joinpath("template.yaml").read_text(encoding="utf-8")
    return text.format(
        name=name if yaml.safe_load(name) == name else f'"{name}"',  # a name may read as a number, or null
        path=f"{name}.yaml",
        title=name.replace("-", " ").replace("_", " ").strip().capitalize() or name,
        declared_on=(declared_on or utc_now().date()).isoformat(),
        guidelines="\n".join(f"#    {line}".rstrip() for line in generic_guidelines().splitlines()),
    )
