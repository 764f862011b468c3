"""A real DuckDB made from the migrations, with rows put in by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import duckdb
import numpy as np
import pyarrow as pa

from rlhf_collect.domain.comparison import canonical_slots
from rlhf_collect.domain.judgement import BOTH_BAD, TIE, label_of
from rlhf_collect.stats.leaderboard import leaderboard_report
from rlhf_collect.stats.leaderboard_tables import LeaderboardTables
from rlhf_collect.stats.report import agreement_report
from rlhf_collect.stats.tables import AgreementTables
from rlhf_collect.storage.migrations import migrate
from rlhf_collect.storage.named_sql import parameters, statement

FIRST_DAY = date(2026, 3, 4)
"""A Wednesday; its week is named 2026-03-02."""
_SEQUENCE = count()
_NOTHING = UUID(int=0)


def empty_database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    migrate(connection)
    return connection


@dataclass(kw_only=True)
class Rows:
    """Rows of one new project, waiting to be written together."""

    connection: duckdb.DuckDBPyConnection
    project_id: UUID = field(default_factory=uuid4)
    raters: dict[str, UUID] = field(default_factory=dict)
    comparisons: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrivals: dict[tuple[str, str], Iterator[int]] = field(default_factory=dict)
    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def compare(
        self,
        comparison_id: str,
        *,
        models: tuple[str, ...] = ("m1", "m2"),
        tags: tuple[str, ...] = (),
        language: str = "",
        gold: str | None = None,
        gold_criterion: str = "overall",
        first_k: int | None = None,
        prompt: str | None = None,
        characters: tuple[int, ...] = (10,) * 8,
    ) -> None:
        """Add a comparison whose completions are called a, b, c, ..."""
        key, ids = uuid4(), [chr(ord("a") + place) for place in range(len(models))]
        slots = canonical_slots(comparison_id, ids)
        known = None if gold is None else {"criterion": gold_criterion, "choice": gold, "reason": "because"}
        self.comparisons[comparison_id] = {"key": key, "slots": slots}
        self._wait(
            "comparison",
            comparison_key=key,
            project_id=self.project_id,
            batch_id=_NOTHING,
            import_no=len(self.comparisons),
            comparison_id=comparison_id,
            prompt=json.dumps([{"role": "user", "content": prompt or f"prompt of {comparison_id}"}]),
            language=language,
            tags=json.dumps(tags),
            labels="[]",
            gold=None if known is None else json.dumps(known),
            is_gold=known is not None,
            source="test",
            metadata="{}",
            content_sha256="",
            completion_count=len(models),
        )
        if first_k is not None:
            self._wait("opening", comparison_key=key, first_k=first_k, decided_at="2026-03-04T10:00:00Z")
        for place, (completion_id, model) in enumerate(zip(ids, models, strict=True)):
            self._wait(
                "completion",
                comparison_key=key,
                place=place,
                completion_id=completion_id,
                model=model,
                content="[]",
                slot=slots[completion_id],
                characters=characters[place],
            )

    def judge(
        self,
        comparison_id: str,
        rater: str,
        choice: str,
        *,
        strength: int | None = None,
        criterion: str = "overall",
        shown_first: str | None = None,
        repeat_no: int = 0,
        imported: bool = False,
        day: date = FIRST_DAY,
        ranking: list[list[str]] | None = None,
        presentation: list[str] | None = None,
        guidelines: str = "1",
    ) -> dict[str, Any]:
        """Add a judgement and give back its row, which ``revise`` takes."""
        found = self.comparisons[comparison_id]
        arrival = None
        if repeat_no == 0 and not imported:
            arrival = next(self.arrivals.setdefault((comparison_id, criterion), count(1)))
        row = {
            "judgement_id": uuid4(),
            "criterion": criterion,
            "revision_no": 0,
            "project_id": self.project_id,
            "comparison_key": found["key"],
            "rater_key": self.raters.setdefault(rater, uuid4()),
            "repeat_no": repeat_no,
            "arrival_no": arrival,
            "answers_sha256": "",
            "setting_no": 0,
            "guideline_version": guidelines,
            "interface_version": "1",
            "submitted_on": day,
            "ranking": None if ranking is None else json.dumps(ranking),
            "presentation": None if presentation is None else json.dumps(presentation),
            **_content(found["slots"], choice, strength, shown_first),
        }
        self._wait("judgement", **row, sequence_no=next(_SEQUENCE))
        return row | {"slots": found["slots"]}

    def revise(
        self, row: dict[str, Any], choice: str, *, strength: int | None = None, day: date = FIRST_DAY
    ) -> dict[str, Any]:
        """Add a revision of a judgement."""
        revised = row | {"revision_no": row["revision_no"] + 1, "submitted_on": day}
        revised |= _content(row["slots"], choice, strength, None)
        self._wait(
            "judgement", **{k: v for k, v in revised.items() if k != "slots"}, sequence_no=next(_SEQUENCE)
        )
        return revised

    def skip(self, comparison_id: str, rater: str) -> None:
        self._wait(
            "skip",
            skip_id=uuid4(),
            project_id=self.project_id,
            comparison_key=self.comparisons[comparison_id]["key"],
            rater_key=self.raters.setdefault(rater, uuid4()),
            reason="unsure",
            skipped_at="2026-03-04T10:00:00Z",
        )

    def _wait(self, table: str, **row: Any) -> None:
        self.waiting.setdefault(table, []).append(
            {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}
        )

    def write(self) -> None:
        for table, rows in self.waiting.items():
            self.connection.register("incoming", pa.Table.from_pylist(rows))
            self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
            self.connection.unregister("incoming")
        self.waiting.clear()

    def columns(self, name: str, criterion: str = "overall") -> dict[str, np.ndarray]:
        """A named statement's columns, as a service hands them on."""
        self.write()
        values = {"project_id": self.project_id, "criterion": criterion}
        values = {each: value for each, value in values.items() if each in parameters(name)}
        table = self.connection.sql(statement(name), params=values).to_arrow_table()
        return {each: table[each].to_numpy() for each in table.column_names}

    def rows(self, name: str, criterion: str = "overall") -> list[tuple[Any, ...]]:
        columns = self.columns(name, criterion)
        return list(zip(*(values.tolist() for values in columns.values()), strict=True))

    def tables(self, criterion: str = "overall") -> AgreementTables:
        return AgreementTables.read(lambda name: self.columns(name, criterion))

    def leaderboard(self, criterion: str = "overall") -> dict[str, Any]:
        tables = LeaderboardTables.read(lambda name: self.columns(name, criterion))
        return leaderboard_report(tables, project="p", criterion=criterion, code="0")

    def report(self, criterion: str = "overall") -> dict[str, Any]:
        return agreement_report(self.tables(criterion), project="p", criterion=criterion, code="0")


def _content(
    slots: dict[str, int], choice: str, strength: int | None, shown_first: str | None
) -> dict[str, Any]:
    decided = choice not in (TIE, BOTH_BAD)
    signed = None
    if len(slots) == 2 and strength is not None and choice != BOTH_BAD:
        signed = 0 if choice == TIE else strength * (2 * slots[choice] - 1)
    return {
        "choice": choice,
        "strength": strength,
        "label": label_of(choice, slots),
        "signed_strength": signed,
        "first_shown_won": choice == shown_first if decided and shown_first else None,
    }
