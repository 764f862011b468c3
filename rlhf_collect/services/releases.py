"""Releases: the next version frozen and published by rule, by a timer or by the server itself.

What is about to be released is noted first, then frozen, then published. Whoever comes next, after a
crash too, finds the note and goes on with that version instead of beginning another.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from rlhf_collect.config import Weekday
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import BadCall, Refused
from rlhf_collect.exporters.growth import Growth, measure_growth
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.reach import Reach
from rlhf_collect.services.consents import consents_withdrawn
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.promises import HUB, hold_to_publication
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.version_inputs import version_inputs, version_numbers
from rlhf_collect.services.versions import find_version, freeze_version
from rlhf_collect.services.withdrawn import withdrawn_versions
from rlhf_collect.storage.port import Row
from rlhf_collect.wording import plural

Say = Callable[[str], None]
FIRST = "1.0.0"
WEEKDAYS = get_args(Weekday)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a version is due, and where it goes."""

    to: str
    """``hub:org/name``, or a folder in which each version gets one of its own."""
    reach: Reach
    """Who may read it."""
    every: int | None
    """So many more decided comparisons make it due."""
    weekday: str | None
    """So does this day of the week, if anything was judged since the last version."""

    def place(self, version: str) -> str:
        """Where a version goes."""
        return self.to if self.to.startswith(HUB) else f"{self.to}/{version}"


def rule_for(
    ctx: Context,
    actor: Actor,
    project_name: str,
    *,
    to: str | None,
    reach: Reach | None,
    every: int | None,
    weekday: str | None,
) -> Rule:
    """The rule of the call, the project file's where the call says nothing. Errors: ``BadCall``, ``Refused``."""
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    told = project.settings.publication
    if every is None and weekday is None:
        every, weekday = told.schedule.every_decided, told.schedule.weekday
    if every is None and weekday is None:
        raise BadCall(
            f"When is a version of {project.name} due? Say --every or --weekday, or set publication.schedule. Nothing "
            "was frozen."
        )
    if weekday is not None and weekday not in WEEKDAYS:
        raise BadCall(f"'{weekday}' is no day of the week. Write one of {', '.join(WEEKDAYS)}.")
    if to is None and told.repository is None:
        raise BadCall(
            f"Where do versions of {project.name} go? Say --to, or set publication.repository. Nothing was frozen."
        )
    wanted = reach or Reach(public=told.access == "public", gate="manual" if told.access == "gated" else None)
    rule = Rule(to=to or f"{HUB}{told.repository}", reach=wanted, every=every, weekday=weekday)
    hold_to_publication(project.settings, rule.to, rule.reach)
    return rule


def prepare_release(
    ctx: Context, actor: Actor, project_name: str, rule: Rule, *, say: Say | None = None
) -> dict[str, Any]:
    """Freeze the next version if it is due, or find the one that is not published yet.

    Returns ``{"due", "reason", "version", "path", "target"}``, the last three only when there is one to publish.
    """
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    with ctx.releasing:
        sealed = ctx.store.read("versions_of_project", project_id=project.project_id)
        version, reason = _unfinished(ctx, project, rule, sealed), "It was not published yet."
        if version is None:
            due, reason = _is_due(ctx, project, rule, sealed)
            if not due:
                return {"due": False, "reason": reason}
            version = next_version([row["version"] for row in sealed])
            meant = {"version": version, "target": rule.place(version), "reason": reason}
            _note(ctx, actor, project, "release", meant)
        if all(row["version"] != version for row in sealed):
            freeze_version(ctx, actor, project.name, version, say=say)
        path = find_version(ctx, actor, project.name, version)["path"]
        place = {"version": version, "path": path, "target": rule.place(version)}
        return {"due": True, "reason": reason, **place}


def note_failed_release(
    ctx: Context, actor: Actor, project_name: str, *, version: str, to: str, code: str, message: str
) -> None:
    """Keep for the lead why a version was not published; the same words once."""
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    detail = {"version": version, "target": to, "code": code, "message": message}
    *_, last = [{}, *_told(ctx, project, "release_failed")]
    if {name: last.get(name) for name in detail} != detail:
        _note(ctx, actor, project, "release_failed", detail)


def release_state(ctx: Context, actor: Actor, project_name: str) -> dict[str, Any] | None:
    """The version that is due and not published, with what came in the way last; ``None`` if there is none."""
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    meant = _told(ctx, project, "release")
    if not meant or _published(ctx, project, meant[-1]["version"], meant[-1]["target"]):
        return None
    last = {name: meant[-1][name] for name in ("version", "target", "reason", "at")}
    failed = [each for each in _told(ctx, project, "release_failed") if each["version"] == last["version"]]
    problem = {name: failed[-1][name] for name in ("code", "message", "at")} if failed else None
    return last | {"failed": problem}


def next_version(sealed: list[str]) -> str:
    """The number after the newest: its minor one higher, the first one ``1.0.0``."""
    if not sealed:
        return FIRST
    major, minor, _ = max(version_numbers(each) for each in sealed)
    return f"{major}.{minor + 1}.0"


def _unfinished(ctx: Context, project: Project, rule: Rule, sealed: list[Row]) -> str | None:
    """The version that was meant for this target and did not get there, unless a newer one did or it must not."""
    told = _told(ctx, project, "release")
    meant = [each["version"] for each in told if each["target"] == rule.place(each["version"])]
    if not meant or _published(ctx, project, meant[-1], rule.place(meant[-1])):
        return None
    names = {row["version"] for row in sealed}
    newer = [name for name in names if version_numbers(name) > version_numbers(meant[-1])]
    if any(_published(ctx, project, name, rule.place(name)) for name in newer) or (
        newer and meant[-1] not in names
    ):
        return None
    # What was taken back since is not published: the next version, without it, is made when it is due.
    if meant[-1] in withdrawn_versions(ctx, project) or any(
        row["version"] == meant[-1] and consents_withdrawn(ctx, project, row) for row in sealed
    ):
        return None
    return str(meant[-1])


def _is_due(ctx: Context, project: Project, rule: Rule, sealed: list[Row]) -> tuple[bool, str]:
    """Whether the next version is due, and why or why not."""
    last = max(sealed, key=lambda row: version_numbers(row["version"]), default=None)
    held, since = (last["last_sequence"], f" since {last['version']}") if last else (0, "")
    today = ctx.clock().astimezone(UTC).date()
    day = rule.weekday is not None and _day_has_come(rule.weekday, today, last)
    new = {"project_id": project.project_id, "last_sequence": held}
    (acts,) = ctx.store.read("judgements_since", **new)
    judged, taken_back = acts["judgements"], acts["withdrawals"]
    grown = f"{plural(judged, 'new judgement')}{since}"
    # Each newly decided comparison took a judgement, or one that was taken back: counting rows can wait until there
    # may be enough.
    if judged and (day or (rule.every is not None and judged + taken_back >= rule.every)):
        try:
            found = _growth(ctx, project, sealed)
        except Refused as nothing:
            return False, nothing.message
        decided = max(0, found.decided - _decided_before(last, project.settings.dataset.decision))
        grown = f"{plural(decided, 'new decided comparison')}{since}"
        if rule.every is not None and decided >= rule.every:
            return True, f"{grown}, every {rule.every:,}."
        if day and found.newest > held:
            return True, f"{str(rule.weekday).capitalize()} has come: {grown}."
    wanted = [] if rule.every is None else [f"{plural(rule.every, 'decided comparison')} would do"]
    if rule.weekday is not None:
        wanted.append(f"the next {rule.weekday.capitalize()} with new judgements would do")
    return False, f"{grown}; {', and '.join(wanted)}. Nothing was frozen."


def _growth(ctx: Context, project: Project, sealed: list[Row]) -> Growth:
    name = next_version([row["version"] for row in sealed])
    with TemporaryDirectory(prefix="rlhf-collect-") as place:
        with ctx.store.snapshot() as reader:
            settings = project.settings.dataset
            inputs = version_inputs(
                ctx, reader, project, name, sealed, settings, Path(place), now=ctx.clock(), report=False
            )
        return measure_growth(inputs)


def _decided_before(last: Row | None, decision: str) -> int:
    if last is None:
        return 0
    return int(read_manifest(Path(last["folder"]))["counts"]["decided"][decision])


def _day_has_come(weekday: str, today: date, last: Row | None) -> bool:
    """Whether that day came round since the last version; for the first one, whether it is today."""
    ago = (today.weekday() - WEEKDAYS.index(weekday)) % 7
    if last is None:
        return ago == 0
    return bool(last["frozen_at"].astimezone(UTC).date() < today - timedelta(days=ago))


def _published(ctx: Context, project: Project, version: str, target: str) -> bool:
    places = ctx.store.read("publications_of_project", project_id=project.project_id)
    return any(each["version"] == version and each["target"] == target for each in places)


def _told(ctx: Context, project: Project, deed: str) -> list[dict[str, Any]]:
    rows = ctx.store.read("releases_of_project", project_id=project.project_id)
    return [{**json.loads(row["detail"]), "at": row["done_at"]} for row in rows if row["deed"] == deed]


def _note(ctx: Context, actor: Actor, project: Project, deed: str, detail: dict[str, Any]) -> None:
    row = audit_row(ctx, project.project_id, actor, deed, detail)
    ctx.store.write(lambda tx: tx.insert("audit", [row]))
