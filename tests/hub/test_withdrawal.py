"""Taking versions back for good, with the real client."""

from __future__ import annotations

from tests.hub import TestHub
from tests.hub.client_code import client
from tests.hub.fixtures import RunClient


def test_squash_and_deletion_make_old_commits_and_their_bytes_go(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    first = hub.put("org/name", {"train.parquet": b"rows of v1", "manifest.json": b"1"})
    hub.tag("org/name", "1.0.0")
    hub.put("org/name", {"train.parquet": b"rows of v2", "manifest.json": b"2"})
    second = hub.put("org/name", {"kept.parquet": b"kept"})
    hub.tag("org/name", "2.0.0")
    client(
        run_client,
        f"""
        from huggingface_hub import hf_hub_download
        named = dict(repo_type="dataset")
        assert len(list(api.list_lfs_files("org/name", **named))) == 3
        old = api.get_paths_info("org/name", ["train.parquet"], revision="1.0.0", **named)[0].lfs.sha256
        victims = [f for f in api.list_lfs_files("org/name", **named) if f.oid == old]
        assert len(victims) == 1 and victims[0].file_oid != old and victims[0].pushed_at and victims[0].ref

        api.delete_tag("org/name", tag="1.0.0", **named)
        assert api.dataset_info("org/name", revision="{first}").sha == "{first}"
        api.super_squash_history("org/name", branch="main", commit_message="Withdrawn", **named)
        assert [c.title for c in api.list_repo_commits("org/name", **named)] == ["Withdrawn"]
        # The kept tag still holds the old history.
        assert api.dataset_info("org/name", revision="{first}").sha == "{first}"
        api.permanently_delete_lfs_files("org/name", victims, rewrite_history=True, **named)
        for revision in ("{first}", "{first[:8]}", "1.0.0"):
            for call in (lambda: api.dataset_info("org/name", revision=revision),
                         lambda: hf_hub_download("org/name", "manifest.json", revision=revision, **named)):
                assert isinstance(refused(call), NoRevision)
        assert old not in [f.oid for f in api.list_lfs_files("org/name", **named)]
        kept = hf_hub_download("org/name", "train.parquet", revision="2.0.0", **named)
        assert open(kept).read() == "rows of v2"
        gone = refused(api.permanently_delete_lfs_files, "org/name", victims, **named)
        assert status(gone) == 404
        assert isinstance(refused(api.super_squash_history, "org/name", branch="none", **named),
            NoRevision)
        assert status(refused(api.super_squash_history, "org/name", branch="2.0.0", **named)) == 400
        """,
    )
    repository = hub.repository("org/name")
    assert hub.tags("org/name")["2.0.0"] != second
    assert not any(path.read_bytes() == b"rows of v1" for path in repository.large.all())
    assert hub.files("org/name").keys() == {
        ".gitattributes",
        "kept.parquet",
        "manifest.json",
        "train.parquet",
    }
    assert hub.files("org/name", "2.0.0") == hub.files("org/name")


def test_a_squashed_branch_forgets_commits_that_no_tag_holds(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    old = hub.edit("org/name", "a.txt", b"a")
    hub.edit("org/name", "a.txt", b"b")
    client(
        run_client,
        f"""
        api.super_squash_history("org/name", repo_type="dataset")
        assert isinstance(refused(api.dataset_info, "org/name", revision="{old}"), NoRevision)
        late = refused(commit, "org/name", Add("c.txt", b"c"), parent_commit="{old}")
        assert status(late) == 412
        """,
    )
    assert hub.files("org/name")["a.txt"] == b"b"


def test_rewriting_keeps_annotated_tags_dates_and_untouched_commits(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("org/name")
    untouched = hub.edit("org/name", "a.txt", b"a")
    hub.put("org/name", {"bad.parquet": b"bad", "b.txt": b"b"}, summary="with bad")
    client(
        run_client,
        """
        named = dict(repo_type="dataset")
        api.create_tag("org/name", tag="1.0.0", tag_message="annotated", **named)
        api.permanently_delete_lfs_files("org/name", api.list_lfs_files("org/name", **named), **named)
        assert list(api.list_lfs_files("org/name", **named)) == []
        """,
    )
    told = hub.commits("org/name")
    assert [commit.title for commit in told] == ["with bad", "Update a.txt", "initial commit"]
    assert told[0].author == "grace"
    assert told[1].oid == untouched
    assert hub.tags("org/name") == {"1.0.0": told[0].oid}
    assert hub.files("org/name").keys() == {".gitattributes", "a.txt", "b.txt"}


def test_without_rewriting_the_pointers_lead_nowhere(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    head = hub.edit("org/name", "bad.parquet", b"bad")
    client(
        run_client,
        """
        from huggingface_hub import hf_hub_download
        named = dict(repo_type="dataset")
        api.permanently_delete_lfs_files("org/name", api.list_lfs_files("org/name", **named),
            rewrite_history=False, **named)
        assert isinstance(refused(hf_hub_download, "org/name", "bad.parquet", **named),
            errors.RemoteEntryNotFoundError)
        """,
    )
    assert hub.head("org/name") == head
