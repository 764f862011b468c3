"""What a service knows about the work behind a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

K_RATERS = 5
"""Below this many raters no pseudonym, and no number about them, is published (welfare 5.4)."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Decisions about raters and appeals in a while; facts about the organisation, told of any number of people."""

    warnings: int = 0
    """Decisions of this kind."""
    restrictions: int = 0
    """Likewise."""
    exclusions: int = 0
    """Decisions that leave out judgements."""
    rows_excluded: int = 0
    """Judgements, by criterion, that decisions in effect leave out, whenever they were written."""
    opened: int = 0
    """Appeals opened."""
    decided: int = 0
    """Appeals that ended in the while otherwise than by their rater."""
    upheld: int = 0
    """Those a second person upheld, or that had what they asked for before."""
    partly: int = 0
    """Those upheld in part."""
    rejected: int = 0
    """Those rejected."""
    withdrawn: int = 0
    """Those their rater took back."""
    timed_out_upheld: int = 0
    """Those upheld because nobody answered in time."""
    pending: int = 0
    """Appeals that are open."""
    median_days: float | None = None
    """Days from appeal to answer; ``None`` where there was none."""
    max_days: float | None = None
    """Likewise, the longest."""


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """What raters wrote to the leads in a while; facts about the organisation, told of any number of people."""

    messages: int = 0
    """Messages of raters."""
    unanswered: int = 0
    """How often one waited for more than seven days for an answer, or does."""
    answered: int = 0
    """People who were answered for the first time on something."""
    reply_hours: float | None = None
    """Hours until then, median; ``None`` where nobody was."""


@dataclass(frozen=True, kw_only=True)
class WorkDone:
    """What raters of the service did in a while, published or not; those of imported judgements are not among them."""

    raters: int
    """People who judged, decided as a second rater, revised, took back or skipped."""
    new_raters: int
    """Those of them who had done none of it before."""
    judgements: int
    """Comparisons submitted or decided by a second rater, also those that were taken back later."""
    skips: int
    """Skips that stand: not taken back."""
    skips_overruled: int
    """Skips that stand and whose comparison was handed to the same rater again, and judged."""
    first_day: str | None
    """Day of the first thing done, ISO; ``None`` where nobody worked."""
    last_day: str | None
    """Day of the last one."""
    erasure_requests: int = 0
    """People who had their data erased."""
    rows_removed: int = 0
    """Judgements that are left out at their wish."""
    decided: Decided = field(default_factory=Decided)
    """What was decided about raters, and contested."""
    written: Correspondence | None = None
    """What raters wrote to the leads; ``None`` for a version frozen before they could."""

    @property
    def few(self) -> bool:
        """Whether somebody worked, and fewer than five did: a count about them would point at them."""
        return 0 < self.raters < K_RATERS


@dataclass(frozen=True, kw_only=True)
class WorkFacts:
    """What the labour statement is made of beside the counts of the version itself."""

    since_previous: WorkDone
    """Since the version before, or since the beginning."""
    since_beginning: WorkDone
    """Since the beginning."""
    second_contact_exists: bool = False
    """Whether somebody other than the lead is named for raters to turn to."""
    prompts_source: str = ""
    """Who wrote or collected the prompts, as disclosed."""
    prompts_licence: str = ""
    """Terms of the prompts, as disclosed."""
    access: str = "private"
    """Who may read the dataset: ``private``, ``gated`` or ``public``."""
    screening: str = "declared_safe"
    """What is known about difficult content."""
    declared_by: str | None = None
    """Who declares the content safe."""
    declared_on: str | None = None
    """Day of that, ISO."""
    guideline_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Guideline version to its text in each language; a text of one unnamed language stands under ``""``."""
