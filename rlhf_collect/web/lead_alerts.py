"""What a lead should look at, on the overview: nothing at all while there is nothing. Everything is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import CollectError
from rlhf_collect.rendering import visible_source
from rlhf_collect.services.alerts import look_at_flags
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.stats.alert_words import alert_sentence, what_to_do
from rlhf_collect.stats.alerts import FLAGS_WAIT, MESSAGES_WAIT
from rlhf_collect.web.lead_release import done_html
from rlhf_collect.web.lead_report import refusal_html, section_html
from rlhf_collect.web.lead_words import DEFAULT, Words, words_in
from rlhf_collect.web.quiet_gradio import gr

MOST_SHOWN = 20
"""Flagged comparisons on the page; the API has more."""
MOST_CHARACTERS = 4000
"""Of each prompt and response of theirs: it is enough to see what is wrong, and a page is no download."""
Texts = Mapping[str, Mapping[str, Any]]
"""Comparison id to its prompt and completions."""
Speaking = Callable[[Actor, gr.Request], Words]
Looking = Callable[[gr.Request], tuple[Actor, Project]]
"""Who is behind a request, and their project."""


def alerts_html(
    words: Words, found: Mapping[str, Any], texts: Texts, signals: int = 0, waiting: int = 0, alone: int = 0
) -> str:
    """Each alert with what to do and what was sent about it, ``texts`` being what was flagged; empty for none.

    ``signals``: raters whose answers somebody should look at; ``waiting``: what raters wrote that waits for an answer,
    for however short; ``alone``: raters about whom one thing stands out. These are no alerts, and are sent nowhere.
    """
    told = sum(each["figures"]["messages"] for each in found["alerts"] if each["kind"] == MESSAGES_WAIT)
    counted = (
        (waiting if waiting > told else 0, "messages_here"),
        (signals, "signals_here"),
        (alone, "alone_here"),
    )
    here = "".join(f"<p>{escape(words.count(n, key))}</p>" for n, key in counted if n)
    if not found["alerts"] and not here:
        return ""
    items = "".join(_alert(words, each, texts) for each in found["alerts"])
    unusable = "".join(
        f"<p class='rc-hint'>{words.html('channel_unusable', channel=words(_channel(each)))} "
        f"<span lang='en'>{escape(each['problem'])}</span></p>"
        for each in found["channels"]
        if each["problem"]
    )
    body = f"<ul>{items}</ul>{here}{unusable}"
    return f"<div class='rc-alerts'>{section_html(words('alerts'), body)}</div>"


def _alert(words: Words, alert: Mapping[str, Any], texts: Texts) -> str:
    kind, figures = alert["kind"], alert["figures"]
    since = words.html("noticed_on", day=words.day(_day(alert["since"])))
    told = [_sent(words, each) for each in alert["sent"] if each["tries"]]
    return (
        f"<li><p class='rc-say'>{escape(alert_sentence(kind, figures, words.alerts))}</p>"
        f"<p>{escape(what_to_do(kind, words.alerts))}</p>"
        + (_flags(words, figures["flags"], texts) if kind == FLAGS_WAIT else "")
        + f"<p class='rc-hint'>{' '.join([since, *told])}</p></li>"
    )


def flagged_names(found: Mapping[str, Any]) -> list[str]:
    """The flagged comparisons that are shown, each once."""
    flags = (
        one for each in found["alerts"] if each["kind"] == FLAGS_WAIT for one in each["figures"]["flags"]
    )
    return list(dict.fromkeys(each["comparison"] for each in flags))[:MOST_SHOWN]


def _flags(words: Words, flags: Sequence[Mapping[str, str]], texts: Texts) -> str:
    """Which comparisons, what was flagged about the prompt or a completion, and what these say."""
    by_comparison: dict[str, list[str]] = {}
    for each in flags:
        target = words("flag_prompt") if each["target"] == "prompt" else each["target"]
        said = words("flag_of", target=target, flag=words(f"flag_{each['flag']}"))
        by_comparison.setdefault(each["comparison"], []).append(said)
    shown = list(by_comparison.items())[:MOST_SHOWN]
    items = "".join(
        f"<li><b>{escape(name)}</b> {escape('; '.join(said))}{_text(words, texts.get(name))}</li>"
        for name, said in shown
    )
    left = len(by_comparison) - len(shown)
    more = f"<p class='rc-hint'>{words.html('flags_more', n=words.number(left))}</p>" if left else ""
    return f"<details><summary>{words.html('flagged_comparisons')}</summary><ul>{items}</ul>{more}</details>"


def _text(words: Words, comparison: Mapping[str, Any] | None) -> str:
    """Prompt and responses as they were written, folded in; the latter by their ids, as flags name them."""
    if comparison is None:
        return ""
    parts = [(words("prompt"), comparison["prompt"])]
    parts += [(each["id"], each["content"]) for each in comparison["completions"]]
    body = "".join(f"<h4>{escape(name)}</h4>{_as_written(words, messages)}" for name, messages in parts)
    return f"<details class='rc-flagged'><summary>{words.html('flagged_read')}</summary>{body}</details>"


def _as_written(words: Words, messages: Sequence[Mapping[str, str]]) -> str:
    text = "\n\n".join(each["content"] for each in messages)
    left = len(text) - MOST_CHARACTERS
    cut = f"<p class='rc-hint'>{words.html('flagged_cut', n=words.number(left))}</p>" if left > 0 else ""
    return visible_source(text[:MOST_CHARACTERS]) + cut


def _sent(words: Words, sent: Mapping[str, Any]) -> str:
    """What became of sending it; why, as the other side or the system said it, is English."""
    values = {"channel": words(_channel(sent)), "day": words.day(_day(sent["tried_at"]))}
    said = words.html(f"sent_{sent['outcome']}", **values, n=words.number(sent["tries"]))
    return said + (f" <span lang='en'>{escape(sent['said'])}</span>" if sent["said"] else "")


def _channel(of: Mapping[str, Any]) -> str:
    return f"channel_{of['channel']}"


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()


def flags_wait_before(found: Mapping[str, Any]) -> str:
    """The moment up to which flags wait to be looked at; empty for none."""
    waiting = [each["figures"]["before"] for each in found["alerts"] if each["kind"] == FLAGS_WAIT]
    return waiting[0] if waiting else ""


@dataclass(frozen=True, kw_only=True)
class AlertsPart:
    """What to know first and what to look at, and the button that says one has looked at what was flagged."""

    ctx: Context
    """The services."""
    looking: Looking
    """Who looks."""
    speaking: Speaking
    """In which language."""
    glance: gr.HTML
    """The sentences a lead reads first."""
    group: gr.Column
    """Seen while there is anything to look at."""
    box: gr.HTML
    """What to look at."""
    looked: gr.Button
    """Seen while flags are among it."""
    before: gr.State
    """Up to which moment flags were shown; stays on the server."""
    said: gr.HTML
    """What was noted, or why nothing was."""

    @property
    def shown(self) -> list[Any]:
        """What is drawn anew, in the order of ``drawn_alerts``."""
        return [self.glance, self.group, self.box, self.looked, self.before]

    @property
    def labelled(self) -> list[Any]:
        """What has words on it that only another language changes."""
        return [self.looked]

    def labels(self, words: Words) -> list[Any]:
        """The words of ``labelled``."""
        return [gr.update(value=words("flags_looked"))]

    def wire(self, draw: Callable[..., list[Any]], fields: list[Any], shown: list[Any]) -> None:
        """Make the button work: ``draw`` makes ``shown`` anew from ``fields``."""

        def look(request: gr.Request, before: str | None, *given: Any) -> list[Any]:
            told, noted = self.note(request, before)
            return [told, *(draw(request, *given) if noted else [gr.skip()] * len(shown))]

        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        self.looked.click(look, [self.before, *fields], [self.said, *shown], **quiet)

    def note(self, request: gr.Request, before: str | None) -> tuple[str, bool]:
        """Note that who asks has looked: words for them, and whether it was noted."""
        words = words_in(DEFAULT)
        try:
            actor, project = self.looking(request)
            words = self.speaking(actor, request)
            looked = look_at_flags(self.ctx, actor, project.name, before or "")
        except CollectError as refused:
            return refusal_html(words, refused.code, refused.message), False
        return done_html(words.count(looked["comparisons"], "flags_noted")), True


def alerts_part(ctx: Context, looking: Looking, speaking: Speaking) -> AlertsPart:
    """The part, its components in place and nothing to see."""
    glance = gr.HTML(padding=False)
    with gr.Column(visible=False) as group:
        box = gr.HTML(padding=False)
        with gr.Row(elem_classes="rc-form"):
            looked = gr.Button(visible=False, scale=0, min_width=260, elem_id="looked")
    said = gr.HTML(padding=False)  # stays once there is nothing else to look at
    return AlertsPart(
        ctx=ctx,
        looking=looking,
        speaking=speaking,
        glance=glance,
        group=group,
        box=box,
        looked=looked,
        before=gr.State(""),
        said=said,
    )


def drawn_alerts(html: str, before: str) -> list[Any]:
    """What to look at as it is drawn: with nothing there is nothing to see."""
    return [gr.update(visible=bool(html)), html, gr.update(visible=bool(before)), before]
