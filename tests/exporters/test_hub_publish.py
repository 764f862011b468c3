from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rlhf_collect.exporters.manifest import file_sha256, read_manifest
from tests.exporters.example import read_rows
from tests.exporters.jobs import Publisher
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
    configs = ("preference", "ratings", "comparisons")
    same = {"path": repo, "revision": "1.0.0", "cache_dir": tmp_path / "datasets"}
    ask = {"do": "load", "source": repo, "version": "1.0.0", "cache_dir": tmp_path}
    *by_tag, checked, by_commit, report = publisher.run(
        *({"do": "load_dataset", "config": config, **same} for config in configs),
        ask | {"manifest_sha256": seal},
        ask | {"source": f"hub:{repo}", "version": done["commit"], "config": "ratings", "split": None},
        {"do": "verify", "repo": repo, "version": "1.0.0"},
    )
    for config, found in zip(configs, by_tag, strict=True):
        for split in ("train", "test"):
            assert found[split] == as_json(read_rows(example_version, config, split))
    assert checked == as_json(read_rows(example_version, "preference", "train"))
    assert list(by_commit) == ["train", "test"]
    assert (report["commit"], report["manifest_sha256"]) == (done["commit"], seal)


def test_a_version_that_names_no_repository_arrives_with_a_card_that_does_and_again_is_the_same(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    send = {"do": "send", "folder": least, "to": "hub:org/addressed"}
    find = {"do": "verify", "repo": "org/addressed", "version": "1.0.0"}
    first, again, found = publisher.run(send, send, find)
    assert first == again
    assert found["manifest_sha256"] == first["manifest_sha256"] != file_sha256(least / "manifest.json")
    assert found["unlisted"] == []
    served_files, frozen = served(hub, "org/addressed", "1.0.0"), sent(least)
    changed = {name for name in frozen if served_files[name] != frozen[name]}
    naming = {"README.md", "croissant.json", "labour_statement.json", "labour/v1.0.0.json"}
    assert changed == naming | {"manifest.json"}
    assert served_files["README.md"] == frozen["README.md"].replace(b"ORG/NAME", b"org/addressed")


def test_publishing_again_changes_nothing_and_costs_few_requests(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    job = {"folder": least, "repo": "org/twice"}
    first, second = publisher.run(job, job)
    assert first | {"said": 0, "waited": 0} == second | {"said": 0, "waited": 0}
    assert commits_named(hub, "org/twice") == ["Version 1.0.0"]
    lines = [each.line for each in hub.requests if "twice" in each.line]
    assert sum("/commit/main" in line for line in lines) == 1
    end = max(number for number, line in enumerate(lines) if "/tag/" in line)
    files = [path for path in least.rglob("*") if path.is_file()]
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
        {"folder": versions["1.0.0"], "repo": repo, "reach": {"public": True}},
        {"folder": versions["1.1.0"], "repo": repo, "reach": {"public": True}},
    )
    assert commits_named(hub, repo) == ["Version 1.0.0", "Version 1.1.0"]
    assert served(hub, repo, "main") == served(hub, repo, "1.1.0") == sent(versions["1.1.0"])
    assert served(hub, repo, "1.0.0") == sent(versions["1.0.0"])
    assert not any(path.startswith("preference/") for path in hub.files(repo))
    assert not hub.repository(repo).settings.private
    older = publisher.publish(versions["1.0.0"], repo, reach={"public": True})
    assert older["tag"] == "1.0.0"  # it is there: nothing to do


def test_an_older_version_does_not_come_after_a_newer_one(
    hub: TestHub, publisher: Publisher, least: Path, versions: Versions
) -> None:
    repo = "org/older"
    _, refused = publisher.run({"folder": versions["1.1.0"], "repo": repo}, {"folder": least, "repo": repo})
    assert refused["code"] == "hub_refused"
    assert "already holds 1.1.0, which is newer than 1.0.0" in refused["message"]
    assert set(hub.tags(repo)) == {"1.1.0"}


def as_json(rows: list[dict[str, Any]]) -> Any:
    return json.loads(json.dumps(rows, default=str))


def test_the_manifest_on_the_hub_is_the_sealed_one(example_version: Path) -> None:
    manifest = read_manifest(example_version)
    assert set(manifest["files"]) | {"manifest.json"} == set(sent(example_version))
