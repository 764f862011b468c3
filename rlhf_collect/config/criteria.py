"""The criteria of a project file: each one aspect, in one of the ways to answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rlhf_collect.config.fields import Filled, Name, Question, plain
from rlhf_collect.config.section import Section
from rlhf_collect.domain import rubric as domain

_LEFT_OUT: dict[str, dict[str, Any]] = {
    domain.RANKING: {"strengths": 0},
    domain.POINTS: {"strengths": 0, "tie": False, "both_bad": False},
}
"""What settings that do not go with a way to answer are when they are left out."""
_FORCED = {"tie": False, "both_bad": False}
"""The same for a forced choice in four degrees."""


class Reason(Section):
    """A reason raters may give for a response with one touch. In the file a known one is its name alone."""

    name: Name
    """A known name, or one of the project's own."""
    en: Filled | None = Field(default=None, max_length=60)
    """English words of an own name."""
    fr: Filled | None = Field(default=None, max_length=60)
    """French words of an own name."""

    @model_validator(mode="before")
    @classmethod
    def _known_by_name(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        if data not in domain.KNOWN_REASONS:
            raise plain(
                f"'{data}' is not a known reason.",
                f"Choose of {', '.join(domain.KNOWN_REASONS)}, or give it words: "
                f'{{name: {data}, en: "...", fr: "..."}}.',
            )
        return {"name": data}

    @model_validator(mode="after")
    def _own_name_has_words(self) -> Self:
        given = [each for each in (self.en, self.fr) if each is not None]
        if len(given) < 2 and (given or self.name not in domain.KNOWN_REASONS):
            raise plain(
                f"'{self.name}' lacks words in {'French' if self.en else 'English'}.",
                f'Write {{name: {self.name}, en: "...", fr: "..."}}.',
            )
        return self


def _each_reason_once(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    names = [each.name for each in reasons]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise plain(f"offers the reason '{twice}' twice.", "Write each once.")
    return reasons


class Criterion(Section):
    """One aspect raters judge."""

    name: Name
    """Short stable name: the column ``criterion`` of the dataset."""
    question: Question
    """What raters are asked, in one sentence."""
    answer: Literal["choice", "ranking", "points"] = "choice"
    """How they answer: choose one, put all in order, or give each a number."""
    tie: bool = True
    """Whether "equally good" may be answered; in a ranking, whether several may share a place."""
    both_bad: bool = True
    """Whether "both bad" may be answered; in a ranking it stands beside the order."""
    strengths: int = Field(default=domain.MAX_STRENGTH, ge=0, le=domain.MAX_DEGREE)
    """How many degrees of "better" are offered; 0 asks for the direction only, 4 is a forced choice."""
    points: Literal["1-5", "1-7", "0-100"] | None = None
    """The scale where the answer is points."""
    reasons: Annotated[tuple[Reason, ...], AfterValidator(_each_reason_once)] = Field(
        default=(), max_length=30
    )
    """Reasons offered for each response."""
    rationale: Literal["off", "optional", "required"] = "optional"
    """Whether raters may, or must, give a reason: one of the offered ones, or written."""
    turns: bool = False
    """Whether it is judged once for every assistant turn, where the responses have equally many."""

    @model_validator(mode="before")
    @classmethod
    def _left_out_follows_the_answer(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        answer = data.get("answer", domain.CHOICE)
        # A file's plain values come as text, stored ones as numbers.
        forced = answer == domain.CHOICE and str(data.get("strengths")) == str(domain.MAX_DEGREE)
        defaults = _FORCED if forced else _LEFT_OUT.get(answer, {}) if isinstance(answer, str) else {}
        return {**defaults, **data}

    @model_validator(mode="after")
    def _settings_go_together(self) -> Self:
        taken = [name for name in _FORCED if getattr(self, name)]
        if self.answer == domain.CHOICE and self.strengths == domain.MAX_DEGREE and taken:
            raise plain(
                f"strengths: 4 is a forced choice and does not go with {' and '.join(taken)}.",
                f"Write {' and '.join(f'{name}: false' for name in taken)}, or strengths: 3.",
            )
        if (self.answer == domain.POINTS) != (self.points is not None):
            if self.points is None:
                raise plain("answer: points needs a scale.", "Add points: 1-5, 1-7 or 0-100.")
            raise plain(
                f"points: {self.points} does not go with answer: {self.answer}.",
                "Take it out, or write answer: points.",
            )
        unfit = [name for name in _LEFT_OUT.get(self.answer, {}) if getattr(self, name)]
        if unfit:
            raise plain(
                f"{' and '.join(unfit)} {'do' if len(unfit) > 1 else 'does'} not go with answer: {self.answer}.",
                f"Take {'them' if len(unfit) > 1 else 'it'} out, or write answer: choice.",
            )
        return self

    def to_domain(self) -> domain.Criterion:
        """The same criterion as the rules know it."""
        offered = (domain.OfferedReason(name=each.name, en=each.en, fr=each.fr) for each in self.reasons)
        return domain.Criterion(
            name=self.name,
            question=self.question,
            answer=self.answer,
            tie=self.tie,
            both_bad=self.both_bad,
            strengths=self.strengths,
            points=self.points,
            reasons=tuple(offered),
            rationale=self.rationale,
            turns=self.turns,
        )
