"""Judgements of a rater left out by a lead: in writing, after notice, and only as long as nothing suspends it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.domain.appeals import (
    CONTROL_MARK,
    EXCLUDE,
    FIGURES,
    JUDGEMENT_MARK,
    LEAST_REASONS,
    LIFTED,
    MOST_REASONS,
    UPHELD,
)
from rlhf_collect.domain.parts import check_text, length_in_words
from rlhf_collect.errors import BadCall, Conflict, NotAllowed, NotFound, Refused
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import end_appeal, settle, settle_due, take_step
from rlhf_collect.services.names import pseudonym_for_leads, pseudonym_key
from rlhf_collect.services.people import hold_to_standing
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.storage.port import Row, Transaction


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Proof that a decision is durable, and that its rater is told of it."""

    decision_id: UUID
    """The decision."""
    judgements: int
    """How many judgements it is about."""
    effective_at: datetime
    """When they are left out, unless it is contested or lifted before."""


def decide_exclusion(
    ctx: Context,
    actor: Actor,
    project_name: str,
    rater: str,
    *,
    reasons: str,
    evidence: Sequence[str],
    comparisons: Sequence[str] | None = None,
) -> Exclusion:
    """Decide that judgements of ``rater``, as leads know them, are left out: all so far, or those of ``comparisons``.

    ``evidence`` cites figures from answers (``FIGURES``) and known answers (``control:ID``). The rater reads all of it
    at once; it has effect after ``appeals.notice_days``, and not while it is contested. Later judgements are not
    touched, nor those a decision stands about or that an appeal gave back. Errors: ``BadCall``; ``NotFound``;
    ``Conflict`` when none is left to decide about; ``Refused`` where nobody could be told; ``NotAllowed`` for the
    command line, which is nobody.
    """
    project, decided_by = lead_who_decides(ctx, actor, project_name)
    person = _person(ctx, project, rater)
    said = _reasons(reasons)
    cited = _evidence(ctx, project, person["rater_key"], evidence)
    now = ctx.clock()
    row = {
        "decision_id": new_id(),
        "project_id": project.project_id,
        "rater_key": person["rater_key"],
        "kind": EXCLUDE,
        "decided_by": decided_by,
        "role": actor.role.value,
        "reasons": said,
        "evidence": json.dumps(cited),
        "notice_sent_at": now,
        "effective_at": now + timedelta(days=project.settings.appeals.notice_days),
    }

    def work(tx: Transaction) -> int:
        hold_to_standing(tx, decided_by)
        if not tx.read("rater_stands", rater_key=person["rater_key"]):
            raise NotFound(f"'{rater}' was erased a moment ago. Nothing was decided.")
        settle(ctx, tx, project)
        judgements = _judgements(tx, person["rater_key"], comparisons)
        tx.insert("decision", [row | {"sequence_no": ctx.boards.next_sequence(tx)}])
        tx.run("write_decision_judgements", decision_id=row["decision_id"], judgement_ids=judgements)
        told = {"decision": row["decision_id"], "judgements": len(judgements)}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "exclude", told)])
        return len(judgements)

    count = ctx.store.write(work)
    return Exclusion(decision_id=row["decision_id"], judgements=count, effective_at=row["effective_at"])


def lift_exclusion(
    ctx: Context, actor: Actor, project_name: str, decision_id: UUID, *, reasons: str = ""
) -> None:
    """End a decision for good: its judgements count again, and are in the next version. Twice is once.

    An appeal that is open has what it asked for. Errors: ``NotFound``; ``NotAllowed`` for the command line.
    """
    project, lifted_by = lead_who_decides(ctx, actor, project_name)
    check_text("reasons", reasons, MOST_REASONS)
    settle_due(ctx, project)

    def work(tx: Transaction) -> None:
        hold_to_standing(tx, lifted_by)
        settle(ctx, tx, project)
        held = decision_in(tx, project, decision_id)
        if held["step"] == LIFTED:
            return
        take_step(ctx, tx, decision_id, LIFTED, taken_by=lifted_by)
        for appeal in open_appeals_on(tx, project, decision_id):
            # Whoever wrote it answers no appeal against it: then nobody did, and it is lifted all the same.
            second = lifted_by != held["decided_by"] and bool(reasons.strip())
            by, said = (lifted_by, reasons.strip()) if second else (None, "")
            end_appeal(ctx, tx, project, appeal, UPHELD, reviewer=by, reasons=said)
        tx.insert(
            "audit", [audit_row(ctx, project.project_id, actor, "lift exclusion", {"decision": decision_id})]
        )

    ctx.store.write(work)


def known_answers_of(ctx: Context, actor: Actor, project_name: str, rater: str) -> list[str]:
    """The comparisons with a known answer that ``rater`` met and a decision may rest on; nothing of what they said.

    Errors: ``NotFound``; ``NotAllowed`` for the command line.
    """
    project, _ = lead_who_decides(ctx, actor, project_name)
    return sorted(_known_answers(ctx, project, _person(ctx, project, rater)["rater_key"]))


def _known_answers(ctx: Context, project: Project, rater_key: UUID) -> dict[str, UUID]:
    """A rater's judgements of known answers that still measure, by comparison."""
    rows = ctx.store.read(
        "controls_told",
        project_id=project.project_id,
        practice=list(project.settings.practice.comparisons),
        rater_key=rater_key,
    )
    return {row["comparison_id"]: row["judgement_id"] for row in rows if not row["removed"]}


def lead_who_decides(ctx: Context, actor: Actor, project_name: str) -> tuple[Project, UUID]:
    """The project and who decides there. Errors: ``NotAllowed`` for the command line, which is nobody."""
    project = find_own_project(ctx, actor, project_name, Right.EXCLUDE)
    if actor.rater_key is None:
        raise NotAllowed(
            "The command line decides nothing. Use the page or the key of a lead, who stands for it."
        )
    return project, actor.rater_key


def decision_in(tx: Transaction, project: Project, decision_id: UUID) -> Row:
    """A decision of the project. Errors: ``NotFound``."""
    rows = tx.read("decisions_told", project_id=project.project_id, rater_key=None)
    for row in rows:
        if row["decision_id"] == decision_id:
            return row
    raise NotFound(f"There is no such decision in {project.name}. Nothing was changed.")


def open_appeals_on(tx: Transaction, project: Project, subject_id: UUID) -> list[Row]:
    """What is contested and not answered yet of a decision or a known answer."""
    rows = tx.read("appeals_told", project_id=project.project_id, rater_key=None)
    return [row for row in rows if row["subject_id"] == subject_id and row["step"] is None]


def _person(ctx: Context, project: Project, rater: str) -> Row:
    """The rater leads know by a pseudonym. Errors: ``NotFound``; ``Refused`` for a name of imported judgements."""
    key = pseudonym_key(ctx, project)
    for row in ctx.store.read("raters_of_project", project_id=project.project_id):
        if row["role"] != Role.RATER or row["name"].startswith("erased:"):
            continue
        if row["imported"] and row["name"] == rater:
            raise Refused(
                f"The judgements of '{rater}' were imported: nobody could be told, and nobody could contest it. Leave "
                "them out by a recipe (dataset.filters) or do not import them. Nothing was decided."
            )
        if not row["imported"] and pseudonym_for_leads(key, row | {"rater": row["name"]}) == rater:
            return row
    raise NotFound(
        f"Nobody in {project.name} is known to leads as '{rater}'. Take the pseudonym as the page, the report on "
        "raters or the export has it. Nothing was decided."
    )


def _reasons(reasons: str) -> str:
    said = reasons.strip()
    check_text("reasons", said, MOST_REASONS)
    if (written := length_in_words(said)) < LEAST_REASONS:
        raise BadCall(
            f"reasons: {written} characters say too little. Write at least {LEAST_REASONS}: the rater reads them, "
            "and a second person if they contest it. Nothing was decided."
        )
    return said


def _evidence(ctx: Context, project: Project, rater_key: UUID, evidence: Sequence[str]) -> list[str]:
    """What is cited as it is kept: known answers by the rater's own judgements. Errors: ``BadCall``."""
    if not evidence:
        raise BadCall(
            f"evidence: is missing. Name figures ({', '.join(FIGURES)}) or known answers ({CONTROL_MARK}ID). Nothing "
            "was decided."
        )
    known = _known_answers(ctx, project, rater_key)
    kept = []
    for each in dict.fromkeys(evidence):
        name = each.removeprefix(CONTROL_MARK)
        if each.startswith(CONTROL_MARK) and name in known:
            kept.append(f"{JUDGEMENT_MARK}{known[name]}")
        elif each in FIGURES:
            kept.append(each)
        else:
            raise BadCall(
                f"evidence: '{each}' is neither a figure from answers ({', '.join(FIGURES)}) nor a known answer this "
                f"rater gave theirs to ({CONTROL_MARK}ID). Nothing was decided."
            )
    return kept


def _judgements(tx: Transaction, rater_key: UUID, comparisons: Sequence[str] | None) -> list[UUID]:
    """Which judgements are meant. Errors: ``NotFound`` for a comparison they did not judge; ``Refused`` without any."""
    rows = tx.read("judgements_to_exclude", rater_key=rater_key)
    if comparisons is not None:
        judged = {row["comparison_id"] for row in rows}
        missing = next((each for each in comparisons if each not in judged), None)
        if missing is not None:
            raise NotFound(f"This rater has not judged '{missing}', or took it back. Nothing was decided.")
        rows = [row for row in rows if row["comparison_id"] in set(comparisons)]
    if not rows:
        raise Refused("There is no judgement of theirs to leave out. Nothing was decided.")
    fresh = [row["judgement_id"] for row in rows if not row["decided"]]
    if not fresh:
        raise Conflict(
            "A decision about these judgements stands already, or they were given back by an answer to an appeal. "
            "Nothing more was decided."
        )
    return fresh
