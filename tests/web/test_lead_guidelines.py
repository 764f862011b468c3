"""Guidelines as a lead reads them: what changed in each language, and what a comparison of two versions rests on."""

from __future__ import annotations

from typing import Any

import pytest

from rlhf_collect.services.context import Context
from rlhf_collect.web.lead_guidelines import changes_html, guidelines_html
from rlhf_collect.web.lead_slices import differences_html
from rlhf_collect.web.lead_words import words_in
from rlhf_collect.web.lead_write import Desk
from rlhf_collect.web.quiet_gradio import gr
from tests.making import invite, make_project


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "In French nothing changes"), ("fr", "En français rien ne change")],
)
def test_a_text_changed_in_one_language_alone_is_warned_about(language: str, words: str) -> None:
    old, told = {"en": "Read.", "fr": "Lisez."}, words_in(language)
    assert words in changes_html(told, old, {"en": "Read all.", "fr": "Lisez."})
    for new in (old, {"en": "Read all.", "fr": "Lisez tout."}, {"en": "Read all."}):
        assert "rc-notice" not in changes_html(told, old, new)


def version(name: str, **texts: str) -> dict[str, Any]:
    said = {"since": "2026-03-02T00:00:00+00:00", "by": None, "words": 99, "confirmed": 0, "judgements": 0}
    return {"version": name, "text": texts["en"], "texts": texts, **said}


def test_words_are_counted_in_the_language_that_is_shown() -> None:
    shown = version("one", en="Read all of it.", fr="Lisez tout.")
    assert "4 words" in guidelines_html(words_in("en"), [shown])
    assert "2 mots" in guidelines_html(words_in("fr"), [shown])


@pytest.mark.parametrize(
    ("first", "second", "told"), [("Read.", "Read all.", False), ("Read.", "Read.", True)]
)
def test_whether_guidelines_helped_says_where_their_text_is_the_same_and_which_were_not_used_yet(
    first: str, second: str, told: bool
) -> None:
    figure = {"value": 0.5, "low": 0.4, "high": 0.6}
    slices = [
        {
            "key": name,
            "comparisons": 50,
            "comparisons_paired": 50,
            "pairs": 50,
            **dict.fromkeys(("percent_agreement", "percent_agreement_no_ties", "krippendorff_alpha"), figure),
        }
        for name in ("one", "two")
    ]
    report: dict[str, Any] = {
        "criterion": "overall",
        "krippendorff_alpha": figure,
        **{key: [] for key in ("by_model_pair", "by_tag", "by_language", "by_week")},
        "by_guidelines": slices,
        "guideline_change": {
            "before": "one",
            "after": "two",
            "figure": "krippendorff_alpha",
            "verdict": "too_close",
        },
    }
    versions = [version("two", en=second), version("one", en=first)]
    html = differences_html(words_in("en"), report, [], versions)
    assert ("Nothing in the text of these two differs" in html) == told
    assert "in force now, yet" not in html
    html = differences_html(words_in("en"), report, [], [version("three", en="Skim."), *versions])
    assert "Nothing is judged under three, in force now, yet." in html


def test_a_text_that_cannot_be_used_is_refused_with_what_is_wrong_with_it(ctx: Context) -> None:
    project = make_project(ctx)
    lea = invite(ctx, project, "Lea", "lead").actor
    desk = Desk(ctx, lambda _: (lea, project), lambda *_: words_in("en"))
    before = project.settings.guidelines.version
    said, done = desk.put(gr.Request(), "two", "x" * 100_001, "", before)
    assert not done
    assert "has 100,001 characters. Keep it to 100,000." in said
