"""The lead's page in a browser: a lead acts on what they see, in their language, and nothing loads from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.depth import thorough
from tests.flows.running import Server, answer_here, write_project
from tests.web.browser import open_tab, visit

PROJECT = "read-by-its-lead"
CHOICES = {"c0": "ab", "c1": "ab", "c2": "aa", "c3": "bb", "c4": "aa", "c5": "ba", "c6": "ab", "c7": "ab"}
"""Comparison to what two people chose."""


@pytest.fixture(scope="module")
def server(house: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder, database = tmp_path_factory.mktemp("lead"), house.database
    config = write_project(folder, PROJECT, title="Which is better?")
    compared = [
        {
            "id": name,
            "prompt": f"Question {name}",
            "completions": [
                {"id": f"{name}-{letter}", "model": f"m{letter}", "content": f"Reply {letter}"}
                for letter in "ab"
            ],
            "tags": ["law" if name < "c4" else "maths"],
        }
        for name in CHOICES
    ]
    judged = [
        {
            "comparison": name,
            "rater": f"r{place}",
            "choice": f"{name}-{letter}",
            "rationale": "**Because** of it.",
        }
        for name, letters in CHOICES.items()
        for place, letter in enumerate(letters)
    ]
    for file, rows in (("compared", compared), ("judged", judged)):
        (folder / f"{file}.jsonl").write_text(
            "".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8"
        )
    answer_here("apply", config, database=database)
    answer_here("import", PROJECT, folder / "compared.jsonl", database=database)
    answer_here("import-judgements", PROJECT, folder / "judged.jsonl", database=database)
    return house


@thorough
def test_a_lead_reads_in_french_turns_contested_pages_narrows_them_and_takes_files(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    link = answer_here("raters", "add", PROJECT, "Lea", "--role", "lead", database=server.database)[
        "invite_url"
    ]
    with visit(browser, width=1280, height=900) as came:
        page = came.page
        page.goto(link)
        open_tab(page, "Contested")
        expect(page.get_by_text("Raters differ on 5 comparisons.")).to_be_visible()
        expect(page.locator(".rc-contested")).to_have_count(5)
        expect(page.get_by_text("**Because** of it.").first).to_be_visible()
        page.get_by_label("Tag").click()
        page.get_by_role("option", name="law (2)").click()
        expect(page.locator(".rc-contested")).to_have_count(2)
        page.get_by_text("Français", exact=True).click()
        expect(page.get_by_role("tab", name="Contestées")).to_be_visible()
        expect(page.get_by_text("Les avis divergent sur 2 comparaisons.")).to_be_visible()
        open_tab(page, "Modèles")
        expect(page.get_by_role("heading", name="Combien de jugements de plus")).to_be_visible()
        expect(page.get_by_text("se valent pour l’instant")).to_be_visible()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Modèles (CSV)").click()
        taken.value.save_as(tmp_path / "models.csv")
        assert (tmp_path / "models.csv").read_text(encoding="utf-8").startswith("model,strength,elo")
        page.reload()
        expect(page.get_by_role("tab", name="Vue d’ensemble")).to_be_visible()
        lead_page = page.url
        page.get_by_role("button", name="Quitter la session").click()
        page.wait_for_url("**/signed-out")
        assert page.request.get(lead_page).status == 401
        assert (came.outside, came.complaints) == ([], [])


@thorough
def test_every_tab_fits_a_phone(server: Server, browser: Browser) -> None:
    link = answer_here("raters", "add", PROJECT, "Max", "--role", "lead", database=server.database)[
        "invite_url"
    ]
    with visit(browser, width=390, height=844) as came:
        page = came.page
        page.goto(link)
        for tab, heading in (
            ("Overview", "Progress"),
            ("Where agreement differs", "Over time"),
            ("Models", "Who wins against whom"),
            ("Contested", "Contested comparisons"),
            ("Raters", "How figures are spread"),
            ("Versions", "Versions"),
        ):
            open_tab(page, tab)
            page.get_by_role("heading", name=heading, exact=True).wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") == 390, tab
        assert (came.outside, came.complaints) == ([], [])
