"""Taking versions from where they were published: put on record first, then done, looked at, and noted as done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import BadCall, NotFound
from rlhf_collect.exporters.going import Going, Withdrawal, WithdrawalPlan
from rlhf_collect.exporters.hub.withdraw import plan_withdrawal_from_hub, withdraw_from_hub
from rlhf_collect.exporters.withdraw_folder import plan_withdrawal_from_folder, withdraw_from_folder
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.promises import repository_of
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.version_inputs import version_numbers
from rlhf_collect.services.versions import list_versions
from rlhf_collect.services.withdrawn import day_of
from rlhf_collect.storage.port import Row, Transaction

Say = Callable[[str], None]


def versions_to_withdraw(
    ctx: Context, actor: Actor, project_name: str, versions: Sequence[str], *, target: str
) -> dict[str, Any]:
    """What the store knows of versions that are to go from ``target``.

    ``{"project", "target", "versions": [{"version", "on", "rows", "begun", "revision", "large_files", "path",
    "elsewhere"}], "published": {version: commit}}``: ``elsewhere`` are other places it was published to and not
    withdrawn from. Errors: ``BadCall`` for no or a broken name; ``NotFound``.
    """
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    if repository_of(target) is None and Path(target).resolve().is_relative_to(ctx.versions.resolve()):
        raise BadCall(
            f"{target} is where this service keeps its sealed versions; they stay. Nothing was changed. Name a place "
            "that versions were published to."
        )
    sealed = {each["version"]: each for each in list_versions(ctx, actor, project_name)}
    names = sorted(set(versions), key=version_numbers)
    if not names:
        raise BadCall("Which versions? Write --versions 1.0.0,1.1.0. Nothing was changed.")
    for name in names:
        if name not in sealed:
            raise NotFound(
                f"Project {project.name} has no version {name}. Sealed versions: {', '.join(sealed) or 'none yet'}. "
                "Nothing was changed."
            )
    begun = {row["version"]: row for row in _begun(ctx, project, target)}
    today = day_of(ctx.clock())
    return {
        "project": project.name,
        "target": target,
        "versions": [_to_withdraw(sealed[name], begun.get(name), target, today) for name in names],
        "published": {
            name: place["revision"]
            for name, each in sealed.items()
            for place in each["published"]
            if place["target"] == target and place["revision"]
        },
    }


def _to_withdraw(sealed: Mapping[str, Any], begun: Row | None, target: str, today: str) -> dict[str, Any]:
    version, here = sealed["version"], (target, f"{target}/{sealed['version']}")
    return {
        "version": version,
        "on": today if begun is None else day_of(begun["begun_at"]),
        "rows": sum(count for splits in sealed["rows"].values() for count in splits.values()),
        "begun": begun is not None,
        "revision": "" if begun is None else begun["revision"],
        "large_files": [] if begun is None else json.loads(begun["large_files"]),
        "path": sealed["path"],
        "elsewhere": [
            place["target"]
            for place in sealed["published"]
            if place["target"] not in here and place["withdrawn_on"] is None
        ],
    }


def going_of(asked: Mapping[str, Any]) -> list[Going]:
    """The versions of ``versions_to_withdraw`` as exporters take them."""
    return [
        Going(
            large_files=frozenset(each["large_files"]),
            **{name: each[name] for name in ("version", "on", "rows", "begun", "revision")},
        )
        for each in asked["versions"]
    ]


def plan_withdrawal(
    asked: Mapping[str, Any], *, token: str | None = None, say: Say | None = None
) -> WithdrawalPlan:
    """What withdrawing would do; nothing is changed, no database needed.

    Errors: ``NotFound``, ``HubRefused``, ``HubUnreachable``.
    """
    repo = repository_of(asked["target"])
    if repo is None:
        return plan_withdrawal_from_folder(Path(asked["target"]), asked["project"], going_of(asked))
    return plan_withdrawal_from_hub(repo, asked["project"], going_of(asked), token=token, progress=say)


def withdraw_versions(
    asked: Mapping[str, Any], *, token: str | None = None, say: Say | None = None
) -> Withdrawal:
    """Remove what ``begin_withdrawal`` has on record; no database needed, and again is how it goes on.

    Errors: as ``plan_withdrawal``; ``DamagedVersion`` for a version that stays and does not verify.
    """
    repo = repository_of(asked["target"])
    if repo is None:
        return withdraw_from_folder(Path(asked["target"]), asked["project"], going_of(asked))
    return withdraw_from_hub(
        repo,
        asked["project"],
        going_of(asked),
        published=asked["published"],
        token=token,
        progress=say,
    )


def begin_withdrawal(
    ctx: Context,
    actor: Actor,
    project_name: str,
    *,
    target: str,
    commits: Mapping[str, str],
    large_files: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Put on record which versions go from ``target`` and what has to be deleted. Twice is once.

    From here on none of them is published any more. Returns what ``versions_to_withdraw`` does.
    """
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)

    def work(tx: Transaction) -> None:
        known = {
            row["version"]
            for row in tx.read("withdrawals_of_versions", project_id=project.project_id)
            if row["target"] == target
        }
        new = [version for version in commits if version not in known]
        rows = [
            {
                "project_id": project.project_id,
                "version": version,
                "target": target,
                "revision": commits[version],
                "large_files": json.dumps(sorted(large_files.get(version, ()))),
                "begun_at": ctx.clock(),
            }
            for version in new
        ]
        if rows:
            tx.insert("version_withdrawal", rows)
            detail = {"versions": new, "target": target}
            tx.insert("audit", [audit_row(ctx, project.project_id, actor, "withdraw", detail)])

    ctx.store.write(work)
    return versions_to_withdraw(ctx, actor, project_name, list(commits), target=target)


def end_withdrawal(
    ctx: Context,
    actor: Actor,
    project_name: str,
    versions: Sequence[str],
    *,
    target: str,
    kept: Mapping[str, str],
) -> None:
    """Note that versions are gone from ``target``, and at which commits the ones that stay are now. Twice is once."""
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)

    def work(tx: Transaction) -> None:
        known = tx.read("withdrawals_of_versions", project_id=project.project_id)
        open_ones = {row["version"] for row in known if row["target"] == target and row["ended_at"] is None}
        ended = [version for version in versions if version in open_ones]
        if ended:
            here = {"project_id": project.project_id, "target": target, "ended_at": ctx.clock()}
            tx.insert("version_withdrawal_end", [here | {"version": version} for version in ended])
        moved = _moved(ctx, tx, project, target, kept)
        if moved:
            tx.insert("publication", moved)
        if ended or moved:
            detail = {
                "versions": ended,
                "target": target,
                "moved": {row["version"]: row["revision"] for row in moved},
            }
            tx.insert("audit", [audit_row(ctx, project.project_id, actor, "withdrawn", detail)])

    ctx.store.write(work)


def _moved(
    ctx: Context, tx: Transaction, project: Project, target: str, kept: Mapping[str, str]
) -> list[Row]:
    """New rows of ``publication`` for versions whose commit was rewritten."""
    last = {
        row["version"]: row
        for row in tx.read("publications_of_project", project_id=project.project_id)
        if row["target"] == target
    }
    return [
        {
            "publication_id": new_id(),
            "project_id": project.project_id,
            "version": version,
            "target": target,
            "revision": commit,
            "manifest_sha256": last[version]["manifest_sha256"],
            "published_at": ctx.clock(),
        }
        for version, commit in kept.items()
        if version in last and last[version]["revision"] != commit
    ]


def _begun(ctx: Context, project: Project, target: str) -> list[Row]:
    rows = ctx.store.read("withdrawals_of_versions", project_id=project.project_id)
    return [row for row in rows if row["target"] == target]


def told(asked: Mapping[str, Any], plan: WithdrawalPlan, done: Withdrawal | None) -> dict[str, Any]:
    """The one document of the command line: what is to be done, or was."""
    shown = ("version", "on", "rows", "path", "elsewhere")
    inside = ("versions", "kept", "beyond", "large_files")
    after = plan if done is None else done
    return {
        "project": asked["project"],
        "target": asked["target"],
        "withdrawn": done is not None,
        "versions": [{name: each[name] for name in shown} for each in asked["versions"]],
        **{name: value for name, value in asdict(plan).items() if name not in inside},
        "kept": dict(after.kept),
        "moved": {} if done is None else dict(done.moved),
        "url": "" if done is None else done.url,
        "beyond": list(after.beyond),
    }
