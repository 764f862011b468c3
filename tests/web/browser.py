"""One way to open a browser in tests: a Chromium of the system where there is one, else Playwright's own.

Each ``visit`` is a fresh context, as a new person on a new computer. ``Computers`` are kept, as a browser is, with
what they compiled of a page, and each person finds them empty: a page opens there for little more than half. Requests
that leave this machine are refused and remembered, so that any test can state that there were none.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Request, sync_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages of one context share a process, and what it has compiled.
    "--renderer-process-limit=1",
    # Other machines would be asked through a proxy that is not there. To route each request through the test
    # instead takes a fifth of what a page costs, and the browser's cache away.
    "--proxy-server=http://127.0.0.1:9",
)
SYSTEMS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
    "contrast-dark": {"color_scheme": "dark", "contrast": "more"},
}
"""What a system may ask for, by the colours the page takes then."""
PATIENCE_MS = 30_000
"""How long something may take to show: many times what it takes, for the slowest machine at its busiest."""
_MEDIA = frozenset({"color_scheme", "contrast", "reduced_motion"})
"""Options that a page can be told once it is open."""
# The shell without windows first: the same engine for half the processor time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """The Chromium of this system; ``None`` leaves the choice to Playwright."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A running headless Chromium, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One person at one computer."""

    context: BrowserContext
    """Cookies and storage of this visit; ``set_offline`` pulls the plug."""
    page: Page
    """The open tab."""
    outside: list[str] = field(default_factory=list)
    """Requests to other machines. They were refused; there should be none."""
    complaints: list[str] = field(default_factory=list)
    """Errors of scripts on the page."""


@contextmanager
def visit(browser: Browser, *, width: int = 1280, height: int = 900, **context: Any) -> Iterator[Visit]:
    """A fresh context with one tab. ``context``: options of ``Browser.new_context``."""
    with (
        browser.new_context(viewport={"width": width, "height": height}, **context) as fresh,
        _watched(fresh) as came,
    ):
        yield came


@contextmanager
def _watched(context: BrowserContext) -> Iterator[Visit]:
    outside: list[str] = []
    complaints: list[str] = []

    def watch(asked: Request) -> None:
        if _is_outside(asked.url):
            outside.append(asked.url)

    context.on("request", watch)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Visit(context=context, page=page, outside=outside, complaints=complaints)
    context.remove_listener("request", watch)


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost")


class Computers:
    """Kept contexts for each set of what a page cannot be told later (a language, a time zone, a finger): as many as
    people sit there at once.
    """

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser, self._origin = browser, origin
        self._free: dict[tuple[tuple[str, Any], ...], list[tuple[Page, CDPSession]]] = {}

    @contextmanager
    def visit(self, *, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Visit]:
        """As the other ``visit``. Nothing of it stays behind."""
        media = {name: options[name] for name in _MEDIA & options.keys()}
        fixed = {name: options[name] for name in options.keys() - _MEDIA}
        free = self._free.setdefault(tuple(sorted(fixed.items())), [])
        keeper, session = free.pop() if free else self._bought(fixed)
        computer = keeper.context
        try:
            with _watched(computer) as came:
                if came.page.viewport_size != (size := {"width": width, "height": height}):
                    came.page.set_viewport_size(size)
                if media:
                    came.page.emulate_media(**media)
                yield came
        finally:
            for page in computer.pages:
                if page is not keeper:
                    page.close()
            computer.set_offline(False)
            computer.clear_permissions()
            computer.clear_cookies()
            session.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"})
            free.append((keeper, session))

    def _bought(self, context: dict[str, Any]) -> tuple[Page, CDPSession]:
        """A new computer with these options; a page stays open there, which keeps its process."""
        made = self._browser.new_context(viewport={"width": 1280, "height": 900}, **context)
        keeper = made.new_page()
        return keeper, made.new_cdp_session(keeper)


def open_tab(page: Page, name: str) -> None:
    """Open a tab of the lead's page, on a phone from the menu of those that find no room."""
    page.locator(".rc-section:visible").first.wait_for()  # until the page has drawn itself, in its language
    tab = page.get_by_role("tab", name=name, exact=True)
    if tab.is_visible():
        tab.click()
    else:
        page.locator(".overflow-menu > button").click()
        page.locator(".overflow-dropdown button", has_text=name).click()
