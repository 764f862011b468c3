"""The rater's screen as a test speaks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.web.browser import Visit
from tests.web.desk import Desk
from tests.web.stub import Service


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One open rater's page."""

    visit: Visit
    """The browser around it."""
    service: Service
    """The stub behind it."""

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def desk(self) -> Desk:
        return self.service.desk

    def start(self) -> None:
        """Past the welcome, in either language, to the first comparison."""
        self.page.get_by_role("button", name=re.compile("^(Start|Commencer)$")).click()
        self.shows("bread")

    def again(self, **changes: Any) -> None:
        """The same page anew, at a desk where some things are different now: at half the price of another page."""
        for name, value in changes.items():
            assert hasattr(self.desk, name), name
            setattr(self.desk, name, value)
        self.page.reload()
        self.shows("bread")

    def practise(self, shown: str, key: str) -> None:
        """Past the welcome and the offer to practise; the first practice comparison answered with a key."""
        self.page.get_by_role("button", name="Start", exact=True).click()
        self.page.get_by_role("button", name="Begin practice").click()
        self.shows(shown)
        for each in (key, "Enter"):
            self.page.keyboard.press(each)

    def shows(self, comparison: str) -> None:
        """Wait until this comparison of the stub is on screen."""
        self.page.locator(f'.rp-pane[data-completion="{comparison}-x"]').wait_for()

    def view(self, name: str) -> None:
        """Wait for a screen: welcome, compare, empty, offline, error, signed-out, foreign."""
        self.page.locator(f".rp[data-view='{name}']").wait_for(state="attached")

    def speak(self, language: str) -> None:
        """Choose a language in the settings, by its own name; the focus stays where the choice is."""
        self.page.keyboard.press("?")
        chosen = self.page.get_by_role("dialog").get_by_label(language)
        chosen.check()
        expect(chosen).to_be_focused()
        self.page.keyboard.press("Escape")

    def step(self, sentence: str) -> Locator:
        """The button of the scale that says so to a screen reader."""
        return self.page.get_by_role("radio", name=sentence, exact=True)

    def chosen(self) -> list[str]:
        """The sentences of all chosen steps."""
        steps = self.page.locator('.rp-step[aria-checked="true"]').all()
        return [each.get_attribute("aria-label") or "" for each in steps]

    def submit(self) -> None:
        self.page.get_by_role("button", name=re.compile("^Submit")).click()

    def reason(self) -> Locator:
        return self.page.locator(".rp-reason-text").first

    def write(self, words: str) -> None:
        """Words in place of what stands in the box, which is opened where it is closed."""
        if not self.reason().is_visible():
            self.page.locator(".rp-reason-open").first.click()
        self.reason().fill(words)

    def answers(self) -> list[list[tuple[str, int | None]]]:
        """Choice and strength of every stored judgement, in the order of storing."""
        return [[(each["choice"], each["strength"]) for each in saved] for saved in self.desk.saved.values()]
