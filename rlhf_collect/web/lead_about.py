"""A form of the lead's page in which words are written about one of several things, and a button says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import CollectError
from rlhf_collect.services.projects import Project
from rlhf_collect.web.lead_choose import chosen_by_link, link_field
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import notice_html, refusal_html
from rlhf_collect.web.lead_sending import Unclear
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.quiet_gradio import gr

Deed = Callable[[Words, Actor, Project, str, str], str]
"""Does it to the one chosen, with the words written, and says what was done. Errors: ``Unclear``, those of services."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What such a form is called and does."""

    form: str
    """Its id."""
    labels: tuple[str, str, str]
    """Names of the words on the list, the text and the button."""
    missing: str
    """Name of what is said when none is chosen."""
    lines: int
    """Height of the text."""
    most: int
    """Characters it takes."""
    deed: Deed
    """What the button does."""
    variant: Literal["primary", "secondary"] = "secondary"
    """The button's; ``primary`` where it is what one comes for."""


@dataclass(frozen=True, kw_only=True)
class AboutForm:
    """The components, and what their events do."""

    about: About
    """What it is for."""
    looking: Looking
    """Who asks."""
    speaking: Speaking
    """In which language."""
    group: gr.Column
    """Shown while there is one to choose."""
    chosen: gr.Textbox
    """What the reader's browser writes when a link to the form is followed; never seen."""
    which: gr.Dropdown
    """Which."""
    text: gr.Textbox
    """The words."""
    button: gr.Button
    """Does it."""
    said: gr.HTML
    """What came of it."""

    @property
    def offered(self) -> list[Any]:
        """What a drawn tab fills, in the order of ``offering_about``."""
        return [self.group, self.which]

    @property
    def labelled(self) -> list[Any]:
        """What has words on it."""
        return [self.which, self.text, self.button]

    def labels(self, words: Words) -> list[Any]:
        """Those words, in the same order."""
        which, text, button = map(words, self.about.labels)
        return [gr.update(label=which), gr.update(label=text), gr.update(value=button)]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make it work: ``draw`` makes ``shown`` anew from ``fields``."""

        def done(request: gr.Request, which: str | None, text: str, *given: Any) -> list[Any]:
            told, worked = self.do(request, which, text)
            drawn = draw(request, *given) if worked else [gr.skip()] * len(shown)
            # What was written goes only once it is kept.
            return [told, "" if worked else gr.skip(), None if worked else gr.skip(), *drawn]

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        outputs = [self.said, self.text, self.which, *shown]
        self.chosen.change(chosen_by_link, [self.chosen], [self.which], **private)
        self.button.click(done, [self.which, self.text, *fields], outputs, **private)

    def do(self, request: gr.Request, which: str | None, text: str | None) -> tuple[str, bool]:
        """What the button does: what to say of it, and whether it was done."""
        try:
            actor, project = self.looking(request)
        except CollectError as refused:
            return notice_html(refused.message), False
        words = self.speaking(actor, request)
        if not which:
            return notice_html(words(self.about.missing)), False
        try:
            return done_html(self.about.deed(words, actor, project, which, text or "")), True
        except Unclear as unclear:
            return notice_html(unclear.said), False
        except CollectError as refused:
            return refusal_html(words, refused.code, refused.message), False


def offering_about(choices: Choices) -> list[Any]:
    """Updates of what the form offers. What is chosen stays: somebody may be writing while the list grows."""
    return [gr.update(visible=bool(choices)), gr.update(choices=choices)]


def about_form(about: About, looking: Looking, speaking: Speaking) -> AboutForm:
    """The form, its components in place."""
    with gr.Column(visible=False, elem_classes="rc-decide", elem_id=about.form) as group:
        chosen = link_field(about.form)
        with gr.Row(elem_classes="rc-form"):
            which = gr.Dropdown([], scale=1, min_width=240)
            text = gr.Textbox(lines=about.lines, scale=2, min_width=260, max_length=about.most)
        button = gr.Button(variant=about.variant, scale=0, min_width=160)
    # Outside of what is hidden once there is nothing to choose.
    said = gr.HTML(padding=False)
    return AboutForm(
        about=about,
        looking=looking,
        speaking=speaking,
        group=group,
        chosen=chosen,
        which=which,
        text=text,
        button=button,
        said=said,
    )
