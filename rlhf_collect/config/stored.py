"""Settings as they are stored: to JSON and back, and with guidelines a lead wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.config.project import Project
from rlhf_collect.config.reading import build_project, or_raise
from rlhf_collect.config.yaml_lines import Lines


def as_json(project: Project) -> dict[str, Any]:
    """All settings, defaults included, as JSON types: what is stored and hashed.

    Two files with the same settings give the same value, however they are written.
    """
    return project.model_dump(mode="json")


def from_json(settings: Mapping[str, Any]) -> Project:
    """The project that ``as_json`` gave. Errors: ``BadConfig``; settings added since take their default.

    But raters of a project older than ``quality`` were told that leads see no rows of theirs.
    """
    lines = Lines(where="stored settings", data={"quality": {"visibility": "anonymous"}} | dict(settings))
    project, problems = build_project(lines)
    return or_raise(project, problems, lines.where)


def with_guidelines(project: Project, version: str, text: str | Mapping[str, str]) -> Project:
    """The same project with guidelines of its own. Errors: ``BadConfig``, naming what cannot be used in them."""
    written = {"version": version, "text": text if isinstance(text, str) else dict(text)}
    lines = Lines(where="what was written", data=as_json(project) | {"guidelines": written})
    changed, problems = build_project(lines)
    return or_raise(changed, problems, "What was written")
