"""The forms about raters and what is told of decisions and appeals: each refusal in words of the lead's language."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.context import Context
from rlhf_collect.services.decided import list_exclusions
from rlhf_collect.services.projects import Project
from rlhf_collect.web.lead_appeals import AppealsForm, appeals_form
from rlhf_collect.web.lead_appeals_desk import Desk
from rlhf_collect.web.lead_decided import appeal_choice, decided_html
from rlhf_collect.web.lead_words import words_in
from rlhf_collect.web.quiet_gradio import gr
from tests.making import ask_and_judge, bring, comparison, invite, make_project
from tests.services.test_exclusions import ORDINARY, known_as

WHY = "The first response shown was chosen every time, whatever it says."
A_DECISION = "decision:00000000-0000-0000-0000-000000000001"
A_CONTROL = "control:00000000-0000-0000-0000-000000000001"
NOBODY: Any = None


def desk_of(ctx: Context, actor: Actor, project: Project, language: str) -> Desk:
    return Desk(ctx, lambda _: (actor, project), lambda *_: words_in(language))


@pytest.fixture
def french(ctx: Context) -> Desk:
    project = make_project(ctx)
    return desk_of(ctx, invite(ctx, project, "Lea", "lead").actor, project, "fr")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (("", ["drift"], [], "", WHY), "Choisissez la personne"),
        (("vz", [], [], "", WHY), "Dites sur quoi elle repose"),
        (("vz", ["drift"], [], "", "trop court"), "au moins 40 caractères de motifs"),
    ],
)
def test_what_a_decision_lacks_is_said_in_the_language_of_the_lead(
    french: Desk, fields: tuple[Any, ...], told: str
) -> None:
    said, done = french.exclude(NOBODY, *fields)
    assert told in unescape(said)
    assert not done


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ((None, "upheld", "", "oui"), "Choisissez un recours"),
        ((A_DECISION, "partly", "", WHY), "nommez les comparaisons"),
        ((A_DECISION, "rejected", "c1", WHY), "videz leur champ"),
        ((A_DECISION, "rejected", "", "non"), "au moins 40 caractères de motifs"),
        ((A_DECISION, "upheld", "", " "), "Écrivez pourquoi"),
        ((A_CONTROL, "partly", "c1", WHY), "reste ou disparaît"),
    ],
)
def test_what_an_answer_lacks_is_said_in_the_language_of_the_lead(
    french: Desk, fields: tuple[Any, ...], told: str
) -> None:
    said, done = french.answer(NOBODY, *fields)
    assert told in unescape(said)
    assert not done
    assert "partly" not in said


def test_what_only_the_service_knows_is_marked_as_english(french: Desk) -> None:
    said, done = french.answer(NOBODY, A_DECISION, "upheld", "", "Oui.")
    assert "<span lang='en'>There is no such appeal" in said
    assert not done


def test_a_known_answer_is_not_offered_to_be_upheld_in_part(french: Desk) -> None:
    offered = {each: french.steps(NOBODY, each, "partly") for each in (A_CONTROL, A_DECISION)}
    assert [name for _, name in offered[A_CONTROL]["choices"]] == ["upheld", "rejected"]
    assert offered[A_CONTROL]["value"] is None
    assert [name for _, name in offered[A_DECISION]["choices"]] == ["upheld", "partly", "rejected"]
    assert "value" not in offered[A_DECISION]


def test_the_known_answers_a_rater_met_are_offered_and_a_decision_rests_on_one(ctx: Context) -> None:
    project = make_project(ctx, quality={"gold_share": 0.05})
    bring(ctx, project, ORDINARY)
    bring(ctx, project, [comparison("g0", gold="g0-a")])
    ada, lea = invite(ctx, project, "Ada").actor, invite(ctx, project, "Lea", "lead").actor
    for _ in range(ORDINARY + 1):
        ask_and_judge(ctx, ada, project)
    desk = desk_of(ctx, lea, project, "en")
    assert desk.known_answers(NOBODY, known_as(ctx, ada))["choices"] == ["g0"]
    assert desk.known_answers(NOBODY, "nobody")["choices"] == []
    said, done = desk.exclude(NOBODY, known_as(ctx, ada), [], ["g0"], "", WHY)
    assert "21 judgements, counting known answers and repeats" in said
    assert done
    (decision,) = list_exclusions(ctx, lea, project.name)
    assert decision["evidence"] == {"figures": [], "controls": ["g0"]}


@pytest.fixture
def form(ctx: Context) -> Iterator[AppealsForm]:
    with gr.Blocks(analytics_enabled=False):
        form = appeals_form(ctx, NOBODY, NOBODY)
        form.wire(lambda *_: [], [], [])
        yield form


def test_each_form_says_below_its_own_button_what_came_of_it(form: AppealsForm) -> None:
    for button, said in zip((form.exclude, form.lift, form.send), form.said, strict=True):
        siblings = said.parent.children
        above = siblings[siblings.index(said) - 1]
        assert button in (above, *getattr(above, "children", ()))
    assert len({id(each) for each in form.said}) == 3


def appeal(**changes: Any) -> dict[str, Any]:
    held = {
        "appeal": "00000000-0000-0000-0000-000000000001", "subject": "control", "rater": "vz7n", "state": "open",
        "due_at": "2026-12-03T00:00:00", "by": "", "reasons": "Both are true.", "answer": "", "decision": None,
        "control": {
            "comparison": "a-very-long-name-of-a-comparison-0001", "prompt": "Which", "request": "Which <b>one</b>?",
            "responses": [{"id": "g0-a", "text": "This <script>"}, {"id": "g0-b", "text": "That"}],
            "answer": "tie", "expected": "g0-a", "reason": "It is so.",
        },
    }  # fmt: skip
    return held | changes


@pytest.mark.parametrize(
    ("language", "tie"), [("en", "equally good"), ("fr", "aussi bonnes l’une que l’autre")]
)
def test_whoever_answers_reads_the_responses_of_a_known_answer_escaped(language: str, tie: str) -> None:
    html = decided_html(words_in(language), [], [appeal()])
    folded = html.split("<details", 1)[1].split("</details>", maxsplit=1)[0]
    assert "That" in folded
    assert "one" in folded
    assert "<script" not in html
    assert "<b>one" not in html
    assert tie in unescape(html)


def test_what_a_decision_is_about_is_counted_and_folded_and_evidence_is_parted_as_the_language_does() -> None:
    names = [f"c{place:03}" for place in range(75)]
    decision = {
        "rater": "vz7n", "by": "Lea", "state": "announced", "since": None, "effective_at": "2026-12-03T00:00:00",
        "judgements": 75, "returned": 0, "reasons": WHY, "comparisons": names,
        "evidence": {"figures": ["first_shown", "beside_others"], "controls": []},
    }  # fmt: skip
    contested = appeal(subject="decision", control=None, decision=decision)
    html = unescape(decided_html(words_in("fr"), [decision], [contested]))
    folded = html.split("<details", 1)[1].split("</details>", maxsplit=1)[0]
    assert "Porte sur 75 comparaisons</summary>" in folded
    assert html.count("c074") == folded.count("c074") == 1
    assert "choix affiché en premier\u00a0; face aux autres" in html


def test_an_appeal_has_a_short_name_in_the_list() -> None:
    name, value = appeal_choice(words_in("fr"), appeal())
    assert name == "vz7n\u00a0: a-very-long-name-of-…"
    assert value == A_CONTROL
