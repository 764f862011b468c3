"""``croissant.json`` is valid Croissant, and its readers get the rows of the version from it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlcroissant
import pytest

from rlhf_collect.exporters.addressed import addressed
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.croissant import CROISSANT
from rlhf_collect.exporters.manifest import read_manifest
from tests.exporters.example import FACTS, Collection, many, read_rows


def document(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / CROISSANT).read_text(encoding="utf-8"))
    return read


def plain(value: Any) -> Any:
    """A value as the reader gives it, as Python has it."""
    if isinstance(value, bytes):
        return value.decode()
    return value.date() if hasattr(value, "date") else value


@pytest.fixture(scope="module")
def opened(example_version: Path) -> mlcroissant.Dataset:
    return mlcroissant.Dataset(jsonld=str(example_version / CROISSANT))


def test_the_command_that_validates_croissant_files_finds_nothing_wrong(example_version: Path) -> None:
    command = [str(Path(sys.executable).with_name("mlcroissant")), "validate", "--jsonld"]
    done = subprocess.run(
        [*command, str(example_version / CROISSANT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert "Done." in said
    assert "WARNING" not in said
    assert "Found the following" not in said


@pytest.mark.parametrize("config", ["preference", "ratings", "comparisons"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_its_records_are_the_rows_without_their_lists(
    opened: mlcroissant.Dataset, example_version: Path, config: str, split: str
) -> None:
    name = f"{config}-{split}"
    got = [
        {key.partition("/")[2]: plain(value) for key, value in row.items()} for row in opened.records(name)
    ]
    schema = read_manifest(example_version)["configs"][config]["schema"]
    flat = [each["name"] for each in schema if not each["type"].startswith("list")]
    rows = read_rows(example_version, config, split)
    assert len(rows) > 0
    assert got == [{key: row[key] for key in flat} for row in rows]


def test_every_parquet_file_is_in_it_with_the_hash_and_size_of_the_manifest(example_version: Path) -> None:
    files = read_manifest(example_version)["files"]
    listed = {
        each["contentUrl"]: (each["sha256"], each["contentSize"])
        for each in document(example_version)["distribution"]
    }
    assert listed == {
        name: (entry["sha256"], f"{entry['bytes']} B")
        for name, entry in files.items()
        if name.endswith(".parquet")
    }


def test_ids_are_unique_over_the_whole_file(example_version: Path) -> None:
    found = document(example_version)
    ids = [each["@id"] for each in found["distribution"] + found["recordSet"]]
    ids += [field["@id"] for each in found["recordSet"] for field in each["field"]]
    assert len(ids) == len(set(ids))


def test_it_says_how_the_judgements_came_about_and_holds_no_row(example_version: Path) -> None:
    found = document(example_version)
    assert found["rai:annotationsPerItem"] == "2 to 3 raters per comparison, on average 2.98."
    assert "Which response is better?" in found["rai:dataAnnotationProtocol"]
    assert found["rai:dataAnnotationAnalysis"] == [
        "overall: two raters gave the same answer in 63 % of pairs, 95 % interval 57 to 69 %."
    ]
    assert (found["version"], found["datePublished"]) == ("1.0.0", "2026-11-22")
    text = (example_version / CROISSANT).read_text()
    assert "What about c0" not in text
    assert "because" not in text


def test_below_five_raters_their_number_is_not_told(tmp_path: Path) -> None:
    found = document(build_version(many(raters=3).inputs(), tmp_path / "v").folder)
    assert "by fewer than 5 raters" in found["rai:dataCollection"]


def test_its_address_is_the_repository_that_was_named_or_that_it_went_to(
    example_version: Path, tmp_path: Path
) -> None:
    assert "url" not in document(example_version)
    with addressed(example_version, "org/name") as outgoing:
        assert document(outgoing)["url"] == "https://huggingface.co/datasets/org/name"
    facts = replace(FACTS, repo="org/told")
    assert document(build_version(many().inputs(project_facts=facts), tmp_path / "v").folder)["url"].endswith(
        "/told"
    )


def test_it_says_of_imported_judgements_only_what_is_known(tmp_path: Path) -> None:
    found = Collection()
    found.compare("c")
    for number in range(5):
        found.judge("c", f"r{number}", "a", 1, imported=True, presentation=None)
    told = document(build_version(found.inputs(), tmp_path / "v").folder)
    assert told["rai:annotationsPerItem"] == "5 raters per comparison."
    assert "Raters saw" not in told["rai:dataAnnotationProtocol"]
    assert "5 judgements of the total were made elsewhere" in told["rai:dataAnnotationProtocol"]
