"""Formulas are set with a maths table on every computer, and pages without one fetch nothing for it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from rlhf_collect.rendering import content_css
from rlhf_collect.web.maths_font import ADDRESS
from tests.web.comparisons import COMPARISONS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
LOWERED = """(node) => node.lastElementChild.getBoundingClientRect().bottom
  - node.firstElementChild.getBoundingClientRect().bottom"""
FETCHED = "() => performance.getEntriesByType('resource').map(each => new URL(each.name).pathname)"
LOADED = "async () => { await document.fonts.ready; return document.fonts.check('16px rc-maths'); }"


def asking(prompt: str) -> Desk:
    first = {**COMPARISONS[0], "prompt": [{"role": "user", "content": prompt}]}
    return Desk(comparisons=[first, *COMPARISONS[1:]])


def test_a_formula_fetches_the_font_and_its_subscript_stands_lower(open_page: Open) -> None:
    screen = open_page(asking("Call it $S_n$."))
    formula = screen.page.locator("#rp-prompt-body msub")
    expect(formula).to_be_visible()
    assert screen.page.evaluate(LOADED)
    assert ADDRESS in screen.page.evaluate(FETCHED)
    # Without a MATH table Chromium puts the letter hardly below the line: a twentieth of an em.
    size = formula.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert formula.evaluate(LOWERED) > size * 0.12
    assert "font-family:rc-maths" in content_css()


def test_a_page_without_formulas_fetches_no_font(open_page: Open) -> None:
    screen = open_page(asking("Why is the sky blue?"))
    screen.page.evaluate("document.fonts.ready.then(() => 0)")
    assert ADDRESS not in screen.page.evaluate(FETCHED)
