"""The protocol itself, byte by byte, without a client's help."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.hub import TestHub

REPO = "/api/datasets/org/name"
FILE = "/datasets/org/name/resolve"


@dataclass(frozen=True, kw_only=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        return self.headers.get("X-Error-Code")


class Wire:
    """One kept-alive connection."""

    def __init__(self, hub: TestHub) -> None:
        self.hub = hub
        self.connection = http.client.HTTPConnection(urlsplit(hub.url).netloc, timeout=10)

    def __call__(self, line: str, body: Any = None, token: str | None = None, **headers: str) -> Got:
        method, path = line.split(" ", 1)
        token = self.hub.write_token if token is None else token
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {token}"} if token else {}
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        self.connection.request(method, path, content, sent)
        answer = self.connection.getresponse()
        return Got(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())

    def commit(self, *lines: tuple[str, dict[str, Any]], revision: str = "main", **header: Any) -> Got:
        head = ("header", {"summary": "raw", "description": "", **header})
        body = b"".join(
            json.dumps({"key": key, "value": value}).encode() + b"\n" for key, value in (head, *lines)
        )
        return self(f"POST {REPO}/commit/{revision}", body, Content_Type="application/x-ndjson")


def quoted(digest: hashlib._Hash) -> str:
    return f'"{digest.hexdigest()}"'


@pytest.fixture
def wire(hub: TestHub) -> Iterator[Wire]:
    hub.create("org/name")
    connection = Wire(hub)
    yield connection
    connection.connection.close()


def test_a_download_names_the_commit_and_the_bytes_of_its_revision(hub: TestHub, wire: Wire) -> None:
    old = hub.put("org/name", {"a.txt": b"old", "b.parquet": b"old rows"})
    hub.tag("org/name", "1.0.0")
    new = hub.put("org/name", {"a.txt": b"new", "b.parquet": b"new rows"})
    for revision, commit, text, rows in (
        ("1.0.0", old, b"old", b"old rows"),
        ("main", new, b"new", b"new rows"),
    ):
        small, large = (wire(f"GET {FILE}/{revision}/{name}") for name in ("a.txt", "b.parquet"))
        assert (small.body, large.body) == (text, rows)
        assert small.headers["X-Repo-Commit"] == large.headers["X-Repo-Commit"] == commit
        assert small.headers["ETag"] == quoted(hashlib.sha1(b"blob 3\0" + text))
        assert large.headers["X-Linked-Etag"] == quoted(hashlib.sha256(rows))
        assert large.headers["X-Linked-Size"] == "8"
        assert "X-Linked-Etag" not in small.headers
        assert small.headers["Accept-Ranges"] == "bytes"


def test_head_sends_the_headers_of_get_and_no_body(hub: TestHub, wire: Wire) -> None:
    hub.edit("org/name", "b.parquet", b"rows")
    for path in (f"{FILE}/main/b.parquet", f"{FILE}/main/missing", REPO):
        got, head = wire(f"GET {path}"), wire(f"HEAD {path}")
        assert head.body == b""
        assert head.status == got.status
        assert head.headers | {"Date": ""} == got.headers | {"Date": ""}
        assert int(head.headers["Content-Length"]) == len(got.body) > 0


@pytest.mark.parametrize("path", ["a.txt", "b.parquet"])
def test_ranges_are_served_from_either_end_and_refused_beyond(hub: TestHub, wire: Wire, path: str) -> None:
    hub.edit("org/name", path, b"0123456789")
    for asked, body, told in (
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=5-99", b"56789", "bytes 5-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
    ):
        got = wire(f"GET {FILE}/main/{path}", Range=asked)
        assert (got.status, got.body, got.headers["Content-Range"]) == (206, body, told)
    beyond = wire(f"GET {FILE}/main/{path}", Range="bytes=10-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */10")


def test_revisions_and_paths_are_decoded_after_splitting(hub: TestHub, wire: Wire) -> None:
    head = hub.put("org/name", {"a/b c/ü#?%2F.txt": b"odd"})
    hub.repository("org/name").git("update-ref", "refs/heads/with/slash", head)
    hub.repository("org/name").git("update-ref", "refs/pr/1", head)
    for revision in ("with%2Fslash", "refs%2Fheads%2Fmain", "refs%2Fpr%2F1", head, head[:7]):
        assert wire(f"GET {REPO}/revision/{revision}").json["sha"] == head
        assert wire(f"GET {FILE}/{revision}/a/b%20c/%C3%BC%23%3F%252F.txt").body == b"odd"
        for folder in ("a%2Fb%20c", "a/b%20c"):
            listed = wire(f"GET {REPO}/tree/{revision}/{folder}").json
            assert [entry["path"] for entry in listed] == ["a/b c/ü#?%2F.txt"]


def test_every_refusal_carries_its_code_and_its_message_twice(hub: TestHub, wire: Wire) -> None:
    head = hub.edit("org/name", "a.txt", b"a")
    hub.create("org/private", private=True)
    hub.create("org/gated")
    hub.edit("org/gated", "a.txt", b"a")
    hub.repository("org/gated").change_settings(gated="manual")
    eve = hub.stranger_token
    rows: list[tuple[Got, int, str | None]] = [
        (wire("GET /api/datasets/org/none"), 404, "RepoNotFound"),
        (wire("GET /api/datasets/none"), 404, "RepoNotFound"),
        (wire("GET /api/datasets/org/none", token=""), 401, "RepoNotFound"),
        (wire("GET /api/datasets/org/private", token=eve), 404, "RepoNotFound"),
        (wire("GET /api/datasets/org/private/refs", token=""), 401, "RepoNotFound"),
        (wire(f"GET {REPO}/revision/none"), 404, "RevisionNotFound"),
        (wire(f"GET {REPO}/revision/{'0' * 40}"), 404, "RevisionNotFound"),
        (wire(f"GET {REPO}/tree/none"), 404, "RevisionNotFound"),
        (wire(f"HEAD {FILE}/none/a.txt"), 404, "RevisionNotFound"),
        (wire(f"GET {REPO}/tree/main/none"), 404, "EntryNotFound"),
        (wire(f"GET {FILE}/main/none"), 404, "EntryNotFound"),
        (wire("GET /datasets/org/gated/resolve/main/a.txt", token=eve), 403, "GatedRepo"),
        (wire("GET /datasets/org/gated/resolve/main/a.txt", token=""), 401, "GatedRepo"),
        (wire(f"GET {REPO}", token="hf_bad"), 401, None),
        (wire(f"DELETE {REPO}/tag/none"), 404, "RevisionNotFound"),
        (wire(f"POST {REPO}/tag/main", {"tag": "1.0.0"}, token=hub.read_token), 403, None),
        (wire(f"GET {REPO}/xet-write-token/main"), 404, None),
        (wire("GET /api/agent-harnesses"), 404, None),
    ]
    for got, status, code in rows:
        assert (got.status, got.code) == (status, code)
        if got.body:
            assert got.json["error"] == got.headers["X-Error-Message"]
    assert wire(f"GET {FILE}/main/none").headers["X-Repo-Commit"] == head
    bad = wire(f"GET {REPO}", token="hf_bad")
    assert bad.headers["X-Error-Message"] == "Invalid credentials in Authorization header"


def test_what_exists_is_answered_409_and_a_repository_with_its_url(hub: TestHub, wire: Wire) -> None:
    asked = {"name": "name", "organization": "org", "type": "dataset", "visibility": "private"}
    again = wire("POST /api/repos/create", asked)
    assert (again.status, again.json["url"]) == (409, f"{hub.url}/datasets/org/name")
    assert wire(f"POST {REPO}/tag/main", {"tag": "1.0.0"}).status == 200
    assert wire(f"POST {REPO}/tag/main", {"tag": "1.0.0"}).status == 409
    assert wire(f"POST {REPO}/branch/main", {}).status == 409
    assert wire("POST /api/repos/create", asked | {"type": "model"}).status == 400


def test_the_upload_asks_for_no_token_and_keeps_only_the_announced_bytes(hub: TestHub, wire: Wire) -> None:
    oid = hashlib.sha256(b"rows").hexdigest()
    asked = {"operation": "upload", "hash_algo": "sha256", "objects": [{"oid": oid, "size": 4}]}
    batch = "POST /datasets/org/name.git/info/lfs/objects/batch"
    actions = wire(batch, asked).json["objects"][0]["actions"]
    put = f"PUT {actions['upload']['href'].removeprefix(hub.url)}"
    verify = f"POST {actions['verify']['href'].removeprefix(hub.url)}"
    assert wire(put, b"roWs", token="").status == 400
    assert wire(put + "0", b"rows", token="").status == 403
    assert wire(put, b"rows").status == 400, "a second kind of authorization"
    assert wire(verify, {"oid": oid, "size": 4}).status == 404
    missing = wire.commit(("lfsFile", {"path": "a.parquet", "algo": "sha256", "oid": oid, "size": 4}))
    assert missing.status == 400
    assert wire(put, iter([b"ro", b"ws"]), token="").status == 200
    assert wire(verify, {"oid": oid, "size": 4}).status == 200
    assert wire(verify, {"oid": oid, "size": 5}).status == 404
    assert "actions" not in wire(batch, asked).json["objects"][0]
    refused = wire(batch, asked | {"objects": [{"oid": "short", "size": 4}]}).json["objects"][0]
    assert refused["error"]["code"] == 422
    assert wire.commit(("lfsFile", {"path": "a.parquet", "oid": oid, "size": 5})).status == 400
    assert wire.commit(("lfsFile", {"path": "a.parquet", "oid": oid})).status == 200
    assert hub.files("org/name")["a.parquet"] == b"rows"


def test_a_commit_that_makes_no_sense_is_a_400_and_changes_nothing(hub: TestHub, wire: Wire) -> None:
    head = hub.head("org/name")
    good = ("file", {"path": "good.txt", "content": "Z29vZA==", "encoding": "base64"})
    for bad in (
        ("file", {"path": "../up.txt", "content": ""}),
        ("file", {"path": "a//b.txt", "content": ""}),
        ("file", {"path": ".git/config", "content": ""}),
        ("file", {"path": "a.txt", "content": "?"}),
        ("file", {"path": "a.txt"}),
        ("renamedFile", {"path": "a.txt"}),
    ):
        assert wire.commit(good, bad).status == 400
    assert wire(f"POST {REPO}/commit/main", b"no json\n").status == 400
    assert wire(f"POST {REPO}/commit/main", b"").status == 400
    assert wire.commit(good, parentCommit="f" * 40).status == 412
    assert hub.head("org/name") == head
    made = wire.commit(good, parentCommit=head).json
    assert made["success"] is True
    assert made["commitUrl"] == f"{hub.url}/datasets/org/name/commit/{made['commitOid']}"
    assert hub.head("org/name") == made["commitOid"]


def test_a_preupload_takes_at_most_256_files_and_tells_what_is_there(hub: TestHub, wire: Wire) -> None:
    hub.put("org/name", {"a.txt": b"a", "b.parquet": b"b"})
    files = [{"path": path, "sample": "", "size": 1} for path in ("a.txt", "b.parquet", "c.csv")]
    told = wire(f"POST {REPO}/preupload/main", {"files": files, "gitIgnore": "*.csv"}).json["files"]
    assert [(item["uploadMode"], item["shouldIgnore"]) for item in told] == [
        ("regular", False),
        ("lfs", False),
        ("regular", True),
    ]
    blob, large = hashlib.sha1(b"blob 1\0a").hexdigest(), hashlib.sha256(b"b").hexdigest()
    assert [item["oid"] for item in told] == [blob, large, None]
    assert wire(f"POST {REPO}/preupload/main", {"files": files * 86}).status == 400


def test_requests_are_remembered_with_their_bodies_and_answers(hub: TestHub, wire: Wire) -> None:
    wire(f"POST {REPO}/tag/main?x=%2F", {"tag": "1.0.0"})
    last = hub.requests[-1]
    assert (last.line, last.status) == (f"POST {REPO}/tag/main?x=%2F", 200)
    assert json.loads(last.body) == {"tag": "1.0.0"}
    assert last.headers["authorization"] == f"Bearer {hub.write_token}"
