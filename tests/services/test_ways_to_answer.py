"""Every way to answer through the services: kept, revised, exported, imported again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.comparison import Comparison, Message
from rlhf_collect.domain.judgement import Draft, Reason
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.errors import AlreadyJudged, BadAnswer, BadSource
from rlhf_collect.ids import new_id
from rlhf_collect.importers import open_judgements
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.exports import export_judgements, judgement_stream
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import export_me
from rlhf_collect.services.reports import project_agreement
from rlhf_collect.services.serving import Assignment, next_assignment, rubric_for
from tests.making import bring, comparison, invite, make_project, said

FLAGS = [Flag(target="prompt", flag="harmful"), Flag(target="c000-b", flag="broken")]
EDITED = Edited(completion="c000-a", content="A better reply.")
CHOSEN = Draft(choice="c000-a", strength=2)
ALL_WAYS: list[dict[str, Any]] = [
    {"name": "eight", "question": "?", "strengths": 4, "reasons": ["incorrect", "useful"]},
    {"name": "order", "question": "?", "answer": "ranking"},
    {"name": "grades", "question": "?", "answer": "points", "points": "1-7"},
]


def opened(ctx: Context, **changes: Any) -> tuple[Project, Actor, Assignment]:
    """A project with one comparison, a rater, and what they hold."""
    project = make_project(ctx, **({"edits": "optional"} | changes))
    bring(ctx, project, 1)
    rater = invite(ctx, project, "ada").actor
    return project, rater, next_assignment(ctx, rater, project.name)


def submit(ctx: Context, rater: Actor, held: Assignment, *drafts: Draft, **beside: Any) -> Any:
    return submit_judgement(ctx, rater, held.assignment_id, held.judgement_id, drafts or [CHOSEN], **beside)


def mine(ctx: Context, rater: Actor, what: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in export_me(ctx, rater)[what]]


def kept_flags(ctx: Context, rater: Actor) -> list[tuple[Any, ...]]:
    return mine(ctx, rater, "flags", "revision_no", "flags")


def kept_edits(ctx: Context, rater: Actor) -> list[tuple[Any, ...]]:
    return mine(ctx, rater, "edited", "revision_no", "completion_id", "content")


BOTH_FLAGS = [each.as_json() for each in FLAGS]


def test_the_same_submission_with_flags_and_an_edit_again_is_the_same_receipt(ctx: Context) -> None:
    _, rater, held = opened(ctx)
    assert submit(ctx, rater, held, flags=FLAGS, edited=EDITED).fresh
    assert not submit(ctx, rater, held, flags=FLAGS[::-1], edited=EDITED).fresh
    assert kept_flags(ctx, rater) == [(0, BOTH_FLAGS)]
    assert kept_edits(ctx, rater) == [(0, "c000-a", "A better reply.")]


@pytest.mark.parametrize("beside", [{}, {"flags": FLAGS}, {"flags": FLAGS[:1], "edited": EDITED}])
def test_the_same_answer_with_something_else_beside_it_is_another_submission(
    ctx: Context, beside: dict[str, Any]
) -> None:
    _, rater, held = opened(ctx)
    submit(ctx, rater, held, flags=FLAGS, edited=EDITED)
    with pytest.raises(AlreadyJudged):
        submit(ctx, rater, held, **beside)
    assert kept_flags(ctx, rater) == [(0, BOTH_FLAGS)]


def test_a_revision_replaces_flags_and_edit_and_keeps_the_earlier_ones(ctx: Context) -> None:
    _, rater, held = opened(ctx)
    submit(ctx, rater, held, flags=FLAGS, edited=EDITED)
    again = replace(EDITED, completion="c000-b")
    assert revise_judgement(ctx, rater, held.judgement_id, [CHOSEN], flags=FLAGS[:1], edited=again).fresh
    assert not revise_judgement(ctx, rater, held.judgement_id, [CHOSEN], flags=FLAGS[:1], edited=again).fresh
    assert revise_judgement(ctx, rater, held.judgement_id, [CHOSEN]).fresh
    assert kept_flags(ctx, rater) == [(0, BOTH_FLAGS), (1, BOTH_FLAGS[:1]), (2, [])]
    assert kept_edits(ctx, rater) == [
        (0, "c000-a", "A better reply."),
        (1, "c000-b", "A better reply."),
        (2, "c000-b", None),
    ]
    # nothing was flagged or edited any more, so saying so again adds no row
    assert revise_judgement(ctx, rater, held.judgement_id, [replace(CHOSEN, strength=1)]).fresh
    assert (len(kept_flags(ctx, rater)), len(kept_edits(ctx, rater))) == (3, 3)


def test_a_skip_may_say_what_is_wrong_and_skipping_again_changes_nothing(ctx: Context) -> None:
    _, rater, held = opened(ctx)
    assert skip_assignment(ctx, rater, held.assignment_id, flags=FLAGS).fresh
    assert not skip_assignment(ctx, rater, held.assignment_id, flags=FLAGS).fresh
    assert kept_flags(ctx, rater) == [(0, BOTH_FLAGS)]
    with pytest.raises(BadAnswer, match="not offered"):
        skip_assignment(ctx, rater, held.assignment_id, flags=[Flag(target="prompt", flag="rude")])


def test_judging_what_was_skipped_says_anew_what_is_flagged(ctx: Context) -> None:
    _, rater, held = opened(ctx)
    skip_assignment(ctx, rater, held.assignment_id, flags=FLAGS)
    submit(ctx, rater, held)
    assert kept_flags(ctx, rater) == [(0, BOTH_FLAGS), (1, [])]


def test_what_the_project_does_not_offer_is_refused_and_nothing_is_stored(ctx: Context) -> None:
    _, rater, held = opened(ctx, edits="off", flags=["broken"])
    for beside, word in (
        ({"edited": EDITED}, "edited: this project takes no edited"),
        ({"flags": FLAGS}, "flags: 'harmful' is not offered"),
    ):
        with pytest.raises(BadAnswer, match=word):
            submit(ctx, rater, held, **beside)
    assert export_me(ctx, rater)["judgements"] == []


def test_a_project_changed_while_a_comparison_is_open_takes_what_its_rater_saw(ctx: Context) -> None:
    _, rater, held = opened(ctx)
    make_project(ctx, edits="off", flags=[], criteria=ALL_WAYS)
    submit(ctx, rater, held, flags=FLAGS, edited=EDITED)
    assert len(kept_edits(ctx, rater)) == 1
    with pytest.raises(BadAnswer, match="every criterion once, please: eight, order, grades"):
        revise_judgement(ctx, rater, held.judgement_id, [replace(CHOSEN, criterion="other")])


def turned(name: str, turns: int) -> Comparison:
    plain = comparison(name)
    rest = [
        Message(role=role, content=f"More {n}.") for n in range(turns - 1) for role in ("user", "assistant")
    ]
    longer = [replace(each, content=(*each.content, *rest)) for each in plain.completions]
    return replace(plain, completions=tuple(longer))


def test_a_criterion_by_turns_wants_an_answer_for_every_turn(ctx: Context) -> None:
    helpful = {"name": "helpful", "question": "?", "strengths": 0, "turns": True}
    project = make_project(ctx, criteria=[helpful], edits="optional")
    bring(ctx, project, [turned("long", 2), turned("short", 1)])
    rater = invite(ctx, project, "ada").actor
    asked = {}
    for _ in range(2):
        held = next_assignment(ctx, rater, project.name)
        names = [each.name for each in rubric_for(ctx, project.settings, held.comparison_key)]
        asked[held.presentation[0][:-2]] = names
        drafts = [Draft(criterion=name, choice=held.presentation[0]) for name in names]
        if len(names) > 1:
            with pytest.raises(BadAnswer, match="helpful@1, helpful@2"):
                submit(ctx, rater, held, Draft(criterion="helpful", choice="long-a"))
            with pytest.raises(BadAnswer, match="the same text"):
                submit(ctx, rater, held, *drafts, edited=Edited(completion="long-a", content="More 0."))
        submit(ctx, rater, held, *drafts)
    assert asked == {"long": ["helpful@1", "helpful@2"], "short": ["helpful"]}
    report = project_agreement(ctx, OPERATOR, project.name, "helpful@2")
    assert report["judgements"] == 1


def answered(held: Assignment) -> list[Draft]:
    best, other = held.presentation[:2]
    return [
        Draft(
            criterion="eight",
            choice=best,
            strength=2,
            reasons=[Reason(completion=other, reason="incorrect"), Reason(completion=best, reason="useful")],
        ),
        Draft(criterion="order", ranking=[[best], [other]], order_asked=True),
        Draft(criterion="grades", points={other: 3, best: 3}),
    ]


def test_all_that_was_said_is_in_the_raters_own_export_and_in_no_other(ctx: Context) -> None:
    project, rater, held = opened(ctx, criteria=ALL_WAYS)
    submit(ctx, rater, held, *answered(held), flags=FLAGS, edited=EDITED)
    found = {row["criterion"]: row for row in export_me(ctx, rater)["judgements"]}
    best, other = held.presentation
    assert (found["eight"]["degree"], found["eight"]["strength"]) == (2, 1)
    assert {(each["completion"], each["reason"]) for each in found["eight"]["reasons"]} == {
        (other, "incorrect"),
        (best, "useful"),
    }
    assert (found["order"]["ranking"], found["order"]["order_asked"]) == ([[best], [other]], True)
    assert found["grades"]["points"] == {"c000-a": 3, "c000-b": 3}
    assert (found["grades"]["ranking"], found["grades"]["choice"]) == ([["c000-a", "c000-b"]], "tie")
    of_another = export_me(ctx, invite(ctx, project, "ben").actor)
    assert "A better reply." not in json.dumps(of_another, default=str)
    assert (of_another["flags"], of_another["edited"], of_another["judgements"]) == ([], [], [])


def test_what_was_exported_can_be_imported_and_exported_the_same(ctx: Context, tmp_path: Any) -> None:
    project, rater, held = opened(ctx, criteria=ALL_WAYS)
    submit(ctx, rater, held, *answered(held))
    export_judgements(ctx, OPERATOR, project.name, tmp_path / "out.jsonl")
    other = make_project(ctx, "elsewhere", criteria=ALL_WAYS)
    bring(ctx, other, 1)
    for new, known in ((3, 0), (0, 3)):
        report = import_judgements(
            ctx, OPERATOR, other.name, open_judgements(tmp_path / "out.jsonl"), source="out.jsonl"
        )
        assert (report.judgements, report.known_judgements) == (new, known)
    stream = list(judgement_stream(ctx, OPERATOR, other.name))
    for row in stream:
        if (
            row.get("strength") == 0
        ):  # a tie made elsewhere has strength 0, whether strengths were asked or not
            del row["strength"]
    assert stream == [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]


def test_an_imported_answer_that_contradicts_itself_is_a_bad_line(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 1)
    bad = {
        "points": Draft(points={"c000-a": 1, "elsewhere": 2}),
        "ranking": Draft(points={"c000-a": 1, "c000-b": 2}, ranking=[["c000-a"], ["c000-b"]]),
        "degree": Draft(choice="c000-a", strength=3, degree=1),
        "reasons": Draft(choice="c000-a", reasons=[Reason(completion="elsewhere", reason="useful")]),
    }
    items = [replace(said("c000", "cid", "c000-a"), draft=draft) for draft in bad.values()]
    with pytest.raises(BadSource) as refused:
        import_judgements(ctx, OPERATOR, project.name, items, source="x")
    assert [each.field for each in refused.value.problems] == list(bad)


def test_the_doctor_finds_whole_answers_healthy_and_names_what_points_at_nothing(ctx: Context) -> None:
    project, rater, held = opened(ctx, criteria=ALL_WAYS)
    submit(ctx, rater, held, *answered(held), flags=FLAGS, edited=EDITED)
    assert examine_store(ctx)["healthy"]
    lost = {"project_id": project.project_id, "comparison_key": new_id(), "rater_key": rater.rater_key}
    flag = {"flag_id": new_id(), "revision_no": 0, "flags": "[]", "flagged_at": ctx.clock()}
    edited = {
        "edited_id": new_id(), "judgement_id": held.judgement_id, "revision_no": 9, "completion_id": "x",
        "content": None, "edited_at": ctx.clock(),
    }  # fmt: skip
    ctx.store.write(lambda tx: tx.insert("flag", [lost | flag]))
    ctx.store.write(lambda tx: tx.insert("edited", [lost | edited]))
    wrong = {each["name"]: each["wrong"] for each in examine_store(ctx)["checks"] if each["wrong"]}
    assert wrong == {"flags": 1, "edited": 1}
