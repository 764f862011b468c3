"""Decisions about raters and what contests them, as HTML: in writing, under a pseudonym, the open appeals first."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from rlhf_collect.domain.judgement import BOTH_BAD, TIE
from rlhf_collect.web.lead_report import quote_html, section_html
from rlhf_collect.web.lead_words import Words

MOST_OF_A_NAME = 20
"""Characters of an id in a list to choose from."""


def decided_html(words: Words, decisions: list[dict[str, Any]], appeals: list[dict[str, Any]]) -> str:
    """The queue of appeals, then the decisions; a sentence where there is none of either."""
    queue = "".join(f"<li>{_appeal(words, each)}</li>" for each in appeals)
    made = "".join(f"<li>{_decision(words, each)}</li>" for each in decisions)
    return section_html(
        words("appeals"),
        f"<ul class='rc-remarks'>{queue}</ul>"
        if queue
        else f"<p class='rc-hint'>{words.html('appeals_none')}</p>",
        words("appeals_text"),
    ) + section_html(
        words("exclusions"),
        f"<ul class='rc-remarks'>{made}</ul>"
        if made
        else f"<p class='rc-hint'>{words.html('exclusions_none')}</p>",
        words("exclusions_text"),
    )


def decision_name(words: Words, decision: Mapping[str, Any]) -> str:
    """A decision in a list to choose from."""
    return words("exclusion_name", rater=decision["rater"], day=words.day(decision["notice_sent_at"][:10]))


def appeal_choice(words: Words, appeal: Mapping[str, Any]) -> tuple[str, str]:
    """An appeal in a list to choose from: its name, short enough for the list, and what it contests with its id."""
    control = appeal["control"]
    about = _short(control["comparison"]) if control else words("appeal_of_decision")
    name = words("appeal_name", rater=appeal["rater"], about=about)
    return name, f"{appeal['subject']}:{appeal['appeal']}"


def _short(name: str) -> str:
    """The beginning of a long id."""
    return name if len(name) <= MOST_OF_A_NAME else f"{name[:MOST_OF_A_NAME]}…"


def _decision(words: Words, decision: Mapping[str, Any]) -> str:
    day = words.day((decision["since"] or decision["effective_at"])[:10])
    said = words.html(
        "exclusion_said",
        rater=decision["rater"],
        by=decision["by"] or words("a_lead"),
        judgements=words.count(decision["judgements"] - decision["returned"], "left_out"),
    )
    stands = words.html(f"exclusion_{decision['state']}", day=day)
    evidence = [words(f"evidence_{name}") for name in decision["evidence"]["figures"]]
    evidence += [words("evidence_control", name=name) for name in decision["evidence"]["controls"]]
    told = words.html("exclusion_evidence", evidence=words("signals_between").join(evidence))
    rests = f"<p class='rc-hint'>{told}</p>" if evidence else ""
    return f"<p>{said} <b>{stands}</b></p>{quote_html(decision['reasons'])}{rests}"


def _appeal(words: Words, appeal: Mapping[str, Any]) -> str:
    subject = escape(_subject(words, appeal))
    stands = words.html(
        f"appeal_{appeal['state']}", day=words.day(appeal["due_at"][:10]), by=appeal["by"] or words("a_lead")
    )
    about, control = "", appeal["control"]
    if control is not None and appeal["subject"] == "control":
        answers = {each: _answer(words, control[each]) for each in ("answer", "expected")}
        said = words.html("appeal_control_said", **answers)
        about = f"{_texts(words, control)}<p class='rc-hint'>{said}</p>{quote_html(control['reason'])}"
    elif appeal["decision"] is not None:
        named = appeal["decision"]["comparisons"]
        counted = words.count(len(named), "appeal_about")
        about = _folded(counted, f"<p class='rc-hint'>{escape(', '.join(named))}</p>")
    return (
        f"<p><b>{escape(appeal['rater'])}</b> {subject}. {stands}</p>"
        f"{quote_html(appeal['reasons'])}{about}{quote_html(appeal['answer'])}"
    )


def _texts(words: Words, control: Mapping[str, Any]) -> str:
    """What was asked, and folded in below it all of that and what the responses say."""
    said = "".join(
        f"<p class='rc-hint'>{escape(each['id'])}</p>{quote_html(each['text'])}"
        for each in control["responses"]
    )
    whole = quote_html(control["request"]) + said
    return quote_html(control["prompt"]) + _folded(words("appeal_responses"), whole)


def _folded(summary: str, body: str) -> str:
    return f"<details class='rc-more'><summary>{escape(summary)}</summary>{body}</details>"


def _answer(words: Words, choice: str) -> str:
    """What was chosen: a response by its id, the others in words."""
    return words(choice) if choice in (TIE, BOTH_BAD) else choice


def _subject(words: Words, appeal: Mapping[str, Any]) -> str:
    if appeal["subject"] == "decision":
        return words("appeal_decision")
    return words("appeal_control", name=appeal["control"]["comparison"] if appeal["control"] else "?")
