"""The leaderboard in plain words. The words of one language are one ``LeaderboardPhrases`` value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rlhf_collect.stats.phrases import Numerals, percent, rounded, whole_number

TOLD = 3
"""Models named in the sentence."""


@dataclass(frozen=True, kw_only=True)
class LeaderboardPhrases(Numerals):
    """Everything the sentences can say, as templates in one language."""

    none_known: str = "No two models have been judged both ways yet, so none can be ranked."
    """No strength at all."""
    ahead: str = "Ahead among {models} models: {told}."
    """The first few."""
    one_rank: str = "{model} (rank {low})"
    """A model whose rank is certain."""
    ranks: str = "{model} (rank {low} to {high})"
    """A model and the ranks its interval leaves open."""
    not_apart: str = "The first is not told apart from the next."
    """Overlapping ranges."""
    worth_one: str = "{judgements} judgement is worth {worth} independent ones."
    """Effective judgements of one."""
    worth: str = "{judgements} judgements are worth {worth} independent ones."
    """Effective judgements."""
    some_unknown: str = "Some models have no strength on this scale; the notes say why."
    """Other components, or models that always won or lost."""
    no_place: str = "The place on the screen shows no effect."
    """The interval of the position effect contains nothing."""
    place: str = "Of two equally strong responses the one shown first wins {share}."
    """The position effect as a share."""
    length_none: str = "Longer responses win no more often once the models are taken into account."
    """The interval of the length effect contains nothing."""
    length_more: str = "Longer responses win more often once the models are taken into account."
    """It is above."""
    length_less: str = "Longer responses win less often once the models are taken into account."
    """It is below."""
    apart: str = "{first} and {second} are told apart: their intervals do not overlap."
    """The first two."""
    more: str = (
        "About {more} more judgements would tell {first} and {second} apart, if they stay as far from each other "
        "as they are now and the new ones are spread as those so far."
    )
    """What it takes."""
    no_number: str = (
        "{first} and {second} are as good as equal so far: the difference is no larger than its own error, so no "
        "number of judgements can be named that would tell them apart."
    )
    """A difference of about nothing."""


ENGLISH_LEADERBOARD = LeaderboardPhrases()


def leaderboard_sentence(report: Mapping[str, Any], phrases: LeaderboardPhrases = ENGLISH_LEADERBOARD) -> str:
    """Who is ahead, how sure that is, and what place and length do.

    Ranks are ranges: two models whose ranges overlap are not told apart.
    Example: "Ahead among 2 models: m1 (rank 1 to 2), m2 (rank 1 to 2)."
    """
    known = [each for each in report["models"] if each["strength"] is not None]
    if not known:
        return phrases.none_known
    first = set(report["components"][0])
    leading = [each for each in known if each["model"] in first]
    told = ", ".join(_ranks(each, phrases) for each in leading[:TOLD])
    parts = [phrases.ahead.format(models=whole_number(len(leading), phrases), told=told)]
    if len(leading) > 1 and leading[0]["rank_high"] > 1:
        parts.append(phrases.not_apart)
    if report["effective_judgements"] is not None:
        worth = phrases.worth_one if report["judgements"] == 1 else phrases.worth
        numbers = {"judgements": report["judgements"], "worth": round(report["effective_judgements"])}
        parts.append(worth.format(**{name: whole_number(each, phrases) for name, each in numbers.items()}))
    if len(known) < len(report["models"]) or len(leading) < len(known):
        parts.append(phrases.some_unknown)
    return " ".join([*parts, *_effects(report, phrases)])


def _effects(report: Mapping[str, Any], phrases: LeaderboardPhrases) -> list[str]:
    """What standing first and being longer do, where that is known."""
    said, place, length = [], report["position_effect"], report["length_effect"]
    if place is not None:
        none = place["low"] <= 0 <= place["high"]
        said.append(
            phrases.no_place if none else phrases.place.format(share=percent(place["share"], phrases))
        )
    if length is not None:
        none, more = length["low"] <= 0 <= length["high"], length["value"] > 0
        said.append(phrases.length_none if none else phrases.length_more if more else phrases.length_less)
    return said


def separation_sentence(
    separation: Mapping[str, Any] | None, phrases: LeaderboardPhrases = ENGLISH_LEADERBOARD
) -> str:
    """How many more judgements until the first two models are told apart; empty where there are no two."""
    if separation is None:
        return ""
    more = separation["judgements_more"]
    words = phrases.apart if separation["separated"] else phrases.no_number if more is None else phrases.more
    number = "" if more is None else whole_number(rounded(more), phrases)
    return words.format(first=separation["first"], second=separation["second"], more=number)


def _ranks(model: Mapping[str, Any], phrases: LeaderboardPhrases) -> str:
    words = phrases.one_rank if model["rank_low"] == model["rank_high"] else phrases.ranks
    return words.format(model=model["model"], low=model["rank_low"], high=model["rank_high"])
