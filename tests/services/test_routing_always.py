"""Whatever happens while rules look at answers, known answers and repeats come, limits change: the board is right."""

from __future__ import annotations

from random import Random

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import NoPlace, NoWork
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.eligibility import set_limits
from rlhf_collect.services.judgements import revise_judgement, skip_assignment
from rlhf_collect.services.page_objects import save_draft
from rlhf_collect.services.projects import Project
from rlhf_collect.services.reports import project_progress
from rlhf_collect.services.serving import Assignment, next_assignments
from rlhf_collect.services.skips import take_back_skip
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.depth import depth, thorough
from tests.making import HeldClock, bring, comparison, judge, make_project, raters
from tests.services.looking import board_from_store, board_in_memory

OVERLAPS = (
    2,
    {"min": 2, "lead": 2, "max": 5},
    {"min": 1, "lead": 2, "max": 3, "fixed_share": 0.5, "fixed": 2},
)
LANGUAGES = ("fr", "en", "")


def project_with(ctx: Context, overlap: object) -> Project:
    return make_project(
        ctx,
        overlap=overlap,
        criteria=[{"name": "overall", "question": "Which?", "strengths": 0}],
        quality={"gold_share": 0.05, "repeat_share": 0.03},
        routing={"first": ["urgent"], "targets": {"law": 5}},
    )


@pytest.mark.parametrize("seed", range(depth(1, 3)))
@thorough
def test_the_board_in_use_is_the_one_the_store_gives_and_the_store_is_healthy(
    ctx: Context, clock: HeldClock, seed: int
) -> None:
    random, project = Random(seed), project_with(ctx, OVERLAPS[1])
    bring(
        ctx,
        project,
        [
            comparison(
                f"c{number}",
                2 + number % 2,
                language=LANGUAGES[number % 3],
                tags=("urgent",) if number % 7 == 0 else ("law",) if number % 5 == 0 else (),
                gold=f"c{number}-a" if number % 9 == 8 else None,
            )
            for number in range(90)
        ],
    )
    crowd = raters(ctx, project, 3)
    judged, skipped = [], []
    for step in range(160):
        actor, deed = random.choice(crowd), random.random()
        try:
            if deed < 0.75:
                held = next_assignments(ctx, actor, project.name, ahead=random.random() < 0.5).next
                assert isinstance(held, Assignment)
                if deed < 0.6:
                    choice = random.choice(
                        [min(held.presentation), max(held.presentation), "tie", "both_bad"]
                    )
                    judge(ctx, actor, held, choice, strength=None)
                    judged.append((actor, held.judgement_id))
                elif deed < 0.66:
                    skip_assignment(ctx, actor, held.assignment_id)
                    skipped.append((actor, held.assignment_id))
                else:
                    save_draft(ctx, actor, held.assignment_id, {"why": "half"})
            elif deed < 0.82 and judged:
                who, judgement_id = random.choice(judged)
                revise_judgement(ctx, who, judgement_id, [Draft(choice="tie")])
            elif deed < 0.88 and judged:
                withdraw_judgement(ctx, *random.choice(judged))
            elif deed < 0.91 and skipped:
                take_back_skip(ctx, *skipped.pop())
            elif deed < 0.94:
                spoken = random.sample(LANGUAGES[:2], random.randrange(3))
                set_limits(ctx, OPERATOR, project.name, actor.name, languages=spoken)
            elif deed < 0.96:
                project = project_with(ctx, random.choice(OVERLAPS))
            else:
                clock.move(minutes=random.choice([16, 31, 8 * 24 * 60]))
        except (NoWork, NoPlace):
            clock.move(minutes=31)
        if step % 20 == 0:
            assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    report = examine_store(ctx)
    assert report["healthy"], [each for each in report["checks"] if each["wrong"]]
    board = board_in_memory(ctx, project)
    ordinary = [numbers for name, _, *numbers in board["comparisons"] if int(name[1:]) % 9 != 8]
    told = project_progress(ctx, OPERATOR, project.name)
    assert told["judgements"] == sum(numbers[0] for numbers in ordinary)
    assert told["complete"] == sum(numbers[0] >= numbers[1] for numbers in ordinary)
    assert told["judgements_left"] == sum(max(0, numbers[1] - numbers[0]) for numbers in ordinary)
