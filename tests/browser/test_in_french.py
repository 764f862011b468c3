"""Whoever reads French reads French, on every screen a rater comes to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from rlhf_collect.web.texts import TEXTS
from tests.browser.conftest import Told
from tests.depth import thorough
from tests.flows.running import answer_here
from tests.web.browser import Visit

QUESTION = "Laquelle est la meilleure ?"
OF_THE_PROJECT = {
    "title": "A trial",
    "purpose": "To see how it goes.",
    "translations": {
        "fr": {"title": "Essai", "purpose": "Pour voir.", "questions": {"overall": QUESTION}},
    },
    "responsible": {"name": "Zoé", "contact": "zoe@example.org"},
}
OWN = {"Essai", "Pour voir.", "Zoé", "zoe@example.org", QUESTION, "Ada", "Parce que."}
"""What the project, which is in English, and the people in it say themselves."""
_SAID = """() => {
  const said = new Set([document.title]);
  const content = ".rp-pane-body, #rp-prompt-body, .rp-prose, .rp-mine-open, .rp-skipped-prompt, kbd, style, script";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const box = node.parentElement;
    if (!box.closest(content) && box.checkVisibility({ visibilityProperty: true })) said.add(node.textContent.trim());
  }
  for (const box of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (box.closest(content) || !box.checkVisibility()) continue;
    for (const name of ["aria-label", "placeholder", "title"]) said.add((box.getAttribute(name) ?? "").trim());
  }
  return [...said].filter(Boolean);
}"""
DATE = re.compile(r"\d{1,2} \S+ \d{4}, \d\d:\d\d")


def pattern(text: str) -> str:
    """What a catalogue's text looks like once its names are filled in."""
    return "".join(
        ".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", text.strip())
    )


FRENCH = re.compile(
    "|".join(pattern(text) for said in TEXTS["fr"].values() for text in {said, said[:1].upper() + said[1:]})
)
NAMES = {texts["language"] for texts in TEXTS.values()}
DISTINCTIVE = [
    re.compile(pattern(text))
    for text in TEXTS["en"].values()
    if text not in TEXTS["fr"].values() and re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", text))
]
"""The English texts that are not French by chance."""


def is_french(text: str) -> bool:
    if text in OWN | NAMES or re.fullmatch(r"[\W\d_A-H]*", text):
        return True
    parts = text.removesuffix(" Parce que.").split(" · ")
    return all(FRENCH.fullmatch(part) or DATE.fullmatch(part) for part in parts)


def reads_french(page: Page, screen: str) -> None:
    said = page.evaluate(_SAID)
    assert len(said) > 2, screen
    assert [text for text in said if not is_french(text)] == [], screen
    assert [
        text for text in said if text not in NAMES and any(each.fullmatch(text) for each in DISTINCTIVE)
    ] == [], screen
    assert page.evaluate("document.documentElement.lang") == "fr", screen


def comparisons() -> list[dict[str, Any]]:
    """One to practise on, one to skip and one to judge."""
    gold = {"criterion": "overall", "choice": "p-0", "reason": "Parce que."}
    return [
        {
            "id": name,
            "prompt": f"Question {name} ?",
            "completions": [{"id": f"{name}-{n}", "model": "m", "content": f"Voilà {n}."} for n in range(2)],
            **({"gold": gold} if name == "p" else {}),
        }
        for name in ("p", "c", "d")
    ]


def press(page: Page, key: str, **values: object) -> None:
    page.get_by_role(
        "button", name=re.compile("^" + re.escape(TEXTS["fr"][key].format(**values)))
    ).first.click()


def view(page: Page, name: str) -> None:
    page.locator(f".rp[data-view='{name}']").wait_for()


@thorough
def test_every_screen_of_a_rater_is_french_for_who_reads_french(
    story: Callable[..., Told], sit_down: Callable[..., Visit]
) -> None:
    criterion = {"name": "overall", "question": "Which is better?", "reasons": ["incorrect", "useful"]}
    server = story(
        comparisons(),
        criteria=[criterion],
        edits="optional",
        practice={"comparisons": ["p"]},
        **OF_THE_PROJECT,
    )
    visitor = sit_down(server, locale="fr-FR")
    page = visitor.page
    for path in ("/", "/i/not-an-invitation", "/rate/"):
        page.goto(server.url + path)
        reads_french(page, path)
    page.goto(answer_here("raters", "add", server.project, "Ada", database=server.database)["invite_url"])
    view(page, "welcome")
    reads_french(page, "welcome")
    press(page, "guidelines_first")
    reads_french(page, "guidelines")
    page.keyboard.press("Escape")
    press(page, "who")
    reads_french(page, "who is asking")
    page.keyboard.press("Escape")
    press(page, "start")
    view(page, "practice")
    reads_french(page, "practice offered")
    press(page, "practice_start")
    view(page, "compare")
    reads_french(page, "practice")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator("#rp-notice[data-kind]").get_by_text("Parce que.").wait_for()
    reads_french(page, "practice explained")
    page.keyboard.press("Enter")
    view(page, "practice")
    reads_french(page, "practice over")
    judge(page)
    look_back(page)
    leave(page, visitor)


def judge(page: Page) -> None:
    """The comparison with everything opened, then settings."""
    press(page, "practice_over")
    view(page, "compare")
    reads_french(page, "comparison")
    page.get_by_role("button", name=TEXTS["fr"]["flag_of"].format(name=TEXTS["fr"]["prompt"])).click()
    page.get_by_role("button", name=TEXTS["fr"]["improve_of"].format(side="A")).click()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    reads_french(page, "reasons")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    reads_french(page, "settings")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    reads_french(page, "asked to choose first")
    asked = page.locator("#rp-prompt-body").inner_text()
    page.keyboard.press("s")
    page.locator("#rp-prompt-body").filter(has_not_text=asked).wait_for()
    reads_french(page, "skipped")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    view(page, "empty")
    reads_french(page, "finished")


def look_back(page: Page) -> None:
    press(page, "mine")
    page.locator(".rp-mine-open").wait_for()
    reads_french(page, "my judgements")
    page.locator(".rp-mine-open").click()
    view(page, "compare")
    reads_french(page, "an earlier judgement")
    press(page, "take_back")
    reads_french(page, "asked whether to take it back")
    press(page, "take_back_yes")
    view(page, "mine")
    reads_french(page, "taken back")
    page.locator(".rp-mine-open").click()
    view(page, "compare")
    reads_french(page, "taken back, opened again")
    press(page, "back")
    view(page, "mine")
    press(page, "back")
    view(page, "empty")
    press(page, "who")
    press(page, "figures")
    view(page, "figures")
    reads_french(page, "own figures")
    press(page, "back")
    view(page, "empty")


def leave(page: Page, visitor: Visit) -> None:
    visitor.context.set_offline(True)
    press(page, "look_again")
    view(page, "offline")
    reads_french(page, "offline")
    visitor.context.set_offline(False)
    view(page, "empty")
    visitor.context.clear_cookies()
    press(page, "look_again")
    view(page, "signed-out")
    reads_french(page, "signed out")
