"""What a lead may see of raters, as HTML: from answers only, no rank, no percentile, nothing about time."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from urllib.parse import quote

from rlhf_collect.drawing import counts_by_tenth
from rlhf_collect.stats.rater_rows import ACT_FROM
from rlhf_collect.stats.rater_views import SIGNALS, K
from rlhf_collect.web.lead_report import downloads_html, section_html, table_html
from rlhf_collect.web.lead_words import Words

NOTHING = "–"
"""A figure on too few judgements; a column of nothing else is left out."""
FIGURES = ("peer_agreement", "self_consistency", "gold_accuracy", "first_shown", "tie_share")
ORDERS: Final = {
    "peers": "peer_agreement",
    "beside": "beside_others",
    "gold": "gold_accuracy",
    "repeats": "self_consistency",
    "ties": "tie_share",
    "first_shown": "first_shown",
    "without": "alpha_without",
}
"""Column to the figure rows may be put in the order of. Not how much somebody did: nobody is compared by that."""
LOWEST_FIRST: Final = frozenset({"peers", "beside", "gold", "repeats"})
"""Columns of which one looks for the lowest."""


def orders_of(report: dict[str, Any]) -> tuple[str, ...]:
    """The columns the rows can be put in the order of: those in which two have a figure."""
    rows = report["rows"]
    return tuple(
        name for name, figure in ORDERS.items() if sum(each[figure] is not None for each in rows) > 1
    )


def order_name(words: Words, order: str) -> str:
    """What such an order is called."""
    return words("order_lowest" if order in LOWEST_FIRST else "order_highest", column=words(f"head_{order}"))


def _ordered(rows: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    """The rows, what one looks for first where a column is named, those without a figure last; else by pseudonym."""
    if order not in ORDERS:
        return rows
    way = 1 if order in LOWEST_FIRST else -1

    def place(row: dict[str, Any]) -> tuple[bool, float]:
        figure = row[ORDERS[order]]
        value = figure["value"] if isinstance(figure, Mapping) else figure
        return figure is None, 0.0 if figure is None else way * value

    return sorted(rows, key=place)


def raters_html(words: Words, report: dict[str, Any], order: str = "") -> str:
    """What raters were told, rows by pseudonym where those are allowed, flags in words, and how figures are spread."""
    asked = f"?criterion={quote(report['criterion'])}"
    told = words(f"visibility_{report['visibility']}", n=report["rows_from"])
    if report["people"] < K:
        told += " " + words("small_team")
    parts = [section_html(words("raters"), f"<p class='rc-hint'>{words.html('minority_view')}</p>", told)]
    parts.append(_flags(words, report))
    if report["visibility"] == "pseudonymous":
        parts.append(section_html(words("rater_rows"), _rows(words, report, asked, order)))
    parts += [_standing_out(words, report["rows"], "alone", "alone")]
    parts += [section_html(words("spread"), _spread(words, report, asked))]
    return "".join(parts)


def signals_in(report: dict[str, Any]) -> int:
    """How many raters' answers show two signals, as far as a lead may be told: see ``rows_for_leads``."""
    rows = sum(bool(each["signals"]) for each in report["rows"])
    return rows if report["visibility"] == "pseudonymous" else report["flagged"] or 0


def alone_in(report: dict[str, Any]) -> int:
    """About how many raters one thing stands out, which is no flag; none where leads see no rows."""
    return sum(bool(each["alone"]) for each in report["rows"])


def _rows(words: Words, report: dict[str, Any], asked: str, order: str) -> str:
    found = _ordered(report["rows"], order)
    if not found:
        return f"<p class='rc-hint'>{words.html('rater_rows_none', n=report['rows_from'])}</p>"
    columns = {
        "judgements": [words.number(each["judgements"]) for each in found],
        "peers": [_figure(words, each["peer_agreement"]) for each in found],
        "beside": [_beside(words, each["beside_others"]) for each in found],
        "gold": [_figure(words, each["gold_accuracy"]) for each in found],
        "repeats": [_figure(words, each["self_consistency"]) for each in found],
        "ties": [_figure(words, each["tie_share"], bare=True) for each in found],
        "first_shown": [_figure(words, each["first_shown"]) for each in found],
        "drift": [_drift(words, each["drift"]) for each in found],
        "without": [_without(words, each["alpha_without"]) for each in found],
    }
    told = {name: cells for name, cells in columns.items() if set(cells) != {NOTHING}}
    named = (
        words("rater_marked", rater=each["rater"]) if each["signals"] else each["rater"] for each in found
    )
    rows = list(zip(named, *told.values(), strict=True))
    heads = ("rater", *told)
    low = words.html("rater_rows_low", n=ACT_FROM["peer_agreement"])
    table = table_html(words, tuple(words(f"head_{each}") for each in heads), rows)
    return (
        table
        + f"<p class='rc-hint'>{words.html('rater_rows_text')} {low}</p>"
        + downloads_html(words, f"raters.csv{asked}")
    )


def _beside(words: Words, figure: dict[str, Any] | None) -> str:
    if figure is None:
        return NOTHING
    points = 100 * figure["value"]
    sign = words.signed(points)[:1].strip("0123456789")
    return sign + words.count(int(words.decimal(abs(points), 0)), "points")


def _drift(words: Words, fell: bool | None) -> str:
    return NOTHING if fell is None else words("drift_yes" if fell else "drift_no")


def _without(words: Words, alpha: float | None) -> str:
    return NOTHING if alpha is None else words.decimal(alpha)


def _figure(words: Words, figure: dict[str, Any] | None, *, bare: bool = False) -> str:
    if figure is None:
        return NOTHING
    value = words.percent(figure["value"])
    if bare:
        return value
    return f"{value} ({words.between(words.decimal(100 * figure['low'], 0), words.decimal(100 * figure['high'], 0))})"


def _flags(words: Words, report: dict[str, Any]) -> str:
    """Whose answers show two signals, in words: somebody should look, and nothing follows by itself."""
    if report["visibility"] == "anonymous" and report["flagged"]:
        said = words.count(report["flagged"], "flagged")
        return section_html(words("flags"), f"<p class='rc-hint'>{words.html('flags_text')}</p>", said)
    return _standing_out(words, report["rows"], "signals", "flags")


def _standing_out(words: Words, rows: list[dict[str, Any]], facts: str, section: str) -> str:
    """Raters with such facts in their rows, each fact in words and with its figure; nothing where there is none."""
    between, items = words("signals_between"), ""
    for row in rows:
        if row[facts]:
            said = between.join(_fact(words, each, row) for each in row[facts])
            items += f"<li><b>{escape(row['rater'])}</b> {escape(said)}</li>"
    if not items:
        return ""
    hints = [f"{section}_text"]
    if facts == "alone" and any(SIGNALS["peers"] in row[facts] for row in rows):
        hints.append("alone_peers")
    told = "".join(f"<p class='rc-hint'>{words.html(each)}</p>" for each in hints)
    body = f"<ul class='rc-remarks'>{items}</ul>{told}"
    return section_html(words(section), body)


def _fact(words: Words, fact: str, row: dict[str, Any]) -> str:
    """What stands out, and where raters agree less than others do, how much."""
    said = words.reason(fact)
    among = row["among_peers"]
    if fact != SIGNALS["peers"] or among is None:
        return said
    return words(
        "fact_beside", fact=said, mine=words.percent(among["value"]), others=words.percent(among["others"])
    )


def _spread(words: Words, report: dict[str, Any], asked: str) -> str:
    plots, files = "", []
    for name in FIGURES:
        counts = report["tenths"][name]
        if counts is not None:
            plots += (
                f"<figure class='rc-figure-of'><figcaption>{words.html(f'spread_{name}')}</figcaption>"
                f"{tenths_plot(words, name, counts)}</figure>"
            )
            files.append(f"{name}.svg{asked}")
    if not plots:
        return f"<p class='rc-hint'>{words.html('spread_none', n=K)}</p>"
    band = report["alpha_without_any_one"]
    without = ""
    if band is not None:
        low, high = words.decimal(band["low"]), words.decimal(band["high"])
        without = f"<p class='rc-say'>{words.html('without_any_one', low=low, high=high)}</p>"
    files.append(f"tenths.csv{asked}")
    return f"{without}<div class='rc-plots'>{plots}</div>" + downloads_html(words, *files)


def tenths_plot(words: Words, name: str, counts: list[int]) -> str:
    """How many raters lie in each tenth of a figure."""
    return counts_by_tenth(counts, title=words(f"spread_{name}"))
