"""A rater looks through, searches and opens what they judged."""

from __future__ import annotations

from uuid import uuid4

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.comparison import Message
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.errors import NotAllowed, NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import revise_judgement, submit_judgement
from rlhf_collect.services.my_judgements import my_judgement, my_judgements
from rlhf_collect.services.raters import export_me
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version
from tests.making import ask_and_judge, bring, comparison, invite, judge, make_project, raters


def test_the_newest_is_first_and_pages_follow_each_other(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 7)
    one, two = raters(ctx, project, 2)
    ask_and_judge(ctx, two, project)
    done = [str(ask_and_judge(ctx, one, project).judgement_id) for _ in range(7)]
    found, before = [], None
    for size in (3, 3, 1):
        page = my_judgements(ctx, one, before=before, limit=3)
        assert len(page["judgements"]) == size
        found += [each["judgement"] for each in page["judgements"]]
        before = page["before"]
    assert before is None
    assert found == done[::-1]
    # A place in the list is one's own: another's, or none, leads nowhere.
    assert my_judgements(ctx, two, before=found[0])["judgements"] == []
    assert my_judgements(ctx, one, before=uuid4())["judgements"] == []


def test_a_line_says_what_stands_beside_the_answer_as_it_holds(ctx: Context) -> None:
    project = make_project(ctx, edits="optional")
    bring(ctx, project, 2)
    (rater,) = raters(ctx, project, 1)
    held = next_assignment(ctx, rater, project.name)
    best, other = held.presentation
    said = [Draft(choice=best, strength=1, rationale="Because.")]
    flags, edited = [Flag(target="prompt", flag="harmful")], Edited(completion=other, content="Better.")
    submit_judgement(ctx, rater, held.assignment_id, held.judgement_id, said, flags=flags, edited=edited)
    ask_and_judge(ctx, rater, project)

    def beside() -> list[tuple[bool, bool, bool]]:
        listed = my_judgements(ctx, rater)["judgements"]
        return [(each["reason"], each["flagged"], each["improved"]) for each in listed]

    assert beside() == [(False, False, False), (True, True, True)]
    revise_judgement(ctx, rater, held.judgement_id, [Draft(choice=best, strength=2)])
    assert beside() == [(False, False, False), (False, False, False)]


def test_a_line_tells_degrees_points_and_places_by_the_letters_they_were_given_under(ctx: Context) -> None:
    rubric = [
        {"name": "eight", "question": "Which?", "strengths": 4},
        {"name": "grades", "question": "How good?", "answer": "points", "points": "1-5"},
        {"name": "order", "question": "Which order?", "answer": "ranking"},
    ]
    project = make_project(ctx, criteria=rubric)
    bring(ctx, project, [comparison("c", 2)])
    (rater,) = raters(ctx, project, 1)
    held = next_assignment(ctx, rater, project.name)
    first, second = held.presentation
    drafts = [
        Draft(criterion="eight", choice=second, strength=1),
        Draft(criterion="grades", points={second: 4, first: 2}),
        Draft(criterion="order", ranking=[[first, second]]),
    ]
    submit_judgement(ctx, rater, held.assignment_id, held.judgement_id, drafts)
    told = {each["question"]: each for each in my_judgements(ctx, rater)["judgements"][0]["answers"]}
    assert [told["Which?"][name] for name in ("side", "strengths", "degree")] == ["B", 4, 1]
    assert list(told["How good?"]["side_points"].items()) == [("A", 2), ("B", 4)]
    assert told["How good?"]["side_places"] is None
    assert told["Which order?"]["side_places"] == {"A": 1, "B": 1}


def test_a_line_says_what_was_said_where_it_stood_and_how_often_it_changed(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("c", 2)])
    (rater,) = raters(ctx, project, 1)
    assignment = next_assignment(ctx, rater, project.name)
    judge(ctx, rater, assignment, assignment.presentation[1], rationale="because")
    ctx.clock.move(minutes=5)  # type: ignore[attr-defined]
    revise_judgement(
        ctx, rater, assignment.judgement_id, [Draft(choice=assignment.presentation[1], strength=3)]
    )
    (line,) = my_judgements(ctx, rater)["judgements"]
    assert line == {
        "judgement": str(assignment.judgement_id),
        "comparison": "c",
        "prompt": "What is c?",
        "answers": [
            {
                "criterion": "overall",
                "question": project.criteria()["overall"].question,
                "turn": None,
                "strengths": 3,
                "choice": assignment.presentation[1],
                "side": "B",
                "among": 2,
                "strength": 3,
                "degree": None,
                "side_points": None,
                "side_places": None,
            }
        ],
        "submitted_at": "2026-03-02T09:00:00+00:00",
        "revisions": 1,
        "withdrawn": False,
        "version": None,
        "reason": False,
        "flagged": False,
        "improved": False,
    }
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    freeze_version(ctx, OPERATOR, project.name, "1.1.0")
    assert my_judgements(ctx, rater)["judgements"][0]["version"] == "1.0.0"
    opened = my_judgement(ctx, rater, assignment.judgement_id)
    assert opened.version == "1.0.0"
    assert opened.assignment.presentation == assignment.presentation
    assert opened.answers == [
        {
            "criterion": "overall",
            "choice": assignment.presentation[1],
            "strength": 3,
            "degree": None,
            "ranking": None,
            "points": None,
            "reasons": None,
            "rationale": None,
            "order_asked": None,
        }
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ÉTOILE", True),
        ('say "hello"\nto', True),
        ("second turn", True),
        ("reply 1 ABOUT", True),
        ("Because of", True),
        ("  ", True),
        ("role", False),
        ("user", False),
        ("assistant", False),
        ("content", False),
        ("}", False),
        ("%", False),
        ("nowhere", False),
        ("secret-model", False),
    ],
)
def test_search_finds_words_of_prompt_responses_and_reason_and_nothing_of_how_they_are_stored(
    ctx: Context, words: str, found: bool
) -> None:
    project = make_project(ctx)
    prompt = (
        Message(role="system", content="L'étoile du nord."),
        Message(role="user", content='Please say "hello"\nto me.'),
        Message(role="assistant", content="Hi."),
        Message(role="user", content="The second turn."),
    )
    made = comparison("c")
    bring(ctx, project, [type(made)(comparison_id="c", prompt=prompt, completions=made.completions)])
    (rater,) = raters(ctx, project, 1)
    assignment = next_assignment(ctx, rater, project.name)
    judge(ctx, rater, assignment, rationale="because of that")
    assert bool(my_judgements(ctx, rater, search=words)["judgements"]) is found


def test_a_reason_that_was_taken_out_is_not_found_any_more(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 1)
    (rater,) = raters(ctx, project, 1)
    assignment = next_assignment(ctx, rater, project.name)
    judge(ctx, rater, assignment, rationale="gone tomorrow")
    revise_judgement(ctx, rater, assignment.judgement_id, [Draft(choice="tie")])
    assert my_judgements(ctx, rater, search="gone")["judgements"] == []


def test_nobody_opens_what_is_not_theirs_or_not_judged_yet(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 2)
    one, two = raters(ctx, project, 2)
    assignment = next_assignment(ctx, one, project.name)
    with pytest.raises(NotFound, match="not judged yet"):
        my_judgement(ctx, one, assignment.judgement_id)
    judge(ctx, one, assignment)
    with pytest.raises(NotFound):
        my_judgement(ctx, two, assignment.judgement_id)
    assert my_judgements(ctx, two)["judgements"] == []
    for actor in (OPERATOR, invite(ctx, project, "lead", "lead").actor):
        with pytest.raises(NotAllowed):
            my_judgements(ctx, actor)


RATERS_TABLES = {
    "appeal": "appeals",
    "appeal_event": "appeal_events",
    "thread": "threads",
    "message": "messages",
    "thread_end": "thread_ends",
    "assignment": "handed_out",
    "consent": "consents",
    "credential": "credentials",
    "decision": "decisions",
    "display": "display",
    "draft": "drafts",
    "eligibility": "eligibility",
    "guideline_confirmation": "guidelines_confirmed",
    "edited": "edited",
    "flag": "flags",
    "judgement": "judgements",
    "practice_answer": "practice_answers",
    "practice_round": "practice_rounds",
    "rater": "me",
    "skip": "skips",
    "withdrawal": "withdrawals",
    "adjudication": "adjudications",
    "decider": "named_to_decide",
    "deciding": "shown_to_decide",
}
"""Table that mentions a rater → where it is in their export."""


def test_the_export_has_a_part_for_every_table_that_mentions_a_rater(ctx: Context) -> None:
    project = make_project(ctx)
    (rater,) = raters(ctx, project, 1)
    with ctx.store._file.cursor() as cursor:  # type: ignore[attr-defined]
        found = cursor.execute(
            "SELECT c.table_name FROM duckdb_columns() c JOIN duckdb_tables() t USING (table_oid) "
            "WHERE c.column_name = 'rater_key'"
        ).fetchall()
    assert {row[0] for row in found} == set(RATERS_TABLES)
    assert set(RATERS_TABLES.values()) <= set(export_me(ctx, rater))
