"""Every address of the test Hub, in one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.hub.call import Call
from tests.hub.exchange import Answer
from tests.hub.routes import accounts, clone, discussions, files, refs, repositories, uploads

Handler = Callable[[Call], Answer]

DATASET = "/api/datasets/{org}/{name}"

TABLE: Mapping[str, Handler] = {
    "GET /api/whoami-v2": accounts.whoami,
    "GET /api/agent-harnesses": accounts.not_offered,
    "POST /api/validate-yaml": repositories.validate_yaml,
    "POST /api/repos/create": repositories.create,
    "DELETE /api/repos/delete": repositories.delete,
    f"GET {DATASET}": repositories.info,
    f"GET {DATASET}/revision/{{rev}}": repositories.info,
    f"PUT {DATASET}/settings": repositories.settings,
    f"GET {DATASET}/auth-check": accounts.auth_check,
    f"GET {DATASET}/auth-check/write": accounts.auth_check_write,
    f"GET {DATASET}/xet-write-token/{{rev}}": accounts.not_offered,
    f"GET {DATASET}/tree/{{rev}}": files.tree,
    f"GET {DATASET}/tree/{{rev}}/{{path*}}": files.tree,
    f"POST {DATASET}/paths-info/{{rev}}": files.paths_info,
    f"GET {DATASET}/commits/{{rev}}": files.commits,
    "GET /datasets/{org}/{name}/resolve/{rev}/{path*}": files.resolve,
    f"POST {DATASET}/preupload/{{rev}}": uploads.preupload,
    "POST /datasets/{org}/{name}.git/info/lfs/objects/batch": uploads.lfs_batch,
    "POST /datasets/{org}/{name}.git/info/lfs/verify": uploads.lfs_verify,
    "PUT /lfs-upload/{org}/{name}/{oid}": uploads.lfs_put,
    f"POST {DATASET}/commit/{{rev}}": uploads.commit,
    f"GET {DATASET}/refs": refs.refs,
    f"POST {DATASET}/tag/{{rev}}": refs.create_tag,
    f"DELETE {DATASET}/tag/{{rev}}": refs.delete_tag,
    f"POST {DATASET}/branch/{{rev}}": refs.create_branch,
    f"DELETE {DATASET}/branch/{{rev}}": refs.delete_branch,
    f"POST {DATASET}/super-squash/{{rev}}": refs.super_squash,
    f"GET {DATASET}/lfs-files": refs.lfs_files,
    f"POST {DATASET}/lfs-files/batch": refs.delete_lfs_files,
    f"GET {DATASET}/discussions": discussions.listed,
    f"POST {DATASET}/discussions": discussions.opened,
    f"GET {DATASET}/discussions/{{num}}": discussions.described,
    f"POST {DATASET}/discussions/{{num}}/merge": discussions.merged,
    f"POST {DATASET}/discussions/{{num}}/status": discussions.status_changed,
    "GET /datasets/{org}/{name}.git/info/refs": clone.advertise,
    "POST /datasets/{org}/{name}.git/git-upload-pack": clone.upload_pack,
    "GET /datasets/{org}/{name}/info/refs": clone.advertise,
    "POST /datasets/{org}/{name}/git-upload-pack": clone.upload_pack,
}

WITHOUT_BEARER = (uploads.lfs_put, clone.advertise, clone.upload_pack)
"""What brings its own kind of authorization, or none."""


def _pattern(part: str) -> re.Pattern[str]:
    words = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(part))
    return re.compile(words, re.DOTALL)


_COMPILED = [
    (method, [_pattern(part.replace("*", "")) for part in address.split("/")[1:]], "*" in address, handler)
    for (method, address), handler in ((key.split(" "), handler) for key, handler in TABLE.items())
]


def find(method: str, parts: list[str]) -> tuple[Handler, dict[str, str]] | None:
    """The handler for a request, given the decoded parts of its path, and the words in them."""
    wanted = "GET" if method == "HEAD" else method
    for known, patterns, open_end, handler in _COMPILED:
        if known != wanted or len(parts) < len(patterns) or (len(parts) > len(patterns) and not open_end):
            continue
        fitted = parts
        if open_end:
            last = len(patterns) - 1
            fitted = [*parts[:last], "/".join(parts[last:])]
        found = [pattern.fullmatch(part) for pattern, part in zip(patterns, fitted, strict=True)]
        if all(found):
            return handler, {
                name: word for match in found if match for name, word in match.groupdict().items()
            }
    return None
