"""Contested comparisons decided by a person: a judgement of its own with its role, beside what raters said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.domain.judgement import Draft, Settled, settle
from rlhf_collect.domain.parts import MAX_RATIONALE, check_text, length_in_words
from rlhf_collect.errors import BadAnswer, NotAllowed, NotFound, Refused
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.people import hold_to_standing
from rlhf_collect.services.projects import find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.reports import chosen_criterion
from rlhf_collect.services.serving import comparison_rows
from rlhf_collect.storage.port import Row, Transaction

LEAST_REASON = 10
"""Characters of the reason of a decision: it is published beside it."""

TAKEN_BACK: Mapping[str, Any] = {"choice": None, "strength": None, "reason": ""}
"""What a decision says once it is taken back."""
_KEPT = (
    "project_id",
    "comparison_key",
    "rater_key",
    "setting_no",
    "guideline_version",
    "interface_version",
    "presentation",
)
"""What a decision keeps of what it was made from."""


@dataclass(frozen=True, kw_only=True)
class Adjudication:
    """Proof that a decision is durable."""

    adjudication_id: UUID
    """The same for every revision of what one person decides about a comparison and criterion."""
    revision_no: int
    """How often it was changed before."""
    criterion: str
    """What was decided."""
    fresh: bool
    """Whether this call stored anything; ``False`` when the same held already."""
    others: tuple[str, ...] = ()
    """Other leads whose decisions stood when a lead decided, the latest first: the new one holds before theirs."""


def adjudicate(
    ctx: Context,
    actor: Actor,
    project_name: str,
    comparison_id: str,
    *,
    choice: str,
    reason: str,
    criterion: str | None = None,
    strength: int | None = None,
) -> Adjudication:
    """Decide a comparison that raters judged, as a lead, on one criterion (default: the first), and say why.

    ``choice`` is a completion id, ``tie`` or ``both_bad``; ``strength`` as for a judgement. Nothing raters said is
    changed or counted differently: training rows go by the decision where the recipe says so, and by a lead's rather
    than a second rater's. Deciding again is a revision. Errors: ``BadAnswer``; ``NotFound`` for a comparison or
    criterion that is not there; ``Refused`` where nobody judged, and for known answers; ``NotAllowed`` for the command
    line, which is nobody.
    """
    held = _to_decide(ctx, actor, project_name, comparison_id, criterion)
    settled = _settled(ctx, held, Draft(criterion=held["criterion"], choice=choice, strength=strength))
    return _write(ctx, actor, held, content_of(settled, reason))


def take_back_adjudication(
    ctx: Context, actor: Actor, project_name: str, comparison_id: str, *, criterion: str | None = None
) -> Adjudication:
    """Take back one's own decision: what raters said holds again, or what somebody else decided.

    Twice is once. Errors: ``NotFound`` where the caller decided nothing; the others as above.
    """
    held = _to_decide(ctx, actor, project_name, comparison_id, criterion)
    return _write(ctx, actor, held, TAKEN_BACK)


def content_of(settled: Settled, reason: str) -> Mapping[str, Any]:
    """What a decision says. Errors: ``BadAnswer`` for a reason that is missing, or too short to be published."""
    said = reason.strip()
    if not said:
        raise BadAnswer("reason: is missing. Say why: it stands beside the decision in the dataset.")
    check_text("reason", said, MAX_RATIONALE)
    if (written := length_in_words(said)) < LEAST_REASON:
        raise BadAnswer(
            f"reason: {written} characters say too little. Write at least {LEAST_REASON}: it stands beside the "
            "decision in the dataset. Nothing was decided."
        )
    return {"choice": settled.choice, "strength": settled.strength, "reason": said}


def _to_decide(
    ctx: Context, actor: Actor, project_name: str, comparison_id: str, criterion: str | None
) -> Row:
    """What a lead decides, as ``record_decision`` takes it."""
    project = find_own_project(ctx, actor, project_name, Right.ADJUDICATE)
    if actor.rater_key is None:
        raise NotAllowed(
            "The command line decides nothing. Use the page or the key of a lead, who stands for it."
        )
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        found = reader.read(
            "comparison_to_decide",
            project_id=project.project_id,
            comparison_id=comparison_id,
            criterion=chosen,
        )
    if not found:
        raise NotFound(f"Project {project.name} has no comparison '{comparison_id}'.")
    practice = comparison_id in project.settings.practice.comparisons
    if found[0]["is_gold"] or practice:
        raise Refused(
            f"'{comparison_id}' has a known answer, which no vote makes: there is nothing to decide."
        )
    if not found[0]["judgements"]:
        raise Refused(f"Nobody has judged '{comparison_id}' by {chosen} yet: there is nothing to decide.")
    return {
        "adjudication_id": new_id(),
        "project_id": project.project_id,
        "comparison_key": found[0]["comparison_key"],
        "comparison_id": comparison_id,
        "criterion": chosen,
        "rater_key": actor.rater_key,
        "setting_no": project.setting_no,
        "guideline_version": project.settings.guidelines.version,
        "interface_version": ctx.interface_version,
        "presentation": None,
    }


def _settled(ctx: Context, held: Row, draft: Draft) -> Settled:
    ids = [row["completion_id"] for row in comparison_rows(ctx, held["comparison_key"])]
    return settle(
        draft,
        comparison_id=held["comparison_id"],
        completion_ids=ids,
        presentation=None,
        criterion=None,
    )


def _write(ctx: Context, actor: Actor, held: Row, content: Mapping[str, Any]) -> Adjudication:
    def work(tx: Transaction) -> Adjudication:
        hold_to_standing(tx, held["rater_key"])
        about = {"project_id": held["project_id"], "criterion": held["criterion"]}
        stood = tx.read("decisions_on_comparisons", comparison_keys=[held["comparison_key"]], **about)
        done = record_decision(ctx, tx, held, content, actor.role)
        if done.fresh:
            told = {
                "comparison": held["comparison_id"],
                "criterion": held["criterion"],
                "choice": content["choice"],
            }
            tx.insert("audit", [audit_row(ctx, held["project_id"], actor, "adjudicate", told)])
        return replace(done, others=tuple(_other_leads(stood, held["rater_key"])))

    return ctx.store.write(work)


def _other_leads(decisions: Sequence[Row], rater_key: UUID) -> Iterator[str]:
    for each in decisions:
        if each["role"] != Role.RATER and each["rater_key"] != rater_key and not each["nameless"]:
            yield each["decided_by"]


def record_decision(
    ctx: Context, tx: Transaction, held: Row, content: Mapping[str, Any], role: Role
) -> Adjudication:
    """Write down what ``held["rater_key"]`` decides; the same again changes nothing, anything else is a revision.

    ``held`` has ``adjudication_id`` of a first decision, what it is about, and under what it was seen: the columns of
    ``adjudication`` of these names. Errors: ``NotFound`` for what was never decided and is taken back.
    """
    before = tx.read(
        "adjudication_of",
        comparison_key=held["comparison_key"],
        criterion=held["criterion"],
        rater_key=held["rater_key"],
    )
    if not before and content["choice"] is None:
        raise NotFound(f"You have decided nothing about '{held['comparison_id']}' by {held['criterion']}.")
    fresh = not before or any(before[0][name] != value for name, value in content.items())
    named = {
        "adjudication_id": before[0]["adjudication_id"] if before else held["adjudication_id"],
        "revision_no": (before[0]["revision_no"] + fresh) if before else 0,
        "criterion": held["criterion"],
    }
    if fresh:
        row = {
            **{name: held[name] for name in _KEPT},
            **named,
            **content,
            "role": role.value,
            "sequence_no": ctx.boards.next_sequence(tx),
            "decided_at": ctx.clock(),
        }
        tx.insert("adjudication", [row])
        if content["choice"] is None:  # it may wait for a second rater again
            ctx.boards.referred(tx, held["project_id"])
    return Adjudication(**named, fresh=fresh)
