"""The lead's page at first sight, as HTML: how far, until when, how much raters agree. Everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from rlhf_collect.drawing import bars_by_day
from rlhf_collect.rendering import visible_source
from rlhf_collect.stats.progress_words import forecast_sentence, progress_sentence
from rlhf_collect.stats.sentence import SHOW_FROM, agreement_sentence
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.texts import LEAD_TEXTS, TEXTS

Figure = dict[str, Any] | None
USUAL = (0.2, 0.5)
"""Between what alpha of open-ended preference usually lies (spec stats, section 3)."""
MOST_QUOTED = 10_000
"""Characters of a quotation: as many as anybody may write here; texts of models can be longer, in the API."""
DAYS = 60
"""Days drawn at most, the last ones."""


def header_html(words: Words, name: str, role: str, title: str, purpose: str) -> str:
    """Project title and purpose, and who is signed in."""
    if not title:
        return "<div class='rc-head'><h1>&nbsp;</h1><p>&nbsp;</p></div>"
    return (
        f"<div class='rc-head'><h1>{escape(title)}</h1><p>{escape(purpose)}</p>"
        f"<p class='rc-hint'>{words.html('signed_in', name=name, role=words(f'role_{role}'))} "
        f"<button type='button' class='rc-file rc-out'>{words.html('sign_out')}</button></p></div>"
    )


def loading_html() -> str:
    """What a box holds until it is drawn: nobody's language is known yet, so it is in all of them."""
    said = " · ".join(
        f"<span lang='{language}'>{escape(texts['loading'])}</span>" for language, texts in LEAD_TEXTS.items()
    )
    return f"<p class='rc-hint' role='status'>{said}</p>"


def notice_html(text: str) -> str:
    """One thing to say instead of the page."""
    return f"<p class='rc-notice' role='alert'>{escape(text)}</p>"


def refusal_html(words: Words, code: str, message: str, *, meaning: str = "") -> str:
    """Why something was not done; what the service says in English stands after what that means.

    ``meaning`` is a text of its own for it, where that of the code says something else.
    """
    if words.language == "en":
        return notice_html(message)
    meaning = escape(meaning or TEXTS[words.language][f"problem_{code}"])
    return f"<p class='rc-notice' role='alert'>{meaning} <span lang='en'>{escape(message)}</span></p>"


def quote_html(text: str) -> str:
    """What somebody or a model wrote, with everything in it to be seen; of a very long text the beginning."""
    if not text:
        return ""
    cut = text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]} …"
    return f"<blockquote class='rc-why'>{visible_source(cut)}</blockquote>"


def section_html(title: str, body: str, lead: str = "") -> str:
    """A part of the page under its heading; ``lead`` is the sentence it begins with."""
    said = f"<p class='rc-lead'>{escape(lead)}</p>" if lead else ""
    return f"<section class='rc-section'><h2>{escape(title)}</h2>{said}{body}</section>"


def downloads_html(words: Words, *files: str) -> str:
    """Links to tables and plots as files; beside a plot, a button that has the reader's browser make a PNG of it."""
    links = []
    for each in files:
        name, kind = each.partition("?")[0].split(".")
        address, what = f"files/{escape(each)}", words(f"file_{name}")
        said = words.html(f"file_{kind}", what=what)
        links.append(f"<a class='rc-file' href='{address}' download>{said}</a>")
        if kind == "svg":
            links.append(
                f"<button type='button' class='rc-file rc-png' data-plot='{address}' "
                f"data-unread='{words.html('png_unread')}' data-undrawn='{words.html('png_undrawn')}'>"
                f"{words.html('file_png', what=what)}</button>"
            )
    return f"<p class='rc-files'>{' · '.join(links)} <span role='status'></span></p>"


def glance_html(words: Words, progress: dict[str, Any], report: dict[str, Any]) -> str:
    """What a lead wants to know first, in sentences: whether the data is good, how far it is, and until when."""
    until = forecast_sentence(progress["forecast"], words.progress)
    far = f"{progress_sentence(progress, words.progress)} {until}".rstrip()
    agreed = agreement_sentence(report, words.agreement)
    body = f"{_verdict(words, report)}<p class='rc-lead'>{escape(agreed)}</p><p class='rc-lead'>{escape(far)}</p>"
    return section_html(words("glance"), body)


def progress_html(words: Words, progress: dict[str, Any]) -> str:
    """How far the project is: the counts, and the judgements of each day."""
    total = max(1, progress["comparisons"])
    done, started = 100 * progress["complete"] / total, 100 * progress["started"] / total
    counted = "".join(
        "<span><b>{}</b> {}</span>".format(
            *map(escape, words.count(progress[name], f"count_{name}").split("|"))
        )
        for name in ("comparisons", "complete", "started", "judgements", "raters", "imported_judgements")
    )
    bar = words.html("bar", done=words.decimal(done, 0), started=words.decimal(started, 0))
    body = (
        f"<div class='rc-bar' role='img' aria-label='{bar}'>"
        f"<i style='width:{done:.2f}%'></i><i style='width:{started:.2f}%'></i></div>"
        f"<p class='rc-facts'>{counted}</p>" + _days_html(words, progress)
    )
    return section_html(words("progress"), body)


def _days_html(words: Words, progress: dict[str, Any]) -> str:
    plot = days_plot(words, progress)
    if not plot:
        return f"<p class='rc-hint'>{words.html('days_none')}</p>"
    return (
        f"<figure class='rc-figure-of'><figcaption>{words.html('days')}</figcaption>{plot}</figure>"
        + downloads_html(words, "days.csv", "days.svg")
    )


def days_plot(words: Words, progress: dict[str, Any]) -> str:
    """Judgements of each of the last days, up to today; empty without any."""
    days = [(date.fromisoformat(each["day"]), int(each["judgements"])) for each in progress["by_day"]]
    if not days:
        return ""
    days = [each for each in days if (days[-1][0] - each[0]).days < DAYS]
    today = date.fromisoformat(progress["as_of"])
    if progress["judgements_left"] and 0 < (today - days[-1][0]).days < DAYS:
        days.append((today, 0))  # that nobody judges is to be seen, as long as somebody is waited for
    most = max(number for _, number in days)
    return bars_by_day(
        days,
        title=words("days"),
        first=words.day(days[0][0]),
        last=words.day(days[-1][0]),
        most=words("days_most", n=words.number(most)),
    )


def agreement_html(words: Words, report: dict[str, Any]) -> str:
    """The headline card: each figure with its interval, scale and plain words."""
    chance = report.get("chance")
    guessing = " " + words("guessing", share=words.percent(chance, 1)) if isinstance(chance, float) else ""
    figures = "".join(
        _figure(words, report, key, percent=percent, more=guessing if key == "percent_agreement" else "")
        for key, percent in (
            ("percent_agreement", True),
            ("percent_agreement_no_ties", True),
            ("krippendorff_alpha", False),
            ("position_bias", True),
        )
    )
    return section_html(words("agreement"), f"<div class='rc-figures'>{figures}</div>")


def _verdict(words: Words, report: dict[str, Any]) -> str:
    """How alpha lies beside what is usual, as far as its interval tells; nothing on few comparisons."""
    alpha: Figure = report.get("krippendorff_alpha")
    if not alpha or alpha["low"] is None or report["coverage"]["comparisons_paired"] < SHOW_FROM:
        return ""
    least, most = USUAL
    known = (
        (alpha["high"] < least, "verdict_less"),
        (alpha["low"] < least, "verdict_low_end"),
        (alpha["low"] > most, "verdict_more"),
        (True, "verdict_usual"),
    )
    said = next(name for holds, name in known if holds)
    usual = words.between(words.decimal(least, 1), words.decimal(most, 1))
    return f"<p class='rc-lead rc-verdict'>{words.html(said, usual=usual)}</p>"


def _figure(words: Words, report: dict[str, Any], key: str, *, percent: bool, more: str) -> str:
    figure: Figure = report.get(key)
    name = words.html(f"figure_{key}")
    if not figure or figure.get("value") is None:
        why = words.reason(report.get("notes", {}).get(key, "")) or words("not_yet")
        return (
            f"<div class='rc-figure'><span class='rc-name'>{name}</span><b>–</b>"
            f"<p class='rc-words'>{escape(why)}</p></div>"
        )
    band = f"<div class='rc-band'>{words.html('only_n', n=words.number(figure['n']))}</div>"
    if figure.get("low") is not None and figure.get("high") is not None:
        low, high = figure["low"], figure["high"]
        bounds = words.between(share(words, low, percent=percent), share(words, high, percent=percent))
        band = (
            f"<div class='rc-band'>{words.html('interval', bounds=bounds, n=words.number(figure['n']))}</div>"
        )
        left, right = 100 * max(0.0, low), 100 * min(1.0, high)
        band += (
            "<div class='rc-scale' aria-hidden='true'>"
            f"<i style='left:{left:.1f}%;width:{max(0.4, right - left):.1f}%'></i>"
            f"<u style='left:{100 * min(1.0, max(0.0, figure['value'])):.1f}%'></u></div>"
        )
    return (
        f"<div class='rc-figure'><span class='rc-name'>{name}</span>"
        f"<b>{share(words, figure['value'], percent=percent)}</b>{band}"
        f"<p class='rc-words'>{escape(words(f'figure_{key}_text') + more)}</p></div>"
    )


def share(words: Words, value: float, *, percent: bool) -> str:
    """A figure as it is read."""
    return words.percent(value, 1) if percent else words.decimal(value, 2)


def table_html(
    words: Words,
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    *,
    grey: list[bool] | None = None,
    of_words: bool = False,
) -> str:
    """A table whose rows begin with what they are about: figures, or words. On a narrow page it scrolls."""
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
    body = ""
    for number, row in enumerate(rows):
        kind = " class='rc-few'" if grey and grey[number] else ""
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        body += f"<tr{kind}><th scope='row'>{escape(row[0])}</th>{cells}</tr>"
    return (
        f"<div class='rc-scroll' tabindex='0' role='region' aria-label='{words.html('table')}'>"
        f"<table class='rc-table{' rc-of-words' if of_words else ''}'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
