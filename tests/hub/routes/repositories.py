"""Repositories as a whole: made, deleted, described, set up."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.hub.call import Call
from tests.hub.cards import check_card, read_head
from tests.hub.errors import repository_missing, taken, unusable
from tests.hub.exchange import Answer, json_answer
from tests.hub.repository import Entry, Repository

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,95}")


def _named(call: Call) -> tuple[str, str]:
    asked = call.request.json()
    if asked.get("type") != "dataset":
        raise unusable('The test hub keeps datasets only: "type" must be "dataset"')
    name, namespace = asked.get("name"), asked.get("organization") or call.signed_in().name
    if not isinstance(name, str) or not NAME.fullmatch(name) or name.endswith((".git", ".", "-")):
        raise unusable(f"{name!r} cannot be the name of a repository")
    return str(namespace), name


def create(call: Call) -> Answer:
    """``POST /api/repos/create``."""
    namespace, name = _named(call)
    account = call.may_write_in(namespace)
    visibility = call.request.json().get("visibility", "public")
    if visibility not in ("public", "private"):
        raise unusable('"visibility" must be one of [public, private]')
    repo = f"{namespace}/{name}"
    url = f"{call.hub.url}/datasets/{repo}"
    if not call.hub.repositories.create(repo, private=visibility == "private", author=account.name):
        raise taken("You already created this dataset repo", url=url)
    return json_answer({"url": url, "name": repo, "id": repo})


def delete(call: Call) -> Answer:
    """``DELETE /api/repos/delete``."""
    namespace, name = _named(call)
    repo = f"{namespace}/{name}"
    if call.hub.repositories.get(repo) is None:
        raise repository_missing(call.account is None)
    call.may_write_in(namespace)
    call.hub.repositories.delete(repo)
    return json_answer({})


def settings(call: Call) -> Answer:
    """``PUT .../settings``."""
    repository = call.writable()
    asked = call.request.json()
    changes: dict[str, Any] = {}
    if "gated" in asked:
        if asked["gated"] not in ("auto", "manual", False):
            raise unusable('"gated" must be one of [auto, manual, false]')
        changes["gated"] = asked["gated"]
    if "visibility" in asked:
        if asked["visibility"] not in ("public", "private"):
            raise unusable('"visibility" must be one of [public, private]')
        changes["private"] = asked["visibility"] == "private"
    if not changes:
        raise unusable("At least one setting must be given")
    repository.change_settings(**changes)
    return json_answer({"private": repository.settings.private, "gated": repository.settings.gated})


def info(call: Call) -> Answer:
    """``GET /api/datasets/{R}`` and ``.../revision/{rev}``."""
    repository = call.seen()
    commit = repository.resolve(call.words.get("rev", "main"))
    kept = repository.settings
    entries = [entry for entry in repository.tree(commit).values() if not entry.folder]
    head = _card_head(repository, commit)
    return json_answer(
        {
            "_id": repository.name,
            "id": repository.name,
            "author": repository.name.split("/")[0],
            "sha": commit,
            "siblings": [_sibling(entry, call.flag("blobs")) for entry in entries],
            "lastModified": repository.log(commit, limit=1)[0].date,
            "createdAt": kept.created,
            "private": kept.private,
            "gated": kept.gated,
            "disabled": False,
            "tags": [f"license:{head['license']}"] if isinstance(head.get("license"), str) else [],
            "downloads": 0,
            "likes": 0,
            **({"cardData": head} if head else {}),
        }
    )


def _sibling(entry: Entry, with_blobs: bool) -> dict[str, Any]:
    if not with_blobs:
        return {"rfilename": entry.path}
    told: dict[str, Any] = {"rfilename": entry.path, "blobId": entry.oid, "size": entry.size}
    if entry.pointer:
        told["lfs"] = {"sha256": entry.pointer.oid, "size": entry.pointer.size, "pointerSize": entry.stored}
    return told


def _card_head(repository: Repository, commit: str) -> dict[str, Any]:
    card = repository.tree(commit).get("README.md")
    content = repository.content(card) if card and not card.folder else b""
    try:
        head = read_head(content.decode()) if isinstance(content, bytes) else None
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    # Dates in YAML have no form in JSON.
    return (
        {
            str(key): str(value) if hasattr(value, "isoformat") else value
            for key, value in (head or {}).items()
        }
        if isinstance(head, dict)
        else {}
    )


def validate_yaml(call: Call) -> Answer:
    """``POST /api/validate-yaml``."""
    errors, warnings = check_card(str(call.request.json().get("content", "")))
    told = {
        "errors": [{"message": message} for message in errors],
        "warnings": [{"message": message} for message in warnings],
    }
    if errors:
        return json_answer(
            {**told, "error": "Invalid metadata"}, 400, {"X-Error-Message": "Invalid metadata"}
        )
    return json_answer(told)
