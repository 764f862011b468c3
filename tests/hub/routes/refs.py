"""Branches, tags, and taking history back."""

from __future__ import annotations

from tests.hub.call import Call
from tests.hub.errors import forbidden, revision_missing, taken, unusable
from tests.hub.exchange import Answer, json_answer
from tests.hub.git import GitError
from tests.hub.repository import NOTHING, Repository
from tests.hub.tags import make_tag
from tests.hub.withdrawal import delete_large_files, list_large_files, squash

LARGE_FILES_PAGE = 1000


def refs(call: Call) -> Answer:
    """``GET .../refs[?include_prs=1]``."""
    known = call.seen().refs()

    def told(prefix: str, cut: str) -> list[dict[str, str]]:
        return [
            {"name": ref.removeprefix(cut), "ref": ref, "targetCommit": commit}
            for ref, commit in known.items()
            if ref.startswith(prefix)
        ]

    listed = {
        "branches": told("refs/heads/", "refs/heads/"),
        "converts": [],
        "tags": told("refs/tags/", "refs/tags/"),
    }
    if call.flag("include_prs"):
        listed["pullRequests"] = told("refs/pr/", "refs/pr/")
    return json_answer(listed)


def create_tag(call: Call) -> Answer:
    """``POST .../tag/{rev}``."""
    repository = call.writable()
    asked = call.request.json()
    name = _ref_name(repository, "refs/tags/", asked.get("tag"))
    commit = repository.resolve(call.words["rev"])
    if not make_tag(repository, name, commit, asked.get("message"), call.signed_in().name):
        raise taken(f"Tag reference exists already: {name}")
    return json_answer({})


def delete_tag(call: Call) -> Answer:
    """``DELETE .../tag/{tag}``."""
    return _delete(call.writable(), f"refs/tags/{call.words['rev']}", call.words["rev"])


def create_branch(call: Call) -> Answer:
    """``POST .../branch/{name}``."""
    repository = call.writable()
    name = _ref_name(repository, "refs/heads/", call.words["rev"])
    start = repository.resolve(call.request.json().get("startingPoint") or "main")
    try:
        repository.git("update-ref", f"refs/heads/{name}", start, NOTHING)
    except GitError as exists:
        raise taken(f"Reference already exists: {name}") from exists
    return json_answer({})


def delete_branch(call: Call) -> Answer:
    """``DELETE .../branch/{name}``."""
    repository = call.writable()
    if call.words["rev"] == "main":
        raise forbidden("The branch main cannot be deleted")
    return _delete(repository, f"refs/heads/{call.words['rev']}", call.words["rev"])


def _ref_name(repository: Repository, prefix: str, name: object) -> str:
    try:
        repository.git("check-ref-format", f"{prefix}{name if isinstance(name, str) else ''}")
    except GitError as unfit:
        raise unusable(f"{name!r} is not a valid reference name") from unfit
    return str(name)


def _delete(repository: Repository, ref: str, name: str) -> Answer:
    if ref not in repository.refs():
        raise revision_missing(name)
    repository.git("update-ref", "-d", ref)
    return json_answer({})


def super_squash(call: Call) -> Answer:
    """``POST .../super-squash/{branch}``."""
    repository = call.writable()
    message = call.request.json().get("message") or "Super-squash"
    commit = squash(repository, call.words["rev"], str(message), call.signed_in().name)
    return json_answer({"commitOid": commit})


def lfs_files(call: Call) -> Answer:
    """``GET .../lfs-files``."""
    return call.page([*list_large_files(call.writable())], LARGE_FILES_PAGE)


def delete_lfs_files(call: Call) -> Answer:
    """``POST .../lfs-files/batch``."""
    repository = call.writable()
    deletions = call.request.json().get("deletions", {})
    if not isinstance(deletions.get("sha"), list):
        raise unusable('"deletions.sha" must be a list of file oids')
    delete_large_files(repository, deletions["sha"], bool(deletions.get("rewriteHistory")))
    return json_answer({"success": True})
