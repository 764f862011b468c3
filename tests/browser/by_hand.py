"""Answering a comparison in every way at once, by keyboard alone and by mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.rating import Rating

RUBRIC: list[dict[str, Any]] = [
    {"name": "seven", "question": "Which is better?", "strengths": 3},
    {
        "name": "eight", "question": "Which, if you must?", "strengths": 4, "rationale": "off",
        "reasons": ["incorrect", {"name": "too_formal", "en": "Too formal", "fr": "Trop soutenu"}],
    },
    {"name": "order", "question": "In which order?", "answer": "ranking", "rationale": "off"},
    {"name": "five", "question": "How clear is each?", "answer": "points", "points": "1-5", "rationale": "off"},
    {"name": "hundred", "question": "How right?", "answer": "points", "points": "0-100", "rationale": "off"},
    {"name": "turns", "question": "Which turn?", "strengths": 0, "turns": True, "rationale": "off"},
]  # fmt: skip
QUALITIES = ("gold", "silver", "bronze", "tin")
"""Words in the texts, the best first: what people on both sides of the road go by."""
FIVE = dict(zip(QUALITIES, (5, 3, 2, 1), strict=True))
HUNDRED = dict(zip(QUALITIES, (100, 73, 40, 0), strict=True))
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th"}
LETTERS = "ABCD"
CONSENT = "What I write, here and in other comparisons, may be published with the dataset"
_FOCUSED = """() => {
  const node = document.activeElement;
  const name = node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent;
  const group = node.closest("[role=group]")?.getAttribute("aria-label");
  return group ? group + ": " + name : name;
}"""


@dataclass(frozen=True, kw_only=True)
class Way:
    """What somebody answers everywhere."""

    strength: int
    """Of three, for the best."""
    degree: int
    """Of four, for the best."""
    places: dict[str, int]
    """Quality to place."""
    flag: str
    """Given to ``flagged``."""
    flagged: str
    """``prompt``, or ``worst`` for the worst response."""


BY_KEYBOARD = Way(
    strength=2, degree=4, places={"gold": 1, "silver": 2, "bronze": 2, "tin": 4}, flag="harmful", flagged="prompt"
)  # fmt: skip
BY_MOUSE = Way(
    strength=3, degree=1, places={"gold": 1, "silver": 2, "bronze": 3, "tin": 4}, flag="broken", flagged="worst"
)  # fmt: skip
FLAG_WORDS = {"harmful": "harmful", "broken": "broken or cut off"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A comparison as it stood on screen."""

    number: int
    qualities: tuple[str, ...]
    """Of Response A, B, ..."""
    turns: int

    def letter(self, quality: str) -> str:
        return LETTERS[self.qualities.index(quality)]

    @property
    def worst(self) -> str:
        return max(self.qualities, key=QUALITIES.index)

    @property
    def turn_winners(self) -> tuple[str, ...]:
        """The best of each question about turns: the other one in the first of two turns."""
        return ("gold",) if self.turns == 1 else ("silver", "gold")

    def is_order_shown(self, places: dict[str, int]) -> bool:
        return [places[each] for each in self.qualities] == list(range(1, len(self.qualities) + 1))


def look(screen: Rating) -> Seen:
    """Read what is on screen."""
    number = screen.number()
    texts = [body.inner_text() for body in screen.page.locator(".rp-pane-body").all()]
    found = [[each for each in QUALITIES if f"A {each} reply" in text] for text in texts]
    assert all(len(each) == 1 for each in found), texts
    turns = screen.page.locator('.rp-pane:first-child .rp-turn[data-role="assistant"]').count() or 1
    return Seen(number=number, qualities=tuple(each[0] for each in found), turns=turns)


def tab_to(screen: Rating, name: str) -> None:
    """Press Tab until what is called so has the focus."""
    passed = []
    for _ in range(120):
        passed.append(screen.page.evaluate(_FOCUSED))
        if passed[-1] == name:
            return
        screen.page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab; passed {passed}")


def answer_by_keyboard(screen: Rating, seen: Seen, *, consent: bool) -> None:
    """Everything the page offers, without a mouse."""
    press, type_, way = screen.page.keyboard.press, screen.page.keyboard.type, BY_KEYBOARD
    tab_to(screen, "Flag: Prompt")
    press("Enter")
    tab_to(screen, "Flag: Prompt: harmful")
    press("Space")
    if seen.turns == 1:
        tab_to(screen, f"Improve response {seen.letter(seen.worst)}")
        press("Enter")
        press("Control+A")
        type_(f"Better than {seen.worst}, 1 a s u x.")
        press("Escape")
    press("r")
    type_(f"because of {seen.number}: 1 a s u x")
    if consent:
        tab_to(screen, CONSENT)
        press("Space")
    press("Escape")
    first = seen.qualities[0] == "gold"
    pair = len(seen.qualities) == 2
    best = str(seen.qualities.index("gold") + 1)
    press(("2" if first else "6") if pair else best)
    press("r")
    for quality in seen.qualities:
        word = {"gold": "Too formal", seen.worst: "incorrect"}.get(quality)
        if word:
            tab_to(screen, f"Response {seen.letter(quality)}: {word}")
            press("Space")
    press("Escape")
    press(("1" if first else "8") if pair else best)
    for table in (way.places, FIVE):
        for quality in seen.qualities:
            press(str(table[quality]))
    for quality in seen.qualities:
        type_(str(HUNDRED[quality]))
        press("Enter")
    for quality in seen.turn_winners:
        place = seen.qualities.index(quality)
        press(str(2 * place + 1 if pair else place + 1))
    press("Enter")
    if seen.is_order_shown(way.places):
        press("Shift+Tab")  # from looking again, which comes first
        press("Enter")  # Yes, hand it in


def answer_by_mouse(screen: Rating, seen: Seen) -> None:
    """The same with clicks; only text is typed."""
    page, way, worst = screen.page, BY_MOUSE, seen.letter(seen.worst)
    panes = page.locator(".rp-pane")

    def box(criterion: str) -> Locator:
        return page.locator(f'.rp-criterion[data-criterion="{criterion}"]')

    def say(criterion: str, sentence: str) -> None:
        box(criterion).get_by_role("radio", name=sentence, exact=True).click()

    page.get_by_role("button", name=f"Flag: Response {worst}", exact=True).click()
    panes.get_by_role("group", name=f"Flag: Response {worst}").get_by_text(FLAG_WORDS[way.flag]).click()
    if seen.turns == 1:
        page.get_by_role("button", name=f"Improve response {worst}", exact=True).click()
        page.locator(".rp-edit").fill(f"Better than {seen.worst}, 1 a s u x.")
    pair, gold = len(seen.qualities) == 2, seen.letter("gold")
    say("seven", f"Response {gold} is " + ("much better" if pair else "best"))
    box("seven").locator("textarea").fill(f"because of {seen.number}: 1 a s u x")
    say("eight", f"Response {gold} is " + ("barely better, or I am unsure" if pair else "best"))
    box("eight").get_by_role("button", name="Why? (optional)").click()
    for quality, word in (("gold", "Too formal"), (seen.worst, "incorrect")):
        chips = box("eight").get_by_role("group", name=f"Response {seen.letter(quality)}")
        chips.get_by_role("button", name=word, exact=True).click()
    box("eight").get_by_role("button", name="Done").click()
    for index, quality in enumerate(seen.qualities):
        pane, name = panes.nth(index), f"Response {LETTERS[index]}: "
        place = name + ORDINALS[way.places[quality]]
        pane.locator('[data-criterion="order"]').get_by_role("radio", name=place, exact=True).click()
        points = f"{name}{FIVE[quality]} of 5"
        pane.locator('[data-criterion="five"]').get_by_role("radio", name=points, exact=True).click()
        pane.locator('[data-criterion="hundred"] input').fill(str(HUNDRED[quality]))
    for turn, quality in enumerate(seen.turn_winners, 1):
        criterion = "turns" if seen.turns == 1 else f"turns@{turn}"
        say(criterion, f"Response {seen.letter(quality)} is " + ("better" if pair else "best"))
    screen.submit()
    if seen.is_order_shown(way.places):
        expect(page.get_by_role("dialog")).to_contain_text("A is first, B second")
        page.get_by_role("button", name="Yes, hand it in").click()
