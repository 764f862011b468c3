"""Deciding contested comparisons on the lead's page: what the form holds, and what is said in the lead's language."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import BadCall
from rlhf_collect.services.adjudications import adjudicate
from rlhf_collect.services.contested import contested_comparisons, which_of
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.projects import Project
from rlhf_collect.web.lead_decide import Desk, Offered, offering
from rlhf_collect.web.lead_referrals import EVERY
from rlhf_collect.web.lead_referrals import Desk as Referring
from rlhf_collect.web.lead_words import words_in
from rlhf_collect.web.quiet_gradio import gr
from tests.making import bring, comparison, invite, make_project, said
from tests.web.test_lead_tabs import START, AtHome, contested_project, drawn

HERE = replace(START, opened="contested")
NOBODY = gr.Request()


def lead_in(ctx: Context, count: int = 6) -> tuple[AtHome, Actor, Project]:
    """The page of a lead whose raters differ on ``count`` comparisons."""
    project = contested_project(ctx, count)
    lead = invite(ctx, project, "lea", "lead").actor
    return AtHome(ctx, lead, project), lead, project


def decide(ctx: Context, lead: Actor, project: Project, name: str = "c0", **more: Any) -> None:
    adjudicate(ctx, lead, project.name, name, choice=f"{name}-b", reason="B says more.", strength=2, **more)


def desk(ctx: Context, lead: Actor, project: Project, language: str) -> Desk:
    return Desk(ctx, lambda _: (lead, project), lambda *_: words_in(language))


def offered(page: AtHome, **changes: Any) -> Offered:
    held: Offered = drawn(page, replace(HERE, **changes))["offered"]
    return held


def test_with_other_comparisons_the_form_is_empty_and_with_the_same_it_stays(ctx: Context) -> None:
    page, *_ = lead_in(ctx)
    turned = drawn(page, replace(HERE, after=5), turned=True)
    assert turned["decidable"]["value"] is None
    assert (turned["choice"]["choices"], turned["choice"]["value"]) == ([], None)
    assert (turned["reason"], turned["said"]) == ("", "")
    same = drawn(page, HERE)
    assert "value" not in same["decidable"]
    assert [same[each] for each in ("decided text", "choice", "reason", "said")] == [gr.skip()] * 4
    assert len(offering({}, empty=True)) == len(offering({}, empty=False)) == 7
    assert turned["decided text"] == ""


def test_the_comparison_that_is_chosen_stands_in_the_form_whatever_its_text_is(ctx: Context) -> None:
    page, *_ = lead_in(ctx)
    held = offered(page)
    assert held is not None
    text = held["c0"].html
    assert "<strong>bold</strong>" in text and "rc-responses" in text
    assert "<img" not in text and "href" not in text


def test_what_the_lead_decided_already_is_filled_in_and_keeps_its_strength(ctx: Context) -> None:
    page, lead, project = lead_in(ctx)
    decide(ctx, lead, project)
    held = offered(page, listed="all", after=5)
    assert held is not None
    assert dict(held["c0"].mine) == {"by": "lea", "role": "lead", "choice": "c0-b", "strength": 2} | {
        "reason": "B says more.",
        "shown": None,
    }
    said, done = desk(ctx, lead, project, "en").decide(NOBODY, "c0", "c0-b", "B says more.", held, None)
    assert done
    assert "was decided like this already" in said
    other = AtHome(ctx, invite(ctx, project, "max", "lead").actor, project)
    theirs = offered(other, listed="all", after=5)
    assert theirs is not None
    assert theirs["c0"].mine == {}


def test_a_lead_hears_that_another_one_had_decided_what_was_still_open_on_the_screen(ctx: Context) -> None:
    page, lead, project = lead_in(ctx)
    held = offered(page)
    decide(ctx, invite(ctx, project, "max", "lead").actor, project)
    said, done = desk(ctx, lead, project, "en").decide(NOBODY, "c0", "c0-a", "A says more.", held, None)
    assert done
    assert "Decided before you by max" in said
    said, _ = desk(ctx, lead, project, "en").decide(NOBODY, "c1", "c1-a", "A says more.", held, None)
    assert "before you" not in said


def test_a_decision_is_taken_back_once_and_then_there_is_none(ctx: Context) -> None:
    page, lead, project = lead_in(ctx)
    held = offered(page)
    french = desk(ctx, lead, project, "fr")
    none = "Vous n’avez aucune décision à retirer sur c0."
    assert none in french.take_back(NOBODY, "c0", held, None)[0]
    decide(ctx, lead, project)
    assert "est retirée" in french.take_back(NOBODY, "c0", held, None)[0]
    assert none in french.take_back(NOBODY, "c0", held, None)[0]


def test_a_refusal_of_the_service_says_in_french_what_it_means(ctx: Context) -> None:
    page, lead, project = lead_in(ctx)
    said, done = desk(ctx, lead, project, "fr").decide(
        NOBODY, "c0", "c0-z", "Parce que.", offered(page), None
    )
    assert not done
    assert "La réponse ne convient pas à la question." in said


def test_decided_comparisons_are_counted_and_listed_only_on_request_at_the_end(ctx: Context) -> None:
    page, lead, project = lead_in(ctx)
    assert not drawn(page, HERE)["listed"]["visible"]
    decide(ctx, lead, project)
    shown = drawn(page, HERE)
    assert "Raters differ on 6 comparisons. 1 is decided." in shown["contested"]
    assert "Shown: 1 to 5 of 5." in shown["contested"]
    assert list(shown["offered"]) == ["c1", "c2", "c3", "c4", "c5"]
    assert (shown["listed"]["visible"], shown["listed"]["value"]) == (True, "undecided")
    assert not shown["later"]["visible"]
    last = drawn(page, replace(HERE, listed="all", after=5))
    assert list(last["offered"]) == ["c0"]
    assert "<b>lea</b> <span>B · &lt;img" in last["contested"]
    assert ", better</span>" in last["contested"].partition("What was decided")[2]
    mine = drawn(page, replace(HERE, listed="decided"))
    assert list(mine["offered"]) == ["c0"]
    assert "Shown: 1 to 1 of 1." in mine["contested"]
    assert (mine["listed"]["value"], mine["later"]["visible"]) == ("decided", False)
    for number in range(1, 6):
        decide(ctx, lead, project, f"c{number}")
    assert "None of them is left here." in drawn(page, HERE)["contested"]


def test_who_asks_the_service_gets_all_or_the_undecided_and_both_counts(ctx: Context) -> None:
    _, lead, project = lead_in(ctx, 2)
    decide(ctx, lead, project)
    whole = contested_comparisons(ctx, lead, project.name)
    left = contested_comparisons(ctx, lead, project.name, which="undecided")
    assert [each["comparison"] for each in whole["comparisons"]] == ["c1", "c0"]
    assert [each["comparison"] for each in left["comparisons"]] == ["c1"]
    done = contested_comparisons(ctx, lead, project.name, which="decided")
    assert [each["comparison"] for each in done["comparisons"]] == ["c0"]
    assert [(each["total"], each["decided"]) for each in (whole, left, done)] == [(2, 1)] * 3
    with pytest.raises(BadCall, match="undecided or decided"):
        contested_comparisons(ctx, lead, project.name, which="some")
    with pytest.raises(BadCall, match="exclude each other"):
        which_of(undecided=True, decided=True)


def test_a_decision_that_is_changed_is_said_to_be_changed(ctx: Context) -> None:
    page, lead, project = lead_in(ctx)
    decide(ctx, lead, project)
    held = offered(page, listed="decided")
    said, done = desk(ctx, lead, project, "en").decide(NOBODY, "c0", "c0-a", "A says more.", held, None)
    assert done
    assert "Your decision about c0 is changed." in said


def test_a_reason_of_a_letter_is_asked_for_again_in_french(ctx: Context) -> None:
    page, lead, project = lead_in(ctx)
    for why in ("x", "\u200b" * 20):
        said, done = desk(ctx, lead, project, "fr").decide(NOBODY, "c0", "c0-b", why, offered(page), None)
        assert not done
        assert "au moins 10 caractères" in said


def test_what_is_left_to_a_second_rater_is_marked_and_the_forms_say_what_came_of_it(ctx: Context) -> None:
    page, lead, project = lead_in(ctx, 2)
    invite(ctx, project, "Bea <b>")
    acting = {
        language: Referring(ctx, lambda _: (lead, project), lambda *_, spoken=language: words_in(spoken))
        for language in ("en", "fr")
    }
    english, french = acting["en"], acting["fr"]
    assert english.leave(NOBODY, None, None) == (english.take_back(NOBODY, None, None)[0], False)
    assert "No rater decides in this project yet" in english.leave(NOBODY, EVERY, None)[0]
    assert "Choisissez la personne." in french.name(NOBODY, None, None)[0]
    assert "Bea &lt;b&gt; tranche désormais." in french.name(NOBODY, "Bea <b>", None)[0]
    assert "1 comparaison est confiée" in french.leave(NOBODY, "c0", None)[0]
    assert "That waits for a second rater already." in english.leave(NOBODY, "c0", None)[0]
    shown = drawn(page, HERE)
    assert "1 waits for a second rater." in shown["contested"]
    assert shown["contested"].count("class='rc-waits'") == 1
    offered = {name: said for said, name in shown["referable"]["choices"]}
    assert re.fullmatch(r"c0 · .{50,60}… \(waits for a second rater\)", offered["c0"])
    assert re.fullmatch(r"c1 · .{50,60}…", offered["c1"])
    assert (offered["c1"], "c1") in shown["decidable"]["choices"]
    assert "Who decides: Bea &lt;b&gt;." in shown["second raters"]
    assert "lea" not in shown["who decides"]["choices"]
    assert "1 comparison does not wait" in english.take_back(NOBODY, EVERY, None)[0]
    assert "Nothing of that waits" in english.take_back(NOBODY, "c0", None)[0]
    page_of_two = dict(shown["referable"]["choices"])["The 2 on this page"]
    assert "2 comparisons are left" in english.leave(NOBODY, page_of_two, None)[0]
    assert "tranche plus" in french.end(NOBODY, "Bea <b>", None)[0]


@pytest.mark.parametrize(
    ("language", "meant"),
    [
        ("en", "They saw another order: their A is B here, their B is A here."),
        ("fr", "L’ordre des réponses était autre pour eux : leur A est B ici, leur B est A ici."),
    ],
)
def test_letters_in_what_somebody_wrote_are_told_where_responses_stood_otherwise_before_them(
    ctx: Context, language: str, meant: str
) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("c0")])
    answers = [
        replace(
            said("c0", rater, choice, presentation=order),
            draft=Draft(choice=choice, rationale="A says more."),
        )
        for rater, choice, order in (
            ("ann", "c0-b", ("c0-b", "c0-a")),
            ("bob", "c0-a", ("c0-a", "c0-b")),
            ("cid", "c0-a", None),
        )
    ]
    import_judgements(ctx, OPERATOR, project.name, answers, source="judged.jsonl")
    page = AtHome(ctx, invite(ctx, project, "lea", "lead").actor, project)
    page.choose(language, NOBODY)
    html = drawn(page, HERE)["contested"]
    assert html.count("A says more.") == 3
    assert html.count("<p class='rc-hint'>" + meant) == 1
    assert html.index("<b>ann</b>") < html.index(meant) < html.index("<b>bob</b>")
