"""Figures of raters as documents: a rater's own, and for leads how they are spread, with rows where those may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.agreement import pairwise_agreement
from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.figures import Figure, Notes, bound
from rlhf_collect.stats.rater_figures import Shares, peer_shares, shrunken, wilson_of_each
from rlhf_collect.stats.rater_rows import SHOWN_FROM, rater_rows
from rlhf_collect.stats.rater_views import (
    FEW,
    ROW_FROM,
    K,
    Visibility,
    distribution,
    rows_for_leads,
    without_any_one,
)
from rlhf_collect.stats.raters import RaterPatterns, alpha_without_each
from rlhf_collect.stats.tables import COLUMNS, Columns, all_of, checked_columns, histograms, rater_patterns

RATER_COLUMNS: dict[str, tuple[str, ...]] = {
    **{
        name: COLUMNS[name]
        for name in (
            *("agreement_pattern", "agreement_pattern_many", "rater_pattern"),
            *("rater_pattern_many", "sides"),
        )
    },
    "rater_known": ("rater", "judgements", "ties", "gold", "as_expected", "repeats", "same"),
}
COURSE_COLUMNS = ("rater", "agreeing", "others")
"""What ``rater_course`` must bring, for leads."""
PAIR_COLUMNS = ("rater", "other", "n", "agreeing", "of_two")
"""What ``rater_pairs`` must bring, for leads."""
NOT_AN_ERROR = "How often others gave the same answer is not an error measure: yours may be a minority view."
NOT_AN_ERROR_FOR_LEADS = "From answers only, and no error measure: low agreement may be a minority view."


@dataclass(frozen=True, kw_only=True)
class RaterTables:
    """The results of the statements of ``RATER_COLUMNS``."""

    agreement_pattern: Columns
    """Comparisons of two completions by pattern."""
    agreement_pattern_many: Columns
    """The same for three to eight."""
    rater_pattern: Columns
    """Rater, own label and pattern; two completions."""
    rater_pattern_many: Columns
    """The same for three to eight."""
    sides: Columns
    """Decided judgements with a known order, and those for the completion shown first."""
    rater_known: Columns
    """Judgements, ties, gold and repeats of each rater."""

    @classmethod
    def read(cls, columns: Callable[[str], Columns]) -> RaterTables:
        """Ask for every statement. Errors: ``ValueError`` naming the one that cannot be used."""
        return cls(
            **{name: checked_columns(name, columns(name), each) for name, each in RATER_COLUMNS.items()}
        )


def shares_of_raters(tables: RaterTables) -> tuple[list[str], dict[str, Shares]]:
    """Raters by their keys, and each figure as shares in that order; peer agreement is not shrunken yet."""
    known, sides, rows = tables.rater_known, tables.sides, rater_patterns(tables)
    paired = np.unique(
        np.concatenate([tables.rater_pattern["rater"], tables.rater_pattern_many["rater"]]).astype(str)
    )
    names: list[str] = known["rater"].astype(str).tolist()
    peers, none = peer_shares(rows), np.zeros(len(names), dtype=np.int64)
    place = np.searchsorted(np.array(names), paired) if len(paired) else np.zeros(0, dtype=np.int64)
    agreeing, judged = np.zeros(len(names)), none.copy()
    agreeing[place], judged[place] = np.nan_to_num(peers.value) * peers.n, peers.n
    at = np.searchsorted(np.array(names), sides["rater"].astype(str)) if len(names) else none
    first, decided = none.copy(), none.copy()
    first[at], decided[at] = sides["first_shown"], sides["decided"]
    return names, {
        "peer_agreement": wilson_of_each(agreeing, judged),
        "gold_accuracy": wilson_of_each(known["as_expected"], known["gold"]),
        "self_consistency": wilson_of_each(known["same"], known["repeats"]),
        "first_shown": wilson_of_each(first, decided),
        "tie_share": wilson_of_each(known["ties"], known["judgements"]),
    }


def own_figures(
    tables: RaterTables, rater: str, *, project: str, criterion: str, visibility: Visibility
) -> dict[str, Any]:
    """What a rater sees about their own answers, from the numbers in ``SHOWN_FROM`` on, with n and interval.

    ``rater`` is the key; nobody else's figure is in the document, and none about time or a rank.
    ``counted`` is n of each figure, shown or not; ``lead_sees`` is what leads see (``quality.visibility``).
    """
    notes, (names, shares) = Notes(), shares_of_raters(tables)
    counted: dict[str, int] = {}
    place = names.index(rater) if rater in names else None
    mean = project_mean(tables)
    found: dict[str, Figure | None] = {}
    for name, share in shares.items():
        n = counted[name] = 0 if place is None else int(share.n[place])
        if place is None or n < SHOWN_FROM[name]:
            notes.null(name, f"Shown from {SHOWN_FROM[name]} judgements on; {n} so far.")
            found[name] = None
            continue
        shown = shrunken(share, mean) if name == "peer_agreement" else share
        bounds = {"low": bound(float(shown.low[place])), "high": bound(float(shown.high[place]))}
        found[name] = {"value": round(float(shown.value[place]), 6), **bounds, "n": n}
    judgements = 0 if place is None else int(tables.rater_known["judgements"][place])
    document = {"project": project, "criterion": criterion, "judgements": judgements, **found}
    known = {"counted": counted, "shown_from": dict(SHOWN_FROM), "notes": notes.reasons}
    return document | {"about": NOT_AN_ERROR, "lead_sees": visibility} | known


def raters_report(
    tables: RaterTables,
    course: Columns,
    pairs: Columns,
    names: Mapping[str, str],
    imported: Set[str] = frozenset(),
    *,
    project: str,
    criterion: str,
    visibility: Visibility,
) -> dict[str, Any]:
    """What a lead sees about raters: how many lie in each tenth of a figure, and rows where those are allowed.

    ``names``: what a lead knows each rater by, by key; whoever is not in it has no row. In ``tenths`` only
    raters with enough judgements are counted, and nothing is told of fewer than five. ``rows`` are there when
    pseudonymous. ``flagged`` counts those whose answers show two signals; when anonymous it is ``None`` below
    five raters with 30 judgements. ``imported`` are keys of those who judged elsewhere: ``raters`` counts them,
    ``people`` does not, and when anonymous nobody else hides behind them.
    ``alpha_without_any_one`` is between what alpha lies when any single rater is left out.
    """
    notes, (keys, shares) = Notes(), shares_of_raters(tables)
    mean = project_mean(tables)
    # A lead may know what imported judgements say: taken away, they must leave five or nobody.
    hiding = np.array([visibility == "pseudonymous" or key not in imported for key in keys], dtype=bool)
    spread = _spread(shares, mean, hiding, notes)
    without = _without(tables, rater_patterns(tables)) if hiding.sum() >= K else None
    if without is None:
        notes.null("alpha_without_any_one", FEW)
    figures = rater_rows(tables, keys, shares, course, pairs, mean)
    # Who is nameless has no row: they left their judgements without a pseudonym.
    named = [place for place, key in enumerate(keys) if key in names]
    known, shown = [names[keys[place]] for place in named], [figures[place] for place in named]
    # Of five of whom one has judged enough, a count would point at that one.
    seen = [each["judgements"] >= ROW_FROM for each in figures]
    few = visibility == "anonymous" and int((np.array(seen, dtype=bool) & hiding).sum()) < K
    if few:
        notes.null("flagged", FEW)
    return {
        "project": project,
        "criterion": criterion,
        "visibility": visibility,
        "raters": len(keys),
        "people": len(set(keys) - imported),
        "tenths": spread,
        "rows": rows_for_leads(known, shown, visibility),
        "rows_from": ROW_FROM,
        "flagged": None if few else sum(bool(each["signals"]) for each in figures),
        "shown_from": dict(SHOWN_FROM),
        "alpha_without_any_one": without,
        "about": NOT_AN_ERROR_FOR_LEADS,
        "notes": notes.reasons,
    }


def _spread(
    shares: Mapping[str, Shares], mean: float, hiding: NDArray[np.bool_], notes: Notes
) -> dict[str, list[int] | None]:
    """Raters per tenth of each figure; none where fewer than five of those ``hiding`` in it have one."""
    spread: dict[str, list[int] | None] = {}
    for name, share in shares.items():
        told = shrunken(share, mean) if name == "peer_agreement" else share
        enough = share.n >= SHOWN_FROM[name]
        spread[name] = distribution(told.value[enough]) if (enough & hiding).sum() >= K else None
        if spread[name] is None:
            notes.null(name, FEW)
    return spread


def project_mean(tables: RaterTables) -> float:
    """Pooled agreement of all raters, 0 before any two met."""
    whole = all_of(histograms(tables)).paired()
    return float(pairwise_agreement(whole.counts, whole.times)) if whole.comparisons else 0.0


def _without(tables: RaterTables, rows: RaterPatterns) -> dict[str, float] | None:
    whole = all_of(histograms(tables)).paired()
    if not whole.comparisons:
        return None
    alpha = float(krippendorff_alpha(whole.counts, whole.times))
    return without_any_one(alpha, alpha_without_each(rows, whole))
