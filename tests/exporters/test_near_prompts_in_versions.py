"""Prompts that are nearly the same stand on one side of a version, and never change sides afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.card import CARD
from rlhf_collect.exporters.engine import bounded_duckdb
from rlhf_collect.exporters.inputs import Previous, SealedVersion
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.prompts import prompt_key, prompt_sides, split_of
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.tables import run_script
from tests.depth import depth
from tests.exporters.example import COMPLETION_SCHEMA, ROW_SCHEMA, Collection, read_rows

HALF = Rules(test_share=0.5)
SUBJECTS = (
    "rivers",
    "lakes",
    "bridges",
    "towers",
    "harbours",
    "islands",
    "castles",
    "gardens",
    "markets",
    "theatres",
)
WAYS = ("{}", "{}!", " {}\n", "{} Thank you.", "Please: {}")
"""One prompt written five ways."""


def asked(subject: int, way: int) -> str:
    word = SUBJECTS[subject]
    return WAYS[way].format(
        f"Name three {word} of this country and tell how {word} like these became known to all"
    )


def add(found: Collection, subject: int, way: int) -> None:
    name = f"c{subject}-{way}"
    found.compare(name, prompt=asked(subject, way))
    found.judge(name, "rater-1", "a", 2)


def sides(version: SealedVersion, config: str = "comparisons") -> dict[str, str]:
    return {
        row["comparison_id"]: split
        for split in ("train", "test")
        for row in read_rows(version.folder, config, split)
    }


def own_side(subject: int, way: int) -> str:
    return split_of(prompt_key([{"role": "user", "content": asked(subject, way)}]), test_share=0.5)


def build(found: Collection, folder: Path, before: list[SealedVersion], rules: Rules = HALF) -> SealedVersion:
    version = f"1.{len(before)}.0"
    more: dict[str, Any] = {}
    if before:
        last = before[-1]
        more = {
            "previous": Previous(
                version=last.version, manifest_sha256=last.manifest_sha256, folder=last.folder
            ),
            "version_rows": pa.concat_tables([each.new_rows for each in before]),
        }
    return build_version(found.inputs(version=version, rules=rules, **more), folder / version)


def test_near_prompts_are_on_one_side_in_every_config_and_the_card_says_so(tmp_path: Path) -> None:
    found = Collection()
    for subject in range(len(SUBJECTS)):
        for way in range(len(WAYS)):
            add(found, subject, way)
    sealed = build(found, tmp_path, [])
    for config in ("comparisons", "ratings", "preference", "unpaired", "reward"):
        of_subject: dict[str, set[str]] = {}
        for name, side in sides(sealed, config).items():
            of_subject.setdefault(name.partition("-")[0], set()).add(side)
        assert {len(each) for each in of_subject.values()} == {1}, config
        assert set.union(*of_subject.values()) == {"train", "test"}
    assert (
        3 <= sum(side == "test" for side in sides(sealed).values()) / len(WAYS) <= 7
    )  # of ten: no side is favoured
    moved = sum(
        sides(sealed)[f"c{subject}-{way}"] != own_side(subject, way)
        for subject in range(len(SUBJECTS))
        for way in range(len(WAYS))
    )
    assert read_manifest(sealed.folder)["counts"]["near_prompts"] == {"with_near": 50, "moved": moved}
    card = (sealed.folder / CARD).read_text(encoding="utf-8")
    assert "50 prompts are nearly the same as another" in card
    assert f"{moved} of all changed sides" in card


def test_prompts_kept_apart_are_each_where_their_own_hash_says(tmp_path: Path) -> None:
    found = Collection()
    for way in range(len(WAYS)):
        add(found, 0, way)
    sealed = build(found, tmp_path, [], Rules(test_share=0.5, near_prompts="apart"))
    assert sides(sealed) == {f"c0-{way}": own_side(0, way) for way in range(len(WAYS))}
    assert "may be on both sides" in (sealed.folder / CARD).read_text(encoding="utf-8")


def test_a_long_instruction_that_prompts_share_makes_them_not_near(tmp_path: Path) -> None:
    found = Collection()
    instruction = {
        "role": "system",
        "content": "You answer briefly, in the language of the question. " * 9,
    }
    for name in ("sky", "sea", "sun", "moon"):
        turns = [instruction, {"role": "user", "content": f"What is the {name}?"}]
        found.compare(name)
        found.comparisons[-1]["prompt"] = json.dumps(turns)
        found.judge(name, "rater-1", "a")
    sealed = build(found, tmp_path, [])
    assert read_manifest(sealed.folder)["counts"]["near_prompts"] == {"with_near": 0, "moved": 0}


def sides_of_prompts(con: duckdb.DuckDBPyConnection, comparisons: pa.Table, rows: pa.Table) -> dict[str, str]:
    con.execute("ATTACH ':memory:' AS version")  # a place of its own, at a tenth of what a connection costs
    con.execute("USE version")
    try:
        con.register("given_comparison", comparisons)
        con.register("given_completion", COMPLETION_SCHEMA.empty_table())
        con.register("given_row", rows)
        run_script(con, "texts.sql")
        found = prompt_sides(con, HALF)
        prompts = con.table("prompt").order("prompt_no").select("prompt").fetchall()
    finally:
        con.execute("USE memory")
        con.execute("DETACH version")
    return {prompt: side for (prompt,), side in zip(prompts, found["split"].to_pylist(), strict=True)}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with bounded_duckdb() as opened:
        yield opened


@settings(max_examples=depth(8, 30), deadline=None)
@given(
    arriving=st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.booleans()), max_size=5),
        min_size=2,
        max_size=5,
    )
)
def test_a_prompt_never_changes_sides_whatever_comes_near_it_later(
    con: duckdb.DuckDBPyConnection,
    arriving: list[list[tuple[int, int, bool]]],
) -> None:
    prompts: dict[str, str] = {}
    published: list[dict[str, str]] = []
    for number, batch in enumerate(arriving):
        for subject, way, judged in batch:
            name = f"c{subject}-{way}-{'judged' if judged else 'waiting'}"
            turns = [{"role": "user", "content": asked(subject, way)}]
            prompts.setdefault(name, json.dumps(turns))
        comparisons = pa.table(
            {"comparison_id": list(prompts), "prompt": list(prompts.values())},
            schema=pa.schema([("comparison_id", pa.string()), ("prompt", pa.string())]),
        )
        rows = pa.Table.from_pylist(published, ROW_SCHEMA)
        side_of = sides_of_prompts(con, comparisons, rows)
        sides_now = {name: side_of[prompt] for name, prompt in prompts.items()}
        # Only what was judged is published; what waits must have no say in where that stands later.
        before = {row["row_id"]: row["split"] for row in published}
        for name, side in sides_now.items():
            assert before.get(name, side) == side
            if name.endswith("judged") and name not in before:
                published.append(
                    {"config": "comparisons", "row_id": name, "first_version": f"1.{number}.0", "split": side}
                )
        for subject in range(4):
            of_subject = {
                sides_now[row["row_id"]] for row in published if row["row_id"].startswith(f"c{subject}")
            }
            assert len(of_subject) <= 1


def test_a_prompt_published_before_nearness_counted_stays_where_its_own_hash_put_it(tmp_path: Path) -> None:
    found = Collection()
    for way in range(len(WAYS)):
        add(found, 0, way)
    first = build(found, tmp_path, [], Rules(test_share=0.5, near_prompts="apart"))
    add(found, 1, 0)
    now = sides(build(found, tmp_path, [first]))
    assert {name: now[name] for name in sides(first)} == sides(first)
