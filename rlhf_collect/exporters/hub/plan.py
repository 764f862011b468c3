"""What publishing would do to a repository: looks, and writes nothing."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rlhf_collect.exporters.hub.client import open_hub, quiet_hub
from rlhf_collect.exporters.hub.enter import refuse_other_reach
from rlhf_collect.exporters.hub.errors import told
from rlhf_collect.exporters.hub.land import left_behind
from rlhf_collect.exporters.hub.look import HubState, Release, find_release, look, refuse_strangers
from rlhf_collect.exporters.hub.publish import release_of
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
) -> Plan:
    """What ``publish_to_hub`` would do now. Errors: those it would end with, as far as looking finds them."""
    (progress or (lambda _: None))("Checking the folder.")
    release = release_of(folder, repo, sealed)
    with told(repo, release.kept), quiet_hub():
        api = open_hub(token)
        api.whoami()
        state = _look(api, repo)
        if state is None:
            everything = sorted(release.paths)
            return Plan(
                repository="new",
                reach=reach.name,
                commits=1,
                tag=release.version,
                added=tuple(everything),
                bytes=_size(release, everything),
            )
        api.auth_check(repo, repo_type="dataset", write=True)
        refuse_other_reach(release, reach, state)
        there = find_release(api, release, state)
        if there is not None:
            return _there(release, reach, state, there)
        return _next(api, release, reach, state, overwrite=overwrite)


def _look(api: HfApi, repo: str) -> HubState | None:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        return look(api, repo)
    except GatedRepoError:  # a kind of RepositoryNotFoundError, and there
        raise
    except RepositoryNotFoundError:
        return None


def _there(release: Release, reach: Reach, state: HubState, commit: str) -> Plan:
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
        ),
    )


def _next(api: HfApi, release: Release, reach: Reach, state: HubState, *, overwrite: bool) -> Plan:
    foreign = refuse_strangers(api, release, state, overwrite=overwrite)
    same = _same(api, release, state)
    changed = sorted((release.paths & state.files) - same)
    added = sorted(release.paths - state.files)
    warnings = [f"{path} is not ours and stays in the repository." for path in foreign]
    if reach.gate and state.gate != reach.gate:
        warnings.append(f"The gate of the repository would be set to {reach.gate}.")
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
