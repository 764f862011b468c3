"""Practising: the next practice comparison, an answer to it, another round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.judgement import Draft, settle
from rlhf_collect.domain.practice import PracticeState
from rlhf_collect.domain.presentation import draw_presentation, side_of
from rlhf_collect.errors import AlreadyJudged, BadAnswer, NotFound
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.page_ids import Naming, PageIds, Said, check_named, page_ids
from rlhf_collect.services.practice import PracticeItem, practice_items, practice_standing
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.serving import comparison_rows, rater_key_of
from rlhf_collect.storage.port import Row, Transaction


@dataclass(frozen=True, kw_only=True)
class PracticeTurn:
    """A comparison to try. What is expected is not in here."""

    rater_key: UUID
    """Who tries it."""
    comparison_key: UUID
    """Which comparison."""
    presentation: tuple[str, ...]
    """Completion ids in the order to show."""
    criterion: str
    """What is asked of it: the criterion its answer is known for."""
    number: int
    """Its number in the round, from 1."""
    total: int
    """How many there are."""


@dataclass(frozen=True, kw_only=True)
class PracticeResult:
    """What is told once a practice comparison is answered."""

    as_expected: bool
    """Whether the answer was the expected one."""
    criterion: str
    """What was asked."""
    choice: str
    """The expected choice, named for who asks."""
    side: str | None
    """The letter it stood under; ``None`` for a tie or both_bad."""
    reason: str
    """Why it is expected."""
    state: PracticeState
    """How far the rater is now."""


def my_practice(ctx: Context, actor: Actor, project_name: str) -> PracticeState:
    """How far the caller is with a project's practice. Errors: ``NotFound``, ``NotAllowed``."""
    project = find_own_project(ctx, actor, project_name, Right.RATE)
    return practice_standing(ctx, ctx.store, project, rater_key_of(actor))[0]


def next_practice(ctx: Context, actor: Actor, project_name: str) -> PracticeTurn | None:
    """The next comparison of the caller's round, ``None`` when all are answered. Errors as above."""
    project = find_own_project(ctx, actor, project_name, Right.RATE)
    rater_key = rater_key_of(actor)
    _, _, answered = practice_standing(ctx, ctx.store, project, rater_key)
    items = practice_items(ctx, project)
    item = next((each for each in items if each.comparison_key not in answered), None)
    if item is None:
        return None
    return PracticeTurn(
        rater_key=rater_key,
        comparison_key=item.comparison_key,
        presentation=_presentation(ctx, project, rater_key, item),
        criterion=item.gold.criterion,
        number=len(answered) + 1,
        total=len(items),
    )


def answer_practice(
    ctx: Context,
    actor: Actor,
    project_name: str,
    comparison_id: str,
    drafts: Sequence[Draft],
    *,
    page: bool = False,
) -> PracticeResult:
    """Record an answer and tell what was expected. The same answer again gives the same result.

    ``comparison_id`` and ``drafts`` name things as imported, or as the rater's ``page`` does.
    Errors: ``NotFound`` when it is not a practice comparison; ``BadAnswer``; ``AlreadyJudged`` when
    another answer was given in this round.
    """
    project = find_own_project(ctx, actor, project_name, Right.RATE)
    rater_key = rater_key_of(actor)
    item, ids = _find_item(ctx, rater_key, practice_items(ctx, project), comparison_id)
    presentation = _presentation(ctx, project, rater_key, item)

    def check(said: Said, name: Naming) -> str:
        return _choice(project, item, [name(each) for each in presentation], said.drafts)

    choice = check_named(ids, Said(drafts=drafts), check, page=page)

    def work(tx: Transaction) -> PracticeState:
        _, round_no, answered = practice_standing(ctx, tx, project, rater_key)
        before: Row | None = answered.get(item.comparison_key)
        if before is not None and before["choice"] != choice:
            raise AlreadyJudged(
                "You have answered this one in this round already. That answer is kept; you can begin another round."
            )
        if before is None:
            row = _answer_row(ctx, project, rater_key, item, choice)
            tx.insert("practice_answer", [row | {"round_no": round_no}])
        return practice_standing(ctx, tx, project, rater_key)[0]

    return PracticeResult(
        as_expected=choice == item.gold.choice,
        criterion=item.gold.criterion,
        choice=ids.shown(item.gold.choice) if page else item.gold.choice,
        side=side_of(item.gold.choice, presentation),
        reason=item.gold.reason,
        state=ctx.store.write(work),
    )


def practise_again(ctx: Context, actor: Actor, project_name: str) -> PracticeState:
    """Begin a new round; one in which nothing is answered yet is new already. What was passed stays passed."""
    project = find_own_project(ctx, actor, project_name, Right.RATE)
    rater_key = rater_key_of(actor)

    def work(tx: Transaction) -> PracticeState:
        _, round_no, answered = practice_standing(ctx, tx, project, rater_key)
        if answered:
            row = {
                "project_id": project.project_id,
                "rater_key": rater_key,
                "round_no": round_no + 1,
                "started_at": ctx.clock(),
            }
            tx.insert("practice_round", [row])
        return practice_standing(ctx, tx, project, rater_key)[0]

    return ctx.store.write(work)


def _answer_row(ctx: Context, project: Project, rater_key: UUID, item: PracticeItem, choice: str) -> Row:
    return {
        "practice_id": new_id(),
        "project_id": project.project_id,
        "comparison_key": item.comparison_key,
        "rater_key": rater_key,
        "choice": choice,
        "as_expected": choice == item.gold.choice,
        "answered_at": ctx.clock(),
    }


def _find_item(
    ctx: Context, rater_key: UUID, items: Sequence[PracticeItem], comparison_id: str
) -> tuple[PracticeItem, PageIds]:
    """A practice comparison named in either form, and its names on the page. Errors: ``NotFound``."""
    for item in items:
        ids = page_ids(ctx, rater_key, item.comparison_key)
        if comparison_id in (item.comparison_id, ids.comparison):
            return item, ids
    raise NotFound("This is not a practice comparison of the project. Nothing was stored.")


def _presentation(ctx: Context, project: Project, rater_key: UUID, item: PracticeItem) -> tuple[str, ...]:
    """The draw of ordinary work; it leaves the balance of sides there alone."""
    return draw_presentation(
        seed=project.seed,
        comparison_id=item.comparison_id,
        rater=str(rater_key),
        completion_ids=[row["completion_id"] for row in comparison_rows(ctx, item.comparison_key)],
    )


def _choice(
    project: Project, item: PracticeItem, presentation: Sequence[str], drafts: Sequence[Draft]
) -> str:
    asked = item.gold.criterion
    if [each.criterion for each in drafts] != [asked]:
        raise BadAnswer(f"answers: this one asks for {asked} only, once. Nothing was stored.")
    return settle(
        drafts[0],
        comparison_id=item.comparison_id,
        completion_ids=sorted(presentation),
        presentation=presentation,
        criterion=project.criteria()[asked],
    ).choice
