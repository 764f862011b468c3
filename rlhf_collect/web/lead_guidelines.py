"""The guidelines as a lead reads them: the text in force, and what each version changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import pairwise
from typing import Any

from rlhf_collect.domain.paragraphs import changed_paragraphs
from rlhf_collect.rendering import render_markdown
from rlhf_collect.web.lead_report import section_html
from rlhf_collect.web.lead_words import Words

MOST_VERSIONS = 20
"""Versions on the page; the API has all."""
Texts = Mapping[str, str]
"""A text by its language; under ``""`` one whose language nobody said."""


def guidelines_html(words: Words, found: Sequence[Mapping[str, Any]]) -> str:
    """The text in force, then the versions with what each changed, the latest first."""
    now = found[0]
    text = render_markdown(_in(texts_of(now), words.language))
    title = words("guidelines_now", version=now["version"])
    box = f"class='rc-guidelines' dir='auto' tabindex='0' role='region' aria-label='{escape(title)}'"
    reading = f"<div {box}>{text}</div>"
    in_force = section_html(
        title,
        f"<p class='rc-hint'>{_said(words, now)}</p>{reading}",
        words("guidelines_text"),
    )
    if len(found) == 1:
        return in_force
    shown = pairwise(found[: MOST_VERSIONS + 1])
    items = "".join(
        f"<details><summary>{words.html('guidelines_changed', version=new['version'], before=old['version'])}"
        f"</summary><p class='rc-hint'>{_said(words, new)}</p>{changes_html(words, texts_of(old), texts_of(new))}"
        "</details>"
        for new, old in shown
    )
    began = words.html("guidelines_first", version=found[-1]["version"])
    first = f"<p class='rc-hint'>{began} {_said(words, found[-1])}</p>"
    return in_force + section_html(
        words("guidelines_versions"), f"<div class='rc-versions'>{items}</div>{first}"
    )


def texts_of(guidelines: Mapping[str, Any]) -> Texts:
    """The text in the languages it is known in, or one under no language."""
    return guidelines["texts"] or {"": guidelines["text"]}


def changes_html(words: Words, old: Texts, new: Texts) -> str:
    """What a text was and what it becomes, paragraph by paragraph, in each language both are written in."""
    common = [each for each in new if each in old]
    if not common:
        return _changes(words, _in(old, words.language), _in(new, words.language))
    left = [each for each in common if new[each] == old[each]]
    behind = (
        ""
        if len(left) == len(common)
        else "".join(
            f"<p class='rc-notice'>{words.html('guidelines_behind', language=words(f'in_{each}'))}</p>"
            for each in left
        )
    )
    return behind + "".join(
        (f"<h4>{words.html(f'in_{each}')}</h4>" if len(common) > 1 else "")
        + _changes(words, old[each], new[each])
        for each in common
    )


def _changes(words: Words, old: str, new: str) -> str:
    changes = changed_paragraphs(old, new)
    if all(each.kind == "same" for each in changes):
        return f"<p class='rc-hint'>{words.html('guidelines_same')}</p>"
    marks = {"same": "div", "added": "ins", "removed": "del"}
    body = "".join(
        f"<{marks[each.kind]} dir='auto'>"
        + (f"<span class='rc-change'>{words.html(each.kind)}</span>" if each.kind != "same" else "")
        + f"{render_markdown(each.text)}</{marks[each.kind]}>"
        for each in changes
    )
    return f"<div class='rc-changes'>{body}</div>"


def _in(texts: Texts, language: str) -> str:
    """The text in a language, or the first there is."""
    return texts.get(language) or next(iter(texts.values()))


def _said(words: Words, each: Mapping[str, Any]) -> str:
    by = words("guidelines_by", name=each["by"]) if each["by"] else words("guidelines_from_file")
    return words.html(
        "guidelines_said",
        day=words.day(datetime.fromisoformat(each["since"]).date()),
        by=by,
        words=words.count(len(_in(texts_of(each), words.language).split()), "guideline_words"),
        people=words.count(each["confirmed"], "guideline_people"),
        judgements=words.count(each["judgements"], "guideline_judgements"),
    )
