"""What to look at, on the page: in the lead's language, escaped, and nothing while there is nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Flag
from rlhf_collect.services.alerts import project_alerts
from rlhf_collect.services.context import Context
from rlhf_collect.services.flagged import texts_of_comparisons
from rlhf_collect.services.judgements import submit_judgement
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.web.lead_alerts import alerts_html, alerts_part, flagged_names, flags_wait_before
from rlhf_collect.web.lead_words import words_in
from rlhf_collect.web.quiet_gradio import gr
from tests.making import HeldClock, bring, invite, make_project

HOSTILE = "<img src=x onerror=alert(1)>"


def alert(kind: str, figures: dict[str, Any], *sent: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "since": "2026-03-02T09:00:00+00:00", "figures": figures, "sent": list(sent)}


def sent(outcome: str, *, tries: int = 1, said: str = "") -> dict[str, Any]:
    tried = {"tried_at": "2026-03-03T09:00:00+00:00", "retry_at": None}
    return {"channel": "webhook", "outcome": outcome, "tries": tries, "said": said} | tried


DRY = {"judgements_left": 0}
FLAGS = {
    "comparisons": 1,
    "days": 2,
    "before": "2026-02-28T09:00:00+00:00",
    "oldest": "2026-02-27",
    "flags": [
        {"comparison": HOSTILE, "target": "prompt", "flag": "broken"},
        {"comparison": HOSTILE, "target": f"{HOSTILE}-a", "flag": "harmful"},
    ],
}


TEXTS = {
    HOSTILE: {
        "prompt": [{"role": "user", "content": f"Look: {HOSTILE}"}],
        "completions": [{"id": f"{HOSTILE}-a", "content": [{"role": "assistant", "content": "x" * 5000}]}],
    }
}


def page(*alerts: dict[str, Any], language: str = "en", problem: str | None = None) -> str:
    channels = [{"channel": "webhook", "problem": problem}]
    return alerts_html(words_in(language), {"alerts": list(alerts), "channels": channels}, TEXTS)


def test_nothing_to_look_at_is_nothing_at_all():
    assert page(problem="Not set where this runs: X.") == ""
    assert flags_wait_before({"alerts": []}) == ""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_flagged_is_listed_and_escaped(language: str):
    html = page(alert("flags_wait", FLAGS), language=language)
    assert HOSTILE not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") == 4
    said = {"en": "broken or cut off; ", "fr": "abîmé ou coupé; "}[language]
    assert said in html
    assert flags_wait_before({"alerts": [alert("flags_wait", FLAGS)]}) == FLAGS["before"]


def test_what_was_flagged_can_be_read_folded_in_and_long_texts_by_their_beginning():
    html = page(alert("flags_wait", FLAGS))
    read = html.partition("<summary>Read it</summary>")[2].partition("</details>")[0]
    assert "Look: &lt;img src=x onerror=alert(1)&gt;" in read
    assert "x" * 4000 in read
    assert "x" * 4001 not in read
    assert "1,000 characters more." in read
    assert flagged_names({"alerts": [alert("flags_wait", FLAGS), alert("running_dry", DRY)]}) == [HOSTILE]


def test_what_was_looked_at_is_said_in_the_leads_language_and_why_not(ctx: Context, clock: HeldClock):
    project = make_project(ctx)
    bring(ctx, project, 1)
    ada, lead = invite(ctx, project, "Ada").actor, invite(ctx, project, "lea", "lead").actor
    held = next_assignment(ctx, ada, project.name)
    draft, flags = Draft(choice=held.presentation[0], strength=1), [Flag(target="prompt", flag="broken")]
    submit_judgement(ctx, ada, held.assignment_id, held.judgement_id, [draft], flags=flags)
    clock.move(days=3)
    found = project_alerts(ctx, lead, project.name)
    (name,) = flagged_names(found)
    texts = texts_of_comparisons(ctx, lead, project.name, [name, "nowhere"])
    assert list(texts) == [name]
    assert [each["id"] for each in texts[name]["completions"]] == [f"{name}-a", f"{name}-b"]
    with gr.Blocks():
        part = alerts_part(ctx, lambda _: (lead, project), lambda *_: words_in("fr"))
    assert "C’est noté" in part.note(gr.Request(), flags_wait_before(found))[0]
    said, noted = part.note(gr.Request(), "never")
    assert not noted
    assert "is no moment" in said


@pytest.mark.parametrize(
    ("outcome", "english", "french"),
    [
        ("delivered", "Sent by webhook on 3 March 2026.", "Envoyé par webhook le 3 mars 2026."),
        ("failed", "will be tried again.", "il sera tenté à nouveau."),
        ("given_up", "given up on 3 March 2026 (tries: 6).", "abandonné le 3 mars 2026 (essais\u00a0: 6)."),
        ("waiting", "It is being sent by webhook.", "L’envoi par webhook est en cours."),
    ],
)
def test_what_became_of_sending_is_said(outcome: str, english: str, french: str):
    told = alert("running_dry", DRY, sent(outcome, tries=6, said="It answered <500>."))
    for language, words in (("en", english), ("fr", french)):
        html = page(told, language=language)
        assert words in html
        assert "<span lang='en'>It answered &lt;500&gt;.</span>" in html


def test_what_was_not_sent_yet_is_not_spoken_of_and_a_channel_that_cannot_be_used_is():
    html = page(alert("running_dry", DRY, sent("waiting", tries=0)), problem="Not set where this runs: <X>.")
    assert "being sent" not in html
    assert "Nothing can be sent by webhook from this server:" in html
    assert "&lt;X&gt;" in html


def test_no_alert_of_the_page_has_a_place_left_to_fill_in():
    band = {"value": 0.5, "low": 0.4, "high": 0.6}
    people = {"raters": 5, "with_nothing": 3, "comparisons_open": 4, "judgements_left": 1200}
    days = {"day": "2026-03-05", "low": "2026-03-04", "high": None, "per_day": 9.5, "comparisons_open": 4}
    agreement = {
        "criterion": "overall", "guidelines_before": "1", "guidelines_after": "2", "figure": "percent_agreement",
        "before": band, "after": band, "difference": band, "comparisons_before": 20, "comparisons_after": 1200,
    }  # fmt: skip
    side = band | {"criterion": "overall", "n": 120}
    for language in ("en", "fr"):
        html = page(
            alert("nothing_to_do", people),
            alert("nothing_to_do", people | {"with_nothing": 5}),
            alert("running_dry", days | {"judgements_left": 9}),
            alert("agreement_fell", agreement),
            *(alert("one_side_wins", side | {"side": each}) for each in ("first", "second")),
            language=language,
        )
        assert not re.search(r"[{}]", html)
        assert html.count("<li>") == 6
