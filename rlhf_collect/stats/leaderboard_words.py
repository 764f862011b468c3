"""The leaderboard in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.wording import number, plural

TOLD = 3
"""Models named in the sentence."""


def leaderboard_sentence(report: Mapping[str, Any]) -> str:
    """Who is ahead, how sure that is, and what place and length do.

    Ranks are ranges: two models whose ranges overlap are not told apart.
    Example: "Ahead among 2 models: m1 (rank 1 to 2), m2 (rank 1 to 2)."
    """
    known = [each for each in report["models"] if each["strength"] is not None]
    if not known:
        return "No two models have been judged both ways yet, so none can be ranked."
    first = set(report["components"][0])
    leading = [each for each in known if each["model"] in first]
    told = ", ".join(f"{each['model']} ({_ranks(each)})" for each in leading[:TOLD])
    text = f"Ahead among {plural(len(leading), 'model')}: {told}."
    if len(leading) > 1 and leading[0]["rank_high"] > 1:
        text += " The first is not told apart from the next."
    worth = report["effective_judgements"]
    if worth is not None:
        text += (
            f" {plural(report['judgements'], 'judgement')} are worth {number(round(worth))} independent ones."
        )
    if len(known) < len(report["models"]) or len(leading) < len(known):
        text += " Some models have no strength on this scale; the notes say why."
    return text + _place(report["position_effect"]) + _length(report["length_effect"])


def _ranks(model: Mapping[str, Any]) -> str:
    low, high = model["rank_low"], model["rank_high"]
    return f"rank {low}" if low == high else f"rank {low} to {high}"


def _place(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    if figure["low"] <= 0 <= figure["high"]:
        return " The place on the screen shows no effect."
    return f" Of two equally strong responses the one shown first wins {round(100 * figure['share'])} %."


def _length(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    more = "no more" if figure["low"] <= 0 <= figure["high"] else "more" if figure["value"] > 0 else "less"
    return f" Longer responses win {more} often once the models are taken into account."
