"""The guidelines of a project as leads see and write them: every version there was, and a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rlhf_collect.config import Guidelines, with_guidelines
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.parts import check_text
from rlhf_collect.errors import AlreadyExists, BadCall, OutOfDate
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project, project_in, record_settings
from rlhf_collect.services.raters import audit_row
from rlhf_collect.storage.port import Transaction


def list_guidelines(ctx: Context, actor: Actor, name: str) -> list[dict[str, Any]]:
    """Every version of the guidelines, the one in force first.

    ``{"version", "since", "by", "text", "texts", "words", "confirmed", "judgements"}``: ``by`` is the lead who wrote
    it, ``None`` where the project file brought it; ``texts`` has the languages where there are several; ``confirmed``
    counts people who said they read it; ``judgements`` those that stand and were given under it.
    """
    project = find_own_project(ctx, actor, name, Right.READ_REPORTS)
    used = {row["version"]: row for row in ctx.store.read("guidelines_used", project_id=project.project_id)}
    writers = {
        json.loads(row["detail"])["setting_no"]: row["actor"]
        for row in ctx.store.read("guidelines_written", project_id=project.project_id)
    }
    found: list[dict[str, Any]] = []
    before = None
    for row in ctx.store.read("all_settings", project_id=project.project_id):
        given = json.loads(row["settings"])["guidelines"]
        if given == before:
            continue
        before, guidelines = given, Guidelines(**given)
        counts = used.get(guidelines.version, {})
        found.append(
            {
                "version": guidelines.version,
                "since": row["applied_at"].isoformat(),
                "by": writers.get(row["setting_no"]),
                "text": guidelines.text_in("en"),
                "texts": guidelines.texts,
                "words": len(guidelines.text_in("en").split()),
                "confirmed": counts.get("confirmed", 0),
                "judgements": counts.get("judgements", 0),
            }
        )
    return found[::-1]


def write_guidelines(
    ctx: Context, actor: Actor, name: str, *, version: str, text: str | Mapping[str, str], replaces: str
) -> dict[str, Any]:
    """Put guidelines in force: raters read what changed before their next comparison, judgements keep their version.

    ``replaces`` is the version the writer had before them. Returns ``{"version", "setting_no"}``.
    Errors: ``OutOfDate`` when another version is in force by now, ``AlreadyExists`` for a version the project had,
    ``BadCall`` for a text that changes nothing, ``BadAnswer`` for one that is no text, ``BadConfig`` for one that
    cannot be used.
    """
    for each in (version, *([text] if isinstance(text, str) else text.values())):
        check_text("text", each, len(each))
    project = find_own_project(ctx, actor, name, Right.GUIDE)

    def work(tx: Transaction) -> dict[str, Any]:
        row = tx.read("project_by_id", project_id=project.project_id)[0]
        now = project_in(row).settings
        changed = with_guidelines(now, " ".join(version.split()), text)
        if now.guidelines.version != replaces:
            raise OutOfDate(
                f"The guidelines in force are '{now.guidelines.version}' by now, not '{replaces}'. Nothing was "
                "changed; look at them, then write yours again."
            )
        _refuse_a_known_version(tx, project, changed.guidelines)
        if _texts(changed.guidelines) == _texts(now.guidelines):
            raise BadCall("The text is that of the version in force. Nothing was changed.")
        done = record_settings(ctx, tx, row, changed)
        told = {"version": changed.guidelines.version, "setting_no": done["setting_no"]}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "write guidelines", told)])
        return told

    told = ctx.store.write(work)
    ctx.memory.forget(("project", project.project_id))
    return told


def _refuse_a_known_version(tx: Transaction, project: Project, written: Guidelines) -> None:
    """A version is the name of one text for good: judgements and published versions go by it."""
    known = [
        json.loads(row["settings"])["guidelines"]["version"]
        for row in tx.read("all_settings", project_id=project.project_id)
    ]
    if written.version in known:
        raise AlreadyExists(
            f"Guidelines '{written.version}' are there already. Nothing was changed; choose a version of its own, "
            f"for example {next_version(known)}."
        )


def _texts(guidelines: Guidelines) -> Mapping[str, str]:
    """What raters read, in each language."""
    return guidelines.texts or {"": guidelines.text_in("en")}


def next_version(known: list[str]) -> str:
    """A version after the last of ``known`` that none of them is: ``general-1`` gives ``general-2``."""
    stem = known[-1].rstrip("0123456789")
    number = int(known[-1][len(stem) :] or 1)
    if stem == known[-1]:
        stem = f"{stem[:36]}-"
    while f"{stem}{number + 1}" in known:
        number += 1
    return f"{stem}{number + 1}"
