"""The blocks of the statement that tell about one while of work: since the version before, or since the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.exporters.labour.facts import K_RATERS, Correspondence, Decided, WorkDone
from rlhf_collect.exporters.labour.gaps import Gaps

_NO_TIME = "no time is measured: this release has no clock for raters"
_NO_EXPOSURE = "content is declared safe, and what raters see is neither screened nor counted by category"
_NO_LIMITS = "exposure is not limited by the service, because content is declared safe"
_NOT_ASKED = "raters are not asked"
_UNTOLD_ENDS = "a lead can end somebody's access; how often and why is not kept for this statement"
_APPEALS = (
    *("opened", "decided", "upheld", "partly", "rejected", "withdrawn", "pending"),
    "timed_out_upheld",
)
_FIGURES = ("percent_agreement", "percent_agreement_no_ties", "krippendorff_alpha")


def work_blocks(
    base: str, done: WorkDone, manifest: Mapping[str, Any], gaps: Gaps, *, told: bool = True
) -> dict[str, Any]:
    """The blocks under ``base``; without ``told``, counts about raters would show by subtraction what is hidden."""
    behind, reason = (done.raters, "n_below_k") if told else (0, "differencing")
    return {
        "raters": _raters(f"{base}/raters", done, gaps, told=told),
        "pay": _pay(f"{base}/pay", manifest["engagement"], gaps),
        "time": gaps.unknown(f"{base}/time", _NO_TIME),
        "exposure": _exposure(f"{base}/exposure", gaps),
        "breaks": gaps.unknown(f"{base}/breaks", "breaks are neither prompted nor counted"),
        "skips": _skips(f"{base}/skips", done, gaps, behind=behind, reason=reason),
        "hours": gaps.unknown(f"{base}/hours", _NO_TIME),
        "predictability": gaps.unknown(f"{base}/predictability", "reservations are not in use"),
        "rater_voice": gaps.unknown(f"{base}/rater_voice", "no survey was held"),
        "quality": _quality(f"{base}/quality", manifest, gaps),
        "decisions": _decisions(f"{base}/decisions", done.decided, gaps),
        "appeals": _appeals(f"{base}/appeals", done.decided, gaps),
        "communication": _communication(f"{base}/communication", done.written, gaps),
        "privacy": _privacy(f"{base}/privacy", done, manifest, gaps),
    }


def _raters(base: str, done: WorkDone, gaps: Gaps, *, told: bool) -> dict[str, Any]:
    few = done.raters < K_RATERS
    reason = "n_below_k" if told else "differencing"
    return {
        "n_active": gaps.told(
            f"{base}/n_active", done.raters, behind=done.raters if told else 0, reason=reason
        ),
        "n_active_band": "fewer_than_5" if few else "exact",
        "n_new": gaps.told(
            f"{base}/n_new", done.new_raters, behind=done.new_raters if told else 0, reason=reason
        ),
        **gaps.all_unknown(base, ("n_left", "attrition_rate"), "who has left for good is not known"),
        **gaps.all_unknown(base, ("languages", "countries"), _NOT_ASKED),
        "demographics": {},
    }


def _pay(base: str, engagement: str, gaps: Gaps) -> Any:
    if engagement == "paid":
        return gaps.unknown(base, "this release keeps no account of pay")
    return gaps.hidden(base, "not_applicable")


def _exposure(base: str, gaps: Gaps) -> dict[str, Any]:
    counted = ("labels_by_source", "items_by_category", "unscreened_served_n", "minutes_by_category")
    by_time = ("minutes_any_sev2plus", "median_daily_min_exposed", "p90_daily_min_exposed")
    limits = ("caps", "caps_raised", "cap_breaches", "cap_days_share", "opt_in_share")
    return {
        **gaps.all_unknown(base, counted + by_time, _NO_EXPOSURE),
        **gaps.all_unknown(base, limits, _NO_LIMITS),
        **gaps.all_unknown(
            base, ("reported_worse_n", "reported_worse_rate"), "there is no such report in this release"
        ),
        "protection_claim": "none: gating is for consent and accounting",
    }


def _skips(base: str, done: WorkDone, gaps: Gaps, *, behind: int, reason: str) -> dict[str, Any]:
    handled = done.skips + done.judgements
    gaps.hidden(f"{base}/before_reveal_share", "not_applicable")  # nothing is withheld before it is shown
    return {
        "n": gaps.told(f"{base}/n", done.skips, behind=behind, reason=reason),
        "rate": gaps.told(
            f"{base}/rate", round(done.skips / max(handled, 1), 4), behind=behind, reason=reason
        ),
        "before_reveal_share": None,
        "all_honoured": done.skips_overruled == 0,
    }


def _quality(base: str, manifest: Mapping[str, Any], gaps: Gaps) -> dict[str, Any]:
    gaps.unknown(f"{base}/min_n", "no indicator about a rater is worked out")
    judgements = manifest["counts"]["judgements"]
    agreement = {
        criterion: {name: figures[name]["value"] for name in _FIGURES if _has_value(figures.get(name))}
        for criterion, figures in sorted(manifest["agreement"].items())
    }
    return {
        "metrics": [],
        "project_agreement": agreement,
        "control_share": round(manifest["privacy"]["left_out"]["gold"] / judgements, 4),
        "min_n": None,
        "score_thresholds": [],
        "automatic_adverse_decisions": 0,
    }


def _has_value(figure: Mapping[str, Any] | None) -> bool:
    return figure is not None and figure.get("value") is not None


def _decisions(base: str, decided: Decided, gaps: Gaps) -> dict[str, Any]:
    """Those the service keeps have written reasons, or its database had refused them; ended access it does not keep."""
    return {
        "warnings": decided.warnings,
        "restrictions": decided.restrictions,
        **gaps.all_unknown(base, ("suspensions",), _UNTOLD_ENDS),
        "exclusions": decided.exclusions,
        "rows_excluded": decided.rows_excluded,
        **gaps.all_unknown(base, ("all_with_written_reasons",), _UNTOLD_ENDS),
    }


def _appeals(base: str, decided: Decided, gaps: Gaps) -> dict[str, Any]:
    """Counts of any size; how they went in general from five answers on. The database refuses self-review."""
    for_them = decided.upheld + decided.partly + decided.timed_out_upheld
    shares = {
        "upheld_rate": round(for_them / max(decided.decided, 1), 4),
        "median_days": decided.median_days,
        "max_days": decided.max_days,
    }
    return {
        **{name: getattr(decided, name) for name in _APPEALS},
        "all_independent": True,
        **{
            name: gaps.told(f"{base}/{name}", value, behind=decided.decided) for name, value in shares.items()
        },
    }


def _communication(base: str, written: Correspondence | None, gaps: Gaps) -> dict[str, Any] | None:
    """How often raters wrote and had to wait, of any number; how soon they were answered, from five people on."""
    if written is None:
        gaps.unknown(base, "messages go to the contact outside of the service")
        return None
    tied = gaps.unknown(
        f"{base}/guideline_changes_from_questions", "no message is tied to a change of the guidelines"
    )
    hours = gaps.told(f"{base}/median_first_reply_hours", written.reply_hours, behind=written.answered)
    return {
        "messages": written.messages,
        "unanswered_over_7d": written.unanswered,
        "guideline_changes_from_questions": tied,
        "median_first_reply_hours": hours,
    }


def _privacy(base: str, done: WorkDone, manifest: Mapping[str, Any], gaps: Gaps) -> dict[str, Any]:
    counts = manifest["counts"]
    return {
        "pid_scheme": manifest["privacy"]["pseudonyms"],
        "rationale_published_share": round(counts["rationales"] / counts["judgements"], 4),
        **gaps.all_unknown(base, ("access_requests",), "downloads of one's own data are not counted"),
        "erasure_requests": _band(done.erasure_requests),
        **gaps.all_unknown(
            base, ("median_days",), "erasure is done at once; how long one asked elsewhere is not kept"
        ),
        "rows_removed": done.rows_removed,
        "withdrawn_versions": list(manifest["withdrawn_versions"]),
    }


def _band(count: int) -> str:
    """How many people, so roughly that nobody is pointed at."""
    return "0" if count == 0 else "1-4" if count < K_RATERS else "5+"
