"""Publishes a sealed version: one commit, read back, one tag. Publishing again is how it resumes.

The tag comes last, so that a name never points to what was not compared byte by byte.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rlhf_collect.exporters.hub.client import open_hub, quiet_hub
from rlhf_collect.exporters.hub.enter import enter
from rlhf_collect.exporters.hub.errors import told, told_when_stopped
from rlhf_collect.exporters.hub.land import land_commit, land_tag, untagged
from rlhf_collect.exporters.hub.look import HubState, find_release
from rlhf_collect.exporters.hub.patience import Pause, ReleasePatience, ask_patiently
from rlhf_collect.exporters.hub.propose import Candidate, approve, propose
from rlhf_collect.exporters.hub.read import read_back
from rlhf_collect.exporters.hub.release import Release
from rlhf_collect.exporters.inputs import Progress
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.reach import PRIVATE, Reach
from rlhf_collect.exporters.verify import verify_folder

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A version that stands on the Hub and was read back."""

    commit: str
    """The 40-hex commit: with the manifest's hash, what a user pins."""
    tag: str
    """Its tag, the name of the version; that of a candidate is empty."""
    url: str
    """The page of this version."""
    manifest_sha256: str
    """The seal."""
    candidate: str = ""
    """What loads a candidate (``refs/pr/3``); empty for a version."""
    warnings: tuple[str, ...] = ()
    """What the lead should know, one sentence each."""


def publish_to_hub(
    folder: Path,
    repo: str,
    *,
    sealed: Path | None = None,
    reach: Reach = PRIVATE,
    token: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    pause: Pause = time.sleep,
) -> Publication:
    """Publish the version in ``folder`` to the dataset repository ``org/name``.

    Run again after any failure: what is on the Hub already is found and not sent twice. ``overwrite``
    replaces files of ours that somebody edited on the Hub; ``sealed`` is the frozen version where
    ``folder`` is a copy made for this repository. Errors: ``DamagedVersion`` (the folder), ``HubRefused``,
    ``HubUnreachable``; each says what was kept.
    """
    with _at_work(folder, repo, sealed, token, progress, pause) as (api, patience):
        release = patience.release
        state, warnings = enter(api, release, reach)
        commit = find_release(api, release, state)
        if commit is None:
            patience.say(f"Sending version {release.version} to {repo}.")
            commit, foreign = land_commit(api, state, patience.anew(), overwrite=overwrite)
            warnings += _staying(foreign)
        elif release.version not in state.tags:
            release.ground.say(untagged(release, commit))
            warnings += [_moved_on(release, commit, state)] if commit != state.head else []
        patience.say("Reading back what the Hub serves.")
        read_back(api, release, commit)
        land_tag(api, commit, state, patience.anew())
        return _published(api, release, commit, warnings)


def propose_to_hub(
    folder: Path,
    repo: str,
    *,
    sealed: Path | None = None,
    reach: Reach = PRIVATE,
    token: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    pause: Pause = time.sleep,
) -> Publication:
    """Send the version as a pull request: loadable by its ref, while ``main`` stays. Else as ``publish_to_hub``."""
    with _at_work(folder, repo, sealed, token, progress, pause) as (api, patience):
        found, notes, foreign = propose(api, reach, patience, overwrite=overwrite)
        return _proposed(patience.release, found, [*notes, *_staying(foreign)])


def approve_on_hub(
    folder: Path,
    repo: str,
    *,
    sealed: Path | None = None,
    token: str | None = None,
    progress: Progress | None = None,
    pause: Pause = time.sleep,
) -> Publication:
    """Merge the candidate of the version in ``folder`` and tag it. Errors: also ``NotFound`` without one."""
    with _at_work(folder, repo, sealed, token, progress, pause) as (api, patience):
        commit, warnings = approve(api, patience)
        return _published(api, patience.release, commit, warnings)


def release_of(folder: Path, repo: str, sealed: Path | None) -> Release:
    """The version in ``folder``, checked. Errors: ``DamagedVersion``."""
    report = verify_folder(folder)
    return Release(
        repo=repo,
        folder=folder,
        sealed=sealed or folder,
        manifest=read_manifest(folder),
        manifest_sha256=report.manifest_sha256,
    )


@contextmanager
def _at_work(
    folder: Path, repo: str, sealed: Path | None, token: str | None, progress: Progress | None, pause: Pause
) -> Iterator[tuple[HfApi, ReleasePatience]]:
    """A client, and patience with it; what it raises is told in words."""
    say = progress or (lambda _: None)
    say("Checking the folder.")
    release = release_of(folder, repo, sealed)
    patience = ReleasePatience(release=release, repo=repo, kept=lambda: release.kept, say=say, pause=pause)
    with told_when_stopped(patience.kept), told(repo, patience.kept), quiet_hub(say):
        say(f"Looking at {repo}.")
        yield ask_patiently(open_hub(token), patience), patience


def _published(api: HfApi, release: Release, commit: str, warnings: list[str]) -> Publication:
    return Publication(
        commit=commit,
        tag=release.version,
        url=f"{api.endpoint}/datasets/{release.repo}/tree/{release.version}",
        manifest_sha256=release.manifest_sha256,
        warnings=tuple(warnings),
    )


def _proposed(release: Release, found: Candidate, warnings: list[str]) -> Publication:
    return Publication(
        commit=found.commit,
        tag="",
        url=found.url,
        manifest_sha256=release.manifest_sha256,
        candidate=found.revision,
        warnings=tuple(warnings),
    )


def _staying(foreign: list[str]) -> list[str]:
    return [f"{path} is not ours and stays in the repository." for path in foreign]


def _moved_on(release: Release, commit: str, state: HubState) -> str:
    return (
        f"{release.repo} was changed (commit {state.head[:7]}) after version {release.version} arrived at "
        f"{commit[:7]}: main is no longer this version, its tag is."
    )
