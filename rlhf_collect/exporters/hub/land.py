"""One commit, then one tag, whatever the network does meanwhile.

An error on commit or tag leaves the outcome unknown. The answer is always the same: look, and send
again only with the parent that was seen, so that at most one of two commits can land.
"""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rlhf_collect.errors import HubRefused
from rlhf_collect.exporters.hub.errors import Fate, client_errors
from rlhf_collect.exporters.hub.look import DESCRIPTION, HubState, find_release, look, refuse_strangers
from rlhf_collect.exporters.hub.patience import ReleasePatience
from rlhf_collect.exporters.hub.release import GOES_ON, LOOKS, Release

if TYPE_CHECKING:
    from huggingface_hub import CommitInfo, CommitOperationAdd, CommitOperationDelete, HfApi


def land_commit(
    api: HfApi, state: HubState, patience: ReleasePatience, *, overwrite: bool
) -> tuple[str, list[str]]:
    """Make the commit, or find that it is there: its id, and foreign files that stay in the repository."""
    release = patience.release
    foreign = refuse_strangers(api, release, state, overwrite=overwrite)
    before = release.ground.said
    while True:
        try:
            with release.ground.sending(
                f"Whether version {release.version} arrived at {release.repo} {LOOKS}"
            ):
                commit = send_commit(api, release, state).oid
            release.ground.say(untagged(release, commit))
            return commit, foreign
        except client_errors() as error:
            fate = patience.wait(error)
        state, found = patience.ask(lambda: _look_for(api, release))
        if found is not None:
            patience.say("Version found, going on.")
            release.ground.say(untagged(release, found))
            return found, foreign
        release.ground.say(before)
        if fate is Fate.UNKNOWN:
            patience.say("It is not there, sending again.")
        foreign = patience.ask(partial(refuse_strangers, api, release, state, overwrite=overwrite))


def land_tag(api: HfApi, commit: str, state: HubState, patience: ReleasePatience) -> None:
    """Make the tag point to the commit. Errors: ``HubRefused`` if it is taken."""
    release = patience.release
    tagged = state.tags.get(release.version)
    if tagged is None:
        patience.say(f"Tagging it {release.version}.")
    while tagged is None:
        try:
            with release.ground.sending(f"{stands(release, commit)}; whether its tag is there {LOOKS}"):
                api.create_tag(
                    release.repo,
                    repo_type="dataset",
                    tag=release.version,
                    revision=commit,
                    tag_message=f"{DESCRIPTION}{release.manifest_sha256}",
                )
        except client_errors() as error:
            patience.wait(error)
        tagged = patience.ask(lambda: _tag_commit(api, release))
    if tagged != commit:
        release.ground.say("")  # going on would end here again
        raise HubRefused(
            f"The tag {release.version} of {release.repo} points to {tagged[:7]}, not to our commit "
            f"{commit[:7]}. Nothing more was changed: look at that tag on the Hub. {release.kept}"
        )


def untagged(release: Release, commit: str) -> str:
    """What stands between the commit and the tag."""
    return f"{stands(release, commit)} without its tag: {GOES_ON}"


def stands(release: Release, commit: str) -> str:
    """Where the commit is, with nothing said of the tag."""
    return f"Version {release.version} stands on main of {release.repo} (commit {commit[:7]})"


def send_commit(api: HfApi, release: Release, state: HubState, *, proposed: bool = False) -> CommitInfo:
    """One try, as a pull request where ``proposed``. Operations are made anew, since the client changes them."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(
            CommitOperationAdd(path_in_repo=path, path_or_fileobj=release.folder / path)
            for path in sorted(release.paths)
        ),
        *(CommitOperationDelete(path_in_repo=path) for path in left_behind(release, state)),
    ]
    return api.create_commit(
        release.repo,
        operations,
        commit_message=f"Version {release.version}",
        commit_description=f"{DESCRIPTION}{release.manifest_sha256}",
        parent_commit=state.head,
        repo_type="dataset",
        create_pr=proposed,
    )


def left_behind(release: Release, state: HubState) -> list[str]:
    """Files of the version at the head that the new one lacks: the card's globs would load them."""
    gone = (set(state.manifest["files"]) if state.manifest else set()) - release.paths
    return sorted(gone & state.files)


def _look_for(api: HfApi, release: Release) -> tuple[HubState, str | None]:
    state = look(api, release.repo)
    return state, find_release(api, release, state)


def _tag_commit(api: HfApi, release: Release) -> str | None:
    refs = api.list_repo_refs(release.repo, repo_type="dataset")
    return next((each.target_commit for each in refs.tags if each.name == release.version), None)
