"""Versions on the lead's page: freeze the next one, see what publishing would do, publish.

Whoever presses a button is asked for anew, from the request's own cookie, and the services check their
rights. The Hub is spoken to with the server's own token.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import BadCall, CollectError, Refused
from rlhf_collect.exporters.reach import Reach
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import list_erasures
from rlhf_collect.services.projects import Project
from rlhf_collect.services.publishing import preview_publication, publish_version, reach_of
from rlhf_collect.services.releases import next_version, release_state
from rlhf_collect.services.versions import freeze_version, list_versions, version_to_publish
from rlhf_collect.web.lead_release import done_html, plan_html, versions_html, working_html
from rlhf_collect.web.lead_report import notice_html
from rlhf_collect.web.quiet_gradio import gr

Looking = Callable[[gr.Request], tuple[Actor, Project]]
Say = Callable[[str], None]
Shown = tuple[Any, ...]
READERS: dict[str, tuple[str, bool, str | None]] = {
    "private": ("Only members of the repository", False, None),
    "manual": ("Whoever asks, once a person lets them in", False, "manual"),
    "auto": ("Whoever asks", False, "auto"),
    "public": ("Everyone", True, None),
}
"""What the lead chooses from: the words, whether it is public, its gate."""
_ALLOWED = {"private": 1, "gated": 3, "public": 4}
"""How many of the above raters were told of, by ``publication.access``."""


def versions_box(ctx: Context, actor: Actor, project: Project) -> str:
    """The list of versions, as it is now."""
    name = project.name
    return versions_html(
        list_versions(ctx, actor, name), release_state(ctx, actor, name), list_erasures(ctx, actor, name)
    )


def versions_section(ctx: Context, looking: Looking, blocks: gr.Blocks) -> tuple[gr.HTML, Callable[[], None]]:
    """The section: its list, for the page to keep up to date, and what makes its buttons work."""
    listed = gr.HTML(padding=False)
    with gr.Row(elem_classes="rc-form"):
        number = gr.Textbox(
            label="Next version", max_length=50, scale=1, min_width=160, elem_classes="rc-short"
        )
        freeze = gr.Button("Freeze", scale=0, min_width=160)
    with gr.Column(visible=False) as publishing:
        with gr.Row(elem_classes="rc-form"):
            version = gr.Dropdown([], label="Publish version", scale=1, min_width=160)
            target = gr.Textbox(
                label="To", placeholder="my-org/my-data", max_length=300, scale=2, min_width=220
            )
            readers = gr.Dropdown([], label="Who may read it", scale=2, min_width=220)
        with gr.Row(elem_classes="rc-form"):
            look = gr.Button("Show what would be sent", scale=0, min_width=240)
            publish = gr.Button("Publish", variant="primary", interactive=False, scale=0, min_width=160)
    said, preview = gr.HTML(padding=False), gr.HTML(padding=False)
    seen = gr.State()  # stays on the server: whatever a browser sends in its place is not read
    desk = Desk(ctx, looking)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    def wire() -> None:
        blocks.load(desk.open, None, [number, publishing, version, target, readers], **private)
        made = [said, listed, number, publishing, version, preview, publish, seen]
        freeze.click(desk.freeze, [number], made, **private)
        asked: list[Any] = [version, target, readers]
        look.click(desk.look, asked, [said, preview, publish, seen], **private)
        publish.click(desk.publish, [*asked, seen], [said, listed, preview, publish, seen], **private)
        for each in asked:  # what was shown is not what would be sent any more; input misses what is pasted
            each.change(desk.forget, None, [preview, publish, seen], **private)

    return listed, wire


@dataclass(frozen=True, kw_only=True)
class Sending:
    """All that decides what is sent: what was shown to one person, or what they now ask for."""

    person: UUID | None
    project: UUID
    version: str
    manifest_sha256: str
    to: str
    reach: Reach


class Desk:
    """What the buttons do. Each answers with what its boxes show next."""

    def __init__(self, ctx: Context, looking: Looking) -> None:
        self._ctx = ctx
        self._looking = looking

    def open(self, request: gr.Request) -> Shown:
        """What the fields hold when the page opens."""
        try:
            actor, project = self._looking(request)
            names, standing = self._names(actor, project)
        except CollectError:
            return (gr.skip(),) * 5
        told = project.settings.publication
        offered = [(words, key) for key, (words, *_) in list(READERS.items())[: _ALLOWED[told.access]]]
        value = {"gated": "manual"}.get(told.access, told.access)
        return (
            next_version(names),
            gr.update(visible=bool(standing)),
            gr.update(choices=standing[::-1], value=standing[-1] if standing else None),
            gr.update(value=told.repository or "", interactive=told.repository is None),
            gr.update(choices=offered, value=value),
        )

    def freeze(self, number: str, request: gr.Request) -> Iterator[Shown]:
        """Freeze a version: what is done, then the list with it."""
        idle = (gr.skip(),) * 7
        try:
            actor, project = self._looking(request)
            name = str(number).strip()
            work = _Work(lambda say: freeze_version(self._ctx, actor, project.name, name, say=say))
            for step in work.steps():
                yield (working_html(step), *idle)
            work.result()
            names, standing = self._names(actor, project)
            yield (
                done_html(f"Version {name} is frozen and never changes. Publish it when you like."),
                versions_box(self._ctx, actor, project),
                next_version(names),
                gr.update(visible=True),
                gr.update(choices=standing[::-1], value=name),
                *_nothing_shown(),
            )
        except CollectError as refused:
            yield (self._refusal(refused), *idle)

    def look(self, version: str, target: str, readers: str, request: gr.Request) -> Iterator[Shown]:
        """A dry run: the account and the card, the button to do it, and what it may be pressed for."""
        yield (working_html("Looking. Nothing is written."), *_nothing_shown())
        try:
            actor, project = self._looking(request)
            asked = self._sending(actor, project, version, target, readers)
            plan = preview_publication(
                self._ctx, actor, project.name, asked.version, to=asked.to, reach=asked.reach
            )
            yield "", plan_html(asked.version, plan), gr.update(interactive=True), asked
        except CollectError as refused:
            yield (self._refusal(refused), *_nothing_shown())

    def publish(
        self, version: str, target: str, readers: str, seen: Sending | None, request: gr.Request
    ) -> Iterator[Shown]:
        """Publish what was ``seen``, and nothing else: what is done, then where it is."""
        closed, skip = gr.update(interactive=False), gr.skip()
        same = False
        try:
            actor, project = self._looking(request)
            asked = self._sending(actor, project, version, target, readers)
            same = asked == seen
            if not same:
                raise Refused(
                    f"This was not shown: version {asked.version} to {asked.to.removeprefix('hub:')} "
                    f"(who may read it: {READERS[readers][0].lower()}). "
                    'Press "Show what would be sent" first. Nothing was sent.'
                )
            work = _Work(
                lambda say: publish_version(
                    self._ctx, actor, project.name, asked.version, to=asked.to, reach=asked.reach, say=say
                )
            )
            for step in work.steps():
                yield working_html(step), skip, skip, closed, skip
            sent = work.result()
            told = f"Version {asked.version} is at {sent['url']}, read back and compared."
            pin = f"Pin it: commit {sent['revision']}, manifest sha256 {sent['manifest_sha256']}."
            listed = versions_box(self._ctx, actor, project)
            yield done_html(told, pin, *sent["warnings"]), listed, *_nothing_shown()
        except CollectError as refused:
            # What was shown may be tried again: the same call goes on where this one stopped.
            left = (skip, gr.update(interactive=True), skip) if same else _nothing_shown()
            yield self._refusal(refused), skip, *left

    def forget(self) -> Shown:
        """Take back what was shown for other fields."""
        return _nothing_shown()

    def _sending(self, actor: Actor, project: Project, version: str, target: str, readers: str) -> Sending:
        """What the fields ask for. Errors: ``BadCall``, and as ``version_to_publish``."""
        to, reach = _target(target), _reach(readers)
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

    def _refusal(self, refused: CollectError) -> str:
        return notice_html(self._ctx.without_folders(refused.message))


def _nothing_shown() -> Shown:
    """No preview, the button closed, and nothing it may be pressed for."""
    return "", gr.update(interactive=False), None


def _target(target: str) -> str:
    """The repository a lead wrote, with or without ``hub:``: the page writes to no folder of the server."""
    text = str(target).strip().removeprefix("hub:")
    if not text:
        raise BadCall("Where should it go? Write the dataset as owner/name, such as my-org/my-data.")
    return f"hub:{text}"


def _reach(readers: str) -> Reach:
    if readers not in READERS:
        raise BadCall("Who may read it? Choose one from the list.")
    _, public, gate = READERS[readers]
    return reach_of(public=public, gated=gate)


class _Work:
    """Something that takes its time and says what it does, in a thread of its own."""

    def __init__(self, work: Callable[[Say], dict[str, Any]]) -> None:
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._result: dict[str, Any] | None = None
        self._error: BaseException | None = None
        self._work = work

    def steps(self) -> Iterator[str]:
        """Begin, and give out what it says until it has ended."""
        threading.Thread(target=self._run, daemon=True).start()
        yield "Working…"
        while (step := self._said.get()) is not None:
            yield step

    def result(self) -> dict[str, Any]:
        """What it came to. Errors: its own."""
        if self._error is not None:
            raise self._error
        assert self._result is not None, "it has ended"
        return self._result

    def _run(self) -> None:
        try:
            self._result = self._work(self._said.put)
        except BaseException as error:  # handed over to whoever asks for the result
            self._error = error
        finally:
            self._said.put(None)
