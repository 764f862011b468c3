"""What a lead should look at: rules from figures that are there anyway, each with a least number and an interval.

An alert begins where the figure says so clearly and ends only once it is clearly gone; in between, one that stands goes
on standing, so that a figure near its bound does not come and go. None is about a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import hypot
from typing import Any, Final

from rlhf_collect.stats.guideline_change import FEW_COMPARISONS, LOWER

Figures = dict[str, Any]

AGREEMENT_FELL: Final = "agreement_fell"
RUNNING_DRY: Final = "running_dry"
NOTHING_TO_DO: Final = "nothing_to_do"
ONE_SIDE_WINS: Final = "one_side_wins"
FLAGS_WAIT: Final = "flags_wait"
MESSAGES_WAIT: Final = "messages_wait"
APPEALS_WAIT: Final = "appeals_wait"
KINDS: Final = (
    MESSAGES_WAIT,
    APPEALS_WAIT,
    FLAGS_WAIT,
    NOTHING_TO_DO,
    RUNNING_DRY,
    AGREEMENT_FELL,
    ONE_SIDE_WINS,
)
"""In the order they are told: first what somebody waits for, then what stops the work, then how good it is."""

FEW_DECIDED = 100
"""Decided judgements below which nothing is said of sides."""
SIDE_EFFECT = 0.05
"""How far from one half the interval must lie: the bound from which the report calls it a side effect."""
GRACE_DAYS = 2
"""How many days more must be left before running dry is over."""
QUIET_DAYS = 7
"""Days without a judgement after which a finished project waits for nobody."""
MOST_FLAGS = 200
"""Flags an alert lists; the count of comparisons is of all."""
TELLING_RATERS = 5
"""Raters from which it is told how many of them have nothing to do; fewer are told of only if it is all of them."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Something a lead can act on."""

    kind: str
    """One of ``KINDS``."""
    about: tuple[str, ...] = ()
    """What sets it apart from others of its kind: the criterion, the version of the guidelines."""
    figures: Figures
    """What it rests on, as JSON types."""

    @property
    def key(self) -> str:
        """The same as long as it is the same alert."""
        return ":".join((self.kind, *self.about))


Standing = Collection[str]
"""Keys of the alerts that hold already."""


def agreement_fell(report: Mapping[str, Any], standing: Standing) -> Alert | None:
    """Whether agreement fell since the last change of the guidelines.

    Formula: begins where ``guideline_change`` says "lower", so that the page never says otherwise: 95 % intervals
    apart, ``FEW_COMPARISONS`` judged twice on either side. It is looked at again and again, which a bare test at 5 %
    would not bear. Goes on while the 95 % interval of the difference d = new - old lies below zero:
    d - sqrt((new - new.low)^2 + (old.high - old)^2) to d + sqrt((new.high - new)^2 + (old - old.low)^2).
    Source: Zou & Donner 2008, https://doi.org/10.1002/sim.3095 (intervals of a difference from two intervals).
    Meaning: before and after may be other comparisons and other raters, so it is no experiment.
    Example: 0.40 (0.35 to 0.45) before and 0.25 (0.20 to 0.30) after: -0.15 (-0.2207 to -0.0793).
    """
    change = report["guideline_change"]
    if change is None:
        return None
    named = {each["key"]: each for each in report["by_guidelines"]}
    before, after = named[change["before"]], named[change["after"]]
    old, new = before[change["figure"]], after[change["figure"]]
    compared = (before["comparisons_paired"], after["comparisons_paired"])
    if min(compared) < FEW_COMPARISONS or any(each is None or each["low"] is None for each in (old, new)):
        return None
    figures = {
        "criterion": report["criterion"],
        "guidelines_before": change["before"],
        "guidelines_after": change["after"],
        "figure": change["figure"],
        "before": {name: old[name] for name in ("value", "low", "high")},
        "after": {name: new[name] for name in ("value", "low", "high")},
        "difference": _difference(old, new),
        "comparisons_before": compared[0],
        "comparisons_after": compared[1],
    }
    about = (report["criterion"], change["after"])
    found = Alert(kind=AGREEMENT_FELL, about=about, figures=figures)
    holds = change["verdict"] == LOWER or (found.key in standing and figures["difference"]["high"] < 0)
    return found if holds else None


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, float]:
    """``new - old`` with its interval."""
    value = new["value"] - old["value"]
    low = value - hypot(new["value"] - new["low"], old["high"] - old["value"])
    high = value + hypot(new["high"] - new["value"], old["value"] - old["low"])
    return {name: round(each, 4) for name, each in (("value", value), ("low", low), ("high", high))}


def one_side_wins(report: Mapping[str, Any], standing: Standing) -> Alert | None:
    """Whether the completion shown first (or second) wins too often.

    Formula: begins where the 95 % interval of ``position_bias``, which counts raters and not judgements, lies more than
    ``SIDE_EFFECT`` from one half, over ``FEW_DECIDED`` decided judgements; goes on while it leaves out one half.
    Meaning: the layout or a habit sways answers, whichever completions they are about. Sides are drawn and balanced, so
    it is noise in every figure rather than an advantage of one model.
    Example: 0.62 (0.57 to 0.67): begins. 0.58 (0.53 to 0.63): goes on, and does not begin.
    """
    side = report["position_bias"]
    if side is None or side["low"] is None or side["n"] < FEW_DECIDED:
        return None
    figures = {
        "criterion": report["criterion"],
        **{name: side[name] for name in ("value", "low", "high", "n")},
    }
    which = "first" if side["value"] > 0.5 else "second"
    found = Alert(kind=ONE_SIDE_WINS, about=(report["criterion"],), figures=figures | {"side": which})
    away = max(side["low"] - 0.5, 0.5 - side["high"])
    return found if away > (0 if found.key in standing else SIDE_EFFECT) else None


def running_dry(progress: Mapping[str, Any], standing: Standing, *, within: int, today: date) -> Alert | None:
    """Whether raters will soon find nothing more to judge.

    Formula: begins where the forecast (at least three days with judgements in the last four weeks) has the last
    judgement ``within`` so many days, or nothing is left and somebody judged in the last ``QUIET_DAYS``; goes on until
    ``GRACE_DAYS`` more are left. The interval of the forecast is told with it.
    """
    days = [date.fromisoformat(each["day"]) for each in progress["by_day"]]
    if not progress["comparisons"] or not days or (today - days[-1]).days >= QUIET_DAYS:
        return None
    forecast = progress["forecast"]
    figures = {
        "comparisons_open": progress["comparisons"] - progress["complete"],
        "judgements_left": progress["judgements_left"],
        **{name: forecast[name] for name in ("day", "low", "high", "per_day")},
    }
    found = Alert(kind=RUNNING_DRY, figures=figures)
    if not progress["judgements_left"]:
        return found
    if forecast["day"] is None:
        return None
    left = (date.fromisoformat(forecast["day"]) - today).days
    return found if left <= within + (GRACE_DAYS if found.key in standing else 0) else None


def nothing_to_do(people: Mapping[str, int], progress: Mapping[str, Any]) -> Alert | None:
    """Whether raters have nothing left although comparisons want judgements.

    ``people`` is ``{"raters", "with_nothing"}``: those who may come in, and those of them who judged everything they
    are asked about. Skips play no part, for they are private. Told where it is all of them, or half of
    ``TELLING_RATERS`` or more; a few among few would be told apart.
    """
    raters, idle = people["raters"], people["with_nothing"]
    half = raters >= TELLING_RATERS and 2 * idle >= raters
    if not raters or not progress["judgements_left"] or not (idle == raters or half):
        return None
    figures = {
        "raters": raters,
        "with_nothing": idle,
        "comparisons_open": progress["comparisons"] - progress["complete"],
        "judgements_left": progress["judgements_left"],
    }
    return Alert(kind=NOTHING_TO_DO, figures=figures)


def flags_wait(waiting: Sequence[Mapping[str, Any]], *, after: int, before: datetime) -> Alert | None:
    """Whether raters flagged something that no lead has looked at for ``after`` days.

    ``waiting`` are rows of ``{"comparison", "target", "flag", "flagged_on"}`` from ``before`` that moment; one is
    enough, since somebody asked. Who flagged is not among them.
    """
    if not waiting:
        return None
    comparisons = sorted({each["comparison"] for each in waiting})
    figures = {
        "comparisons": len(comparisons),
        "days": after,
        "before": before.isoformat(),
        "oldest": min(each["flagged_on"] for each in waiting).isoformat(),
        "flags": [{name: each[name] for name in ("comparison", "target", "flag")} for each in waiting][
            :MOST_FLAGS
        ],
    }
    return Alert(kind=FLAGS_WAIT, figures=figures)


def appeals_wait(opened: Sequence[Mapping[str, Any]], *, after: int, before: datetime) -> Alert | None:
    """Whether raters contested something and nobody has answered for ``after`` days.

    ``opened`` are rows of ``{"opened_at", "due_at"}`` that wait for an answer; those opened after ``before`` are not
    told of yet. Who contests is not among them.
    """
    waiting = [each for each in opened if each["opened_at"] <= before]
    if not waiting:
        return None
    figures = {
        "appeals": len(waiting),
        "days": after,
        "oldest": min(each["opened_at"] for each in waiting).date().isoformat(),
        "due": min(each["due_at"] for each in waiting).date().isoformat(),
    }
    return Alert(kind=APPEALS_WAIT, figures=figures)


def messages_wait(waiting: Sequence[datetime], *, after: int, before: datetime) -> Alert | None:
    """Whether raters asked for something and no lead has answered for ``after`` days.

    ``waiting`` is since when each thread waits; those after ``before`` are not told of yet. Who wrote, and what, is not
    among the figures: they leave the service by webhook and mail.
    """
    late = [each for each in waiting if each <= before]
    if not late:
        return None
    figures = {"messages": len(late), "days": after, "oldest": min(late).date().isoformat()}
    return Alert(kind=MESSAGES_WAIT, figures=figures)
