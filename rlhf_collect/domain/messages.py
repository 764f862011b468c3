"""What raters write to the leads of their project: how much, and until when it is answered (spec welfare 3.13)."""

from __future__ import annotations

from datetime import timedelta

from rlhf_collect.domain.parts import check_text, length_in_words
from rlhf_collect.errors import BadCall

MOST_TEXT = 10_000
"""Characters of a message."""
MOST_WAITING = 20
"""Threads of a rater that wait for an answer at the same time."""
MOST_A_DAY = 50
"""Messages of a rater in 24 hours."""
MOST_IN_THREAD = 200
"""Messages of a thread."""
TOLD_AFTER = timedelta(days=7)
"""A message that waits for longer counts in the labour statement of a version."""
WAITING, ANSWERED, SETTLED = "waiting", "answered", "settled"
"""Where a thread stands: its rater needs an answer, the last word is a lead's, or no answer is needed any more."""


def checked_message(text: str) -> str:
    """A message as it is kept. Errors: ``BadAnswer`` for what is no text or too long; ``BadCall`` for an empty one."""
    said = text.strip()
    check_text("text", said, MOST_TEXT)
    if not length_in_words(said):
        raise BadCall("text: is empty. Write what you want to say. Nothing was sent.")
    return said
