"""The comparisons raters differ on most, with all that was said about each, for leads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.errors import BadCall, NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import settle_due
from rlhf_collect.services.names import A_RATER, name_for_leads
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.reports import chosen_criterion
from rlhf_collect.services.serving import IMAGE_SEPARATOR, SHA256_DIGITS
from rlhf_collect.storage.port import Reader, Row

MOST = 50
"""Comparisons of one page."""
ALL, UNDECIDED, DECIDED = WHICH = "all", "undecided", "decided"
"""Which of them are listed."""


def contested_comparisons(
    ctx: Context,
    actor: Actor,
    project_name: str,
    criterion: str | None = None,
    *,
    tag: str = "",
    rater: str = "",
    which: str = ALL,
    limit: int = 10,
    after: int = 0,
) -> dict[str, Any]:
    """Comparisons judged at least twice on which no answer leads the next by two, the most evenly split first.

    ``which`` lists all, those that are decided last, or the ``undecided`` or the ``decided`` alone; ``total`` counts
    all, ``decided`` those of them, ``waiting`` those left to a second rater. ``{"project", "criterion", "tag",
    "rater", "total", "decided", "waiting", "after", "tags": [{"tag", "comparisons"}], "comparisons": [{"comparison",
    "language", "tags", "prompt", "completions": [{"id", "model", "content"}], "images", "judgements", "entropy",
    "counts": {choice: n}, "answers": [{"rater", "choice", "strength", "ranking", "points", "reasons", "rationale",
    "shown"}], "waiting", "decisions": [{"by", "role", "choice", "strength", "reason", "shown"}]}]}``.
    ``shown`` are the completions in the order they stood in before who answered, the first being their A; null where
    that is not known, or as listed. ``entropy`` of the answers is in bits: 1 for two given equally often. The first of
    ``decisions`` holds: a lead's before a second rater's, who has the role ``rater``, the latest first; by nobody where
    the lead was erased, and for second raters, whose judgements stand under a pseudonym.
    ``after`` leaves out so many from the top. Raters stand under the pseudonym leads know them by, or as ``a rater``
    where ``quality.visibility`` is anonymous; names of imported judgements stay.
    ``rater`` narrows to comparisons with an answer under such a name.
    Errors: ``NotFound`` naming the criteria there are, or for a name no answer stands under;
    ``BadCall`` for a page or a ``which`` that cannot be.
    """
    if not 1 <= limit <= MOST or after < 0:
        raise BadCall(f"limit: write 1 to {MOST}; after: write 0 or more. Nothing was read.")
    if which not in WHICH:
        raise BadCall(f"which: write {', '.join(WHICH[:-1])} or {WHICH[-1]}. Nothing was read.")
    project = find_own_project(ctx, actor, project_name, Right.READ_JUDGEMENTS)
    settle_due(ctx, project)
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        values = {
            "project_id": project.project_id,
            "criterion": chosen,
            "practice": list(project.settings.practice.comparisons),
        }
        narrowed = values | {"tag": tag, "rater_key": _known_as(ctx, reader, project, rater)}
        rows = reader.read("contested", **narrowed, which=which, most=limit, after=after)
        (counts,) = reader.read("contested_counts", **narrowed)
        tags = reader.read("contested_tags", **values)
        found = _in_full(ctx, reader, project, chosen, rows)
    return {
        "project": project.name,
        "criterion": chosen,
        "tag": tag,
        "rater": rater,
        "total": counts["total"],
        "decided": counts["decided"],
        "waiting": counts["waiting"],
        "after": after,
        "tags": tags,
        "comparisons": found,
    }


def _known_as(ctx: Context, reader: Reader, project: Project, rater: str) -> UUID | None:
    """Whose answers stand under a name; ``None`` for no name. Error: ``NotFound`` for one that stands beside none."""
    if not rater:
        return None
    for row in reader.read("known_raters", project_id=project.project_id):
        if name_for_leads(ctx, project, row | {"nameless": False}) == rater != A_RATER:
            key: UUID = row["rater_key"]
            return key
    raise NotFound(
        f"No answer in {project.name} stands under the name '{rater}'. Take it as it stands beside an answer, or as "
        "the report on raters has it."
    )


def which_of(*, undecided: bool, decided: bool) -> str:
    """Which are listed, where somebody asks for either. Errors: ``BadCall`` for both."""
    if undecided and decided:
        raise BadCall(
            "undecided and decided exclude each other: ask for one, or for neither. Nothing was read."
        )
    return UNDECIDED if undecided else DECIDED if decided else ALL


def listed_in(found: Mapping[str, Any], which: str) -> int:
    """How many of the comparisons that were ``found`` are listed, on all pages."""
    total, decided = int(found["total"]), int(found["decided"])
    return {ALL: total, DECIDED: decided, UNDECIDED: total - decided}[which]


def _in_full(
    ctx: Context, reader: Reader, project: Project, criterion: str, rows: list[Row]
) -> list[dict[str, Any]]:
    """The comparisons with their completions and what was said."""
    if not rows:
        return []
    keys = [row["comparison_key"] for row in rows]
    completions = _by_comparison(reader.read("completions_of_comparisons", comparison_keys=keys))
    answers = _by_comparison(
        reader.read(
            "answers_of_comparisons",
            project_id=project.project_id,
            criterion=criterion,
            comparison_keys=keys,
        )
    )
    decisions = _by_comparison(
        reader.read(
            "decisions_on_comparisons",
            project_id=project.project_id,
            criterion=criterion,
            comparison_keys=keys,
        )
    )
    return [
        _comparison(row, completions[key], _answers(ctx, project, answers[key]))
        | {"decisions": [_decision(each) for each in decisions.get(key, [])]}
        for key, row in zip(keys, rows, strict=True)
    ]


def _decision(row: Row) -> dict[str, Any]:
    """What was decided. Leads know each other by name; a second rater's would tell whose pseudonym is whose."""
    return {
        "by": "" if row["nameless"] or row["role"] == Role.RATER else row["decided_by"],
        **{name: row[name] for name in ("role", "choice", "strength", "reason")},
        "shown": json.loads(row["presentation"]) if row["presentation"] else None,
    }


def _by_comparison(rows: list[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["comparison_key"], []).append(row)
    return found


def _comparison(row: Row, completions: Sequence[Row], answers: list[dict[str, Any]]) -> dict[str, Any]:
    named = row["images"].split(IMAGE_SEPARATOR) if row["images"] else []
    counts: dict[str, int] = {}
    for each in answers:
        counts[each["choice"]] = counts.get(each["choice"], 0) + 1
    return {
        "comparison": row["comparison_id"],
        "language": row["language"],
        "tags": json.loads(row["tags"]),
        "prompt": json.loads(row["prompt"]),
        "completions": [
            {"id": each["completion_id"], "model": each["model"], "content": json.loads(each["content"])}
            for each in completions
        ],
        "images": {each[SHA256_DIGITS:]: each[:SHA256_DIGITS] for each in named},
        "judgements": int(row["judgements"]),
        "waiting": bool(row["waiting"]),
        "entropy": float(row["entropy"]),
        "counts": counts,
        "answers": answers,
    }


def _answers(ctx: Context, project: Project, rows: list[Row]) -> list[dict[str, Any]]:
    """What was said, by who said it: in the order of pseudonyms, which is nobody's."""
    told = [
        {
            "rater": name_for_leads(ctx, project, row),
            "choice": row["choice"],
            "strength": row["strength"],
            **{
                name: json.loads(row[name]) if row[name] else None
                for name in ("ranking", "points", "reasons")
            },
            "rationale": row["rationale"],
            "shown": json.loads(row["presentation"]) if row["presentation"] else None,
        }
        for row in rows
    ]
    return sorted(told, key=lambda each: (each["rater"], each["choice"], each["rationale"] or ""))
