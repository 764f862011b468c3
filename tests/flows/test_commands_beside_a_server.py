"""Every command works from another terminal while the server holds the file, and the same without it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.depth import further, thorough
from tests.flows.pandalm import pandalm_files
from tests.flows.running import (
    Server,
    answer,
    answer_here,
    collect,
    collect_here,
    comparisons_file,
    free_port,
    running_server,
    start_server,
    write_project,
)

CRITERIA = [{"name": "overall", "question": "Which is better?", "strengths": 0}]


@thorough
def test_three_pandalm_annotators_through_every_command_with_and_without_a_server(tmp_path: Path) -> None:
    database = tmp_path / "lab.duckdb"
    config = write_project(tmp_path, "pandalm", criteria=CRITERIA)
    comparisons, judgements = pandalm_files(tmp_path)

    def ask(*words: str | Path) -> Any:
        return answer_here(*words, database=database)

    with running_server(database, config) as server:
        first = answer("import", "pandalm", comparisons, database=database, fresh=True)
        assert first["comparisons"] == 999
        assert ask("import", "pandalm", comparisons)["known"] == 999
        assert ask("import-judgements", "pandalm", judgements)["judgements"] == 2997
        _assert_published_figures(ask("agreement", "pandalm"))
        invited = ask("raters", "add", "pandalm", "Ada")
        assert invited.keys() == {"name", "role", "invite_url", "api_key"}
        assert httpx.get(invited["invite_url"], trust_env=False).status_code == 303
        sealed = ask("freeze", "pandalm", "1.0.0")
        assert sealed.keys() >= {"version", "path", "manifest_sha256", "rows"}
        published = ask("publish", "pandalm", "1.0.0", "--to", tmp_path / "out")
        assert published["manifest_sha256"] == sealed["manifest_sha256"]
        assert _files(tmp_path / "out") == _files(sealed["path"])
        copied = answer("backup", tmp_path / "copy.duckdb", database=database)
        assert copied["bytes"] == (tmp_path / "copy.duckdb").stat().st_size
        beside = _everything_that_reads(database, tmp_path / "beside.jsonl")
        server.stop()
    assert _everything_that_reads(database, tmp_path / "alone.jsonl") == beside
    assert len((tmp_path / "alone.jsonl").read_text(encoding="utf-8").splitlines()) == 2997
    assert [each["version"] for each in beside["versions"]["versions"]] == ["1.0.0"]
    of_copy = answer("agreement", "pandalm", database=tmp_path / "copy.duckdb")
    assert of_copy == beside["agreement"]


def _files(folder: str | Path) -> int:
    """How many files of a version are what its manifest says."""
    done = collect_here("verify", folder, "--json")
    assert done.returncode == 0, done.stderr
    found: int = json.loads(done.stdout)["files"]
    return found


def _assert_published_figures(report: dict[str, Any]) -> None:
    pairwise, decided = report["percent_agreement"], report["percent_agreement_no_ties"]
    assert (round(pairwise["value"] * pairwise["n"]), pairwise["n"]) == (2757, 2997)
    assert (round(decided["value"] * decided["n"]), decided["n"]) == (2482, 2620)
    assert report["krippendorff_alpha"]["value"] == pytest.approx(0.8645, abs=0.001)
    assert (report["raters"], report["comparisons"], report["judgements"]) == (3, 999, 2997)


def _everything_that_reads(database: Path, export: Path) -> dict[str, Any]:
    read = {
        "agreement": answer_here("agreement", "pandalm", database=database),
        "leaderboard": answer_here("leaderboard", "pandalm", database=database),
        "progress": answer_here("progress", "pandalm", database=database),
        "versions": answer_here("versions", "pandalm", database=database),
        "doctor": answer_here("doctor", database=database),
        "export": answer_here("export", "pandalm", export, database=database),
    }
    read["export"].pop("file")
    return {**read, "rows": export.read_text(encoding="utf-8")}


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A server of the project ``lab``, which was killed once before; to be asked, not to be stopped."""

    server: Server
    config: Path
    left: str
    """The note that lay there after the kill."""
    meanwhile: dict[str, Any]
    """What ``progress`` answered while that note lay there and no server ran."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    database, config = folder / "lab.duckdb", write_project(folder, "lab", criteria=CRITERIA)
    start_server(database, config).kill()
    left = database.with_suffix(".server").read_text(encoding="utf-8")
    meanwhile = answer("progress", "lab", database=database)
    with running_server(database, config) as server:
        yield Lab(server=server, config=config, left=left, meanwhile=meanwhile)


@thorough
def test_refusals_have_their_exit_code_and_one_line_each_with_and_without_a_server(
    lab: Lab, tmp_path: Path
) -> None:
    database = tmp_path / "alone.duckdb"
    answer_here("apply", lab.config, database=database)
    good = comparisons_file(tmp_path / "good.jsonl", 3)
    bad = tmp_path / "bad.jsonl"
    lines = good.read_text(encoding="utf-8").splitlines()
    bad.write_text("\n".join([lines[0], "{not json", lines[1], '{"prompt": "Alone?"}', ""]), encoding="utf-8")
    calls: list[tuple[int, tuple[str | Path, ...], list[str]]] = [
        (2, ("import", "lab", bad), [f"{bad.name}:2:", f"{bad.name}:4:", "nothing was imported"]),
        (1, ("progress", "nowhere"), ["'nowhere'"]),
        (1, ("freeze", "lab", "1.0.0"), ["no judgements yet"]),
    ]

    def say_no(database: Path) -> list[tuple[int, str]]:
        said = []
        for code, words, lines in calls:
            done = collect_here(*words, "--json", database=database)
            assert done.returncode == code, done
            # Besides the line that refuses, each is of a problem, which --json prints too.
            problems = json.loads(done.stdout)["problems"] if done.stdout else []
            assert len(problems) == len(lines) - 1, done
            printed = done.stderr.splitlines()
            assert len(printed) == len(lines), done.stderr
            assert all(part in line for part, line in zip(lines, printed, strict=True)), done.stderr
            said.append((done.returncode, done.stderr))
        return said

    assert say_no(lab.server.database) == say_no(database)
    skipped = collect("import", "lab", bad, "--skip-bad", "--json", database=database)
    assert (skipped.returncode, len(skipped.stderr.splitlines())) == (0, 2)
    assert json.loads(skipped.stdout)["comparisons"] == 2
    unknown = collect("import", "lab", database=database, fresh=True)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "SOURCE" in unknown.stderr
    assert "Traceback" not in unknown.stderr


HOLDER = (
    "import duckdb, sys, time; held = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(600)"
)


@thorough
def test_a_database_held_by_a_stranger_is_named_whatever_an_old_note_says(lab: Lab, tmp_path: Path) -> None:
    database = tmp_path / "lab.duckdb"
    answer_here("apply", lab.config, database=database)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        _assert_one_line(collect("progress", "lab", database=database), "is held by another process")
        _assert_one_line(collect("serve", lab.config, database=database), "is held by another process")
        note = {"url": f"http://127.0.0.1:{free_port()}", "token": "old", "pid": 1}
        database.with_suffix(".server").write_text(json.dumps(note), encoding="utf-8")
        _assert_one_line(collect("progress", "lab", database=database), "does not answer")
        # Somebody else's server may have got the port since.
        note["url"] = lab.server.url
        database.with_suffix(".server").write_text(json.dumps(note), encoding="utf-8")
        _assert_one_line(collect_here("progress", "lab", database=database), "does not answer")
    finally:
        holder.kill()
        holder.wait()
        if holder.stdout is not None:
            holder.stdout.close()


def _assert_one_line(done: subprocess.CompletedProcess[str], part: str) -> None:
    assert (done.returncode, done.stdout) == (2, ""), done
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert part in done.stderr


def test_a_note_left_by_a_killed_server_is_in_nobodys_way(lab: Lab) -> None:
    assert lab.meanwhile["project"] == "lab"
    note = lab.server.database.with_suffix(".server")
    assert note.read_text(encoding="utf-8") != lab.left
    assert note.stat().st_mode & 0o777 == 0o600
    assert json.loads(note.read_text(encoding="utf-8"))["url"] == lab.server.url
    made = answer("raters", "add", "lab", "Ada", database=lab.server.database)
    assert made["invite_url"].startswith(f"{lab.server.url}/i/")


@pytest.mark.parametrize("how", [signal.SIGTERM, *further(signal.SIGINT)])
def test_a_signal_stops_the_server_at_once_and_leaves_no_note(tmp_path: Path, how: signal.Signals) -> None:
    database, config = tmp_path / "lab.duckdb", write_project(tmp_path, "lab", criteria=CRITERIA)
    server = start_server(database, config, fresh=True)
    try:
        key = answer_here("raters", "add", "lab", "Ada", database=database)["api_key"]
        with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {key}"}) as rater:
            # A kept-alive connection must not hold the server back.
            assert rater.post(f"{server.url}/api/v1/projects/lab/next").status_code == 204
            asked = time.monotonic()
            server.process.send_signal(how)
            code = server.process.wait(timeout=30)
        assert time.monotonic() - asked < 8
        assert code == 0
        assert not database.with_suffix(".server").exists()
        assert not database.with_name(database.name + ".wal").exists()
        assert "Traceback" not in server.log.read_text(encoding="utf-8")
        assert answer_here("progress", "lab", database=database)["project"] == "lab"
    finally:
        server.process.kill()
        server.process.wait()


def test_a_name_that_holds_a_line_separator_comes_through_a_server(lab: Lab, tmp_path: Path) -> None:
    database, name = lab.server.database, "line\u2028separator\x85"
    replies = [{"id": each, "model": each + name, "content": f"Reply {each}."} for each in "ab"]
    (tmp_path / "one.jsonl").write_text(
        json.dumps({"id": "separated", "prompt": "Which?", "completions": replies}, ensure_ascii=False)
        + "\n",
        encoding="utf-8",
    )
    assert answer("import", "lab", tmp_path / "one.jsonl", database=database)["comparisons"] == 1
    models = [each["model"] for each in answer("leaderboard", "lab", database=database)["models"]]
    assert {f"a{name}", f"b{name}"} <= set(models)
