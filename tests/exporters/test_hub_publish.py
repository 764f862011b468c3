from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.manifest import file_sha256, read_manifest
from tests.exporters.example import read_rows
from tests.exporters.jobs import ROOT, Publisher
from tests.hub import TestHub

Versions = dict[str, Path]


def served(hub: TestHub, repo: str, revision: str) -> dict[str, bytes]:
    files = hub.files(repo, revision)
    files.pop(".gitattributes")
    return files


def sent(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def commits_named(hub: TestHub, repo: str) -> list[str]:
    return [commit.title for commit in hub.commits(repo)][::-1][1:]


def test_a_published_version_is_one_commit_and_one_tag_and_reads_back_row_by_row(
    hub: TestHub, publisher: Publisher, example_version: Path, tmp_path: Path
) -> None:
    repo = "org/whole"
    done = publisher.publish(example_version, repo)
    assert hub.tags(repo) == {"1.0.0": done["commit"]} == {"1.0.0": hub.head(repo)}
    assert commits_named(hub, repo) == ["Version 1.0.0"]
    assert served(hub, repo, "1.0.0") == sent(example_version)
    assert hub.repository(repo).settings.private
    seal = file_sha256(example_version / "manifest.json")
    loaded = in_another_process(
        hub,
        tmp_path,
        f"""
        import json
        from datasets import load_dataset
        from rlhf_collect.exporters.hub.read import verify_hub
        from rlhf_collect.exporters.load import load_version
        by_tag = {{
            config: {{split: rows.to_list() for split, rows in
                     load_dataset("{repo}", config, revision="1.0.0").items()}}
            for config in ("preference", "ratings", "comparisons")
        }}
        checked = load_version("{repo}", "1.0.0", split="train", manifest_sha256="{seal}").to_list()
        by_commit = load_version("hub:{repo}", "{done["commit"]}", "ratings")
        report = verify_hub("{repo}", "1.0.0")
        print(json.dumps([by_tag, checked, list(by_commit), report.commit, report.manifest_sha256],
                         default=str))
        """,
    )
    by_tag, checked, splits, commit, manifest_sha256 = loaded
    for config in ("preference", "ratings", "comparisons"):
        for split in ("train", "test"):
            assert by_tag[config][split] == as_json(read_rows(example_version, config, split))
    assert checked == as_json(read_rows(example_version, "preference", "train"))
    assert splits == ["train", "test"]
    assert (commit, manifest_sha256) == (done["commit"], seal)


def test_a_version_that_names_no_repository_arrives_with_a_card_that_does_and_again_is_the_same(
    hub: TestHub, example_version: Path, tmp_path: Path
) -> None:
    first, again, found = in_another_process(
        hub,
        tmp_path,
        f"""
        import json
        from pathlib import Path
        from rlhf_collect.services.publishing import send_version, verify_target
        sent = [send_version(Path("{example_version}"), "hub:org/addressed") for _ in range(2)]
        found = verify_target("hub:org/addressed@1.0.0")
        print(json.dumps([*(each.as_json("1.0.0") for each in sent), found]))
        """,
    )
    assert first == again
    assert (
        found["manifest_sha256"] == first["manifest_sha256"] != file_sha256(example_version / "manifest.json")
    )
    assert found["unlisted"] == []
    served_files, frozen = served(hub, "org/addressed", "1.0.0"), sent(example_version)
    changed = {name for name in frozen if served_files[name] != frozen[name]}
    naming = {"README.md", "croissant.json", "labour_statement.json", "labour/v1.0.0.json"}
    assert changed == naming | {"manifest.json"}
    assert served_files["README.md"] == frozen["README.md"].replace(b"ORG/NAME", b"org/addressed")


def test_publishing_again_changes_nothing_and_costs_few_requests(
    hub: TestHub, publisher: Publisher, versions: Versions
) -> None:
    job = {"folder": versions["1.0.0"], "repo": "org/twice"}
    first, second = publisher.run(job, job)
    assert first | {"said": 0} == second | {"said": 0}
    assert commits_named(hub, "org/twice") == ["Version 1.0.0"]
    lines = [each.line for each in hub.requests if "twice" in each.line]
    assert sum("/commit/main" in line for line in lines) == 1
    end = max(number for number, line in enumerate(lines) if "/tag/" in line)
    files = [path for path in versions["1.0.0"].rglob("*") if path.is_file()]
    rows = sum(path.suffix == ".parquet" for path in files)
    # besides four requests of each Parquet file (PUT, its confirmation, HEAD, GET) and two of each other (HEAD, GET)
    assert (
        end + 2 + 2 - 4 * rows - 2 * (len(files) - rows) <= 11
    )  # whoami and repos/create do not name the repository


def test_the_next_version_replaces_the_files_of_the_one_before(
    hub: TestHub, publisher: Publisher, versions: Versions, tmp_path: Path
) -> None:
    repo = "org/next"
    publisher.run(
        {"folder": versions["1.0.0"], "repo": repo, "public": True},
        {"folder": versions["1.1.0"], "repo": repo, "public": True},
    )
    assert commits_named(hub, repo) == ["Version 1.0.0", "Version 1.1.0"]
    assert served(hub, repo, "main") == served(hub, repo, "1.1.0") == sent(versions["1.1.0"])
    assert served(hub, repo, "1.0.0") == sent(versions["1.0.0"])
    assert not any(path.startswith("preference/") for path in hub.files(repo))
    assert not hub.repository(repo).settings.private
    older = publisher.publish(versions["1.0.0"], repo, public=True)
    assert older["tag"] == "1.0.0"  # it is there: nothing to do


def test_an_older_version_does_not_come_after_a_newer_one(
    hub: TestHub, publisher: Publisher, versions: Versions
) -> None:
    repo = "org/older"
    _, refused = publisher.run(
        {"folder": versions["1.1.0"], "repo": repo}, {"folder": versions["1.0.0"], "repo": repo}
    )
    assert refused["code"] == "hub_refused"
    assert "already holds 1.1.0, which is newer than 1.0.0" in refused["message"]
    assert set(hub.tags(repo)) == {"1.1.0"}


def test_a_killed_publisher_is_resumed_by_publishing_again(
    hub: TestHub, publisher: Publisher, example_version: Path
) -> None:
    repo = "org/killed"
    running: list[subprocess.Popen[str]] = []

    def kill() -> None:
        os.kill(running[-1].pid, signal.SIGKILL)

    steps: list[tuple[str, str, Any]] = [
        ("POST", "/api/repos/create", "after"),
        ("PUT", "/lfs-upload/org/killed/", "after"),
        ("POST", "org/killed/commit/main", "before"),
        ("POST", "org/killed/commit/main", "after"),
        ("GET", "org/killed/resolve/", "before"),
        ("POST", "org/killed/tag/", "before"),
        ("POST", "org/killed/tag/", "after"),
    ]
    for method, path, when in steps:
        fault = hub.fail(method, path, when, kill)
        running.append(publisher.start({"folder": example_version, "repo": repo}))
        running[-1].communicate(timeout=100)
        assert (fault.hits, running[-1].returncode) == (1, -signal.SIGKILL), path
        hub.wait_until_idle()
    done = publisher.publish(example_version, repo)
    assert commits_named(hub, repo) == ["Version 1.0.0"]
    assert hub.tags(repo) == {"1.0.0": done["commit"]}
    assert served(hub, repo, "1.0.0") == sent(example_version)


def in_another_process(hub: TestHub, folder: Path, code: str) -> Any:
    env = hub.env(folder / "another-home") | {"PYTHONPATH": str(ROOT)}
    lines = code.split("\n")
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    program = "\n".join(line[indent:] for line in lines)
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(done.stderr[-3000:])
    return json.loads(done.stdout)


def as_json(rows: list[dict[str, Any]]) -> Any:
    return json.loads(json.dumps(rows, default=str))


def test_the_manifest_on_the_hub_is_the_sealed_one(example_version: Path) -> None:
    manifest = read_manifest(example_version)
    assert set(manifest["files"]) | {"manifest.json"} == set(sent(example_version))
