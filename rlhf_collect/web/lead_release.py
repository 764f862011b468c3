"""What the lead reads of versions: the list, what a dry run found, how the card will look. All escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rlhf_collect.rendering import render_markdown, visible_source
from rlhf_collect.web.lead_report import section_html, table_html
from rlhf_collect.web.lead_words import Words

_ELSEWHERE = re.compile(r"(?<!!)\[([^\]\n]+)\]\((?!https?:|#)[^)\s]+\)")
"""A link to another file beside a card."""


def versions_html(
    words: Words,
    versions: list[dict[str, Any]],
    release: dict[str, Any] | None,
    erasures: Sequence[dict[str, Any]] = (),
) -> str:
    """The versions, the newest first; above them why one that is due was not published, and who asks for removals."""
    rows = [
        (
            each["version"],
            words.day(each["frozen_at"].date()),
            _whereabouts(words, each),
            ", ".join(
                f"{config} {words.number(sum(splits.values()))}"
                for config, splits in sorted(each["rows"].items())
            ),
        )
        for each in reversed(versions)
    ]
    heads = tuple(words(f"head_{each}") for each in ("version", "frozen", "published_to", "rows"))
    table = table_html(words, heads, rows, of_words=True) if rows else ""
    none = "" if rows else f"<p class='rc-hint'>{words.html('versions_none')}</p>"
    return section_html(words("versions"), f"{_due(words, release)}{_removals(words, erasures)}{table}{none}")


def changes_html(words: Words, project: str, changes: Mapping[str, Any] | None) -> str:
    """What came since the last version, and what that one changed; nothing before the first."""
    if changes is None:
        return ""
    version, before = changes["version"], changes["before"]
    since = {"version": version, "on": words.day(changes["frozen_at"].date())}
    acts, gone = changes["judgements"], changes["withdrawals"]
    said = words("since_nothing", **since)
    if acts or gone:
        said = words("since_version", **since, judged=words.number(acts), gone=words.number(gone))
    body = ""
    if before is not None:
        rows = [
            (config, *(words.number(found[each]) for each in ("added", "changed", "withdrawn")))
            for config, found in sorted(changes["rows"].items())
        ]
        heads = tuple(words(f"head_{each}") for each in ("config", "added", "changed", "withdrawn"))
        body = f"<h3>{words.html('changes_between', version=version, before=before)}</h3>"
        body += "".join(_alpha(words, *each) for each in changes["alpha"].items()) + table_html(
            words, heads, rows
        )
        command = escape(f"rlhf-collect diff {project} {before} {version}")
        body += f"<p class='rc-hint'>{words.html('changes_by_row')} <code>{command}</code></p>"
    return section_html(words("changes"), body, said)


def _alpha(words: Words, criterion: str, figure: Mapping[str, Any]) -> str:
    told = {name: _bounded(words, figure[name]) for name in ("then", "now")}
    return f"<p class='rc-say'>{words.html('changes_alpha', criterion=criterion, **told)}</p>"


def _bounded(words: Words, figure: Mapping[str, Any] | None) -> str:
    """A figure with its interval, or a dash."""
    if figure is None:
        return "–"
    value = words.decimal(figure["value"])
    if figure["low"] is None:
        return value
    return f"{value} ({words.between(words.decimal(figure['low']), words.decimal(figure['high']))})"


def _whereabouts(words: Words, version: dict[str, Any]) -> str:
    """Where a version stands, and since when it is withdrawn."""
    gone = version["withdrawn"]
    places = [place for place in version["published"] if not place["withdrawn_on"]]
    told = []
    if gone:
        left = ", ".join(_place(words, each) for each in gone["targets"])
        told.append(words("withdrawn_from", on=words.day(gone["on"]), places=left))
    told += dict.fromkeys(_place(words, place["target"]) for place in places)
    return ", ".join(told) or words("not_published")


def _place(words: Words, target: str) -> str:
    """A place in words for a lead: where the server keeps folders is no affair of a page."""
    return target.removeprefix("hub:") if target.startswith("hub:") else words("a_folder")


def _due(words: Words, release: dict[str, Any] | None) -> str:
    failed = release and release["failed"]
    if not release or not failed:
        return ""
    said = words.html(
        "due", version=release["version"], on=words.day(failed["at"].date()), why=failed["message"]
    )
    return f"<p class='rc-notice' role='status'>{said}</p>"


def _removals(words: Words, erasures: Sequence[dict[str, Any]]) -> str:
    """What people who had their data erased ask for, in words that say nothing of who they were."""
    told = ""
    for each in erasures:
        if each["removal_asked"] and each["standing"]:
            there = words("and").join(
                words("versions_from", versions=", ".join(versions), place=_place(words, place))
                for place, versions in each["standing"].items()
            )
            said = words.html("removal", on=words.day(each["erased_on"]), there=there)
            told += f"<p class='rc-notice' role='status'>{said} <code>rlhf-collect withdraw</code></p>"
    return told


def working_html(step: str) -> str:
    """What is being done just now."""
    return f"<p class='rc-working' role='status'>{escape(step)}</p>"


def done_html(text: str, *more: str) -> str:
    """What was done, and what the lead should know besides."""
    notes = "".join(f"<p class='rc-hint'>{escape(each)}</p>" for each in more)
    return f"<div class='rc-notice' role='status'><p>{escape(text)}</p>{notes}</div>"


def plan_html(words: Words, version: str, plan: dict[str, Any]) -> str:
    """What publishing would do, and the card as people will read it."""
    target = plan["target"].removeprefix("hub:")
    sentence = words(
        "plan" if plan["commits"] else "plan_there",
        version=version,
        target=target,
        made=words("plan_new" if plan["repository"] == "new" else "plan_as_it_is"),
        reach=words(f"reach_{plan['reach']}"),
        n=words.number(plan["bytes"]),
    )
    lists = "".join(_files(words(f"files_{name}"), plan[name]) for name in ("added", "changed", "deleted"))
    kept = (
        f"<p class='rc-hint'>{escape(words.count(plan['unchanged'], 'files_unchanged'))}</p>"
        if plan["unchanged"]
        else ""
    )
    notes = "".join(
        f"<p class='rc-notice'>{escape(each)}</p>" for each in plan["warnings"] if plan["commits"]
    )
    return (
        f"<section class='rc-section rc-plan'><h3>{words.html('would_be_sent')}</h3><p>{escape(sentence)}</p>"
        f"{notes}{lists}{kept}</section>{card_section_html(words, plan['card'])}"
    )


def card_section_html(words: Words, card: str) -> str:
    """The card as people will read it, under its name."""
    return f"<section class='rc-section rc-plan'><h3>{words.html('the_card')}</h3>{card_html(words, card)}</section>"


def _files(what: str, names: list[str] | tuple[str, ...]) -> str:
    if not names:
        return ""
    items = "".join(f"<li><code>{escape(each)}</code></li>" for each in names)
    return f"<details><summary>{escape(what)}: {len(names)}</summary><ul>{items}</ul></details>"


def card_html(words: Words, card: str) -> str:
    """A dataset card as safe HTML: its text as readers see it, its header as it is written.

    Links to other files of the repository lead nowhere from here, and stand as their words.
    """
    card = _ELSEWHERE.sub(r"\1", card)
    _, header, body = card.split("---\n", 2) if card.startswith("---\n") else ("", "", card)
    head = (
        f"<details><summary>{words.html('card_header')}</summary>"
        f"<div class='rc-header'>{visible_source(header)}</div></details>"
        if header
        else ""
    )
    name = words.html("card")
    return f"<div class='rc-card' tabindex='0' role='region' aria-label='{name}'>{render_markdown(body)}</div>{head}"
