"""Known answers on the lead's page: how they are answered, which are contested, and taking one out of use."""

from __future__ import annotations

from html import escape
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.judgement import BOTH_BAD, TIE
from rlhf_collect.services.context import Context
from rlhf_collect.services.known_answers import LEAST_REASON, MOST_REASON, remove_known_answer
from rlhf_collect.services.projects import Project
from rlhf_collect.web.lead_about import About, AboutForm, about_form
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking
from rlhf_collect.web.lead_report import downloads_html, quote_html, section_html, table_html
from rlhf_collect.web.lead_sending import Unclear
from rlhf_collect.web.lead_words import Words

FEW = 20
"""Judgements below which a row is grey: a known answer says little about itself before."""
MOST_SHOWN = 200
"""Rows on the page; the file has all."""


def known_html(words: Words, told: list[dict[str, Any]]) -> str:
    """The known answers, those that ask for a look first; what they are and how to bring some where there are none."""
    if not told:
        hint = f"<p class='rc-hint'>{words.html('known_how')}</p>"
        return section_html(words("known"), hint, words("known_none"))
    shown = told[:MOST_SHOWN]
    heads = tuple(words(f"head_{each}") for each in ("comparison", "expected", "judgements", "as_expected"))
    rows = [
        (
            each["comparison"],
            _choice(words, each["expected"]),
            words.number(each["judgements"]),
            _share(words, each),
            _stands(words, each),
        )
        for each in shown
    ]
    grey = [each["removed"] or each["judgements"] < FEW for each in shown]
    more = (
        f"<p class='rc-hint'>{words.html('known_more', n=words.number(len(told) - len(shown)))}</p>"
        if len(told) > len(shown)
        else ""
    )
    body = table_html(words, (*heads, words("head_stands")), rows, grey=grey)
    body += f"{more}<p class='rc-hint'>{words.html('known_text', few=FEW)}</p>{_asked(words, shown)}"
    return section_html(
        words("known"), body + downloads_html(words, "known_answers.csv"), words("known_what")
    )


def removable(told: list[dict[str, Any]]) -> Choices:
    """Those that may be taken out of use."""
    return [
        (each["comparison"], each["comparison"])
        for each in told
        if not each["removed"] and not each["waiting"]
    ]


def _choice(words: Words, choice: str) -> str:
    return words(choice) if choice in (TIE, BOTH_BAD) else choice


def _share(words: Words, known: dict[str, Any]) -> str:
    share = known["as_expected"]
    if share is None:
        return "–"
    between = words.between(words.decimal(100 * share["low"], 0), words.decimal(100 * share["high"], 0))
    return f"{words.percent(share['value'])} ({between})"


def _stands(words: Words, known: dict[str, Any]) -> str:
    if known["waiting"]:
        return words("known_waiting")
    if known["removed"]:
        return words("known_removed")
    return words.count(known["contested"], "known_contested") if known["contested"] else words("known_in_use")


def _asked(words: Words, shown: list[dict[str, Any]]) -> str:
    """What each asks, what its responses say, which is expected and why, and who took it out of use; folded in."""
    return f"<h3>{words.html('known_reasons')}</h3>" + "".join(
        f"<details class='rc-more'><summary>{escape(each['comparison'])} · "
        f"{escape(_choice(words, each['expected']))}</summary>{quote_html(each['prompt'])}"
        + "".join(_response(words, each, one) for one in each["responses"])
        + f"<p class='rc-hint'>{words.html('known_because')}</p>{quote_html(each['reason'])}"
        + f"{_gone(words, each)}</details>"
        for each in shown
    )


def _response(words: Words, known: dict[str, Any], response: dict[str, str]) -> str:
    expected = f" · {words('known_expected')}" if response["id"] == known["expected"] else ""
    return f"<p class='rc-hint'>{escape(response['id'] + expected)}</p>{quote_html(response['text'])}"


def _gone(words: Words, known: dict[str, Any]) -> str:
    """Who took it out of use and why; an appeal says so on the Raters tab."""
    if not known["removed_because"]:
        return ""
    said = words.html("known_gone_by", by=known["removed_by"] or words("a_lead"))
    return f"<p class='rc-hint'>{said}</p>{quote_html(known['removed_because'])}"


def known_form(ctx: Context, looking: Looking, speaking: Speaking) -> AboutForm:
    """The form that takes one out of use."""

    def remove(words: Words, actor: Actor, project: Project, comparison: str, reason: str) -> str:
        written = len(reason.strip())
        if written < LEAST_REASON:
            raise Unclear(words("known_short", least=LEAST_REASON, written=written))
        remove_known_answer(ctx, actor, project.name, comparison, reason)
        return words("known_gone", comparison=comparison)

    about = About(
        form="known",
        labels=("known_which", "known_why", "known_remove"),
        missing="known_name_it",
        lines=2,
        most=MOST_REASON,
        deed=remove,
    )
    return about_form(about, looking, speaking)
