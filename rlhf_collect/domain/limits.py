"""Which comparisons a rater is asked about."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.errors import BadCall

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
MOST_NAMED = 50
MOST_TAG = 200


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What somebody is asked about; empty for everything."""

    languages: tuple[str, ...] = ()
    """Languages of comparisons; ``en`` takes ``en-GB`` too, and a comparison without one is in none of them."""
    tags: tuple[str, ...] = ()
    """A comparison has at least one of these."""


def reach_of(limits: Limits) -> Callable[[str, Collection[str]], bool]:
    """Says of a comparison, by its language and its tags, whether it lies within the limits."""
    spoken = tuple(each.lower() for each in limits.languages)
    inner = tuple(f"{each}-" for each in spoken)
    asked = frozenset(limits.tags)

    def takes(language: str, tags: Collection[str]) -> bool:
        if asked and asked.isdisjoint(tags):
            return False
        return not spoken or language.lower() in spoken or language.lower().startswith(inner)

    return takes


def checked_limits(languages: Sequence[str], tags: Sequence[str]) -> Limits:
    """Limits from words somebody typed. Errors: ``BadCall`` naming the word that cannot be one."""
    spoken, named = ([word.strip() for word in words if word.strip()] for words in (languages, tags))
    for word in spoken:
        if not _LANGUAGE.fullmatch(word):
            raise BadCall(f"languages: '{word[:MOST_TAG]}' is no language. Write for example fr or en-GB.")
    for word in named:
        if len(word) > MOST_TAG or not word.isprintable():
            raise BadCall(
                f"tags: '{word[:MOST_TAG]}' cannot be a tag. Use at most {MOST_TAG} printable characters."
            )
    if max(len(spoken), len(named)) > MOST_NAMED:
        raise BadCall(
            f"At most {MOST_NAMED} languages and {MOST_NAMED} tags can be named. Nothing was changed."
        )
    return Limits(languages=tuple(dict.fromkeys(spoken)), tags=tuple(dict.fromkeys(named)))


def stored_limits(row: Mapping[str, Any]) -> Limits:
    """What a row of ``eligibility`` says."""
    return Limits(languages=tuple(json.loads(row["languages"])), tags=tuple(json.loads(row["tags"])))
