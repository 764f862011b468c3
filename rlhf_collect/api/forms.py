"""What requests of the API may hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rlhf_collect.domain.judgement import Draft


class Form(BaseModel):
    """A JSON body; unknown fields are refused, so that a misspelt one is not silently dropped."""

    model_config = ConfigDict(extra="forbid")


class AnswerForm(Form):
    """The answer on one criterion."""

    criterion: str = Field(default="overall", max_length=200)
    choice: str | None = Field(default=None, max_length=1000)
    strength: int | None = Field(default=None, strict=True)
    ranking: list[list[str]] | None = Field(default=None, max_length=8)
    rationale: str | None = Field(default=None, max_length=100_000)

    def to_domain(self) -> Draft:
        """The draft the services check."""
        return Draft(
            criterion=self.criterion,
            choice=self.choice,
            strength=self.strength,
            ranking=self.ranking,
            rationale=self.rationale,
        )


class JudgementForm(Form):
    """A judgement to store."""

    assignment: UUID
    judgement: UUID
    answers: list[AnswerForm] = Field(min_length=1, max_length=50)


class RevisionForm(Form):
    """New answers for a stored judgement."""

    answers: list[AnswerForm] = Field(min_length=1, max_length=50)


class SkipForm(Form):
    """Why a comparison is passed on; may be empty."""

    reason: str = Field(default="", max_length=10_000)


class PracticeForm(Form):
    """An answer to a practice comparison."""

    comparison: str = Field(max_length=1000)
    answers: list[AnswerForm] = Field(min_length=1, max_length=50)


class DraftForm(Form):
    """What was typed and not sent; the page knows what it means."""

    draft: dict[str, Any]


class DisplayForm(Form):
    """How somebody likes the page; the page knows what it means."""

    display: dict[str, Any]


class GuidelinesForm(Form):
    """Which guidelines were read."""

    version: str = Field(max_length=100)


class ConsentForm(Form):
    """What a rater agrees to."""

    publish_rationale: bool = Field(strict=True)


class VersionForm(Form):
    """A version to freeze."""

    version: str = Field(max_length=50)


class PublishForm(Form):
    """Where a version goes."""

    to: str = Field(max_length=1000)
    public: bool = False
