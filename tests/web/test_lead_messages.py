"""Messages on the lead's page: hostile text is text, each refusal is in the lead's language, what is chosen stays."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from rlhf_collect.domain.actor import Actor
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.messages import settle_thread, write_message
from rlhf_collect.services.projects import Project
from rlhf_collect.services.threads import list_threads
from rlhf_collect.web.lead_about import AboutForm
from rlhf_collect.web.lead_alerts import alerts_html
from rlhf_collect.web.lead_messages import (
    MOST_OF_THREAD,
    MOST_SHOWN,
    answerable,
    messages_form,
    messages_html,
)
from rlhf_collect.web.lead_report import MOST_QUOTED
from rlhf_collect.web.lead_words import words_in
from rlhf_collect.web.quiet_gradio import gr
from tests.making import invite, make_project

NOBODY: Any = None
NO_THREAD = "00000000-0000-0000-0000-000000000001"
HOSTILE = "<script>alert(1)</script>\u202eevil"


@pytest.fixture
def project(ctx: Context) -> Project:
    return make_project(ctx)


@pytest.fixture
def ada(ctx: Context, project: Project) -> Actor:
    return invite(ctx, project, "Ada").actor


def form_of(ctx: Context, project: Project, language: str) -> AboutForm:
    lead = invite(ctx, project, "Lea", "lead").actor
    with gr.Blocks():
        return messages_form(ctx, lambda _: (lead, project), lambda *_: words_in(language))


def told(ctx: Context, project: Project) -> list[dict[str, Any]]:
    return list_threads(ctx, invite(ctx, project, "Max", "lead").actor, project.name)


def test_what_a_rater_writes_is_text_whatever_it_is(ctx: Context, project: Project, ada: Actor) -> None:
    write_message(ctx, ada, new_id(), HOSTILE)
    html = messages_html(words_in("en"), told(ctx, project))
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_a_message_leads_read_where_raters_find_the_button(language: str) -> None:
    html = unescape(messages_html(words_in(language), []))
    assert {"en": "Ask the leads", "fr": "Écrire aux responsables"}[language] in html


def test_what_a_list_to_choose_from_says_reorders_nothing_and_has_no_controls(
    ctx: Context, project: Project, ada: Actor
) -> None:
    write_message(ctx, ada, new_id(), "\u202eevil\x1b[31m words")
    ((name, _),) = answerable(words_in("en"), told(ctx, project))
    assert not {"\u202e", "\x1b"} & set(name)


def test_of_a_long_thread_the_page_has_the_last_messages_each_in_part(
    ctx: Context, project: Project, ada: Actor
) -> None:
    thread = write_message(ctx, ada, new_id(), "The first of all.").thread_id
    for number in range(MOST_OF_THREAD):
        write_message(ctx, ada, new_id(), f"{number}: " + "x" * 9_000, thread=thread)
    html = messages_html(words_in("en"), told(ctx, project))
    assert "Earlier ones, through the API: 1." in html
    assert "The first of all." not in html
    assert len(html) < MOST_OF_THREAD * (MOST_QUOTED + 500)


def test_a_settled_thread_is_told_and_not_offered_and_long_beginnings_are_cut(
    ctx: Context, project: Project, ada: Actor
) -> None:
    settled = write_message(ctx, ada, new_id(), "Never mind.").thread_id
    settle_thread(ctx, ada, settled)
    asked = write_message(ctx, ada, new_id(), "What is meant by better, " * 10).thread_id
    words = words_in("en")
    ((name, thread),) = answerable(words, told(ctx, project))
    assert thread == str(asked)
    assert name.endswith("…")
    assert "Never mind." in messages_html(words, told(ctx, project))


def test_of_many_threads_the_page_shows_some_and_says_how_many_more_there_are() -> None:
    message = {"from": "rater", "by": "", "text": "Why?", "written_on": "2026-03-02"}
    one = {"rater": "vz", "state": "waiting", "since": "2026-03-02", "about": None, "messages": [message]}
    many = [{**one, "thread": str(number)} for number in range(MOST_SHOWN + 1)]
    words = words_in("en")
    assert f"These are the first {MOST_SHOWN}; the API has the others." in messages_html(words, many)
    assert "the API has the others" not in messages_html(words, many[:-1])
    assert len(answerable(words, many)) == MOST_SHOWN


@pytest.mark.parametrize(
    ("which", "answer", "said"),
    [
        (None, "Oui.", "Choisissez ce à quoi"),
        (NO_THREAD, " ", "Écrivez d’abord"),
        (NO_THREAD, "Oui.", ""),
    ],
)
def test_what_an_answer_lacks_is_said_in_the_language_of_the_lead(
    ctx: Context, project: Project, which: str | None, answer: str, said: str
) -> None:
    html, worked = form_of(ctx, project, "fr").do(NOBODY, which, answer)
    assert said in unescape(html)
    assert html
    assert not worked


def test_an_answer_is_sent_once_it_says_something(ctx: Context, project: Project, ada: Actor) -> None:
    thread = write_message(ctx, ada, new_id(), "Why?").thread_id
    html, worked = form_of(ctx, project, "en").do(NOBODY, str(thread), "Because.")
    assert worked
    assert "Sent." in html
    assert told(ctx, project)[0]["state"] == "answered"


def test_the_overview_says_how_many_wait_beside_the_alert_about_those_that_wait_long() -> None:
    words = words_in("en")
    nothing: dict[str, Any] = {"alerts": [], "channels": []}
    assert "2 messages of raters wait" in alerts_html(words, nothing, {}, 0, 2)
    assert alerts_html(words, nothing, {}, 0, 0) == ""
    figures = {"messages": 1, "days": 2, "oldest": "2026-03-02"}
    alert = {"kind": "messages_wait", "figures": figures, "since": "2026-03-04T09:00:00+00:00", "sent": []}
    html = alerts_html(words, nothing | {"alerts": [alert]}, {}, 0, 2)
    assert "1 message of a rater has waited" in html
    assert "2 messages of raters wait for an answer on the Messages tab" in html
    assert "wait for an answer on the Messages tab" not in alerts_html(
        words, nothing | {"alerts": [alert]}, {}, 0, 1
    )  # it is that one
