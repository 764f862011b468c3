"""What the stub of the rater's page holds, and how it misbehaves when a test says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rlhf_collect.ids import new_id
from rlhf_collect.rendering import render_markdown
from tests.web.comparisons import COMPARISONS, GUIDELINES

OVERALL = {
    "name": "overall",
    "question": "Which response is better overall?",
    "tie": True,
    "both_bad": True,
    "strengths": 3,
    "rationale": "optional",
    "answer": "choice",
    "points": None,
    "reasons": [],
    "turn": None,
}


CHANGES = (
    ("same", "# How to judge"),
    ("same", "Read both responses to the end."),
    ("removed", "Longer is better."),
    ("added", "A short answer that *helps* is better than a long one that does not."),
)
"""What is new in the guidelines, paragraph by paragraph, as it was written."""


@dataclass
class Desk:
    """What the stub holds and how it misbehaves."""

    comparisons: list[dict[str, Any]] = field(default_factory=lambda: list(COMPARISONS))
    """What is handed out, in order."""
    criteria: list[dict[str, Any]] = field(default_factory=lambda: [OVERALL])
    """The rubric."""
    faults: list[int] = field(default_factory=list)
    """Statuses of the next answers to ``POST /judgements``, instead of doing anything."""
    lose_replies: int = 0
    """How many submissions are stored while their reply turns into a 502."""
    signed_in: bool = True
    """Whether the session is valid."""
    erased: tuple[str, bool] | None = None
    """What who erased their data wished: what becomes of the judgements, and whether published ones are to go."""
    foreign: bool = False
    """Whether assignments belong to somebody else."""
    broken: bool = False
    """Whether handing out fails with a 500."""
    delay: float = 0.0
    """Seconds each submission takes."""
    consent: bool = False
    """``publish_rationale``."""
    name: str = "mila"
    """Who is signed in."""
    saved: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Judgement id → answers."""
    skipped: list[str] = field(default_factory=list)
    """Comparison ids."""
    acts: list[str] = field(default_factory=list)
    """Judgement and comparison ids, in the order of judging and skipping."""
    submissions: list[dict[str, Any]] = field(default_factory=list)
    """Every body that came to ``POST /judgements``, refused ones too."""
    revisions: list[str] = field(default_factory=list)
    """Judgement ids that were revised."""
    withdrawn: list[str] = field(default_factory=list)
    """Judgement ids that are taken back."""
    versions: list[str] = field(default_factory=list)
    """Sealed versions, which keep every judgement."""
    missing_header: list[str] = field(default_factory=list)
    """Writes that came without ``X-Requested-With``."""
    assignments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Comparison id → the assignment handed out."""
    ahead: bool = False
    """Whether the comparison after the next one comes along."""
    flags: list[str] = field(default_factory=list)
    """Flags the project offers."""
    announced: dict[str, bool] = field(default_factory=dict)
    """What comes among the comparisons without being marked."""
    reason: str = "no_eligible"
    """Why there is nothing, once there is nothing."""
    limits: dict[str, list[str]] = field(default_factory=dict)
    """What the rater is asked about."""
    edits: str = "off"
    """Whether responses may be improved."""
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Assignment id → the draft kept for it."""
    display: dict[str, Any] = field(default_factory=dict)
    """The rater's choices about the page."""
    controls: list[dict[str, Any]] = field(default_factory=list)
    """Known answers they met."""
    decisions: list[dict[str, Any]] = field(default_factory=list)
    """What was decided about their judgements."""
    lead_sees: str = "pseudonymous"
    """What leads see of raters."""
    to_leads: dict[str, Any] | None = None
    """What they see of the rater besides."""
    deciding: dict[str, Any] | None = None
    """What waits for their decision, where a lead has named them."""
    confirmed: str | None = "2"
    """The guidelines the rater has confirmed."""
    practice: list[dict[str, Any]] = field(default_factory=list)
    """Comparisons with ``expected`` and ``reason``."""
    practice_required: bool = False
    """Whether they come before the first comparison."""
    practised: list[bool] = field(default_factory=list)
    """Practice answers so far: as expected or not."""
    language: str = "en"
    """What title, purpose and questions are written in."""
    title: str = "Helpful answers"
    """What the project is called."""
    guidelines: str = GUIDELINES
    """Their text."""
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Judgement id → the last body stored, flags and improved response included."""


def messages(each: list[dict[str, str]]) -> list[dict[str, str]]:
    """Messages with their safe HTML beside them."""
    return [{**message, "html": render_markdown(message["content"])} for message in each]


def shown(comparison: dict[str, Any]) -> dict[str, Any]:
    """A comparison as the rater's page gets it."""
    return {
        "id": comparison["id"],
        "language": comparison.get("language", ""),
        "prompt": messages(comparison["prompt"]),
        "completions": [
            {"id": each["id"], "content": messages(each["content"])} for each in comparison["completions"]
        ],
    }


def assignment(desk: Desk, comparison: dict[str, Any]) -> dict[str, Any]:
    """The same assignment for a comparison, however often it is asked for."""
    held = desk.assignments.setdefault(
        comparison["id"], {"assignment": str(new_id()), "judgement": str(new_id())}
    )
    draft = desk.drafts.get(held["assignment"])
    return {
        **held,
        "comparison": shown(comparison),
        "criteria": desk.criteria,
        "lease_ends": "2099-01-01T00:00:00Z",
        "draft": draft,
        "draft_saved_at": "2026-11-26T12:00:00Z" if draft else None,
    }


def open_items(desk: Desk) -> list[dict[str, Any]]:
    """What is neither judged nor skipped: the next one, and where the desk says so the one after."""
    waiting = [
        each
        for each in desk.comparisons
        if each["id"] not in desk.skipped
        and desk.assignments.get(each["id"], {}).get("judgement") not in desk.saved
    ]
    return [assignment(desk, each) for each in waiting[: 2 if desk.ahead else 1]]


def next_item(desk: Desk) -> dict[str, Any] | None:
    """The next comparison with the one after it."""
    items = open_items(desk)
    return {**items[0], "ahead": items[1] if len(items) > 1 else None} if items else None


def following(desk: Desk) -> dict[str, Any]:
    """The end of a reply: what comes next, and after that."""
    items = open_items(desk)
    reply = {"next": items[0] if items else None, "ahead": items[1] if len(items) > 1 else None}
    return reply if items else {**reply, "reason": desk.reason}


def practice_state(desk: Desk) -> dict[str, Any] | None:
    """How far practice is."""
    if not desk.practice:
        return None
    total, answered, expected = len(desk.practice), len(desk.practised), sum(desk.practised)
    need = total if desk.practice_required else 0
    done = expected >= need if desk.practice_required else answered == total
    return {
        "required": desk.practice_required,
        "pass": need,
        "total": total,
        "answered": answered,
        "expected": expected,
        "done": done,
    }


def about(desk: Desk) -> dict[str, Any]:
    """What ``/me`` says."""
    done = len(desk.saved)
    return {
        "name": desk.name,
        "role": "rater",
        "project": "demo",
        "title": desk.title,
        "language": desk.language,
        "purpose": "We compare the answers of language models to everyday questions, "
        "to learn what people find helpful.",
        "responsible": {"name": "Ada Example, Example Lab", "contact": "ada@example.org"},
        "use": ["reward_model", "research"],
        "engagement": "staff",
        "quality": {"visibility": desk.lead_sees},
        "appeals": {"notice_days": 9, "contest_days": 30, "answer_days": 14},
        "publication": {"repository": "example-lab/helpful", "access": "public", "licence": "CC-BY-4.0"},
        "guidelines": {
            "version": "2",
            "html": render_markdown(desk.guidelines),
            "confirmed": desk.confirmed,
            "changes": [
                {"kind": kind, "text": text, "html": render_markdown(text)} for kind, text in CHANGES
            ],
        },
        "progress": {"judged": done, "left": len(desk.comparisons) - done - len(desk.skipped)},
        "consents": {"publish_rationale": desk.consent},
        "display": desk.display,
        "announced": desk.announced,
        "limits": desk.limits,
        "flags": desk.flags,
        "edits": desk.edits,
        "practice": practice_state(desk),
        "decisions": desk.decisions,
        "deciding": desk.deciding,
        "interface_version": "stub",
    }


def figures(desk: Desk, criteria: list[str], criterion: str) -> dict[str, Any]:
    """A rater's own figures: one told, the others not yet."""
    names = ["peer_agreement", "first_shown", "tie_share", "self_consistency", "gold_accuracy"]
    told = {"value": 0.714286, "low": 0.6, "high": 0.81, "n": 42}
    return {
        "criteria": criteria,
        "criterion": criterion,
        "judgements": len(desk.saved),
        "lead_sees": desk.lead_sees,
        "to_leads": desk.to_leads,
        **dict.fromkeys(names),
        "peer_agreement": told,
        "counted": {**dict.fromkeys(names, 3), "peer_agreement": 42},
        "shown_from": dict.fromkeys(names, 20),
    }
