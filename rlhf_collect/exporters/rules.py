"""How judgements become rows, and which of them: what a recipe says, as the builder uses it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from rlhf_collect.errors import BadCall
from rlhf_collect.stats.dawid_skene import SETTINGS

_WORDS = {
    "decision": ("plurality", "majority", "unanimous"),
    "ties": ("count", "ignore"),
    "adjudication": ("decides", "ignored"),
    "pairs": ("all", "best_worst", "adjacent"),
    "margin_from": ("strength", "share"),
    "compression": ("zstd", "snappy"),
    "near_prompts": ("together", "apart"),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which comparisons and judgements go in; an empty list or day leaves nothing out."""

    tags: tuple[str, ...] = ()
    """Comparisons with one of these tags."""
    without_tags: tuple[str, ...] = ()
    """Comparisons with none of these."""
    languages: tuple[str, ...] = ()
    """Comparisons in these languages; ``en`` takes ``en-GB`` too."""
    models: tuple[str, ...] = ()
    """Comparisons whose completions are all by these models."""
    without_models: tuple[str, ...] = ()
    """Comparisons with no completion by these."""
    first_day: date | None = None
    """Judgements of this day or later."""
    last_day: date | None = None
    """Judgements of this day or earlier."""
    guideline_versions: tuple[str, ...] = ()
    """Judgements given under these versions of the guidelines."""

    @property
    def active(self) -> bool:
        """Whether any of them leaves something out."""
        return any(asdict(self).values())

    def as_json(self) -> dict[str, Any]:
        """As a recipe has them: lists sorted, days as text."""
        return {
            name: sorted(value) if isinstance(value, tuple) else value and value.isoformat()
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How judgements become rows; part of the manifest."""

    decision: str = "plurality"
    """``plurality``, ``majority`` or ``unanimous``: when a pair counts as decided."""
    ties: str = "count"
    """``count``, or ``ignore``: whether a tie has a say in that."""
    adjudication: str = "decides"
    """``decides``, or ``ignored``: whether a pair goes by what a lead decided about it."""
    min_raters: int = 1
    """Judgements a pair needs before it can be decided."""
    min_agreement: float = 0.0
    """Share of rater pairs that must agree; above 0, one judgement is not enough."""
    criteria: tuple[str, ...] | None = None
    """Criteria that go into ``preference`` and what is made like it; ``None`` for all of them."""
    pairs: str = "all"
    """``all``, ``best_worst`` or ``adjacent``: which pairs of three or more completions give rows."""
    margin_from: str = "strength"
    """``strength`` or ``share``: what the margin of ``reward`` is made of."""
    margin_scale: float = 1.0
    """What it is multiplied by."""
    soft_labels: bool = False
    """Whether the config ``soft`` is written."""
    smoothing: float = 0.0
    """Votes added on each side before the shares of ``soft`` are taken."""
    dawid_skene: bool = False
    """Whether ``soft`` holds that posterior too."""
    filters: Filters = field(default_factory=Filters)
    """Which comparisons and judgements go in."""
    test_share: float = 0.1
    """Share of prompts in the test split, 0 to 1."""
    split_salt: str = ""
    """Text put before a prompt when its split is drawn."""
    near_prompts: str = "together"
    """``together`` or ``apart``: whether prompts that are nearly the same are kept on one side."""
    imported_rationales: bool = False
    """Whether the rationales of imported judgements are published."""
    compression: str = "zstd"
    """``zstd``, or ``snappy`` for very large local versions."""

    def recipe(self) -> dict[str, Any]:
        """These rules in the form of a recipe file, without what the first freeze fixed."""
        return {
            "decision": self.decision,
            "ties": self.ties,
            "adjudication": self.adjudication,
            "min_raters": self.min_raters,
            "min_agreement": self.min_agreement,
            "criteria": "all" if self.criteria is None else sorted(self.criteria),
            "pairs": self.pairs,
            "margin": {"from": self.margin_from, "scale": self.margin_scale},
            "soft_labels": {
                "publish": self.soft_labels,
                "smoothing": self.smoothing,
                "dawid_skene": self.dawid_skene,
            },
            "filters": self.filters.as_json(),
            "imported_rationales": self.imported_rationales,
            "compression": self.compression,
        }

    def as_json(self) -> dict[str, Any]:
        """The manifest's ``rules``: each by its name, and all of them once more as a recipe to freeze by."""
        recipe = self.recipe()
        asked = self.soft_labels and self.dawid_skene
        return recipe | {
            "dawid_skene": SETTINGS if asked else None,
            "criteria": self.criteria and sorted(self.criteria),
            "test_share": self.test_share,
            "split_salt": self.split_salt,
            "near_prompts": self.near_prompts,
            "recipe": recipe,
        }

    def check(self) -> None:
        """Errors: ``BadCall`` for a rule that means nothing."""
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                setting = name.replace("margin_", "margin.")
                raise BadCall(f"dataset.{setting}: '{getattr(self, name)}' is not one of {', '.join(words)}.")
        if not (0 <= self.test_share <= 1 and 0 <= self.min_agreement <= 1) or self.min_raters < 1:
            raise BadCall(
                "dataset.test_share and dataset.min_agreement must be 0 to 1, and dataset.min_raters 1 or more."
            )
        if self.smoothing < 0 or self.margin_scale <= 0:
            raise BadCall(
                "dataset.soft_labels.smoothing must be 0 or more, and dataset.margin.scale above 0."
            )
