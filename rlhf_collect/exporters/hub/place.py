"""A version on the Hub as a place to load it from."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rlhf_collect.errors import BadCall, DamagedVersion, HubUnreachable, NotFound
from rlhf_collect.exporters.hub.client import quiet_hub
from rlhf_collect.exporters.hub.errors import told
from rlhf_collect.exporters.hub.look import read_file_at
from rlhf_collect.exporters.hub.patience import open_patiently
from rlhf_collect.exporters.manifest import NAME
from rlhf_collect.exporters.version_names import is_version_name, newest, version_order
from rlhf_collect.exporters.withdrawn import WITHDRAWN, Withdrawn, parse_withdrawn, withdrawn_words

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_COMMIT = re.compile(r"[0-9a-f]{40}")
_NOTHING = "Nothing was loaded."
_VERSION = re.compile(r"v?(\d+\.\d+\.\d+)")


@dataclass(frozen=True, kw_only=True)
class HubPlace:
    """One commit of a dataset repository, in the client's cache."""

    repo: str
    """``org/name``."""
    commit: str
    """The 40-hex commit."""
    token: str | None
    """The caller's, else the client's own."""
    cache_dir: Path | None
    """Where downloads are kept; the client's own cache unless given."""
    again: bool = False
    """Whether files are got once more though they are kept."""

    @property
    def called(self) -> str:
        """The repository and the commit."""
        return f"{self.repo} at {self.commit[:7]}"

    def folder(self, config: str) -> Path:
        """The folder with the manifest and every file of a config. Errors: ``HubRefused``, ``HubUnreachable``."""
        return self._fetch([NAME, f"{config}/*"])

    def file(self, name: str) -> Path:
        """The folder with at least the manifest or one file of it."""
        return self._fetch([name])

    def afresh(self) -> HubPlace | None:
        """The same, files got once more; ``None`` where they were just now, or the Hub is not to be asked."""
        from huggingface_hub.constants import is_offline_mode

        return None if self.again or is_offline_mode() else replace(self, again=True)

    def _fetch(self, names: list[str]) -> Path:
        from huggingface_hub.constants import is_offline_mode
        from huggingface_hub.errors import LocalEntryNotFoundError, RevisionNotFoundError

        with told(self.repo, _NOTHING), quiet_hub():
            api = open_patiently(self.repo, self.token, _NOTHING)
            try:
                folder = api.snapshot_download(
                    self.repo,
                    repo_type="dataset",
                    revision=self.commit,
                    allow_patterns=names,
                    cache_dir=self.cache_dir,
                    force_download=self.again,
                )
            except LocalEntryNotFoundError as error:
                offline = is_offline_mode()
                why = (
                    "HF_HUB_OFFLINE keeps the Hub from being asked"
                    if offline
                    else "The Hub could not be reached"
                )
                mend = "Take HF_HUB_OFFLINE away, or load it once while online." if offline else "Try again."
                raise HubUnreachable(
                    f"{why}, and {self.repo} at {self.commit[:7]} is not whole in the cache. Nothing was loaded. {mend}"
                ) from error
            except RevisionNotFoundError as error:
                gone = ", ".join(sorted(withdrawn_at(api, self.repo), key=version_order))
                why = (
                    f" Versions were withdrawn from it ({gone}), and commits went with them." if gone else ""
                )
                raise NotFound(
                    f"{self.repo} has no commit {self.commit[:7]}.{why} Nothing was loaded."
                ) from error
        return Path(folder)


def find_place(repo: str, version: str, *, token: str | None, cache_dir: Path | None) -> HubPlace:
    """The commit of a version, asked of the Hub. Errors: ``NotFound``, ``HubRefused``, ``HubUnreachable``."""
    from huggingface_hub.constants import is_offline_mode

    if is_offline_mode() and not is_commit(version):
        raise HubUnreachable(
            f"HF_HUB_OFFLINE keeps the Hub from being asked which commit version {version} of {repo} is. Nothing was "
            "loaded. Name the commit instead (40 digits; `rlhf-collect verify` says it while online), or take "
            "HF_HUB_OFFLINE away."
        )
    with told(repo, _NOTHING):
        commit = resolve_commit(open_patiently(repo, token, _NOTHING), repo, version)
    return HubPlace(repo=repo, commit=commit, token=token, cache_dir=cache_dir)


def resolve_commit(api: HfApi, repo: str, version: str) -> str:
    """The 40-hex commit of a version or commit, asked of the Hub and of no cache. Errors: ``NotFound``."""
    from huggingface_hub.errors import RevisionNotFoundError

    if is_commit(version):
        return version
    tag = version_name(version)
    try:
        found = api.dataset_info(repo, revision=tag).sha
    except RevisionNotFoundError as error:
        names = [each.name for each in api.list_repo_refs(repo, repo_type="dataset").tags]
        known = [name for name in names if is_version_name(name)]
        gone = withdrawn_at(api, repo)
        if tag in gone:
            raise NotFound(withdrawn_words(tag, gone[tag].on, known)) from error
        told_names = (
            f"It has {', '.join(sorted(known))}; the newest is {newest(known)}." if known else "It has none."
        )
        raise NotFound(f"{repo} has no version {tag}. {told_names}") from error
    assert found is not None, "the Hub names the commit of a revision"
    return found


def withdrawn_at(api: HfApi, repo: str) -> dict[str, Withdrawn]:
    """The versions that a repository says were withdrawn from it."""
    content = read_file_at(api, repo, "main", WITHDRAWN)
    return {} if content is None else parse_withdrawn(content.decode(errors="replace"))


def is_commit(version: str) -> bool:
    """Whether a text is a 40-hex commit."""
    return _COMMIT.fullmatch(version) is not None


def refuse_other_version(where: object, asked: str, found: str) -> None:
    """Refuse what holds another version than was asked for: a tag can be moved. Errors: ``DamagedVersion``."""
    if not is_commit(asked) and found != version_name(asked):
        raise DamagedVersion(f"{where} holds version {found}, not {asked}.")


def version_name(version: str) -> str:
    """``1.2.0`` of ``1.2.0`` or ``v1.2.0``. Errors: ``BadCall`` for anything else."""
    found = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        raise BadCall(f"'{version}' is neither a version such as 1.2.0 nor a 40-hex commit.")
    return found[1]
