"""The leaderboard of models as HTML: intervals as quiet bars, ranges instead of ranks, words for what is missing."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from rlhf_collect.drawing import Span, spans
from rlhf_collect.stats.leaderboard_words import leaderboard_sentence, separation_sentence
from rlhf_collect.web.lead_report import downloads_html, section_html, table_html
from rlhf_collect.web.lead_words import Words

MOST_SHOWN = 40
"""Models on the page; the file has all of them."""
MOST_MATRIX = 12
"""Models of the win table on the page: more do not fit a screen."""


def models_html(words: Words, report: dict[str, Any]) -> str:
    """Who is ahead and how sure that is, what would tell the first two apart, the table, and the wins."""
    asked = f"?criterion={quote(report['criterion'])}"
    if not report["models"]:
        return section_html(words("models"), f"<p class='rc-hint'>{words.html('models_none')}</p>")
    parts = [
        section_html(
            words("models"), _strengths(words, report, asked), leaderboard_sentence(report, words.leaderboard)
        )
    ]
    apart = separation_sentence(report["separation"], words.leaderboard)
    if apart:
        parts.append(section_html(words("how_many_more"), "", apart))
    if report["win_table"]:
        body = _matrix(words, report) + downloads_html(words, f"wins.csv{asked}")
        parts.append(section_html(words("wins"), f"<p class='rc-hint'>{words.html('wins_text')}</p>{body}"))
    return "".join(parts)


def _strengths(words: Words, report: dict[str, Any], asked: str) -> str:
    plot = strengths_plot(words, report)
    drawn = (
        f"<figure class='rc-figure-of'><figcaption>{words.html('strengths_text')}</figcaption>{plot}</figure>"
        if plot
        else ""
    )
    files = [f"models.csv{asked}"] + ([f"models.svg{asked}"] if plot else [])
    return drawn + _table(words, report) + _remarks(words, report) + downloads_html(words, *files)


def strengths_plot(words: Words, report: dict[str, Any]) -> str:
    """Strength and interval of each model on one scale; empty where none has any."""
    known = [each for each in report["models"] if each["strength"] is not None][:MOST_SHOWN]
    if not known:
        return ""
    rows = [
        Span(
            name=each["model"],
            value=each["elo"],
            low=each["elo_low"],
            high=each["elo_high"],
            told=f"{_elo(words, each['elo'])} ({_elo_bounds(words, each)})",
        )
        for each in known
    ]
    ends = (min(each.low for each in rows), max(each.high for each in rows))
    low, high = (_elo(words, each) for each in ends)
    return spans(rows, title=words("strengths_text"), low=low, high=high)


def _table(words: Words, report: dict[str, Any]) -> str:
    rows = []
    for each in report["models"][:MOST_SHOWN]:
        known = each["strength"] is not None
        rows.append(
            (
                each["model"],
                _ranks(words, each) if known else "–",
                _elo(words, each["elo"]) if known else "–",
                _elo_bounds(words, each) if known else "–",
                words.number(each["judgements"]),
                "–" if each["tie_share"] is None else words.percent(each["tie_share"]),
            )
        )
    heads = ("model", "rank", "elo", "elo_interval", "judgements", "ties")
    table = table_html(words, tuple(words(f"head_{each}") for each in heads), rows)
    left = len(report["models"]) - len(rows)
    return table + (
        f"<p class='rc-hint'>{words.html('more_in_file', n=words.number(left))}</p>" if left > 0 else ""
    )


def _remarks(words: Words, report: dict[str, Any]) -> str:
    """Why some have no strength, which have no common scale, and why judgements are worth less than they are many."""
    notes = report["notes"]
    said = [
        words("model_without", model=each["model"], why=words.reason(notes[f"models.{each['model']}"]))
        for each in report["models"]
        if f"models.{each['model']}" in notes
    ][:MOST_SHOWN]
    groups = [each for each in report["components"] if len(each) > 1]
    if len(groups) > 1:
        said += [words.reason(notes["components"])] if "components" in notes else []
        said += [words("component", models=", ".join(each)) for each in groups]
    if report["effective_judgements"] is not None:
        said.append(words("effective"))
    items = "".join(f"<li>{escape(each)}</li>" for each in said)
    return f"<ul class='rc-remarks'>{items}</ul>" if items else ""


def _matrix(words: Words, report: dict[str, Any]) -> str:
    """How often the model of a row won against that of a column, ties as half a win, the more the deeper."""
    names = [each["model"] for each in report["models"]]
    met = {name for pair in report["win_table"] for name in (pair["model_a"], pair["model_b"])}
    names = [each for each in names if each in met][:MOST_MATRIX]
    rates: dict[tuple[str, str], tuple[float, int]] = {}
    for pair in report["win_table"]:
        n, rate = pair["wins_a"] + pair["ties"] + pair["wins_b"], pair["win_rate_a"]
        rates[pair["model_a"], pair["model_b"]] = (rate, n)
        rates[pair["model_b"], pair["model_a"]] = (1 - rate, n)
    heads = "".join(f"<th scope='col'>{escape(each)}</th>" for each in names)
    body = "".join(
        f"<tr><th scope='row'>{escape(row)}</th>"
        + "".join(_rate(words, rates.get((row, column)), same=row == column) for column in names)
        + "</tr>"
        for row in names
    )
    head = f"<tr><th scope='col'>{words.html('wins_head')}</th>{heads}</tr>"
    left = len(met) - len(names)
    more = f"<p class='rc-hint'>{words.html('more_in_file', n=words.number(left))}</p>" if left else ""
    return (
        f"<div class='rc-scroll' tabindex='0' role='region' aria-label='{words.html('table')}'>"
        f"<table class='rc-table rc-matrix'><thead>{head}</thead>"
        f"<tbody>{body}</tbody></table></div>{more}"
    )


def _rate(words: Words, met: tuple[float, int] | None, *, same: bool) -> str:
    if met is None:
        return "<td class='rc-never'></td>" if same else "<td class='rc-never'>–</td>"
    rate, n = met
    return (
        f"<td style='--rc-depth:{rate:.2f}'>{escape(words.percent(rate))}"
        f"<small>{words.html('n_judgements', n=words.number(n))}</small></td>"
    )


def _elo(words: Words, value: float) -> str:
    return words.decimal(value, 0)


def _elo_bounds(words: Words, model: dict[str, Any]) -> str:
    return words.between(_elo(words, model["elo_low"]), _elo(words, model["elo_high"]))


def _ranks(words: Words, model: dict[str, Any]) -> str:
    low, high = str(model["rank_low"]), str(model["rank_high"])
    return low if low == high else words.between(low, high)
