"""Known answers on the lead's page: how they are answered, which are contested, and taking one out of use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from rlhf_collect.domain.judgement import BOTH_BAD, TIE
from rlhf_collect.errors import CollectError
from rlhf_collect.services.context import Context
from rlhf_collect.services.known_answers import LEAST_REASON, MOST_REASON, remove_known_answer
from rlhf_collect.web.lead_decide import Choices, Looking, Speaking
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import (
    downloads_html,
    notice_html,
    quote_html,
    refusal_html,
    section_html,
    table_html,
)
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.quiet_gradio import gr

FEW = 20
"""Judgements below which a row is grey: a known answer says little about itself before."""
MOST_SHOWN = 200
"""Rows on the page; the file has all."""


def known_html(words: Words, told: list[dict[str, Any]]) -> str:
    """The known answers, those that ask for a look first; what they are and how to bring some where there are none."""
    if not told:
        hint = f"<p class='rc-hint'>{words.html('known_how')}</p>"
        return section_html(words("known"), hint, words("known_none"))
    shown = told[:MOST_SHOWN]
    heads = tuple(words(f"head_{each}") for each in ("comparison", "expected", "judgements", "as_expected"))
    rows = [
        (
            each["comparison"],
            _choice(words, each["expected"]),
            words.number(each["judgements"]),
            _share(words, each),
            _stands(words, each),
        )
        for each in shown
    ]
    grey = [each["removed"] or each["judgements"] < FEW for each in shown]
    more = (
        f"<p class='rc-hint'>{words.html('known_more', n=words.number(len(told) - len(shown)))}</p>"
        if len(told) > len(shown)
        else ""
    )
    body = table_html(words, (*heads, words("head_stands")), rows, grey=grey)
    body += f"{more}<p class='rc-hint'>{words.html('known_text', few=FEW)}</p>{_asked(words, shown)}"
    return section_html(
        words("known"), body + downloads_html(words, "known_answers.csv"), words("known_what")
    )


def removable(told: list[dict[str, Any]]) -> Choices:
    """Those that may be taken out of use."""
    return [
        (each["comparison"], each["comparison"])
        for each in told
        if not each["removed"] and not each["waiting"]
    ]


def _choice(words: Words, choice: str) -> str:
    return words(choice) if choice in (TIE, BOTH_BAD) else choice


def _share(words: Words, known: dict[str, Any]) -> str:
    share = known["as_expected"]
    if share is None:
        return "–"
    between = words.between(words.decimal(100 * share["low"], 0), words.decimal(100 * share["high"], 0))
    return f"{words.percent(share['value'])} ({between})"


def _stands(words: Words, known: dict[str, Any]) -> str:
    if known["waiting"]:
        return words("known_waiting")
    if known["removed"]:
        return words("known_removed")
    return words.count(known["contested"], "known_contested") if known["contested"] else words("known_in_use")


def _asked(words: Words, shown: list[dict[str, Any]]) -> str:
    """What each asks, what its responses say, which is expected and why, and who took it out of use; folded in."""
    return f"<h3>{words.html('known_reasons')}</h3>" + "".join(
        f"<details class='rc-more'><summary>{escape(each['comparison'])} · "
        f"{escape(_choice(words, each['expected']))}</summary>{quote_html(each['prompt'])}"
        + "".join(_response(words, each, one) for one in each["responses"])
        + f"<p class='rc-hint'>{words.html('known_because')}</p>{quote_html(each['reason'])}"
        + f"{_gone(words, each)}</details>"
        for each in shown
    )


def _response(words: Words, known: dict[str, Any], response: dict[str, str]) -> str:
    expected = f" · {words('known_expected')}" if response["id"] == known["expected"] else ""
    return f"<p class='rc-hint'>{escape(response['id'] + expected)}</p>{quote_html(response['text'])}"


def _gone(words: Words, known: dict[str, Any]) -> str:
    """Who took it out of use and why; an appeal says so on the Raters tab."""
    if not known["removed_because"]:
        return ""
    said = words.html("known_gone_by", by=known["removed_by"] or words("a_lead"))
    return f"<p class='rc-hint'>{said}</p>{quote_html(known['removed_because'])}"


@dataclass(frozen=True, kw_only=True)
class KnownForm:
    """The components that take one out of use, and what their event does."""

    ctx: Context
    """Where."""
    looking: Looking
    """Who asks."""
    speaking: Speaking
    """In which language."""
    group: gr.Column
    """Shown while there is one to take."""
    which: gr.Dropdown
    """Which."""
    reason: gr.Textbox
    """Why."""
    remove: gr.Button
    """Does it."""
    said: gr.HTML
    """What came of it."""

    @property
    def offered(self) -> list[Any]:
        """What a drawn tab fills, in the order of ``offering``."""
        return [self.group, self.which]

    @property
    def labelled(self) -> list[Any]:
        """What has words on it."""
        return [self.which, self.reason, self.remove]

    def labels(self, words: Words) -> list[Any]:
        """Those words, in the same order."""
        named = [gr.update(label=words(f"known_{each}")) for each in ("which", "why")]
        return [*named, gr.update(value=words("known_remove"))]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the button work: ``draw`` makes ``shown`` anew from ``fields``."""

        def done(request: gr.Request, which: str | None, reason: str, *given: Any) -> list[Any]:
            told, worked = self._remove(request, which, reason)
            drawn = draw(request, *given) if worked else [gr.skip()] * len(shown)
            return [told, "" if worked else gr.skip(), *drawn]

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        self.remove.click(
            done, [self.which, self.reason, *fields], [self.said, self.reason, *shown], **private
        )

    def _remove(self, request: gr.Request, which: str | None, reason: str) -> tuple[str, bool]:
        try:
            actor, project = self.looking(request)
        except CollectError as refused:
            return notice_html(refused.message), False
        words = self.speaking(actor, request)
        if not which:
            return notice_html(words("known_name_it")), False
        written = len(reason.strip())
        if written < LEAST_REASON:
            return notice_html(words("known_short", least=LEAST_REASON, written=written)), False
        try:
            remove_known_answer(self.ctx, actor, project.name, which, reason)
        except CollectError as refused:
            return refusal_html(words, refused.code, refused.message), False
        return done_html(words("known_gone", comparison=which)), True


def offering(choices: Choices) -> list[Any]:
    """Updates of what the form offers."""
    return [gr.update(visible=bool(choices)), gr.update(choices=choices, value=None)]


def known_form(ctx: Context, looking: Looking, speaking: Speaking) -> KnownForm:
    """The form, its components in place."""
    with gr.Column(visible=False, elem_classes="rc-decide", elem_id="known") as group:
        with gr.Row(elem_classes="rc-form"):
            which = gr.Dropdown([], scale=1, min_width=220)
            reason = gr.Textbox(lines=2, scale=2, min_width=260, max_length=MOST_REASON)
        remove = gr.Button(scale=0, min_width=160)
    # Outside of what is hidden once the last one is taken.
    said = gr.HTML(padding=False)
    return KnownForm(
        ctx=ctx,
        looking=looking,
        speaking=speaking,
        group=group,
        which=which,
        reason=reason,
        remove=remove,
        said=said,
    )
