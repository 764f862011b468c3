"""What requests of the API may hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from rlhf_collect.domain.judgement import Draft, Reason
from rlhf_collect.domain.remarks import Edited, Flag


class Form(BaseModel):
    """A JSON body; unknown fields are refused, so that a misspelt one is not silently dropped."""

    model_config = ConfigDict(extra="forbid")


class ReasonForm(Form):
    """A reason given for one response with one touch."""

    completion: str = Field(max_length=1000)
    reason: str = Field(max_length=200)

    def to_domain(self) -> Reason:
        """The reason the services check."""
        return Reason(completion=self.completion, reason=self.reason)


class FlagForm(Form):
    """Something flagged about the prompt or a response."""

    target: str = Field(max_length=1000)
    flag: str = Field(max_length=200)

    def to_domain(self) -> Flag:
        """The flag the services check."""
        return Flag(target=self.target, flag=self.flag)


class EditedForm(Form):
    """A response as the rater would have written it."""

    completion: str = Field(max_length=1000)
    content: str = Field(max_length=1_000_000)

    def to_domain(self) -> Edited:
        """The edited completion the services check."""
        return Edited(completion=self.completion, content=self.content)


class AnswerForm(Form):
    """The answer on one criterion."""

    criterion: str = Field(default="overall", max_length=200)
    choice: str | None = Field(default=None, max_length=1000)
    strength: int | None = Field(default=None, strict=True)
    ranking: list[list[str]] | None = Field(default=None, max_length=8)
    points: dict[str, StrictInt] | None = Field(default=None, max_length=8)
    reasons: list[ReasonForm] | None = Field(default=None, max_length=500)
    rationale: str | None = Field(default=None, max_length=100_000)
    order_asked: bool | None = Field(default=None, strict=True)

    def to_domain(self) -> Draft:
        """The draft the services check."""
        return Draft(
            criterion=self.criterion,
            choice=self.choice,
            strength=self.strength,
            ranking=self.ranking,
            points=self.points,
            reasons=[each.to_domain() for each in self.reasons or ()],
            rationale=self.rationale,
            order_asked=self.order_asked,
        )


class FlaggedForm(Form):
    """A body that may also flag what is shown."""

    flags: list[FlagForm] | None = Field(default=None, max_length=200)

    def flagged(self) -> list[Flag]:
        """The flags the services check."""
        return [each.to_domain() for each in self.flags or ()]


class RevisionForm(FlaggedForm):
    """All that a judgement says; as a revision it replaces what was said before."""

    answers: list[AnswerForm] = Field(min_length=1, max_length=500)
    edited: EditedForm | None = None

    def drafts(self) -> list[Draft]:
        """The answers the services check."""
        return [each.to_domain() for each in self.answers]

    def improved(self) -> Edited | None:
        """The edited completion the services check."""
        return self.edited.to_domain() if self.edited else None


class JudgementForm(RevisionForm):
    """A judgement to store."""

    assignment: UUID
    judgement: UUID


class SkipForm(FlaggedForm):
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
    gated: Literal["auto", "manual"] | None = None
    candidate: bool = False
    approve: bool = False
    dry_run: bool = False


class LookForm(Form):
    """Up to which moment a lead has looked at what raters flagged."""

    before: str = Field(min_length=1, max_length=60)


class DecisionForm(Form):
    """What a lead decides about a contested comparison, and why."""

    comparison: str = Field(min_length=1, max_length=1000)
    criterion: str | None = Field(default=None, max_length=200)
    choice: str = Field(max_length=1000)
    strength: StrictInt | None = None
    reason: str = Field(max_length=20_000)


class OwnDecisionForm(Form):
    """What a second rater decides about the comparison shown to them, and why."""

    choice: str = Field(max_length=1000)
    strength: StrictInt | None = None
    reason: str = Field(max_length=20_000)


class WrittenGuidelinesForm(Form):
    """Guidelines a lead writes, and the version they had before them."""

    version: str = Field(max_length=1000)
    text: str | dict[str, str]
    replaces: str = Field(max_length=1000)


Name = Annotated[str, Field(max_length=1000)]
"""An id in a list of them."""


class ExclusionForm(Form):
    """Whose judgements a lead leaves out, and what that rests on."""

    rater: str = Field(min_length=1, max_length=200)
    reasons: str = Field(max_length=20_000)
    evidence: list[Name] = Field(max_length=200)
    comparisons: list[Name] | None = Field(default=None, max_length=10_000)


class KnownAnswerForm(Form):
    """A known answer that a lead takes out of use, and why."""

    comparison: Name
    reason: str = Field(max_length=20_000)


class DeciderForm(Form):
    """A rater who decides contested comparisons from now on, or does not any more."""

    name: str = Field(min_length=1, max_length=200)
    decides: bool = Field(default=True, strict=True)


class ReferralForm(Form):
    """Which contested comparisons are left to a second rater; without a list, all undecided ones."""

    comparisons: list[Name] | None = Field(default=None, max_length=10_000)
    criterion: str | None = Field(default=None, max_length=200)


class AppealForm(Form):
    """What a rater contests: one of the two, in words or without."""

    decision: UUID | None = None
    judgement: UUID | None = None
    reasons: str = Field(default="", max_length=20_000)


class AppealEndForm(Form):
    """How a second person answers an appeal: ``upheld``, ``partly`` or ``rejected``, and why."""

    step: str = Field(max_length=20)
    reasons: str = Field(max_length=20_000)
    comparisons: list[Name] = Field(default=[], max_length=10_000)


class MessageForm(Form):
    """What a rater writes to the leads; with ``message``, an id of its own, sent again it is the same message."""

    text: str = Field(max_length=20_000)
    message: UUID | None = None
    thread: UUID | None = None
    judgement: UUID | None = None
    nameless: bool = False


class ReplyForm(Form):
    """What a lead replies; with ``message``, an id of its own, sent again it is the same reply."""

    text: str = Field(max_length=20_000)
    message: UUID | None = None
