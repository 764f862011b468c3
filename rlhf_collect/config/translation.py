"""What a project says to people, in a language beside its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from rlhf_collect.config.fields import Name, Purpose, Question
from rlhf_collect.config.section import Section


class Translation(Section):
    """Title, purpose and questions in another language; what is left out is shown in the project's own."""

    title: str = Field(default="", max_length=120)
    """What people read above the page."""
    purpose: Purpose | None = None
    """Why the project exists, for raters."""
    questions: dict[Name, Question] = Field(default_factory=dict)
    """By the name of the criterion."""

    def as_shown(self) -> dict[str, Any]:
        """What there is of it: ``{"title", "purpose", "questions"}``."""
        return self.model_dump(mode="json", exclude_defaults=True)


def translation_problems(
    questions: Mapping[str, Iterable[str]], language: str, criteria: Iterable[str]
) -> list[tuple[tuple[str, ...], str, str]]:
    """Where translations, by the criteria of their questions, do not fit the project; what is wrong, how to mend it."""
    found: list[tuple[tuple[str, ...], str, str]] = []
    known = list(criteria)
    for each, named in questions.items():
        if each == language:
            mend = "Write it as title, purpose and question, or say in language which one those are in."
            found.append((("translations", each), "is the language of the project itself.", mend))
        found += [
            (
                ("translations", each, "questions", name),
                "there is no such criterion.",
                "Name only criteria of this file.",
            )
            for name in named
            if name not in known
        ]
    return found
