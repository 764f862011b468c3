"""What publishing would do to a repository: looks, and writes nothing."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rlhf_collect.exporters.hub.client import open_hub, quiet_hub
from rlhf_collect.exporters.hub.enter import (
    gate_notes,
    may_be_shown,
    refuse_other_namespace,
    refuse_other_reach,
    refuse_reading_token,
)
from rlhf_collect.exporters.hub.errors import told
from rlhf_collect.exporters.hub.land import left_behind
from rlhf_collect.exporters.hub.look import HubState, find_release, look_if_there, refuse_strangers
from rlhf_collect.exporters.hub.patience import Patience, Pause, ask_patiently
from rlhf_collect.exporters.hub.publish import release_of
from rlhf_collect.exporters.hub.release import Release
from rlhf_collect.exporters.inputs import Progress
from rlhf_collect.exporters.manifest import file_sha256
from rlhf_collect.exporters.plan import Plan
from rlhf_collect.exporters.reach import PRIVATE, Reach

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def plan_for_hub(
    folder: Path,
    repo: str,
    *,
    sealed: Path | None = None,
    reach: Reach = PRIVATE,
    overwrite: bool = False,
    token: str | None = None,
    progress: Progress | None = None,
    pause: Pause = time.sleep,
) -> Plan:
    """What ``publish_to_hub`` would do now. Errors: those it would end with, as far as looking finds them."""
    say = progress or (lambda _: None)
    say("Checking the folder.")
    release = release_of(folder, repo, sealed)
    patience = Patience(repo=repo, kept=release.kept, say=say, pause=pause)
    with told(repo, release.kept), quiet_hub(say):
        say(f"Looking at {repo}.")
        api = ask_patiently(open_hub(token), patience)
        account = api.whoami()
        refuse_reading_token(release, account)
        state = look_if_there(api, repo)
        if state is None:
            refuse_other_namespace(release, account)
            return _new(release, reach)
        api.auth_check(repo, repo_type="dataset", write=True)
        notes = gate_notes(release, reach, state, done=False)
        if may_be_shown(api, release, reach, state):
            notes.append(f"{repo} is private and never held anything: it would be shown, behind its gate.")
        else:
            refuse_other_reach(release, reach, state)
        there = find_release(api, release, state)
        if there is not None:
            return _there(release, reach, state, there, notes)
        return _next(api, release, reach, state, notes, overwrite=overwrite)


def _new(release: Release, reach: Reach) -> Plan:
    everything = sorted(release.paths)
    return Plan(
        repository="new",
        reach=reach.name,
        commits=1,
        tag=release.version,
        added=tuple(everything),
        bytes=_size(release, everything),
    )


def _there(release: Release, reach: Reach, state: HubState, commit: str, notes: list[str]) -> Plan:
    tagged = release.version in state.tags
    return Plan(
        repository="there",
        reach=reach.name,
        commits=0,
        tag="" if tagged else release.version,
        unchanged=len(release.paths),
        warnings=(
            f"Version {release.version} is there already (commit {commit[:7]})"
            f"{', tagged' if tagged else ' and lacks its tag'}: it would be compared again.",
            *notes,
        ),
    )


def _next(
    api: HfApi, release: Release, reach: Reach, state: HubState, notes: list[str], *, overwrite: bool
) -> Plan:
    foreign = refuse_strangers(api, release, state, overwrite=overwrite)
    same = _same(api, release, state)
    changed = sorted((release.paths & state.files) - same)
    added = sorted(release.paths - state.files)
    warnings = [f"{path} is not ours and stays in the repository." for path in foreign]
    warnings += notes
    return Plan(
        repository="there",
        reach=reach.name,
        commits=1,
        tag=release.version,
        added=tuple(added),
        changed=tuple(changed),
        deleted=tuple(left_behind(release, state)),
        unchanged=len(same),
        bytes=_size(release, [*added, *changed]),
        warnings=tuple(warnings),
    )


def _same(api: HfApi, release: Release, state: HubState) -> set[str]:
    """Paths whose bytes at the head are ours already."""
    common = sorted(release.paths & state.files)
    found = (
        api.get_paths_info(release.repo, common, repo_type="dataset", revision=state.head) if common else []
    )
    same = set()
    for each in found:
        path, large = release.folder / each.path, getattr(each, "lfs", None)
        ours = file_sha256(path) if large else _git_sha1(path)
        if ours == (large.sha256 if large else getattr(each, "blob_id", None)):
            same.add(each.path)
    return same


def _git_sha1(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _size(release: Release, paths: Iterable[str]) -> int:
    return sum((release.folder / path).stat().st_size for path in paths)
