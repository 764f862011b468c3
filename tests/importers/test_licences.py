from __future__ import annotations

import pytest

from rlhf_collect.errors import BadCall
from rlhf_collect.importers import open_source
from rlhf_collect.importers.licences import KNOWN, licence_of
from tests.importers.writing import sky, write_lines


def test_what_is_known_of_a_dataset_stands_before_what_the_head_of_its_card_says():
    assert licence_of("HannahRoseKirk/prism-alignment", "cc") == "prompts CC-BY-4.0, responses CC-BY-NC-4.0"
    assert licence_of("org/unknown", "cc0-1.0") == "cc0-1.0"
    assert licence_of("org/unknown", None) is None
    assert all(name == name.lower() and name.count("/") == 1 for name in KNOWN)


def test_the_licence_of_a_file_is_what_is_said_with_the_import(tmp_path):
    path = write_lines(tmp_path / "rows.jsonl", [sky()])
    assert open_source(str(path)).licence is None
    assert open_source(str(path), licence=" CC-BY-NC-4.0 ").licence == "CC-BY-NC-4.0"


@pytest.mark.parametrize("licence", ["", " ", "two\nlines", "x" * 201])
def test_a_licence_is_one_line_of_words(tmp_path, licence):
    path = write_lines(tmp_path / "rows.jsonl", [sky()])
    with pytest.raises(
        BadCall, match=r"The licence must be one line of 1 to 200 characters, such as CC-BY-4\.0\."
    ):
        open_source(str(path), licence=licence)
