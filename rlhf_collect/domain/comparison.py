"""What is compared: messages, completions, comparisons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rlhf_collect.ids import content_hash

ROLES = ("system", "user", "assistant", "tool")
MIN_COMPLETIONS = 2
MAX_COMPLETIONS = 8
RESERVED_IDS = frozenset({"tie", "both_bad", "skip"})
"""Words a choice may take instead of a completion id; no completion may be called so."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One turn of a conversation."""

    role: str
    """Who speaks: one of ``ROLES``."""
    content: str
    """Markdown text, exactly as imported."""

    def as_json(self) -> dict[str, str]:
        """``{"role", "content"}``."""
        return {"role": self.role, "content": self.content}


Messages = tuple[Message, ...]


@dataclass(frozen=True, kw_only=True)
class Completion:
    """One model output."""

    completion_id: str
    """Id, unique within its comparison."""
    model: str
    """The model that made it; empty when unknown. Never shown to raters."""
    content: Messages
    """The reply turns; the first is the assistant's. One message for a single-turn completion."""


@dataclass(frozen=True, kw_only=True)
class Gold:
    """A known answer, with the reason raters may read when they contest it."""

    criterion: str
    """The criterion it answers."""
    choice: str
    """A completion id, ``tie`` or ``both_bad``."""
    reason: str
    """The written justification."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A prompt and its 2 to 8 completions, as imported."""

    comparison_id: str
    """Id, unique within its project."""
    prompt: Messages
    """The conversation so far; ends with a ``user`` or ``tool`` turn."""
    completions: tuple[Completion, ...]
    """In the order of the import."""
    language: str = ""
    """BCP 47 tag of the prompt, empty when unknown."""
    tags: tuple[str, ...] = ()
    """Free words to filter by."""
    labels: tuple[Mapping[str, Any], ...] = ()
    """Content labels, ``{"category", "severity", ...}``."""
    gold: Gold | None = None
    """The known answer of a control comparison."""
    source: str = ""
    """Dataset or file it came from."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Anything else of the source, kept as JSON."""
    images: Mapping[str, str] = field(default_factory=dict)
    """Pictures that came with it: path as the Markdown names it to the SHA-256 (hex) of the bytes."""


def prompt_as_json(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Messages as a list of ``{"role", "content"}``."""
    return [message.as_json() for message in messages]


def comparison_content(comparison: Comparison) -> dict[str, Any]:
    """The parts that make a comparison what it is, without its own id and provenance: what is hashed."""
    images = {"images": dict(comparison.images)} if comparison.images else {}
    return images | {
        "prompt": prompt_as_json(comparison.prompt),
        "completions": [
            {"id": each.completion_id, "model": each.model, "content": prompt_as_json(each.content)}
            for each in comparison.completions
        ],
        "language": comparison.language,
        "tags": list(comparison.tags),
        "labels": [dict(label) for label in comparison.labels],
        "gold": None
        if comparison.gold is None
        else {
            "criterion": comparison.gold.criterion,
            "choice": comparison.gold.choice,
            "reason": comparison.gold.reason,
        },
        "metadata": dict(comparison.metadata),
    }


def comparison_hash(comparison: Comparison) -> str:
    """SHA-256 of the content: equal hashes mean the same comparison imported twice."""
    return content_hash(comparison_content(comparison))


def derived_comparison_id(prompt: Sequence[Message], contents: Sequence[Sequence[Message]]) -> str:
    """The id of a comparison that brought none: 20 hex digits of the hash of its texts, in order."""
    return content_hash([prompt_as_json(prompt), [prompt_as_json(each) for each in contents]])[:20]


def canonical_slots(comparison_id: str, completion_ids: Sequence[str]) -> dict[str, int]:
    """Slot of each completion: its place when sorted by ``sha256(comparison_id|completion_id)``.

    Statistics are computed on slots, never on import order or sides, so that agreement beyond
    chance does not depend on which model happened to be listed first (spec stats, section 1).
    """
    ordered = sorted(
        completion_ids,
        key=lambda each: (hashlib.sha256(f"{comparison_id}|{each}".encode()).hexdigest(), each),
    )
    return {completion_id: slot for slot, completion_id in enumerate(ordered)}
