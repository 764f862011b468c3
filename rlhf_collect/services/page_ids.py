"""What a rater's page calls a comparison and its completions.

Sources name completions "gpt-4o", or "baseline" and "new". Who reads that judges the name, so the page gets
others, which say nothing: the same at every reload, different for every rater and comparison. Programs get
the names of the import. Whatever comes back may use either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from rlhf_collect.domain.judgement import BOTH_BAD, TIE, Draft
from rlhf_collect.domain.remarks import PROMPT, Edited, Flag
from rlhf_collect.errors import BadAnswer
from rlhf_collect.services.context import Context
from rlhf_collect.services.serving import comparison_rows

T = TypeVar("T")
_WORDS = frozenset({TIE, BOTH_BAD, PROMPT})
"""Words that stand where a completion could: no completion can be called so."""
Naming = Callable[[str], str]
"""Gives a completion its other name; words that name none stay as they are."""


@dataclass(frozen=True, kw_only=True)
class PageIds:
    """The names of one comparison on the page of one rater."""

    comparison: str
    """The comparison's."""
    completions: Mapping[str, str]
    """Those of its completions, by the id they were imported with."""

    def shown(self, completion_id: str) -> str:
        """An id of the import as the page knows it."""
        return self.completions.get(completion_id, completion_id)

    def meant(self, name: str) -> str:
        """What came back, in either form, as the id of the import."""
        return next((each for each, shown in self.completions.items() if shown == name), name)


def page_ids(ctx: Context, rater_key: UUID, comparison_key: UUID) -> PageIds:
    """The names a rater's page has for a comparison."""
    seed = f"{rater_key}|{comparison_key}"
    return PageIds(
        comparison=ctx.keys.page_id(seed),
        completions={
            row["completion_id"]: ctx.keys.page_id(f"{seed}|{row['completion_id']}")
            for row in comparison_rows(ctx, comparison_key)
        },
    )


def row_named(ctx: Context, rater_key: UUID, row: Mapping[str, Any], *, page: bool) -> dict[str, Any]:
    """A row of the store about the rater as it goes out, without its key; for the ``page`` in its names.

    Ids are found without reading the comparison: there may be thousands of rows.
    """
    told = {name: value for name, value in row.items() if name != "comparison_key"}
    if not page or "comparison_key" not in row:
        return told
    seed = f"{rater_key}|{row['comparison_key']}"

    def name(meant: str) -> str:
        return meant if meant in _WORDS else ctx.keys.page_id(f"{seed}|{meant}")

    told["comparison_id"] = ctx.keys.page_id(seed)
    if "choice" in told:
        told = answer_named(told, name)
    if told.get("presentation"):
        told["presentation"] = [name(each) for each in told["presentation"]]
    if told.get("flags"):
        told["flags"] = [each | {"target": name(each["target"])} for each in told["flags"]]
    if "completion_id" in told:
        told["completion_id"] = name(told["completion_id"])
    return told


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came through a door about a comparison, with completions named in either form."""

    drafts: Sequence[Draft] = ()
    """The answers."""
    flags: Sequence[Flag] = ()
    """What was flagged."""
    edited: Edited | None = None
    """The completion that was improved, if one was."""

    def named(self, name: Naming) -> Said:
        """The same with every completion named anew."""
        return Said(
            drafts=[_draft_named(each, name) for each in self.drafts],
            flags=[replace(each, target=name(each.target)) for each in self.flags],
            edited=self.edited and replace(self.edited, completion=name(self.edited.completion)),
        )


def check_named(ids: PageIds, said: Said, check: Callable[[Said, Naming], T], *, page: bool) -> T:
    """``check`` what was said, named as imported. Errors: ``BadAnswer``, for the page in the page's names.

    ``check`` gets what was said and how completions are named in it.
    """
    meant = said.named(ids.meant)
    try:
        return check(meant, str)
    except BadAnswer:
        if page:  # the same fault again, told in the names the page knows
            check(meant.named(ids.shown), ids.shown)
        raise


def answer_named(answer: Mapping[str, Any], name: Naming) -> dict[str, Any]:
    """A stored answer as it goes out, with its completions named anew."""
    named = dict(answer)
    if answer["choice"] is not None:
        named["choice"] = name(answer["choice"])
    if answer.get("ranking"):
        named["ranking"] = [[name(each) for each in group] for group in answer["ranking"]]
    if answer.get("points"):
        named["points"] = {name(each): number for each, number in answer["points"].items()}
    if answer.get("reasons"):
        named["reasons"] = [each | {"completion": name(each["completion"])} for each in answer["reasons"]]
    return named


def _draft_named(draft: Draft, name: Naming) -> Draft:
    return replace(
        draft,
        choice=None if draft.choice is None else name(draft.choice),
        ranking=draft.ranking and [[name(each) for each in group] for group in draft.ranking],
        points=draft.points and {name(each): number for each, number in draft.points.items()},
        reasons=[replace(each, completion=name(each.completion)) for each in draft.reasons],
    )
