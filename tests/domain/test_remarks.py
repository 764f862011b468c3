"""Flags and edited completions: what may be said beside an answer."""

from __future__ import annotations

import pytest

from rlhf_collect.domain.remarks import Edited, Flag, check_edited, checked_flags
from rlhf_collect.errors import BadAnswer

PAIR = ("left", "right")


def test_flags_are_for_what_is_shown_and_what_is_offered() -> None:
    flags = [Flag(target="right", flag="broken"), Flag(target="prompt", flag="harmful")]
    offered = ("harmful", "broken")
    assert (
        checked_flags(flags, PAIR, offered) == checked_flags(flags[::-1], PAIR, offered) == tuple(flags[::-1])
    )
    for bad, word in (
        ([Flag(target="middle", flag="broken")], "prompt, left, right"),
        ([Flag(target="left", flag="rude")], "harmful, broken"),
        (flags + flags[:1], "twice"),
    ):
        with pytest.raises(BadAnswer, match=word):
            checked_flags(bad, PAIR, offered)
    with pytest.raises(BadAnswer, match="None are offered"):
        checked_flags(flags[:1], PAIR, ())


@pytest.mark.parametrize(
    ("edited", "offered", "word"),
    [
        (Edited(completion="left", content="Better."), False, "takes no edited"),
        (Edited(completion="middle", content="Better."), True, "left, right"),
        (Edited(completion="left", content=" \n"), True, "is empty"),
        (Edited(completion="left", content="One. "), True, "the same text"),
        (Edited(completion="left", content="x" * 100_001), True, "too many"),
        (Edited(completion="left", content="a\x00b"), True, "not text"),
    ],
)
def test_an_edited_completion_that_changes_nothing_or_cannot_be_kept_is_refused(
    edited: Edited, offered: bool, word: str
) -> None:
    with pytest.raises(BadAnswer, match=word) as refused:
        check_edited(edited, {"left": "One.", "right": "Two."}, offered=offered)
    assert refused.value.message.startswith("edited: ")


def test_a_text_somebody_changed_is_kept() -> None:
    check_edited(Edited(completion="left", content="x" * 100_000), {"left": "One."}, offered=True)
