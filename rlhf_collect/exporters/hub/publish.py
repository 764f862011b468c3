"""Publishes a sealed version: one commit, read back, one tag. Publishing again is how it resumes.

The tag comes last, so that a name never points to what was not compared byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rlhf_collect.errors import HubRefused
from rlhf_collect.exporters.hub.client import open_hub, quiet_hub
from rlhf_collect.exporters.hub.errors import told
from rlhf_collect.exporters.hub.land import land_commit, land_tag
from rlhf_collect.exporters.hub.look import HubState, Release, find_release, look
from rlhf_collect.exporters.hub.read import read_back
from rlhf_collect.exporters.inputs import Progress
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.verify import verify_folder

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A version that stands on the Hub and was read back."""

    commit: str
    """The 40-hex commit: with the manifest's hash, what a user pins."""
    tag: str
    """Its tag, the name of the version."""
    url: str
    """The page of this version."""
    manifest_sha256: str
    """The seal."""
    warnings: tuple[str, ...] = ()
    """What the lead should know, one sentence each."""


def publish_to_hub(
    folder: Path,
    repo: str,
    *,
    sealed: Path | None = None,
    public: bool = False,
    token: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Publication:
    """Publish the version in ``folder`` to the dataset repository ``org/name``, private unless ``public``.

    Run again after any failure: what is on the Hub already is found and not sent twice. ``overwrite``
    replaces files of ours that somebody edited on the Hub; ``sealed`` is the frozen version where
    ``folder`` is a copy made for this repository. Errors: ``DamagedVersion`` (the folder), ``HubRefused``,
    ``HubUnreachable``; each says what was kept.
    """
    say = progress or (lambda _: None)
    say("Checking the folder.")
    report = verify_folder(folder)
    release = Release(
        repo=repo,
        folder=folder,
        sealed=sealed or folder,
        manifest=read_manifest(folder),
        manifest_sha256=report.manifest_sha256,
    )
    with told(repo, release.kept), quiet_hub():
        api = open_hub(token)
        state = _enter(api, release, public=public)
        commit, warnings = find_release(api, release, state), []
        if commit is None:
            say(f"Sending version {release.version} to {repo}.")
            commit, foreign = land_commit(api, release, state, overwrite=overwrite, say=say)
            warnings = [f"{path} is not ours and stays in the repository." for path in foreign]
        elif commit != state.head and release.version not in state.tags:
            warnings = [_moved_on(release, commit, state)]
        say("Reading back what the Hub serves.")
        read_back(api, release, commit)
        land_tag(api, release, commit, state, say=say)
        return Publication(
            commit=commit,
            tag=release.version,
            url=f"{api.endpoint}/datasets/{repo}/tree/{release.version}",
            manifest_sha256=release.manifest_sha256,
            warnings=tuple(warnings),
        )


def _enter(api: HfApi, release: Release, *, public: bool) -> HubState:
    """Who we are, the repository, and its state. Errors: ``HubRefused`` if it is as visible as not asked."""
    api.whoami()
    api.create_repo(release.repo, repo_type="dataset", private=not public, exist_ok=True)
    state = look(api, release.repo)
    if state.private == public:
        found, asked = ("private", "public") if public else ("public", "private")
        raise HubRefused(
            f"{release.repo} is {found}, and {asked} was asked. Nothing was sent. Change its visibility "
            "on the Hub, or "
            f"publish {'without' if public else 'with'} --public. {release.kept}"
        )
    return state


def _moved_on(release: Release, commit: str, state: HubState) -> str:
    return (
        f"{release.repo} was changed (commit {state.head[:7]}) after version {release.version} arrived at "
        f"{commit[:7]}: main is no longer this version, its tag is."
    )
