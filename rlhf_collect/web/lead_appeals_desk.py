"""What the forms about raters do: the page says what it can see in the lead's language, services know the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.appeals import CONTROL, CONTROL_MARK, LEAST_REASONS, PARTLY, UPHELD
from rlhf_collect.errors import CollectError
from rlhf_collect.services.appeals import ANSWERS, answer_appeal
from rlhf_collect.services.context import Context
from rlhf_collect.services.exclusions import decide_exclusion, known_answers_of, lift_exclusion
from rlhf_collect.services.projects import Project
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import notice_html, refusal_html
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.quiet_gradio import gr

Told = tuple[str, bool]
"""Words for the lead, and whether it was done."""


def steps_in(words: Words, steps: Sequence[str]) -> Choices:
    """How an appeal may be answered, in words."""
    return [(words(f"answer_{each}"), each) for each in steps]


class Desk:
    """What the buttons do. Who decides is asked anew each time; what may be decided, the services know."""

    def __init__(self, ctx: Context, looking: Looking, speaking: Speaking) -> None:
        self._ctx = ctx
        self._looking = looking
        self._speaking = speaking

    def exclude(
        self,
        request: gr.Request,
        rater: str | None,
        figures: list[str],
        controls: list[str],
        only: str,
        reasons: str,
    ) -> Told:
        """Decide, and say until when it has no effect."""

        def act(actor: Actor, project: Project, words: Words) -> str:
            evidence = [*figures, *(f"{CONTROL_MARK}{each}" for each in controls)]
            done = decide_exclusion(
                self._ctx,
                actor,
                project.name,
                rater or "",
                reasons=reasons,
                evidence=evidence,
                comparisons=_listed(only) or None,
            )
            day = words.day(done.effective_at.date())
            return words("excluded_from", judgements=words.count(done.judgements, "left_out"), day=day)

        def missing(words: Words) -> str | None:
            if not rater:
                return words("exclude_whom")
            if not figures and not controls:
                return words("exclude_on_what")
            return _too_short(words, reasons)

        return self._doing(request, missing, act)

    def lift(self, request: gr.Request, decision: str | None) -> Told:
        """Lift a decision."""

        def act(actor: Actor, project: Project, words: Words) -> str:
            lift_exclusion(self._ctx, actor, project.name, UUID(decision))
            return words("exclusion_gone")

        return self._doing(request, lambda words: None if decision else words("exclude_which"), act)

    def answer(
        self, request: gr.Request, appeal: str | None, step: str | None, back: str, answer: str
    ) -> Told:
        """Answer an appeal."""
        subject, _, appeal_id = (appeal or "").partition(":")

        def act(actor: Actor, project: Project, words: Words) -> str:
            answer_appeal(
                self._ctx,
                actor,
                project.name,
                UUID(appeal_id),
                step=step or "",
                reasons=answer,
                comparisons=_listed(back),
            )
            return words("answered")

        def missing(words: Words) -> str | None:
            if not appeal or not step:
                return words("answer_which")
            if step == PARTLY and subject == CONTROL:
                return words("answer_whole")
            if step == PARTLY and not _listed(back):
                return words("answer_back")
            if step != PARTLY and _listed(back):
                return words("answer_back_without")
            if step == UPHELD:
                return None if answer.strip() else words("answer_reasons")
            return _too_short(words, answer)

        return self._doing(request, missing, act)

    def known_answers(self, request: gr.Request, rater: str | None) -> Any:
        """The known answers a rater met, to rest a decision on; not how they answered. None of whom nobody knows."""
        try:
            actor, project = self._looking(request)
            named = known_answers_of(self._ctx, actor, project.name, rater) if rater else []
        except CollectError:
            named = []
        return gr.update(choices=named, value=[])

    def steps(self, request: gr.Request, appeal: str | None, chosen: str | None) -> Any:
        """How an appeal may be answered: a known answer stays or goes. What is chosen stays while it is offered."""
        try:
            words = self._speaking(self._looking(request)[0], request)
        except CollectError:
            return gr.skip()
        control = (appeal or "").startswith(f"{CONTROL}:")
        steps = [each for each in ANSWERS if not (control and each == PARTLY)]
        kept = {} if chosen is None or chosen in steps else {"value": None}
        return gr.update(choices=steps_in(words, steps), **kept)

    def _doing(
        self,
        request: gr.Request,
        missing: Callable[[Words], str | None],
        act: Callable[[Actor, Project, Words], str],
    ) -> Told:
        try:
            actor, project = self._looking(request)
        except CollectError as refused:
            return notice_html(refused.message), False
        words = self._speaking(actor, request)
        lacks = missing(words)
        if lacks is not None:
            return notice_html(lacks), False
        try:
            return done_html(act(actor, project, words)), True
        except CollectError as refused:
            return refusal_html(words, refused.code, refused.message), False


def _too_short(words: Words, reasons: str) -> str | None:
    """What to say of reasons that say too little."""
    written = len(reasons.strip())
    if written >= LEAST_REASONS:
        return None
    return words("reasons_short", least=LEAST_REASONS, written=written)


def _listed(text: str) -> list[str]:
    """Ids parted by commas or lines."""
    return [each.strip() for each in text.replace("\n", ",").split(",") if each.strip()]
