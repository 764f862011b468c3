"""The forms on the lead's page about raters: leaving out judgements in writing, lifting that, and answering appeals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rlhf_collect.domain.appeals import CONTROL_MARK, FIGURES, MOST_REASONS
from rlhf_collect.errors import CollectError
from rlhf_collect.services.appeals import ANSWERS, answer_appeal
from rlhf_collect.services.context import Context
from rlhf_collect.services.exclusions import decide_exclusion, lift_exclusion
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import notice_html
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.quiet_gradio import gr

Told = tuple[str, bool]
"""Words for the lead, and whether it was done."""


def deciding(people: Sequence[str], decisions: Choices, appeals: Choices) -> list[Any]:
    """Updates of what the forms offer: whom, which decisions, the part that answers, which appeals."""
    return [
        gr.update(choices=list(people)),
        gr.update(choices=decisions, value=None),
        gr.update(visible=bool(appeals)),
        gr.update(choices=appeals, value=None),
    ]


@dataclass(frozen=True, kw_only=True)
class AppealsForm:
    """The components of the forms, and what their events do."""

    desk: Desk
    """Who decides, in which language."""
    rater: gr.Dropdown
    """Whose judgements."""
    figures: gr.CheckboxGroup
    """What it rests on."""
    controls: gr.Textbox
    """Known answers it rests on, by comparison."""
    only: gr.Textbox
    """The comparisons it is about; empty for all."""
    reasons: gr.Textbox
    """Why, for the rater."""
    exclude: gr.Button
    """Decides it."""
    decision: gr.Dropdown
    """One that is made."""
    lift: gr.Button
    """Lifts it."""
    answering: gr.Column
    """What answers: shown while there is an appeal to answer."""
    appeal: gr.Dropdown
    """Which."""
    step: gr.Radio
    """How."""
    back: gr.Textbox
    """Comparisons given back, of a decision upheld in part."""
    answer: gr.Textbox
    """Why, for the rater."""
    send: gr.Button
    """Answers it."""
    said: gr.HTML
    """What came of it."""

    @property
    def offered(self) -> list[Any]:
        """What a drawn tab fills, in the order of ``deciding``."""
        return [self.rater, self.decision, self.answering, self.appeal]

    @property
    def labelled(self) -> list[Any]:
        """What has words on it."""
        fields = [self.rater, self.controls, self.only, self.reasons, self.decision, self.appeal, self.back]
        return [*fields, self.answer, self.exclude, self.lift, self.send, self.figures, self.step]

    def labels(self, words: Words) -> list[Any]:
        """Those words, in the same order."""
        fields = ("rater", "controls", "only", "reasons", "decision", "appeal", "back", "answer")
        named = [gr.update(label=words(f"exclude_{each}")) for each in fields]
        named += [gr.update(value=words(f"exclude_{each}")) for each in ("do", "lift", "send")]
        figures = [(words(f"evidence_{each}"), each) for each in FIGURES]
        steps = [(words(f"answer_{each}"), each) for each in ANSWERS]
        named += [gr.update(label=words("exclude_figures"), choices=figures)]
        return [*named, gr.update(label=words("exclude_step"), choices=steps)]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the buttons work: ``draw`` makes ``shown`` anew from ``fields``."""
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

        def doing(act: Callable[..., Told], given: int) -> Callable[..., list[Any]]:
            def done(request: gr.Request, *sent: Any) -> list[Any]:
                told, worked = act(request, *sent[:given])
                # What was written goes only once it is kept.
                written = ["" if worked else gr.skip()] * 2
                return [
                    told,
                    *written,
                    *(draw(request, *sent[given:]) if worked else [gr.skip()] * len(shown)),
                ]

            return done

        deeds = (
            (
                self.exclude,
                self.desk.exclude,
                [self.rater, self.figures, self.controls, self.only, self.reasons],
            ),
            (self.lift, self.desk.lift, [self.decision]),
            (self.send, self.desk.answer, [self.appeal, self.step, self.back, self.answer]),
        )
        for button, act, asked in deeds:
            outputs = [self.said, self.reasons, self.answer, *shown]
            button.click(doing(act, len(asked)), [*asked, *fields], outputs, **private)


def appeals_form(ctx: Context, looking: Looking, speaking: Speaking) -> AppealsForm:
    """The forms, their components in place."""
    with gr.Column(visible=False, elem_classes="rc-decide", elem_id="answering") as answering:
        with gr.Row(elem_classes="rc-form"):
            appeal = gr.Dropdown([], scale=1, min_width=220)
            step = gr.Radio([], scale=2, min_width=260)
        with gr.Row(elem_classes="rc-form"):
            back = gr.Textbox(max_length=MOST_REASONS)
            answer = gr.Textbox(lines=2, max_length=MOST_REASONS)
        send = gr.Button(variant="primary", scale=0, min_width=160)
    with gr.Column(elem_classes="rc-decide", elem_id="excluding"):
        with gr.Row(elem_classes="rc-form"):
            rater = gr.Dropdown([], allow_custom_value=True, scale=1, min_width=220)
            figures = gr.CheckboxGroup([], scale=2, min_width=260)
        with gr.Row(elem_classes="rc-form"):
            controls = gr.Textbox(max_length=MOST_REASONS)
            only = gr.Textbox(max_length=MOST_REASONS)
        with gr.Row(elem_classes="rc-form"):
            reasons = gr.Textbox(lines=3, max_length=MOST_REASONS)
        exclude = gr.Button(scale=0, min_width=160)
        with gr.Row(elem_classes="rc-form"):
            decision = gr.Dropdown([], scale=1, min_width=220)
            lift = gr.Button(scale=0, min_width=160)
    return AppealsForm(
        desk=Desk(ctx, looking, speaking),
        rater=rater,
        figures=figures,
        controls=controls,
        only=only,
        reasons=reasons,
        exclude=exclude,
        decision=decision,
        lift=lift,
        answering=answering,
        appeal=appeal,
        step=step,
        back=back,
        answer=answer,
        send=send,
        said=gr.HTML(padding=False),
    )


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
        controls: str,
        only: str,
        reasons: str,
    ) -> Told:
        """Decide, and say until when it has no effect."""
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if not rater:
                return notice_html(words("exclude_whom")), False
            done = decide_exclusion(
                self._ctx,
                actor,
                project.name,
                rater,
                reasons=reasons,
                evidence=[*figures, *(f"{CONTROL_MARK}{each}" for each in _listed(controls))],
                comparisons=_listed(only) or None,
            )
        except CollectError as refused:
            return notice_html(refused.message), False
        day = words.day(done.effective_at.date())
        return done_html(
            words("excluded_from", judgements=words.count(done.judgements, "left_out"), day=day)
        ), True

    def lift(self, request: gr.Request, decision: str | None) -> Told:
        """Lift a decision."""
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if not decision:
                return notice_html(words("exclude_which")), False
            lift_exclusion(self._ctx, actor, project.name, UUID(decision))
        except CollectError as refused:
            return notice_html(refused.message), False
        return done_html(words("exclusion_gone")), True

    def answer(
        self, request: gr.Request, appeal: str | None, step: str | None, back: str, answer: str
    ) -> Told:
        """Answer an appeal."""
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if not appeal or not step:
                return notice_html(words("answer_which")), False
            answer_appeal(
                self._ctx,
                actor,
                project.name,
                UUID(appeal),
                step=step,
                reasons=answer,
                comparisons=_listed(back),
            )
        except CollectError as refused:
            return notice_html(refused.message), False
        return done_html(words("answered")), True


def _listed(text: str) -> list[str]:
    """Ids parted by commas or lines."""
    return [each.strip() for each in text.replace("\n", ",").split(",") if each.strip()]
