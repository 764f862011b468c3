"""One way to open a browser in tests: a Chromium of the system where there is one, else Playwright's own.

Each ``visit`` is a fresh context, as a new person on a new computer. Requests that leave this machine
are refused and remembered, so that any test can state that there were none.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
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
    with browser.new_context(viewport={"width": width, "height": height}, **context) as fresh:
        outside: list[str] = []
        fresh.on("request", lambda asked: outside.append(asked.url) if _is_outside(asked.url) else None)
        page = fresh.new_page()
        page.set_default_timeout(PATIENCE_MS)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield Visit(context=fresh, page=page, outside=outside, complaints=complaints)


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    here = host in ("127.0.0.1", "localhost") or host.endswith(".localhost")
    return parts.scheme in ("http", "https", "ws", "wss") and not here


def open_tab(page: Page, name: str) -> None:
    """Open a tab of the lead's page, on a phone from the menu of those that find no room."""
    page.locator(".rc-section:visible").first.wait_for()  # until the page has drawn itself, in its language
    tab = page.get_by_role("tab", name=name, exact=True)
    if tab.is_visible():
        tab.click()
    else:
        page.locator(".overflow-menu > button").click()
        page.locator(".overflow-dropdown button", has_text=name).click()
