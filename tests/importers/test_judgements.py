from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.errors import BadSource, Problem
from rlhf_collect.importers import open_judgements
from tests.importers.writing import only, write_lines

FULL = {
    "comparison": "c1",
    "rater": "ada",
    "criterion": "tone",
    "choice": "c1-a",
    "strength": 2,
    "ranking": [["c1-a"], ["c1-b"]],
    "presentation": ["c1-b", "c1-a"],
    "rationale": " Kinder.\n",
    "submitted_on": "2026-11-22",
}
SHORT = {"comparison": "c2", "rater": "7", "choice": "tie"}


def content(item):
    assert not isinstance(item, Problem), item
    ranking = None if item.draft.ranking is None else [list(group) for group in item.draft.ranking]
    return (
        item.comparison,
        item.rater,
        item.draft.criterion,
        item.draft.choice,
        item.draft.strength,
        ranking,
        item.presentation,
        item.draft.rationale,
        item.submitted_on,
    )


EXPECTED = [
    (
        "c1",
        "ada",
        "tone",
        "c1-a",
        2,
        [["c1-a"], ["c1-b"]],
        ("c1-b", "c1-a"),
        " Kinder.\n",
        date(2026, 11, 22),
    ),
    ("c2", "7", "overall", "tie", None, None, None, None, None),
]


@pytest.mark.parametrize("name", ["j.jsonl", "j.json", "j.csv", "j.parquet"])
def test_every_kind_of_file_gives_the_same_judgements(tmp_path, name):
    path = tmp_path / name
    if name == "j.jsonl":
        write_lines(path, [FULL, SHORT])
    elif name == "j.json":
        path.write_text(json.dumps([FULL, SHORT], indent=1))
    elif name == "j.parquet":
        pq.write_table(pa.Table.from_pylist([FULL, SHORT]), path)
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(FULL))
            writer.writeheader()
            nested = {key: json.dumps(FULL[key]) for key in ("ranking", "presentation")}
            writer.writerows([{**FULL, **nested}, SHORT])
    items = list(open_judgements(path))
    assert [content(each) for each in items] == EXPECTED
    assert items[0].where.startswith(f"{name}:")


def read(tmp_path, *rows):
    return list(open_judgements(write_lines(tmp_path / "j.jsonl", rows)))


def test_a_skip_is_read(tmp_path):
    assert only(read(tmp_path, {**SHORT, "choice": "skip"})).draft.choice == "skip"


def test_a_ranking_may_stand_without_a_choice(tmp_path):
    row = {"comparison": "c", "rater": "ada", "ranking": [["x", "y"], ["z"]], "strength": 0}
    draft = only(read(tmp_path, row)).draft
    assert (draft.choice, draft.ranking) == (None, [["x", "y"], ["z"]])


def test_durations_and_times_of_day_are_not_kept(tmp_path):
    row = {**SHORT, "submitted_on": "2026-11-22T23:59:58.5Z", "duration_ms": 81234, "session": "s-77"}
    item = only(read(tmp_path, row))
    assert item.submitted_on == date(2026, 11, 22)
    assert type(item.submitted_on) is date
    for private in ("81234", "s-77", "23:59", "58"):
        assert private not in repr(item)


def test_the_day_of_a_moment_with_a_zone_is_that_of_utc(tmp_path):
    row = {**SHORT, "submitted_on": "2026-11-23T01:00:00+02:00"}
    assert only(read(tmp_path, row)).submitted_on == date(2026, 11, 22)


def test_dates_and_moments_of_parquet_are_days(tmp_path):
    for moment in (date(2026, 11, 22), datetime(2026, 11, 22, 9, 30), datetime(2026, 11, 22, 9, tzinfo=UTC)):
        pq.write_table(pa.Table.from_pylist([{**SHORT, "submitted_on": moment}]), tmp_path / "j.parquet")
        item = only(list(open_judgements(tmp_path / "j.parquet")))
        assert type(item.submitted_on) is date
        assert item.submitted_on == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"comparison": None}, "comparison"),
        ({"comparison": ""}, "comparison"),
        ({"comparison": ["c1"]}, "comparison"),
        ({"rater": None}, "rater"),
        ({"rater": " "}, "rater"),
        ({"rater": {"name": "ada"}}, "rater"),
        ({"criterion": 1.5}, "criterion"),
        ({"choice": None, "ranking": None}, "choice"),
        ({"choice": True}, "choice"),
        ({"choice": "other"}, "choice"),
        ({"strength": -1}, "strength"),
        ({"strength": 4}, "strength"),
        ({"strength": 1.5}, "strength"),
        ({"strength": "2"}, "strength"),
        ({"strength": True}, "strength"),
        ({"strength": 0}, "strength"),
        ({"choice": "tie", "strength": 1, "ranking": None}, "strength"),
        ({"choice": "both_bad", "strength": 3, "ranking": None}, "strength"),
        ({"choice": "skip", "strength": 0, "ranking": None}, "strength"),
        ({"choice": "skip", "strength": None}, "ranking"),
        ({"ranking": ["c1-a", "c1-b"]}, "ranking"),
        ({"ranking": [["c1-a"], []]}, "ranking"),
        ({"ranking": []}, "ranking"),
        ({"ranking": [["c1-a"], ["c1-a", "c1-b"]]}, "ranking"),
        ({"ranking": "c1-a > c1-b"}, "ranking"),
        ({"ranking": [["c1-a"], [3.5]]}, "ranking"),
        ({"presentation": ["c1-a"]}, "presentation"),
        ({"presentation": ["c1-a", "c1-a"]}, "presentation"),
        ({"presentation": ["c1-a", "c1-c"]}, "presentation"),
        ({"presentation": "c1-a"}, "presentation"),
        ({"rationale": 5}, "rationale"),
        ({"rationale": "a" * 10_001}, "rationale"),
        ({"submitted_on": "yesterday"}, "submitted_on"),
        ({"submitted_on": "2026-13-01"}, "submitted_on"),
        ({"submitted_on": ["2026-11-22"]}, "submitted_on"),
        ({"submitted_on": 1e300}, "submitted_on"),
    ],
)
def test_a_bad_judgement_names_line_field_and_remedy_and_the_next_is_read(tmp_path, change, field):
    first, bad, last = read(tmp_path, SHORT, {**FULL, **change}, SHORT)
    assert isinstance(bad, Problem), bad
    assert (bad.where, bad.field) == ("j.jsonl:2", field), bad.line()
    assert bad.what
    assert bad.mend
    assert content(first) == content(last)


def test_a_negative_strength_says_where_the_direction_belongs(tmp_path):
    problem = only(read(tmp_path, {**FULL, "strength": -2}))
    assert "choice" in problem.mend


def test_a_csv_strength_is_a_number(tmp_path):
    (tmp_path / "j.csv").write_text(
        "comparison,rater,choice,strength\nc1,ada,x,3\nc1,ada,x,-3\nc1,ada,x,much\n"
    )
    items = list(open_judgements(tmp_path / "j.csv"))
    assert items[0].draft.strength == 3
    assert [each.field for each in items[1:]] == ["strength", "strength"]


def test_missing_and_empty_files_are_refused_at_once(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "blank.jsonl").write_text("\n\n")
    for name in ("empty.jsonl", "blank.jsonl", "missing.jsonl"):
        with pytest.raises(BadSource):
            open_judgements(tmp_path / name)
