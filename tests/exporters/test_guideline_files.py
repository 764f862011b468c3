"""What raters were told stands beside the rows, word for word."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rlhf_collect.errors import DamagedVersion
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.guideline_files import file_stem
from rlhf_collect.exporters.manifest import file_sha256, read_manifest
from rlhf_collect.exporters.verify import verify_folder
from tests.exporters.example import WORK, Collection

HOSTILE = "<script>alert(1)</script>\r\n# [x](javascript:alert(1)) é\u2028 `` \n"
NAMES = (
    "../../etc/passwd",
    "3",
    "3.en",
    "V3",
    "v3",
    "a/b",
    "a\\b",
    "a_b",
    "con",
    "CON.txt",
    "`|[x](y)",
    "é",
    " ",
)


def test_the_texts_of_the_versions_in_use_are_files_as_given_listed_and_linked_from_the_card(
    tmp_path: Path,
) -> None:
    found = Collection()
    for place, version in enumerate(NAMES):
        found.compare(f"c{place}")
        found.judge(f"c{place}", "ada", "a", 2, guideline_version=version)
    texts = {version: {"": f"{HOSTILE}{version}"} for version in (*NAMES, "unused")}
    texts["3"] = {"en": HOSTILE, "fr": "Lisez."}
    inputs = found.inputs(work=replace(WORK, guideline_texts=texts))
    folder = build_version(inputs, tmp_path / "v").folder
    manifest, card = read_manifest(folder), (folder / "README.md").read_text(encoding="utf-8")
    told = manifest["guidelines"]
    assert told["3"] == {"en": "guidelines/3.en.md", "fr": "guidelines/3.fr.md"}
    assert set(told) == set(NAMES)
    files = [
        (name, texts[version]["" if each == "und" else each])
        for version in told
        for each, name in told[version].items()
    ]
    assert len({name.lower() for name, _ in files}) == len(NAMES) + 1
    for name, text in files:
        assert re.fullmatch(r"guidelines/[a-z0-9._-]+\.(en|fr|und)\.md", name), name
        assert (folder / name).read_bytes() == text.encode()
        assert manifest["files"][name]["sha256"] == file_sha256(folder / name)
        assert f"]({name})" in card
    assert "<script>" not in card
    verify_folder(folder)
    (folder / "guidelines" / "3.fr.md").write_text("Lisez!")
    with pytest.raises(DamagedVersion, match=r"guidelines/3\.fr\.md"):
        verify_folder(folder)


def test_a_version_of_imported_judgements_alone_has_no_guidelines(tmp_path: Path) -> None:
    found = Collection()
    found.compare("c")
    found.judge("c", "ada", "a", 2, imported=True, guideline_version=None)
    folder = build_version(found.inputs(), tmp_path / "v").folder
    assert "guidelines" not in read_manifest(folder)
    assert not (folder / "guidelines").exists()
    assert "What raters were told" not in (folder / "README.md").read_text(encoding="utf-8")


def test_a_name_that_is_no_file_everywhere_is_told_apart_by_a_hash() -> None:
    assert [file_stem(each) for each in ("3", "general-1", "2026.11")] == ["3", "general-1", "2026.11"]
    assert file_stem("V3") == "v3_8b336cdf52ac"
    assert file_stem("..").startswith("_")
