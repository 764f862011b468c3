"""Versions on the lead's page: freeze the next one, see what publishing would do, publish.

Whoever presses a button is asked for anew, from the request's own cookie, and the services check their
rights. The Hub is spoken to with the server's own token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import BadCall, CollectError
from rlhf_collect.exporters.hub.errors import UNKNOWN_HERE
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import list_erasures
from rlhf_collect.services.projects import Project
from rlhf_collect.services.publishing import preview_card, preview_publication, publish_version
from rlhf_collect.services.releases import next_version, release_state
from rlhf_collect.services.reports import project_progress
from rlhf_collect.services.version_changes import latest_changes
from rlhf_collect.services.versions import freeze_version, list_versions, version_to_publish
from rlhf_collect.stats.progress_words import progress_sentence
from rlhf_collect.web.lead_release import (
    card_section_html,
    changes_html,
    done_html,
    plan_html,
    versions_html,
    working_html,
)
from rlhf_collect.web.lead_report import loading_html, notice_html, refusal_html
from rlhf_collect.web.lead_sending import Sending, Unclear, reach_for, readers_offered, target_of
from rlhf_collect.web.lead_words import Words, words_in
from rlhf_collect.web.lead_work import Work
from rlhf_collect.web.quiet_gradio import gr

Looking = Callable[[gr.Request], tuple[Actor, Project]]
Shown = tuple[Any, ...]
Speaking = Callable[[Actor, gr.Request], Words]
Labels = Callable[[Words], list[dict[str, Any]]]


def versions_box(ctx: Context, words: Words, actor: Actor, project: Project) -> str:
    """The list of versions, as it is now, and what changed."""
    name = project.name
    state = release_state(ctx, actor, name)
    listed = versions_html(words, list_versions(ctx, actor, name), state, list_erasures(ctx, actor, name))
    told = f"{words('freeze_hint')} {progress_sentence(project_progress(ctx, actor, name), words.progress)}"
    changes = changes_html(words, name, latest_changes(ctx, actor, name))
    return f"{listed}{changes}<p class='rc-hint'>{escape(told)}</p>"


@dataclass(frozen=True, kw_only=True)
class Section:
    """The part of the page about versions."""

    listed: gr.HTML
    """Their list, for the page to keep up to date."""
    labelled: list[Any]
    """What has words on it, for the page to put into the lead's language."""
    labels: Labels
    """Those words, in the same order."""
    wire: Callable[[], None]
    """Makes the buttons work."""


def _labels(words: Words) -> list[dict[str, Any]]:
    named = [
        gr.update(label=words(each)) for each in ("next_version", "publish_version", "publish_to", "readers")
    ]
    return named + [gr.update(value=words(each)) for each in ("freeze", "look", "publish")]


def versions_section(ctx: Context, looking: Looking, speaking: Speaking, blocks: gr.Blocks) -> Section:
    """The section, its boxes in place."""
    listed = gr.HTML(loading_html(), padding=False)
    with gr.Row(elem_classes="rc-form"):
        number = gr.Textbox(max_length=50, scale=1, min_width=160, elem_classes="rc-short")
        freeze = gr.Button(scale=0, min_width=160)
    with gr.Column(visible=False) as publishing:
        with gr.Row(elem_classes="rc-form"):
            version = gr.Dropdown([], scale=1, min_width=160)
            target = gr.Textbox(placeholder="my-org/my-data", max_length=300, scale=2, min_width=220)
            readers = gr.Dropdown([], scale=2, min_width=220)
        with gr.Row(elem_classes="rc-form"):
            look = gr.Button(scale=0, min_width=240)
            publish = gr.Button(variant="primary", interactive=False, scale=0, min_width=160)
    said, preview = gr.HTML(padding=False), gr.HTML(padding=False)
    seen = gr.State()  # stays on the server: whatever a browser sends in its place is not read
    desk = Desk(ctx, looking, speaking)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    def wire() -> None:
        blocks.load(desk.open, None, [number, publishing, version, target, readers], **private)
        # The list is drawn anew when another lead or a timer froze something too: the fields go with it.
        listed.change(desk.catch_up, [number, version], [number, publishing, version, readers], **private)
        made = [said, listed, number, publishing, version, preview, publish, seen]
        freeze.click(desk.freeze, [number], made, **private)
        asked: list[Any] = [version, target, readers]
        look.click(desk.look, asked, [said, preview, publish, seen], **private)
        publish.click(desk.publish, [*asked, seen], [said, listed, preview, publish, seen], **private)
        for each in asked:  # what was shown is not what would be sent any more; input misses what is pasted
            each.change(desk.forget, None, [preview, publish, seen], **private)

    labelled = [number, version, target, readers, freeze, look, publish]
    return Section(listed=listed, labelled=labelled, labels=_labels, wire=wire)


class Desk:
    """What the buttons do. Each answers with what its boxes show next."""

    def __init__(self, ctx: Context, looking: Looking, speaking: Speaking) -> None:
        self._ctx = ctx
        self._looking = looking
        self._speaking = speaking

    def open(self, request: gr.Request) -> Shown:
        """What the fields hold when the page opens."""
        try:
            actor, project = self._looking(request)
            words, (names, standing) = self._speaking(actor, request), self._names(actor, project)
        except CollectError:
            return (gr.skip(),) * 5
        told = project.settings.publication
        value = {"gated": "manual"}.get(told.access, told.access)
        return (
            next_version(names),
            gr.update(visible=bool(standing)),
            gr.update(choices=standing[::-1], value=standing[-1] if standing else None),
            gr.update(value=told.repository or "", interactive=told.repository is None),
            gr.update(choices=readers_offered(words, project), value=value),
        )

    def catch_up(self, number: str | None, version: str | None, request: gr.Request) -> Shown:
        """The fields for versions that came or went: what was written stays while it can be meant."""
        try:
            actor, project = self._looking(request)
            words, (names, standing) = self._speaking(actor, request), self._names(actor, project)
        except CollectError:
            return (gr.skip(),) * 4
        # What is chosen is left alone: the browser may have asked before it was told of the version just frozen.
        chosen: dict[str, Any] = {} if version in standing else {"value": standing[-1] if standing else None}
        return (
            next_version(names) if not number or number in names else gr.skip(),
            gr.update(visible=bool(standing)),
            gr.update(choices=standing[::-1], **chosen),
            gr.update(choices=readers_offered(words, project)),
        )

    def freeze(self, number: str, request: gr.Request) -> Iterator[Shown]:
        """Freeze a version: what is done, then the list with it; the list too where it was refused."""
        idle, words = (gr.skip(),) * 6, words_in("en")
        try:
            actor, project = self._looking(request)
            name, words = str(number).strip(), self._speaking(actor, request)
            work = Work(lambda say: freeze_version(self._ctx, actor, project.name, name, say=say))
            for step in work.steps(words("working")):
                yield (working_html(step), gr.skip(), *idle)
            work.result()
            names, standing = self._names(actor, project)
            yield (
                done_html(words("frozen", version=name)),
                versions_box(self._ctx, words, actor, project),
                next_version(names),
                gr.update(visible=True),
                gr.update(choices=standing[::-1], value=name),
                *_nothing_shown(),
            )
        except CollectError as refused:
            yield (self._refusal(words, refused), self._listed(words, request), *idle)

    def look(self, version: str, target: str, readers: str, request: gr.Request) -> Iterator[Shown]:
        """A dry run: the account and the card, the button to do it, and what it may be pressed for."""
        words, asked = words_in("en"), None
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            yield (working_html(words("looking")), *_nothing_shown())
            asked = self._sending(words, actor, project, version, target, readers)
            plan = preview_publication(
                self._ctx, actor, project.name, asked.version, to=asked.to, reach=asked.reach
            )
            yield "", plan_html(words, asked.version, plan), gr.update(interactive=True), asked
        except Unclear as unclear:
            yield (notice_html(unclear.said), *_nothing_shown())
        except CollectError as refused:
            card = self._card(words, request, asked) if asked else ""
            yield (self._refusal(words, refused), card, *_nothing_shown()[1:])

    def publish(
        self, version: str, target: str, readers: str, seen: Sending | None, request: gr.Request
    ) -> Iterator[Shown]:
        """Publish what was ``seen``, and nothing else: what is done, then where it is."""
        closed, skip = gr.update(interactive=False), gr.skip()
        same, words = False, words_in("en")
        try:
            actor, project = self._looking(request)
            words = self._speaking(actor, request)
            asked = self._sending(words, actor, project, version, target, readers)
            same = asked == seen
            if not same:
                to, who = asked.to.removeprefix("hub:"), words(f"readers_{readers}").lower()
                raise Unclear(words("not_shown", version=asked.version, to=to, readers=who))
            work = Work(
                lambda say: publish_version(
                    self._ctx, actor, project.name, asked.version, to=asked.to, reach=asked.reach, say=say
                )
            )
            for step in work.steps(words("working")):
                yield working_html(step), skip, skip, closed, skip
            sent = work.result()
            told = words("published", version=asked.version, url=sent["url"])
            pin = words("pin", commit=sent["revision"], sha256=sent["manifest_sha256"])
            listed = versions_box(self._ctx, words, actor, project)
            yield done_html(told, pin, *sent["warnings"]), listed, *_nothing_shown()
        except Unclear as unclear:
            yield notice_html(unclear.said), skip, *_nothing_shown()
        except CollectError as refused:
            # What was shown may be tried again: the same call goes on where this one stopped.
            left = (skip, gr.update(interactive=True), skip) if same else _nothing_shown()
            yield self._refusal(words, refused), skip, *left

    def _card(self, words: Words, request: gr.Request, asked: Sending) -> str:
        """The card alone, where the Hub does not say what publishing would do."""
        try:
            actor, project = self._looking(request)
            card = preview_card(self._ctx, actor, project.name, asked.version, to=asked.to, reach=asked.reach)
        except CollectError:
            return ""
        return card_section_html(words, card)

    def forget(self) -> Shown:
        """Take back what was shown for other fields."""
        return _nothing_shown()

    def _sending(
        self, words: Words, actor: Actor, project: Project, version: str, target: str, readers: str
    ) -> Sending:
        """What the fields ask for. Errors: ``Unclear``, and as ``version_to_publish``."""
        to, reach = target_of(words, project, target), reach_for(words, readers)
        sealed = version_to_publish(self._ctx, actor, project.name, str(version), to=to, reach=reach)
        return Sending(
            person=actor.rater_key,
            project=project.project_id,
            version=sealed["version"],
            manifest_sha256=sealed["manifest_sha256"],
            to=to,
            reach=reach,
        )

    def _names(self, actor: Actor, project: Project) -> tuple[list[str], list[str]]:
        """All versions, and those of them that were not withdrawn: the others are not published any more."""
        known = list_versions(self._ctx, actor, project.name)
        return (
            [each["version"] for each in known],
            [each["version"] for each in known if each["withdrawn"] is None],
        )

    def _listed(self, words: Words, request: gr.Request) -> Any:
        """The list as it is now, as it was for who may not read it."""
        try:
            return versions_box(self._ctx, words, *self._looking(request))
        except CollectError:
            return gr.skip()

    def _refusal(self, words: Words, refused: CollectError) -> str:
        if refused.message.startswith(UNKNOWN_HERE):
            return notice_html(words("no_token"))
        # On this part of the page a call the service does not take is a field a lead filled in.
        meaning = words("field_to_mend") if isinstance(refused, BadCall) else ""
        return refusal_html(words, refused.code, self._ctx.without_folders(refused.message), meaning=meaning)


def _nothing_shown() -> Shown:
    """No preview, the button closed, and nothing it may be pressed for."""
    return "", gr.update(interactive=False), None
