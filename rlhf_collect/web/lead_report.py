"""The lead's figures as HTML: words first, number and interval beside them. Everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from rlhf_collect.wording import plural

Figure = dict[str, Any] | None
SHOW_FROM = 20
"""Comparisons judged twice below which a figure is greyed (spec stats, 4.2)."""
_ROLES = {"lead": "project lead", "admin": "admin"}
"""What people of this page are called on it."""


def header_html(name: str, role: str, title: str, purpose: str) -> str:
    """Project title and purpose, and who is signed in."""
    if not title:
        return "<div class='rc-head'><h1>&nbsp;</h1><p>&nbsp;</p></div>"
    return (
        f"<div class='rc-head'><h1>{escape(title)}</h1><p>{escape(purpose)}</p>"
        f"<p class='rc-hint'>Signed in as {escape(name)}, {_ROLES[role]}.</p></div>"
    )


def notice_html(text: str) -> str:
    """One thing to say instead of the page."""
    return f"<p class='rc-notice' role='alert'>{escape(text)}</p>"


def progress_html(progress: dict[str, Any]) -> str:
    """How far the project is: a bar, a sentence, the counts."""
    total = max(1, progress["comparisons"])
    done, started = 100 * progress["complete"] / total, 100 * progress["started"] / total
    facts = (
        ("comparison", "comparisons", progress["comparisons"]),
        ("complete", "complete", progress["complete"]),
        ("begun", "begun", progress["started"]),
        ("judgement", "judgements", progress["judgements"]),
        ("rater", "raters", progress["raters"]),
        ("imported judgement", "imported judgements", progress["imported_judgements"]),
    )
    counted = "".join(
        "<span><b>{}</b> {}</span>".format(*plural(value, one, many).split(" ", 1))
        for one, many, value in facts
    )
    return (
        "<section class='rc-section'><h2>Progress</h2>"
        f"<p class='rc-lead'>{escape(progress['sentence'])}</p>"
        f"<div class='rc-bar' role='img' aria-label='{done:.0f} % complete, {started:.0f} % begun'>"
        f"<i style='width:{done:.2f}%'></i><i style='width:{started:.2f}%'></i></div>"
        f"<p class='rc-facts'>{counted}</p></section>"
    )


def agreement_html(report: dict[str, Any]) -> str:
    """The headline card: the sentence, then each figure with its interval, scale and plain words."""
    chance = (report.get("chance") or {}) if isinstance(report.get("chance"), dict) else report.get("chance")
    guessing = f" Guessing would give {_percent(chance)}." if isinstance(chance, float) else ""
    figures = "".join(
        (
            _figure(report, "percent_agreement", "Same choice, all answers", percent=True, words=(
                "Two raters who see the same comparison give the same answer this often. A tie counts as an "
                f"answer.{guessing}")),
            _figure(report, "percent_agreement_no_ties", "Same choice, when both picked a side", percent=True, words=(
                "Coin flips would give 50 %; published RLHF projects report 63 to 81 %.")),
            _figure(report, "krippendorff_alpha", "Agreement beyond chance (Krippendorff’s alpha)", percent=False, words=(  # noqa: E501
                "0 is no better than guessing with the same habits, 1 is perfect. Open-ended preference is "
                "usually between 0.2 and 0.5.")),
            _figure(report, "position_bias", "Response shown first wins", percent=True, words=(
                "Near 50 % means the layout does not sway raters.")),
        )
    )  # fmt: skip
    return (
        "<section class='rc-section'><h2>Agreement</h2>"
        f"<p class='rc-lead'>{escape(report['sentence'])}</p><div class='rc-figures'>{figures}</div></section>"
    )


def _figure(report: dict[str, Any], key: str, name: str, *, percent: bool, words: str) -> str:
    figure: Figure = report.get(key)
    if not figure or figure.get("value") is None:
        why = report.get("notes", {}).get(key, "Not enough judgements yet.")
        return (
            f"<div class='rc-figure'><span class='rc-name'>{escape(name)}</span><b>–</b>"
            f"<p class='rc-words'>{escape(why)}</p></div>"
        )
    shown = _percent(figure["value"]) if percent else f"{figure['value']:.2f}"
    band = ""
    if figure.get("low") is not None and figure.get("high") is not None:
        low, high = figure["low"], figure["high"]
        bounds = f"{_percent(low)} to {_percent(high)}" if percent else f"{low:.2f} to {high:.2f}"
        band = f"<div class='rc-band'>95 % interval {bounds} · n\u00a0=\u00a0{figure['n']:,}</div>"
        left, right = 100 * max(0.0, low), 100 * min(1.0, high)
        band += (
            "<div class='rc-scale' aria-hidden='true'>"
            f"<i style='left:{left:.1f}%;width:{max(0.4, right - left):.1f}%'></i>"
            f"<u style='left:{100 * min(1.0, max(0.0, figure['value'])):.1f}%'></u></div>"
        )
    return (
        f"<div class='rc-figure'><span class='rc-name'>{escape(name)}</span><b>{shown}</b>{band}"
        f"<p class='rc-words'>{escape(words)}</p></div>"
    )


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def slices_html(first: str, slices: list[dict[str, Any]], nothing: str) -> str:
    """A table of slices, the largest first; figures below 20 comparisons judged twice are greyed."""
    if not slices:
        return f"<p class='rc-hint'>{escape(nothing)}</p>"
    ordered = sorted(slices, key=lambda each: (-each["comparisons"], str(each["key"])))
    rows = [
        (
            str(each["key"]),
            f"{each['comparisons']:,}",
            f"{each['pairs']:,}",
            _cell(each["percent_agreement"], percent=True),
            _cell(each["percent_agreement_no_ties"], percent=True),
            _cell(each["krippendorff_alpha"], percent=False),
        )
        for each in ordered
    ]
    heads = (first, "Comparisons", "Pairs", "Same choice", "Both picked a side", "Alpha")
    few = [each["comparisons"] < SHOW_FROM for each in ordered]
    note = (
        f"<p class='rc-hint'>Grey: under {SHOW_FROM} comparisons, too few to act on.</p>" if any(few) else ""
    )
    return table_html(heads, rows, grey=few) + note


def table_html(
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    *,
    grey: list[bool] | None = None,
    words: bool = False,
) -> str:
    """A table whose rows begin with what they are about: figures, or ``words``. On a narrow page it scrolls."""
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
    body = ""
    for number, row in enumerate(rows):
        kind = " class='rc-few'" if grey and grey[number] else ""
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        body += f"<tr{kind}><th scope='row'>{escape(row[0])}</th>{cells}</tr>"
    return (
        "<div class='rc-scroll' tabindex='0' role='region' aria-label='Table'>"
        f"<table class='rc-table{' rc-of-words' if words else ''}'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(figure: Any, *, percent: bool) -> str:
    value = figure.get("value") if isinstance(figure, dict) else figure
    if value is None:
        return "–"
    return _percent(value) if percent else f"{value:.2f}"
