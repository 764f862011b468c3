"""A lead decides a contested comparison on the page; the version goes by it and says so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import comparisons_file, views
from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.flows.running import answer_here, running_server, write_project
from tests.web.browser import open_tab, visit

WHY = "The second one says <b>more</b>."


def contested(folder: Path) -> tuple[Path, Path]:
    """A database in which Ada and Bo differ on each of two comparisons, and its project file.

    Each chose what stood first before them and wrote why.
    """
    database = folder / "story.duckdb"
    config = write_project(
        folder,
        "story",
        criteria=[{"name": "overall", "question": "Which is better?"}],
        dataset={"imported_rationales": True},
    )
    answer_here("apply", config, database=database)
    answer_here("import", "story", comparisons_file(folder, views(2)), database=database)
    lines = [
        {
            "comparison": f"c{number}",
            "rater": rater,
            "choice": f"c{number}-{which}",
            "presentation": [f"c{number}-{which}", f"c{number}-{other}"],
            "rationale": "A is clear.",
        }
        for number in range(2)
        for rater, which, other in (("Ada", "first", "second"), ("Bo", "second", "first"))
    ]
    path = folder / "judgements.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    answer_here("import-judgements", "story", path, database=database)
    return database, config


@thorough
def test_a_lead_decides_on_the_page_and_the_version_goes_by_it(browser: Browser, tmp_path: Path) -> None:
    database, config = contested(tmp_path)
    link = answer_here("raters", "add", "story", "Lea", "--role", "lead", database=database)["invite_url"]
    with running_server(database, config) as server, visit(browser) as came:
        page = came.page
        page.goto(link.replace(link.split("/i/")[0], server.url))
        open_tab(page, "Contested")
        page.locator("a[data-choose='c1']", has_text="Decide it below").click()
        decide = page.get_by_role("button", name="Decide", exact=True)
        expect(decide).to_be_in_viewport()
        chosen = page.get_by_label("Decide a comparison")
        expect(chosen).to_have_value(re.compile("^c1 "))  # the one the link stands beside
        decide.click()
        page.get_by_text("Choose a comparison and what holds, and say why.").wait_for()
        page.get_by_role("radio", name="B · secret-model-two").check()
        reason = page.get_by_role("textbox", name="Why: published beside the decision")
        reason.fill(WHY)
        page.locator("a[data-choose='c1']", has_text="Decide it below").click()
        page.wait_for_timeout(1_000)
        expect(reason).to_have_value(WHY)
        decide.click()
        page.get_by_text("c1 is decided.").wait_for()
        expect(page.get_by_role("article")).to_have_count(1)
        page.get_by_label("Show", exact=True).click()
        page.get_by_role("option", name="All, decided ones last").click()
        told = page.get_by_role("article").filter(has_text="Comparison c1")
        expect(told).to_contain_text("What was decided")
        expect(told).to_contain_text(WHY)
        assert came.complaints == []
    folder = Path(answer_here("freeze", "story", "1.0.0", database=database)["path"])
    (row,) = read_rows(folder, "preference")
    assert (row["comparison_id"], row["chosen"][0]["content"]) == ("c1", "The second view of 1.")
    assert row["adjudicated"] is True
    assert [each["rationale"] for each in read_rows(folder, "ratings") if each["role"] == "lead"] == [WHY]
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "1 of the pairs of `preference` goes by them" in card
