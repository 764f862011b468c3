"""How judgements become training rows: the settings under ``dataset``, and those of a recipe beside the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from rlhf_collect.config.fields import Filled, IsoDate, plain
from rlhf_collect.config.section import Section, no_repeats

Words = Annotated[tuple[Filled, ...], AfterValidator(no_repeats)]
"""A list of texts, each once."""
Versions = Annotated[tuple[str, ...], AfterValidator(no_repeats)]
"""Versions of the guidelines, each once; ``""`` stands for judgements that name none."""


def _all_or_list(value: Any) -> Any:
    if value == "all":
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(each, str) for each in value):
        if len(set(value)) < len(value):
            raise plain("holds the same name twice.", "Write each once.")
        return tuple(value)
    raise plain("must be 'all' or a list of criteria.", "Write all, or for example [overall].")


class Margin(Section):
    """Where the column ``margin`` of the config ``reward`` comes from."""

    source: Literal["strength", "share"] = Field(default="strength", alias="from")
    """``strength`` as raters gave it, or the ``share`` of votes by which the chosen one leads."""
    scale: float = Field(default=1.0, gt=0, le=1_000, allow_inf_nan=False)
    """What it is multiplied by."""


class SoftLabels(Section):
    """The config ``soft``: how likely the chosen one is the better one."""

    publish: bool = False
    """Whether a version has it."""
    smoothing: float = Field(default=0.0, ge=0, le=1_000, allow_inf_nan=False)
    """Votes added on each side before shares are taken."""
    dawid_skene: bool = False
    """Whether the posterior of Dawid and Skene stands beside the share."""


class Filters(Section):
    """Which comparisons and judgements go into a version at all; left out, all of them."""

    tags: Words = ()
    """Comparisons with one of these tags."""
    without_tags: Words = ()
    """Comparisons with none of these."""
    languages: Words = ()
    """Comparisons in these languages; ``en`` takes ``en-GB`` too."""
    models: Words = ()
    """Comparisons whose completions are all by these models."""
    without_models: Words = ()
    """Comparisons with no completion by these."""
    first_day: IsoDate | None = None
    """Judgements of this day or later."""
    last_day: IsoDate | None = None
    """Judgements of this day or earlier."""
    guideline_versions: Versions = ()
    """Judgements given under these versions of the guidelines; ``""`` for those that name none, as imported ones."""

    @model_validator(mode="after")
    def _can_let_something_through(self) -> Self:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise plain("first_day comes after last_day.", "Exchange the two, or leave one out.")
        for name in ("tags", "models"):
            both = set(getattr(self, name)) & set(getattr(self, f"without_{name}"))
            if both:
                raise plain(f"'{min(both)}' is in {name} and in without_{name}.", "Keep it in one of them.")
        return self


class Recipe(Section):
    """What may differ from version to version."""

    decision: Literal["plurality", "majority", "unanimous"] = "plurality"
    """When a pair is decided: most frequent answer, more than half, or everybody."""
    ties: Literal["count", "ignore"] = "count"
    """Whether a tie has a say in that."""
    adjudication: Literal["decides", "ignored"] = "decides"
    """Whether a pair a lead decided goes by that decision, or by the raters' votes like any other."""
    min_raters: int = Field(default=1, ge=1, le=100)
    """Judgements a comparison needs before it gives a training row."""
    min_agreement: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False)
    """Share of rater pairs that must have given the same answer; above 0, one judgement is not enough."""
    criteria: Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(_all_or_list)] = "all"
    """Criteria that give training rows."""
    pairs: Literal["all", "best_worst", "adjacent"] = "all"
    """Which pairs of three or more completions give rows of ``preference``."""
    margin: Margin = Field(default_factory=Margin)
    """The margin of ``reward``."""
    soft_labels: SoftLabels = Field(default_factory=SoftLabels)
    """The config ``soft``."""
    filters: Filters = Field(default_factory=Filters)
    """What goes into a version at all."""
    imported_rationales: bool = False
    """Whether written reasons of imported judgements are published."""
    compression: Literal["zstd", "snappy"] = "zstd"
    """Codec of the Parquet files: ``zstd`` is smaller, ``snappy`` is faster."""

    @model_validator(mode="before")
    @classmethod
    def _blank_headings_mean_their_defaults(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in HEADINGS}


HEADINGS = frozenset(("margin", "soft_labels", "filters"))
"""Groups of settings inside, every one of which has a default."""


class Splits(Section):
    """Which prompts are held back for testing: the same in every version."""

    test_share: float = Field(default=0.1, ge=0, lt=1, allow_inf_nan=False)
    """Share of prompts that go to the split ``test``; fixed by the first freeze."""
    split_salt: str = Field(default="", max_length=200)
    """Text that changes which prompts are in ``test``; fixed by the first freeze."""

    near_prompts: Literal["together", "apart"] = "together"
    """Whether prompts that are nearly the same are kept on one side."""


class Dataset(Recipe, Splits):
    """How judgements become training rows (spec datasets, 3.2 to 3.4)."""


def unknown_criteria(wanted: Sequence[object] | str, names: Sequence[str]) -> list[object]:
    """The names in ``dataset.criteria`` that no criterion has."""
    return [] if isinstance(wanted, str) else [each for each in wanted if each not in names]
