"""The commands that compare versions, with each other and with the database, in words and as one document."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rlhf_collect.bootstrap import locate, open_context
from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.services.versions import freeze_version
from tests.depth import thorough
from tests.flows.running import (
    answer,
    answer_here,
    collect,
    collect_here,
    running_server,
    write_project,
)
from tests.hub import TestHub
from tests.making import ask_and_judge, bring, invite, make_project

CRITERIA = [{"name": "overall", "question": "Which response is better overall?"}]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A database with versions 1.0.0 and 1.1.0 of the project ``lab``, and its project file."""
    folder = tmp_path_factory.mktemp("lab")
    ctx = open_context(locate(f"duckdb:///{folder / 'lab.duckdb'}"), create=True)
    project = make_project(ctx, "lab", overlap=2, criteria=CRITERIA)
    bring(ctx, project, 3)
    people = [invite(ctx, project, name).actor for name in ("Ada", "Bo")]
    for actor, version in zip(people, ("1.0.0", "1.1.0"), strict=True):
        ask_and_judge(ctx, actor, project)
        freeze_version(ctx, OPERATOR, "lab", version)
    ctx.store.close()
    return folder / "lab.duckdb", write_project(folder, "lab", criteria=CRITERIA, overlap=2)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What commands answered alone, and while a server held the file."""

    alone: dict[str, Any]
    beside: dict[str, Any]
    again: subprocess.CompletedProcess[str]
    """What the server had said to whoever wanted 1.1.0 built again and written into a folder."""
    folder: Path
    """That folder."""


@pytest.fixture(scope="module")
def answers(lab: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Answers:
    def ask() -> dict[str, Any]:
        return {
            "diff": answer_here("diff", "lab", "1.0.0", "1.1.0", database=lab[0]),
            "rebuild": answer("rebuild", "lab", "1.0.0", database=lab[0]),
        }

    alone, folder = ask(), tmp_path_factory.mktemp("out") / "again"
    with running_server(lab[0], lab[1]):
        beside = ask()
        again = collect_here("rebuild", "lab", "1.1.0", "--to", folder, database=lab[0])
    return Answers(alone=alone, beside=beside, again=again, folder=folder)


@thorough
def test_the_command_says_the_same_with_and_without_a_server(answers: Answers) -> None:
    alone = answers.alone["diff"]
    assert alone["totals"]["withdrawn"] == 0
    assert sum(each["added"] for each in alone["rows"]["ratings"].values()) == 1
    assert answers.beside["diff"] == alone


def test_the_difference_is_told_in_plain_words(lab: tuple[Path, Path]) -> None:
    done = collect_here("diff", "lab", "1.0.0", "1.1.0", database=lab[0])
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "lab: 1.0.0 -> 1.1.0"
    assert any("1 added, 0 changed, 0 withdrawn; " in line for line in lines if "ratings" in line)
    assert (
        "  overall, answers: one better 100 %, tie 0 %, both bad 0 % then; one better 100 %, tie 0 %, "
        in done.stdout
    )


@thorough
def test_a_frozen_version_is_compared_with_what_stands_on_the_hub_and_in_a_folder(
    lab: tuple[Path, Path], tmp_path: Path
) -> None:
    with TestHub(tmp_path / "hub") as hub:
        env = hub.env(tmp_path / "home")
        sent = collect("publish", "lab", "1.0.0", "--to", "hub:org/lab", database=lab[0], env=env)
        assert sent.returncode == 0, sent.stderr
        found = answer("diff", "lab", "hub:org/lab@1.0.0", "1.1.0", database=lab[0], env=env)
        missing = collect("diff", "lab", "hub:org/lab@3.0.0", "1.1.0", database=lab[0], env=env)
    assert found["totals"] == answer("diff", "lab", "1.0.0", "1.1.0", database=lab[0])["totals"]
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "org/lab has no version 3.0.0" in missing.stderr
    assert collect("publish", "lab", "1.1.0", "--to", tmp_path / "out", database=lab[0]).returncode == 0
    # Two places need no database.
    same = answer("diff", "lab", tmp_path / "out", tmp_path / "out", database=tmp_path / "none.duckdb")
    assert same["totals"] == {"added": 0, "changed": 0, "withdrawn": 0}
    assert not (tmp_path / "none.duckdb").exists()


@thorough
def test_a_version_is_built_again_with_and_without_a_server_and_written_where_asked(
    answers: Answers,
) -> None:
    alone = answers.alone["rebuild"]
    assert alone["identical"] is True
    assert answers.beside["rebuild"] == alone
    verified = collect_here("verify", answers.folder, "--json")
    assert json.loads(verified.stdout)["version"] == "1.1.0"


@thorough
def test_a_version_built_again_is_told_in_plain_words(lab: tuple[Path, Path], answers: Answers) -> None:
    told = answers.again
    assert (told.returncode, told.stderr) == (0, "")
    _, second = answer_here("versions", "lab", database=lab[0])["versions"]
    assert told.stdout.splitlines() == [
        f"lab 1.1.0 built again is identical to the byte: manifest sha256 {second['manifest_sha256']}",
        f"  written to {answers.folder}",
    ]


@thorough
def test_a_version_that_is_not_the_same_any_more_is_exit_1_and_says_which_input_changed(
    lab: tuple[Path, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "lab.duckdb"
    for path in (lab[0], lab[0].with_suffix(".key")):
        shutil.copy2(path, copy.with_suffix(path.suffix))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE comparison SET tags = '[\"moved\"]'")
    told = collect("rebuild", "lab", "1.1.0", database=copy)
    assert told.returncode == 1
    assert "  changed in the database since: comparisons\n" in told.stdout
    assert re.search(r"  differs: manifest.json, counts: .*tags", told.stdout)
    assert "other rows" in told.stdout
    assert told.stderr.startswith("rlhf-collect: lab 1.1.0 built again is not what was sealed.")
    document = collect("rebuild", "lab", "1.1.0", "--json", "--to", tmp_path / "out", database=copy)
    assert document.returncode == 1
    assert json.loads(document.stdout)["inputs"] == ["comparisons"]
    assert not (tmp_path / "out").exists()


def test_what_is_neither_version_nor_place_is_one_line(lab: tuple[Path, Path], tmp_path: Path) -> None:
    for target, words in (
        ("9.9.9", "no version 9.9.9"),
        (str(tmp_path / "gone"), "neither a sealed version"),
    ):
        done = collect_here("diff", "lab", target, "1.1.0", "--json", database=lab[0])
        assert (done.returncode, done.stdout) == (1, "")
        assert words in done.stderr
        assert done.stderr.count("\n") == 1
