"""What a rater says beside the answers: flags on what is shown, and a completion they improved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rlhf_collect.domain.parts import check_text
from rlhf_collect.errors import BadAnswer

PROMPT = "prompt"
"""The target of a flag that is about the prompt."""
MAX_EDITED = 100_000
"""Characters of an edited completion."""


@dataclass(frozen=True, kw_only=True, order=True)
class Flag:
    """Something is wrong with what is shown."""

    target: str
    """``prompt``, or the id of a completion."""
    flag: str
    """What is wrong: one of the flags the project offers."""

    def as_json(self) -> dict[str, str]:
        """``{"target", "flag"}``."""
        return {"target": self.target, "flag": self.flag}


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A completion as the rater would have written it."""

    completion: str
    """Id of the completion that was improved."""
    content: str
    """Markdown text that stands in for the last turn of the assistant."""


def checked_flags(
    flags: Sequence[Flag], completion_ids: Sequence[str], offered: Sequence[str]
) -> tuple[Flag, ...]:
    """Flags in one order, so that set in any order they say the same.

    Errors: ``BadAnswer`` for a target that is not shown, a flag that is not offered, or one given twice.
    """
    targets = (PROMPT, *completion_ids)
    for each in flags:
        if each.target not in targets:
            raise BadAnswer(
                f"flags: '{each.target}' is not part of this comparison. Name one of {', '.join(targets)}."
            )
        if each.flag not in offered:
            allowed = f"Offered are {', '.join(offered)}." if offered else "None are offered: leave them out."
            raise BadAnswer(f"flags: '{each.flag}' is not offered by this project. {allowed}")
    if len(set(flags)) < len(flags):
        raise BadAnswer("flags: the same flag is given twice for one target. Give each once.")
    return tuple(sorted(flags, key=lambda each: (targets.index(each.target), each.flag)))


def check_edited(edited: Edited, last_turns: dict[str, str], *, offered: bool) -> None:
    """Raise unless an edited completion can be kept.

    ``last_turns`` holds, for each completion, the text of its last assistant turn. Errors: ``BadAnswer``
    where the project takes none, for an unknown completion, and for a text that is empty, too long or
    no other than what was there.
    """
    if not offered:
        raise BadAnswer("edited: this project takes no edited completion. Leave it out.")
    if edited.completion not in last_turns:
        raise BadAnswer(
            f"edited: '{edited.completion}' is no response of this comparison. "
            f"Name one of {', '.join(last_turns)}."
        )
    if not edited.content.strip():
        raise BadAnswer("edited: is empty. Write the better response, or leave it out.")
    check_text("edited", edited.content, MAX_EDITED)
    if edited.content.strip() == last_turns[edited.completion].strip():
        raise BadAnswer("edited: is the same text as the response. Change something, or leave it out.")
