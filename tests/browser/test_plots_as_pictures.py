"""Plots of the lead's page are saved as PNG by the reader's own browser, the same as their SVG."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx
import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

from tests.depth import thorough
from tests.flows.running import Server, answer, running_server, write_project
from tests.web.browser import open_tab, visit

MARK = (39, 93, 140)
"""The colour of bars in a file."""
WIDE = 4 * (360 + 2 * 14)
"""Pixels across: four to a unit of the plot and of the white beside it."""
WEEKS = ("2026-11-02", "2026-11-09", "2026-11-16")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Three models compared 90 times by five raters over three weeks, and one judgement given on the service."""
    folder, random = tmp_path_factory.mktemp("pictures"), Random(3)
    database, config = folder / "story.duckdb", write_project(folder, "story")
    names = [f"c{number}" for number in range(90)]
    compared = [
        {
            "id": name,
            "prompt": f"Question {name}",
            "completions": [
                {"id": f"{name}-{place}", "model": model, "content": f"Reply {place}"}
                for place, model in enumerate(random.sample(["m-one", "m-two", "m-three"], 2))
            ],
        }
        for name in [*names, "new"]
    ]
    judged = [
        {
            "comparison": name,
            "rater": f"r{rater}",
            "choice": f"{name}-{int(random.random() < 0.2 + 0.1 * rater)}",
            "submitted_on": WEEKS[number // 30],
        }
        for number, name in enumerate(names)
        for rater in range(5)
    ]
    for file, rows in (("compared", compared), ("judged", judged)):
        lines = "".join(json.dumps(each) + "\n" for each in rows)
        (folder / f"{file}.jsonl").write_text(lines, encoding="utf-8")
    answer("apply", config, database=database)
    answer("import", "story", folder / "compared.jsonl", database=database)
    answer("import-judgements", "story", folder / "judged.jsonl", database=database)
    with running_server(database, config) as running:
        made = answer("raters", "add", "story", "Ada", database=database)
        headers = {"Authorization": f"Bearer {made['api_key']}"}
        with httpx.Client(base_url=f"{running.url}/api/v1", headers=headers) as ada:
            given = ada.post("/projects/story/next").raise_for_status().json()
            body = {
                **{key: given[key] for key in ("assignment", "judgement")},
                "answers": [{"choice": "tie"}],
            }
            ada.post("/judgements", json=body).raise_for_status()
        yield running


def invited(server: Server, name: str) -> str:
    made = answer("raters", "add", "story", name, "--role", "lead", database=server.database)
    link: str = made["invite_url"]
    return link


def as_shown(browser: Browser, svg: str, to: Path) -> Image.Image:
    """What a browser shows of an SVG on white, four pixels to a unit."""
    with browser.new_context(device_scale_factor=4) as sharp:
        page = sharp.new_page()
        page.set_content(
            f"<body style='margin:0;background:#fff'>{svg.replace('<svg', '<svg display=block', 1)}"
        )
        page.locator("body > svg").screenshot(path=to)
    return Image.open(to).convert("RGB")


def saved(page: Page, button: str, to: Path) -> str:
    """Press a button with a key and keep what it saves; under which name it is saved."""
    with page.expect_download() as taken:
        page.get_by_role("button", name=button).press("Enter")
    taken.value.save_as(to)
    return taken.value.suggested_filename


@thorough
def test_each_kind_of_plot_is_saved_by_a_key_as_it_looks_on_a_dark_phone_in_french(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    with visit(browser, width=390, height=844, color_scheme="dark", locale="fr-FR") as came:
        page = came.page
        page.goto(invited(server, "Lea"))
        for tab, name, called in (
            ("Vue d’ensemble", "days", "Jugements par jour"),
            ("Où l’accord varie", "weeks", "Courbe par semaine"),
            ("Modèles", "models", "Modèles"),
            ("Personnes", "peer_agreement", "Même réponse que d’autres"),
        ):
            open_tab(page, tab)
            png = tmp_path / f"{name}.png"
            assert saved(page, f"{called} (PNG)", png) == f"story-{name}.png"
            with page.expect_download() as taken:
                page.get_by_role("link", name=f"{called} (SVG)").click()
            picture = Image.open(png)
            assert (picture.format, picture.width) == ("PNG", WIDE)
            drawn = picture.convert("RGB")
            shown = as_shown(
                browser, Path(taken.value.path()).read_text("utf-8"), tmp_path / f"{name}-shown.png"
            )
            assert drawn.size == shown.size
            assert drawn.getpixel((WIDE - 1, 0)) == (255, 255, 255)
            assert sum(n for n, colour in drawn.getcolors(1 << 20) or () if colour == MARK) > 200
            apart = ImageChops.difference(drawn, shown).convert("L").point(lambda level: 255 * (level > 96))
            assert apart.histogram()[255] < 0.002 * drawn.width * drawn.height
            assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert (came.outside, came.complaints) == ([], [])


@thorough
def test_a_browser_that_makes_no_png_says_so_and_what_to_take_instead(
    server: Server, browser: Browser
) -> None:
    instead, again = "Take the SVG, which holds the same.", "Reload the page and try again."
    with visit(browser) as came:
        page = came.page
        page.goto(invited(server, "Max"))
        open_tab(page, "Overview")
        button, said = (
            page.get_by_role("button", name="Judgements a day (PNG)"),
            page.locator(".rc-files [role=status]"),
        )
        for broken, told in (
            ("HTMLCanvasElement.prototype.toBlob = (done) => done(null)", instead),
            (
                "CanvasRenderingContext2D.prototype.getImageData = () => ({ data: [255, 255, 255, 255] })",
                instead,
            ),
            ("window.fetch = () => Promise.reject(new TypeError('no line'))", again),
        ):
            page.evaluate(f"() => {{ {broken} }}")
            button.click()
            expect(said).to_contain_text(told)
        assert came.complaints == []
