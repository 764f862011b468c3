"""Makes sure the browser tests find a browser: one that is installed, else one that can be installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)


def playwright_browser() -> bool:
    """Whether playwright has a Chromium of its own."""
    with sync_playwright() as play:
        return Path(play.chromium.executable_path).exists()


def installed() -> bool:
    """Whether the tests would find a browser."""
    return any(map(shutil.which, NAMES)) or playwright_browser()


def attempt(*command: str) -> None:
    """Run a command that may fail; what counts is whether there is a browser afterwards."""
    if shutil.which(command[0]):
        subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600
        )


def main() -> None:
    """Find or install a browser, or say in one sentence what to install."""
    if installed():
        return
    print("No Chromium or Chrome found; installing one for the browser tests.", file=sys.stderr)
    attempt(sys.executable, "-m", "playwright", "install", "chromium")
    if not installed() and os.geteuid() == 0:
        attempt("apt-get", "update")
        attempt("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    if not installed():
        sys.exit(
            "The browser tests need Chromium or Google Chrome: install your distribution's package 'chromium'."
        )


if __name__ == "__main__":
    main()
