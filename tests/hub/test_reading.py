"""What a reader gets from the hub, with the real clients."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.hub import TestHub
from tests.hub.client_code import CARD, client, parquet
from tests.hub.commits import commit_to, read_proposal
from tests.hub.fixtures import RunClient
from tests.hub.git import clean_environment
from tests.hub.lfs import LargeFiles

TRAIN = "preference/train-00000-of-00001.parquet"


@pytest.fixture
def versions(hub: TestHub) -> tuple[str, str]:
    """Two versions of org/name, tagged 1.0.0 and 2.0.0, that differ in every file."""
    hub.create("org/name")
    first = hub.put("org/name", {"README.md": CARD, "manifest.json": b"one", TRAIN: parquet(1, 2, 3)})
    hub.tag("org/name", "1.0.0")
    second = hub.put("org/name", {"README.md": CARD + b"two", "manifest.json": b"two", TRAIN: parquet(4, 5)})
    hub.tag("org/name", "2.0.0")
    return first, second


def test_two_versions_come_out_of_one_cache_in_either_order(
    hub: TestHub, run_client: RunClient, versions: tuple[str, str]
) -> None:
    client(
        run_client,
        f"""
        from pathlib import Path
        import tempfile
        from huggingface_hub import snapshot_download
        commits = {{"1.0.0": "{versions[0]}", "2.0.0": "{versions[1]}"}}
        words = {{"1.0.0": "one", "2.0.0": "two"}}
        rows = {{}}
        for order in (["1.0.0", "2.0.0", "1.0.0"], ["2.0.0", "1.0.0", "2.0.0"]):
            cache = tempfile.mkdtemp()
            for version in order:
                folder = Path(snapshot_download("org/name", repo_type="dataset", revision=version,
                    cache_dir=cache))
                assert folder.name == commits[version], folder
                assert (folder / "manifest.json").read_text() == words[version]
                content = (folder / "{TRAIN}").read_bytes()
                assert rows.setdefault(version, content) == content
                pinned = snapshot_download("org/name", repo_type="dataset", revision=commits[version],
                    cache_dir=cache, allow_patterns=["manifest.json"])
                assert pinned == str(folder)
            checked = api.verify_repo_checksums("org/name", repo_type="dataset", revision=commits["1.0.0"],
                cache_dir=cache)
            assert checked.checked_count == 4 and not checked.mismatches, checked
        assert rows["1.0.0"] != rows["2.0.0"]
        (Path(folder).parent / commits["1.0.0"] / "manifest.json").write_text("damaged")
        assert api.verify_repo_checksums("org/name", repo_type="dataset", revision=commits["1.0.0"],
            cache_dir=cache).mismatches
        """,
    )


def test_load_dataset_gives_the_rows_of_the_revision_asked(
    hub: TestHub, run_client: RunClient, versions: tuple[str, str]
) -> None:
    repository = hub.repository("org/name")
    line = b'{"key": "header", "value": {"summary": "candidate"}}\n'
    repository.git("update-ref", "refs/pr/1", versions[1])
    pointer = repository.large.add(parquet(7))
    line += (
        f'{{"key":"lfsFile","value":{{"path":"{TRAIN}","algo":"sha256","oid":"{pointer.oid}"}}}}\n'.encode()
    )
    commit_to(repository, "refs/pr/1", read_proposal(repository, line), "ada")
    client(
        run_client,
        f"""
        from datasets import load_dataset
        from datasets.exceptions import DatasetNotFoundError
        def rows(revision, **named):
            loaded = load_dataset("org/name", "preference", revision=revision, split="train", **named)
            return [row["n"] for row in loaded]
        assert rows("1.0.0") == [1, 2, 3]
        assert rows("2.0.0") == [4, 5]
        assert rows("{versions[0]}") == [1, 2, 3]
        assert rows("refs/pr/1") == [7]
        assert rows("1.0.0", streaming=True) == [1, 2, 3]
        assert rows("refs/pr/1", streaming=True) == [7]
        assert rows(None) == [4, 5]
        for call in (lambda: rows("3.0.0"), lambda: load_dataset("org/missing")):
            error = refused(call)
            assert isinstance(error, DatasetNotFoundError), error
        pinned = load_dataset("parquet", split="train",
            data_files="hf://datasets/org/name@{versions[0]}/preference/train-*.parquet")
        assert pinned["n"][:] == [1, 2, 3]
        """,
    )
    ranges = [request for request in hub.requests if "range" in request.headers]
    assert ranges
    assert {request.status for request in ranges} == {206}


def test_listings_tell_files_folders_and_pages(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    for number in range(51):
        hub.edit("org/name", "counter.txt", str(number).encode())
    hub.put(
        "org/name", {f"many/{number:04}.txt": b"x" for number in range(1001)} | {"a/b/c.parquet": b"rows"}
    )
    client(
        run_client,
        """
        def tree(path=None, **named):
            return [e.path for e in api.list_repo_tree("org/name", path, repo_type="dataset", **named)]
        assert tree() == [".gitattributes", "a", "counter.txt", "many"]
        assert tree("a") == ["a/b"] and tree("a/b") == ["a/b/c.parquet"]
        assert tree("a", recursive=True) == ["a/b", "a/b/c.parquet"]
        assert len(tree("many")) == 1001 and len(set(tree(recursive=True))) == 1007
        for path in ("missing", "counter.txt", "a/b/c"):
            assert isinstance(refused(tree, path), errors.RemoteEntryNotFoundError)
        assert isinstance(refused(tree, revision="no-such"), NoRevision)
        expanded = list(api.list_repo_tree("org/name", repo_type="dataset", expand=True))
        assert expanded[2].last_commit.title == "Update counter.txt", expanded
        facts = api.get_paths_info("org/name", ["a", "a/b/c.parquet", "missing"], repo_type="dataset")
        assert [fact.path for fact in facts] == ["a", "a/b/c.parquet"] and facts[1].lfs.size == 4
        commits = api.list_repo_commits("org/name", repo_type="dataset")
        assert len(commits) == len({c.commit_id for c in commits}) == 53
        assert commits[-1].title == "initial commit" and commits[1].created_at <= commits[0].created_at
        assert api.file_exists("org/name", "counter.txt", repo_type="dataset")
        assert not api.file_exists("org/name", "missing", repo_type="dataset")
        assert api.revision_exists("org/name", "main", repo_type="dataset")
        assert not api.revision_exists("org/name", "no-such", repo_type="dataset")
        assert not api.repo_exists("org/missing", repo_type="dataset")
        siblings = api.dataset_info("org/name", files_metadata=True).siblings
        assert {s.rfilename: s.size for s in siblings}["a/b/c.parquet"] == 4
        """,
    )
    pages = [
        request.path for request in hub.requests if "/tree/" in request.path and "cursor=" in request.path
    ]
    assert pages


@pytest.mark.parametrize("over", ["folder", "http"])
def test_a_clone_equals_the_published_folder_with_pointers_for_large_files(
    hub: TestHub, tmp_path: Path, versions: tuple[str, str], over: str
) -> None:
    repository = hub.repository("org/name")
    address = str(repository.git.folder) if over == "folder" else f"{hub.url}/datasets/org/name"
    environment = clean_environment(tmp_path) | {"no_proxy": "127.0.0.1"}
    order = ["git", "clone", "--quiet", "--branch", "1.0.0", address, str(tmp_path / "clone")]
    subprocess.run(order, check=True, env=environment, capture_output=True)
    published = hub.files("org/name", "1.0.0")
    published[TRAIN] = LargeFiles(tmp_path / "large").add(published[TRAIN]).text()
    cloned = {
        path.relative_to(tmp_path / "clone").as_posix(): path.read_bytes()
        for path in (tmp_path / "clone").rglob("*")
        if path.is_file() and ".git/" not in path.as_posix()
    }
    assert cloned == published


def test_a_hub_that_stopped_is_silent_and_goes_on_where_it_was(
    hub: TestHub, run_client: RunClient, versions: tuple[str, str]
) -> None:
    address = hub.url
    hub.stop()
    down = run_client("import huggingface_hub as h; h.HfApi().dataset_info('org/name')", check=False)
    assert "ConnectError" in down.err
    hub.start()
    assert hub.url == address
    seen = client(run_client, "print(api.dataset_info('org/name').sha)")
    assert seen.strip() == versions[1]


def test_a_hub_started_on_the_same_folder_finds_what_it_kept(tmp_path: Path) -> None:
    with TestHub(tmp_path / "hub") as hub:
        hub.create("org/name", private=True)
        head = hub.edit("org/name", TRAIN, parquet(1))
    with TestHub(tmp_path / "hub") as again:
        assert again.head("org/name") == head
        assert again.files("org/name")[TRAIN] == parquet(1)
        assert again.repository("org/name").settings.private
