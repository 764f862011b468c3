"""Commands write where they were told to and nowhere else, and say in one line why they cannot."""

from __future__ import annotations

import stat
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest

from rlhf_collect.bootstrap import locate, open_context
from rlhf_collect.cli.options import published_to
from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.services.versions import freeze_version, list_versions, record_publication
from tests.flows.running import collect_here, write_project
from tests.making import ask_and_judge, bring, invite, make_project

NOT_A_FOLDER = Path("/proc/version")
"""A file even for root: nothing can be written below it."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one judgement, frozen as 1.0.0."""
    path = tmp_path_factory.mktemp("lab") / "lab.duckdb"
    ctx = open_context(locate(f"duckdb:///{path}"), create=True)
    project = make_project(ctx, "lab", overlap=1)
    bring(ctx, project, 1)
    ask_and_judge(ctx, invite(ctx, project, "Ada").actor, project)
    freeze_version(ctx, OPERATOR, "lab", "1.0.0")
    ctx.store.close()
    return path


def refused_in_one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for each in words:
        assert each in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("export", "lab", "/proc/out.jsonl"),
        ("publish", "lab", "1.0.0", "--to", NOT_A_FOLDER / "out"),
        ("publish", "lab", "1.0.0", "--to", "/proc/out"),
        ("init", NOT_A_FOLDER / "configs"),
        ("backup", "/proc/copy.duckdb"),
    ],
    ids=lambda words: f"{words[0]} {words[-1]}",
)
def test_a_target_that_cannot_be_written_is_one_line_and_exit_2(
    database: Path, words: tuple[str | Path, ...]
) -> None:
    done = collect_here(*words, database=None if words[0] == "init" else database)
    refused_in_one_line(done, 2, str(words[-1]) if words[0] != "backup" else "copy.duckdb")


def test_a_version_is_not_published_into_another(database: Path, tmp_path: Path) -> None:
    assert (
        collect_here("publish", "lab", "1.0.0", "--to", tmp_path / "out", database=database).returncode == 0
    )
    done = collect_here(
        "publish", "lab", "1.0.0", "--to", tmp_path / "out" / "preference" / "in", database=database
    )
    refused_in_one_line(done, 1, f"lies in version 1.0.0 ({tmp_path / 'out'})", "Choose a folder outside.")
    assert collect_here("verify", tmp_path / "out").returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("agreement", "lab"),
        ("leaderboard", "lab"),
        ("progress", "lab"),
        ("versions", "lab"),
        ("export", "lab", "out.jsonl"),
        ("raters", "add", "lab", "Ada"),
        ("import", "lab", "pairs.jsonl"),
        ("backup", "copy.duckdb"),
        ("doctor",),
    ],
    ids=lambda words: words[0],
)
def test_a_database_that_is_not_there_is_named_and_not_made(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = collect_here(*words, database=tmp_path / "missing.duckdb")
    refused_in_one_line(
        done, 2, f"There is no database at {tmp_path / 'missing.duckdb'}. Nothing was written."
    )
    assert list(tmp_path.iterdir()) == []


def test_apply_makes_a_database_only_its_owner_can_read(tmp_path: Path) -> None:
    config = write_project(tmp_path, "lab")
    assert collect_here("apply", config, database=tmp_path / "lab.duckdb").returncode == 0
    found = {
        each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("lab.*") if each != config
    }
    assert found == {"lab.duckdb": 0o600, "lab.key": 0o600, "lab.lock": 0o600}


def test_the_log_beside_an_open_database_is_private_and_an_older_file_becomes_so(tmp_path: Path) -> None:
    path = tmp_path / "lab.duckdb"
    open_context(locate(f"duckdb:///{path}"), create=True).store.close()
    path.chmod(0o644)
    ctx = open_context(locate(f"duckdb:///{path}"), create=False)
    make_project(ctx, "lab")
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    ctx.store.close()
    assert set(modes) == {"lab.duckdb", "lab.duckdb.wal", "lab.key", "lab.lock"}
    assert set(modes.values()) == {0o600}


def test_a_backup_is_not_called_like_a_key_and_never_stands_beside_the_key_of_another(
    database: Path, tmp_path: Path
) -> None:
    done = collect_here("backup", tmp_path / "copy.key", database=database)
    refused_in_one_line(done, 2, "is the name of a key file", "copy.duckdb")
    (tmp_path / "copy.key").write_bytes(b"of an older database")
    done = collect_here("backup", tmp_path / "copy.duckdb", database=database)
    refused_in_one_line(done, 1, f"{tmp_path / 'copy.key'} exists already and is the key of another database")
    assert not (tmp_path / "copy.duckdb").exists()
    assert collect_here("backup", tmp_path / "new.duckdb", database=database).returncode == 0
    assert (tmp_path / "new.key").read_bytes() == database.with_suffix(".key").read_bytes()
    assert stat.S_IMODE((tmp_path / "new.duckdb").stat().st_mode) == 0o600


def test_a_version_published_twice_to_one_place_is_listed_once_with_its_last_commit(database: Path) -> None:
    ctx = open_context(locate(f"duckdb:///{database}"), create=False)
    for revision in ("a" * 40, "a" * 40, "b" * 40):
        record_publication(
            ctx, OPERATOR, "lab", "1.0.0", target="hub:org/name", revision=revision, manifest_sha256="c" * 64
        )
    (version,) = list_versions(ctx, OPERATOR, "lab")
    ctx.store.close()
    assert [each["revision"][0] for each in version["published"] if each["target"] == "hub:org/name"] == ["b"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("org/help", "There is no folder 'org'. Write hub:org/help for the Hub, or ./org/help for a folder."),
        ("https://huggingface.co/datasets/org/help", "is an address. Write hub:org/help for the Hub"),
        ("https://huggingface.co/org/help", "is an address. Write hub:org/name for the Hub"),
    ],
)
@pytest.mark.parametrize("command", ["publish", "release", "withdraw"])
def test_a_target_that_is_surely_meant_otherwise_makes_no_folder(
    tmp_path: Path, command: str, target: str, said: str
) -> None:
    words = {
        "publish": ["publish", "lab", "1.0.0", "--to", target],
        "release": ["release", "lab", "--to", target],
        "withdraw": ["withdraw", "lab", "--versions", "1.0.0", "--from", target],
    }[command]
    done = collect_here(*words, database=tmp_path / "none.duckdb")
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())


def test_a_folder_that_is_meant_stays_one(tmp_path: Path) -> None:
    (tmp_path / "org").mkdir()
    with chdir(tmp_path):
        assert published_to("org/help") == str(tmp_path / "org" / "help")
        assert published_to("./new/help") == str(tmp_path / "new" / "help")
    assert published_to("hub:org/help") == "hub:org/help"
