"""Texts kept apart from rows: the same come back, however they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from rlhf_collect.errors import BadCall
from rlhf_collect.exporters.columns import COMPLETIONS, MESSAGES
from rlhf_collect.exporters.configs.comparisons import COMPARISONS
from rlhf_collect.exporters.tables import ordered_rows, workshop
from rlhf_collect.exporters.texts import Texts
from tests.exporters.example import many

SAID = [
    [("system", ""), ("user", "é\n\u0000")],
    [],
    [("assistant", "x" * 100_000)],
    [("tool", "𝒳"), ("user", ""), ("tool", "again")],
]


@pytest.fixture
def texts(tmp_path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Texts]]:
    kept = Texts(tmp_path / "texts")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE said (place BIGINT, turns STRUCT(role VARCHAR, content VARCHAR)[])")
        yield con, kept
    kept.close()


def test_texts_come_back_by_number_in_any_order_and_inside_other_columns(
    texts: tuple[duckdb.DuckDBPyConnection, Texts],
) -> None:
    con, kept = texts
    rows = [
        (place, [{"role": role, "content": said} for role, said in turns]) for place, turns in enumerate(SAID)
    ]
    con.executemany("INSERT INTO said VALUES ($1, $2)", rows)
    kept.number(con, "said", "first_half")
    con.execute("UPDATE said SET place = place + 4")
    kept.number(con, "said", "second_half")
    found = con.execute("FROM first_half UNION ALL FROM second_half").fetchall()
    number = dict(found)
    for order in ([3, 0, 2, 1, 1], [7, 4, 6, 5], [], [2]):
        numbers = pa.array([number[place] for place in order], pa.int64())
        expected = [rows[place % 4][1] for place in order]
        assert kept.spelled(numbers, MESSAGES).to_pylist() == expected
        assert kept.size(numbers, MESSAGES) == sum(
            len(turn["content"].encode()) for turns in expected for turn in turns
        )
    inside = pa.array(
        [
            [{"id": "a", "model": "m", "content": number[0]}, {"id": "b", "model": "", "content": number[6]}],
            [],
        ],
        pa.list_(pa.struct([("id", pa.string()), ("model", pa.string()), ("content", pa.int64())])),
    )
    told = kept.spelled(inside, COMPLETIONS).to_pylist()
    assert [[each["content"] for each in one] for one in told] == [[rows[0][1], rows[2][1]], []]


@pytest.mark.parametrize(
    "turns", [None, [{"role": None, "content": "x"}], [{"role": "user", "content": None}]]
)
def test_a_turn_without_a_role_or_content_is_refused(
    texts: tuple[duckdb.DuckDBPyConnection, Texts], turns: object
) -> None:
    con, kept = texts
    con.execute("INSERT INTO said VALUES (0, $1)", [turns])
    with pytest.raises(BadCall, match="lacks a role or content"):
        kept.number(con, "said", "numbered")


def test_long_texts_come_in_smaller_batches_with_the_same_rows() -> None:
    with workshop(many().inputs()) as made:
        (whole, rank), *more = ordered_rows(made, COMPARISONS, "train")
        assert not more
        portions = list(ordered_rows(made, COMPARISONS, "train", most=1))
    assert [batch.num_rows for batch, _ in portions] == [1] * whole.num_rows
    assert pa.Table.from_batches([batch for batch, _ in portions]).to_pylist() == whole.to_pylist()
    assert [place for _, ranks in portions for place in ranks] == list(rank)
