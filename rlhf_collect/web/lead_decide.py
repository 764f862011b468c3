"""Deciding a contested comparison on the lead's page: which one, what holds, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.judgement import BOTH_BAD, MAX_RATIONALE, TIE
from rlhf_collect.errors import CollectError
from rlhf_collect.services.adjudications import adjudicate, take_back_adjudication
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import notice_html
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.quiet_gradio import gr

Looking = Callable[[gr.Request], tuple[Actor, Project]]
Speaking = Callable[[Actor, gr.Request], Words]
Choices = list[tuple[str, str]]
"""What each choice is called, and what it is: a completion id, ``tie`` or ``both_bad``."""
Offered = Mapping[str, Choices] | None
"""Comparisons that are shown, with their choices; ``None`` until any is."""


def choices_of(words: Words, comparison: Mapping[str, Any], names: Mapping[str, str]) -> Choices:
    """What may be decided about a comparison, in words."""
    responses = [(names[each["id"]], each["id"]) for each in comparison["completions"]]
    return [*responses, (words("tie"), TIE), (words("both_bad"), BOTH_BAD)]


def offering(offered: Mapping[str, Choices]) -> list[Any]:
    """Updates of the form for the comparisons that are shown: of its group, its list and its state."""
    return [gr.update(visible=bool(offered)), gr.update(choices=list(offered)), dict(offered)]


@dataclass(frozen=True, kw_only=True)
class DecisionForm:
    """The components of the form, and what their events do."""

    desk: Desk
    """Who decides, in which language."""
    group: gr.Column
    """All of it: shown while there is something to decide."""
    comparison: gr.Dropdown
    """Which one."""
    choice: gr.Radio
    """What holds."""
    reason: gr.Textbox
    """Why."""
    decide: gr.Button
    """Does it."""
    back: gr.Button
    """Takes it back."""
    said: gr.HTML
    """What came of it."""
    offered: gr.State
    """Comparison to its choices, as last drawn; stays on the server."""

    @property
    def labelled(self) -> list[Any]:
        """What has words on it."""
        return [self.comparison, self.choice, self.reason, self.decide, self.back]

    def labels(self, words: Words) -> list[Any]:
        """Those words, in the same order."""
        named = [gr.update(label=words(f"decide_{each}")) for each in ("comparison", "choice", "reason")]
        return named + [gr.update(value=words(f"decide_{each}")) for each in ("do", "back")]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the buttons work: ``draw`` makes ``shown`` anew from ``fields``, of which the first is the criterion."""
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

        def choose(name: str | None, held: Offered) -> Any:
            return gr.update(choices=(held or {}).get(name or "", []), value=None)

        def again(done: bool, request: gr.Request, given: Sequence[Any]) -> list[Any]:
            return draw(request, *given) if done else [gr.skip()] * len(shown)

        def act(
            request: gr.Request, name: str | None, what: str | None, why: str, held: Offered, *given: Any
        ) -> list[Any]:
            told, done = self.desk.decide(request, name, what, why, held, given[0])
            return [told, "" if done else gr.skip(), *again(done, request, given)]

        def undo(request: gr.Request, name: str | None, held: Offered, *given: Any) -> list[Any]:
            told, done = self.desk.take_back(request, name, held, given[0])
            return [told, *again(done, request, given)]

        self.comparison.input(choose, [self.comparison, self.offered], [self.choice], **private)
        asked = [self.comparison, self.choice, self.reason, self.offered]
        self.decide.click(act, [*asked, *fields], [self.said, self.reason, *shown], **private)
        self.back.click(undo, [self.comparison, self.offered, *fields], [self.said, *shown], **private)


def decision_form(ctx: Context, looking: Looking, speaking: Speaking) -> DecisionForm:
    """The form, its components in place."""
    with gr.Column(visible=False, elem_classes="rc-decide") as group:
        with gr.Row(elem_classes="rc-form"):
            comparison = gr.Dropdown([], scale=1, min_width=220)
            choice = gr.Radio([], scale=2, min_width=260)
        with gr.Row(elem_classes="rc-form"):
            reason = gr.Textbox(lines=2, max_length=MAX_RATIONALE)
        with gr.Row(elem_classes="rc-form"):
            decide = gr.Button(variant="primary", scale=0, min_width=160)
            back = gr.Button(scale=0, min_width=200)
        said = gr.HTML(padding=False)
    return DecisionForm(
        desk=Desk(ctx, looking, speaking),
        group=group,
        comparison=comparison,
        choice=choice,
        reason=reason,
        decide=decide,
        back=back,
        said=said,
        offered=gr.State(),
    )


class Desk:
    """What the buttons do. Who decides is asked anew each time, and what may be decided is what was drawn."""

    def __init__(self, ctx: Context, looking: Looking, speaking: Speaking) -> None:
        self._ctx = ctx
        self._looking = looking
        self._speaking = speaking

    def decide(
        self,
        request: gr.Request,
        name: str | None,
        what: str | None,
        why: str,
        held: Offered,
        criterion: str | None,
    ) -> tuple[str, bool]:
        """Words for the lead, and whether it was decided."""
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if name is None or name not in (held or {}) or what is None or not why.strip():
                return notice_html(words("decide_incomplete")), False
            chosen = _chosen(project, criterion)
            done = adjudicate(self._ctx, actor, project.name, name, choice=what, reason=why, criterion=chosen)
        except CollectError as refused:
            return notice_html(refused.message), False
        return done_html(words("decided" if done.fresh else "decided_before", name=name)), True

    def take_back(
        self, request: gr.Request, name: str | None, held: Offered, criterion: str | None
    ) -> tuple[str, bool]:
        """The same for a decision that is taken back."""
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if name is None or name not in (held or {}):
                return notice_html(words("decide_which")), False
            chosen = _chosen(project, criterion)
            take_back_adjudication(self._ctx, actor, project.name, name, criterion=chosen)
        except CollectError as refused:
            return notice_html(refused.message), False
        return done_html(words("decision_gone", name=name)), True


def _chosen(project: Project, criterion: str | None) -> str | None:
    """The criterion on the page, the first of the project where none of it is chosen."""
    return criterion if criterion in {each.name for each in project.settings.criteria} else None
