"""A lead leaves out a judgement, its rater reads that first and contests it, and a second person upholds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Told
from tests.browser.rating import Rating
from tests.depth import thorough
from tests.flows.running import answer_here
from tests.web.browser import Visit, open_tab

WHY = "The first <b>response</b> was chosen without a look at the second one."


def at_the_raters(page: Page, server: Told, link: str) -> None:
    """A lead at the tab where raters are decided about."""
    page.goto(link.replace(link.split("/i/", maxsplit=1)[0], server.url))
    open_tab(page, "Raters")


@thorough
def test_a_judgement_is_left_out_contested_and_given_back(
    sit_down: Callable[..., Visit],
    story: Callable[..., Told],
    come_in: Callable[..., Rating],
    tmp_path: Path,
) -> None:
    server = story(2)
    ada = come_in(server)
    ada.choose("2")
    ada.page.get_by_role("button", name="Submit").click()
    expect(ada.page.locator("#rp-progress")).to_contain_text("1")
    rows = tmp_path / "rows.jsonl"
    answer_here("export", server.project, rows, database=server.database)
    pseudonym = json.loads(rows.read_text(encoding="utf-8").splitlines()[0])["rater"]
    links = {
        name: answer_here("raters", "add", server.project, name, "--role", "lead", database=server.database)[
            "invite_url"
        ]
        for name in ("Lea", "Max")
    }
    came = sit_down(server)
    at_the_raters(came.page, server, links["Lea"])
    form = came.page.locator("#excluding")
    form.get_by_role("button", name="Decide and notify").click()
    form.get_by_text("Choose whose judgements are left out.").wait_for()
    whom = form.get_by_label("Leave out judgements of (pseudonym)")
    whom.fill(pseudonym)
    whom.press("Enter")
    form.get_by_label("choice shown first").check()
    form.get_by_label("Written reasons, 40 characters or more").fill(WHY)
    form.get_by_role("button", name="Decide and notify").click()
    form.get_by_text(
        "Decided on 1 judgement, counting known answers and repeats. The rater is told"
    ).wait_for()
    expect(came.page.get_by_text("Announced; no effect before")).to_be_visible()
    page = ada.page
    page.reload()
    page.locator(".rp[data-view='decided']").wait_for()
    expect(page.locator(".rp-decision")).to_contain_text("Lea has decided in writing")
    expect(page.locator(".rp-decision .rp-quote")).to_have_text(WHY)
    page.get_by_text("Contest", exact=True).click()
    page.locator(".rp-contest-text").fill("I read both.")
    page.reload()  # what is typed stays until it is sent
    expect(page.locator(".rp-contest-text")).to_have_value("I read both.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".rp-decision")).to_contain_text("If nobody answers, your appeal is upheld.")
    expect(page.locator(".rp-decision .rp-quote").filter(has_text="I read both.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    page.locator(".rp[data-view='compare']").wait_for()
    came = sit_down(server)
    at_the_raters(came.page, server, links["Max"])
    expect(came.page.get_by_text("I read both.")).to_be_visible()
    form = came.page.locator("#answering")
    form.get_by_label("Answer an appeal").click()
    came.page.get_by_role("option").first.click()
    form.get_by_role("radio", name="Upheld", exact=True).check()
    form.get_by_label("Written reasons, 40 characters or more unless it is upheld").fill("It shows.")
    form.get_by_role("button", name="Answer", exact=True).click()
    came.page.get_by_text("The appeal is answered.").wait_for()
    page.reload()
    page.locator(".rp[data-view='decided']").wait_for()
    expect(page.locator(".rp-decision > p").first).to_contain_text("It was lifted on")
    expect(page.locator(".rp-decision > p").filter(has_text="Your appeal is upheld. Max")).to_be_visible()
    expect(page.locator(".rp-decision").get_by_text(WHY)).to_be_hidden()
    expect(page.locator(".rp-decision")).to_contain_text("It shows.")
    (appeal,) = answer_here("appeals", server.project, database=server.database)["appeals"]
    (decision,) = answer_here("exclusions", server.project, database=server.database)["exclusions"]
    assert (appeal["state"], decision["state"]) == ("upheld", "lifted")
