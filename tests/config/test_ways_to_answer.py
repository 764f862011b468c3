"""Criteria with every way to answer, flags, edits and practice: what a project file may say of them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from rlhf_collect.config import Criterion, Project, as_json, from_json, read_project
from rlhf_collect.domain import rubric
from rlhf_collect.errors import BadConfig, Problem
from tests.config.test_project_files import SMALLEST

OWN = {"name": "too_formal", "en": "Too formal", "fr": "Trop soutenu"}


def project(*criteria: dict[str, Any], **more: Any) -> Project:
    listed = [{"name": f"c{number}", "question": "Which?", **each} for number, each in enumerate(criteria)]
    settings = ({"criteria": listed} if listed else {}) | more
    written = yaml.safe_dump(settings, sort_keys=False) if settings else ""
    return read_project(SMALLEST + written, "x.yaml")


def problem(*criteria: dict[str, Any], **more: Any) -> Problem:
    with pytest.raises(BadConfig) as refused:
        project(*criteria, **more)
    (found,) = refused.value.problems
    assert found.what[-1] == "." and found.mend[-1] in ".?", found.line()
    return found


def scale(criterion: Criterion) -> tuple[bool, bool, int]:
    return criterion.tie, criterion.both_bad, criterion.strengths


def test_a_criterion_of_an_older_file_is_a_choice_as_before() -> None:
    (criterion,) = project({}).criteria
    assert (criterion.answer, criterion.points, criterion.reasons, criterion.turns) == (
        "choice",
        None,
        (),
        False,
    )
    assert scale(criterion) == (True, True, 3)


def test_what_is_left_out_follows_the_way_to_answer() -> None:
    four, ranking, points = project(
        {"strengths": 4}, {"answer": "ranking"}, {"answer": "points", "points": "1-7"}
    ).criteria
    assert scale(four) == (False, False, 4)
    assert scale(ranking) == (True, True, 0)
    assert scale(points) == (False, False, 0)
    assert points.to_domain().points == "1-7"


@pytest.mark.parametrize("points", ["1-5", "1-7", "0-100"])
def test_every_scale_of_points_is_one_the_rules_know(points: str) -> None:
    (criterion,) = project({"answer": "points", "points": points}).criteria
    assert criterion.points in rubric.POINT_RANGES


@pytest.mark.parametrize(
    ("criterion", "word", "mend"),
    [
        ({"strengths": 4, "tie": True}, "forced choice and does not go with tie.", "tie: false"),
        ({"strengths": 4, "tie": True, "both_bad": True}, "with tie and both_bad.", "strengths: 3"),
        ({"strengths": 5}, "out of range", "at most 4"),
        ({"answer": "points"}, "needs a scale", "1-5, 1-7 or 0-100"),
        ({"answer": "points", "points": "1-10"}, "'1-10' is not possible", "1-5, 1-7, 0-100"),
        ({"points": "1-5"}, "does not go with answer: choice", "answer: points"),
        ({"answer": "ranking", "points": "1-5"}, "does not go with answer: ranking", "answer: points"),
        (
            {"answer": "ranking", "strengths": 3},
            "strengths does not go with answer: ranking",
            "answer: choice",
        ),
        ({"answer": "points", "points": "1-5", "tie": True}, "tie does not go", "Take it out"),
        (
            {"answer": "points", "points": "1-5", "tie": True, "strengths": 1},
            "strengths and tie do not go",
            "Take them out",
        ),
        ({"answer": "rank"}, "'rank' is not possible", "choice, ranking, points"),
        ({"reasons": ["vague"]}, "'vague' is not a known reason", "{name: vague, en:"),
        ({"reasons": "incorrect"}, "not a list", "Write [one, another]"),
        ({"reasons": [{"name": "vague", "en": "Vague"}]}, "'vague' lacks words in French", "fr:"),
        ({"reasons": [{"name": "vague"}]}, "'vague' lacks words in English", "en:"),
        ({"reasons": ["useful", "useful"]}, "'useful' twice", "Write each once"),
        ({"reasons": [OWN | {"de": "Zu förmlich"}]}, "not a known setting", "name"),
        ({"turns": "often"}, "neither true nor false", "true or false"),
    ],
)
def test_settings_that_do_not_go_together_are_told_in_plain_words(
    criterion: dict[str, Any], word: str, mend: str
) -> None:
    found = problem(criterion)
    assert found.field.startswith("criteria[0]")
    assert word in found.what
    assert mend in found.mend
    assert found.where.startswith("x.yaml:")


def test_reasons_are_known_names_and_own_ones_with_words() -> None:
    (criterion,) = project({"reasons": ["incorrect", OWN]}).criteria
    assert [each.as_json() for each in criterion.to_domain().reasons] == [
        {"name": "incorrect", "en": None, "fr": None},
        OWN,
    ]


def test_flags_are_all_offered_unless_the_file_names_some() -> None:
    assert project().flags == rubric.FLAGS
    assert project(flags=["broken"]).flags == ("broken",)
    assert project(flags=[]).flags == ()
    assert "Choose one of personal_data" in problem(flags=["rude"]).mend
    assert "twice" in problem(flags=["broken", "broken"]).what


def test_edits_are_off_and_the_next_is_sent_ahead_unless_said_otherwise() -> None:
    assert (project().edits, project().prefetch) == ("off", True)
    changed = project(edits="optional", prefetch=False)
    assert (changed.edits, changed.prefetch) == ("optional", False)


def test_stored_settings_give_the_same_project_back() -> None:
    whole = project(
        {"strengths": 4, "reasons": ["unsafe", OWN], "turns": True},
        {"answer": "ranking", "tie": False},
        {"answer": "points", "points": "0-100"},
        {"strengths": 0, "rationale": "required"},
        flags=["harmful"],
        edits="optional",
        practice={"comparisons": ["p1"], "pass": 1},
    )
    stored = as_json(whole)
    assert from_json(stored) == whole
    assert stored["practice"]["pass"] == 1


def test_settings_stored_before_there_were_ways_to_answer_are_still_read() -> None:
    stored = as_json(project({}))
    for name in ("flags", "edits", "prefetch", "practice"):
        del stored[name]
    for name in ("answer", "points", "reasons", "turns"):
        del stored["criteria"][0][name]
    assert from_json(stored) == project({})


def test_raters_of_settings_stored_before_quality_were_told_that_leads_see_no_rows() -> None:
    stored = as_json(project({}))
    del stored["quality"]
    assert from_json(stored) == project({}, quality={"visibility": "anonymous"})
