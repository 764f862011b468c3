"""What withdrawing versions would do to a repository: looks, and writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlhf_collect.errors import HubRefused, NotFound
from rlhf_collect.exporters.going import COPIES, Candidate, Going, LargeFile, WithdrawalPlan
from rlhf_collect.exporters.hub.look import DESCRIPTION, HubState, look, manifest_at
from rlhf_collect.exporters.inputs import Progress
from rlhf_collect.exporters.manifest import Manifest
from rlhf_collect.exporters.version_names import is_version_name, newest, version_order
from rlhf_collect.exporters.withdrawn import all_withdrawn

if TYPE_CHECKING:
    from huggingface_hub import Discussion, HfApi

NOTHING = "Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What of ours a repository holds."""

    state: HubState
    """The repository."""
    tagged: Mapping[str, Manifest]
    """Each version with a tag of ours, and its manifest."""
    proposed: tuple[tuple[Candidate, str, Manifest], ...]
    """Each open candidate of ours, its commit and its manifest."""

    def shown(self, project: str) -> str | None:
        """The version that ``main`` shows, ``None`` if it is none of ours."""
        manifest = self.state.manifest
        return str(manifest["version"]) if manifest and manifest["project"] == project else None


def survey(
    api: HfApi, repo: str, project: str, going: Sequence[Going], say: Progress
) -> tuple[Standing, WithdrawalPlan]:
    """What stands there, and what withdrawing ``going`` would do to it.

    Errors: ``NotFound`` for a version that is not there and never was; ``HubRefused`` for a tag that is not ours, or
    while ``main`` shows a version that goes and others stay.
    """
    say(f"Looking at {repo}.")
    api.whoami()
    api.auth_check(repo, repo_type="dataset", write=True)
    standing = find_standing(api, repo, project)
    names = sorted((each.version for each in going), key=version_order)
    _refuse_unknown(repo, going, standing, project)
    kept = {name: standing.state.tags[name] for name in standing.tagged if name not in names}
    shown = standing.shown(project)
    if shown in names and kept:
        raise HubRefused(
            f"main of {repo} shows {shown}, which is to be withdrawn. {NOTHING} Freeze and publish a version without "
            "the rows first, then withdraw."
        )
    say("Looking for the files that no kept version uses.")
    large_files = _large_files(api, repo, going, standing, project)
    wanted = {sha256 for each in large_files.values() for sha256 in each}
    objects = tuple(list_objects(api, repo, wanted))
    tags = {name: standing.state.tags[name] for name in names if name in standing.tagged}
    listed = all_withdrawn(standing.state.withdrawn, names)
    done = listed and not tags and not objects and shown not in names
    return standing, WithdrawalPlan(
        versions=tuple(names),
        done=done,
        tags=tags,
        candidates=() if done else tuple(each for each, _, _ in standing.proposed),
        empties_main=shown in names,
        squashes=bool(tags) or not listed,
        objects=objects,
        kept=kept,
        commits={each.version: each.revision or tags.get(each.version, "") for each in going},
        large_files={version: tuple(sorted(each)) for version, each in large_files.items()},
        beyond=tuple(_beyond(api, repo, standing, wanted)),
    )


def find_standing(api: HfApi, repo: str, project: str) -> Standing:
    """What of ours is there now. A tag is ours if it has a version's name and leads to its manifest."""
    state = look(api, repo)
    tagged = {}
    for name in filter(is_version_name, state.tags):
        manifest = manifest_at(api, repo, state.tags[name])
        if manifest and (manifest["project"], manifest["version"]) == (project, name):
            tagged[name] = manifest
    return Standing(state=state, tagged=tagged, proposed=tuple(_proposed(api, repo, project)))


def open_pulls(api: HfApi, repo: str) -> list[Discussion]:
    """The pull requests that could still be merged."""
    found = api.get_repo_discussions(
        repo, repo_type="dataset", discussion_type="pull_request", discussion_status="open"
    )
    return list(found)


def list_objects(api: HfApi, repo: str, wanted: Collection[str]) -> Iterator[LargeFile]:
    """Those of the wanted large files that the repository still stores."""
    for each in api.list_lfs_files(repo, repo_type="dataset"):
        if each.oid in wanted:
            yield LargeFile(sha256=each.oid, name=each.filename, bytes=each.size)


def spared(api: HfApi, repo: str, standing: Standing, names: Collection[str], project: str) -> set[str]:
    """SHA-256 of the large files of the versions that stay, and of the one that ``main`` shows."""
    kept = [(standing.state.tags[name], each) for name, each in standing.tagged.items() if name not in names]
    shown = standing.state.manifest
    if shown is not None and standing.shown(project) not in names:
        kept.append((standing.state.head, shown))
    return {sha256 for commit, manifest in kept for sha256 in _objects_at(api, repo, commit, manifest)}


def _large_files(
    api: HfApi, repo: str, going: Sequence[Going], standing: Standing, project: str
) -> dict[str, set[str]]:
    """SHA-256 of what each version that goes has, as a tag, a candidate or on ``main``, and no kept one."""
    names = {each.version for each in going}
    found = {each.version: set(each.large_files) for each in going}
    places = [
        (name, standing.state.tags[name], each) for name, each in standing.tagged.items() if name in names
    ]
    places += [
        (found_at.version, commit, each)
        for found_at, commit, each in standing.proposed
        if found_at.version in names
    ]
    shown, manifest = standing.shown(project), standing.state.manifest
    if shown in names and manifest is not None:
        places.append((str(shown), standing.state.head, manifest))
    for name, commit, each in places:
        found[name] |= _objects_at(api, repo, commit, each)
    stay = spared(api, repo, standing, names, project)
    return {name: each - stay for name, each in found.items()}


def _objects_at(api: HfApi, repo: str, commit: str, manifest: Manifest) -> set[str]:
    """SHA-256 of the large files of a version at a commit; files of others there are none of its."""
    tree = api.list_repo_tree(repo, repo_type="dataset", revision=commit, recursive=True)
    return {
        lfs.sha256
        for each in tree
        if each.path in manifest["files"] and (lfs := getattr(each, "lfs", None)) is not None
    }


def _proposed(api: HfApi, repo: str, project: str) -> Iterator[tuple[Candidate, str, Manifest]]:
    for pull in open_pulls(api, repo):
        assert pull.git_reference is not None, "pull requests have a ref"
        last, *_ = api.list_repo_commits(repo, repo_type="dataset", revision=pull.git_reference)
        if DESCRIPTION not in f"{last.title}\n{last.message}":
            continue
        manifest = manifest_at(api, repo, last.commit_id)
        if manifest and manifest["project"] == project:
            found = Candidate(number=pull.num, version=manifest["version"], url=pull.url)
            yield found, last.commit_id, manifest


def _refuse_unknown(repo: str, going: Sequence[Going], standing: Standing, project: str) -> None:
    here = {*standing.tagged, *standing.state.withdrawn, standing.shown(project)}
    here |= {each.version for each, _, _ in standing.proposed} | {
        each.version for each in going if each.begun
    }
    for each in going:
        if each.version in standing.state.tags and each.version not in standing.tagged:
            raise HubRefused(
                f"The tag {each.version} of {repo} is not ours: no version {each.version} of '{project}' stands there. "
                f"{NOTHING} Look at it on the Hub."
            )
        if each.version not in here:
            known = sorted(standing.tagged, key=version_order)
            has = f"It has {', '.join(known)}; the newest is {newest(known)}." if known else "It has none."
            raise NotFound(f"{repo} has no version {each.version} of '{project}'. {has} {NOTHING}")


def _beyond(api: HfApi, repo: str, standing: Standing, wanted: Collection[str]) -> Iterator[str]:
    """What stays whatever is done, and refs of others that the deletion takes files from."""
    refs = api.list_repo_refs(repo, repo_type="dataset", include_pull_requests=True)
    others = [("branch", each) for each in refs.branches if each.name != "main"]
    others += [("tag", each) for each in refs.tags if each.name not in standing.tagged]
    for kind, each in others:
        tree = api.list_repo_tree(repo, repo_type="dataset", revision=each.target_commit, recursive=True)
        if any((lfs := getattr(item, "lfs", None)) is not None and lfs.sha256 in wanted for item in tree):
            yield f"The {kind} {each.name} is not ours and stays; it loses the files that are deleted."
    pulls = [each.ref for each in refs.pull_requests or ()]
    if pulls:
        yield (
            f"Pull requests keep their commits ({', '.join(pulls)}): cards and manifests can be read there, rows "
            "cannot once their files are deleted."
        )
    if refs.converts:
        yield (
            f"Copies the Hub made itself ({', '.join(each.ref for each in refs.converts)}) are out of our reach: it "
            "makes them anew when main changes. If rows stay there, write to its support."
        )
    yield COPIES
