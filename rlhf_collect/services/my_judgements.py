"""What a rater has judged: looked through, searched, opened again; and what they have skipped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.presentation import side_of
from rlhf_collect.domain.rubric import TURN_MARK, Criterion
from rlhf_collect.errors import NotAllowed, NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import own_assignment
from rlhf_collect.services.page_ids import Naming, answer_named, page_ids
from rlhf_collect.services.projects import project_of
from rlhf_collect.services.serving import Assignment, rater_key_of
from rlhf_collect.services.standing import acts_of, is_taken_back, versions_keeping
from rlhf_collect.storage.port import Row

MOST_PROMPT = 200
"""Characters of the prompt in a list."""
MOST_SOURCE = 5 * MOST_PROMPT
"""Characters of its source for the page, which shows that many words of it laid out."""


@dataclass(frozen=True, kw_only=True)
class JudgedAssignment:
    """A comparison the caller has judged, as they saw it, with what they said."""

    assignment: Assignment
    """The comparison in the order it was shown; its lease is over."""
    answers: list[dict[str, Any]]
    """The last revision, as an answer is sent: criterion, choice, strength, degree, ranking, points, ..."""
    flags: list[dict[str, str]]
    """What they flagged: ``{"target", "flag"}``."""
    edited: dict[str, str] | None
    """The completion they improved: ``{"completion", "content"}``."""
    withdrawn: bool
    """Whether they took it back; saved again, it counts again."""
    version: str | None
    """The first sealed version that keeps it: what is changed now changes later ones only."""


def my_judgements(
    ctx: Context,
    actor: Actor,
    *,
    search: str = "",
    before: UUID | None = None,
    limit: int = 50,
    page: bool = False,
) -> dict[str, Any]:
    """The caller's judgements, newest first, that hold ``search`` in prompt, responses or reason.

    ``{"judgements": [{"judgement", "comparison", "prompt", "answers", "submitted_at", "revisions",
    "withdrawn", "version", "reason", "flagged", "improved"}], "before"}``: ``answers`` in short, see ``in_short``;
    ``revisions`` counts changes since the first answer; ``withdrawn`` ones were taken back; the last three say what
    stands beside the answer; ``before`` asks for the page after this one and is ``None`` on the last.
    For the rater's ``page`` things have its names. Errors: ``NotAllowed`` for who does not rate.
    """
    rater_key, project_id = rater_of(actor)
    rows = _found(ctx, rater_key, search.strip(), before=before, most=limit + 1)
    listed, asked = rows[:limit], [row["judgement_id"] for row in rows[:limit]]
    answers, acts = _answers(ctx, asked), acts_of(ctx.store, asked)
    names = {row["judgement_id"]: page_ids(ctx, rater_key, row["comparison_key"]) for row in listed if page}
    versions = ctx.store.read("versions_of_project", project_id=project_id)
    rubric = project_of(ctx, project_id).criteria()
    return {
        "judgements": [
            {
                "judgement": str(row["judgement_id"]),
                "comparison": names[row["judgement_id"]].comparison if page else row["comparison_id"],
                "prompt": last_request(row["prompt"])[: MOST_SOURCE if page else MOST_PROMPT],
                "answers": [
                    answer_named(in_short(each, rubric), names[row["judgement_id"]].shown if page else str)
                    for each in answers[row["judgement_id"]]
                ],
                "submitted_at": row["submitted_at"].isoformat(),
                "revisions": row["revisions"],
                "withdrawn": is_taken_back(acts[row["judgement_id"]]),
                "version": first_of(versions_keeping(acts[row["judgement_id"]], versions)),
                "reason": any(each["rationale"] or each["reasons"] for each in answers[row["judgement_id"]]),
                "flagged": row["flags"] not in (None, "[]"),
                "improved": row["improved"],
            }
            for row in listed
        ],
        "before": str(listed[-1]["judgement_id"]) if len(rows) > limit else None,
    }


def _found(ctx: Context, rater_key: UUID, words: str, *, before: UUID | None, most: int) -> list[Row]:
    return ctx.store.read(
        "my_judgements",
        rater_key=rater_key,
        before=before,
        words=words,
        search=json.dumps(words, ensure_ascii=False)[1:-1],
        most=most,
    )


def my_skips(ctx: Context, actor: Actor, *, limit: int = 50, page: bool = False) -> dict[str, Any]:
    """What the caller has skipped and not taken back, the latest first; nobody else is told.

    ``{"skips": [{"assignment", "comparison", "prompt", "skipped_at"}]}``. For the rater's ``page`` things
    have its names. Errors: ``NotAllowed`` for who does not rate.
    """
    rater_key, _ = rater_of(actor)
    rows = ctx.store.read("my_skips", rater_key=rater_key, most=limit)
    return {
        "skips": [
            {
                "assignment": str(row["assignment_id"]),
                "comparison": page_ids(ctx, rater_key, row["comparison_key"]).comparison
                if page
                else row["comparison_id"],
                "prompt": last_request(row["prompt"]),
                "skipped_at": row["skipped_at"].isoformat(),
            }
            for row in rows
        ]
    }


def rater_of(actor: Actor) -> tuple[UUID, UUID]:
    """The caller's key, and their project. Errors: ``NotAllowed``."""
    rater_key, project_id = rater_key_of(actor), actor.project_id
    if project_id is None:
        raise NotAllowed("This is for people of a project; the command line has no data of its own.")
    actor.require(Right.RATE, project_id)
    return rater_key, project_id


def my_judgement(ctx: Context, actor: Actor, judgement_id: UUID, *, page: bool = False) -> JudgedAssignment:
    """One of the caller's own judgements, for the rater's ``page`` in its names.

    Errors: ``NotFound`` when it is not theirs or not judged yet.
    """
    held = own_assignment(ctx, actor, "assignment_by_judgement", judgement_id=judgement_id)
    project = project_of(ctx, held["project_id"])
    answers = _answers(ctx, [judgement_id]).get(judgement_id)
    if not answers:
        raise NotFound("This comparison is not judged yet.")
    name = page_ids(ctx, held["rater_key"], held["comparison_key"]).shown if page else str
    acts = acts_of(ctx.store, [judgement_id])[judgement_id]
    versions = ctx.store.read("versions_of_project", project_id=project.project_id)
    return JudgedAssignment(
        assignment=Assignment(
            assignment_id=held["assignment_id"],
            judgement_id=judgement_id,
            rater_key=held["rater_key"],
            comparison_key=held["comparison_key"],
            presentation=held["shown"],
            lease_ends=ctx.store.read("last_lease", assignment_id=held["assignment_id"])[0]["lease_ends"],
        ),
        answers=[answer_named(_in_full(row), name) for row in answers],
        flags=[each | {"target": name(each["target"])} for each in _flags(ctx, held)],
        edited=_edited(ctx, judgement_id, name),
        withdrawn=is_taken_back(acts),
        version=first_of(versions_keeping(acts, versions)),
    )


def _answers(ctx: Context, judgement_ids: list[UUID]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    if judgement_ids:
        for row in ctx.store.read("answers_of_judgements", judgement_ids=judgement_ids):
            found.setdefault(row["judgement_id"], []).append(row)
    return found


def in_short(row: Row, rubric: Mapping[str, Criterion]) -> dict[str, Any]:
    """An answer in the letters of ``row["presentation"]``: those it was given under, or those of who reads it.

    ``question``, ``turn`` and ``strengths`` (how many degrees of "better" there are) of its criterion, ``None`` where
    the project asks it no more; ``side`` of the choice, out of ``among`` responses; ``side_points`` and
    ``side_places`` by letter, where it was answered so.
    """
    shown = json.loads(row["presentation"])
    points = json.loads(row["points"]) if row["points"] else None
    groups = json.loads(row["ranking"]) if row["ranking"] and points is None else None
    name, _, turn = row["criterion"].partition(TURN_MARK)
    criterion = rubric.get(name)
    return {
        "criterion": row["criterion"],
        "question": criterion and criterion.question,
        "turn": int(turn) if turn else None,
        "strengths": criterion and criterion.strengths,
        "choice": row["choice"],
        "side": side_of(row["choice"], shown),
        "among": len(shown),
        "strength": row["strength"],
        "degree": row["degree"],
        "side_points": points and {side_of(each, shown): points[each] for each in shown},
        "side_places": groups and _places(groups, shown),
    }


def _places(groups: list[list[str]], shown: list[str]) -> dict[str | None, int]:
    """Letter to place: after two in the first place comes the third."""
    above = [sum(map(len, groups[:place])) for place in range(len(groups))]
    return {
        side_of(each, shown): 1 + above[place]
        for place, group in enumerate(groups)
        for each in sorted(group, key=shown.index)
    }


def _in_full(row: Row) -> dict[str, Any]:
    return {
        "criterion": row["criterion"],
        "choice": row["choice"],
        "strength": row["strength"],
        "degree": row["degree"],
        "ranking": json.loads(row["ranking"]) if row["ranking"] else None,
        "points": json.loads(row["points"]) if row["points"] else None,
        "reasons": json.loads(row["reasons"]) if row["reasons"] else None,
        "rationale": row["rationale"],
        "order_asked": row["order_asked"],
    }


def _flags(ctx: Context, held: Row) -> list[dict[str, str]]:
    rows = ctx.store.read("flag_state", rater_key=held["rater_key"], comparison_key=held["comparison_key"])
    flags: list[dict[str, str]] = json.loads(rows[0]["flags"]) if rows else []
    return flags


def _edited(ctx: Context, judgement_id: UUID, name: Naming) -> dict[str, str] | None:
    rows = ctx.store.read("edited_state", judgement_id=judgement_id)
    if not rows or rows[0]["content"] is None:
        return None
    return {"completion": name(rows[0]["completion_id"]), "content": rows[0]["content"]}


def last_request(prompt: str) -> str:
    """What the user said last."""
    said = [message["content"] for message in json.loads(prompt) if message["role"] == "user"]
    return said[-1] if said else ""


def first_of(versions: list[str]) -> str | None:
    """The oldest of some versions, ``None`` where there is none."""
    return versions[0] if versions else None


def texts_of_responses(ctx: Context, comparison_keys: list[UUID]) -> dict[tuple[UUID, str], str]:
    """What each response of some comparisons says, by comparison and completion, in the order of the import."""
    rows = ctx.store.read("texts_of_comparisons", comparison_keys=comparison_keys) if comparison_keys else []
    return {
        (row["comparison_key"], row["completion_id"]): "\n\n".join(
            each["content"] for each in json.loads(row["content"])
        )
        for row in rows
    }
