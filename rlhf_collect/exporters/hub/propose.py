"""Candidates: a version as a pull request, loadable by its ref, and the approval that makes it the version.

``main`` equals the latest version all the while: it changes only when a candidate is merged, and only if
it is still what the candidate was made for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from rlhf_collect.errors import HubRefused, NotFound
from rlhf_collect.exporters.card import CARD
from rlhf_collect.exporters.gate import asks_readers
from rlhf_collect.exporters.hub.enter import enter
from rlhf_collect.exporters.hub.errors import Fate, client_errors
from rlhf_collect.exporters.hub.land import land_tag, send_commit, untagged
from rlhf_collect.exporters.hub.look import (
    DESCRIPTION,
    HubState,
    differing,
    find_release,
    look,
    manifest_at,
    read_file_at,
    refuse_strangers,
    refuse_withdrawn,
)
from rlhf_collect.exporters.hub.patience import ReleasePatience
from rlhf_collect.exporters.hub.read import read_back
from rlhf_collect.exporters.hub.release import GOES_ON, LOOKS, Release
from rlhf_collect.exporters.reach import Reach

if TYPE_CHECKING:
    from huggingface_hub import Discussion, HfApi


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A pull request that holds a version."""

    number: int
    """Its number."""
    status: str
    """``open``, ``draft`` or ``merged``."""
    commit: str
    """Its commit."""
    base: str
    """The commit of ``main`` it was made for."""
    url: str
    """Its page."""

    @property
    def revision(self) -> str:
        """What loads it."""
        return f"refs/pr/{self.number}"


def propose(
    api: HfApi, reach: Reach, patience: ReleasePatience, *, overwrite: bool
) -> tuple[Candidate, list[str], list[str]]:
    """Open the pull request, or find that it is open, and read it back; what changed, and foreign files that stay.

    Errors: ``HubRefused`` if the version is there already, if ``main`` moved on since it was proposed, or for what
    ``refuse_strangers`` refuses.
    """
    release = patience.release
    state, notes = enter(api, release, reach)
    _refuse_published(api, release, state)
    foreign = refuse_strangers(api, release, state, overwrite=overwrite)
    found = find_candidate(api, release, "open")
    if found is not None:
        _refuse_moved_base(found, release, state)  # now: its approval would be refused for it
    while found is None:
        patience.say(f"Sending version {release.version} to {release.repo} as a candidate.")
        try:
            with release.ground.sending(f"Whether the pull request at {release.repo} was made {LOOKS}"):
                send_commit(api, release, state, proposed=True)
        except client_errors() as error:
            if patience.wait(error) is Fate.MOVED:
                state = patience.ask(partial(look, api, release.repo))
        # The reply may be lost and the pull request made: look before another is opened.
        found = patience.ask(partial(find_candidate, api, release, "open"))
    release.ground.say(
        f"Pull request {found.number} of {release.repo} holds version {release.version}: {GOES_ON}"
    )
    patience.say("Reading back what the Hub serves.")
    read_back(api, release, found.commit)
    return found, notes, foreign


def approve(api: HfApi, patience: ReleasePatience) -> tuple[str, list[str]]:
    """Merge the candidate, compare what was merged, tag it: the commit, and what the lead should know.

    Errors: ``NotFound`` without a candidate; ``HubRefused`` if ``main`` moved on since, or what was merged
    differs. Again after any failure it goes on where it stopped.
    """
    release = patience.release
    state = look(api, release.repo)
    refuse_withdrawn(release, state)
    if release.version in state.tags:
        found = find_release(api, release, state)
        assert found is not None, "a tag leads to a commit"
        return found, []
    candidate = find_candidate(api, release, "all")
    if candidate is None:
        raise _no_candidate(api, release)
    if candidate.status != "merged":
        _refuse_moved_base(candidate, release, state)
        patience.say(f"Comparing pull request {candidate.number}.")
        _refuse_other_content(api, candidate, release)
        patience.say(f"Merging pull request {candidate.number}.")
        _merge(api, candidate, patience.anew())
    commit = patience.ask(partial(_merged_at, api, release, candidate))
    release.ground.say(untagged(release, commit))
    patience.say("Reading back what the Hub serves.")
    read_back(api, release, commit)
    merged = look(api, release.repo, revision=commit)
    foreign = refuse_strangers(api, release, merged, overwrite=True, same=True)
    land_tag(api, commit, merged, patience.anew())
    return commit, [f"{path} is not ours and stays in the repository." for path in foreign]


def _no_candidate(api: HfApi, release: Release) -> NotFound:
    """Where there is one of this version with other content: what to give beside --approve, if that is the matter."""
    for pull in _pulls(api, release, "open"):
        assert pull.git_reference is not None, "pull requests have a ref"
        last, *_ = api.list_repo_commits(release.repo, repo_type="dataset", revision=pull.git_reference)
        manifest = manifest_at(api, release.repo, last.commit_id)
        if DESCRIPTION not in f"{last.title}\n{last.message}" or manifest is None:
            continue
        if (manifest["project"], manifest["version"]) != (release.manifest["project"], release.version):
            continue
        made, ours = (
            asks_readers(text) for text in (_card_at(api, release, last.commit_id), _own_card(release))
        )
        mend = "Close it and publish with --candidate again."
        if made != ours:
            mend = (
                "It was made with --gated: give the same --gated beside --approve."
                if made
                else "It was made without --gated: leave that out beside --approve."
            )
        return NotFound(
            f"The candidate of version {release.version} at {release.repo} (pull request {pull.num}, {pull.url}) has "
            f"other content. Nothing was merged. {mend} {release.kept}"
        )
    return NotFound(
        f"{release.repo} has no candidate of version {release.version} with this content. Make one: publish it "
        f"with --candidate. {release.kept}"
    )


def _card_at(api: HfApi, release: Release, commit: str) -> str:
    return (read_file_at(api, release.repo, commit, CARD) or b"").decode(errors="replace")


def _own_card(release: Release) -> str:
    return (release.folder / CARD).read_text(encoding="utf-8")


def find_candidate(api: HfApi, release: Release, status: Literal["open", "all"]) -> Candidate | None:
    """The newest pull request whose last commit names our manifest; closed ones do not count."""
    for pull in _pulls(api, release, status):
        assert pull.git_reference is not None, "pull requests have a ref"
        last, *before = api.list_repo_commits(release.repo, repo_type="dataset", revision=pull.git_reference)
        if DESCRIPTION + release.manifest_sha256 in f"{last.title}\n{last.message}" and before:
            return Candidate(
                number=pull.num,
                status=pull.status,
                commit=last.commit_id,
                base=before[0].commit_id,
                url=pull.url,
            )
    return None


def _pulls(api: HfApi, release: Release, status: Literal["open", "all"]) -> Iterator[Discussion]:
    found = api.get_repo_discussions(
        release.repo, repo_type="dataset", discussion_type="pull_request", discussion_status=status
    )
    return (each for each in found if each.status != "closed")


def _refuse_published(api: HfApi, release: Release, state: HubState) -> None:
    there = find_release(api, release, state)
    if there is not None:
        raise HubRefused(
            f"Version {release.version} is at {release.repo} already (commit {there[:7]}), so there is nothing to "
            f"propose. Nothing was sent. {release.kept}"
        )


def _refuse_moved_base(candidate: Candidate, release: Release, state: HubState) -> None:
    if candidate.base != state.head:
        raise HubRefused(
            f"{release.repo} was changed (commit {state.head[:7]}) after the candidate of version {release.version} "
            f"was made for {candidate.base[:7]}. Nothing was merged. Close pull request {candidate.number} "
            f"({candidate.url}) and publish with --candidate again. {release.kept}"
        )


def _refuse_other_content(api: HfApi, candidate: Candidate, release: Release) -> None:
    """What is merged is downloaded and compared afterwards; before, the hashes the Hub tells are enough."""
    proposed = look(api, release.repo, revision=candidate.commit)
    for name in differing(api, release, proposed):
        raise HubRefused(
            f"{name} of pull request {candidate.number} ({candidate.url}) differs from what was sent. Nothing was "
            f"merged. Close it and publish with --candidate again. {release.kept}"
        )


def _merge(api: HfApi, candidate: Candidate, patience: ReleasePatience) -> None:
    """Merge, or find that it was. Errors: ``HubRefused``, ``HubUnreachable``."""
    release = patience.release
    while True:
        try:
            with release.ground.sending(f"Whether pull request {candidate.number} was merged {LOOKS}"):
                api.merge_pull_request(release.repo, candidate.number, repo_type="dataset")
            return
        except client_errors() as error:
            patience.wait(error)
        details = patience.ask(
            partial(api.get_discussion_details, release.repo, candidate.number, repo_type="dataset")
        )
        if details.status == "merged":
            patience.say("It was merged, going on.")
            return
        _refuse_moved_base(candidate, release, patience.ask(partial(look, api, release.repo)))


def _merged_at(api: HfApi, release: Release, candidate: Candidate) -> str:
    commit = api.get_discussion_details(release.repo, candidate.number, repo_type="dataset").merge_commit_oid
    if commit is None:
        raise HubRefused(
            f"The Hub does not say which commit merged pull request {candidate.number} of {release.repo}. It got no "
            f"tag. {release.kept}"
        )
    return commit
