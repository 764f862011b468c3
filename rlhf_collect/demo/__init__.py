"""The demo's data: real comparisons with three annotators' judgements, a handmade showcase and practice.

Where it comes from and how it was chosen: ``NOTICE.md`` beside this file.
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple


class DemoFiles(NamedTuple):
    """Where the demo's files are, in the forms ``rlhf-collect import`` and its sisters read."""

    comparisons: Traversable
    """240 comparisons from PandaLM, one JSON object a line."""
    judgements: Traversable
    """720 judgements of them by PandaLM's three annotators."""
    showcase: Traversable
    """Handmade comparisons that show what the rating screen renders, not judged by anybody."""
    practice: Traversable
    """Handmade comparisons with a known answer and its reason, to practise on; never counted."""
    notice: Traversable
    """Attribution, licence, what was selected and how."""


def demo_files() -> DemoFiles:
    """The demo's files inside the installed package."""
    folder = resources.files("rlhf_collect.demo")
    return DemoFiles(
        comparisons=folder / "pandalm.jsonl",
        judgements=folder / "judgements.jsonl",
        showcase=folder / "showcase.jsonl",
        practice=folder / "practice.jsonl",
        notice=folder / "NOTICE.md",
    )
