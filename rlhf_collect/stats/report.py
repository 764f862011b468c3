"""The agreement report: every figure a lead reads, with its ground, as one JSON document."""

from __future__ import annotations

from typing import Any

import numpy as np

from rlhf_collect.stats.agreement import chance_level, gwet_ac1
from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.figures import (
    NOT_PAIRED,
    Figure,
    Notes,
    Resampled,
    bound,
    bounds_of,
    nominal_figures,
    resampled_figure,
    share_figure,
)
from rlhf_collect.stats.guideline_change import guideline_change
from rlhf_collect.stats.histogram import Counts, Histogram, Numbers, Times
from rlhf_collect.stats.intervals import REPLICATES, SEED, clustered_share, jackknife_bounds
from rlhf_collect.stats.rankings import ranking_figures
from rlhf_collect.stats.raters import alpha_without_each, pairwise_without_each
from rlhf_collect.stats.sentence import ENGLISH, Phrases, agreement_sentence
from rlhf_collect.stats.slices import slices_of
from rlhf_collect.stats.tables import (
    BOTH_BAD,
    DECIDED,
    STRENGTHS,
    TIE,
    AgreementTables,
    all_of,
    histograms,
    orders_of,
    rater_patterns,
    stacked,
)

TELL_FROM_RATERS = 5
"""Raters from which skips are told and a band for other raters is given."""
NEEDS_RATERS = "Needs judgements on the same comparisons by at least 5 raters."
NO_STRENGTH = "No strength was collected."
NO_ORDER = "No judgement so far says which response was shown first; those made on the rating page do."
NO_GOLD = "No comparison with a known answer has been judged."
NO_REPEATS = "No comparison has been shown a second time to the same rater yet."
NOT_TWO = "Defined for comparisons of two completions; none has been judged by two raters."
WITHOUT_ONE = "The figure is undefined without one of the raters."
SAME_SIDE = "With one rater, or all raters at exactly the same share, the spread between raters is unknown."
NO_LENGTH = "Told with the model strengths, so that length is not confused with quality: see the leaderboard."
FEW_FOR_SKIPS = "Told from 5 raters on; below, it would point at somebody."


def agreement_report(
    tables: AgreementTables,
    *,
    project: str,
    criterion: str,
    code: str,
    version: str = "live",
    ground_filter: str = "",
    phrases: Phrases = ENGLISH,
) -> dict[str, Any]:
    """Build the report of one project and criterion, ready for ``json.dumps``.

    ``code`` is the version of this program, ``version`` the dataset version the tables were read
    from, ``ground_filter`` says in words what the rows were narrowed to. The same tables give the
    same document, byte for byte. A figure that cannot be computed is ``None`` and ``notes`` has the
    reason under its name; ``name.low`` names a missing interval.
    """
    notes = Notes()
    parts = histograms(tables)
    whole = all_of(parts)
    paired = whole.paired()
    report: dict[str, Any] = {
        "project": project,
        "criterion": criterion,
        "raters": tables.count("agreement_coverage", "raters"),
        "comparisons": whole.comparisons,
        "judgements": whole.judgements,
        "pairs": paired.pairs,
    }
    report |= _agreement(tables, parts, whole, paired, notes)
    report["position_bias"] = _position_bias(tables, notes)
    report |= _known_answers(tables, notes)
    notes.null("length_effect", NO_LENGTH)
    report["length_effect"] = None
    report["rankings"] = ranking_figures(orders_of(tables.orders), notes)
    for kind in ("by_model_pair", "by_tag", "by_week", "by_language", "by_guidelines"):
        report[kind] = slices_of(getattr(tables, f"agreement_pattern_{kind}"), kind, notes)
    report["guideline_change"] = guideline_change(report["by_guidelines"])
    report["coverage"] = _coverage(tables, whole, paired, notes)
    report["ground"] = _ground(tables, version=version, ground_filter=ground_filter, code=code)
    report["notes"] = notes.reasons
    report["sentence"] = agreement_sentence(report, phrases)
    return report


def _agreement(
    tables: AgreementTables, parts: dict[int, Histogram], whole: Histogram, paired: Histogram, notes: Notes
) -> dict[str, Any]:
    """Percent agreement twice, the alphas, AC1, chance levels and the band for other raters."""
    figures = nominal_figures(paired, notes)
    chance = _chance(parts)
    for name in ("percent_agreement", "percent_agreement_no_ties"):
        figure = figures[name]
        if figure is not None:
            figure["chance"] = chance[name]
    figures["krippendorff_alpha_strength"] = _strength(tables, notes)
    figures["krippendorff_alpha_ordinal"] = _ordinal(parts, notes)
    figures["gwet_ac1"] = resampled_figure(
        "gwet_ac1", gwet_ac1, _occurring(whole), n=paired.comparisons, notes=notes
    )
    _add_other_raters(figures, tables, paired, notes)
    if not paired.comparisons:
        notes.null("chance", NOT_PAIRED)
    return {**figures, "chance": chance["percent_agreement"]}


def _occurring(histogram: Histogram) -> Resampled:
    kept = histogram.counts.any(axis=0)
    return Resampled.of(Histogram(counts=histogram.counts[:, kept], times=histogram.times))


def _chance(parts: dict[int, Histogram]) -> dict[str, float | None]:
    """Chance levels over the rater pairs, each with its own number of completions."""
    levels: dict[str, list[tuple[float, int]]] = {"percent_agreement": [], "percent_agreement_no_ties": []}
    for completions, part in parts.items():
        paired = part.paired()
        if not paired.comparisons:
            continue
        answers = (paired.times[:, None] * paired.counts).sum(axis=0) / paired.judgements
        level = chance_level([float(answers[TIE]), float(answers[BOTH_BAD])], completions=completions)
        levels["percent_agreement"].append((level, paired.pairs))
        decided = paired.only(DECIDED).pairs
        if decided:
            levels["percent_agreement_no_ties"].append((1 / completions, decided))
    return {
        name: sum(level * n for level, n in found) / sum(n for _, n in found) if found else None
        for name, found in levels.items()
    }


def _strength(tables: AgreementTables, notes: Notes) -> Figure | None:
    """Alpha, ordinal, on the signed strength from -3 to 3."""
    name = "krippendorff_alpha_strength"
    if not tables.count("agreement_coverage", "strengths"):
        notes.null(name, NO_STRENGTH)
        return None
    columns = tables.strength_pattern
    paired = Histogram.of(stacked(columns, STRENGTHS), columns["m"]).paired()
    return resampled_figure(name, _ordinal_alpha, Resampled.of(paired), n=paired.judgements, notes=notes)


def _ordinal(parts: dict[int, Histogram], notes: Notes) -> Figure | None:
    """Alpha, ordinal, on A < tie < B; both-bad is not the middle of the scale and stays out."""
    name = "krippendorff_alpha_ordinal"
    if 2 not in parts:
        notes.null(name, NOT_TWO)
        return None
    paired = parts[2].only((0, TIE, 2)).paired()
    return resampled_figure(
        name, _ordinal_alpha, Resampled.of(paired), n=paired.judgements, notes=notes, nothing=NOT_TWO
    )


def _ordinal_alpha(counts: Counts, times: Times) -> Numbers:
    return krippendorff_alpha(counts, times, level="ordinal")


def _add_other_raters(
    figures: dict[str, Figure | None], tables: AgreementTables, paired: Histogram, notes: Notes
) -> None:
    """``low_other_raters`` and ``high_other_raters`` of the three nominal figures (jackknife over raters).

    Cut to what such a figure can be: 0 to 1 for shares, -1 to 1 for alpha.
    """
    rows = rater_patterns(tables)
    for name in ("percent_agreement", "percent_agreement_no_ties", "krippendorff_alpha"):
        figure = figures[name]
        if figure is None:
            continue
        bounds = None
        if rows.raters >= TELL_FROM_RATERS:
            without = {
                "percent_agreement": lambda: pairwise_without_each(rows, paired),
                "percent_agreement_no_ties": lambda: pairwise_without_each(
                    rows.only(DECIDED), paired.only(DECIDED)
                ),
                "krippendorff_alpha": lambda: alpha_without_each(rows, paired),
            }[name]()
            bounds = jackknife_bounds(figure["value"], without)
        lowest = 0.0 if name.startswith("percent") else -1.0
        low, high = bounds or (None, None)
        figure["low_other_raters"] = None if low is None else bound(max(low, lowest))
        figure["high_other_raters"] = None if high is None else bound(min(high, 1.0))
        if bounds is None:
            few = rows.raters < TELL_FROM_RATERS
            notes.null(f"{name}.low_other_raters", NEEDS_RATERS if few else WITHOUT_ONE)


def _known_answers(tables: AgreementTables, notes: Notes) -> dict[str, Figure | None]:
    """Shares of answers that were as before, or as expected."""
    asked = {
        "self_consistency": ("repeat_counts", "same", NO_REPEATS),
        "gold_accuracy": ("gold_counts", "as_expected", NO_GOLD),
    }
    return {
        name: share_figure(
            name, tables.count(statement, column), tables.count(statement, "n"), notes=notes, nothing=nothing
        )
        for name, (statement, column, nothing) in asked.items()
    }


def _position_bias(tables: AgreementTables, notes: Notes) -> Figure | None:
    """Share of decided judgements of two completions for the one shown first, clustered by rater."""
    share = clustered_share(tables.sides["first_shown"], tables.sides["decided"])
    if share is None:
        notes.null("position_bias", NO_ORDER)
        return None
    bounds = None if share.low is None or share.high is None else (share.low, share.high)
    if bounds is None:
        notes.null("position_bias.low", SAME_SIDE)
    return {"value": share.value, **bounds_of(bounds), "n": share.n}


def _coverage(
    tables: AgreementTables, whole: Histogram, paired: Histogram, notes: Notes
) -> dict[str, int | float | None]:
    """Count how much the figures stand on.

    ``comparisons``: all ordinary comparisons of the project, judged or not; ``comparisons_judged``
    those with a counted judgement; ``comparisons_paired`` those with two. Shares are of counted
    judgements; ``skip_share`` is of judgements and skips together.
    """
    answers = (whole.times[:, None] * whole.counts).sum(axis=0)
    judgements = whole.judgements
    skip_share: float | None = None
    if tables.count("agreement_coverage", "raters") >= TELL_FROM_RATERS:
        skips = tables.count("agreement_coverage", "skips")
        answered = judgements + tables.count("agreement_coverage", "beyond_k")
        skip_share = skips / (skips + answered)
    else:
        notes.null("skip_share", FEW_FOR_SKIPS)
    return {
        "comparisons": tables.count("agreement_coverage", "comparisons"),
        "comparisons_judged": whole.comparisons,
        "comparisons_paired": paired.comparisons,
        "tie_share": int(answers[TIE]) / judgements if judgements else None,
        "both_bad_share": int(answers[BOTH_BAD]) / judgements if judgements else None,
        "skip_share": skip_share,
    }


def _ground(tables: AgreementTables, *, version: str, ground_filter: str, code: str) -> dict[str, Any]:
    """Name what the figures stand on, so that they can be made again.

    ``k``: how many judgements of a comparison count at most; ``None`` when all do, a list when it
    differs between comparisons.
    """
    limits: list[int | None] = [int(each) or None for each in np.unique(tables.agreement_first_k["k"])]
    told = tables.count("agreement_coverage", "raters") >= TELL_FROM_RATERS
    return {
        "version": version,
        "filter": ground_filter,
        "k": None if not limits else limits[0] if len(limits) == 1 else limits,
        "left_out": {
            "gold": tables.count("agreement_coverage", "gold"),
            "repeats": tables.count("agreement_coverage", "repeats"),
            "skips": tables.count("agreement_coverage", "skips") if told else None,
            "beyond_k": tables.count("agreement_coverage", "beyond_k"),
        },
        "seed": SEED,
        "replicates": REPLICATES,
        "code": code,
    }
