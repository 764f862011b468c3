"""What the lead reads of versions: the list, what a dry run found, how the card will look. All escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from rlhf_collect.rendering import render_markdown, visible_source
from rlhf_collect.web.lead_report import table_html
from rlhf_collect.wording import plural


def versions_html(
    versions: list[dict[str, Any]], release: dict[str, Any] | None, erasures: Sequence[dict[str, Any]] = ()
) -> str:
    """The versions, the newest first; above them why one that is due was not published, and who asks for removals."""
    rows = [
        (
            each["version"],
            f"{each['frozen_at']:%Y-%m-%d}",
            _whereabouts(each),
            ", ".join(
                f"{config} {sum(splits.values()):,}" for config, splits in sorted(each["rows"].items())
            ),
        )
        for each in reversed(versions)
    ]
    table = table_html(("Version", "Frozen", "Published to", "Rows"), rows, words=True) if rows else ""
    none = (
        "" if rows else "<p class='rc-hint'>No version yet. A version is a snapshot that never changes.</p>"
    )
    return f"<section class='rc-section'><h2>Versions</h2>{_due(release)}{_removals(erasures)}{table}{none}</section>"


def _whereabouts(version: dict[str, Any]) -> str:
    """Where a version stands, and since when it is withdrawn."""
    gone = version["withdrawn"]
    places = [place for place in version["published"] if not place["withdrawn_on"]]
    told = [f"withdrawn {gone['on']} from {', '.join(map(_place, gone['targets']))}"] if gone else []
    told += dict.fromkeys(_place(place["target"]) for place in places)
    return ", ".join(told) or "not published"


def _place(target: str) -> str:
    """A place in words for a lead: where the server keeps folders is no affair of a page."""
    return target.removeprefix("hub:") if target.startswith("hub:") else "a folder of the server"


def _due(release: dict[str, Any] | None) -> str:
    failed = release and release["failed"]
    if not release or not failed:
        return ""
    return (
        f"<p class='rc-notice' role='status'>Version {escape(release['version'])} is due and could not be published on "
        f"{failed['at']:%Y-%m-%d}: {escape(failed['message'])} It will be tried again.</p>"
    )


def _removals(erasures: Sequence[dict[str, Any]]) -> str:
    """What people who had their data erased ask for, in words that say nothing of who they were."""
    told = ""
    for each in erasures:
        if each["removal_asked"] and each["standing"]:
            there = " and ".join(
                f"{', '.join(versions)} from {_place(place)}" for place, versions in each["standing"].items()
            )
            told += (
                f"<p class='rc-notice' role='status'>Somebody who had their data erased on {each['erased_on']:%Y-%m-%d}"
                f" asks that you withdraw {escape(there)}. Publish a version without what they had erased, then run "
                "<code>rlhf-collect withdraw</code>.</p>"
            )
    return told


def working_html(step: str) -> str:
    """What is being done just now."""
    return f"<p class='rc-working' role='status'>{escape(step)}</p>"


def done_html(text: str, *more: str) -> str:
    """What was done, and what the lead should know besides."""
    notes = "".join(f"<p class='rc-hint'>{escape(each)}</p>" for each in more)
    return f"<div class='rc-notice' role='status'><p>{escape(text)}</p>{notes}</div>"


def plan_html(version: str, plan: dict[str, Any]) -> str:
    """What publishing would do, and the card as people will read it."""
    target = plan["target"].removeprefix("hub:")
    made = "a new repository" if plan["repository"] == "new" else "the repository as it is"
    if plan["commits"]:
        sentence = (
            f"Version {version} would go to {target} ({made}, {plan['reach']}) in one commit and one tag; "
            f"{plan['bytes']:,} bytes at most are sent."
        )
    else:
        sentence = f"Version {version} is at {target} already ({plan['reach']}). It would be compared again."
    lists = "".join(
        _files(words, plan[name])
        for name, words in (
            ("added", "New files"),
            ("changed", "Changed files"),
            ("deleted", "Files that go"),
        )
    )
    kept = (
        f"<p class='rc-hint'>{plural(plan['unchanged'], 'file')} unchanged.</p>" if plan["unchanged"] else ""
    )
    notes = "".join(
        f"<p class='rc-notice'>{escape(each)}</p>" for each in plan["warnings"] if plan["commits"]
    )
    return (
        f"<section class='rc-section rc-plan'><h3>What would be sent</h3><p>{escape(sentence)}</p>{notes}{lists}{kept}"
        f"<h3>The card</h3>{card_html(plan['card'])}</section>"
    )


def _files(words: str, names: list[str] | tuple[str, ...]) -> str:
    if not names:
        return ""
    items = "".join(f"<li><code>{escape(each)}</code></li>" for each in names)
    return f"<details><summary>{words}: {len(names)}</summary><ul>{items}</ul></details>"


def card_html(card: str) -> str:
    """A dataset card as safe HTML: its text as readers see it, its header as it is written."""
    _, header, body = card.split("---\n", 2) if card.startswith("---\n") else ("", "", card)
    head = (
        f"<details><summary>Header, for the Hub and datasets</summary><div class='rc-header'>{visible_source(header)}"
        "</div></details>"
        if header
        else ""
    )
    return f"<div class='rc-card' tabindex='0' role='region' aria-label='Card'>{render_markdown(body)}</div>{head}"
