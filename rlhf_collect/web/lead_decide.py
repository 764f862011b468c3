"""Deciding a contested comparison on the lead's page: which one, what holds, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.actor import Actor, Role
from rlhf_collect.domain.judgement import BOTH_BAD, MAX_RATIONALE, TIE
from rlhf_collect.domain.parts import length_in_words
from rlhf_collect.errors import CollectError, NotFound
from rlhf_collect.rendering import Allowance, show_reordering
from rlhf_collect.services.adjudications import LEAST_REASON, adjudicate, take_back_adjudication
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.web.lead_choose import chosen_by_link, link_field
from rlhf_collect.web.lead_contested import DECIDING, texts_html
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import notice_html, refusal_html
from rlhf_collect.web.lead_words import DEFAULT, Words, words_in
from rlhf_collect.web.quiet_gradio import gr

Looking = Callable[[gr.Request], tuple[Actor, Project]]
Speaking = Callable[[Actor, gr.Request], Words]
Choices = list[tuple[str, str]]
"""What each choice is called, and what it is: a completion id, ``tie`` or ``both_bad``."""


@dataclass(frozen=True, kw_only=True)
class Decidable:
    """A comparison that may be decided."""

    called: str
    """What it is called in a list of them."""
    choices: Choices
    """What may hold."""
    mine: Mapping[str, Any]
    """What who looks has decided: its ``choice``, ``strength`` and ``reason``; empty for nothing."""
    html: str = ""
    """What was asked and answered: to be read beside the form, which stands far below the list."""


Offered = Mapping[str, Decidable] | None
"""Comparisons that are shown; ``None`` until any is."""


def decidable(
    words: Words, comparison: Mapping[str, Any], called: str, names: Mapping[str, str], lead: str
) -> Decidable:
    """What may be decided about a comparison, in words, and what ``lead`` decided."""
    text = texts_html(words, comparison, Allowance())
    responses = [(names[each["id"]], each["id"]) for each in comparison["completions"]]
    decided = (each for each in comparison["decisions"] if each["role"] != Role.RATER and each["by"] == lead)
    return Decidable(
        called=called,
        choices=[*responses, (words("tie"), TIE), (words("both_bad"), BOTH_BAD)],
        mine=next(decided, {}),
        html=f"<div lang='{words.language}'>{show_reordering(text)}</div>",
    )


def offering(offered: Mapping[str, Decidable], *, empty: bool) -> list[Any]:
    """Updates of ``DecisionForm.shown`` for the comparisons that are shown; ``empty`` takes out what is filled in."""
    names = [(each.called, name) for name, each in offered.items()]
    which = gr.update(choices=names, value=None) if empty else gr.update(choices=names)
    filled = [*_filled(None), ""] if empty else [gr.skip()] * 4
    return [gr.update(visible=bool(offered)), which, dict(offered), *filled]


def _filled(chosen: Decidable | None) -> list[Any]:
    """The chosen comparison, what may hold and why: what was decided already, else nothing."""
    if chosen is None:
        return ["", gr.update(choices=[], value=None, visible=False), ""]
    mine = chosen.mine
    choice = gr.update(choices=chosen.choices, value=mine.get("choice"), visible=True)
    return [chosen.html, choice, mine.get("reason", "")]


@dataclass(frozen=True, kw_only=True)
class DecisionForm:
    """The components of the form, and what their events do."""

    desk: Desk
    """Who decides, in which language."""
    group: gr.Column
    """All of it: shown while there is something to decide."""
    linked: gr.Textbox
    """What the reader's browser writes when a link to the form is followed; never seen."""
    comparison: gr.Dropdown
    """Which one."""
    text: gr.HTML
    """What it says."""
    choice: gr.Radio
    """What holds; seen once one is chosen."""
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
    def shown(self) -> list[Any]:
        """What is drawn anew, in the order of ``offering``."""
        return [self.group, self.comparison, self.offered, self.text, self.choice, self.reason, self.said]

    @property
    def labelled(self) -> list[Any]:
        """What has words on it."""
        return [self.comparison, self.choice, self.reason, self.decide, self.back]

    def labels(self, words: Words) -> list[Any]:
        """Those words, in the same order."""
        named = [gr.update(label=words(f"decide_{each}")) for each in ("comparison", "choice", "reason")]
        return named + [gr.update(value=words(f"decide_{each}")) for each in ("do", "back")]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the buttons work: ``draw`` makes ``shown`` anew, the form empty; the first field is the criterion."""
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

        def choose(name: str | None, held: Offered) -> list[Any]:
            return [*_filled((held or {}).get(name or "")), ""]

        said = shown.index(self.said)

        def answer(told: str, done: bool, request: gr.Request, given: Sequence[Any]) -> list[Any]:
            drawn = draw(request, *given) if done else [gr.skip()] * len(shown)
            return [*drawn[:said], told, *drawn[said + 1 :]]

        def act(
            request: gr.Request, name: str | None, what: str | None, why: str, held: Offered, *given: Any
        ) -> list[Any]:
            told, done = self.desk.decide(request, name, what, why, held, given[0])
            return answer(told, done, request, given)

        def undo(request: gr.Request, name: str | None, held: Offered, *given: Any) -> list[Any]:
            told, done = self.desk.take_back(request, name, held, given[0])
            return answer(told, done, request, given)

        def follow(written: str, held: Offered, before: str | None) -> list[Any]:
            name = chosen_by_link(written)
            if name == before:
                return [gr.skip()] * 5  # what is written about it stays
            return [name, *choose(name, held)]

        choosing = [self.text, self.choice, self.reason, self.said]
        followed = [self.linked, self.offered, self.comparison]
        self.linked.change(follow, followed, [self.comparison, *choosing], **private)
        self.comparison.input(choose, [self.comparison, self.offered], choosing, **private)
        asked = [self.comparison, self.choice, self.reason, self.offered]
        self.decide.click(act, [*asked, *fields], shown, **private)
        self.back.click(undo, [self.comparison, self.offered, *fields], shown, **private)


def decision_form(ctx: Context, looking: Looking, speaking: Speaking) -> DecisionForm:
    """The form, its components in place."""
    with gr.Column(visible=False, elem_id=DECIDING, elem_classes="rc-decide") as group:
        linked = link_field(DECIDING)
        with gr.Row(elem_classes="rc-form"):
            comparison = gr.Dropdown([], scale=1, min_width=260)
        text = gr.HTML(padding=False)
        with gr.Row(elem_classes="rc-form"):
            choice = gr.Radio([], visible=False)
        with gr.Row(elem_classes="rc-form"):
            reason = gr.Textbox(lines=2, max_length=MAX_RATIONALE)
        with gr.Row(elem_classes="rc-form"):
            decide = gr.Button(variant="primary", scale=0, min_width=160)
            back = gr.Button(scale=0, min_width=200)
    # Outside of what is hidden once nothing is left to decide.
    said = gr.HTML(padding=False)
    return DecisionForm(
        desk=Desk(ctx, looking, speaking),
        group=group,
        linked=linked,
        comparison=comparison,
        text=text,
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
        words = words_in(DEFAULT)
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if name is None or name not in (held or {}) or what is None or not why.strip():
                return notice_html(words("decide_incomplete")), False
            if length_in_words(why) < LEAST_REASON:
                return notice_html(words("decide_short", n=words.number(LEAST_REASON))), False
            chosen = chosen_in(project, criterion)
            mine = (held or {})[name].mine
            strength = mine["strength"] if mine.get("choice") == what else None
            done = adjudicate(
                self._ctx,
                actor,
                project.name,
                name,
                choice=what,
                reason=why,
                criterion=chosen,
                strength=strength,
            )
        except CollectError as refused:
            return refusal_html(words, refused.code, refused.message), False
        others = words("list_comma").join(done.others)
        also = [words("decided_over", names=others)] if done.fresh and others else []
        told = "decided_before" if not done.fresh else "decided_anew" if mine else "decided"
        return done_html(words(told, name=name), *also), True

    def take_back(
        self, request: gr.Request, name: str | None, held: Offered, criterion: str | None
    ) -> tuple[str, bool]:
        """The same for a decision that is taken back."""
        words = words_in(DEFAULT)
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if name is None or name not in (held or {}):
                return notice_html(words("decide_which")), False
            chosen = chosen_in(project, criterion)
            gone = take_back_adjudication(self._ctx, actor, project.name, name, criterion=chosen)
        except NotFound:
            return notice_html(words("decision_none", name=name)), False
        except CollectError as refused:
            return refusal_html(words, refused.code, refused.message), False
        if not gone.fresh:
            return notice_html(words("decision_none", name=name)), False
        return done_html(words("decision_gone", name=name)), True


def chosen_in(project: Project, criterion: str | None) -> str | None:
    """The criterion on the page, the first of the project where none of it is chosen."""
    return criterion if criterion in {each.name for each in project.settings.criteria} else None
