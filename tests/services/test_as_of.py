"""The store as it stood: a reader of the past sees nothing later, and disturbs nobody."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from rlhf_collect.services.context import Context
from rlhf_collect.services.raters import set_consents
from rlhf_collect.services.version_inputs import version_inputs
from rlhf_collect.storage.named_sql import statement
from rlhf_collect.storage.port import Reader, Row
from tests.making import HeldClock, ask_and_judge, bring, comparison, make_project, raters
from tests.services.looking import count

SEEN_AS_NOW = {
    "completion": "belongs to a comparison, which is cut",
    "comparison_image": "belongs to a comparison, which is cut",
    "image": "named by its content",
    "rater": "of people only the key goes in",
    "version_row": "asked for by the versions that came before",
}


class Recorder:
    """A reader that keeps the names of what was asked of it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.names: set[str] = set()

    def read(self, name: str, /, **values: object) -> list[Row]:
        self.names.add(name)
        return self.reader.read(name, **values)

    def read_table(self, name: str, /, **values: object) -> Any:
        self.names.add(name)
        return self.reader.read_table(name, **values)

    def read_batches(self, name: str, /, **values: object) -> Any:
        self.names.add(name)
        return self.reader.read_batches(name, **values)


def tables_of(name: str) -> set[str]:
    """The tables a statement reads; names that it makes itself left out."""
    text = re.sub(r"--.*", "", statement(name))
    made = set(re.findall(r"(\w+) AS \(", text)) | set(re.findall(r"\) (\w+)", text))
    return set(re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)\b", text)) - made


def test_every_table_a_version_is_made_of_is_cut_or_has_a_reason_not_to_be(
    ctx: Context, tmp_path: Path
) -> None:
    project = make_project(ctx, overlap=2)
    bring(ctx, project, 2)
    for actor in raters(ctx, project, 2):
        ask_and_judge(ctx, actor, project)
    recorder = Recorder(ctx.store)
    version_inputs(ctx, recorder, project, "1.0.0", [], project.settings.dataset, tmp_path, now=ctx.clock())
    assert {"frozen_judgements", "work_done", "agreement_pattern"} <= recorder.names
    script = (files("rlhf_collect.storage") / "as_of.sql").read_text(encoding="utf-8")
    cut = set(re.findall(r"CREATE TEMP VIEW (\w+)", script))
    read = {table for name in recorder.names for table in tables_of(name)}
    assert read - cut == set(SEEN_AS_NOW)


def test_the_views_of_the_past_are_those_of_the_store_over_what_was_left_of_it() -> None:
    scripts = [
        (files("rlhf_collect.storage") / name).read_text(encoding="utf-8")
        for name in ("schema.sql", "as_of.sql")
    ]
    views = ("last_revision", "current_judgement", "standing_judgement", "excluded_judgement", "known_answer")
    for view in views:
        now, then = (
            re.findall(rf"VIEW {view} AS\s+(?:--[^\n]*\n)?(.*?);", each, re.DOTALL) for each in scripts
        )
        assert now == then != []


def test_a_reader_of_the_past_sees_nothing_later_and_others_see_everything(
    ctx: Context, clock: HeldClock
) -> None:
    project = make_project(ctx, overlap=2)
    bring(ctx, project, 2)
    ada, bo = raters(ctx, project, 2)
    ask_and_judge(ctx, ada, project)
    moment = clock.now
    clock.now += timedelta(hours=1)
    set_consents(ctx, ada, {"publish_rationale": True})
    bring(ctx, project, [comparison("later")])
    with ctx.store.snapshot_as_of(moment, 1) as past:
        ask_and_judge(ctx, bo, project)  # writers go on meanwhile
        assert past.read("last_sequence")[0]["last_sequence"] == 1
        assert past.read("consents_of_rater", rater_key=ada.rater_key) == []
        assert past.read_table("frozen_comparisons", project_id=project.project_id).num_rows == 2
        assert ctx.store.read("last_sequence")[0]["last_sequence"] == 2
    assert len(ctx.store.read("consents_of_rater", rater_key=ada.rater_key)) == 1
    assert (count(ctx, "judgement"), count(ctx, "comparison")) == (2, 3)
