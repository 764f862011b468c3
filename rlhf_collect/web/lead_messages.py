"""What raters wrote to the leads, on their page: what waits for an answer first, and the form that answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.messages import MOST_TEXT, SETTLED, WAITING
from rlhf_collect.ids import new_id
from rlhf_collect.rendering import show_reordering
from rlhf_collect.services.context import Context
from rlhf_collect.services.messages import reply
from rlhf_collect.services.names import A_RATER
from rlhf_collect.services.projects import Project
from rlhf_collect.services.threads import RATER
from rlhf_collect.web.lead_about import About, AboutForm, about_form
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking
from rlhf_collect.web.lead_report import quote_html, section_html
from rlhf_collect.web.lead_sending import Unclear
from rlhf_collect.web.lead_words import Words

MOST_SHOWN = 100
"""Threads on the page; the API has all."""
ANSWERING = "messages"
"""Id of the form that answers."""
MOST_OF_THREAD = 6
"""Its last messages on the page, each with so many characters; the API has the others."""
MOST_OF_A_TEXT = 40
"""Characters of what a thread begins with, in a list to choose from."""


def messages_html(words: Words, told: Sequence[Mapping[str, Any]]) -> str:
    """The threads, those that wait for an answer first; a sentence where there is none."""
    if not told:
        hint = f"<p class='rc-hint'>{words.html('messages_none')}</p>"
        return section_html(words("messages"), hint, words("messages_text"))
    items = "".join(f"<li>{_thread(words, each)}</li>" for each in told[:MOST_SHOWN])
    left = len(told) > MOST_SHOWN
    more = f"<p class='rc-hint'>{words.html('messages_more', n=words.number(MOST_SHOWN))}</p>" if left else ""
    return section_html(
        words("messages"), f"<ul class='rc-remarks rc-threads'>{items}</ul>{more}", words("messages_text")
    )


def answerable(words: Words, told: Sequence[Mapping[str, Any]]) -> Choices:
    """Those that can be answered, by whom they are of and what they begin with."""
    return [
        (words("message_name", rater=_who(words, each), text=_beginning(each)), each["thread"])
        for each in told[:MOST_SHOWN]
        if each["state"] != SETTLED
    ]


def _who(words: Words, thread: Mapping[str, Any]) -> str:
    return words("a_rater") if thread["rater"] == A_RATER else str(thread["rater"])


def _beginning(thread: Mapping[str, Any]) -> str:
    """What the rater wrote last, as much as a list to choose from has room for."""
    said = [each["text"] for each in thread["messages"] if each["from"] == RATER][-1]
    line = " ".join(said.split())
    line = "".join(each for each in line if each.isprintable())
    return show_reordering(line if len(line) <= MOST_OF_A_TEXT else f"{line[:MOST_OF_A_TEXT]}…")


def _thread(words: Words, thread: Mapping[str, Any]) -> str:
    day = words.day(thread["since"]) if thread["since"] else ""
    stands = words.html(f"message_{thread['state']}", day=day)
    about = "" if thread["about"] is None else _about(words, thread["about"])
    earlier = len(thread["messages"]) - MOST_OF_THREAD
    said = (
        f"<p class='rc-hint'>{words.html('messages_earlier', n=words.number(earlier))}</p>"
        if earlier > 0
        else ""
    )
    said += "".join(_message(words, each) for each in thread["messages"][-MOST_OF_THREAD:])
    below = ""
    if thread["state"] == WAITING:
        link = (
            f"<a class='rc-file' href='#{ANSWERING}' data-choose='{escape(thread['thread'])}'>"
            f"{words.html('message_below')}</a>"
        )
        below = f"<p class='rc-hint'>{link}</p>"
    return f"<p><b>{escape(_who(words, thread))}</b> · {stands}</p>{about}{said}{below}"


def _message(words: Words, message: Mapping[str, Any]) -> str:
    day = words.day(message["written_on"])
    who = words("message_rater") if message["from"] == RATER else message["by"] or words("a_lead")
    said = words.html("message_by", who=who, day=day)
    return f"<p class='rc-hint'>{said}</p>{quote_html(message['text'])}"


def _about(words: Words, about: Mapping[str, Any]) -> str:
    """The comparison, folded in, in the letters its rater writes of."""
    ordered = all(each["side"] for each in about["responses"])
    parts = [(words("prompt"), about["request"])]
    parts += [
        (words("message_response", side=each["side"], id=each["id"]) if ordered else each["id"], each["text"])
        for each in about["responses"]
    ]
    body = "".join(f"<p class='rc-hint'>{escape(name)}</p>{quote_html(text)}" for name, text in parts)
    body += "" if ordered else f"<p class='rc-hint'>{words.html('message_no_order')}</p>"
    summary = words.html("message_about", comparison=about["comparison"])
    return f"<details class='rc-more'><summary>{summary}</summary>{body}</details>"


def messages_form(ctx: Context, looking: Looking, speaking: Speaking) -> AboutForm:
    """The form that answers."""

    def send(words: Words, actor: Actor, project: Project, thread: str, answer: str) -> str:
        if not answer.strip():
            raise Unclear(words("message_empty"))
        try:
            asked = UUID(thread)
        except ValueError:
            raise Unclear(words("message_name_it")) from None
        reply(ctx, actor, project.name, asked, new_id(), answer)
        return words("message_sent")

    about = About(
        form=ANSWERING,
        labels=("message_which", "message_answer", "message_send"),
        missing="message_name_it",
        lines=3,
        most=MOST_TEXT,
        deed=send,
        variant="primary",
    )
    return about_form(about, looking, speaking)
