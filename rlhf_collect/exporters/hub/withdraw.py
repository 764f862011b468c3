"""Takes versions from the Hub for good. Doing it again is how it resumes: each step first looks whether it is done.

The order matters. A squash leaves tags their commits, so the tags go first; a candidate could bring back what goes, so
it is closed before; ``WITHDRAWN.md`` comes last, for it says that all of it was done.
"""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rlhf_collect.errors import HubRefused
from rlhf_collect.exporters.going import Going, Withdrawal, WithdrawalPlan
from rlhf_collect.exporters.hub.affected import (
    NOTHING,
    find_standing,
    list_objects,
    open_pulls,
    spared,
    survey,
)
from rlhf_collect.exporters.hub.client import open_hub, quiet_hub
from rlhf_collect.exporters.hub.errors import Fate, client_errors, fate_of, told, told_when_stopped
from rlhf_collect.exporters.hub.look import HubState, look
from rlhf_collect.exporters.hub.patience import WAITS, Patience, Pause, ask_patiently
from rlhf_collect.exporters.hub.read import verify_hub
from rlhf_collect.exporters.inputs import Progress
from rlhf_collect.exporters.manifest import NAME
from rlhf_collect.exporters.version_names import version_order
from rlhf_collect.exporters.withdrawn import WITHDRAWN, all_withdrawn, withdrawn_text

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KEPT = "What is removed so far stays removed."
IN_DOUBT = f"What was asked of the Hub at that moment may have been done. {KEPT}"


def plan_withdrawal_from_hub(
    repo: str,
    project: str,
    going: Sequence[Going],
    *,
    token: str | None = None,
    progress: Progress | None = None,
) -> WithdrawalPlan:
    """What ``withdraw_from_hub`` would do now. Errors: ``NotFound``, ``HubRefused``, ``HubUnreachable``."""
    say = progress or (lambda _: None)
    patience = Patience(repo=repo, kept=NOTHING, say=say, pause=time.sleep)
    with told(repo, NOTHING), quiet_hub(say):
        return survey(ask_patiently(open_hub(token), patience), repo, project, going, say)[1]


def withdraw_from_hub(
    repo: str,
    project: str,
    going: Sequence[Going],
    *,
    published: Mapping[str, str],
    token: str | None = None,
    progress: Progress | None = None,
    pause: Pause = time.sleep,
) -> Withdrawal:
    """Remove the versions from ``org/name`` and look again; what they were must be on record before.

    ``published`` has the commits that were last told of versions, to say which are others now. Errors:
    ``HubRefused``, ``HubUnreachable``, ``DamagedVersion`` for a kept version that does not verify; after each of them
    the same call goes on where this one stopped.
    """
    say = progress or (lambda _: None)
    patience = Patience(repo=repo, kept=KEPT, say=say, pause=pause)
    with (
        told_when_stopped(IN_DOUBT),
        told(repo, KEPT),
        quiet_hub(say),
    ):
        api = ask_patiently(open_hub(token), patience)
        work = _Work(
            api=api,
            project=project,
            going=going,
            plan=survey(api, repo, project, going, say)[1],
            patience=patience,
        )
        if not work.plan.done:
            work.delete_tags()
            work.close_candidates()
            work.empty_main()
            work.squash_main()
            work.delete_objects()
            work.leave_word()
        return work.look_again(published, token)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One withdrawal, step by step."""

    api: HfApi
    """The Hub."""
    project: str
    """Whose versions they are."""
    going: Sequence[Going]
    """The versions that go."""
    plan: WithdrawalPlan
    """What there was to do at the start."""
    patience: Patience
    """Says what is done, and waits."""

    @property
    def repo(self) -> str:
        """``org/name``."""
        return self.patience.repo

    @property
    def title(self) -> str:
        """Of our commits; the squashed one is known by it, and by nothing else."""
        return f"Withdraw {', '.join(self.plan.versions)}"

    def delete_tags(self) -> None:
        for name in self.plan.tags:
            self.patience.say(f"Deleting the tag {name}.")
            self._until(
                partial(self._lacks_tag, name),
                partial(self.api.delete_tag, self.repo, tag=name, repo_type="dataset"),
            )

    def close_candidates(self) -> None:
        for each in self.plan.candidates:
            self.patience.say(f"Closing pull request {each.number}.")
            self._until(
                partial(self._lacks_open, each.number),
                partial(
                    self.api.change_discussion_status, self.repo, each.number, "closed", repo_type="dataset"
                ),
            )

    def empty_main(self) -> None:
        """Take our files from ``main`` where no version is left for it to show."""
        if self.plan.empties_main:
            self.patience.say("Taking the files from main: no version is left.")
            self._until(lambda: not self._shows_what_goes(self._look()), self._delete_files)

    def squash_main(self) -> None:
        if self.plan.squashes:
            self.patience.say("Squashing the history of main.")
            self._until(
                self._is_squashed,
                partial(
                    self.api.super_squash_history,
                    self.repo,
                    branch="main",
                    commit_message=self.title,
                    repo_type="dataset",
                ),
            )

    def delete_objects(self) -> None:
        """What a version that came meanwhile uses stays: what is spared is looked up anew."""
        wanted = {sha256 for each in self.plan.large_files.values() for sha256 in each}
        standing = self.patience.ask(partial(find_standing, self.api, self.repo, self.project))
        stay = self.patience.ask(
            partial(spared, self.api, self.repo, standing, self.plan.versions, self.project)
        )
        self.patience.say("Deleting large files for good.")
        self._until(
            lambda: not list(list_objects(self.api, self.repo, wanted - stay)),
            partial(self._delete_large, wanted - stay),
        )

    def leave_word(self) -> None:
        self.patience.say(f"Writing {WITHDRAWN}.")
        self._until(
            lambda: all_withdrawn(self._look().withdrawn, self.plan.versions),
            self._write_word,
        )

    def look_again(self, published: Mapping[str, str], token: str | None) -> Withdrawal:
        """Errors: ``HubRefused`` for anything that is still there, ``DamagedVersion`` for a kept one that is not."""
        self.patience.say("Looking again.")
        tags = self.patience.ask(self._tags)
        wanted = {sha256 for each in self.plan.large_files.values() for sha256 in each}
        here = [f"the tag {name}" for name in self.plan.versions if name in tags]
        here += [f"{each.name} ({each.sha256})" for each in list_objects(self.api, self.repo, wanted)]
        if here:
            raise HubRefused(f"{self.repo} still has {', '.join(here)}. {KEPT} Run the same command again.")
        kept = {name: tags[name] for name in sorted(self.plan.kept, key=version_order) if name in tags}
        for name in kept:
            self.patience.say(f"Verifying {name}.")
            verify_hub(self.repo, name, token)
        before = {**self.plan.kept, **published}
        return Withdrawal(
            url=f"{self.api.endpoint}/datasets/{self.repo}",
            kept=kept,
            moved={name: before[name] for name, commit in kept.items() if before[name] != commit},
            beyond=(*self._answering(), *self.plan.beyond),
        )

    def _until(self, done: Callable[[], bool], act: Callable[[], object]) -> None:
        """Act until a look shows that it is done, whatever became of the answers. Errors: as ``Patience.wait``."""
        patience, tries = self.patience.anew(), 0
        while not patience.ask(done):
            if tries > len(WAITS):
                raise HubRefused(
                    f"The Hub said that it did what was asked, and {self.repo} does not show it. {KEPT} Run the same "
                    "command again later."
                )
            if tries:
                patience.pause(WAITS[tries - 1])
            try:
                act()
                tries += 1
            except client_errors() as error:
                # Refused may mean that somebody else has done it just now.
                if fate_of(error) is Fate.REFUSED and patience.ask(done):
                    return
                patience.wait(error)

    def _look(self) -> HubState:
        return look(self.api, self.repo)

    def _tags(self) -> dict[str, str]:
        refs = self.api.list_repo_refs(self.repo, repo_type="dataset")
        return {each.name: each.target_commit for each in refs.tags}

    def _lacks_tag(self, name: str) -> bool:
        return name not in self._tags()

    def _lacks_open(self, number: int) -> bool:
        return number not in [each.num for each in open_pulls(self.api, self.repo)]

    def _shows_what_goes(self, state: HubState) -> bool:
        return state.manifest is not None and state.manifest["version"] in self.plan.versions

    def _delete_files(self) -> None:
        from huggingface_hub import CommitOperationDelete

        state = self._look()
        if state.manifest is not None and self._shows_what_goes(state):
            ours = sorted(state.files & {*state.manifest["files"], NAME})
            self.api.create_commit(
                self.repo,
                [CommitOperationDelete(path_in_repo=path) for path in ours],
                commit_message=self.title,
                parent_commit=state.head,
                repo_type="dataset",
            )

    def _is_squashed(self) -> bool:
        *_, first = self.api.list_repo_commits(self.repo, repo_type="dataset")
        return first.title == self.title

    def _delete_large(self, wanted: set[str]) -> None:
        found = [
            each for each in self.api.list_lfs_files(self.repo, repo_type="dataset") if each.oid in wanted
        ]
        self.api.permanently_delete_lfs_files(self.repo, found, rewrite_history=True, repo_type="dataset")

    def _write_word(self) -> None:
        from huggingface_hub import CommitOperationAdd

        state = self._look()
        entries = {each.version: each.entry(len(self.plan.large_files[each.version])) for each in self.going}
        text = withdrawn_text({**entries, **state.withdrawn}.values())
        self.api.create_commit(
            self.repo,
            [CommitOperationAdd(path_in_repo=WITHDRAWN, path_or_fileobj=text.encode())],
            commit_message=self.title,
            parent_commit=state.head,
            repo_type="dataset",
        )

    def _answering(self) -> list[str]:
        """A sentence for each old commit that the Hub still serves: a kept version may have grown from it."""
        from huggingface_hub.errors import RevisionNotFoundError

        found = []
        for version, commit in self.plan.commits.items():
            with suppress(RevisionNotFoundError):
                if commit and self.api.dataset_info(self.repo, revision=commit).sha:
                    found.append(
                        f"The commit {commit[:7]} of {version} still answers, because something that stays was built "
                        "on it; it holds no large file but those of kept versions."
                    )
        return found
