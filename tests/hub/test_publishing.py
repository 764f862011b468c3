"""What a publisher does to the hub, with the real client."""

from __future__ import annotations

import pytest

from tests.hub import TestHub
from tests.hub.client_code import client
from tests.hub.commits import Change, Proposal, commit_to, make_commit
from tests.hub.errors import HubRefusal
from tests.hub.fixtures import RunClient
from tests.hub.repository import NOTHING


def paths_of(hub: TestHub, method: str, part: str) -> list[str]:
    return [request.path for request in hub.requests if request.method == method and part in request.path]


def test_a_repository_is_made_once_found_again_and_deleted(hub: TestHub, run_client: RunClient) -> None:
    client(
        run_client,
        """
        me = api.whoami()
        assert (me["name"], me["type"], me["auth"]["accessToken"]["role"]) == ("ada", "user", "write"), me
        assert [org["name"] for org in me["orgs"]] == ["org", "team"] and me["orgs"][0]["roleInOrg"]
        url = api.create_repo("org/name", repo_type="dataset", private=True)
        assert url.endswith("/datasets/org/name") and url.repo_id == "org/name", url
        again = refused(api.create_repo, "org/name", repo_type="dataset")
        assert status(again) == 409
        assert api.create_repo("org/name", repo_type="dataset", private=False, exist_ok=True) == url
        info = api.dataset_info("org/name")
        assert info.private is True and info.gated is False and info.author == "org"
        assert [file.rfilename for file in info.siblings] == [".gitattributes"]
        assert len(info.sha) == 40 and info.created_at and info.last_modified
        api.create_repo("mine", repo_type="dataset")
        assert api.dataset_info("ada/mine").private is False
        assert status(refused(api.create_repo, "stranger/name", repo_type="dataset")) == 403
        api.update_repo_settings("org/name", repo_type="dataset", private=False, gated="manual")
        info = api.dataset_info("org/name")
        assert (info.private, info.gated) == (False, "manual")
        api.update_repo_settings("org/name", repo_type="dataset", gated=False)
        assert api.dataset_info("org/name").gated is False
        api.delete_repo("org/name", repo_type="dataset")
        assert isinstance(refused(api.dataset_info, "org/name"), NoRepository)
        api.delete_repo("org/name", repo_type="dataset", missing_ok=True)
        assert isinstance(refused(api.delete_repo, "org/name", repo_type="dataset"), NoRepository)
        """,
    )
    assert hub.repositories.names() == ["ada/mine"]


def test_a_version_is_one_commit_with_its_message_files_and_large_files(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("org/name")
    head = hub.head("org/name")
    client(
        run_client,
        f"""
        made = commit("org/name", Add("README.md", b"---\\nlicense: mit\\n---\\n"),
            Add("manifest.json", b"{{}}"), Add("preference/train.parquet", b"PAR1 rows"),
            Add("empty.parquet", b""), Add("zero.dat", b"a\\0b"),
            Add("text/ünïcode name.txt", b"text"), message="Version 1.0.0",
            commit_description="manifest: abc\\n\\nmore", parent_commit="{head}")
        assert made.commit_url.endswith("/datasets/org/name/commit/" + made.oid), made
        commits = api.list_repo_commits("org/name", repo_type="dataset")
        assert [c.title for c in commits] == ["Version 1.0.0", "initial commit"]
        assert commits[0].commit_id == made.oid == api.dataset_info("org/name").sha
        assert commits[0].message == "manifest: abc\\n\\nmore" and commits[0].authors == ["ada"]
        files = {{f.path: f for f in api.list_repo_tree("org/name", repo_type="dataset", recursive=True)}}
        large = files["preference/train.parquet"]
        assert large.size == large.lfs.size == 9 and large.lfs.pointer_size > 100, large
        assert files["zero.dat"].lfs and not files["README.md"].lfs and not files["empty.parquet"].lfs
        assert api.dataset_info("org/name").card_data.license == "mit"
        """,
    )
    files = hub.files("org/name")
    assert files["preference/train.parquet"] == b"PAR1 rows"
    assert files["text/ünïcode name.txt"] == b"text"
    assert len(files) == 7
    puts = [request for request in hub.requests if request.method == "PUT"]
    assert len(puts) == 2
    assert all("authorization" not in request.headers for request in puts)


def test_a_bad_card_stops_the_commit_before_anything_is_sent(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    client(
        run_client,
        r"""
        def card(text):
            return str(refused(commit, "org/name", Add("README.md", text.encode()), Add("a.parquet", b"x")))
        assert '"license[0]" must be one of' in card("---\nlicense: home-made\n---\n")
        assert '"configs[0].config_name" is required' in card("---\nconfigs:\n- data_files: x\n---\n")
        assert "bad YAML" in card("---\nlicense: [\n---\n")
        assert '"metadata" must be an object' in card("---\n- a\n---\n")
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            commit("org/name", Add("README.md", b"no head"))
        assert "empty or missing yaml metadata" in str(caught[0].message)
        """,
    )
    assert not paths_of(hub, "PUT", "")
    assert len(hub.commits("org/name")) == 2


def test_unchanged_files_make_no_commit_and_a_rename_sends_no_bytes(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("org/name")
    client(
        run_client,
        """
        one = lambda: (Add("a.parquet", b"rows"), Add("b.txt", b"text"))
        first = commit("org/name", *one())
        again = commit("org/name", *one())
        assert again.oid == first.oid
        assert len(api.list_repo_commits("org/name", repo_type="dataset")) == 2
        commit("org/name", Add("a-of-2.parquet", b"rows"), Delete("a.parquet"))
        commit("org/name", Copy("a-of-2.parquet", "copy.parquet"), Copy("b.txt", "copy.txt"))
        """,
    )
    assert len(paths_of(hub, "PUT", "/lfs-upload/")) == 1
    files = hub.files("org/name")
    assert set(files) == {".gitattributes", "a-of-2.parquet", "b.txt", "copy.parquet", "copy.txt"}
    assert files["copy.parquet"] == b"rows"
    assert files["copy.txt"] == b"text"


def test_a_stale_parent_is_refused_and_nothing_changes(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    seen = hub.head("org/name")
    moved = hub.edit("org/name", "README.md", b"by a colleague")
    client(
        run_client,
        f"""
        late = refused(commit, "org/name", Add("a.parquet", b"rows"), parent_commit="{seen}")
        assert status(late) == 412 and "Please refresh and try again" in str(late), late
        assert api.dataset_info("org/name").sha == "{moved}"
        commit("org/name", Add("a.parquet", b"rows"), parent_commit="{moved[:7]}")
        """,
    )
    assert hub.files("org/name")["README.md"] == b"by a colleague"


def test_of_two_writers_at_once_one_wins(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    client(
        run_client,
        """
        import threading
        for turn in range(4):
            head, start, outcomes = api.dataset_info("org/name").sha, threading.Barrier(2), []
            def write(name):
                start.wait()
                try:
                    commit("org/name", Add(f"{turn}-{name}.txt", b"x"), message=name, parent_commit=head)
                    outcomes.append(200)
                except errors.HfHubHTTPError as error:
                    outcomes.append(status(error))
            writers = [threading.Thread(target=write, args=(name,)) for name in ("one", "two")]
            [writer.start() for writer in writers]
            [writer.join() for writer in writers]
            assert sorted(outcomes) == [200, 412], outcomes
        """,
    )
    assert len(hub.commits("org/name")) == 5
    assert len(hub.files("org/name")) == 5


def test_a_branch_that_moves_between_look_and_swap_refuses_the_commit(hub: TestHub) -> None:
    repository = hub.create("org/name")
    head = hub.head("org/name")
    change = Change(kind="file", path="a.txt", content=b"a")
    proposal = Proposal(summary="a", description="", parent=None, changes=(change,))
    slow = make_commit(repository, head, proposal, "slow")
    quick = commit_to(repository, "refs/heads/main", proposal, "quick")
    with pytest.raises(HubRefusal) as refusal:
        repository.swap("refs/heads/main", slow, head)
    assert refusal.value.status == 412
    assert hub.head("org/name") == quick
    with pytest.raises(HubRefusal):
        repository.swap("refs/heads/main", slow, NOTHING)


def test_a_commit_applies_every_line_or_none(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    head = hub.put("org/name", {"keep.txt": b"keep", "old/a.txt": b"a", "old/deep/b.parquet": b"b"})
    client(
        run_client,
        """
        gone = refused(commit, "org/name", Add("new.txt", b"new"), Delete("missing.txt"))
        assert isinstance(gone, errors.RemoteEntryNotFoundError), gone
        assert "A file with this name doesn't exist" in str(gone)
        assert isinstance(refused(commit, "org/name", Delete("missing/")), errors.RemoteEntryNotFoundError)
        clash = refused(commit, "org/name", Add("keep.txt/inside.txt", b"x"))
        assert status(clash) == 400, clash
        """,
    )
    assert hub.head("org/name") == head
    client(
        run_client,
        """commit("org/name", Delete("old/"), Add("old/a.txt", b"again"), Add("new.txt", b"new"))""",
    )
    assert set(hub.files("org/name")) == {".gitattributes", "keep.txt", "old/a.txt", "new.txt"}


def test_ignored_files_are_named_as_such_and_left_out(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    hub.edit("org/name", ".gitignore", b"*.log\nprivate/\n")
    client(
        run_client,
        """commit("org/name", Add("a.log", b"x"), Add("private/b.parquet", b"y"), Add("c.txt", b"z"))""",
    )
    assert set(hub.files("org/name")) == {".gitattributes", ".gitignore", "c.txt"}


def test_tags_are_made_once_resolve_to_commits_and_go(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    old = hub.head("org/name")
    new = hub.edit("org/name", "a.txt", b"a")
    client(
        run_client,
        f"""
        named = dict(repo_type="dataset")
        api.create_tag("org/name", tag="1.0.0", revision="{old}", tag_message="first version", **named)
        api.create_tag("org/name", tag="1.1.0", **named)
        assert status(refused(api.create_tag, "org/name", tag="1.0.0", **named)) == 409
        api.create_tag("org/name", tag="1.0.0", exist_ok=True, **named)
        unknown = refused(api.create_tag, "org/name", tag="2.0.0", revision="no/such", **named)
        assert isinstance(unknown, NoRevision), unknown
        assert status(refused(api.create_tag, "org/name", tag="no tag", **named)) == 400
        refs = api.list_repo_refs("org/name", **named)
        assert {{tag.name: tag.target_commit for tag in refs.tags}} == {{"1.0.0": "{old}", "1.1.0": "{new}"}}
        assert refs.tags[0].ref == "refs/tags/1.0.0" and refs.branches[0].name == "main"
        assert refs.converts == []
        assert api.dataset_info("org/name", revision="1.0.0").sha == "{old}"
        api.delete_tag("org/name", tag="1.1.0", **named)
        assert isinstance(refused(api.delete_tag, "org/name", tag="1.1.0", **named), NoRevision)
        assert isinstance(refused(api.dataset_info, "org/name", revision="1.1.0"), NoRevision)

        api.create_branch("org/name", branch="draft/one", revision="1.0.0", **named)
        assert status(refused(api.create_branch, "org/name", branch="draft/one", **named)) == 409
        side = commit("org/name", Add("b.txt", b"b"), revision="draft/one")
        assert api.dataset_info("org/name", revision="draft/one").sha == side.oid
        assert api.dataset_info("org/name").sha == "{new}"
        api.delete_branch("org/name", branch="draft/one", **named)
        assert status(refused(api.delete_branch, "org/name", branch="main", **named)) == 403
        assert isinstance(refused(commit, "org/name", Add("c.txt", b"c"), revision="draft/one"),
            NoRevision)
        assert status(refused(commit, "org/name", Add("c.txt", b"c"), revision="1.0.0")) == 403
        """,
    )
    assert hub.tags("org/name") == {"1.0.0": old}
