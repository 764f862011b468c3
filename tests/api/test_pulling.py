"""A version loaded straight from the service that collected it: rights, bounds, and every byte compared."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from rlhf_collect import load_version
from rlhf_collect.errors import BadCall, DamagedVersion, HubUnreachable, NotAllowed, NotFound, NotSignedIn
from rlhf_collect.exporters.service_place import ServicePlace
from rlhf_collect.services.publishing import verify_target
from tests.api.calling import Lab, Service, problem
from tests.exporters.example import read_rows
from tests.flows.running import free_port

RATINGS = "ratings/train-00000-of-00001.parquet"


@pytest.fixture(scope="session")
def address(service: Service) -> Iterator[str]:
    """Where the application really listens."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(service.app, port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def sealed(service: Service) -> Lab:
    """A project with version 1.0.0, whose prompts are all in the split ``train``."""
    lab = service.lab(dataset={"test_share": 0})
    for who in (lab.ada, lab.bo):
        for _ in range(3):
            lab.judge(who)
    assert lab.lead.post(lab.path("versions"), {"version": "1.0.0"}).status_code == 201
    return lab


def folder(lab: Lab) -> Path:
    return lab.service.ctx.versions / lab.project.name / "1.0.0"


def file(lab: Lab, name: str) -> str:
    return lab.path(f"versions/1.0.0/files/{name}")


def test_the_files_of_a_version_are_served_whole_or_in_part_as_its_manifest_lists_them(sealed: Lab):
    for path in folder(sealed).rglob("*"):
        if path.is_file():
            name = path.relative_to(folder(sealed)).as_posix()
            answer = sealed.lead.get(file(sealed, name))
            assert (answer.status_code, answer.content) == (200, path.read_bytes())
            assert answer.headers["etag"] == f'"{hashlib.sha256(path.read_bytes()).hexdigest()}"'
            part = sealed.lead.get(file(sealed, name), headers={"Range": "bytes=2-9"})
            assert (part.status_code, part.content) == (206, path.read_bytes()[2:10])
            assert part.headers["content-range"] == f"bytes 2-9/{path.stat().st_size}"
    beyond = sealed.lead.get(file(sealed, RATINGS), headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


def test_what_the_manifest_does_not_list_is_not_served_wherever_it_lies(sealed: Lab):
    (folder(sealed) / "ratings" / "private.txt").write_text("not listed")
    database = sealed.service.ctx.versions.with_suffix(".duckdb").name
    for name in (
        "ratings/private.txt",
        "ratings",
        "",
        f"../../../{database}",
        f"..%2F..%2F..%2F{database}",
        f"%2e%2e/%2e%2e/%2e%2e/{database}",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "ratings/../manifest.json%00",
        "README.md/",
    ):
        answer = sealed.lead.get(file(sealed, name))
        assert answer.status_code == 404, name
    problem(sealed.lead.get(sealed.path("versions/9.9.9/files/manifest.json")), 404, "not_found")


def test_a_file_that_is_gone_from_the_service_is_said_to_be_missing(service: Service):
    lab = service.lab()
    lab.judge()
    lab.lead.post(lab.path("versions"), {"version": "1.0.0"})
    (folder(lab) / "README.md").unlink()
    told = problem(lab.lead.get(file(lab, "README.md")), 409, "damaged_version")
    assert "README.md of version 1.0.0 is missing" in told["detail"]


def load(lab: Lab, address: str, cache: Path, config: str = "ratings", **more: Any) -> Any:
    asked = {"split": "train", "token": lab.people["Lena"].key, "cache_dir": cache} | more
    return load_version(f"{address}/{lab.project.name}", "1.0.0", config, **asked)


def test_a_version_is_loaded_from_the_service_and_streamed_with_the_same_rows(
    sealed: Lab, address: str, tmp_path: Path
):
    rows = read_rows(folder(sealed), "ratings", "train")
    assert len(rows) == 6
    seal = hashlib.sha256((folder(sealed) / "manifest.json").read_bytes()).hexdigest()
    assert load(sealed, address, tmp_path, manifest_sha256=seal).to_list() == rows
    streamed = load(sealed, address, tmp_path / "again", streaming=True)
    assert list(streamed) == rows
    both = load(sealed, address, tmp_path / "again", "comparisons", streaming=True, split=None)
    assert list(both["train"]) == read_rows(folder(sealed), "comparisons", "train")
    # Pinned and in the cache: no service is asked.
    silent = load(sealed, "http://127.0.0.1:9", tmp_path, manifest_sha256=seal)
    assert silent.to_list() == rows


def test_without_the_right_nothing_is_loaded_and_it_says_what_is_wanted(
    sealed: Lab, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("RLHF_COLLECT_API_KEY", raising=False)
    with pytest.raises(NotSignedIn, match="Give a lead's API key as token, or set RLHF_COLLECT_API_KEY"):
        load(sealed, address, tmp_path, token=None)
    with pytest.raises(NotAllowed, match="rater may not read judgements"):
        load(sealed, address, tmp_path, token=sealed.people["Ada"].key)
    with pytest.raises(NotFound, match=r"has no version 2\.0\.0\. Sealed versions: 1\.0\.0"):
        load_version(f"{address}/{sealed.project.name}", "2.0.0", token=sealed.people["Lena"].key)
    with pytest.raises(NotFound, match="no project 'elsewhere'"):
        load_version(f"{address}/elsewhere", "1.0.0", token=sealed.people["Lena"].key)
    with pytest.raises(HubUnreachable, match="could not be reached"):
        load(sealed, "http://127.0.0.1:9", tmp_path)
    with pytest.raises(BadCall, match="names no project"):
        load_version(address, "1.0.0")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("RLHF_COLLECT_API_KEY", sealed.people["Lena"].key)
    assert load(sealed, address, tmp_path, token=None).num_rows == 6


def test_a_download_that_broke_off_goes_on_where_it_stopped_and_a_wrong_start_is_found(
    sealed: Lab, address: str, tmp_path: Path
):
    whole = (folder(sealed) / RATINGS).read_bytes()
    seal = hashlib.sha256((folder(sealed) / "manifest.json").read_bytes()).hexdigest()
    partial = tmp_path / "service" / f"{seal}.{hashlib.sha256(whole).hexdigest()}.partial"
    partial.parent.mkdir()
    partial.write_bytes(whole[:1000])
    assert load(sealed, address, tmp_path).num_rows == 6
    assert not partial.exists()
    (tmp_path / "service" / seal / RATINGS).unlink()
    partial.write_bytes(b"?" * 1000)
    with pytest.raises(DamagedVersion, match=r"ratings/train-00000-of-00001\.parquet differs"):
        load(sealed, address, tmp_path)
    assert load(sealed, address, tmp_path).num_rows == 6, "the next try begins anew"


def test_a_file_damaged_in_the_cache_is_fetched_again_and_one_damaged_at_the_service_is_named(
    service: Service, address: str, tmp_path: Path
):
    lab = service.lab(dataset={"test_share": 0})
    lab.judge()
    lab.lead.post(lab.path("versions"), {"version": "1.0.0"})
    load(lab, address, tmp_path)
    (kept,) = tmp_path.glob(f"service/*/{RATINGS}")
    kept.write_bytes(b"?" + kept.read_bytes()[1:])
    assert load(lab, address, tmp_path).num_rows == 1
    target = f"{address}/{lab.project.name}@1.0.0"
    report = verify_target(target, token=lab.people["Lena"].key)
    assert (report["version"], report["rows"]["ratings"]) == ("1.0.0", {"train": 1})

    path = folder(lab) / RATINGS
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    for streaming in (False, True):
        with pytest.raises(DamagedVersion, match="ratings/train"):
            load(lab, address, tmp_path / f"fresh-{streaming}", streaming=streaming)
    with pytest.raises(DamagedVersion, match="ratings/train"):
        verify_target(target, token=lab.people["Lena"].key)
    with pytest.raises(BadCall, match="names no version"):
        verify_target(f"{address}/{lab.project.name}")


class Slow(BaseHTTPRequestHandler):
    """A service that sends half a file, and the rest once somebody else asks or a moment has passed."""

    content, half, rest = b"a" * 500_000 + b"b" * 500_000, 500_000, threading.Event()

    def do_GET(self) -> None:
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(self.content) - start))
        self.end_headers()
        if start:
            self.rest.set()
        self.wfile.write(self.content[start : self.half])
        self.rest.wait(1)
        self.wfile.write(self.content[max(start, self.half) :])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_processes_of_one_job_that_ask_for_the_same_file_at_once_all_get_it(tmp_path: Path):
    entry = {"sha256": hashlib.sha256(Slow.content).hexdigest(), "bytes": len(Slow.content)}
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = ServicePlace(
            url=f"http://127.0.0.1:{server.server_port}/project",
            version="1.0.0",
            key=None,
            root=tmp_path / "version",
            manifest={"files": {"ratings/a": entry}},
        )
        with ThreadPoolExecutor(max_workers=2) as pool:
            asked = [pool.submit(place.file, "ratings/a")]
            time.sleep(0.3)
            asked.append(pool.submit(place.file, "ratings/a"))
            assert [(each.result() / "ratings/a").read_bytes() for each in asked] == [Slow.content] * 2
        server.shutdown()


def test_a_service_that_sends_on_gets_no_key_carried_further_and_says_where_to(tmp_path: Path):
    asked = []

    class Elsewhere(Slow):
        """Sends on to another host."""

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(301)
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/elsewhere")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(BadCall, match=r"sends on to http://localhost:.*/elsewhere"):
            load_version(f"http://127.0.0.1:{server.server_port}/p", "1.0.0", token="key", cache_dir=tmp_path)
        server.shutdown()
    assert len(asked) == 1
