"""Draws the pictures of README.md: ``python scripts/make_screenshots.py`` (needs the test environment).

A server of its own with the demo's comparisons, a rater and a lead; pictures go to ``docs/images``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.flows.running import Server, answer, running_server, write_project  # noqa: E402
from tests.web.browser import open_browser, visit  # noqa: E402

IMAGES = ROOT / "docs" / "images"
RANKING = {
    "name": "helpful",
    "question": "Put the responses in order, the most helpful first.",
    "answer": "ranking",
    "strengths": 0,
    "rationale": "optional",
}
SEVEN = {
    "name": "overall",
    "question": "Which response would you rather have received?",
    "strengths": 3,
    "rationale": "optional",
    "reasons": ["incorrect", "incomplete", "unclear", "useful"],
}
FOUR = (
    "Shorter waves are scattered more than longer ones by the molecules of the air (Rayleigh scattering). "
    "Blue light is scattered about four times as strongly as red, so it reaches us from every direction.",
    "Because of the oxygen in the air, which is blue.",
    "Sunlight holds all colours. On its way through the air **blue** is scattered most, so the sky looks blue; "
    "in the evening the way is long, the blue is gone, and red is left.",
    "The sky reflects the sea.",
)


def to_comparison(page: Page, link: str) -> None:
    """Come in, past the welcome and what is offered to practise on."""
    page.goto(link)
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".rp[data-view='practice'], .rp[data-view='compare']").wait_for()
    if page.locator(".rp[data-view='practice']").count():
        page.get_by_role("button", name="Go straight to the comparisons").click()
    page.locator(".rp[data-view='compare'] .rp-pane").first.wait_for()


def link_of(server: Server, project: str, name: str, role: str = "rater") -> str:
    """A fresh invitation."""
    made = answer("raters", "add", project, name, "--role", role, database=server.database)
    return str(made["invite_url"])


def draw(browser: Browser, server: Server) -> None:
    """The three pictures."""
    with visit(browser, width=1280, height=760) as came:
        to_comparison(came.page, link_of(server, "showcase", "Ada"))
        while "kitchen door" not in (asked := came.page.locator("#rp-prompt-body").inner_text()):
            came.page.keyboard.press("s")
            expect(came.page.locator("#rp-prompt-body")).not_to_have_text(asked)
        came.page.keyboard.press("2")
        came.page.wait_for_timeout(4500)  # until what was said of the skips is gone
        came.page.screenshot(path=IMAGES / "compare.png")
    with visit(browser, width=390, height=780, device_scale_factor=2, color_scheme="dark") as came:
        to_comparison(came.page, link_of(server, "ranking", "Bea"))
        for key in ("3", "4", "1", "4"):
            came.page.keyboard.press(key)
        came.page.evaluate("scrollTo(0, 0)")
        came.page.mouse.move(1, 1)
        came.page.wait_for_timeout(200)
        came.page.screenshot(path=IMAGES / "ranking-phone.png")
    with visit(browser, width=1280, height=900) as came:
        came.page.goto(link_of(server, "demo", "Lea", "lead"))
        came.page.get_by_text("Same choice, all answers").wait_for()
        came.page.screenshot(path=IMAGES / "lead.png")


def main() -> None:
    """Serve, draw, stop."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rlhf-collect-pictures-") as name:
        folder, database = Path(name), Path(name) / "pictures.duckdb"
        ranking = write_project(folder, "ranking", title="Helpful answers", criteria=[RANKING])
        demo = ROOT / "configs" / "demo.yaml"
        showcase = write_project(
            folder, "showcase", title="Helpful answers", criteria=[SEVEN], edits="optional"
        )
        completions = [
            {"id": f"c-{place}", "model": f"m{place}", "content": text} for place, text in enumerate(FOUR)
        ]
        source = folder / "sky.jsonl"
        line = {"id": "sky", "prompt": "Why is the sky blue?", "completions": completions}
        source.write_text(json.dumps(line) + "\n", encoding="utf-8")
        for config in (demo, ranking, showcase):
            answer("apply", config, database=database)
        answer("import", "ranking", source, database=database)
        answer("import", "showcase", ROOT / "rlhf_collect" / "demo" / "showcase.jsonl", database=database)
        with running_server(database, demo, ranking, showcase) as server, open_browser() as browser:
            draw(browser, server)


if __name__ == "__main__":
    main()
