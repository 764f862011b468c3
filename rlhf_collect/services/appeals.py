"""Contests of decisions and of known answers: a second person answers, and without an answer they are upheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.appeals import (
    CONTROL,
    DECISION,
    IN_EFFECT,
    LEAST_REASONS,
    LIFTED,
    LIMIT,
    MOST_REASONS,
    PARTLY,
    REJECTED,
    SUSPENDED,
    UPHELD,
    WINDOW,
    WITHDRAWN,
)
from rlhf_collect.domain.parts import check_text, length_in_words
from rlhf_collect.errors import BadCall, Conflict, NotAllowed, NotFound, Refused
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import end_appeal, settle, settle_due, take_step
from rlhf_collect.services.people import hold_to_standing
from rlhf_collect.services.projects import Project, find_own_project, project_of
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.serving import rater_key_of
from rlhf_collect.storage.port import Row, Transaction

ANSWERS = (UPHELD, PARTLY, REJECTED)


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """Proof that an appeal is open."""

    appeal_id: UUID
    """The appeal."""
    due_at: datetime
    """Without an answer until then it is upheld."""


def contest(
    ctx: Context,
    actor: Actor,
    *,
    decision: UUID | None = None,
    judgement: UUID | None = None,
    reasons: str = "",
) -> Appeal:
    """Contest a decision about the caller, or the known answer of a comparison they judged; each once.

    A decision has no effect while this is open. Words are not needed. Errors: ``BadCall`` unless one of the two is
    named; ``NotFound`` for what is not theirs; ``Conflict`` when it is contested already; ``Refused`` when a
    decision is lifted or its 30 days are over, or a known answer measures nobody any more.
    """
    rater_key, project = rater_in(ctx, actor)
    if (decision is None) == (judgement is None):
        raise BadCall(
            "Name what you contest: a decision, or a judgement with a known answer. Nothing was sent."
        )
    check_text("reasons", reasons, MOST_REASONS)
    settle_due(ctx, project)
    now = ctx.clock()

    def work(tx: Transaction) -> Appeal:
        hold_to_standing(tx, rater_key)
        settle(ctx, tx, project)
        subject, step = _contested(ctx, tx, project, rater_key, decision=decision, judgement=judgement)
        before = tx.read("appeals_told", project_id=project.project_id, rater_key=rater_key)
        if any(row["subject_id"] == subject["subject_id"] for row in before):
            raise Conflict("You have contested this already. The appeal stands as it is; nothing was added.")
        row = {
            "appeal_id": uuid4(),  # random: leads read it, and an id of rows tells the millisecond
            "project_id": project.project_id,
            "rater_key": rater_key,
            **subject,
            "reasons": reasons.strip(),
            "sequence_no": ctx.boards.next_sequence(tx),
            "opened_at": now,
            "due_at": now + LIMIT,
        }
        tx.insert("appeal", [row])
        if step == IN_EFFECT:
            take_step(ctx, tx, subject["subject_id"], SUSPENDED)
        return Appeal(appeal_id=row["appeal_id"], due_at=row["due_at"])

    return ctx.store.write(work)


def withdraw_appeal(ctx: Context, actor: Actor, appeal_id: UUID) -> None:
    """Take back one's own appeal, which has no consequence; what it contests stands as before. Twice is once.

    Errors: ``NotFound``; ``Conflict`` when it is answered.
    """
    rater_key, project = rater_in(ctx, actor)

    def work(tx: Transaction) -> None:
        hold_to_standing(tx, rater_key)
        settle(ctx, tx, project)
        held = _appeal(tx, project, appeal_id, rater_key)
        if held["step"] == WITHDRAWN:
            return
        if held["step"] is not None:
            raise Conflict("This appeal is answered already. The answer stands.")
        end_appeal(ctx, tx, project, held, WITHDRAWN)
        settle(ctx, tx, project)

    ctx.store.write(work)


def answer_appeal(
    ctx: Context,
    actor: Actor,
    project_name: str,
    appeal_id: UUID,
    *,
    step: str,
    reasons: str,
    comparisons: Sequence[str] = (),
) -> None:
    """Answer an appeal as a second person: ``upheld``, ``partly`` or ``rejected``, with reasons the rater reads.

    What is not upheld takes as many words as a decision. ``partly`` gives back the judgements of ``comparisons`` and
    leaves the others to the decision. Errors: ``BadCall``; ``NotFound``; ``NotAllowed`` for who decided it, contests
    it, or may not answer; ``Conflict`` when it has ended.
    """
    project, reviewer = _reviewer(ctx, actor, project_name)
    said = _answer(step, reasons, comparisons)
    settle_due(ctx, project)

    def work(tx: Transaction) -> None:
        hold_to_standing(tx, reviewer)
        settle(ctx, tx, project)
        held = _appeal(tx, project, appeal_id)
        if not may_answer(reviewer, held):
            raise NotAllowed(
                "Whoever decided it, and whoever contests it, cannot answer: another person does."
            )
        if held["step"] is not None:
            raise Conflict("This appeal has ended already. Nothing was changed.")
        if step == PARTLY and held["subject_kind"] == CONTROL:
            raise BadCall(
                "step: a known answer stays or goes. Write upheld or rejected. Nothing was changed."
            )
        given_back = _given_back(tx, held, comparisons)
        rank = end_appeal(ctx, tx, project, held, step, reviewer=reviewer, reasons=said)
        rows = [
            {"decision_id": held["subject_id"], "judgement_id": each, "sequence_no": rank}
            for each in given_back
        ]
        if rows:
            tx.insert("decision_return", rows)
        settle(ctx, tx, project)
        told = {"appeal": appeal_id, "step": step}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "answer appeal", told)])

    ctx.store.write(work)


def may_answer(person: UUID | None, appeal: Row) -> bool:
    """Whether somebody is a second person to an appeal."""
    return person is not None and person not in (appeal["decision_author"], appeal["rater_key"])


def project_to_review(ctx: Context, actor: Actor, project_name: str) -> Project:
    """The project for its leads and its second contact. Errors: ``NotFound``; ``NotAllowed`` for anybody else."""
    if actor.project_id is not None:
        project = project_of(ctx, actor.project_id)
        second = project.settings.second_contact
        if project.name == project_name and second is not None and second.name == actor.name:
            return project
    return find_own_project(ctx, actor, project_name, Right.EXCLUDE)


def _reviewer(ctx: Context, actor: Actor, project_name: str) -> tuple[Project, UUID]:
    project = project_to_review(ctx, actor, project_name)
    if actor.rater_key is None:
        raise NotAllowed(
            "The command line answers nothing. Use the page or the key of a person, who stands for it."
        )
    return project, actor.rater_key


def _answer(step: str, reasons: str, comparisons: Sequence[str]) -> str:
    if step not in ANSWERS:
        raise BadCall(f"step: '{step}' is no answer. Write one of {', '.join(ANSWERS)}. Nothing was changed.")
    if (step == PARTLY) != bool(comparisons):
        raise BadCall(
            "comparisons: name those whose judgements are given back with partly, and with nothing else. Nothing was "
            "changed."
        )
    said = reasons.strip()
    check_text("reasons", said, MOST_REASONS)
    written = length_in_words(said)
    if not written:
        raise BadCall("reasons: are missing. The rater reads them. Nothing was changed.")
    if step != UPHELD and written < LEAST_REASONS:
        raise BadCall(
            f"reasons: {written} characters say too little. Write at least {LEAST_REASONS} unless the appeal is "
            "upheld: the rater reads why not. Nothing was changed."
        )
    return said


def rater_in(ctx: Context, actor: Actor) -> tuple[UUID, Project]:
    """Who may contest, and where. Errors: ``NotAllowed`` for who does not rate."""
    rater_key = rater_key_of(actor)
    if actor.project_id is None:
        raise NotAllowed("This is for people of a project; nothing is decided about the command line.")
    actor.require(Right.RATE, actor.project_id)
    return rater_key, project_of(ctx, actor.project_id)


def _contested(
    ctx: Context,
    tx: Transaction,
    project: Project,
    rater_key: UUID,
    *,
    decision: UUID | None,
    judgement: UUID | None,
) -> tuple[Row, str | None]:
    """What is contested, as columns of an appeal, and where a decision stands."""
    if decision is not None:
        held = _own_decision(ctx, tx, project, rater_key, decision)
        subject = {"subject_kind": DECISION, "subject_id": decision, "decision_author": held["decided_by"]}
        return subject, held["step"]
    held = _own_control(tx, project, rater_key, judgement)
    return {"subject_kind": CONTROL, "subject_id": held["comparison_key"], "decision_author": None}, None


def _own_decision(ctx: Context, tx: Transaction, project: Project, rater_key: UUID, decision_id: UUID) -> Row:
    rows = tx.read("decisions_told", project_id=project.project_id, rater_key=rater_key)
    held = next((row for row in rows if row["decision_id"] == decision_id), None)
    if held is None:
        raise NotFound("There is no such decision about you. Nothing was sent.")
    if held["step"] == LIFTED:
        raise Refused("This decision is lifted: it has no effect any more, and there is nothing to contest.")
    if ctx.clock() > held["notice_sent_at"] + WINDOW:
        raise Refused(
            f"A decision can be contested for {WINDOW.days} days after its notice, and these are over. Write to the "
            "project lead or the second contact."
        )
    return held


def _own_control(tx: Transaction, project: Project, rater_key: UUID, judgement_id: UUID | None) -> Row:
    rows = tx.read(
        "controls_told",
        project_id=project.project_id,
        practice=list(project.settings.practice.comparisons),
        rater_key=rater_key,
    )
    held = next((row for row in rows if row["judgement_id"] == judgement_id), None)
    if held is None:
        raise NotFound("This is no judgement of yours on a comparison with a known answer. Nothing was sent.")
    if held["removed"]:
        raise Refused("This known answer is out of use: it measures nobody any more.")
    return held


def _appeal(tx: Transaction, project: Project, appeal_id: UUID, rater_key: UUID | None = None) -> Row:
    rows = tx.read("appeals_told", project_id=project.project_id, rater_key=rater_key)
    for row in rows:
        if row["appeal_id"] == appeal_id:
            return row
    raise NotFound("There is no such appeal, or you may not see it. Nothing was changed.")


def _given_back(tx: Transaction, held: Row, comparisons: Sequence[str]) -> list[UUID]:
    """The judgements of a decision on some comparisons. Errors: ``NotFound`` for one it is not about."""
    if not comparisons:
        return []
    rows = tx.read("judgements_of_decision", decision_id=held["subject_id"])
    missing = next((each for each in comparisons if each not in {row["comparison_id"] for row in rows}), None)
    if missing is not None:
        raise NotFound(f"The decision is not about a judgement of '{missing}'. Nothing was changed.")
    return [row["judgement_id"] for row in rows if row["comparison_id"] in set(comparisons)]
