"""Where agreement differs, as HTML: over time, and by models, tags, languages, criteria and guidelines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any
from urllib.parse import quote

from rlhf_collect.drawing import Point, line_with_band
from rlhf_collect.stats.sentence import SHOW_FROM, guideline_sentence
from rlhf_collect.web.lead_report import downloads_html, section_html, share, table_html
from rlhf_collect.web.lead_words import Words

MOST_SHOWN = 25
"""Rows of a table on the page; the file has all of them."""
KINDS = ("by_model_pair", "by_tag", "by_language", "by_guidelines", "by_week")


def differences_html(words: Words, report: dict[str, Any], by_criterion: list[dict[str, Any]]) -> str:
    """Agreement over time, whether guidelines helped, then a table for each way to divide the comparisons."""
    asked = f"?criterion={quote(report['criterion'])}"
    parts = [_over_time(words, report, asked), _guidelines(words, report)]
    tables = [("by_criterion", by_criterion)] if len(by_criterion) > 1 else []
    tables += [(kind, report[kind]) for kind in KINDS if kind != "by_guidelines" or report[kind]]
    for kind, slices in tables:
        body = slices_html(words, kind, slices)
        if slices:
            body += downloads_html(words, f"{kind}.csv{asked}")
        parts.append(section_html(words(kind), body))
    return "".join(parts)


def _over_time(words: Words, report: dict[str, Any], asked: str) -> str:
    plot = weeks_plot(words, report["by_week"])
    if not plot:
        return section_html(words("over_time"), f"<p class='rc-hint'>{words.html('over_time_none')}</p>")
    caption = words.html("over_time_text")
    few = words.html("over_time_few", n=SHOW_FROM) if _any_few(report["by_week"]) else ""
    body = f"<figure class='rc-figure-of'><figcaption>{caption} {few}</figcaption>{plot}</figure>"
    return section_html(words("over_time"), body + downloads_html(words, f"weeks.svg{asked}"))


def weeks_plot(words: Words, weeks: list[dict[str, Any]]) -> str:
    """Agreement of each week as a line with its band; empty below two weeks."""
    points = [
        Point(
            day=date.fromisoformat(each["key"]),
            value=each["percent_agreement"]["value"],
            low=each["percent_agreement"]["low"],
            high=each["percent_agreement"]["high"],
            few=each["comparisons_paired"] < SHOW_FROM,
        )
        for each in weeks
        if each["percent_agreement"] is not None
    ]
    if len(points) < 2:
        return ""
    ends = (words.day(each.day) for each in (points[0], points[-1]))
    return line_with_band(points, title=words("over_time_text"), first=next(ends), last=next(ends))


def _guidelines(words: Words, report: dict[str, Any]) -> str:
    said = guideline_sentence(report["guideline_change"], report["by_guidelines"], words.agreement)
    if not said:
        return ""
    return section_html(
        words("guidelines_helped"), f"<p class='rc-hint'>{words.html('no_experiment')}</p>", said
    )


def slices_html(words: Words, kind: str, slices: list[dict[str, Any]]) -> str:
    """A table of slices, the largest first but where they have an order; those on few comparisons are greyed."""
    if not slices:
        return f"<p class='rc-hint'>{words.html(kind + '_none')}</p>"
    ordered = slices if kind in ("by_week", "by_guidelines", "by_criterion") else _largest_first(slices)
    ordered = ordered[-MOST_SHOWN:] if kind == "by_week" else ordered[:MOST_SHOWN]
    rows = [
        (
            words.day(each["key"]) if kind == "by_week" else str(each["key"]),
            words.number(each["comparisons"]),
            words.number(each["pairs"]),
            _cell(words, each["percent_agreement"], percent=True),
            _cell(words, each["percent_agreement_no_ties"], percent=True),
            _cell(words, each["krippendorff_alpha"], percent=False),
        )
        for each in ordered
    ]
    heads = ("comparisons", "pairs", "same_choice", "both_sides", "alpha")
    table = table_html(
        words,
        (words(f"{kind}_head"), *(words(f"head_{each}") for each in heads)),
        rows,
        grey=[each["comparisons_paired"] < SHOW_FROM for each in ordered],
    )
    notes = [words("few_grey", n=SHOW_FROM)] if _any_few(ordered) else []
    if len(slices) > len(ordered):
        notes.append(words("more_in_file", n=words.number(len(slices) - len(ordered))))
    return table + (f"<p class='rc-hint'>{escape(' '.join(notes))}</p>" if notes else "")


def _largest_first(slices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(slices, key=lambda each: (-each["comparisons"], str(each["key"])))


def _any_few(slices: Sequence[dict[str, Any]]) -> bool:
    return any(each["comparisons_paired"] < SHOW_FROM for each in slices)


def _cell(words: Words, figure: dict[str, Any] | None, *, percent: bool) -> str:
    return (
        "–" if figure is None or figure["value"] is None else share(words, figure["value"], percent=percent)
    )
