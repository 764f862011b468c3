"""What a second rater reads: what raters said about a comparison, without who; and what they decided themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.presentation import side_of
from rlhf_collect.errors import NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciders import is_decider
from rlhf_collect.services.deciding import ToDecide, as_to_decide, own_deciding
from rlhf_collect.services.my_judgements import MOST_PROMPT, first_of, in_short, last_request, rater_of
from rlhf_collect.services.page_ids import answer_named, page_ids
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.standing import is_taken_back, versions_keeping
from rlhf_collect.storage.port import Row


@dataclass(frozen=True, kw_only=True)
class OwnDecision:
    """A comparison the caller has decided, as they saw it, with what they said."""

    shown: ToDecide
    """The comparison in the order it was shown."""
    answer: dict[str, Any]
    """What holds, or held when it was taken back: ``{"criterion", "choice", "strength", "rationale"}``."""
    withdrawn: bool
    """Whether they took it back; saved again, it holds again."""
    version: str | None
    """The first sealed version that keeps it."""


def said_by_raters(
    ctx: Context, project: Project, shown: ToDecide, *, page: bool = False
) -> list[dict[str, Any]]:
    """What raters said about a comparison, in the letters of who decides it, put in order by what was said.

    As an answer in short (see ``my_judgements``), with ``reasons`` and ``rationale``. Words are told as far as a
    version would publish them; ``withheld`` says that there are others, ``seen`` which letters of who decides stood in
    the places of A, B and so on before who wrote them, where they stood otherwise. Nothing to who does not decide any
    more: what raters answer is read in order to decide.
    """
    if not is_decider(ctx.store, shown.rater_key):
        return []
    rows = ctx.store.read(
        "said_about_comparison",
        comparison_key=shown.comparison_key,
        criterion=shown.criterion.name,
    )
    name = page_ids(ctx, shown.rater_key, shown.comparison_key).shown if page else str
    letters, rubric = json.dumps(shown.presentation), project.criteria()
    told = []
    for row in rows:
        may_read = row["agreed"] or (row["imported"] and project.settings.dataset.imported_rationales)
        answer = in_short(row | {"presentation": letters}, rubric) | {
            "reasons": json.loads(row["reasons"]) if row["reasons"] else [],
            "rationale": row["rationale"] if may_read else None,
            "withheld": bool(row["rationale"]) and not may_read,
            "seen": _seen(row, shown) if row["rationale"] and may_read else None,
        }
        told.append(answer_named(answer, name))
    return sorted(told, key=_place)


def _seen(row: Row, shown: ToDecide) -> list[str | None] | None:
    """Letters of who decides, in the order who wrote saw the responses; none where it is the same or not known."""
    order = json.loads(row["seen"]) if row["seen"] else list(shown.presentation)
    if order == list(shown.presentation):
        return None
    return [side_of(each, list(shown.presentation)) for each in order]


def _place(answer: dict[str, Any]) -> tuple[Any, ...]:
    """By side, the strongest first, then by what was said."""
    said = json.dumps(
        [answer["reasons"], answer["rationale"] or "", answer["side_places"], answer["side_points"]]
    )
    return answer["side"] or "~" + answer["choice"], -(answer["strength"] or 0), said


def my_decided(ctx: Context, actor: Actor, *, limit: int = 50, page: bool = False) -> dict[str, Any]:
    """What the caller decided as a second rater, the latest first.

    ``{"decided": [{"decision", "comparison", "prompt", "answer", "decided_at", "revisions", "withdrawn"}]}``; for the
    rater's ``page`` things have its names. Errors: ``NotAllowed`` for who does not rate.
    """
    rater_key, project_id = rater_of(actor)
    rubric = project_of(ctx, project_id).criteria()
    rows = ctx.store.read("my_decided", rater_key=rater_key, most=limit)
    told = []
    for row in rows:
        names = page_ids(ctx, rater_key, row["comparison_key"])
        answer = in_short(row | {"degree": None, "points": None, "ranking": None}, rubric)
        told.append(
            {
                "decision": str(row["adjudication_id"]),
                "comparison": names.comparison if page else row["comparison_id"],
                "prompt": last_request(row["prompt"])[:MOST_PROMPT],
                "answer": answer_named(answer, names.shown if page else str),
                "decided_at": row["decided_at"].isoformat(),
                "revisions": row["revisions"],
                "withdrawn": row["withdrawn"],
            }
        )
    return {"decided": told}


def my_decision(ctx: Context, actor: Actor, decision_id: UUID, *, page: bool = False) -> OwnDecision:
    """One of them as it was seen. Errors: ``NotFound`` when it is not the caller's, or not decided."""
    held = own_deciding(ctx, actor, decision_id)
    project = project_of(ctx, held["project_id"])
    acts = ctx.store.read("revisions_of_decision", adjudication_id=decision_id)
    if not acts:
        raise NotFound("You have not decided this comparison yet.")
    versions = ctx.store.read("versions_of_project", project_id=project.project_id)
    name = page_ids(ctx, held["rater_key"], held["comparison_key"]).shown if page else str
    last = [row for row in acts if not row["taken_back"]][-1]
    return OwnDecision(
        shown=as_to_decide(project, held),
        answer=answer_named(_as_answer(held, last), name),
        withdrawn=is_taken_back(acts),
        version=first_of(versions_keeping(acts, versions)),
    )


def _as_answer(held: Row, said: Row) -> dict[str, Any]:
    return {
        "criterion": held["criterion"],
        "choice": said["choice"],
        "strength": said["strength"],
        "rationale": said["reason"],
    }
