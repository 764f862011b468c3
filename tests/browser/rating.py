"""The rater's screen of a real server, as a test speaks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

STEPS = {
    "1": ("A", 3),
    "2": ("A", 2),
    "3": ("A", 1),
    "4": ("tie", 0),
    "5": ("B", 1),
    "6": ("B", 2),
    "7": ("B", 3),
    "0": ("both_bad", 0),
}
"""Key, what it answers: a side or an outcome, and the strength."""

SENTENCES = {
    "1": "Response A is much better",
    "2": "Response A is better",
    "3": "Response A is slightly better",
    "4": "The responses are equally good",
    "5": "Response B is slightly better",
    "6": "Response B is better",
    "7": "Response B is much better",
    "0": "Both are bad",
}


@dataclass(frozen=True, kw_only=True)
class Rating:
    """One rater at work."""

    page: Page
    """The open tab."""
    context: BrowserContext
    """The browser around it."""

    def question(self) -> str:
        """The prompt on screen."""
        self.page.locator(".rp[data-view='compare']").wait_for()
        return self.page.locator("#rp-prompt-body").inner_text().strip()

    def number(self) -> int:
        """Which comparison is on screen."""
        found = re.search(r"Question (\d+)", self.question())
        assert found is not None
        return int(found[1])

    def sides(self) -> tuple[str, str]:
        """The texts of Response A and Response B."""
        bodies = self.page.locator(".rp-pane-body")
        return bodies.nth(0).inner_text().strip(), bodies.nth(1).inner_text().strip()

    def choose(self, key: str) -> None:
        """Click the step that this key stands for."""
        self.page.get_by_role("radio", name=SENTENCES[key], exact=True).click()

    def write(self, words: str) -> None:
        """Open the box under "Why?" and write these words there."""
        self.page.get_by_role("button", name=re.compile(r"^Why\?")).click()
        self.page.locator(".rp-reason-text").fill(words)

    def submit(self) -> None:
        """Click Submit."""
        self.page.get_by_role("button", name=re.compile("^Submit")).click()

    def skip(self) -> None:
        """Click Skip."""
        self.page.get_by_role("button", name=re.compile("^Skip")).click()

    def moves_on_from(self, number: int) -> None:
        """Wait until another comparison, or the last word, is on screen."""
        prompt = self.page.locator("#rp-prompt-body")
        finished = self.page.locator(".rp[data-view='empty']")
        finished.or_(prompt.filter(has_not_text=re.compile(rf"Question {number}:"))).first.wait_for()

    def all_saved(self) -> None:
        """Wait until the service has acknowledged every answer handed in here."""
        waiting = "Object.keys(localStorage).some((key) => key.startsWith('rlhf-collect:outbox:'))"
        self.page.wait_for_function(f"() => !{waiting}", timeout=30_000)

    def finished(self) -> None:
        """Wait for the screen that says there is nothing left."""
        self.page.locator(".rp[data-view='empty']").wait_for()
