"""Decisions and appeals as documents: a rater's own, and what leads and second persons see of a project."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import RIGHTS, Actor, Right, Role
from rlhf_collect.domain.appeals import (
    CONTROL,
    FORGOTTEN,
    IN_EFFECT,
    JUDGEMENT_MARK,
    LIFTED,
    LIMIT,
    WINDOW,
)
from rlhf_collect.domain.presentation import side_of
from rlhf_collect.services.appeals import may_answer, project_to_review, rater_in
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import settle_due
from rlhf_collect.services.my_judgements import MOST_PROMPT, last_request, texts_of_responses
from rlhf_collect.services.names import name_for_leads
from rlhf_collect.services.page_ids import page_ids
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.serving import rater_key_of
from rlhf_collect.storage.port import Row

ANNOUNCED, CONTESTED = "announced", "contested"
"""Where a decision stands before it has effect, and while it is contested."""


def terms_of_appeals(ctx: Context, actor: Actor) -> dict[str, int] | None:
    """In days: how long a decision has no effect, can be contested, and how long an appeal waits for an answer.

    ``{"notice_days", "contest_days", "answer_days"}``; nothing for the command line, about which nothing is decided.
    """
    if actor.project_id is None:
        return None
    notice = project_of(ctx, actor.project_id).settings.appeals.notice_days
    return {"notice_days": notice, "contest_days": WINDOW.days, "answer_days": LIMIT.days}


def my_decisions(ctx: Context, actor: Actor) -> list[dict[str, Any]]:
    """What was decided about the caller, the latest first.

    ``{"decision", "kind", "by", "role", "reasons", "evidence": {"figures", "judgements"}, "judgements", "returned",
    "notice_sent_at", "effective_at", "contest_until", "state", "since", "may_contest", "appeal"}``: ``by`` is a name,
    ``state`` is announced, contested, in_effect or lifted, ``appeal`` as in ``my_controls``. Empty for who does not
    rate.
    """
    if actor.role != Role.RATER or actor.project_id is None:
        return []
    rater_key, project = rater_key_of(actor), project_of(ctx, actor.project_id)
    settle_due(ctx, project)
    rows = ctx.store.read("decisions_told", project_id=project.project_id, rater_key=rater_key)
    if not rows:
        return []
    appeals = _appeals_by_subject(ctx, project, rater_key)
    return [
        _decision(row, appeals.get(row["decision_id"]))
        | {"evidence": dict(zip(("figures", "judgements"), _cited(row), strict=True))}
        | {"may_contest": _may_contest(ctx, row, appeals.get(row["decision_id"]))}
        for row in rows
    ]


def my_controls(ctx: Context, actor: Actor, *, page: bool = False) -> list[dict[str, Any]]:
    """The caller's answers to comparisons with a known answer, the latest first, that raters may contest.

    ``{"judgement", "comparison", "prompt", "request", "responses", "answer", "expected", "as_expected", "reason",
    "removed", "appeal"}``: ``prompt`` is the beginning of ``request``; ``responses`` are ``{"side", "text"}`` and
    ``answer`` and ``expected`` ``{"choice", "side"}`` in the letters it was judged under; ``appeal`` is
    ``{"appeal", "reasons", "opened_at", "due_at", "state", "by", "answer", "answered_at"}`` or null; ``state`` is open,
    upheld, partly, rejected, withdrawn or timed_out_upheld. For the rater's ``page`` things have its names. Errors:
    ``NotAllowed``.
    """
    rater_key, project = rater_in(ctx, actor)
    settle_due(ctx, project)
    appeals = _appeals_by_subject(ctx, project, rater_key)
    told = []
    rows = _controls(ctx, project, rater_key)
    said = texts_of_responses(ctx, [row["comparison_key"] for row in rows])
    for row in rows:
        names = page_ids(ctx, rater_key, row["comparison_key"]) if page else None
        gold, shown = json.loads(row["gold"]), json.loads(row["presentation"])
        told.append(
            {
                "judgement": str(row["judgement_id"]),
                "comparison": names.comparison if names else row["comparison_id"],
                **_asked(row),
                "responses": [
                    {"side": side_of(each, shown), "text": said[row["comparison_key"], each]}
                    for each in shown
                ],
                **{
                    which: {
                        "choice": names.shown(choice) if names else choice,
                        "side": side_of(choice, shown),
                    }
                    for which, choice in (("answer", row["choice"]), ("expected", gold["choice"]))
                },
                "as_expected": row["choice"] == gold["choice"],
                "reason": gold["reason"],
                "removed": row["removed"],
                "appeal": _my_appeal(appeals.get(row["comparison_key"])),
            }
        )
    return told


def list_exclusions(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """Decisions of a project for its leads, the latest first, raters under their pseudonym.

    The second contact gets those that were contested. As ``my_decisions`` with ``rater``; the known answers of
    ``evidence`` are ``controls``, by comparison. Errors: ``NotAllowed``.
    """
    project = project_to_review(ctx, actor, project_name)
    settle_due(ctx, project)
    appeals = _appeals_by_subject(ctx, project, None)
    rows = ctx.store.read("decisions_told", project_id=project.project_id, rater_key=None)
    controls = {str(row["judgement_id"]): row["comparison_id"] for row in _controls(ctx, project, None)}
    return [
        _decision(row, appeals.get(row["decision_id"]))
        | {
            "rater": name_for_leads(ctx, project, row),
            "evidence": _evidence_for_leads(row, controls),
        }
        for row in rows
        if row["decision_id"] in appeals or Right.EXCLUDE in RIGHTS[actor.role]
    ]


def list_appeals(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """Appeals of a project, those still open first and of these the one that is due next.

    A second contact who rates gets none about a known answer they have yet to give theirs to.

    ``{"appeal", "subject", "decision", "control", "rater", "reasons", "opened_at", "due_at", "state", "by", "answer",
    "answered_at", "may_answer"}``: ``subject`` is decision or control; ``decision`` as in ``list_exclusions`` with the
    ``comparisons`` it is about, ``control`` is ``{"comparison", "prompt", "request", "responses", "answer", "expected",
    "reason"}``, ``responses`` by ``{"id", "text"}``. Errors: ``NotAllowed``.
    """
    project = project_to_review(ctx, actor, project_name)
    decisions = {each["decision"]: each for each in list_exclusions(ctx, actor, project_name)}
    rows = ctx.store.read("appeals_told", project_id=project.project_id, rater_key=None)
    controls = {(row["rater_key"], row["comparison_key"]): row for row in _controls(ctx, project, None)}
    answered = {comparison for rater, comparison in controls if rater == actor.rater_key}
    said = texts_of_responses(ctx, [row["subject_id"] for row in rows if row["subject_kind"] == CONTROL])
    told = [
        {
            "subject": row["subject_kind"],
            "decision": _about(ctx, decisions.get(str(row["subject_id"]))),
            "control": _control(controls.get((row["rater_key"], row["subject_id"])), said),
            "rater": name_for_leads(ctx, project, row),
            **_by_day(_appeal(row)),
            "may_answer": row["step"] is None and may_answer(actor.rater_key, row),
        }
        for row in rows
        if row["subject_kind"] != CONTROL
        or row["subject_id"] in answered
        or Right.EXCLUDE in RIGHTS[actor.role]
    ]
    return sorted(
        told, key=lambda each: (each["state"] != "open", each["due_at"] if each["state"] == "open" else "")
    )


def _controls(ctx: Context, project: Project, rater_key: UUID | None) -> list[Row]:
    return ctx.store.read(
        "controls_told",
        project_id=project.project_id,
        practice=list(project.settings.practice.comparisons),
        rater_key=rater_key,
    )


def _appeals_by_subject(ctx: Context, project: Project, rater_key: UUID | None) -> dict[UUID, Row]:
    """Appeals by what they contest; of a known answer, whose it is must be asked for."""
    rows = ctx.store.read("appeals_told", project_id=project.project_id, rater_key=rater_key)
    return {row["subject_id"]: row for row in rows}


def _decision(row: Row, appeal: Row | None) -> dict[str, Any]:
    return {
        "decision": str(row["decision_id"]),
        "kind": row["kind"],
        "by": row["decided_by_name"] or "",
        "role": row["role"],
        "reasons": row["reasons"],
        "judgements": int(row["judgements"]),
        "returned": int(row["returned"]),
        "notice_sent_at": row["notice_sent_at"].isoformat(),
        "effective_at": row["effective_at"].isoformat(),
        "contest_until": (row["notice_sent_at"] + WINDOW).isoformat(),
        "state": _state(row, appeal),
        "since": row["since"] and row["since"].isoformat(),
        "appeal": _my_appeal(appeal),
    }


def _state(row: Row, appeal: Row | None) -> str:
    if row["step"] in (IN_EFFECT, LIFTED):
        return str(row["step"])
    return CONTESTED if appeal is not None and appeal["step"] is None else ANNOUNCED


def _may_contest(ctx: Context, row: Row, appeal: Row | None) -> bool:
    return appeal is None and row["step"] != LIFTED and ctx.clock() <= row["notice_sent_at"] + WINDOW


def _cited(row: Row) -> tuple[list[str], list[str]]:
    """What a decision rests on: figures, and the rater's own judgements of known answers."""
    cited = json.loads(row["evidence"])
    judgements = [each.removeprefix(JUDGEMENT_MARK) for each in cited if each.startswith(JUDGEMENT_MARK)]
    figures = [each for each in cited if not each.startswith(JUDGEMENT_MARK) and each != FORGOTTEN]
    return figures, judgements


def _evidence_for_leads(row: Row, controls: dict[str, str]) -> dict[str, list[str]]:
    figures, judgements = _cited(row)
    return {"figures": figures, "controls": [controls[each] for each in judgements if each in controls]}


def _my_appeal(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else _appeal(row)


def _appeal(row: Row) -> dict[str, Any]:
    return {
        "appeal": str(row["appeal_id"]),
        "reasons": row["reasons"],
        "opened_at": row["opened_at"].isoformat(),
        "due_at": row["due_at"].isoformat(),
        "state": row["step"] or "open",
        "by": row["reviewer_name"] or "",
        "answer": row["answer_reasons"] or "",
        "answered_at": row["occurred_at"] and row["occurred_at"].isoformat(),
    }


def _by_day(appeal: dict[str, Any]) -> dict[str, Any]:
    """An appeal as leads read it: on which days, and at no time of a day, a rater did something."""
    days = {name: appeal[name] and appeal[name][:10] for name in ("opened_at", "due_at", "answered_at")}
    return appeal | days


def _about(ctx: Context, decision: dict[str, Any] | None) -> dict[str, Any] | None:
    """A decision with the comparisons it is about, for who may give some of them back."""
    if decision is None:
        return None
    rows = ctx.store.read("judgements_of_decision", decision_id=UUID(decision["decision"]))
    return {**decision, "comparisons": sorted({row["comparison_id"] for row in rows})}


def _asked(row: Row) -> dict[str, str]:
    """What a comparison asks last, and its beginning."""
    request = last_request(row["prompt"])
    return {"prompt": request[:MOST_PROMPT], "request": request}


def _control(row: Row | None, said: dict[tuple[UUID, str], str]) -> dict[str, Any] | None:
    if row is None:
        return None
    gold = json.loads(row["gold"])
    return {
        "comparison": row["comparison_id"],
        **_asked(row),
        "responses": [
            {"id": name, "text": text} for (key, name), text in said.items() if key == row["comparison_key"]
        ],
        "answer": row["choice"],
        "expected": gold["choice"],
        "reason": gold["reason"],
    }
