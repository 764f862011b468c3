"""Looks at a repository: what stands at its head, and whether a version is there already.

Publishing resumes by looking here and never by notes of what was done.
"""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rlhf_collect.errors import DamagedVersion, HubRefused
from rlhf_collect.exporters.hub.release import Release
from rlhf_collect.exporters.manifest import NAME, Manifest, file_sha256, parse_manifest
from rlhf_collect.exporters.verify import BESIDE
from rlhf_collect.exporters.version_names import version_order
from rlhf_collect.exporters.withdrawn import WITHDRAWN, Withdrawn, parse_withdrawn

if TYPE_CHECKING:
    from huggingface_hub import HfApi

DESCRIPTION = "rlhf_collect-manifest: "
"""Begins the description of our commits; the manifest's SHA-256 follows."""


@dataclass(frozen=True, kw_only=True)
class HubState:
    """A repository as it was found."""

    head: str
    """Commit at the head of ``main``."""
    private: bool
    """Whether only members see it."""
    gate: str | None
    """``auto`` or ``manual`` where readers have to ask for access."""
    tags: dict[str, str]
    """Tag to commit."""
    files: frozenset[str]
    """Paths at the head."""
    manifest: Manifest | None
    """The manifest at the head, ``None`` if there is none that can be read."""
    manifest_sha256: str | None
    """Its hash."""
    withdrawn: Mapping[str, Withdrawn]
    """Versions that stood here and were withdrawn, as ``WITHDRAWN.md`` at the head says."""


def look(api: HfApi, repo: str, *, revision: str | None = None) -> HubState:
    """The state of a repository now, with ``revision`` in the place of the head."""
    info = api.dataset_info(repo, revision=revision)
    assert info.sha is not None, "the Hub always names the head"
    files = frozenset(each.rfilename for each in info.siblings or ())
    refs = api.list_repo_refs(repo, repo_type="dataset")
    content = read_file_at(api, repo, info.sha, NAME) if NAME in files else None
    told = read_file_at(api, repo, info.sha, WITHDRAWN) if WITHDRAWN in files else None
    return HubState(
        head=info.sha,
        private=bool(info.private),
        gate=info.gated or None,
        tags={each.name: each.target_commit for each in refs.tags},
        files=files,
        manifest=_parsed(content),
        manifest_sha256=None if content is None else hashlib.sha256(content).hexdigest(),
        withdrawn={} if told is None else parse_withdrawn(told.decode(errors="replace")),
    )


def look_if_there(api: HfApi, repo: str) -> HubState | None:
    """The state of a repository, ``None`` if it does not exist or is not shown to us."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        return look(api, repo)
    except GatedRepoError:  # a kind of RepositoryNotFoundError, and there
        raise
    except RepositoryNotFoundError:
        return None


def manifest_at(api: HfApi, repo: str, commit: str) -> Manifest | None:
    """The manifest at a commit, ``None`` if there is none that can be read."""
    return _parsed(read_file_at(api, repo, commit, NAME))


def _parsed(content: bytes | None) -> Manifest | None:
    try:
        return None if content is None else parse_manifest(content, where=NAME)
    except DamagedVersion:
        return None


def read_file_at(api: HfApi, repo: str, revision: str, name: str) -> bytes | None:
    """The bytes of a small file at a commit or branch, asked of no cache; ``None`` if it has none."""
    from huggingface_hub.errors import EntryNotFoundError

    with TemporaryDirectory(prefix="rlhf-collect-hub-") as cache_dir:
        try:
            path = api.hf_hub_download(
                repo, name, repo_type="dataset", revision=revision, cache_dir=cache_dir, force_download=True
            )
        except EntryNotFoundError:
            return None
        return Path(path).read_bytes()


def find_release(api: HfApi, release: Release, state: HubState) -> str | None:
    """The commit that holds the version already, ``None`` if there is none.

    Errors: ``HubRefused`` if the name is taken by other content, or was withdrawn.
    """
    refuse_withdrawn(release, state)
    tagged = state.tags.get(release.version)
    if tagged is not None:
        if _seal_at(api, release.repo, tagged, state) != release.manifest_sha256:
            raise _tagged_otherwise(api, release, tagged)
        return tagged
    if state.manifest_sha256 is None and not state.tags:
        return None  # no version ever stood here
    for commit in api.list_repo_commits(release.repo, repo_type="dataset"):
        if DESCRIPTION + release.manifest_sha256 in f"{commit.title}\n{commit.message}":
            return state.head if _is_head(api, release, state) else commit.commit_id
    return state.head if state.manifest_sha256 == release.manifest_sha256 else None


def refuse_withdrawn(release: Release, state: HubState) -> None:
    """Errors: ``HubRefused`` for a version that stood here and was withdrawn: its name is never used again."""
    if release.version in state.withdrawn:
        raise HubRefused(
            f"Version {release.version} was withdrawn from {release.repo} on {state.withdrawn[release.version].on}. "
            f"Nothing was sent. Freeze a new version and publish that. {release.kept}"
        )


def differing(api: HfApi, release: Release, state: HubState) -> list[str]:
    """Our files that are not there as the manifest describes them; nothing is downloaded but small ones."""
    if state.manifest_sha256 != release.manifest_sha256:
        return [NAME]
    return _edited(api, release.repo, state, release.manifest)


def _is_head(api: HfApi, release: Release, state: HubState) -> bool:
    """Whether the head holds exactly our files, as after the merge of a candidate."""
    return state.files - BESIDE <= release.paths and not differing(api, release, state)


def refuse_strangers(
    api: HfApi, release: Release, state: HubState, *, overwrite: bool, same: bool = False
) -> list[str]:
    """Refuse to write over what is not ours; returns foreign files that may stay.

    ``same``: the state is that of our own version, which no other line stands before.

    Errors: ``HubRefused`` for another project, a version as new or newer, an edited file of ours
    (unless ``overwrite``), or a foreign file in a config folder, which every load would read.
    """
    before = state.manifest
    managed = frozenset(before["files"]) | {NAME} if before else frozenset()
    foreign = state.files - managed - BESIDE
    configs = set(release.manifest["configs"])
    inside = sorted(path for path in foreign - release.paths if path.split("/")[0] in configs)
    if inside:
        raise HubRefused(
            f"{inside[0]} on the Hub (commit {state.head[:7]}) is not ours and lies in a config folder, "
            "where every "
            f"load would read it. Remove it there. {release.kept}"
        )
    if before and not same:
        _refuse_other_line(release, before, state, overwrite=overwrite)
    if not overwrite:
        edited = sorted((foreign | ({NAME} & state.files if before is None else set())) & release.paths)
        if before:  # wherever its tag is: that can be moved to what was edited
            edited += _edited(api, release.repo, state, before)
        if edited:
            after = f" after our version {before['version']}" if before else ", not by us"
            raise HubRefused(
                f"{edited[0]} was changed on the Hub (commit {state.head[:7]}){after}. Put the text into "
                "card.notes, "
                f"or publish with --overwrite. {release.kept}"
            )
    return sorted(foreign - release.paths)


def _seal_at(api: HfApi, repo: str, commit: str, state: HubState) -> str | None:
    if commit == state.head:
        return state.manifest_sha256
    content = read_file_at(api, repo, commit, NAME)
    return None if content is None else hashlib.sha256(content).hexdigest()


def _taken(release: Release, commit: str) -> HubRefused:
    return HubRefused(
        f"{release.version} already exists at {commit[:7]} with other content. Nothing was changed. "
        f"Freeze a new version. ({release.sealed} is unchanged.)"
    )


def _tagged_otherwise(api: HfApi, release: Release, commit: str) -> HubRefused:
    """The tag leads to other content of this version, or to what is not this version at all."""
    manifest = manifest_at(api, release.repo, commit)
    if manifest and manifest["version"] == release.version:
        return _taken(release, commit)
    holds = f"version {manifest['version']}" if manifest else "no version"
    return HubRefused(
        f"The tag {release.version} of {release.repo} leads to commit {commit[:7]}, which holds {holds}, not "
        f"{release.version}. Nothing was changed. Delete the tag on the Hub, then run the same command again: it tags "
        f"the version where it stands, or sends it. {release.kept}"
    )


def _refuse_other_line(release: Release, before: Manifest, state: HubState, *, overwrite: bool) -> None:
    if before["project"] != release.manifest["project"] and not overwrite:
        raise HubRefused(
            f"{release.repo} holds versions of project '{before['project']}'. Choose another repository. "
            f"{release.kept}"
        )
    if before["version"] == release.version:
        raise _taken(release, state.head)
    if version_order(before["version"]) > version_order(release.version):
        raise HubRefused(
            f"{release.repo} already holds {before['version']}, which is newer than {release.version}, "
            "and its main "
            f"branch is always the newest version. Freeze a new version. {release.kept}"
        )


def _edited(api: HfApi, repo: str, state: HubState, before: Manifest) -> list[str]:
    """Files of the previous manifest that are not at the head as it describes them."""
    listed: dict[str, str] = {path: entry["sha256"] for path, entry in before["files"].items()}
    found = {
        each.path: each
        for each in api.get_paths_info(repo, sorted(listed), repo_type="dataset", revision=state.head)
    }
    large = {path: lfs.sha256 for path, each in found.items() if (lfs := getattr(each, "lfs", None))}
    small = _small_hashes(api, repo, state.head, found.keys() - large.keys())
    return sorted(path for path, sha256 in listed.items() if (large | small).get(path) != sha256)


def _small_hashes(api: HfApi, repo: str, commit: str, paths: Iterable[str]) -> dict[str, str]:
    with TemporaryDirectory(prefix="rlhf-collect-hub-") as cache_dir:
        return {
            path: file_sha256(
                Path(
                    api.hf_hub_download(repo, path, repo_type="dataset", revision=commit, cache_dir=cache_dir)
                )
            )
            for path in sorted(paths)
        }
