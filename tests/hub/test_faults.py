"""What the real clients make of every fault, and what state the hub is in afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.depth import thorough
from tests.hub import TestHub
from tests.hub.client_code import CARD, client, parquet
from tests.hub.faults import SeenRequest
from tests.hub.fixtures import RunClient


def test_a_commit_that_fails_is_not_sent_again_and_may_have_landed(
    hub: TestHub, run_client: RunClient
) -> None:
    repos = ("drop-before", "500-before", "429-before", "drop-after", "503-after", "slow", "gone")
    heads = {repo: hub.create(f"org/{repo}").resolve("main") for repo in repos}
    hub.fail("POST", "/drop-before/commit/", "before", "drop")
    hub.fail("POST", "/500-before/commit/", "before", 500)
    hub.fail("POST", "/429-before/commit/", "before", 429, headers={"Retry-After": "7"})
    hub.fail("POST", "/drop-after/commit/", "after", "drop")
    hub.fail("POST", "/503-after/commit/", "after", 503)
    hub.fail("POST", "/slow/commit/", "before", "slow", seconds=1.2)
    client(
        run_client,
        """
        import httpx2
        from huggingface_hub import set_client_factory
        def outcome(repo):
            return refused(commit, f"org/{repo}", Add("a.txt", b"a"))
        assert isinstance(outcome("drop-before"), httpx2.RemoteProtocolError)
        assert status(outcome("500-before")) == 500
        limited = outcome("429-before")
        assert status(limited) == 429 and limited.response.headers["Retry-After"] == "7"
        assert isinstance(outcome("drop-after"), httpx2.RemoteProtocolError)
        assert status(outcome("503-after")) == 503
        set_client_factory(lambda: httpx2.Client(timeout=httpx2.Timeout(0.6), follow_redirects=True))
        assert isinstance(outcome("slow"), httpx2.ReadTimeout)
        """,
    )
    hub.wait_until_idle()
    moved = {repo for repo in repos if hub.head(f"org/{repo}") != heads[repo]}
    assert moved == {"drop-after", "503-after", "slow"}
    commits = [request for request in hub.requests if "/commit/" in request.path]
    assert len(commits) == 6
    assert sum(request.status is None for request in commits) == 2


def test_preupload_upload_listing_and_download_are_tried_again(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    limited = hub.fail("POST", "/preupload/", "before", 429, headers={"Retry-After": "1"})
    dropped = hub.fail("PUT", "/lfs-upload/", "before", "drop")
    listing = hub.fail("GET", "/tree/", "before", 503)
    half = hub.fail("GET", "/resolve/main/big.parquet", what="truncate")
    client(
        run_client,
        """
        import time
        from huggingface_hub import hf_hub_download
        began = time.monotonic()
        commit("org/name", Add("big.parquet", b"0123456789" * 100_000))
        assert 2.9 < time.monotonic() - began < 6, "waits 2 s for the rate, 1 s for the upload"
        assert [f.path for f in api.list_repo_tree("org/name", repo_type="dataset")][1] == "big.parquet"
        path = hf_hub_download("org/name", "big.parquet", repo_type="dataset")
        assert open(path, "rb").read() == b"0123456789" * 100_000
        """,
    )
    assert [fault.hits for fault in (limited, dropped, listing, half)] == [1, 1, 1, 1]
    downloads = [
        request for request in hub.requests if request.line.startswith("GET /datasets/org/name/resolve")
    ]
    assert len(downloads) == 2


def test_a_tag_whose_answer_is_lost_exists(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    hub.fail("POST", "/tag/", "after", "drop")
    client(
        run_client,
        """
        import httpx2
        lost = refused(api.create_tag, "org/name", tag="1.0.0", repo_type="dataset")
        assert isinstance(lost, httpx2.RemoteProtocolError), lost
        assert [t.name for t in api.list_repo_refs("org/name", repo_type="dataset").tags] == ["1.0.0"]
        """,
    )
    assert hub.tags("org/name") == {"1.0.0": hub.head("org/name")}


def test_a_fault_can_let_some_requests_pass_and_call_the_test(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    seen: list[str] = []
    third = hub.fail("*", "/commit/", "after", lambda: seen.append(hub.head("org/name")), skip=2)
    client(
        run_client,
        """
        import httpx2
        for number in range(2):
            commit("org/name", Add(f"{number}.txt", b"x"))
        assert isinstance(refused(commit, "org/name", Add("2.txt", b"x")), httpx2.RemoteProtocolError)
        """,
    )
    assert third.hits == 1
    assert seen == [hub.head("org/name")]
    assert set(hub.files("org/name")) == {".gitattributes", "0.txt", "1.txt", "2.txt"}


def test_faults_are_used_up_in_order_and_can_be_cleared(hub: TestHub) -> None:
    first = hub.fail("GET", "/a", what=500)
    second = hub.fail("*", "/a", what=503, times=2)
    taken = [hub.faults.take("GET", "/api/a?b=1") for _ in range(4)]
    assert taken == [first, second, second, None]
    hub.fail("HEAD", "/a", times=5)
    assert hub.faults.take("GET", "/a") is None
    hub.faults.clear()
    assert hub.faults.take("HEAD", "/a") is None


@thorough
def test_load_dataset_answers_from_another_revision_when_the_hub_is_down(
    hub: TestHub, run_client: RunClient, tmp_path: Path
) -> None:
    """Why `load_version` exists. The client's own waits make this last 23 seconds."""
    hub.create("org/name")
    for version, rows in (("1.0.0", parquet(1)), ("2.0.0", parquet(2))):
        hub.put("org/name", {"README.md": CARD, "preference/train-0.parquet": rows})
        hub.tag("org/name", version)
    home = tmp_path / "home"
    load = """
        from datasets import load_dataset
        print(load_dataset("org/name", "preference", revision="{}", split="train")["n"][:])
        """
    assert run_client(load.format("1.0.0"), home=home).out == "[1]\n"
    outage = hub.fail("HEAD", r"/resolve/[^/]+/README\.md", "before", 503, times=99)
    wrong = run_client(load.format("2.0.0"), home=home)
    assert wrong.out == "[1]\n", "asked for 2.0.0"
    assert "Using the latest cached version" in wrong.err
    assert outage.hits >= 6


def test_waiting_for_an_idle_hub_gives_up_while_a_request_is_at_work(hub: TestHub) -> None:
    hub.wait_until_idle(0.05)
    hub.log.arrived(SeenRequest(method="GET", path="/", headers={}, body=b"", size=0))
    with pytest.raises(TimeoutError):
        hub.wait_until_idle(0.05)
    hub.log.left()
    hub.wait_until_idle(0.05)
