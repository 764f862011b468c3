"""A lead reads what to look at, says to have looked, and a program is told once, by a server as people run it."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rlhf_collect.clock import utc_now
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Flag
from rlhf_collect.services.judgements import submit_judgement
from rlhf_collect.services.serving import next_assignment
from tests.depth import thorough
from tests.flows.running import answer_here, collect_here, running_server, write_project
from tests.making import HeldClock, bring, comparison, find_project, invite, open_services
from tests.senders.receiving import web_server
from tests.web.browser import visit

HOSTILE = "<img src=x onerror=alert(1)>"


def flag_something(database: Path) -> None:
    """Three days ago somebody flagged a comparison with a hostile name."""
    clock = HeldClock()
    clock.now = utc_now()
    clock.move(days=-3)
    ctx = open_services(database, clock=clock)
    project = find_project(ctx, "story")
    bring(ctx, project, [comparison(HOSTILE), comparison("c1"), comparison("c2")])
    ada = invite(ctx, project, "Adalgisa").actor
    invite(ctx, project, "Bo")  # who has something left, whatever Ada does
    held = next_assignment(ctx, ada, project.name)
    while not held.presentation[0].startswith(HOSTILE):
        draft = Draft(choice=held.presentation[0], strength=1)
        submit_judgement(ctx, ada, held.assignment_id, held.judgement_id, [draft])
        held = next_assignment(ctx, ada, project.name)
    draft, flags = Draft(choice=held.presentation[0], strength=1), [Flag(target="prompt", flag="broken")]
    submit_judgement(ctx, ada, held.assignment_id, held.judgement_id, [draft], flags=flags)
    ctx.store.close()


@thorough
def test_a_lead_looks_at_what_was_flagged_and_a_program_was_told_once(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "story.duckdb"
    monkeypatch.setenv("HOOK_SECRET", "whsec_" + base64.b64encode(bytes(24)).decode())
    with web_server() as web:
        webhook = {"url": web.url, "secret_env": "HOOK_SECRET"}
        criterion = {"name": "overall", "question": "Which is better?", "strengths": 3}
        config = write_project(tmp_path, "story", alerts={"webhook": webhook}, criteria=[criterion])
        answer_here("apply", config, database=database)
        flag_something(database)
        with running_server(database, config) as server:
            end = time.monotonic() + 60
            while not web.received:
                assert time.monotonic() < end
                time.sleep(0.05)
            again = answer_here("alerts", "story", "--send", database=database)
            assert (again["tried"], len(web.received)) == ([], 1)
            assert {each["kind"] for each in again["alerts"]} == {"flags_wait"}
            assert "Adalgisa" not in json.dumps(again) + web.received[0].body.decode()
            link = answer_here("raters", "add", "story", "Lea", "--role", "lead", database=database)[
                "invite_url"
            ]
            link = server.url + link[link.index("/i/") :]
            with visit(browser, width=1280, height=900) as came:
                page = came.page
                page.goto(link)
                block = page.locator(".rc-alerts")
                expect(block.get_by_role("heading", name="To look at")).to_be_visible()
                expect(block.get_by_text("for 2 days or more no lead has looked")).to_be_visible()
                expect(block.get_by_text("Sent by webhook on")).to_be_visible()
                block.get_by_text("Which comparisons, and what was flagged").click()
                expect(block.get_by_text(f"{HOSTILE} prompt: broken or cut off")).to_be_visible()
                page.get_by_text("Français", exact=True).click()
                expect(block.get_by_role("heading", name="À regarder")).to_be_visible()
                page.get_by_role("button", name="J’ai regardé ce qui a été signalé").click()
                expect(block).to_have_count(0)
                expect(page.locator("#looked")).to_be_hidden()
                expect(page.get_by_role("heading", name="Avancement")).to_be_visible()
        assert "Nothing to look at." in collect_here("alerts", "story", database=database).stdout
