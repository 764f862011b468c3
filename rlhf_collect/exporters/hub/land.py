"""One commit, then one tag, whatever the network does meanwhile.

An error on commit or tag leaves the outcome unknown. The answer is always the same: look, and send
again only with the parent that was seen, so that at most one of two commits can land.
"""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from rlhf_collect.errors import HubRefused
from rlhf_collect.exporters.hub.errors import Fate, client_errors, explained, fate_of, seconds_to_wait
from rlhf_collect.exporters.hub.look import (
    DESCRIPTION,
    HubState,
    Release,
    find_release,
    look,
    refuse_strangers,
)
from rlhf_collect.exporters.inputs import Progress

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

Answer = TypeVar("Answer")

WAITS = (1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds between tries."""
_TRIES = {Fate.MOVED: 3, Fate.BUSY: len(WAITS), Fate.WAIT: 5, Fate.UNKNOWN: len(WAITS)}


@dataclass
class _Patience:
    """How often each kind of trouble was met, and how long to wait for the next try."""

    release: Release
    say: Progress
    met: dict[Fate, int]

    def wait(self, error: Exception) -> Fate:
        """Wait as the error asks. Errors: ``HubRefused``, ``HubUnreachable`` when it was met too often."""
        fate = fate_of(error)
        count = self.met.get(fate, 0)
        if count >= _TRIES.get(fate, 0):
            raise explained(error, self.release.repo, self.release.kept) from error
        self.met[fate] = count + 1
        if fate is Fate.WAIT:
            seconds = seconds_to_wait(error)
            self.say(f"The Hub asks us to wait {seconds:.0f} s.")
            time.sleep(seconds)
        elif fate is Fate.BUSY:
            time.sleep(WAITS[count])
        elif fate is Fate.UNKNOWN:
            self.say("The Hub did not confirm. Checking…")
            time.sleep(WAITS[count] if count else 0)  # the first look is free
        return fate


def land_commit(
    api: HfApi, release: Release, state: HubState, *, overwrite: bool, say: Progress
) -> tuple[str, list[str]]:
    """Make the commit, or find that it is there: its id, and foreign files that stay in the repository."""
    patience = _Patience(release, say, {})
    foreign = refuse_strangers(api, release, state, overwrite=overwrite)
    while True:
        try:
            return _send(api, release, state), foreign
        except client_errors() as error:
            fate = patience.wait(error)
        state, found = _ask(lambda: _look_for(api, release), patience)
        if found is not None:
            say("Version found, going on.")
            return found, foreign
        if fate is Fate.UNKNOWN:
            say("It is not there, sending again.")
        foreign = _ask(partial(refuse_strangers, api, release, state, overwrite=overwrite), patience)


def land_tag(api: HfApi, release: Release, commit: str, state: HubState, *, say: Progress) -> None:
    """Make the tag point to the commit. Errors: ``HubRefused`` if it is taken."""
    patience = _Patience(release, say, {})
    tagged = state.tags.get(release.version)
    while tagged is None:
        try:
            api.create_tag(
                release.repo,
                repo_type="dataset",
                tag=release.version,
                revision=commit,
                tag_message=f"{DESCRIPTION}{release.manifest_sha256}",
            )
        except client_errors() as error:
            patience.wait(error)
        tagged = _ask(lambda: _tag_commit(api, release), patience)
    if tagged != commit:
        raise HubRefused(
            f"The tag {release.version} of {release.repo} points to {tagged[:7]}, not to our commit "
            f"{commit[:7]}. "
            f"Nothing more was changed. {release.kept}"
        )


def _send(api: HfApi, release: Release, state: HubState) -> str:
    """One try. Operations are made anew each time, since the client changes them."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    gone = (set(state.manifest["files"]) if state.manifest else set()) - release.paths
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(
            CommitOperationAdd(path_in_repo=path, path_or_fileobj=release.folder / path)
            for path in sorted(release.paths)
        ),
        *(CommitOperationDelete(path_in_repo=path) for path in sorted(gone & state.files)),
    ]
    made = api.create_commit(
        release.repo,
        operations,
        commit_message=f"Version {release.version}",
        commit_description=f"{DESCRIPTION}{release.manifest_sha256}",
        parent_commit=state.head,
        repo_type="dataset",
    )
    return made.oid


def _look_for(api: HfApi, release: Release) -> tuple[HubState, str | None]:
    state = look(api, release.repo)
    return state, find_release(api, release, state)


def _tag_commit(api: HfApi, release: Release) -> str | None:
    refs = api.list_repo_refs(release.repo, repo_type="dataset")
    return next((each.target_commit for each in refs.tags if each.name == release.version), None)


def _ask(question: Callable[[], Answer], patience: _Patience) -> Answer:
    """Ask until the Hub answers, within patience."""
    while True:
        try:
            return question()
        except client_errors() as error:
            patience.wait(error)
