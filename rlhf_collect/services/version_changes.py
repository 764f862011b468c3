"""What changed since the last version, and between the last two: read from manifests, no row is compared anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import DamagedVersion, NotFound
from rlhf_collect.exporters.difference import then_and_now
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import find_own_project
from rlhf_collect.services.version_inputs import version_numbers


def latest_changes(ctx: Context, actor: Actor, project_name: str) -> dict[str, Any] | None:
    """What came since the last version, and what that one changed; ``None`` before the first.

    ``{"version", "frozen_at", "judgements", "withdrawals", "before", "rows", "alpha"}``: ``judgements`` counts
    revisions and decisions too. ``before`` names the version it came after, ``rows`` is ``{config: {"added", "changed",
    "withdrawn"}}`` and ``alpha`` ``{criterion: {"then", "now"}}``; all three are empty where one of the two is not
    at hand any more.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    sealed = {
        row["version"]: row for row in ctx.store.read("versions_of_project", project_id=project.project_id)
    }
    if not sealed:
        return None
    last = sealed[max(sealed, key=version_numbers)]
    new = {"project_id": project.project_id, "last_sequence": last["last_sequence"]}
    (since,) = ctx.store.read("judgements_since", **new)
    told = {name: last[name] for name in ("version", "frozen_at")} | dict(since)
    try:
        manifest = read_manifest(Path(last["folder"]))
        previous = manifest["previous"]
        older = read_manifest(Path(sealed[previous["version"]]["folder"])) if previous else None
    except (NotFound, DamagedVersion):  # withdrawn, or its folder is gone: there is nothing to hold against
        older = None
    if older is None:
        return told | {"before": None, "rows": {}, "alpha": {}}
    agreement = then_and_now(older, manifest)["agreement"]
    return told | {
        "before": older["version"],
        "rows": manifest["counts"]["changes"] or {},
        "alpha": {criterion: figures["krippendorff_alpha"] for criterion, figures in agreement.items()},
    }
