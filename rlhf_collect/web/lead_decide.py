"""Deciding a contested comparison on the lead's page: which one, what holds, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.judgement import BOTH_BAD, TIE
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


@dataclass(frozen=True, kw_only=True)
class DecisionForm:
    """The components, and what makes them work."""

    group: gr.Column
    """All of it: shown while there is something to decide."""
    comparison: gr.Dropdown
    """Which one."""
    offered: gr.State
    """Comparison to its choices, as last drawn; stays on the server."""
    labelled: list[Any]
    """What has words on it."""
    labels: Callable[[Words], list[Any]]
    """Those words, in the same order."""
    wire: Callable[[Callable[..., list[Any]], list[Any], list[Any]], None]
    """Makes the buttons work, given what draws the page again, its inputs and its outputs."""


def choices_of(words: Words, comparison: Mapping[str, Any], names: Mapping[str, str]) -> Choices:
    """What may be decided about a comparison, in words."""
    responses = [(names[each["id"]], each["id"]) for each in comparison["completions"]]
    return [*responses, (words("tie"), TIE), (words("both_bad"), BOTH_BAD)]


def offering(offered: Mapping[str, Choices]) -> list[Any]:
    """Updates of the form for the comparisons that are shown: of its group, its list and its state."""
    return [gr.update(visible=bool(offered)), gr.update(choices=list(offered)), dict(offered)]


def decision_form(ctx: Context, looking: Looking, speaking: Speaking) -> DecisionForm:
    """The form, its components in place."""
    with gr.Column(visible=False, elem_classes="rc-decide") as group:
        with gr.Row(elem_classes="rc-form"):
            comparison = gr.Dropdown([], scale=1, min_width=220)
            choice = gr.Radio([], scale=2, min_width=260)
        reason = gr.Textbox(lines=2, max_length=10_000)
        with gr.Row(elem_classes="rc-form"):
            decide = gr.Button(variant="primary", scale=0, min_width=160)
            back = gr.Button(scale=0, min_width=200)
        said = gr.HTML(padding=False)
    offered = gr.State()

    def wire(draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

        def choose(name: str | None, held: Mapping[str, Choices] | None) -> Any:
            return gr.update(choices=(held or {}).get(name or "", []), value=None)

        def act(
            request: gr.Request,
            name: str | None,
            what: str | None,
            why: str,
            held: Any,
            criterion: str | None,
            *given: Any,
        ) -> list[Any]:
            told, done = _decide(ctx, looking, speaking, request, (name, what, why), held, criterion)
            return [told, "" if done else gr.skip(), *_redrawn(draw, done, shown, request, criterion, given)]

        def undo(
            request: gr.Request, name: str | None, held: Any, criterion: str | None, *given: Any
        ) -> list[Any]:
            told, done = _take_back(ctx, looking, speaking, request, name, held, criterion)
            return [told, *_redrawn(draw, done, shown, request, criterion, given)]

        comparison.input(choose, [comparison, offered], [choice], **private)
        asked = [comparison, choice, reason, offered]
        decide.click(act, [*asked, *fields], [said, reason, *shown], **private)
        back.click(undo, [comparison, offered, *fields], [said, *shown], **private)

    return DecisionForm(
        group=group,
        comparison=comparison,
        offered=offered,
        labelled=[comparison, choice, reason, decide, back],
        labels=_labels,
        wire=wire,
    )


def _labels(words: Words) -> list[Any]:
    named = [gr.update(label=words(f"decide_{each}")) for each in ("comparison", "choice", "reason")]
    return named + [gr.update(value=words(f"decide_{each}")) for each in ("do", "back")]


def _redrawn(
    draw: Callable[..., list[Any]],
    done: bool,
    shown: Sequence[Any],
    request: gr.Request,
    criterion: str | None,
    given: Sequence[Any],
) -> list[Any]:
    return draw(request, criterion, *given) if done else [gr.skip()] * len(shown)


def _decide(
    ctx: Context,
    looking: Looking,
    speaking: Speaking,
    request: gr.Request,
    said: tuple[str | None, str | None, str],
    held: Any,
    criterion: str | None,
) -> tuple[str, bool]:
    """Words for the lead, and whether anything was decided."""
    name, what, why = said
    try:
        actor, project = looking(request)
        words = speaking(actor, request)
        if name is None or name not in (held or {}) or what is None or not why.strip():
            return notice_html(words("decide_incomplete")), False
        done = adjudicate(
            ctx, actor, project.name, name, choice=what, reason=why, criterion=_chosen(project, criterion)
        )
    except CollectError as refused:
        return notice_html(refused.message), False
    return done_html(words("decided" if done.fresh else "decided_before", name=name)), True


def _take_back(
    ctx: Context,
    looking: Looking,
    speaking: Speaking,
    request: gr.Request,
    name: str | None,
    held: Any,
    criterion: str | None,
) -> tuple[str, bool]:
    try:
        actor, project = looking(request)
        words = speaking(actor, request)
        if name is None or name not in (held or {}):
            return notice_html(words("decide_which")), False
        take_back_adjudication(ctx, actor, project.name, name, criterion=_chosen(project, criterion))
    except CollectError as refused:
        return notice_html(refused.message), False
    return done_html(words("decision_gone", name=name)), True


def _chosen(project: Project, criterion: str | None) -> str | None:
    """The criterion on the page, the first of the project where none of it is chosen."""
    return criterion if criterion in {each.name for each in project.settings.criteria} else None
