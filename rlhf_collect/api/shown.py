"""How a comparison leaves through the API, with or without rendered HTML."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.rubric import TURN_MARK
from rlhf_collect.rendering import Allowance, plain_words, render_markdown, visible_source
from rlhf_collect.services.adjudications import LEAST_REASON
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciding import Decided, ToDecide
from rlhf_collect.services.deciding_shown import said_by_raters
from rlhf_collect.services.judgements import Receipt
from rlhf_collect.services.my_judgements import MOST_PROMPT
from rlhf_collect.services.page_ids import page_ids
from rlhf_collect.services.page_objects import draft_of
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.serving import Assignment, Shown, rubric_for, shown_comparison


def assignment_json(ctx: Context, project: Project, assignment: Assignment, *, html: bool) -> dict[str, Any]:
    """An assignment as the contract gives it.

    With ``html``, for the page: beside each message stands it laid out and its source, both safe HTML, and
    what was typed and not sent comes along.
    """
    body: dict[str, Any] = {
        "assignment": str(assignment.assignment_id),
        "judgement": str(assignment.judgement_id),
        "comparison": comparison_json(ctx, assignment, html=html),
        "criteria": criteria_json(ctx, project, assignment.comparison_key),
        "lease_ends": assignment.lease_ends.isoformat(),
    }
    if html:
        draft, saved_at = draft_of(ctx, assignment.assignment_id) if assignment.drafted else (None, None)
        body |= {"draft": draft, "draft_saved_at": saved_at}
    return body


def comparison_json(ctx: Context, shown: Shown, *, html: bool) -> dict[str, Any]:
    """A comparison in presentation order; with ``html``, in the names of the rater's page."""
    comparison = shown_comparison(ctx, shown)
    images = comparison.get("images")
    if html:
        allowance = Allowance()
        ids = page_ids(ctx, shown.rater_key, shown.comparison_key)
        comparison["id"] = ids.comparison
        for each in comparison["completions"]:
            each["id"] = ids.shown(each["id"])
        for messages in (comparison["prompt"], *(each["content"] for each in comparison["completions"])):
            for message in messages:
                message["html"] = render_markdown(message["content"], images=images, allowance=allowance)
                message["raw"] = visible_source(message["content"])
    else:
        for each in comparison["completions"]:
            each["content"] = _plain(each["content"])
    return comparison


def in_plain_words(listed: dict[str, Any]) -> dict[str, Any]:
    """My judgements for the page: each prompt's words as they are laid out, in place of its source."""
    allowance = Allowance()
    for row in listed["judgements"]:
        row["prompt"] = plain_words(row["prompt"], MOST_PROMPT, allowance)
    return listed


def criteria_json(ctx: Context, project: Project, comparison_key: UUID) -> list[dict[str, Any]]:
    """What is asked about a comparison, unfolded over its turns where they are judged one by one."""
    return [each.as_json() for each in rubric_for(ctx, project.settings, comparison_key)]


def _plain(messages: list[dict[str, str]]) -> str | list[dict[str, str]]:
    """Markdown text for the usual single reply, the list of messages for a multi-turn one."""
    return messages[0]["content"] if len(messages) == 1 else messages


def ahead_json(ctx: Context, project: Project, ahead: Assignment | None, *, html: bool) -> dict[str, Any]:
    """The key ``ahead`` of a reply to who asked for it."""
    return {"ahead": None if ahead is None else assignment_json(ctx, project, ahead, html=html)}


def to_decide_json(ctx: Context, actor: Actor, shown: ToDecide, *, html: bool) -> dict[str, Any]:
    """A contested comparison before a second rater, with what raters said about it and nothing of who said it.

    With ``html``, for the page: laid out, words with what is hidden in them shown, and what was typed and not sent.
    """
    assert actor.project_id is not None  # else nothing would have been shown
    project = project_of(ctx, actor.project_id)
    said = said_by_raters(ctx, project, shown, page=html)
    asked = project.criteria().get(shown.criterion.name.partition(TURN_MARK)[0])
    body = {
        "decision": str(shown.decision_id),
        "comparison": comparison_json(ctx, shown, html=html),
        "criteria": [shown.criterion.as_json()],
        "least_reason": LEAST_REASON,
        "said": said,
        "reasons": [each.as_json() for each in asked.reasons] if asked else [],
    }
    if html:
        for each in said:
            each["html"] = visible_source(each["rationale"]) if each["rationale"] else None
        draft, saved_at = draft_of(ctx, shown.decision_id)
        body |= {"draft": draft, "draft_saved_at": saved_at}
    return body


def decided_json(ctx: Context, actor: Actor, done: Decided, *, html: bool) -> dict[str, Any]:
    """A receipt with what to decide next, or with the reason why there is nothing."""
    body: dict[str, Any] = {"decision": str(done.decision_id), "revision": done.revision_no, "next": None}
    if isinstance(done.next, ToDecide):
        body["next"] = to_decide_json(ctx, actor, done.next, html=html)
    else:
        body["reason"] = done.next.reason
    return body


def receipt_json(
    ctx: Context, project: Project, receipt: Receipt, *, html: bool, ahead: bool
) -> dict[str, Any]:
    """A receipt with the next assignment, or with the reason why there is none."""
    body: dict[str, Any] = {"judgement": str(receipt.judgement_id), "next": None}
    if isinstance(receipt.next, Assignment):
        body["next"] = assignment_json(ctx, project, receipt.next, html=html)
    else:
        body["reason"] = receipt.next.reason
    return body | (ahead_json(ctx, project, receipt.ahead, html=html) if ahead else {})
