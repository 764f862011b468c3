from __future__ import annotations

import json
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.errors import BadSource
from rlhf_collect.importers import open_source
from rlhf_collect.importers.files import check_name
from tests.depth import further
from tests.importers.writing import only, read_rows, sky, write_lines


def test_the_same_comparison_twice_is_given_once(tmp_path):
    good, bad = read_rows(tmp_path, [sky(1), sky(2), sky(1)])
    assert bad == []
    assert [each.comparison.comparison_id for each in good] == ["c1", "c2"]


def test_an_id_that_returns_with_other_content_is_a_bad_line(tmp_path):
    good, bad = read_rows(tmp_path, [sky(1), sky(1, language="en")])
    assert len(good) == 1
    assert (only(bad).where, bad[0].field) == ("rows.jsonl:2", "id")
    assert "other content" in bad[0].what


def test_two_preferences_on_the_same_pair_are_both_given(tmp_path):
    row = {"prompt": "q", "chosen": "yes", "rejected": "no"}
    turned = {"prompt": "q", "chosen": "no", "rejected": "yes"}
    good, bad = read_rows(tmp_path, [row, turned, turned], keep_preferences=True)
    assert bad == []
    assert good[0].comparison == good[1].comparison
    assert len(good) == 2
    assert good[0].judgements[0].draft.choice != good[1].judgements[0].draft.choice
    assert len(read_rows(tmp_path, [row, turned])[0]) == 1


def test_a_source_can_be_read_again_and_tells_how_far_it_is(tmp_path):
    path = write_lines(tmp_path / "rows.jsonl", [sky(number) for number in range(20)])
    source = open_source(str(path))
    assert (source.format, source.name, source.revision, source.licence) == (
        "rlhf_collect",
        "rows.jsonl",
        None,
        None,
    )
    assert source.total == path.stat().st_size
    assert source.done == 0
    first = list(source.items())
    assert source.done == source.total
    assert list(source.items()) == first


def test_the_format_given_overrides_the_one_recognised(tmp_path):
    row = {"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "\n\nHuman: q\n\nAssistant: b"}
    path = write_lines(tmp_path / "rows.jsonl", [row])
    assert open_source(str(path)).format == "hh-rlhf"
    assert open_source(str(path), format="trl").format == "trl"


GROWTH = """
import sys
from rlhf_collect.importers import Imported, open_source

def peak():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1])

before = peak()
count = sum(isinstance(each, Imported) for each in open_source(sys.argv[1]).items())
print(count, (peak() - before) // 1024)
"""


@pytest.mark.parametrize("name", ["rows.jsonl", *further("rows.json", "rows.parquet")])
def test_memory_stays_bounded_for_a_file_of_fifty_megabytes(tmp_path, name):
    path, count, reply = tmp_path / name, 12_000, "reply " * 330
    rows = (sky(each, completions=[f"{each} {reply}", f"{each}, {reply}"]) for each in range(count))
    if name == "rows.parquet":
        pq.write_table(pa.Table.from_pylist(list(rows)), path, compression="none", use_dictionary=False)
    else:
        with path.open("w") as file:
            file.write("[" if name == "rows.json" else "")
            for place, row in enumerate(rows):
                file.write((",\n" if place and name == "rows.json" else "") + json.dumps(row))
                file.write("\n" if name == "rows.jsonl" else "")
            file.write("]" if name == "rows.json" else "")
    assert path.stat().st_size > 45_000_000
    done = subprocess.run(
        [sys.executable, "-c", GROWTH, str(path)], capture_output=True, text=True, check=True
    )
    read, grown = map(int, done.stdout.split())
    assert read == count
    assert grown < 75, f"memory grew by {grown} MB"


def test_a_file_whose_name_is_no_text_is_refused_in_words_that_can_be_printed():
    with pytest.raises(BadSource, match="rename it") as refused:
        check_name(os.fsdecode(b"caf\xe9.jsonl"))
    assert refused.value.message.isprintable()
    check_name("café 好.jsonl")
