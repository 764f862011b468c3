"""What each tab of the lead's page shows, made only while it is open, from the same reports as the API gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.appeals import LIFTED
from rlhf_collect.services.alerts import project_alerts
from rlhf_collect.services.contested import UNDECIDED, contested_comparisons, listed_in
from rlhf_collect.services.context import Context
from rlhf_collect.services.decided import list_appeals, list_exclusions
from rlhf_collect.services.flagged import texts_of_comparisons
from rlhf_collect.services.guideline_versions import list_guidelines
from rlhf_collect.services.known_answers import list_known_answers
from rlhf_collect.services.leaderboard import project_leaderboard
from rlhf_collect.services.people import list_people
from rlhf_collect.services.projects import Project
from rlhf_collect.services.rater_figures import figures_of_raters
from rlhf_collect.services.reports import (
    at_hand,
    criteria_agreement,
    project_agreement,
    project_headline,
    project_progress,
)
from rlhf_collect.services.threads import list_threads, messages_waiting
from rlhf_collect.web.lead_alerts import alerts_html, flagged_names, flags_wait_before
from rlhf_collect.web.lead_contested import PAGE, called, contested_html, names_of
from rlhf_collect.web.lead_decide import Choices, Decidable, decidable
from rlhf_collect.web.lead_decided import appeal_choice, decided_html, decision_name
from rlhf_collect.web.lead_guidelines import guidelines_html
from rlhf_collect.web.lead_known import known_html, removable
from rlhf_collect.web.lead_messages import MOST_SHOWN, answerable, messages_html
from rlhf_collect.web.lead_models import models_html
from rlhf_collect.web.lead_raters import alone_in, orders_of, raters_html, signals_in
from rlhf_collect.web.lead_report import agreement_html, glance_html, progress_html
from rlhf_collect.web.lead_slices import differences_html
from rlhf_collect.web.lead_versions import versions_box
from rlhf_collect.web.lead_words import Words

BEGINS_FROM = 100_000
"""Judgements from which a tab may be shown in part before all of it is made; below, that would be a flicker."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """Who looks at what, and how."""

    actor: Actor
    """Who."""
    project: Project
    """Their project."""
    words: Words
    """In their language."""
    criterion: str
    """The one chosen."""
    tag: str = ""
    """The tag contested comparisons are narrowed to; empty for all."""
    rater: str = ""
    """The pseudonym under whose answers they are narrowed to; empty for all."""
    which: str = UNDECIDED
    """Which contested comparisons are listed."""
    order: str = ""
    """The column rows of raters are put in the order of; empty for their pseudonyms."""
    after: int = 0
    """Contested comparisons passed over."""
    begins_from: int = BEGINS_FROM
    """Judgements from which what is read first is shown first."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a tab shows."""

    html: str
    """Its body."""
    glance: str = ""
    """The sentences above everything."""
    alerts: str | None = ""
    """What to look at, between them and the body; ``None`` for what stands there."""
    looked: str = ""
    """The moment up to which flags wait to be looked at; empty for none."""
    total: int = 0
    """Contested comparisons that are listed, on all pages."""
    decided: int = 0
    """Contested comparisons that are decided, listed or not."""
    orders: tuple[str, ...] = ()
    """Columns rows of raters can be put in the order of."""
    tags: tuple[tuple[str, int], ...] = ()
    """Their tags, with how many have each."""
    decidable: Mapping[str, Decidable] = field(default_factory=dict)
    """Those shown, with what may be decided about each."""
    waiting: Mapping[str, bool] = field(default_factory=dict)
    """Those shown, by whether they wait for a second rater."""
    deciders: Sequence[Mapping[str, Any]] = ()
    """Everybody who was invited, with their role and whether they decide."""
    people: tuple[str, ...] = ()
    """Raters by the names leads know them by."""
    decisions: Choices = field(default_factory=list)
    """What was decided about them and is not lifted, with its id."""
    appeals: Choices = field(default_factory=list)
    """What the lead may answer, with its id."""
    known: Choices = field(default_factory=list)
    """Known answers that may be taken out of use."""
    messages: Choices = field(default_factory=list)
    """What raters wrote that may be answered, with the id of its thread."""


def _overview(ctx: Context, look: Look) -> Shown:
    progress = project_progress(ctx, look.actor, look.project.name)
    report = project_agreement(ctx, look.actor, look.project.name, look.criterion)
    alerts = project_alerts(ctx, look.actor, look.project.name)
    people = figures_of_raters(ctx, look.actor, look.project.name, look.criterion)
    texts = texts_of_comparisons(ctx, look.actor, look.project.name, flagged_names(alerts))
    waiting = messages_waiting(ctx, look.actor, look.project.name)
    return Shown(
        glance=glance_html(look.words, progress, report),
        html=progress_html(look.words, progress) + agreement_html(look.words, report),
        alerts=alerts_html(look.words, alerts, texts, signals_in(people), waiting, alone_in(people)),
        looked=flags_wait_before(alerts),
    )


def _overview_begun(ctx: Context, look: Look) -> Shown | None:
    """What is read first, while the rest of a large project is made; ``None`` if all of it is there at once."""
    if at_hand(ctx, look.project, look.criterion, "agreement", "raters"):
        return None
    progress = project_progress(ctx, look.actor, look.project.name)
    if progress["judgements"] + progress["imported_judgements"] < look.begins_from:
        return None
    report = project_headline(ctx, look.actor, look.project.name, look.criterion)
    return Shown(
        glance=glance_html(look.words, progress, report),
        html=progress_html(look.words, progress) + agreement_html(look.words, report),
        alerts=f"<p class='rc-hint' role='status'>{look.words.html('alerts_awaited')}</p>",
    )


def _differences(ctx: Context, look: Look) -> Shown:
    report = project_agreement(ctx, look.actor, look.project.name, look.criterion)
    name = look.project.name
    criteria, guidelines = criteria_agreement(ctx, look.actor, name), list_guidelines(ctx, look.actor, name)
    return Shown(html=differences_html(look.words, report, criteria, guidelines))


def _models(ctx: Context, look: Look) -> Shown:
    return Shown(
        html=models_html(look.words, project_leaderboard(ctx, look.actor, look.project.name, look.criterion))
    )


def _contested(ctx: Context, look: Look) -> Shown:
    found = contested_comparisons(
        ctx,
        look.actor,
        look.project.name,
        look.criterion,
        tag=look.tag,
        rater=look.rater,
        which=look.which,
        limit=PAGE,
        after=look.after,
    )
    people = figures_of_raters(ctx, look.actor, look.project.name, look.criterion)
    reasons = {
        reason.name: str(getattr(reason, look.words.language))
        for criterion in look.project.settings.criteria
        for reason in criterion.reasons
        if getattr(reason, look.words.language)
    }
    return Shown(
        html=contested_html(look.words, found, reasons, listed_in(found, look.which)),
        total=listed_in(found, look.which),
        decided=found["decided"],
        tags=tuple((each["tag"], each["comparisons"]) for each in found["tags"]),
        decidable={
            each["comparison"]: decidable(
                look.words, each, called(each), names_of(look.words, each), look.actor.name
            )
            for each in found["comparisons"]
        },
        waiting={each["comparison"]: each["waiting"] for each in found["comparisons"]},
        deciders=list_people(ctx, look.actor, look.project.name),
        people=tuple(each["rater"] for each in people["rows"]),
    )


def _raters(ctx: Context, look: Look) -> Shown:
    report = figures_of_raters(ctx, look.actor, look.project.name, look.criterion)
    decisions = list_exclusions(ctx, look.actor, look.project.name)
    appeals = list_appeals(ctx, look.actor, look.project.name)
    return Shown(
        html=raters_html(look.words, report, look.order) + decided_html(look.words, decisions, appeals),
        orders=orders_of(report),
        people=tuple(each["rater"] for each in report["rows"]),
        decisions=[
            (decision_name(look.words, each), each["decision"])
            for each in decisions
            if each["state"] != LIFTED
        ],
        appeals=[appeal_choice(look.words, each) for each in appeals if each["may_answer"]],
    )


def _messages(ctx: Context, look: Look) -> Shown:
    told = list_threads(ctx, look.actor, look.project.name, limit=MOST_SHOWN + 1)
    return Shown(html=messages_html(look.words, told), messages=answerable(look.words, told))


def _known(ctx: Context, look: Look) -> Shown:
    told = list_known_answers(ctx, look.actor, look.project.name)
    return Shown(html=known_html(look.words, told), known=removable(told))


def _guidelines(ctx: Context, look: Look) -> Shown:
    return Shown(html=guidelines_html(look.words, list_guidelines(ctx, look.actor, look.project.name)))


def _versions(ctx: Context, look: Look) -> Shown:
    return Shown(html=versions_box(ctx, look.words, look.actor, look.project))


TABS: Final[dict[str, Callable[[Context, Look], Shown]]] = {
    "overview": _overview,
    "differences": _differences,
    "models": _models,
    "contested": _contested,
    "raters": _raters,
    "messages": _messages,
    "known": _known,
    "guidelines": _guidelines,
    "versions": _versions,
}
"""Name of a tab to what makes it, in the order they stand."""
BEGUN: Final[dict[str, Callable[[Context, Look], Shown | None]]] = {"overview": _overview_begun}
"""Name of a tab to what is shown of it before all of it is made."""
