"""What came through a door, held against what was asked: answers, flags and an edited completion."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from rlhf_collect.config import Project as Settings
from rlhf_collect.domain.judgement import Draft, Settled, answers_hash, settle
from rlhf_collect.domain.remarks import Edited, Flag, check_edited, checked_flags
from rlhf_collect.errors import BadAnswer
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, earlier_settings
from rlhf_collect.services.serving import comparison_rows, rubric_for
from rlhf_collect.storage.port import Row

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """Everything one submission says, checked."""

    settled: tuple[Settled, ...]
    """An answer on every criterion."""
    flags: tuple[Flag, ...]
    """What was flagged."""
    edited: Edited | None
    """The completion that was improved, if one was."""

    @property
    def sha256(self) -> str:
        """Equal for the same submission again."""
        return answers_hash(self.settled, self.flags, self.edited)


def check_submission(
    ctx: Context,
    project: Project,
    held: Row,
    drafts: Sequence[Draft],
    flags: Sequence[Flag],
    edited: Edited | None,
) -> Submission:
    """What a rater sent for the comparison they hold. Errors: ``BadAnswer``."""

    def check(settings: Settings) -> Submission:
        if edited is not None:
            check_edited(edited, _last_turns(ctx, held), offered=settings.edits != "off")
        return Submission(
            settled=_settle_all(ctx, settings, held, drafts),
            flags=checked_flags(flags, _completion_ids(ctx, held), settings.flags),
            edited=edited,
        )

    return _as_asked(ctx, project, held, check)


def check_flags(ctx: Context, project: Project, held: Row, flags: Sequence[Flag]) -> tuple[Flag, ...]:
    """Flags that come without an answer. Errors: ``BadAnswer``."""
    ids = _completion_ids(ctx, held)
    return _as_asked(ctx, project, held, lambda settings: checked_flags(flags, ids, settings.flags))


def _as_asked(ctx: Context, project: Project, held: Row, check: Callable[[Settings], T]) -> T:
    """``check`` under the settings in force, else under those since the comparison was handed out.

    The settings may change while a comparison is open: who answers what they saw loses nothing.
    """
    try:
        return check(project.settings)
    except BadAnswer:
        for settings in earlier_settings(ctx, project, held["setting_no"]):
            with suppress(BadAnswer):
                return check(settings)
        raise


def _settle_all(ctx: Context, settings: Settings, held: Row, drafts: Sequence[Draft]) -> tuple[Settled, ...]:
    answered = [draft.criterion for draft in drafts]
    rubric = {each.name: each for each in rubric_for(ctx, settings, held["comparison_key"])}
    if sorted(answered) != sorted(rubric):
        raise BadAnswer(
            f"answers: every criterion once, please: {', '.join(rubric)}. Got: {', '.join(answered) or 'none'}. "
            "Nothing was stored."
        )
    comparison_id = comparison_rows(ctx, held["comparison_key"])[0]["comparison_id"]
    return tuple(
        settle(
            draft,
            comparison_id=comparison_id,
            completion_ids=_completion_ids(ctx, held),
            presentation=held["shown"],
            criterion=rubric[draft.criterion],
        )
        for draft in drafts
    )


def _completion_ids(ctx: Context, held: Row) -> list[str]:
    """In import order."""
    return [row["completion_id"] for row in comparison_rows(ctx, held["comparison_key"])]


def _last_turns(ctx: Context, held: Row) -> dict[str, str]:
    """The text an edited completion stands in for: the last assistant turn of each."""
    return {
        row["completion_id"]: next(
            turn["content"] for turn in reversed(json.loads(row["content"])) if turn["role"] == "assistant"
        )
        for row in comparison_rows(ctx, held["comparison_key"])
    }
