"""The tabs of the lead's page: only the open one is made, only when something changed; each has words when empty."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.my_data import display_of
from rlhf_collect.services.projects import Project
from rlhf_collect.services.unchanged import made_once, state_of
from rlhf_collect.web.lead_desk import Fields, Page
from rlhf_collect.web.lead_language import keep_language, language_of_lead
from rlhf_collect.web.lead_report import loading_html
from rlhf_collect.web.lead_tabs import TABS, Look
from rlhf_collect.web.lead_words import words_in
from rlhf_collect.web.quiet_gradio import gr
from rlhf_collect.web.texts import LEAD_TEXTS
from tests.depth import thorough
from tests.making import HeldClock, ask_and_judge, bring, comparison, invite, make_project, said

HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://evil.example/x.png)"
START = Fields(
    criterion=None, tag=None, rater=None, listed=None, order=None, opened="overview", seen=None, after=0
)
ABOVE = (
    "header", "criterion", "language", "tag", "answered by", "listed", "earlier", "later",
    "deciding", "decidable", "offered", "decided text", "choice", "reason", "said",
    "second raters", "referring", "referable", "who decides", "referral said",
    "glance", "alert group", "alerts", "looked", "before", "order",
    "people", "exclusions", "answering", "appeals", "answerable", "threads", "known", "removable", "seen",
)  # fmt: skip
BOXES = list(TABS)


class Asking:
    """A request of somebody's browser."""

    def __init__(self, accepted: str = "", **cookies: str) -> None:
        self.headers = {"accept-language": accepted}
        self.cookies = cookies


class AtHome(Page):
    """The page of one lead, whoever asks."""

    def __init__(self, ctx: Context, actor: Actor, project: Project, **more: Any) -> None:
        super().__init__(ctx, "cookie", **more)
        self._here = (actor, project)

    def looking(self, request: Any) -> tuple[Actor, Project]:
        return self._here


def lead_of(ctx: Context, project: Project) -> AtHome:
    return AtHome(ctx, invite(ctx, project, "lea", "lead").actor, project)


def drawn(page: Page, fields: Fields = START, **how: Any) -> dict[str, Any]:
    """What an event gives back, by name."""
    shown = page.draw(fields, Asking(), **how)  # type: ignore[arg-type]
    return dict(zip((*ABOVE, *BOXES), shown, strict=True))


def look(ctx: Context, project: Project, language: str, **more: Any) -> Look:
    return Look(
        actor=OPERATOR,
        project=project,
        words=words_in(language),
        criterion=project.settings.criteria[0].name,
        **more,
    )


@thorough
def test_an_empty_project_one_rater_and_one_judgement_are_told_in_words_in_every_tab(ctx: Context) -> None:
    project = make_project(ctx)
    for step in ("nothing", "comparisons", "a rater", "a judgement"):
        if step == "comparisons":
            bring(ctx, project, 2)
        if step == "a rater":
            ada = invite(ctx, project, "Ada").actor
        if step == "a judgement":
            ask_and_judge(ctx, ada, project)
        for tab, language in product(TABS, ("en", "fr")):
            html = TABS[tab](ctx, look(ctx, project, language)).html
            assert "<h2>" in html, (step, tab, language)
            wrong = [word for word in (">None<", "nan<", "{", "}") if word in html]
            assert not wrong, (step, tab, language)


def test_only_the_open_tab_is_made(ctx: Context) -> None:
    page = lead_of(ctx, make_project(ctx))
    for tab in TABS:
        shown = drawn(page, replace(START, opened=tab))
        assert [name for name in TABS if shown[name] != gr.skip()] == [tab]


def test_a_tab_is_made_again_only_when_something_was_judged_a_day_went_by_or_the_fields_changed(
    ctx: Context, clock: HeldClock
) -> None:
    project = make_project(ctx)
    bring(ctx, project, 1)
    page, ada = lead_of(ctx, project), invite(ctx, project, "Ada").actor
    seen = drawn(page)["seen"]
    held = replace(START, seen=seen)
    assert drawn(page, held, again=False)["overview"] == gr.skip()
    assert drawn(page, replace(held, opened="models"), again=False)["models"] != gr.skip()
    ask_and_judge(ctx, ada, project)
    again = drawn(page, held, again=False)
    assert "<b>1</b> judgement" in again["overview"]
    held = replace(START, seen=again["seen"])
    assert drawn(page, held, again=False)["overview"] == gr.skip()
    clock.move(days=1)
    assert drawn(page, held, again=False)["overview"] != gr.skip()


def test_what_took_seconds_to_make_rests_ten_times_as_long_unless_somebody_does_something(
    ctx: Context,
) -> None:
    project = make_project(ctx)
    bring(ctx, project, 4)
    ada, lea = invite(ctx, project, "Ada").actor, invite(ctx, project, "lea", "lead").actor
    moments = iter([0.0, 4.0, 43.0, 45.0, 46.0])
    page = AtHome(ctx, lea, project, timer=lambda: next(moments))
    held = replace(START, seen=drawn(page)["seen"])
    ask_and_judge(ctx, ada, project)
    assert drawn(page, held, again=False)["overview"] == gr.skip()
    assert "<b>1</b> judgement" in drawn(page, held, again=False)["overview"]
    moments = iter([0.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    held = replace(START, seen=drawn(page)["seen"])
    ask_and_judge(ctx, ada, project)
    assert "<b>2</b> judgements" in drawn(page, held)["overview"]
    assert drawn(page, replace(held, opened="models"), again=False)["models"] != gr.skip()


def much_judged(ctx: Context, **more: Any) -> tuple[AtHome, Project]:
    """25 comparisons, each judged by the same six, who differ on every third."""
    project = make_project(ctx, f"large-{more['begins_from']}", overlap=3)
    bring(ctx, project, 25)
    answers = [
        said(f"c{number:03}", f"r{who}", f"c{number:03}-{'ab'[number % 3 == 0 and who % 2]}")
        for number, who in product(range(25), range(6))
    ]
    import_judgements(ctx, OPERATOR, project.name, answers, source="judged.jsonl")
    return AtHome(ctx, invite(ctx, project, "lea", "lead").actor, project, **more), project


def test_of_a_large_project_the_sentence_and_its_figures_come_first_and_look_as_they_will(
    ctx: Context,
) -> None:
    page, _ = much_judged(ctx, begins_from=150)
    made = page.begin(START, Asking())  # type: ignore[arg-type]
    assert made is not None
    begun = dict(zip((*ABOVE, *BOXES), made, strict=True))
    assert "Looking for what needs you" in begun["alerts"]
    whole = drawn(page)
    assert begun["overview"] == whole["overview"] and "rc-figures" in begun["overview"]
    assert begun["glance"] == whole["glance"] and "Beyond chance" in begun["glance"]
    assert "Looking for what needs you" not in whole["alerts"]
    assert page.begin(START, Asking()) is None  # type: ignore[arg-type]
    assert page.begin(replace(START, opened="models"), Asking()) is None  # type: ignore[arg-type]


def test_what_stood_there_to_look_at_stays_until_it_is_looked_for_again_and_a_smaller_project_is_made_at_once(
    ctx: Context,
) -> None:
    page, project = much_judged(ctx, begins_from=150)
    held = replace(START, seen=drawn(page)["seen"])
    bring(ctx, project, [comparison("later")])
    assert much_judged(ctx, begins_from=151)[0].begin(held, Asking()) is None  # type: ignore[arg-type]
    made = page.begin(held, Asking())  # type: ignore[arg-type]
    assert made is not None
    assert dict(zip((*ABOVE, *BOXES), made, strict=True))["alerts"] == gr.skip()


def test_a_report_is_made_once_for_one_state_and_anew_for_the_next(ctx: Context) -> None:
    project, made = make_project(ctx), []
    bring(ctx, project, 1)

    def make() -> dict[str, Any]:
        made.append(1)
        return {"n": len(made)}

    def ask() -> dict[str, Any]:
        return made_once(ctx, project, state_of(ctx.store, project), ("test",), make)

    assert [ask(), ask()] == [{"n": 1}, {"n": 1}]
    ask_and_judge(ctx, invite(ctx, project, "Ada").actor, project)
    assert [ask(), ask()] == [{"n": 2}, {"n": 2}]


def test_the_language_is_the_one_chosen_else_the_browsers_and_is_kept(ctx: Context) -> None:
    lea = invite(ctx, make_project(ctx), "lea", "lead").actor
    assert language_of_lead(ctx, lea, Asking("fr-CA,en;q=0.5")) == "fr"
    assert language_of_lead(ctx, lea, Asking("de")) == "en"
    keep_language(ctx, lea, "fr")
    keep_language(ctx, lea, "klingon")
    assert language_of_lead(ctx, lea, Asking("en")) == "fr"
    assert lea.rater_key is not None
    assert display_of(ctx, lea.rater_key) == {"language": "fr"}


def test_labels_follow_when_the_language_was_changed_on_another_device(ctx: Context) -> None:
    project = make_project(ctx)
    lea = invite(ctx, project, "lea", "lead").actor
    page = AtHome(ctx, lea, project)

    def labels(fields: Fields) -> tuple[str | None, Any]:
        made = page.draw(fields, Asking("en"), again=False)  # type: ignore[arg-type]
        words = page.words_for_labels(fields, made)
        return words and words.language, dict(zip((*ABOVE, *BOXES), made, strict=True))["seen"]

    first, seen = labels(START)
    assert first == "en"
    assert labels(replace(START, seen=seen))[0] is None
    keep_language(ctx, lea, "fr")
    second, seen = labels(replace(START, seen=seen))
    assert second == "fr"
    assert labels(replace(START, seen=seen, opened="models"))[0] is None


def test_a_box_says_that_it_loads_until_it_is_drawn_or_nobody_may_see_it(ctx: Context) -> None:
    assert loading_html().count("…") == len(LEAD_TEXTS)
    refused = drawn(Page(ctx, "cookie"))
    assert "role='alert'" in refused["header"]
    assert (refused["overview"], refused["models"]) == ("", gr.skip())


def contested_project(ctx: Context, count: int = 1) -> Project:
    """Comparisons two people judged differently, with hostile names and texts throughout."""
    project = make_project(ctx)
    made = [comparison(f"c{number}", tags=(HOSTILE,)) for number in range(count)]
    hostile = [
        replace(
            each,
            prompt=(replace(each.prompt[0], content=f"**bold** {HOSTILE}"),),
            completions=tuple(
                replace(one, model=HOSTILE, content=(replace(one.content[0], content=HOSTILE),))
                for one in each.completions
            ),
        )
        for each in made
    ]
    bring(ctx, project, hostile)
    items = [
        said(each.comparison_id, rater, f"{each.comparison_id}-{letter}", 2)
        for each in made
        for rater, letter in ((HOSTILE, "a"), ("r2", "b"))
    ]
    items = [replace(each, draft=replace(each.draft, rationale=HOSTILE)) for each in items]
    import_judgements(ctx, OPERATOR, project.name, items, source="judged.jsonl")
    return project


@pytest.mark.parametrize("tab", TABS)
def test_nothing_of_a_project_comes_in_as_markup_or_loads_from_elsewhere(ctx: Context, tab: str) -> None:
    html = TABS[tab](ctx, look(ctx, contested_project(ctx), "fr")).html
    assert "<img" not in html
    assert 'evil.example/x.png"' not in html
    assert "href='java" not in html
    assert 'href="' not in html


def test_a_contested_comparison_shows_prompt_responses_models_and_who_said_what(ctx: Context) -> None:
    html = TABS["contested"](ctx, look(ctx, contested_project(ctx), "en")).html
    for shown in (
        "<strong>bold</strong>",
        "A · &lt;img",
        "chosen by 1 rater",
        "<b>r2</b>",
        "better",
        "rc-why",
    ):
        assert shown in html
    assert "Raters differ on 1 comparison." in html


def test_contested_comparisons_are_turned_page_by_page(ctx: Context) -> None:
    page = lead_of(ctx, contested_project(ctx, 6))
    first = drawn(page, replace(START, opened="contested"))
    assert (first["earlier"]["visible"], first["later"]["visible"]) == (False, True)
    last = drawn(page, replace(START, opened="contested", after=5))
    assert (last["earlier"]["visible"], last["later"]["visible"]) == (True, False)
    assert "Shown: 6 to 6 of 6." in last["contested"]
    assert [value for _, value in first["tag"]["choices"]] == ["", HOSTILE]


def test_a_model_that_won_every_time_is_told_without_a_strength_and_why(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    ask_and_judge(ctx, invite(ctx, project, "Ada").actor, project, "c000-a")
    html = TABS["models"](ctx, look(ctx, project, "fr")).html
    assert "Il a gagné chaque fois" in html
    assert "Aucune paire de modèles" in html


def test_rows_of_raters_stand_by_pseudonym_and_on_request_by_a_figure_without_any_rank(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 40)
    answers = {"p1": "a" * 40, "p2": "b" * 20 + "a" * 20, "p3": "a" * 34 + "b" * 6}
    items = [
        said(f"c{place:03}", rater, f"c{place:03}-{letter}", 1)
        for rater, letters in answers.items()
        for place, letter in enumerate(letters)
    ]
    import_judgements(ctx, OPERATOR, project.name, items, source="judged.jsonl")
    page = lead_of(ctx, project)

    def rows(order: str | None) -> tuple[list[str], Any]:
        shown = drawn(page, replace(START, opened="raters", order=order))
        table = shown["raters"].partition("<tbody>")[2].partition("</tbody>")[0]
        return re.findall(r"<th scope='row'>(p\d)</th>", table), shown["order"]

    by_pseudonym, choice = rows(None)
    assert by_pseudonym == ["p1", "p2", "p3"]
    assert (choice["visible"], choice["value"]) == (True, "")
    offered = [value for _, value in choice["choices"]]
    assert choice["choices"][:2] == [("by pseudonym", ""), ("Same answer as others, lowest first", "peers")]
    assert "judgements" not in offered, "nobody is compared by how much they did"
    assert rows("peers") == (["p2", "p3", "p1"], choice | {"value": "peers"})
    assert rows("nonsense")[0] == by_pseudonym
    assert not drawn(page, replace(START, opened="overview"))["order"]["visible"]


def test_no_name_reorders_what_stands_beside_it(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("\u202ec0", tags=("\u202eevil",))])
    items = [
        said("\u202ec0", rater, f"\u202ec0-{letter}", 1) for rater, letter in (("\u202er1", "a"), ("r2", "b"))
    ]
    import_judgements(ctx, OPERATOR, project.name, items, source="j.jsonl")
    page = lead_of(ctx, project)
    for tab in ("contested", "differences", "raters"):
        html = drawn(page, replace(START, opened=tab))[tab]
        assert "\u202e" not in html
    assert "⟨U+202E⟩c0" in drawn(page, replace(START, opened="contested"))["contested"]
