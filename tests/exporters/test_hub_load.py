from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.exporters.example import read_rows
from tests.exporters.jobs import ROOT, Publisher
from tests.hub import TestHub

PROGRAM = """
import json, sys
from rlhf_collect.errors import CollectError
from rlhf_collect.exporters.hub.read import verify_hub
from rlhf_collect.exporters.load import load_version
answers = []
for job in json.loads(sys.argv[1]):
    try:
        if job.pop("verify", False):
            answers.append(" ".join(("whole", *verify_hub(**job).unlisted)))
        else:
            answers.append(load_version(**job, split="train").to_list())
    except CollectError as error:
        answers.append({"code": error.code, "message": error.message})
print(json.dumps(answers, default=str))
"""


def load(hub: TestHub, home: Path, *jobs: dict[str, Any], **variables: str) -> list[Any]:
    env = hub.env(home) | {"PYTHONPATH": str(ROOT)} | variables
    command = [sys.executable, "-c", PROGRAM, json.dumps(jobs)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr[-3000:]
    answers: list[Any] = json.loads(done.stdout)
    return answers


def rows(folder: Path, config: str = "ratings") -> Any:
    return json.loads(json.dumps(read_rows(folder, config, "train"), default=str))


@pytest.fixture(scope="module")
def published(publisher: Publisher, versions: dict[str, Path]) -> str:
    repo = "org/loaded"
    publisher.run({"folder": versions["1.0.0"], "repo": repo}, {"folder": versions["1.1.0"], "repo": repo})
    return repo


def test_load_version_never_answers_with_the_cached_rows_of_another_version(
    hub: TestHub, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    ask = {"source": published, "config": "ratings"}
    assert load(hub, tmp_path, ask | {"version": "1.0.0"}) == [rows(versions["1.0.0"])]
    fault = hub.fail("GET", f"{published}/revision/1.1.0", "before", 503)
    (answer,) = load(hub, tmp_path, ask | {"version": "1.1.0"})
    assert fault.hits == 1
    assert answer["code"] == "hub_unreachable"
    both = load(hub, tmp_path, ask | {"version": "1.1.0"}, ask | {"version": "1.0.0"})
    assert both == [rows(versions["1.1.0"]), rows(versions["1.0.0"])]


def test_without_a_network_a_commit_loads_from_the_cache_and_a_name_does_not(
    hub: TestHub, published: str, versions: dict[str, Path], tmp_path: Path
) -> None:
    commit = hub.tags(published)["1.0.0"]
    ask = {"source": published, "config": "ratings"}
    load(hub, tmp_path, ask | {"version": commit})
    hub.stop()
    try:
        by_commit, by_name = load(hub, tmp_path, ask | {"version": commit}, ask | {"version": "1.0.0"})
    finally:
        hub.start()
    assert by_commit == rows(versions["1.0.0"])
    assert by_name["code"] == "hub_unreachable"
    other = {"source": published, "config": "comparisons", "version": commit}
    (not_cached,) = load(hub, tmp_path, other, HF_HUB_OFFLINE="1")
    assert not_cached["code"] == "hub_unreachable"
    assert "is not whole in the cache. Nothing was loaded." in not_cached["message"]


def test_a_file_changed_in_the_cache_is_named_and_an_unknown_version_too(
    hub: TestHub, published: str, tmp_path: Path
) -> None:
    ask = {"source": published, "version": "1.0.0", "config": "ratings"}
    load(hub, tmp_path, ask)
    (path,) = tmp_path.glob("hub/datasets--org--*/snapshots/*/ratings/train-*.parquet")
    path.resolve().write_bytes(path.read_bytes()[:-1] + b"?")
    damaged, unknown, missing, verified, no_repo = load(
        hub,
        tmp_path,
        ask,
        ask | {"version": "3.0.0"},
        ask | {"config": "rewards"},
        {"verify": True, "repo": published, "version": "1.1.0"},
        {"source": "org/nothing-here", "version": "1.0.0"},
    )
    assert damaged["code"] == "damaged_version" and "ratings/train-" in damaged["message"]
    assert unknown["code"] == "not_found"
    assert "has no version 3.0.0. It has 1.0.0, 1.1.0; the newest is 1.1.0." in unknown["message"]
    assert missing["code"] == "not_found" and "no config 'rewards'" in missing["message"]
    assert verified == "whole"
    assert no_repo["code"] == "hub_refused"
    assert "org/nothing-here does not exist, or this token may not see it." in no_repo["message"]


def test_a_foreign_file_is_named_by_verifying_and_in_a_config_folder_it_is_damage(
    hub: TestHub, published: str, tmp_path: Path
) -> None:
    hub.edit(published, "LICENSE", b"MIT\n")
    whole = {"verify": True, "repo": published, "version": hub.head(published)}
    hub.edit(published, "ratings/more.parquet", b"PAR1")
    extra = {"verify": True, "repo": published, "version": hub.head(published)}
    first, second = load(hub, tmp_path, whole, extra)
    assert first == "whole LICENSE"
    assert second["code"] == "damaged_version" and "ratings/more.parquet" in second["message"]
