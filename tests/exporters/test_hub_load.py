from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.exporters.jobs import Publisher
from tests.forking import ROOT
from tests.hub import TestHub


def rows(folder: Path, config: str = "ratings") -> Any:
    return json.loads(json.dumps(read_rows(folder, config, "train"), default=str))


def spoiled(publisher: Publisher, repo: str, cache: Path) -> dict[str, Any]:
    """How a config is asked for whose file in the cache is damaged."""
    ask = {"do": "load", "source": repo, "version": "1.0.0", "config": "ratings", "cache_dir": cache}
    publisher.run(ask)
    (path,) = cache.glob("hub/datasets--org--*/snapshots/*/ratings/train-*.parquet")
    path.resolve().write_bytes(path.read_bytes()[:-1] + b"?")
    return ask


@pytest.fixture(scope="session")
def published(publisher: Publisher, versions: dict[str, Path]) -> str:
    repo = "org/loaded"
    publisher.run(*({"folder": versions[name], "repo": repo} for name in ("1.0.0", "1.1.0")))
    return repo


def test_load_version_never_answers_with_the_cached_rows_of_another_version(
    hub: TestHub, publisher: Publisher, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    ask = {"do": "load", "source": published, "config": "ratings", "cache_dir": tmp_path}
    assert publisher.run(ask | {"version": "1.0.0"}) == [rows(versions["1.0.0"])]
    fault = hub.fail("GET", f"{published}/revision/1.1.0", "before", 403)
    (answer,) = publisher.run(ask | {"version": "1.1.0"})
    assert fault.hits == 1
    assert answer["code"] == "hub_refused"
    both = publisher.run(ask | {"version": "1.1.0"}, ask | {"version": "1.0.0"})
    assert both == [rows(versions["1.1.0"]), rows(versions["1.0.0"])]


@pytest.mark.parametrize("what", [503, "drop"])
def test_a_hiccup_of_the_hub_while_a_version_is_read_is_met_with_another_try(
    hub: TestHub, publisher: Publisher, published: str, versions: dict[str, Path], tmp_path: Path, what: Any
) -> None:
    ask = {"do": "load", "source": published, "version": "1.0.0", "config": "ratings", "cache_dir": tmp_path}
    name = hub.fail("GET", f"{published}/revision/1.0.0", "before", what)
    file = hub.fail("HEAD", f"{published}/resolve/.*manifest.json", "before", what)
    assert publisher.run(ask) == [rows(versions["1.0.0"])]
    assert (name.hits, file.hits) == (1, 1)


@thorough
def test_a_hub_that_never_answers_is_given_up_and_no_other_version_given_out(
    hub: TestHub, publisher: Publisher, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    ask = {"do": "load", "source": published, "config": "ratings", "cache_dir": tmp_path}
    assert publisher.run(ask | {"version": "1.0.0"}) == [rows(versions["1.0.0"])]
    fault = hub.fail("GET", f"{published}/revision/1.1.0", "before", 503, times=99)
    (answer,) = publisher.run(ask | {"version": "1.1.0"})
    fault.times = 0
    assert answer["code"] == "hub_unreachable"
    assert fault.hits == 6


def test_without_a_network_a_commit_loads_from_the_cache_and_a_name_does_not(
    hub: TestHub, publisher: Publisher, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    commit = hub.tags(published)["1.0.0"]
    ask = {"do": "load", "source": published, "config": "ratings", "cache_dir": tmp_path}
    publisher.run(ask | {"version": commit})
    hub.stop()
    try:
        by_commit, by_name = publisher.run(ask | {"version": commit}, ask | {"version": "1.0.0"})
    finally:
        hub.start()
    assert by_commit == rows(versions["1.0.0"])
    assert by_name["code"] == "hub_unreachable"
    # A process of its own: whether there is a network is read when the client is imported.
    program = "import sys; from rlhf_collect import load_version; load_version(*sys.argv[1:4], cache_dir=sys.argv[4])"
    done = subprocess.run(
        [sys.executable, "-c", program, published, commit, "comparisons", tmp_path],
        env=hub.env(tmp_path) | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "HubUnreachable" in done.stderr
    assert "is not whole in the cache. Nothing was loaded. Take HF_HUB_OFFLINE away" in done.stderr
    done = subprocess.run(
        [sys.executable, "-c", program, published, "1.0.0", "ratings", tmp_path],
        env=hub.env(tmp_path) | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "which commit version 1.0.0 of org/loaded is. Nothing was loaded. Name the commit" in done.stderr


def test_a_file_changed_in_the_cache_is_named_where_it_cannot_be_got_once_more(
    hub: TestHub, publisher: Publisher, published: str, tmp_path: Path
) -> None:
    ask = spoiled(publisher, published, tmp_path) | {"version": hub.tags(published)["1.0.0"]}
    hub.stop()
    try:
        (answer,) = publisher.run(ask)
    finally:
        hub.start()
    assert answer["code"] == "damaged_version"
    assert (
        "ratings/train-" in answer["message"]
        and "To get it again failed: The Hub could not" in answer["message"]
    )
    program = "import sys; from rlhf_collect import load_version; load_version(*sys.argv[1:4], cache_dir=sys.argv[4])"
    done = subprocess.run(
        [sys.executable, "-c", program, published, ask["version"], "ratings", tmp_path],
        env=hub.env(tmp_path) | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "DamagedVersion: ratings/train-" in done.stderr


def test_a_file_changed_in_the_cache_is_got_once_more_and_what_is_not_there_is_named(
    hub: TestHub, publisher: Publisher, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    ask = spoiled(publisher, published, tmp_path)
    loaded, streamed, unknown, missing, verified, no_repo = publisher.run(
        ask,
        ask | {"streaming": True},
        ask | {"version": "3.0.0"},
        ask | {"config": "rewards"},
        {"do": "verify", "repo": published, "version": "1.1.0"},
        {"do": "load", "source": "org/nothing-here", "version": "1.0.0"},
    )
    assert loaded == streamed == rows(versions["1.0.0"])
    assert unknown["code"] == "not_found"
    assert "has no version 3.0.0. It has 1.0.0, 1.1.0; the newest is 1.1.0." in unknown["message"]
    assert missing["code"] == "not_found" and "no config 'rewards'" in missing["message"]
    assert (verified["version"], verified["unlisted"]) == ("1.1.0", [])
    assert no_repo["code"] == "hub_refused"
    assert "org/nothing-here does not exist, or this token may not see it." in no_repo["message"]


def test_a_damaged_file_is_got_once_more_while_it_streams_and_for_a_wrong_pin_the_manifest_alone(
    hub: TestHub, publisher: Publisher, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    ask = spoiled(publisher, published, tmp_path)
    assert publisher.run(ask | {"streaming": True}) == [rows(versions["1.0.0"])]
    started = len(hub.requests)
    (pinned,) = publisher.run(ask | {"manifest_sha256": "0" * 64})
    assert pinned["code"] == "damaged_version" and "is not what you pinned" in pinned["message"]
    got = {each.path.split("/")[-1] for each in hub.requests[started:] if "/resolve/" in each.path}
    assert got <= {"manifest.json"}


def test_a_foreign_file_is_named_by_verifying_and_in_a_config_folder_it_is_damage(
    hub: TestHub, publisher: Publisher, published: str, tmp_path: Path
) -> None:
    hub.edit(published, "LICENSE", b"MIT\n")
    whole = {"do": "verify", "repo": published, "version": hub.head(published)}
    hub.edit(published, "ratings/more.parquet", b"PAR1")
    extra = {"do": "verify", "repo": published, "version": hub.head(published)}
    first, second = publisher.run(whole, extra)
    assert first["unlisted"] == ["LICENSE"]
    assert second["code"] == "damaged_version" and "ratings/more.parquet" in second["message"]


def test_a_version_is_streamed_from_the_hub_file_by_file(
    hub: TestHub, publisher: Publisher, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    ask = {"do": "load", "source": published, "version": "1.0.0", "streaming": True, "cache_dir": tmp_path}
    started = len(hub.requests)
    (streamed,) = publisher.run(ask | {"config": "ratings"})
    assert streamed == rows(versions["1.0.0"])
    got = {each.path.split("/resolve/")[1] for each in hub.requests[started:] if "/resolve/" in each.path}
    commit = hub.tags(published)["1.0.0"]
    assert got == {f"{commit}/manifest.json", f"{commit}/ratings/train-00000-of-00001.parquet"}


def test_a_tag_that_was_moved_to_another_version_is_named_by_load_and_verify_and_a_commit_is_not(
    hub: TestHub, publisher: Publisher, least: Path, versions: dict[str, Path], tmp_path: Path
) -> None:
    repo = "org/moved-tag"
    publisher.run(*({"folder": folder, "repo": repo} for folder in (least, versions["1.1.0"])))
    first = hub.tags(repo)["1.0.0"]
    hub.move_tag(repo, "1.0.0")
    load = {"do": "load", "source": repo, "config": "ratings", "cache_dir": tmp_path}
    answers = publisher.run(
        load | {"version": "1.0.0"},
        {"do": "verify", "repo": repo, "version": "1.0.0"},
        {"do": "verify", "repo": repo, "version": first},
    )
    for answer in answers[:2]:
        assert answer["code"] == "damaged_version"
        assert "holds version 1.1.0, not 1.0.0." in answer["message"]
    assert (answers[2]["version"], answers[2]["commit"]) == ("1.0.0", first)


def test_a_file_edited_on_the_hub_is_kept_though_the_tag_was_moved_to_the_edit(
    hub: TestHub, publisher: Publisher, least: Path, versions: dict[str, Path]
) -> None:
    repo = "org/edited-under-its-tag"
    publisher.run({"folder": least, "repo": repo})
    hub.edit(repo, "README.md", b"# Better words\n")
    hub.move_tag(repo, "1.0.0")
    (answer,) = publisher.run({"folder": versions["1.1.0"], "repo": repo})
    assert answer["code"] == "hub_refused"
    assert "README.md was changed on the Hub" in answer["message"]
    assert hub.files(repo)["README.md"] == b"# Better words\n"
