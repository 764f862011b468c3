"""Known answers of a project: how often raters met them and answered as expected, and taking one out of use."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.parts import length_in_words
from rlhf_collect.errors import BadAnswer, NotFound, Refused
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import settle_due, stop_measuring
from rlhf_collect.services.my_judgements import MOST_PROMPT, last_request, texts_of_responses
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.stats.intervals import wilson
from rlhf_collect.storage.port import Row, Transaction

LEAST_REASON = 10
"""Characters of a reason to take one out of use."""
MOST_REASON = 2_000
"""The same at most."""


def list_known_answers(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """Known answers that come among a rater's others, those that ask for a look first; those for practice are not here.

    First those raters contest, then those least often answered as expected, then those taken out of use. Each is
    ``{"comparison", "prompt", "criterion", "expected", "reason", "judgements", "as_expected", "contested", "waiting",
    "removed", "removed_by", "removed_because", "responses"}``: ``as_expected`` is ``{"value", "low", "high", "n"}`` of
    first answers, null without any; ``contested`` counts appeals, ``waiting`` those without an answer; ``responses``
    are ``{"id", "text"}``. A lead who took one out of use is named with the reason, both empty where an appeal did; no
    rater is named. Errors: ``NotAllowed``.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_JUDGEMENTS)
    settle_due(ctx, project)
    rows = ctx.store.read(
        "known_answers_told",
        project_id=project.project_id,
        practice=list(project.settings.practice.comparisons),
    )
    removals = {
        row["comparison"]: row
        for row in ctx.store.read("removals_of_known_answers", project_id=project.project_id)
    }
    texts: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    said = texts_of_responses(ctx, [row["comparison_key"] for row in rows])
    for (comparison_key, name), text in said.items():
        texts[comparison_key].append({"id": name, "text": text})
    return [
        {
            **_told(row),
            "removed_by": removals.get(row["comparison_id"], {}).get("removed_by") or "",
            "removed_because": removals.get(row["comparison_id"], {}).get("reason") or "",
            "responses": texts[row["comparison_key"]],
        }
        for row in rows
    ]


def remove_known_answer(
    ctx: Context, actor: Actor, project_name: str, comparison: str, reason: str
) -> dict[str, Any]:
    """Take a known answer out of use for good, as if it had been contested with success; twice is once.

    It measures nobody any more, in no figure of before either, and decisions that rest on it alone are lifted.
    Returns ``{"project", "comparison", "fresh"}``. Errors: ``NotFound`` for what is no known answer; ``BadAnswer`` for
    a reason that says too little; ``Refused`` while a rater contests it, for whom the answer to that is.
    """
    project = find_own_project(ctx, actor, project_name, Right.EXCLUDE)
    why = reason.strip()
    if not LEAST_REASON <= (written := length_in_words(why)) <= MOST_REASON:
        raise BadAnswer(
            f"reason: {written} characters. Write {LEAST_REASON} to {MOST_REASON}: it is kept beside who took the "
            "known answer out of use. Nothing was changed."
        )
    row = _one_of_them(ctx, project, comparison)
    if row["waiting"]:
        raise Refused(
            f"A rater contests '{comparison}'. Answer that on the Raters tab: upheld, it is out of use, and they read "
            "your reasons. Nothing was changed."
        )

    def work(tx: Transaction) -> bool:
        if not stop_measuring(ctx, tx, project, row["comparison_key"]):
            return False
        told = {"comparison": comparison, "reason": why}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "remove_known_answer", told)])
        return True

    return {"project": project.name, "comparison": comparison, "fresh": ctx.store.write(work)}


def _one_of_them(ctx: Context, project: Project, comparison: str) -> Row:
    rows = ctx.store.read(
        "known_answers_told",
        project_id=project.project_id,
        practice=list(project.settings.practice.comparisons),
    )
    for row in rows:
        if row["comparison_id"] == comparison:
            return row
    raise NotFound(
        f"'{comparison}' is not among the known answers of {project.name} that come among a rater's others. "
        "Nothing was changed."
    )


def _told(row: Row) -> dict[str, Any]:
    gold, judgements = json.loads(row["gold"]), int(row["judgements"])
    share = None
    if judgements:
        low, high = wilson(int(row["as_expected"]), judgements)
        value = round(int(row["as_expected"]) / judgements, 6)
        share = {"value": value, "low": round(low, 4), "high": round(high, 4), "n": judgements}
    return {
        "comparison": row["comparison_id"],
        "prompt": last_request(row["prompt"])[:MOST_PROMPT],
        "criterion": gold["criterion"],
        "expected": gold["choice"],
        "reason": gold["reason"],
        "judgements": judgements,
        "as_expected": share,
        "contested": int(row["contested"]),
        "waiting": int(row["waiting"]),
        "removed": row["removed"],
    }
