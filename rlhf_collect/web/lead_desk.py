"""What the events of the lead's page do: who looks, at which tab, in which language, and whether anything is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import CollectError
from rlhf_collect.rendering import show_reordering
from rlhf_collect.services.contested import ALL, DECIDED, UNDECIDED
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.raters import who_is
from rlhf_collect.services.unchanged import state_of, state_of_alerts
from rlhf_collect.web.lead_about import offering_about
from rlhf_collect.web.lead_alerts import drawn_alerts
from rlhf_collect.web.lead_appeals import deciding
from rlhf_collect.web.lead_contested import PAGE
from rlhf_collect.web.lead_decide import offering
from rlhf_collect.web.lead_language import keep_language, language_of_lead
from rlhf_collect.web.lead_raters import order_name
from rlhf_collect.web.lead_referrals import offering_referrals
from rlhf_collect.web.lead_report import header_html, notice_html
from rlhf_collect.web.lead_tabs import BEGINS_FROM, BEGUN, TABS, Look, Shown
from rlhf_collect.web.lead_words import Words, words_in
from rlhf_collect.web.quiet_gradio import gr

REFRESH_SECONDS = 30
"""From one look at whether anything is new to the next."""
RESTS = 10
"""Times as long as a tab took to make before it is made again by itself: a large project would do little else."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What a page drew last."""

    mark: tuple[Any, ...]
    """Differs whenever it would look different."""
    language: str
    """Of its words."""
    rests_until: float
    """The moment of ``timer`` up to which it is not made again unless somebody does something."""


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What the page says with an event; all but the first four stays on the server."""

    criterion: str | None
    """The one chosen; the first of the project unless it is one of them."""
    tag: str | None
    """The tag contested comparisons are narrowed to; nothing for all."""
    rater: str | None
    """The pseudonym under whose answers they are narrowed to; nothing for all."""
    listed: str | None
    """Whether decided ones are among them; not unless it says so."""
    order: str | None
    """The column rows of raters are put in the order of; nothing for their pseudonyms."""
    opened: str
    """The open tab."""
    seen: Drawn | None
    """What was drawn last."""
    after: int
    """Contested comparisons passed over."""


_SHOWN = 34
"""Outputs above the boxes of the tabs: header, criterion, language, tag, rater, which are listed, two buttons, seven
of the form that decides, five of that which leaves to a second rater, what to know first, four of what to look at, the
order of raters, four of the forms about raters, two of that which answers them, two of that about known answers; then
what was seen."""


class Page:
    """What the events of the page do. Who looks is asked anew each time; the rest is what the fields say."""

    def __init__(
        self,
        ctx: Context,
        cookie: str,
        *,
        timer: Callable[[], float] = monotonic,
        begins_from: int = BEGINS_FROM,
    ) -> None:
        """``timer`` gives seconds from some moment on; ``begins_from`` is as in ``Look``."""
        self._ctx = ctx
        self._cookie = cookie
        self._timer = timer
        self._begins_from = begins_from

    def looking(self, request: gr.Request) -> tuple[Actor, Project]:
        """Who is behind the request's cookie, and their project. Errors: ``NotSignedIn``."""
        actor = who_is(self._ctx, session=request.cookies.get(self._cookie))
        assert actor.project_id is not None
        return actor, project_of(self._ctx, actor.project_id)

    def speaking(self, actor: Actor, request: gr.Request) -> Words:
        """The words of the language they read in."""
        return words_in(language_of_lead(self._ctx, actor, request))

    def draw(
        self, fields: Fields, request: gr.Request, *, again: bool = True, turned: bool = False
    ) -> list[Any]:
        """The open tab and what stands above it; without ``again`` only if something changed since it was drawn.

        What takes long is then not made at once. ``turned`` to other comparisons, the form that decides is empty.
        """
        begun = self._timer()
        try:
            actor, project = self.looking(request)
            look = self._look(actor, project, fields, request)
            mark = self._mark(look, fields)
            if not again and self._stays(mark, fields, begun):
                return [gr.skip()] * (_SHOWN + 1 + len(TABS))
            shown = TABS[fields.opened](self._ctx, look)
        except CollectError as refused:
            # The page stays as it was, but for a box that waits; the first box says why.
            waiting = ["" if fields.seen is None and name == fields.opened else gr.skip() for name in TABS]
            return [notice_html(refused.message), *[gr.skip()] * _SHOWN, *waiting]
        return self._all_of(look, fields, shown, self._drawn(look, mark, begun), turned)

    def begin(self, fields: Fields, request: gr.Request) -> list[Any] | None:
        """As ``draw``, what is read first of a tab whose other parts take long; ``None`` where nothing has to wait."""
        if fields.opened not in BEGUN:
            return None
        try:
            actor, project = self.looking(request)
            look = self._look(actor, project, fields, request)
            shown = BEGUN[fields.opened](self._ctx, look)
        except CollectError:
            return None  # ``draw`` says why
        if shown is None:
            return None
        if fields.seen is not None:
            shown = replace(shown, alerts=None)  # those drawn before stay
        part = Drawn(mark=(), language=look.words.language, rests_until=self._timer())
        return self._all_of(look, fields, shown, part, turned=False)

    def _all_of(self, look: Look, fields: Fields, shown: Shown, seen: Drawn, turned: bool) -> list[Any]:
        """The outputs in their order."""
        boxes = [
            _in_language(look.words, shown.html) if name == fields.opened else gr.skip() for name in TABS
        ]
        return [
            *self._above(look),
            *self._turning(look, fields.opened, shown, turned),
            *self._alerts(look.words, fields.opened, shown),
            self._ordering(look, shown),
            *self._about_raters(fields.opened, shown),
            *(offering_about(shown.messages) if fields.opened == "messages" else [gr.skip()] * 2),
            *(offering_about(shown.known) if fields.opened == "known" else [gr.skip()] * 2),
            seen,
            *boxes,
        ]

    def _stays(self, mark: tuple[Any, ...], fields: Fields, now: float) -> bool:
        """Whether what was drawn may stay: nothing is new, or it rests."""
        if fields.seen is None:
            return False
        same = mark == fields.seen.mark and fields.opened != "versions"
        return same or (mark[1:] == fields.seen.mark[1:] and now < fields.seen.rests_until)

    def _drawn(self, look: Look, mark: tuple[Any, ...], begun: float) -> Drawn:
        """What is drawn just now."""
        now = self._timer()
        rest = RESTS * (now - begun)
        return Drawn(
            mark=mark,
            language=look.words.language,
            rests_until=now + rest if rest > REFRESH_SECONDS else now,
        )

    def _look(self, actor: Actor, project: Project, fields: Fields, request: gr.Request) -> Look:
        names = [each.name for each in project.settings.criteria]
        return Look(
            actor=actor,
            project=project,
            words=self.speaking(actor, request),
            criterion=fields.criterion if fields.criterion in names else names[0],
            tag=fields.tag or "",
            rater=fields.rater or "",
            which=fields.listed or UNDECIDED,
            order=fields.order or "",
            after=fields.after,
            begins_from=self._begins_from,
        )

    def _mark(self, look: Look, fields: Fields) -> tuple[Any, ...]:
        """Differs whenever the open tab would look different: other judgements, another day, other fields."""
        state = state_of(self._ctx.store, look.project)
        if fields.opened in ("overview", "messages"):
            state += state_of_alerts(self._ctx.store, look.project)
        asked = (fields.opened, look.criterion, look.tag, look.rater, look.which, look.order, look.after)
        return (state, self._ctx.clock().date().isoformat(), *asked, look.words.language)

    def _above(self, look: Look) -> list[Any]:
        settings = look.project.settings
        names = [each.name for each in settings.criteria]
        header = header_html(
            look.words,
            look.actor.name,
            look.actor.role,
            settings.title_in(look.words.language),
            settings.purpose_in(look.words.language),
        )
        chosen = gr.update(
            label=look.words("criterion"), choices=names, value=look.criterion, visible=len(names) > 1
        )
        return [_in_language(look.words, header), chosen, look.words.language]

    def _turning(self, look: Look, opened: str, shown: Shown, turned: bool) -> list[Any]:
        """What narrows comparisons, whether there are some before and after, and what may be decided."""
        if opened != "contested":
            return [gr.skip()] * 17
        words = look.words
        called = {name: each.called for name, each in shown.decidable.items()}
        # Once the last decided one is taken back, the way to the others must not go with it.
        narrowed = shown.decided > 0 or look.which != UNDECIDED
        kinds = [(words(f"listed_{each}"), each) for each in (UNDECIDED, DECIDED, ALL)]
        people = [(words("answered_by_all"), ""), *((each, each) for each in shown.people)]
        tags = [(words("tag_all"), "")]
        tags += [(f"{tag} ({words.number(count)})", tag) for tag, count in shown.tags]
        return [
            gr.update(label=words("tag"), choices=tags, value=look.tag, visible=len(tags) > 1),
            gr.update(label=words("answered_by"), choices=people, value=look.rater, visible=len(people) > 1),
            gr.update(label=words("listed"), choices=kinds, value=look.which, visible=narrowed),
            gr.update(value=words("earlier"), visible=look.after > 0),
            gr.update(value=words("later"), visible=look.after + PAGE < shown.total),
            *offering(shown.decidable, empty=turned),
            *offering_referrals(words, shown.waiting, called, shown.deciders, empty=turned),
        ]

    def _ordering(self, look: Look, shown: Shown) -> Any:
        """The columns rows of raters can be put in the order of, those of them who have any."""
        words = look.words
        choices = [
            (words("order_pseudonyms"), ""),
            *((order_name(words, each), each) for each in shown.orders),
        ]
        held = look.order if look.order in shown.orders else ""
        return gr.update(label=words("order"), choices=choices, value=held, visible=bool(shown.orders))

    def _alerts(self, words: Words, opened: str, shown: Shown) -> list[Any]:
        """What to know first; what to look at, whether flags are among it, and up to which moment they wait."""
        if opened != "overview":
            return [gr.skip()] * 5
        glance = _in_language(words, shown.glance)
        if shown.alerts is None:
            return [glance, *[gr.skip()] * 4]
        return [
            glance,
            *drawn_alerts(_in_language(words, shown.alerts) if shown.alerts else "", shown.looked),
        ]

    def _about_raters(self, opened: str, shown: Shown) -> list[Any]:
        """Whom and what the forms about raters offer."""
        return (
            deciding(shown.people, shown.decisions, shown.appeals) if opened == "raters" else [gr.skip()] * 4
        )

    def choose(self, language: str, request: gr.Request) -> None:
        """Keep the language a lead chose; who is not signed in chooses nothing."""
        try:
            keep_language(self._ctx, self.looking(request)[0], language)
        except CollectError:
            return

    def words_for_labels(self, fields: Fields, drawn: list[Any]) -> Words | None:
        """The words ``draw`` has ``drawn`` in, if the page had others before or none; ``None`` if labels may stay."""
        made = drawn[_SHOWN]
        if not isinstance(made, Drawn) or (fields.seen and fields.seen.language == made.language):
            return None
        return words_in(made.language)


def _in_language(words: Words, html: str) -> str:
    """The same, saying in which language it is. No name or tag in it reorders what stands beside it."""
    return f"<div lang='{words.language}'>{show_reordering(html)}</div>"
