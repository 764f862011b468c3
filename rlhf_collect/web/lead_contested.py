"""The comparisons raters differ on most, as HTML: responses side by side, who said what, and why.

Texts of models and raters pass through the same rendering as on the rater's page: nothing in them runs or is fetched
from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rlhf_collect.domain.actor import Role
from rlhf_collect.domain.judgement import BOTH_BAD, TIE
from rlhf_collect.domain.presentation import side_of
from rlhf_collect.domain.rubric import KNOWN_REASONS
from rlhf_collect.rendering import Allowance, render_markdown, show_reordering, visible_source
from rlhf_collect.services.names import A_RATER
from rlhf_collect.web.lead_report import section_html
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.texts import TEXTS

PAGE = 5
"""Comparisons at once: five long ones are a long read."""
DECIDING = "deciding"
"""Where one of them is decided, further down."""
BEGINNING = 60
"""Characters of a prompt that tell it from others in a list."""


def contested_html(
    words: Words, found: Mapping[str, Any], own_reasons: Mapping[str, str], listed: int
) -> str:
    """A page of ``listed`` contested comparisons; ``own_reasons`` are the project's words for reasons of its own."""
    total, decided, first = found["total"], found["decided"], found["after"] + 1
    if not total:
        body = f"<p class='rc-hint'>{words.html('contested_none')}</p>"
        return section_html(words("contested"), body)
    last = found["after"] + len(found["comparisons"])
    where = words(
        "contested_where", first=words.number(first), last=words.number(last), total=words.number(listed)
    )
    if not found["comparisons"]:
        where = words("contested_none_here")
    lead = words.count(total, "contested_count")
    lead += " " + words.count(decided, "contested_decided") if decided else ""
    lead += " " + words.count(found["waiting"], "contested_waiting") if found["waiting"] else ""
    body = f"<p class='rc-hint'>{words.html('contested_text')} {escape(where)}</p>"
    allowance = Allowance()
    body += "".join(_comparison(words, each, own_reasons, allowance) for each in found["comparisons"])
    return section_html(words("contested"), body, lead)


def _comparison(
    words: Words, comparison: Mapping[str, Any], own_reasons: Mapping[str, str], allowance: Allowance
) -> str:
    names = names_of(words, comparison)
    others = "".join(
        f"<li>{_of(words, names[choice], words.count(comparison['counts'][choice], 'count_people'))}</li>"
        for choice in ("tie", "both_bad")
        if choice in comparison["counts"]
    )
    tags = "".join(f"<li>{escape(each)}</li>" for each in comparison["tags"])
    said = "".join(_answer(words, each, names, own_reasons) for each in comparison["answers"])
    decided = "".join(_decision(words, each, names) for each in comparison["decisions"])
    return (
        f"<article class='rc-contested'><h3>{words.html('comparison', name=comparison['comparison'])}</h3>"
        + (f"<p class='rc-waits'>{words.html('waits_for_second')}</p>" if comparison["waiting"] else "")
        + f"<ul class='rc-tags'>{tags}</ul>{texts_html(words, comparison, allowance)}"
        f"<ul class='rc-counts'>{others}</ul>"
        f"<h4>{words.html('who_said_what')}</h4><ul class='rc-said'>{said}</ul>"
        + (f"<h4>{words.html('who_decided')}</h4><ul class='rc-said'>{decided}</ul>" if decided else "")
        + f"<p class='rc-hint'><a class='rc-file' href='#{DECIDING}'"
        f" data-choose='{escape(comparison['comparison'])}'>{words.html('decide_below')}</a></p>"
        + "</article>"
    )


def texts_html(words: Words, comparison: Mapping[str, Any], allowance: Allowance) -> str:
    """What was asked, and the responses beside each other with how many chose each."""
    images, names = comparison["images"], names_of(words, comparison)
    language = f" lang='{escape(comparison['language'])}'" if comparison["language"] else ""
    responses = "".join(
        _response(words, names[each["id"]], comparison["counts"].get(each["id"], 0), language)
        + f"{_messages(words, each['content'], images, allowance)}</div></div>"
        for each in comparison["completions"]
    )
    return (
        f"<div class='rc-text rc-prompt' tabindex='0' role='region' aria-label='{words.html('prompt')}'{language}>"
        f"{_messages(words, comparison['prompt'], images, allowance)}</div>"
        f"<div class='rc-responses'>{responses}</div>"
    )


def _decision(words: Words, decision: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a lead or a second rater decided; the first is the one that holds."""
    nobody = words("a_second_rater" if decision["role"] == Role.RATER else "a_lead")
    who, what = decision["by"] or nobody, names.get(decision["choice"], decision["choice"])
    if decision["strength"]:
        what += ", " + words(f"strength_{decision['strength']}")
    why = _why(words, decision["reason"], decision["shown"], names)
    return f"<li><b>{escape(who)}</b> <span>{escape(what)}</span>{why}</li>"


def _response(words: Words, name: str, chosen: int, language: str) -> str:
    """The beginning of a response: whose it is, how many chose it, and its frame."""
    nobody = words.html("chosen_by_nobody")
    people = words.html("chosen_by", n=words.count(chosen, "count_people")) if chosen else nobody
    return (
        f"<div class='rc-response'><h4>{escape(name)} <span>{people}</span></h4>"
        f"<div class='rc-text' tabindex='0' role='region' aria-label='{escape(name)}'{language}>"
    )


def called(comparison: Mapping[str, Any]) -> str:
    """What a comparison is called in a list of them: its id, and how what was asked last begins."""
    asked = " ".join(comparison["prompt"][-1]["content"][: 8 * BEGINNING].split())
    beginning = asked if len(asked) <= BEGINNING else asked[:BEGINNING].rstrip() + "…"
    return show_reordering(f"{comparison['comparison']} · {beginning}" if asked else comparison["comparison"])


def names_of(words: Words, comparison: Mapping[str, Any]) -> dict[str, str]:
    """What each choice is called: the model, with its letter where two have the same."""
    named = {TIE: words("tie"), BOTH_BAD: words("both_bad")}
    ids = [each["id"] for each in comparison["completions"]]
    for each in comparison["completions"]:
        letter = str(side_of(each["id"], ids))
        named[each["id"]] = f"{letter} · {each['model']}" if each["model"] else letter
    return named


def _messages(
    words: Words, messages: Sequence[Mapping[str, str]], images: Mapping[str, str], allowance: Allowance
) -> str:
    """A single message as it is; several each under whose turn it is."""
    several = len(messages) > 1
    return "".join(
        (f"<p class='rc-role'>{words.html('speaks_' + each['role'])}</p>" if several else "")
        + render_markdown(each["content"], images=images, allowance=allowance)
        for each in messages
    )


def _answer(
    words: Words, answer: Mapping[str, Any], names: Mapping[str, str], own_reasons: Mapping[str, str]
) -> str:
    who = words("a_rater") if answer["rater"] == A_RATER else answer["rater"]
    what = names.get(answer["choice"], answer["choice"])
    if answer["strength"]:
        what += ", " + words(f"strength_{answer['strength']}")
    reasons = "".join(
        f"<li>{_of(words, names.get(each['completion'], each['completion']), reason)}</li>"
        for each in answer["reasons"] or ()
        for reason in (_reason(words, each["reason"], own_reasons),)
    )
    why = _why(words, answer["rationale"], answer["shown"], names)
    return (
        f"<li><b>{escape(who)}</b> <span>{escape(what)}</span>"
        + (f"<ul class='rc-tags'>{reasons}</ul>" if reasons else "")
        + f"{why}</li>"
    )


def _why(words: Words, written: str | None, shown: Sequence[str] | None, names: Mapping[str, str]) -> str:
    """What somebody wrote; where responses stood otherwise before them, what their letters mean here."""
    if not written:
        return ""
    here = [each for each in names if each not in (TIE, BOTH_BAD)]
    pairs = [
        words("letter_there", there=side_of(each, shown), here=side_of(each, here))
        for each in shown or ()
        if shown and side_of(each, shown) != side_of(each, here)
    ]
    saw = words.html("letters_there", pairs=words("list_comma").join(pairs)) if pairs else ""
    note = f"<p class='rc-hint'>{saw}</p>" if saw else ""  # first: the letters are read in its light
    return f"{note}<blockquote class='rc-why'>{visible_source(written)}</blockquote>"


def _of(words: Words, what: str, told: str) -> str:
    """What is told of something, parted as the language does."""
    return words.html("told_of", what=what, told=told)


def _reason(words: Words, name: str, own_reasons: Mapping[str, str]) -> str:
    if name in own_reasons:
        return own_reasons[name]
    known = TEXTS[words.language].get(f"reason_{name}") if name in KNOWN_REASONS else None
    return known or name
