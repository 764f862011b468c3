"""Writing: what goes how, large files, the commit."""

from __future__ import annotations

import base64
from typing import Any, BinaryIO, cast

from tests.hub.call import Call
from tests.hub.commits import commit_to, make_commit, read_proposal
from tests.hub.errors import HubRefusal, forbidden, unusable
from tests.hub.exchange import Answer, json_answer
from tests.hub.lfs import OID, WrongBytesError
from tests.hub.pulls import Pulls, number_in
from tests.hub.repository import Repository
from tests.hub.uploading import ignored_by_git, is_large, large_patterns

MOST_FILES = 256
"""Files one preupload may ask about."""


def _target(call: Call) -> tuple[Repository, str]:
    """The repository and the ref a commit goes to; without ``create_pr`` the caller must be allowed to."""
    if call.flag("create_pr"):
        repository = call.proposable()
        return repository, "refs/heads/main" if call.words["rev"] == "main" else call.words["rev"]
    revision = call.words["rev"]
    if revision.startswith("refs/pr/"):
        repository = call.proposable()
        account = call.signed_in()
        writer = account.may_write(call.words["org"])
        Pulls(repository).check_writable(number_in(revision), account.name, writer)
        return repository, revision
    repository = call.writable()
    repository.resolve(revision)
    ref = f"refs/heads/{revision.removeprefix('refs/heads/')}"
    if ref not in repository.refs():
        raise forbidden(f"{revision} is not a branch: commits go to branches and pull requests")
    return repository, ref


def preupload(call: Call) -> Answer:
    """``POST .../preupload/{rev}``: what goes through LFS, is ignored, is there already."""
    repository, revision = _target(call)
    files = call.request.json().get("files", [])
    if not isinstance(files, list) or len(files) > MOST_FILES:
        raise unusable(f"A preupload takes a list of at most {MOST_FILES} files")
    entries = repository.tree(repository.resolve(revision))
    gitignore = call.request.json().get("gitIgnore")
    if gitignore is None and ".gitignore" in entries:
        gitignore = repository.read_blobs([entries[".gitignore"].oid])[0].decode(errors="replace")
    ignored = ignored_by_git(repository, gitignore, [str(file["path"]) for file in files])
    patterns = large_patterns(repository, revision)
    told: list[dict[str, Any]] = []
    for file in files:
        path, sample = str(file["path"]), base64.b64decode(file.get("sample", ""))
        present = entries.get(path)
        told.append(
            {
                "path": path,
                "uploadMode": "lfs" if is_large(path, sample, int(file["size"]), patterns) else "regular",
                "shouldIgnore": path in ignored,
                "oid": present.etag if present and not present.folder else None,
            }
        )
    return json_answer({"files": told})


def lfs_batch(call: Call) -> Answer:
    """``POST /datasets/{R}.git/info/lfs/objects/batch``: where to send what is not here yet."""
    repository = call.proposable()
    asked = call.request.json()
    if asked.get("operation") != "upload" or asked.get("hash_algo", "sha256") != "sha256":
        raise unusable("Only uploads by sha256 are offered")
    return json_answer(
        {
            "transfer": "basic",
            "objects": [_place(call, repository, item) for item in asked.get("objects", [])],
        },
        headers={"Content-Type": "application/vnd.git-lfs+json"},
    )


def _place(call: Call, repository: Repository, item: dict[str, Any]) -> dict[str, Any]:
    oid, size = str(item.get("oid", "")), item.get("size")
    told: dict[str, Any] = {"oid": oid, "size": size}
    if not OID.fullmatch(oid) or not isinstance(size, int) or size < 0:
        return told | {"size": 0, "error": {"code": 422, "message": "oid must be a sha256, size a number"}}
    if repository.large.size(oid) is not None:
        return told
    secret = call.hub.upload_secrets.secret(repository.name, oid)
    upload = f"{call.hub.url}/lfs-upload/{repository.name}/{oid}?secret={secret}"
    verify = f"{call.hub.url}/datasets/{repository.name}.git/info/lfs/verify"
    return told | {"actions": {"upload": {"href": upload}, "verify": {"href": verify}}}


def lfs_put(call: Call) -> Answer:
    """``PUT`` of the bytes, allowed by the secret in its address and by nothing else."""
    oid = call.words["oid"]
    repository = call.hub.repositories.get(call.repo)
    if repository is None or not call.hub.upload_secrets.fits(
        call.repo, oid, call.request.query.get("secret", "")
    ):
        raise HubRefusal(403, "This address does not allow an upload")
    if "Authorization" in call.request.headers:
        raise unusable("Only one way of authorization is allowed, and the address holds one already")
    try:
        repository.large.keep(oid, cast(BinaryIO, call.request.body))
    except WrongBytesError as wrong:
        raise unusable(str(wrong)) from wrong
    return Answer(headers={"ETag": f'"{oid}"'})


def lfs_verify(call: Call) -> Answer:
    """``POST`` after the upload: is it here, in the size announced."""
    repository = call.proposable()
    asked = call.request.json()
    oid = str(asked.get("oid", ""))
    size = repository.large.size(oid) if OID.fullmatch(oid) else None
    if size is None or size != asked.get("size"):
        raise HubRefusal(404, f"LFS object {oid} of {asked.get('size')} bytes is not here")
    return json_answer({})


def commit(call: Call) -> Answer:
    """``POST .../commit/{rev}[?create_pr=1]``: all lines or none, on the head the caller saw."""
    repository, ref = _target(call)
    author = call.signed_in().name
    proposal = read_proposal(repository, call.request.read())
    told: dict[str, Any] = {"success": True, "hookOutput": ""}
    page = f"{call.hub.url}/datasets/{repository.name}"
    if call.flag("create_pr"):
        # The parent of a pull request is only its base: it locks nothing.
        oid = make_commit(repository, repository.resolve(proposal.parent or ref), proposal, author)
        pull = Pulls(repository).open(oid, title=proposal.summary, author=author)
        told["pullRequestUrl"] = f"{page}/discussions/{pull.num}"
    else:
        oid = commit_to(repository, ref, proposal, author)
    return json_answer(told | {"commitUrl": f"{page}/commit/{oid}", "commitOid": oid})
