"""Who gets in, and what the real clients make of it when they do not."""

from __future__ import annotations

from tests.hub import TestHub
from tests.hub.client_code import CARD, client, parquet
from tests.hub.fixtures import RunClient


def test_private_is_missing_to_strangers_and_there_for_members(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/private", private=True)
    hub.edit("org/private", "a.txt", b"a")
    client(
        run_client,
        f"""
        from huggingface_hub import hf_hub_download
        def read(token):
            return hf_hub_download("org/private", "a.txt", repo_type="dataset", token=token)
        for token, answer in ((False, 401), ("{hub.stranger_token}", 404)):
            for call in (lambda: read(token), lambda: api.dataset_info("org/private", token=token),
                         lambda: api.list_repo_refs("org/private", repo_type="dataset", token=token),
                         lambda: api.auth_check("org/private", repo_type="dataset", token=token)):
                error = refused(call)
                assert isinstance(error, NoRepository), error
                assert status(error) == answer and not isinstance(error, errors.GatedRepoError)
        for token in ("{hub.write_token}", "{hub.read_token}"):
            assert open(read(token)).read() == "a"
            api.auth_check("org/private", repo_type="dataset", token=token)
        """,
    )


def test_gated_shows_itself_and_keeps_its_files(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/gated")
    hub.put("org/gated", {"README.md": CARD, "preference/train-0.parquet": parquet(1)})
    hub.repository("org/gated").change_settings(gated="auto")
    code = f"""
        from datasets import load_dataset
        from datasets.exceptions import DatasetNotFoundError
        from huggingface_hub import hf_hub_download
        for token, answer in ((False, 401), ("{hub.stranger_token}", 403)):
            assert api.dataset_info("org/gated", token=token).gated == "auto"
            for call in (
                lambda: hf_hub_download("org/gated", "README.md", repo_type="dataset", token=token),
                lambda: api.auth_check("org/gated", repo_type="dataset", token=token),
            ):
                error = refused(call)
                assert isinstance(error, errors.GatedRepoError) and status(error) == answer, error
            error = refused(load_dataset, "org/gated", token=token)
            assert isinstance(error, DatasetNotFoundError) and "is a gated dataset" in str(error), error
        """
    client(run_client, code)
    hub.grant("org/gated", "eve")
    assert client(
        run_client,
        """
        from datasets import load_dataset
        print(load_dataset("org/gated", split="train")["n"][:])
        """,
        token=hub.stranger_token,
    ).startswith("[1]")


def test_a_read_only_token_and_a_non_member_cannot_write(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    head = hub.head("org/name")
    client(
        run_client,
        f"""
        for token in ("{hub.read_token}", "{hub.stranger_token}"):
            named = dict(repo_type="dataset", token=token)
            calls = (
                lambda: api.create_commit("org/name", [Add("a.txt", b"a")], commit_message="m", **named),
                lambda: api.create_tag("org/name", tag="1.0.0", **named),
                lambda: api.create_branch("org/name", branch="b", **named),
                lambda: api.create_repo("org/other", **named),
                lambda: api.update_repo_settings("org/name", gated="auto", **named),
                lambda: api.auth_check("org/name", write=True, **named),
                lambda: api.super_squash_history("org/name", **named),
                lambda: list(api.list_lfs_files("org/name", **named)),
                lambda: api.delete_repo("org/name", **named),
            )
            assert [status(refused(call)) for call in calls] == [403] * len(calls)
            api.auth_check("org/name", **named)
            assert api.create_repo("org/name", exist_ok=True, **named).repo_id == "org/name"
        assert api.whoami(token="{hub.read_token}")["auth"]["accessToken"]["role"] == "read"
        assert status(refused(api.create_commit, "org/name", [Add("a.txt", b"a")], commit_message="m",
            repo_type="dataset", token=False)) == 401
        """,
    )
    assert hub.head("org/name") == head
    assert hub.tags("org/name") == {}


def test_a_bad_token_is_told_apart_from_a_missing_repository(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/name")
    client(
        run_client,
        """
        for call in (lambda: api.dataset_info("org/name"), lambda: api.dataset_info("org/missing"),
                     lambda: api.create_repo("org/name", repo_type="dataset", exist_ok=True)):
            error = refused(call)
            assert status(error) == 401 and not isinstance(error, NoRepository), error
            assert "Invalid credentials in Authorization header" in str(error), error
        error = refused(api.whoami)
        assert status(error) == 401 and "HF_TOKEN" in str(error)
        assert status(refused(api.whoami, token="hf_other")) == 401
        assert isinstance(refused(HfApi(token=False).dataset_info, "org/missing"), NoRepository)
        """,
        token="hf_expired",
    )
