"""How far a rater is with practice, and whether it comes first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from rlhf_collect.domain.comparison import Gold
from rlhf_collect.domain.practice import PracticeState, practice_state
from rlhf_collect.errors import NoWork
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Reader, Row, Transaction


@dataclass(frozen=True, kw_only=True)
class PracticeItem:
    """A comparison to practise on."""

    comparison_key: UUID
    """Inner id."""
    comparison_id: str
    """Public id."""
    gold: Gold
    """The answer that is expected, and why; not told before it is answered."""


def practice_items(ctx: Context, project: Project) -> list[PracticeItem]:
    """The practice comparisons in the order of the project file.

    Those that are not imported, have no known answer, or one on a criterion that is not asked, are left
    out; ``doctor`` names them.
    """
    if not project.settings.practice.comparisons:
        return []
    # Comparisons may still be imported, so the answer is kept for a few seconds only.
    key = ("practice", project.project_id, project.setting_no)
    return ctx.memory.recall(key, lambda: read_practice_items(ctx, project), now=ctx.clock())


def read_practice_items(ctx: Context, project: Project) -> list[PracticeItem]:
    """The same as they stand in the store this moment."""
    wanted, rubric = project.settings.practice.comparisons, project.criteria()
    rows = ctx.store.read("practice_comparisons", project_id=project.project_id, comparison_ids=list(wanted))
    found = {
        row["comparison_id"]: PracticeItem(
            comparison_key=row["comparison_key"],
            comparison_id=row["comparison_id"],
            gold=Gold(**json.loads(row["gold"])),
        )
        for row in rows
    }
    return [found[each] for each in wanted if each in found and found[each].gold.criterion in rubric]


def practice_standing(
    ctx: Context, reader: Reader | Transaction, project: Project, rater_key: UUID
) -> tuple[PracticeState, int, dict[UUID, Row]]:
    """The rater's state, the number of their round, and its answers by comparison, as ``reader`` sees them."""
    items = practice_items(ctx, project)
    keys = {each.comparison_key for each in items}
    round_no = reader.read("practice_round_of_rater", rater_key=rater_key)[0]["round_no"]
    answers = [
        row
        for row in reader.read("practice_answers_of_rater", rater_key=rater_key)
        if row["comparison_key"] in keys
    ]
    rounds: dict[int, tuple[int, int]] = {}
    for row in answers:
        answered, expected = rounds.get(row["round_no"], (0, 0))
        rounds[row["round_no"]] = (answered + 1, expected + row["as_expected"])
    settings = project.settings.practice
    state = practice_state(
        required=settings.required,
        needed=settings.needed,
        total=len(items),
        round_no=round_no,
        rounds=rounds,
    )
    return state, round_no, {row["comparison_key"]: row for row in answers if row["round_no"] == round_no}


def practice_to_pass(ctx: Context, project: Project, rater_key: UUID) -> NoWork | None:
    """Why a rater must practise before going on, if they must."""
    if not project.settings.practice.required:
        return None

    def passed() -> bool:
        return not practice_standing(ctx, ctx.store, project, rater_key)[0].bars

    # What is passed stays passed while the settings are the same; ``False`` is not kept.
    if ctx.memory.recall(("practised", rater_key, project.setting_no), passed):
        return None
    return NoWork(
        "Before the first comparison there are a few to practise on. They are not counted.",
        reason="practice_required",
    )
