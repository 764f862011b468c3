"""How a comparison leaves through the API, with or without rendered HTML."""

from __future__ import annotations

from typing import Any

from rlhf_collect.rendering import render_markdown
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import Receipt
from rlhf_collect.services.projects import Project
from rlhf_collect.services.serving import Assignment, shown_comparison


def assignment_json(ctx: Context, project: Project, assignment: Assignment, *, html: bool) -> dict[str, Any]:
    """An assignment as the contract gives it; with ``html``, each message also has safe HTML beside it."""
    comparison = shown_comparison(ctx, assignment)
    images = comparison.get("images")
    if html:
        for messages in (comparison["prompt"], *(each["content"] for each in comparison["completions"])):
            for message in messages:
                message["html"] = render_markdown(message["content"], images=images)
    else:
        for each in comparison["completions"]:
            each["content"] = _plain(each["content"])
    return {
        "assignment": str(assignment.assignment_id),
        "judgement": str(assignment.judgement_id),
        "comparison": comparison,
        "criteria": [each.model_dump(mode="json") for each in project.settings.criteria],
        "lease_ends": assignment.lease_ends.isoformat(),
    }


def _plain(messages: list[dict[str, str]]) -> str | list[dict[str, str]]:
    """Markdown text for the usual single reply, the list of messages for a multi-turn one."""
    return messages[0]["content"] if len(messages) == 1 else messages


def receipt_json(ctx: Context, project: Project, receipt: Receipt, *, html: bool) -> dict[str, Any]:
    """A receipt with the next assignment, or with the reason why there is none."""
    body: dict[str, Any] = {"judgement": str(receipt.judgement_id), "next": None}
    if isinstance(receipt.next, Assignment):
        body["next"] = assignment_json(ctx, project, receipt.next, html=html)
    else:
        body["reason"] = receipt.next.reason
    return body
