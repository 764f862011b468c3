"""Reading: listings, facts about paths, history, downloads."""

from __future__ import annotations

from typing import Any

from tests.hub.call import Call
from tests.hub.errors import entry_missing
from tests.hub.exchange import Answer, json_answer, ranged
from tests.hub.repository import Entry, Repository

TREE_PAGE = 1000
EXPANDED_PAGE = 50
COMMITS_PAGE = 50


def tree(call: Call) -> Answer:
    """``GET .../tree/{rev}[/{path}]``."""
    repository = call.seen()
    commit = repository.resolve(call.words["rev"])
    entries = repository.tree(commit)
    folder = call.words.get("path", "").strip("/")
    if folder and (folder not in entries or not entries[folder].folder):
        raise entry_missing(f"{folder} does not exist on this revision", commit)
    inside = f"{folder}/" if folder else ""
    listed = [entry for path, entry in entries.items() if path.startswith(inside)]
    if not call.flag("recursive"):
        listed = [entry for entry in listed if "/" not in entry.path[len(inside) :]]
    expand = call.flag("expand")
    # Only what the page shows is looked up, so the page is cut before it is told.
    size = EXPANDED_PAGE if expand else TREE_PAGE
    cursor = int(call.request.query.get("cursor", "0"))
    told: list[object] = [None] * len(listed)
    for place, entry in list(enumerate(listed))[cursor : cursor + size]:
        told[place] = _told(repository, commit, entry, expand)
    return call.page(told, size)


def paths_info(call: Call) -> Answer:
    """``POST .../paths-info/{rev}``: facts about the paths that exist, the others left out."""
    repository = call.seen()
    commit = repository.resolve(call.words["rev"])
    entries = repository.tree(commit)
    form = call.request.form()
    expand = form.get("expand", [""])[-1].lower() in ("1", "true")
    asked = [path.strip("/") for path in form.get("paths", [])]
    return json_answer(
        [_told(repository, commit, entries[path], expand) for path in asked if path in entries]
    )


def _told(repository: Repository, commit: str, entry: Entry, expand: bool) -> dict[str, Any]:
    kind = "directory" if entry.folder else "file"
    told: dict[str, Any] = {"type": kind, "oid": entry.oid, "size": entry.size, "path": entry.path}
    if entry.pointer:
        told["lfs"] = {"oid": entry.pointer.oid, "size": entry.pointer.size, "pointerSize": entry.stored}
    if expand:
        last = repository.log(commit, limit=1, path=entry.path)[0]
        told["lastCommit"] = {"id": last.oid, "title": last.title, "date": last.date}
    return told


def commits(call: Call) -> Answer:
    """``GET .../commits/{rev}``, newest first."""
    repository = call.seen()
    told: list[object] = [
        {
            "id": commit.oid,
            "title": commit.title,
            "message": commit.message,
            "authors": [{"user": commit.author}],
            "date": commit.date,
        }
        for commit in repository.log(repository.resolve(call.words["rev"]))
    ]
    return call.page(told, COMMITS_PAGE)


def resolve(call: Call) -> Answer:
    """``GET`` and ``HEAD /datasets/{R}/resolve/{rev}/{path}``: the bytes of that revision."""
    repository = call.readable()
    commit = repository.resolve(call.words["rev"])
    entry = repository.entry(commit, call.words["path"])
    headers = {
        "X-Repo-Commit": commit,
        "ETag": f'"{entry.etag}"',
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream" if entry.pointer else "text/plain; charset=utf-8",
    }
    if entry.pointer:
        headers |= {"X-Linked-Etag": f'"{entry.pointer.oid}"', "X-Linked-Size": str(entry.pointer.size)}
    whole = Answer(body=repository.content(entry), headers=headers)
    return ranged(whole, call.request.headers.get("Range"))
