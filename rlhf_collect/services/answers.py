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
from rlhf_collect.services.page_ids import Naming, Said, check_named, page_ids
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


def check_submission(ctx: Context, project: Project, held: Row, sent: Said, *, page: bool) -> Submission:
    """What a rater sent for the comparison they hold. Errors: ``BadAnswer``, in the words of who asks."""

    def check(settings: Settings, said: Said, name: Naming) -> Submission:
        if said.edited is not None:
            last_turns = {name(each): text for each, text in _last_turns(ctx, held).items()}
            check_edited(said.edited, last_turns, offered=settings.edits != "off")
        return Submission(
            settled=_settle_all(ctx, settings, held, said.drafts, name),
            flags=checked_flags(said.flags, _completion_ids(ctx, held, name), settings.flags),
            edited=said.edited,
        )

    return _as_asked(ctx, project, held, sent, check, page=page)


def check_flags(ctx: Context, project: Project, held: Row, sent: Said, *, page: bool) -> tuple[Flag, ...]:
    """Flags that come without an answer. Errors as above."""

    def check(settings: Settings, said: Said, name: Naming) -> tuple[Flag, ...]:
        return checked_flags(said.flags, _completion_ids(ctx, held, name), settings.flags)

    return _as_asked(ctx, project, held, sent, check, page=page)


def _as_asked(
    ctx: Context,
    project: Project,
    held: Row,
    sent: Said,
    check: Callable[[Settings, Said, Naming], T],
    *,
    page: bool,
) -> T:
    """``check`` what was sent under the settings in force, else under those since the comparison was handed out.

    The settings may change while a comparison is open: who answers what they saw loses nothing.
    """
    ids = page_ids(ctx, held["rater_key"], held["comparison_key"])

    def check_under(settings: Settings) -> T:
        return check_named(ids, sent, lambda said, name: check(settings, said, name), page=page)

    try:
        return check_under(project.settings)
    except BadAnswer:
        for settings in earlier_settings(ctx, project, held["setting_no"]):
            with suppress(BadAnswer):
                return check_under(settings)
        raise


def _settle_all(
    ctx: Context, settings: Settings, held: Row, drafts: Sequence[Draft], name: Naming
) -> tuple[Settled, ...]:
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
            completion_ids=_completion_ids(ctx, held, name),
            presentation=[name(each) for each in held["shown"]],
            criterion=rubric[draft.criterion],
        )
        for draft in drafts
    )


def _completion_ids(ctx: Context, held: Row, name: Naming) -> list[str]:
    """In import order."""
    return [name(row["completion_id"]) for row in comparison_rows(ctx, held["comparison_key"])]


def _last_turns(ctx: Context, held: Row) -> dict[str, str]:
    """The text an edited completion stands in for: the last assistant turn of each."""
    return {
        row["completion_id"]: next(
            turn["content"] for turn in reversed(json.loads(row["content"])) if turn["role"] == "assistant"
        )
        for row in comparison_rows(ctx, held["comparison_key"])
    }
