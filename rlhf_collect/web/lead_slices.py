"""Where agreement differs, as HTML: over time, and by models, tags, languages, criteria and guidelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any
from urllib.parse import quote

from rlhf_collect.drawing import Point, line_with_band
from rlhf_collect.stats.sentence import SHOW_FROM, guideline_sentence
from rlhf_collect.web.lead_guidelines import texts_of
from rlhf_collect.web.lead_report import downloads_html, section_html, share, table_html
from rlhf_collect.web.lead_words import Words

MOST_SHOWN = 25
"""Rows of a table on the page; the file has all of them."""
KINDS = ("by_model_pair", "by_tag", "by_language", "by_guidelines", "by_week")
DIVIDED = ("by_model_pair", "by_tag", "by_language")
"""Those of them whose parts have no order of their own."""
MOST_NAMED = 3
"""Slices named beside the lowest."""


def differences_html(
    words: Words,
    report: dict[str, Any],
    by_criterion: list[dict[str, Any]],
    guidelines: Sequence[Mapping[str, Any]],
) -> str:
    """Where raters differ most, agreement over time, whether guidelines helped, then a table for each way to divide.

    ``guidelines`` are all there were, the ones in force first.
    """
    asked = f"?criterion={quote(report['criterion'])}"
    parts = [_most(words, report), _over_time(words, report, asked), _guidelines(words, report, guidelines)]
    tables = [("by_criterion", by_criterion)] if len(by_criterion) > 1 else []
    tables += [(kind, report[kind]) for kind in KINDS if kind != "by_guidelines" or report[kind]]
    for kind, slices in tables:
        body = slices_html(words, kind, slices)
        if slices:
            body += downloads_html(words, f"{kind}.csv{asked}")
        parts.append(section_html(words(kind), body))
    return "".join(parts)


def _most(words: Words, report: dict[str, Any]) -> str:
    """The lowest of each way to divide, in a sentence."""
    whole = report["krippendorff_alpha"]
    said = [(kind, lowest_sentence(words, report[kind], whole)) for kind in DIVIDED]
    told = "".join(
        f"<p class='rc-say'><b>{words.html(kind)}.</b> {escape(each)}</p>" for kind, each in said if each
    )
    hint = words.html("most_from" if told else "most_none", n=SHOW_FROM)
    return section_html(words("most"), f"{told}<p class='rc-hint'>{hint}</p>")


def _over_time(words: Words, report: dict[str, Any], asked: str) -> str:
    plot = weeks_plot(words, report["by_week"])
    if not plot:
        return section_html(words("over_time"), f"<p class='rc-hint'>{words.html('over_time_none')}</p>")
    caption = words.html("over_time_text")
    few = words.html("over_time_few", n=SHOW_FROM) if _any_few(report["by_week"]) else ""
    body = f"<figure class='rc-figure-of'><figcaption>{caption} {few}</figcaption>{plot}</figure>"
    body += f"<p class='rc-hint'>{words.html('over_time_what')}</p>"
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


def _guidelines(words: Words, report: dict[str, Any], guidelines: Sequence[Mapping[str, Any]]) -> str:
    said = guideline_sentence(report["guideline_change"], report["by_guidelines"], words.agreement)
    if not said:
        return ""
    hints = [words("no_experiment")]
    change, text_of = report["guideline_change"], {each["version"]: texts_of(each) for each in guidelines}
    if text_of.get(change["before"], ()) == text_of.get(change["after"]):
        hints.append(words("same_guidelines"))
    now = guidelines[0]["version"]
    if all(each["key"] != now for each in report["by_guidelines"]):
        hints.append(words("guidelines_unused", version=now))
    body = "".join(f"<p class='rc-hint'>{escape(each)}</p>" for each in hints)
    return section_html(words("guidelines_helped"), body, said)


def slices_html(words: Words, kind: str, slices: list[dict[str, Any]]) -> str:
    """A table of slices, the lowest alpha first but where they have an order; those on few are grey and last."""
    if not slices:
        return f"<p class='rc-hint'>{words.html(kind + '_none')}</p>"
    ordered = sorted(slices, key=_place) if kind in DIVIDED else slices
    ordered = ordered[-MOST_SHOWN:] if kind == "by_week" else ordered[:MOST_SHOWN]
    rows = [
        (
            words.day(each["key"]) if kind == "by_week" else str(each["key"]),
            _bounded(words, each["krippendorff_alpha"]),
            _cell(words, each["percent_agreement"], percent=True),
            _cell(words, each["percent_agreement_no_ties"], percent=True),
            words.number(each["comparisons_paired"]),
            words.number(each["pairs"]),
        )
        for each in ordered
    ]
    # What tells most stands next to the name: a narrow page shows that much without scrolling.
    heads = ("alpha", "same_choice", "both_sides", "comparisons", "pairs")
    table = table_html(
        words,
        (words(f"{kind}_head"), *(words(f"head_{each}") for each in heads)),
        rows,
        grey=[not _enough(each) for each in ordered],
    )
    notes = [words("few_grey", n=SHOW_FROM)] if _any_few(ordered) else []
    if kind == "by_guidelines":
        notes.append(words("guidelines_pairs"))
    if len(slices) > len(ordered):
        notes.append(words("more_in_file", n=words.number(len(slices) - len(ordered))))
    return table + (f"<p class='rc-hint'>{escape(' '.join(notes))}</p>" if notes else "")


def _place(each: dict[str, Any]) -> tuple[bool, bool, float, int, str]:
    """Where a row stands: too few last, then the lowest alpha first, then the largest."""
    alpha = _alpha(each)
    return not _enough(each), alpha is None, alpha or 0.0, -each["comparisons"], str(each["key"])


def _alpha(each: dict[str, Any]) -> float | None:
    figure = each["krippendorff_alpha"]
    return None if figure is None else figure["value"]


def lowest_sentence(words: Words, slices: Sequence[dict[str, Any]], whole: dict[str, Any] | None) -> str:
    """Where agreement is lowest, of parts with enough comparisons; nothing without two of them.

    It says whether that may be chance: it is none where the interval lies below that of all. Those that may be as low,
    as far as the intervals tell, are named beside it.
    """
    told = [
        each for each in sorted(slices, key=_place) if _bounds(each["krippendorff_alpha"]) and _enough(each)
    ]
    of_all = _bounds(whole)
    if len(told) < 2 or not of_all:
        return ""
    first, *others = told
    found = first["krippendorff_alpha"]
    surely = found["high"] < of_all[0]
    said = words(
        "lowest" if surely else "lowest_unsure",
        name=first["key"],
        value=words.decimal(found["value"]),
        bounds=words.between(words.decimal(found["low"]), words.decimal(found["high"])),
        whole=words.decimal(whole["value"]),  # type: ignore[index] # it has bounds
    )
    close = [str(each["key"]) for each in others if each["krippendorff_alpha"]["low"] <= found["high"]]
    if surely and close:
        named = words("list_comma").join(close[:MOST_NAMED]) + ("…" if len(close) > MOST_NAMED else "")
        said += " " + words("lowest_close", names=named)
    return said


def _bounds(alpha: dict[str, Any] | None) -> tuple[float, float] | None:
    """The interval of a figure; ``None`` without one."""
    if not alpha or alpha["low"] is None or alpha["high"] is None:
        return None
    return alpha["low"], alpha["high"]


def _enough(each: dict[str, Any]) -> bool:
    return bool(each["comparisons_paired"] >= SHOW_FROM)


def _any_few(slices: Sequence[dict[str, Any]]) -> bool:
    return not all(map(_enough, slices))


def _cell(words: Words, figure: dict[str, Any] | None, *, percent: bool) -> str:
    return (
        "–" if figure is None or figure["value"] is None else share(words, figure["value"], percent=percent)
    )


def _bounded(words: Words, alpha: dict[str, Any] | None) -> str:
    """Alpha with its interval, where it has one."""
    told, bounds = _cell(words, alpha, percent=False), _bounds(alpha)
    return f"{told} ({words.between(*map(words.decimal, bounds))})" if bounds else told
