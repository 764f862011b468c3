"""The setting that says how many judgements a comparison gets."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticKnownError

from rlhf_collect.config.fields import Name, plain
from rlhf_collect.config.section import Section
from rlhf_collect.domain.overlap import OverlapRule

_COUNT = TypeAdapter(Annotated[int, Field(ge=1, le=100)])


class Overlap(Section):
    """Judgements wanted for each comparison, from different raters. In the file a number may stand for all of it.

    A number is for every comparison the same; otherwise it depends on the answers (spec stats, section 5).
    """

    min: int = Field(default=2, ge=1, le=100)
    """Judgements every comparison gets. Statistics count so many, the first to arrive."""
    lead: int = Field(default=2, ge=1, le=100)
    """By how many the most frequent answer must lead the next one."""
    max: int = Field(default=5, ge=1, le=100)
    """Judgements after which it is enough, whatever they say."""
    fixed_share: float = Field(default=0.08, ge=0, le=1, allow_inf_nan=False)
    """Share of comparisons, drawn by hash, that get ``fixed`` judgements before their answers are looked at."""
    fixed: int = Field(default=3, ge=1, le=100)
    """How many those get, and how many of theirs statistics count."""
    criterion: Name | None = None
    """The criterion whose answers are looked at; the first that is not judged turn by turn when left out."""

    @model_validator(mode="before")
    @classmethod
    def _one_number(cls, data: Any) -> Any:
        if isinstance(data, dict | Overlap):
            return data
        try:
            count = _COUNT.validate_python(data)
        except ValidationError as error:
            found = error.errors()[0]
            raise PydanticKnownError(found["type"], found.get("ctx")) from None  # type: ignore[arg-type]
        return {"min": count, "max": count, "fixed_share": 0}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise plain(f"min is {self.min}, above max, which is {self.max}.", "Write a min up to max.")
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, written: SerializerFunctionWrapHandler) -> Any:
        """The one number where it says all, as settings were stored before there was more to say."""
        whole = written(self)
        return self.min if self == Overlap.model_validate(self.min) else whole

    @property
    def surely(self) -> int:
        """Judgements every comparison has when it is done, whatever the answers are."""
        return max(self.min, min(self.lead, self.max))

    @property
    def at_most(self) -> int:
        """Judgements a comparison can have when it is done."""
        return max(self.max, self.fixed if self.fixed_share else 0)

    def rule(self, criterion: str) -> OverlapRule:
        """The rule, for the criterion it looks at."""
        return OverlapRule(
            least=self.min,
            lead=self.lead,
            most=self.max,
            criterion=criterion,
            fixed=self.fixed,
            fixed_share=self.fixed_share,
        )


def default_overlap() -> Overlap:
    """What a project that says nothing gets."""
    return Overlap.model_validate(3)
