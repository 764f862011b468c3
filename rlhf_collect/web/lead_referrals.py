"""Leaving contested comparisons to a second rater on the lead's page: which ones, and who decides beside the leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from rlhf_collect.domain.actor import Actor, Role
from rlhf_collect.errors import CollectError
from rlhf_collect.rendering import show_reordering
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciders import name_decider
from rlhf_collect.services.projects import Project
from rlhf_collect.services.referrals import refer, take_back_referral
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking, chosen_in
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import notice_html, refusal_html
from rlhf_collect.web.lead_words import DEFAULT, Words, words_in
from rlhf_collect.web.quiet_gradio import gr

EVERY = ""
"""Stands for all undecided comparisons, which have no empty name."""
APART = "\n"
"""Between several names of comparisons, which have printable characters only."""
Told = tuple[str, bool]
"""Words for the lead, and whether it was done."""


def second_raters_html(words: Words, people: Sequence[Mapping[str, Any]]) -> str:
    """What a second rater is, and who is one."""
    names = [each["name"] for each in people if each["decides"]]
    who = (
        words("second_raters_are", names=words("list_comma").join(names))
        if names
        else words("second_raters_none")
    )
    return (
        f"<div lang='{words.language}'><h3>{words.html('second_raters')}</h3>"
        f"<p class='rc-hint'>{words.html('second_raters_text')}</p><p>{show_reordering(escape(who))}</p></div>"
    )


def offering_referrals(
    words: Words,
    comparisons: Mapping[str, bool],
    called: Mapping[str, str],
    people: Sequence[Mapping[str, Any]],
    *,
    empty: bool,
) -> list[Any]:
    """Updates of ``ReferralForm.shown``: comparisons, by whether they wait for a second rater, and people.

    ``called`` is what each is called in a list of them. ``empty`` takes out which one is chosen, and what was said.
    """
    waits = words("waits_for_second")
    which: Choices = [
        (f"{called[name]} ({waits})" if waiting else called[name], name)
        for name, waiting in comparisons.items()
    ]
    if len(comparisons) > 1:
        which.append((words("refer_shown", n=words.number(len(comparisons))), APART.join(comparisons)))
    which.append((words("refer_all"), EVERY))
    raters = [each["name"] for each in people if each["role"] == Role.RATER]
    return [
        second_raters_html(words, people),
        gr.update(visible=bool(comparisons)),
        gr.update(choices=which, value=None) if empty else gr.update(choices=which),
        gr.update(choices=raters),
        "" if empty else gr.skip(),
    ]


@dataclass(frozen=True, kw_only=True)
class ReferralForm:
    """The components of the form, and what their events do."""

    desk: Desk
    """Who leaves what to whom, in which language."""
    text: gr.HTML
    """What a second rater is, and who is one."""
    group: gr.Row
    """Which comparisons: shown while there are any."""
    comparison: gr.Dropdown
    """Which one, those on the page, or all."""
    leave: gr.Button
    """Leaves it."""
    back: gr.Button
    """Takes that back."""
    rater: gr.Dropdown
    """Who."""
    name: gr.Button
    """Lets them decide."""
    end: gr.Button
    """Lets them decide no more."""
    said: gr.HTML
    """What came of it."""

    @property
    def shown(self) -> list[Any]:
        """What is drawn anew, in the order of ``offering_referrals``."""
        return [self.text, self.group, self.comparison, self.rater, self.said]

    @property
    def labelled(self) -> list[Any]:
        """What has words on it."""
        return [self.comparison, self.rater, self.leave, self.back, self.name, self.end]

    def labels(self, words: Words) -> list[Any]:
        """Those words, in the same order."""
        named = [gr.update(label=words(f"refer_{each}")) for each in ("comparison", "rater")]
        return named + [gr.update(value=words(f"refer_{each}")) for each in ("do", "back", "name", "end")]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the buttons work: ``draw`` makes ``shown`` anew; the first field is the criterion."""
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        said = shown.index(self.said)

        def doing(act: Callable[..., Told]) -> Callable[..., list[Any]]:
            def done(request: gr.Request, what: str | None, *given: Any) -> list[Any]:
                told, worked = act(request, what, given[0])
                drawn = draw(request, *given) if worked else [gr.skip()] * len(shown)
                return [*drawn[:said], told, *drawn[said + 1 :]]

            return done

        desk = self.desk
        for button, asked, act in (
            (self.leave, self.comparison, desk.leave),
            (self.back, self.comparison, desk.take_back),
            (self.name, self.rater, desk.name),
            (self.end, self.rater, desk.end),
        ):
            button.click(doing(act), [asked, *fields], shown, **private)


def referral_form(ctx: Context, looking: Looking, speaking: Speaking) -> ReferralForm:
    """The form, its components in place."""
    with gr.Column(elem_classes="rc-decide", elem_id="referring"):
        text = gr.HTML(padding=False)
        with gr.Row(elem_classes="rc-form"):
            rater = gr.Dropdown([], scale=1, min_width=260)
            name = gr.Button(scale=0, min_width=220)
            end = gr.Button(scale=0, min_width=160)
        with gr.Row(visible=False, elem_classes="rc-form") as group:
            comparison = gr.Dropdown([], scale=1, min_width=260)
            leave = gr.Button(scale=0, min_width=220)
            back = gr.Button(scale=0, min_width=200)
        said = gr.HTML(padding=False)
    return ReferralForm(
        desk=Desk(ctx, looking, speaking),
        text=text,
        group=group,
        comparison=comparison,
        leave=leave,
        back=back,
        rater=rater,
        name=name,
        end=end,
        said=said,
    )


class Desk:
    """What the buttons do. Who acts is asked anew each time; what may be done, the services know."""

    def __init__(self, ctx: Context, looking: Looking, speaking: Speaking) -> None:
        self._ctx = ctx
        self._looking = looking
        self._speaking = speaking

    def leave(self, request: gr.Request, name: str | None, criterion: str | None) -> Told:
        """Leave comparisons to a second rater: one, those on the page, or all undecided ones."""

        def act(actor: Actor, project: Project, words: Words) -> str:
            named, chosen = _named(name), chosen_in(project, criterion)
            done = refer(self._ctx, actor, project.name, named, criterion=chosen)["referred"]
            return words.count(done, "referred") if done else words("referred_before")

        return self._doing(request, None if name is not None else "refer_which", act)

    def take_back(self, request: gr.Request, name: str | None, criterion: str | None) -> Told:
        """Take that back."""

        def act(actor: Actor, project: Project, words: Words) -> str:
            named, chosen = _named(name), chosen_in(project, criterion)
            done = take_back_referral(self._ctx, actor, project.name, named, criterion=chosen)["referred"]
            return words.count(done, "referral_gone") if done else words("referral_none")

        return self._doing(request, None if name is not None else "refer_which", act)

    def name(self, request: gr.Request, name: str | None, _: str | None) -> Told:
        """Let a rater decide."""
        return self._deciding(request, name, decides=True)

    def end(self, request: gr.Request, name: str | None, _: str | None) -> Told:
        """Let them decide no more."""
        return self._deciding(request, name, decides=False)

    def _deciding(self, request: gr.Request, name: str | None, *, decides: bool) -> Told:
        def act(actor: Actor, project: Project, words: Words) -> str:
            name_decider(self._ctx, actor, project.name, name or "", decides=decides)
            return words("decider_named" if decides else "decider_ended", name=name)

        return self._doing(request, None if name else "refer_whom", act)

    def _doing(
        self, request: gr.Request, missing: str | None, act: Callable[[Actor, Project, Words], str]
    ) -> Told:
        words = words_in(DEFAULT)
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            if missing:
                return notice_html(words(missing)), False
            return done_html(act(actor, project, words)), True
        except CollectError as refused:
            return refusal_html(words, refused.code, refused.message), False


def _named(name: str | None) -> list[str] | None:
    """The comparisons that are chosen, or ``None`` for all undecided ones."""
    return name.split(APART) if name else None
