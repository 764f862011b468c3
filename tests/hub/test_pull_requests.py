"""Candidates: pull requests opened, loaded, merged and closed with the real client."""

from __future__ import annotations

from tests.hub import TestHub
from tests.hub.client_code import client
from tests.hub.fixtures import RunClient


def test_a_candidate_is_opened_added_to_merged_and_leaves_its_ref(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("org/name")
    base = hub.head("org/name")
    client(
        run_client,
        f"""
        from huggingface_hub import hf_hub_download
        named = dict(repo_type="dataset")
        made = commit("org/name", Add("a.parquet", b"rows"), Add("b.txt", b"b"), message="Version 1.0.0",
            create_pr=True, parent_commit="{base}")
        assert (made.pr_num, made.pr_revision) == (1, "refs/pr/1") and made.pr_url.endswith("/discussions/1")
        assert api.dataset_info("org/name").sha == "{base}"
        assert api.dataset_info("org/name", revision="refs/pr/1").sha == made.oid
        more = commit("org/name", Add("c.txt", b"c"), revision="refs/pr/1", parent_commit=made.oid)
        late = refused(commit, "org/name", Add("d.txt", b"d"), revision="refs/pr/1", parent_commit=made.oid)
        assert status(late) == 412
        path = hf_hub_download("org/name", "c.txt", revision="refs/pr/1", **named)
        assert open(path).read() == "c" and more.oid in path
        refs = api.list_repo_refs("org/name", include_pull_requests=True, **named)
        assert [(ref.ref, ref.target_commit) for ref in refs.pull_requests] == [("refs/pr/1", more.oid)]
        assert api.list_repo_refs("org/name", **named).pull_requests is None
        opened = list(api.get_repo_discussions("org/name", discussion_status="open", **named))
        assert [(pull.num, pull.title, pull.author) for pull in opened] == [(1, "Version 1.0.0", "ada")]
        page = api.get_discussion_details("org/name", 1, **named)
        assert page.status == "open" and page.target_branch == "refs/heads/main" and "+b" in page.diff
        assert page.conflicting_files == [] and page.merge_commit_oid is None and page.is_pull_request
        api.merge_pull_request("org/name", 1, **named)
        page = api.get_discussion_details("org/name", 1, **named)
        assert page.status == "merged" and page.merge_commit_oid == api.dataset_info("org/name").sha
        assert status(refused(api.merge_pull_request, "org/name", 1, **named)) == 409
        assert status(refused(commit, "org/name", Add("e.txt", b"e"), revision="refs/pr/1")) == 403
        assert list(api.get_repo_discussions("org/name", discussion_status="open", **named)) == []
        assert status(refused(api.get_discussion_details, "org/name", 9, **named)) == 404
        """,
    )
    assert hub.files("org/name").keys() == {".gitattributes", "a.parquet", "b.txt", "c.txt"}
    merge = hub.commits("org/name")[0]
    assert merge.title == "Version 1.0.0 (#1)"
    assert len(hub.repository("org/name").git.word("rev-list", "--parents", "-1", merge.oid).split()) == 3


def test_an_outdated_candidate_merges_where_files_differ_and_not_where_they_clash(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("org/name")
    base = hub.edit("org/name", "both.txt", b"base")
    client(
        run_client,
        f"""
        commit("org/name", Add("mine.txt", b"mine"), create_pr=True, parent_commit="{base}")
        commit("org/name", Add("both.txt", b"mine"), create_pr=True)
        """,
    )
    hub.put("org/name", {"both.txt": b"theirs", "theirs.txt": b"theirs"})
    client(
        run_client,
        """
        named = dict(repo_type="dataset")
        api.merge_pull_request("org/name", 1, **named)
        assert api.get_discussion_details("org/name", 2, **named).conflicting_files == ["both.txt"]
        clash = refused(api.merge_pull_request, "org/name", 2, **named)
        assert status(clash) == 409 and "both.txt" in str(clash)
        assert api.change_discussion_status("org/name", 2, "closed", **named).new_status == "closed"
        assert api.get_discussion_details("org/name", 2, **named).status == "closed"
        draft = api.create_pull_request("org/name", "a draft", **named)
        assert (draft.num, draft.status) == (3, "draft")
        """,
    )
    files = hub.files("org/name")
    assert files["both.txt"] == b"theirs"
    assert files["mine.txt"] == b"mine"


def test_a_stranger_may_propose_and_may_not_merge(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    client(
        run_client,
        """
        made = commit("org/name", Add("a.parquet", b"rows"), create_pr=True)
        commit("org/name", Add("b.txt", b"b"), revision="refs/pr/1")
        assert status(refused(api.merge_pull_request, "org/name", 1, repo_type="dataset")) == 403
        assert api.change_discussion_status("org/name", 1, "closed", repo_type="dataset").author == "eve"
        """,
        token=hub.stranger_token,
    )
    assert hub.files("org/name").keys() == {".gitattributes"}
