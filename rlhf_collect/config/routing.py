"""The setting that says which comparisons come before the others."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from rlhf_collect.config.fields import Filled
from rlhf_collect.config.section import Section, no_repeats

Tag = Annotated[Filled, Field(max_length=200)]


class Routing(Section):
    """Comparisons that come first, by their tags. Among them, as among the rest, the least judged ones do."""

    first: Annotated[tuple[Tag, ...], AfterValidator(no_repeats)] = ()
    """Comparisons with one of these tags come before the others."""
    targets: dict[Tag, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Comparisons with such a tag come before the others until so many of them are complete."""
