"""The kept computers of these tests: each rater finds one as if it were new."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.browser import Computers
from tests.web.rater_screen import Screen

LEAVE = """async () => {
  localStorage.setItem("left", "x"); document.cookie = "left=x"; await caches.open("left");
  await new Promise(done => { indexedDB.open("left").onsuccess = done; });
}"""
FOUND = """async () => ({
  stored: Object.keys(localStorage).includes("left"), cookie: document.cookie, caches: await caches.keys(),
  databases: (await indexedDB.databases()).map(each => each.name), onLine: navigator.onLine,
  clipboard: (await navigator.permissions.query({ name: "clipboard-read" })).state,
  dark: matchMedia("(prefers-color-scheme: dark)").matches, width: innerWidth })"""
LEFT = {
    "stored": True, "cookie": "left=x", "caches": ["left"], "databases": ["left"], "onLine": False,
    "clipboard": "granted", "dark": True, "width": 700,
}  # fmt: skip
CLEAN = {
    "stored": False, "cookie": "", "caches": [], "databases": [], "onLine": True,
    "clipboard": "prompt", "dark": False, "width": 1280,
}  # fmt: skip


def test_who_sits_down_finds_nothing_of_whoever_was_there(open_page: Callable[..., Screen]) -> None:
    first = open_page(width=700, color_scheme="dark")
    first.page.evaluate(LEAVE)
    first.visit.context.grant_permissions(["clipboard-read"])
    first.visit.context.new_page()
    first.visit.context.set_offline(True)
    assert first.page.evaluate(FOUND) == LEFT
    second = open_page()
    assert second.visit.context is first.visit.context
    assert len(second.visit.context.pages) == 2  # its own, and the one that stays
    assert second.page.evaluate(FOUND) == CLEAN
    assert second.desk is not first.desk


def test_two_who_sit_there_at_once_have_a_computer_each(computers: Computers) -> None:
    with computers.visit() as first, computers.visit() as second:
        assert first.context is not second.context
