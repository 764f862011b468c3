"""The forms on the lead's page about raters: leaving out judgements in writing, lifting that, and answering appeals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.appeals import FIGURES, MOST_REASONS
from rlhf_collect.services.appeals import ANSWERS
from rlhf_collect.services.context import Context
from rlhf_collect.web.events import MOST_FIELDS
from rlhf_collect.web.lead_appeals_desk import Desk, steps_in
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.quiet_gradio import gr


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
    controls: gr.Dropdown
    """Known answers it rests on, by comparison: those the rater met."""
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
    said: tuple[gr.HTML, gr.HTML, gr.HTML]
    """What came of deciding, of lifting and of answering, each below its button."""

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
        named += [gr.update(label=words("exclude_figures"), choices=figures)]
        return [*named, gr.update(label=words("exclude_step"), choices=steps_in(words, ANSWERS))]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the buttons work: ``draw`` makes ``shown`` anew from ``fields``."""
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        deeds = (
            (self.exclude, self.desk.exclude, self._excluding, (self.reasons, self.only)),
            (self.lift, self.desk.lift, [self.decision], ()),
            (self.send, self.desk.answer, self._answering, (self.back, self.answer)),
        )

        def doing(place: int) -> Callable[..., list[Any]]:
            _, act, asked, written = deeds[place]

            def done(request: gr.Request, *sent: Any) -> list[Any]:
                told, worked = act(request, *sent[: len(asked)])
                said = [told if each == place else "" for each in range(len(deeds))]
                # What was written goes only once it is kept.
                kept = ["" if worked else gr.skip() for _ in written]
                drawn = draw(request, *sent[len(asked) :]) if worked else [gr.skip()] * len(shown)
                return [*said, *kept, *drawn]

            return done

        for place, (button, _, asked, written) in enumerate(deeds):
            button.click(doing(place), [*asked, *fields], [*self.said, *written, *shown], **private)
        self.rater.input(self.desk.known_answers, [self.rater], [self.controls], **private)
        self.appeal.input(self.desk.steps, [self.appeal, self.step], [self.step], **private)

    @property
    def _excluding(self) -> list[Any]:
        """What a decision is made from."""
        return [self.rater, self.figures, self.controls, self.only, self.reasons]

    @property
    def _answering(self) -> list[Any]:
        """What an answer is made from."""
        return [self.appeal, self.step, self.back, self.answer]


def appeals_form(ctx: Context, looking: Looking, speaking: Speaking) -> AppealsForm:
    """The forms, their components in place."""
    with gr.Column(visible=False, elem_classes="rc-decide", elem_id="answering") as answering:
        with gr.Row(elem_classes="rc-form"):
            appeal = gr.Dropdown([], scale=1, min_width=300)
            step = gr.Radio([], scale=2, min_width=260)
        with gr.Row(elem_classes="rc-form"):
            back = gr.Textbox(max_length=MOST_REASONS)
            answer = gr.Textbox(lines=2, max_length=MOST_REASONS)
        send = gr.Button(variant="primary", scale=0, min_width=160)
    # Outside of what is hidden once the last appeal is answered.
    answered = gr.HTML(padding=False)
    with gr.Column(elem_classes="rc-decide", elem_id="excluding"):
        with gr.Row(elem_classes="rc-form"):
            rater = gr.Dropdown([], allow_custom_value=True, scale=1, min_width=220)
            figures = gr.CheckboxGroup([], scale=2, min_width=260)
        with gr.Row(elem_classes="rc-form"):
            controls = gr.Dropdown([], multiselect=True, max_choices=MOST_FIELDS)
            only = gr.Textbox(max_length=MOST_REASONS)
        with gr.Row(elem_classes="rc-form"):
            reasons = gr.Textbox(lines=3, max_length=MOST_REASONS)
        exclude = gr.Button(scale=0, min_width=160)
        excluded = gr.HTML(padding=False)
        with gr.Row(elem_classes="rc-form"):
            decision = gr.Dropdown([], scale=1, min_width=220)
            lift = gr.Button(scale=0, min_width=160)
        lifted = gr.HTML(padding=False)
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
        said=(excluded, lifted, answered),
    )
