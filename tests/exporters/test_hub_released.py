"""Releases on the Hub: the command that a timer runs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.depth import thorough
from tests.exporters.jobs import Publisher
from tests.hub import TestHub
from tests.making import Context, Project, ask_and_judge, bring, invite, make_project, open_services

PUBLICATION = {"licence": "CC-BY-4.0", "access": "gated", "repository": "org/by-rule"}


def judge(ctx: Context, project: Project, times: int) -> None:
    for _ in range(times):
        ask_and_judge(ctx, invite(ctx, project, "Ada").actor, project)


@thorough
def test_a_timer_publishes_what_is_due_once_and_says_why_there_is_nothing_to_do(
    hub: TestHub, publisher: Publisher, tmp_path: Path
) -> None:
    database = tmp_path / "collect.duckdb"
    ctx = open_services(database)
    project = make_project(ctx, overlap=1, publication=PUBLICATION | {"schedule": {"every_decided": 2}})
    bring(ctx, project, 6)
    judge(ctx, project, 2)
    ctx.store.close()
    words = ("release", project.name, "--database", f"duckdb:///{database}")

    without = publisher.command(*words, HF_TOKEN="")
    assert (without.code, without.out) == (1, "")
    assert "No Hub token." in without.err
    told = publisher.command("versions", project.name, "--database", f"duckdb:///{database}")
    assert "Version 1.0.0 is due and not published: No Hub token." in told.err

    done = json.loads(publisher.command(*words, "--json").out)
    assert (done["released"], done["version"], done["reason"]) == (True, "1.0.0", "It was not published yet.")
    assert hub.tags("org/by-rule") == {"1.0.0": done["revision"]}
    assert hub.repository("org/by-rule").settings.gated == "manual"
    again = publisher.command(*words)
    assert (again.code, again.err) == (0, "")
    assert again.out == (
        "No new version of helpfulness: 0 new judgements since 1.0.0; 2 decided comparisons would do. Nothing was "
        "frozen.\n"
    )
    ctx = open_services(database)
    judge(ctx, project, 2)
    ctx.store.close()
    following = publisher.command(*words, "--every", "2")
    assert following.out.startswith(
        "2 new decided comparisons since 1.0.0, every 2.\nPublished helpfulness 1.1.0"
    )
    assert set(hub.tags("org/by-rule")) == {"1.0.0", "1.1.0"}
