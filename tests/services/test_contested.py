"""The comparisons raters differ on most, with all that was said, for leads and nobody else."""

from __future__ import annotations

import json

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.errors import BadCall, NotAllowed, NotFound
from rlhf_collect.services.contested import contested_comparisons
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.exports import judgement_stream
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.names import pseudonym_for_leads, pseudonym_key
from rlhf_collect.services.projects import Project
from tests.making import ask_and_judge, bring, comparison, invite, make_project, raters, said
from tests.services.looking import query

SPLIT = {"led": "aa", "close": "aab", "even": "ab", "three": "abt", "once": "a", "known": "ab"}
"""Comparison to what each of its raters chose: the letter of a completion, or t for a tie."""
TAGS = {"even": ("law",), "three": ("law", "maths"), "led": ("law",)}


def judged(ctx: Context, **settings: object) -> Project:
    """The comparisons of ``SPLIT``, judged elsewhere by r0, r1 and r2; one of them has a known answer."""
    project = make_project(ctx, **settings)
    bring(
        ctx,
        project,
        [
            comparison(name, tags=TAGS.get(name, ()), gold="known-a" if name == "known" else None)
            for name in SPLIT
        ],
    )
    items = [
        said(name, f"r{number}", "tie" if letter == "t" else f"{name}-{letter}")
        for name, letters in SPLIT.items()
        for number, letter in enumerate(letters)
    ]
    import_judgements(ctx, OPERATOR, project.name, items, source="judged.jsonl")
    return project


def differing(
    ctx: Context, choices: tuple[str, ...] = ("c000-a", "c000-b"), **settings: object
) -> tuple[Project, list[Actor]]:
    """One comparison that raters of this service judged differently."""
    project = make_project(ctx, overlap=len(choices), **settings)
    bring(ctx, project, 1)
    everybody = raters(ctx, project, len(choices))
    for actor, choice in zip(everybody, choices, strict=True):
        ask_and_judge(ctx, actor, project, choice)
    return project, everybody


def test_contested_is_what_two_judged_and_no_answer_leads_by_two_the_most_evenly_split_first(
    ctx: Context,
) -> None:
    found = contested_comparisons(ctx, OPERATOR, judged(ctx).name)
    told = [(each["comparison"], each["entropy"], each["judgements"]) for each in found["comparisons"]]
    assert told == [("three", 1.584963, 3), ("even", 1.0, 2), ("close", 0.918296, 3)]
    assert found["total"] == 3


def test_a_page_begins_after_so_many_and_a_tag_narrows_it(ctx: Context) -> None:
    name = judged(ctx).name
    second = contested_comparisons(ctx, OPERATOR, name, limit=1, after=1)
    assert [each["comparison"] for each in second["comparisons"]] == ["even"]
    assert second["total"] == 3
    found = contested_comparisons(ctx, OPERATOR, name, tag="law")
    assert [each["comparison"] for each in found["comparisons"]] == ["three", "even"]
    assert found["tags"] == [{"tag": "law", "comparisons": 2}, {"tag": "maths", "comparisons": 1}]
    assert contested_comparisons(ctx, OPERATOR, name, tag="' OR 1=1")["comparisons"] == []
    with pytest.raises(BadCall):
        contested_comparisons(ctx, OPERATOR, name, limit=51)


def test_beside_a_comparison_stand_its_models_and_who_said_what_and_why(ctx: Context) -> None:
    found = contested_comparisons(ctx, OPERATOR, judged(ctx).name)["comparisons"][1]
    assert found["prompt"][0]["content"] == "What is even?"
    assert [(each["id"], bool(each["model"])) for each in found["completions"]] == [
        ("even-a", True),
        ("even-b", True),
    ]
    assert found["completions"][0]["content"][0]["content"] == "Reply 0 about even."
    assert found["counts"] == {"even-a": 1, "even-b": 1}
    assert [(each["rater"], each["choice"]) for each in found["answers"]] == [
        ("r0", "even-a"),
        ("r1", "even-b"),
    ]


def test_practice_is_not_contested(ctx: Context) -> None:
    project = judged(ctx, practice={"comparisons": ["known"]})
    told = contested_comparisons(ctx, OPERATOR, project.name)["comparisons"]
    assert "known" not in {each["comparison"] for each in told}


def test_raters_stand_under_the_pseudonym_leads_know_them_by_and_nothing_says_when(ctx: Context) -> None:
    project, everybody = differing(ctx)
    found = contested_comparisons(ctx, OPERATOR, project.name)
    names = {each["rater"] for each in judgement_stream(ctx, OPERATOR, project.name)}
    assert {each["rater"] for each in found["comparisons"][0]["answers"]} == names
    whole = json.dumps(found)
    assert not [each.name for each in everybody if each.name in whole]
    assert not [word for word in ("submitted", "duration", "sequence", "arrival") if word in whole]


def test_where_raters_were_told_of_no_pseudonym_there_is_none(ctx: Context) -> None:
    project, _ = differing(ctx, quality={"visibility": "anonymous"})
    answers = contested_comparisons(ctx, OPERATOR, project.name)["comparisons"][0]["answers"]
    assert [each["rater"] for each in answers] == ["a rater", "a rater"]


def test_who_left_judgements_without_a_name_stands_without_a_pseudonym_too(ctx: Context) -> None:
    project, everybody = differing(ctx)
    erase_me(ctx, everybody[0], judgements="kept")
    answers = contested_comparisons(ctx, OPERATOR, project.name)["comparisons"][0]["answers"]
    assert [each["rater"] for each in answers].count("a rater") == 1


def test_an_empty_project_has_none_and_an_unknown_criterion_is_named(ctx: Context) -> None:
    project = make_project(ctx)
    assert contested_comparisons(ctx, OPERATOR, project.name)["comparisons"] == []
    with pytest.raises(NotFound):
        contested_comparisons(ctx, OPERATOR, project.name, "wit")


def test_a_rater_does_not_see_what_others_said(ctx: Context) -> None:
    project, everybody = differing(ctx)
    with pytest.raises(NotAllowed):
        contested_comparisons(ctx, everybody[0], project.name)
    lead = invite(ctx, project, "lea", "lead").actor
    assert contested_comparisons(ctx, lead, project.name)["total"] == 1


def test_what_stood_where_before_who_answered_is_told_and_is_none_of_who_judged_elsewhere(
    ctx: Context,
) -> None:
    project, everybody = differing(ctx)
    found = contested_comparisons(ctx, OPERATOR, project.name)["comparisons"][0]
    orders = {tuple(json.loads(row[0])) for row in query(ctx, "SELECT presentation FROM judgement")}
    assert {tuple(each["shown"]) for each in found["answers"]} == orders
    assert len(found["answers"]) == len(everybody)
    elsewhere = contested_comparisons(ctx, OPERATOR, judged(ctx, name="elsewhere").name)
    assert all(each["shown"] is None for one in elsewhere["comparisons"] for each in one["answers"])


def test_a_name_leaves_those_somebody_answered_and_a_name_beside_no_answer_is_refused(ctx: Context) -> None:
    project = judged(ctx)
    by_r2 = contested_comparisons(ctx, OPERATOR, project.name, rater="r2")
    assert [each["comparison"] for each in by_r2["comparisons"]] == ["three", "close"]
    assert (by_r2["rater"], by_r2["total"], by_r2["tags"]) == (
        "r2",
        2,
        contested_comparisons(ctx, OPERATOR, project.name)["tags"],
    )
    here, everybody = differing(ctx, name="here")
    names = {
        each["rater"]
        for one in contested_comparisons(ctx, OPERATOR, here.name)["comparisons"]
        for each in one["answers"]
    }
    assert len(names) == len(everybody)
    for name in names:
        assert contested_comparisons(ctx, OPERATOR, here.name, rater=name)["total"] == 1
    for unknown in ("nobody", everybody[0].name, "a rater"):
        with pytest.raises(NotFound, match="No answer in here stands under the name"):
            contested_comparisons(ctx, OPERATOR, here.name, rater=unknown)


def test_where_leads_see_no_pseudonyms_nobody_is_found_by_one(ctx: Context) -> None:
    project, everybody = differing(ctx, quality={"visibility": "anonymous"})
    key = pseudonym_key(ctx, project)
    for actor in everybody:
        row = {"rater": actor.name, "rater_key": actor.rater_key, "imported": False}
        with pytest.raises(NotFound):
            contested_comparisons(ctx, OPERATOR, project.name, rater=pseudonym_for_leads(key, row))
