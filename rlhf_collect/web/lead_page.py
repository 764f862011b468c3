"""The lead's page: how far and how good at first sight, then a tab for each thing a lead can act on.

Plain Gradio components. Nothing of a project is in the page's configuration: every event asks who is
looking, from the request's own cookie, and reads through the services that check their rights. What a tab
shows is made while it is open, and made again only when something changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rlhf_collect.rendering import content_css
from rlhf_collect.services.context import Context
from rlhf_collect.web.lead_contested import PAGE
from rlhf_collect.web.lead_desk import REFRESH_SECONDS, Fields, Page
from rlhf_collect.web.lead_parts import Parts, tabs_of_page
from rlhf_collect.web.lead_report import header_html
from rlhf_collect.web.lead_tabs import TABS
from rlhf_collect.web.lead_theme import calm_theme
from rlhf_collect.web.lead_words import DEFAULT, Words, words_in
from rlhf_collect.web.quiet_gradio import gr
from rlhf_collect.web.texts import LEAD_TEXTS

AT_ONCE = 8
"""Events of each kind that are worked on at the same time."""
_TO_THE_TOP = "() => document.getElementById('tabs').scrollIntoView()"
"""Where a page of comparisons begins: the buttons stand below its end."""
_ASSETS: Final = Path(__file__).parent / "assets"


def mount_options() -> dict[str, Any]:
    """Arguments of ``gr.mount_gradio_app``: local fonts, calm colours, no Gradio footer."""
    return {
        "theme": calm_theme(),
        "css": content_css(),
        "css_paths": _ASSETS / "lead.css",
        "footer_links": [],
        "show_error": False,
        "run_history": False,
    }


def page_script() -> str:
    """What the page does in the browser by itself, strict and in a scope of its own: everything else is events."""
    return '"use strict";\n' + (_ASSETS / "lead.js").read_text(encoding="utf-8")


def lead_blocks(ctx: Context, cookie: str) -> gr.Blocks:
    """The page, the same for every lead; ``cookie`` names the session cookie of this audience."""
    page, words = Page(ctx, cookie), words_in(DEFAULT)
    blocks = gr.Blocks(title="rlhf_collect: lead", analytics_enabled=False)
    # One at a time, as Gradio has it, the slow page of one project would keep all others waiting.
    blocks.queue(default_concurrency_limit=AT_ONCE)
    with blocks:
        with gr.Row(elem_classes="rc-top"):
            header = gr.HTML(header_html(words, "", "", "", ""), padding=False, js_on_load=page_script())
            language = gr.Radio(
                [(texts["language"], tag) for tag, texts in LEAD_TEXTS.items()],
                label=" / ".join(texts["of_the_page"] for texts in LEAD_TEXTS.values()),
                show_label=False,
                container=False,
                elem_id="language",
                scale=0,
                min_width=200,
            )
        parts = Parts(
            header=header,
            language=language,
            criterion=gr.Dropdown([], visible=False, elem_id="criterion"),
            opened=gr.State("overview"),
            seen=gr.State(),
            after=gr.State(0),
            tabs=tabs_of_page(ctx, page, blocks, words),
        )
        _wire(page, blocks, parts)
        parts.tabs.versions.wire()
    return blocks


class _Events:
    """What the page shows after an event: whatever happens, the open tab is drawn."""

    def __init__(self, page: Page, parts: Parts) -> None:
        self._page = page
        self._parts = parts

    def drawn(self, request: gr.Request, held: Fields, **how: bool) -> list[Any]:
        """``Parts.shown`` for these fields."""
        made = self._page.draw(held, request, **how)
        return [*made, *_labels(self._parts, self._page.words_for_labels(held, made))]

    def open_page(self, request: gr.Request, *given: Any) -> Iterator[list[Any]]:
        """The page as it opens."""
        yield from self._by_steps(request, _fields(given))

    def _by_steps(self, request: gr.Request, held: Fields) -> Iterator[list[Any]]:
        """What is read first where the rest takes long, then all of it."""
        begun = self._page.begin(held, request)
        if begun is not None:
            yield [*begun, *_labels(self._parts, self._page.words_for_labels(held, begun))]
        yield self.drawn(request, held)

    def choose(self, request: gr.Request, language: str, *given: Any) -> list[Any]:
        """The same in another language."""
        self._page.choose(language, request)
        return self.drawn(request, _fields(given))

    def look_again(self, request: gr.Request, *given: Any) -> list[Any]:
        """Anything new since it was drawn."""
        return self.drawn(request, _fields(given), again=False)

    def from_the_top(self, request: gr.Request, *given: Any) -> list[Any]:
        """The first page of what was narrowed otherwise."""
        return [0, *self.drawn(request, _fields(given, after=0), turned=True)]

    def turn(self, pages: int) -> Callable[..., list[Any]]:
        """So many pages further."""

        def turned(request: gr.Request, *given: Any) -> list[Any]:
            after = max(0, int(given[-1]) + pages * PAGE)
            return [after, *self.drawn(request, _fields(given, after=after), turned=True)]

        return turned

    def go_to(self, name: str) -> Callable[..., Iterator[list[Any]]]:
        """A tab."""

        def gone(request: gr.Request, *given: Any) -> Iterator[list[Any]]:
            for shown in self._by_steps(request, _fields(given, opened=name)):
                yield [name, *shown]

        return gone

    def after_a_deed(self, *, turned: bool) -> Callable[..., list[Any]]:
        """The open tab once a form has done something; ``turned`` empties the form that decides."""
        return lambda request, *given: self.drawn(request, _fields(given), turned=turned)


def _wire(page: Page, blocks: gr.Blocks, parts: Parts) -> None:
    """Make the page work."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    fields, shown, events = parts.fields, parts.shown, _Events(page, parts)
    blocks.load(events.open_page, fields, shown, **quiet)
    parts.language.input(events.choose, [parts.language, *fields], shown, **quiet)
    for field in (parts.criterion, parts.tabs.tag, parts.tabs.rater, parts.tabs.listed, parts.tabs.order):
        field.input(events.from_the_top, fields, [parts.after, *shown], **quiet)
    for button, pages in zip(parts.tabs.turning, (-1, 1), strict=True):
        turned = button.click(events.turn(pages), fields, [parts.after, *shown], **quiet)
        turned.then(None, js=_TO_THE_TOP)
    for name, tab in parts.tabs.tabs.items():
        tab.select(events.go_to(name), fields, [parts.opened, *shown], **quiet)
    parts.tabs.decision.wire(events.after_a_deed(turned=True), fields, shown)
    tabs = parts.tabs
    for form in (tabs.referral, tabs.appeals, tabs.messages, tabs.known, tabs.alerts, tabs.writing):
        form.wire(events.after_a_deed(turned=False), fields, shown)
    gr.Timer(REFRESH_SECONDS).tick(events.look_again, fields, shown, **quiet)


def _fields(given: Sequence[Any], **changes: Any) -> Fields:
    """The inputs of an event by their names."""
    *chosen, after = given
    held = dict(zip(("criterion", "tag", "rater", "listed", "order", "opened", "seen"), chosen, strict=True))
    return Fields(**held | {"after": int(after)} | changes)


def _labels(parts: Parts, words: Words | None) -> list[Any]:
    """What stands on tabs, fields and buttons, in those words; nothing new without."""
    if words is None:
        return [gr.skip()] * len(parts.labelled)
    named = [gr.update(label=words(f"tab_{name}")) for name in TABS]
    return [*named, *(each for form in parts.forms for each in form.labels(words))]
