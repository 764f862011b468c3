"""Writing guidelines on the lead's page, beginning with those in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import CollectError
from rlhf_collect.services.context import Context
from rlhf_collect.services.guideline_versions import list_guidelines, next_version, write_guidelines
from rlhf_collect.services.projects import Project
from rlhf_collect.web.events import MOST_CHARACTERS
from rlhf_collect.web.lead_decide import Looking, Speaking
from rlhf_collect.web.lead_guidelines import Texts, changes_html, texts_of
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import notice_html, refusal_html
from rlhf_collect.web.lead_words import DEFAULT, Words, words_in
from rlhf_collect.web.quiet_gradio import gr

T = TypeVar("T")
LINES = 14
"""Of a text that is written, before it scrolls."""


@dataclass(frozen=True, kw_only=True)
class GuidelinesForm:
    """The components of the form, and what its events do."""

    desk: Desk
    """Who writes, in which language."""
    begin: gr.Button
    """Fills in the text in force."""
    group: gr.Column
    """What is filled in: shown once somebody writes."""
    version: gr.Textbox
    """What the new one is called."""
    text: gr.Textbox
    """It, or its English."""
    other: gr.Textbox
    """The same in French, or nothing."""
    look: gr.Button
    """Shows what would change."""
    put: gr.Button
    """Puts it in force."""
    leave: gr.Button
    """Leaves it."""
    said: gr.HTML
    """What came of it."""
    replaces: gr.State
    """The version that was in force when it was filled in; stays on the server."""
    seen: gr.State
    """The texts whose changes were shown last; stays on the server."""

    @property
    def labelled(self) -> list[Any]:
        """What has words on it."""
        return [self.begin, self.version, self.text, self.other, self.look, self.put, self.leave]

    def labels(self, words: Words) -> list[Any]:
        """Those words, in the same order."""
        fields = [gr.update(label=words(f"write_{each}")) for each in ("version", "body", "other")]
        buttons = [gr.update(value=words(f"write_{each}")) for each in ("look", "put", "leave")]
        return [gr.update(value=words("write_begin")), *fields, *buttons]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the buttons work: ``draw`` makes ``shown`` anew from ``fields``."""
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        written = [self.version, self.text, self.other]
        filled = [self.group, *written, self.replaces, self.said]

        def look(request: gr.Request, text: str, other: str, replaces: str | None) -> tuple[str, Texts]:
            return self.desk.look(request, text, other, replaces), texts_written(text, other)

        def put(
            request: gr.Request,
            version: str,
            text: str,
            other: str,
            replaces: str | None,
            seen: Any,
            *given: Any,
        ) -> list[Any]:
            if seen != texts_written(text, other):
                told, done = self.desk.look_first(request, text, other, replaces), False
            else:
                told, done = self.desk.put(request, version, text, other, replaces)
            kept = [gr.update(visible=False), "", "", "", None] if done else [gr.skip()] * 5
            drawn = draw(request, *given) if done else [gr.skip()] * len(shown)
            return [*kept, told, texts_written(text, other), *drawn]

        self.begin.click(self.desk.begin, [], filled, **private)
        self.leave.click(lambda: [gr.update(visible=False), "", "", "", None, ""], [], filled, **private)
        self.look.click(look, [self.text, self.other, self.replaces], [self.said, self.seen], **private)
        asked = [*written, self.replaces, self.seen, *fields]
        self.put.click(put, asked, [*filled, self.seen, *shown], **private)


def guidelines_form(ctx: Context, looking: Looking, speaking: Speaking) -> GuidelinesForm:
    """The form, its components in place."""
    begin = gr.Button(scale=0, min_width=200, elem_id="write-guidelines")
    with gr.Column(visible=False, elem_classes="rc-decide", elem_id="writing") as group:
        version = gr.Textbox(max_length=40, max_lines=1)
        with gr.Row(elem_classes="rc-form"):
            text = gr.Textbox(lines=LINES, max_lines=LINES, max_length=MOST_CHARACTERS)
            other = gr.Textbox(lines=LINES, max_lines=LINES, max_length=MOST_CHARACTERS)
        with gr.Row(elem_classes="rc-form"):
            look = gr.Button(scale=0, min_width=180)
            put = gr.Button(variant="primary", scale=0, min_width=180)
            leave = gr.Button(scale=0, min_width=120)
    # Outside of what is hidden once it is in force.
    said = gr.HTML(padding=False)
    return GuidelinesForm(
        desk=Desk(ctx, looking, speaking),
        begin=begin,
        group=group,
        version=version,
        text=text,
        other=other,
        look=look,
        put=put,
        leave=leave,
        said=said,
        replaces=gr.State(),
        seen=gr.State(),
    )


class Desk:
    """What the buttons do. Who writes is asked anew each time; what may be written, the services know."""

    def __init__(self, ctx: Context, looking: Looking, speaking: Speaking) -> None:
        self._ctx = ctx
        self._looking = looking
        self._speaking = speaking

    def begin(self, request: gr.Request) -> list[Any]:
        """The form with the text in force, and a version after it."""

        def act(actor: Actor, project: Project, words: Words) -> list[Any]:
            found = list_guidelines(self._ctx, actor, project.name)
            texts = texts_of(found[0])
            first = texts.get("", texts.get("en", ""))
            after = next_version([each["version"] for each in reversed(found)])
            return [gr.update(visible=True), after, first, texts.get("fr", ""), found[0]["version"], ""]

        return self._doing(request, act, lambda told: [*[gr.skip()] * 5, told])

    def look(self, request: gr.Request, text: str, other: str, replaces: str | None) -> str:
        """What would change."""

        def act(actor: Actor, project: Project, words: Words) -> str:
            found = list_guidelines(self._ctx, actor, project.name)
            before = next((each for each in found if each["version"] == replaces), found[0])
            return changes_html(words, texts_of(before), texts_written(text, other))

        return self._doing(request, act, lambda told: told)

    def look_first(self, request: gr.Request, text: str, other: str, replaces: str | None) -> str:
        """The same for who would put in force what they have not looked at."""

        def act(actor: Actor, project: Project, words: Words) -> str:
            return notice_html(words("write_look_first", put=words("write_put")))

        return self.look(request, text, other, replaces) + self._doing(request, act, lambda told: told)

    def put(
        self, request: gr.Request, version: str, text: str, other: str, replaces: str | None
    ) -> tuple[str, bool]:
        """Words for the lead, and whether it is in force."""

        def act(actor: Actor, project: Project, words: Words) -> tuple[str, bool]:
            texts = texts_written(text, other)
            if not version.strip() or not any(texts.values()):
                return notice_html(words("write_incomplete")), False
            if texts == texts_of(list_guidelines(self._ctx, actor, project.name)[0]):
                return notice_html(words("guidelines_same")), False
            told = write_guidelines(
                self._ctx,
                actor,
                project.name,
                version=version,
                text=texts.get("", "") or texts,
                replaces=replaces or "",
            )
            return done_html(words("written", version=told["version"])), True

        return self._doing(request, act, lambda told: (told, False))

    def _doing(
        self,
        request: gr.Request,
        act: Callable[[Actor, Project, Words], T],
        refuse: Callable[[str], T],
    ) -> T:
        words = words_in(DEFAULT)
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            return act(actor, project, words)
        except CollectError as refused:
            which = [f"{each.field} {each.what} {each.mend}" for each in refused.problems]
            return refuse(refusal_html(words, refused.code, " ".join([refused.message, *which])))


def texts_written(text: str, other: str) -> Texts:
    """What the two fields hold, by language: one text alone is nobody's translation."""
    text, other = text.strip(), other.strip()
    if not other:
        return {"": text}
    return {"en": text, "fr": other} if text else {"fr": other}
