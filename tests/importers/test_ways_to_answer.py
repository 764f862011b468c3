"""Degrees, points, reasons and askings of judgements made elsewhere, from every kind of file."""

from __future__ import annotations

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.domain.judgement import Reason
from rlhf_collect.errors import Problem
from rlhf_collect.importers import open_judgements
from tests.importers.writing import only, write_lines

PAIR = {"comparison": "c1", "rater": "ada", "choice": "c1-a", "strength": 1, "degree": 2}
PAIR |= {"reasons": [{"completion": "c1-b", "reason": "incorrect"}]}
ORDER = {"comparison": "c1", "rater": "ben", "ranking": [["c1-a"], ["c1-b"]], "order_asked": True}
POINTS = {"comparison": "c2", "rater": "ada", "points": {"c2-a": 4, "c2-b": 2}}
NESTED = ("ranking", "points", "reasons")


def content(item):
    assert not isinstance(item, Problem), item.line()
    draft = item.draft
    return draft.choice, draft.degree, draft.points, draft.reasons, draft.order_asked


EXPECTED = [
    ("c1-a", 2, None, (Reason(completion="c1-b", reason="incorrect"),), None),
    (None, None, None, (), True),
    (None, None, {"c2-a": 4, "c2-b": 2}, (), None),
]


@pytest.mark.parametrize("name", ["j.jsonl", "j.json", "j.csv", "j.parquet"])
def test_every_kind_of_file_gives_the_same_answers(tmp_path, name):
    path, rows = tmp_path / name, [PAIR, ORDER, POINTS]
    if name == "j.jsonl":
        write_lines(path, rows)
    elif name == "j.json":
        path.write_text(json.dumps(rows))
    elif name == "j.parquet":
        more = {"comparison": "c3", "rater": "ada", "points": {"c3-a": 4, "c3-b": 2}}
        columns = list(dict.fromkeys(key for row in rows for key in row))
        filled = [{key: row.get(key) for key in columns} for row in [*rows, more]]
        pq.write_table(pa.Table.from_pylist(filled), path)
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(PAIR | ORDER | POINTS))
            writer.writeheader()
            writer.writerows(
                {key: json.dumps(each) if key in NESTED else each for key, each in row.items()}
                for row in rows
            )
    assert [content(each) for each in open_judgements(path)][:3] == EXPECTED


@pytest.mark.parametrize(
    ("row", "change", "field"),
    [
        (PAIR, {"degree": 0}, "degree"),
        (PAIR, {"degree": 5}, "degree"),
        (PAIR, {"degree": "2"}, "degree"),
        (PAIR, {"choice": "tie", "strength": 0}, "degree"),
        (PAIR, {"choice": "skip", "strength": None}, "degree"),
        (PAIR, {"reasons": "incorrect"}, "reasons"),
        (PAIR, {"reasons": ["incorrect"]}, "reasons"),
        (PAIR, {"reasons": [{"completion": "c1-a"}]}, "reasons"),
        (PAIR, {"reasons": [{"completion": "c1-a", "reason": ""}]}, "reasons"),
        (PAIR, {"reasons": PAIR["reasons"] * 2}, "reasons"),
        (PAIR, {"choice": "skip", "strength": None, "degree": None}, "reasons"),
        (POINTS, {"points": {}}, "points"),
        (POINTS, {"points": [4, 2]}, "points"),
        (POINTS, {"points": {"c2-a": 4.5, "c2-b": 1}}, "points"),
        (POINTS, {"points": {"c2-a": 101, "c2-b": 1}}, "points"),
        (POINTS, {"points": {"c2-a": -1, "c2-b": 1}}, "points"),
        (POINTS, {"choice": "skip"}, "points"),
        (POINTS, {"choice": "c2-c"}, "choice"),
        (POINTS, {"ranking": [["c2-a"], ["c2-c"]]}, "points"),
        (POINTS, {"presentation": ["c2-a", "c2-c"]}, "presentation"),
        (POINTS, {"points": None}, "choice"),
        (ORDER, {"order_asked": "yes"}, "order_asked"),
        (ORDER, {"ranking": None, "choice": "c1-a"}, "order_asked"),
    ],
)
def test_a_bad_answer_names_line_field_and_remedy_and_the_next_is_read(tmp_path, row, change, field):
    path = write_lines(tmp_path / "j.jsonl", [PAIR, {**row, **change}, PAIR])
    first, bad, last = open_judgements(path)
    assert isinstance(bad, Problem), bad
    assert (bad.where, bad.field) == ("j.jsonl:2", field), bad.line()
    assert bad.what
    assert bad.mend
    assert content(first) == content(last)


def test_points_out_of_range_say_how_points_are_written(tmp_path):
    rows = [{**POINTS, "points": {"c2-a": 101, "c2-b": 1}}]
    problem = only(list(open_judgements(write_lines(tmp_path / "j.jsonl", rows))))
    assert "from 0 to 100" in problem.mend
