"""Where agreement differs: rows in the order of what a lead should look at, and the lowest told in a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rlhf_collect.web.lead_slices import differences_html, lowest_sentence, slices_html
from rlhf_collect.web.lead_words import words_in

WHOLE = {"value": 0.5, "low": 0.4, "high": 0.6}


def part(key: str, alpha: float | None, paired: int = 50, high: float = 0.3) -> dict[str, Any]:
    figure = None if alpha is None else {"value": alpha, "low": alpha - 0.1, "high": high}
    return {
        "key": key,
        "comparisons": paired + 1,
        "comparisons_paired": paired,
        "pairs": paired,
        "percent_agreement": None,
        "percent_agreement_no_ties": None,
        "krippendorff_alpha": figure,
    }


PARTS = [part("law", 0.55), part("few", -0.9, 3), part("maths", 0.2), part("none", None), part("<b>", 0.3)]


def rows(html: str) -> list[str]:
    return re.findall(r"<th scope='row'>([^<]*)</th>", html)


@pytest.mark.parametrize("kind", ["by_tag", "by_language", "by_model_pair"])
def test_rows_come_with_the_lowest_alpha_first_and_too_few_last(kind: str) -> None:
    html = slices_html(words_in("en"), kind, PARTS)
    assert rows(html) == ["maths", "&lt;b&gt;", "law", "none", "few"]
    assert html.index("Alpha") < html.index("Same choice") < html.index("Judged twice")


@pytest.mark.parametrize("kind", ["by_week", "by_guidelines", "by_criterion"])
def test_what_has_an_order_keeps_it_and_says_nothing_of_the_lowest(kind: str) -> None:
    parts = [each | {"key": f"2026-03-0{number}"} for number, each in enumerate(PARTS, 1)]
    html = slices_html(words_in("en"), kind, parts)
    days = [words_in("en").day(each["key"]) if kind == "by_week" else each["key"] for each in parts]
    assert rows(html) == days
    assert "lowest" not in html


def test_the_lowest_is_told_with_whether_it_may_be_chance_and_only_beside_another_known_part() -> None:
    words, law = words_in("en"), part("law", 0.55, high=0.65)
    told = "Agreement is lowest on maths: alpha 0.20 (0.10 to 0.30), below that of all comparisons (0.50)."
    assert lowest_sentence(words, PARTS, WHOLE).startswith(told)
    told = "lowest on maths: alpha 0.20 (0.10 to 0.45), beside 0.50 of all comparisons. That may be chance."
    assert told in lowest_sentence(words, [law, part("maths", 0.2, high=0.45)], WHOLE)
    for parts, whole in (
        ([part("maths", 0.2)], WHOLE),
        ([law, part("maths", 0.2, 3)], WHOLE),
        ([law, part("maths", None)], WHOLE),
        (PARTS, None),
        (PARTS, {"value": 0.5, "low": None, "high": None}),
    ):
        assert lowest_sentence(words, parts, whole) == ""


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ([part("maths", 0.1), part("law", 0.35), part("art", 0.39)], "law, art may be as low"),
        ([part("maths", 0.1), part("law", 0.45), part("art", 0.2, 3)], None),
        ([part("a", 0.1), *(part(each, 0.2) for each in "bcde")], "b, c, d… may be as low"),
    ],
)
def test_those_that_may_be_as_low_are_named_beside_the_lowest(
    parts: list[dict[str, Any]], named: str | None
) -> None:
    said = lowest_sentence(words_in("en"), parts, WHOLE)
    assert "Agreement is lowest on" in said
    assert named in said if named else "as low" not in said


def test_the_page_begins_with_where_raters_differ_most_or_from_when_that_can_be_said() -> None:
    report: dict[str, Any] = {
        "by_model_pair": [],
        "by_tag": PARTS,
        "by_language": [],
        "by_week": [],
        "by_guidelines": [],
    }
    report |= {"criterion": "overall", "krippendorff_alpha": WHOLE, "guideline_change": None}
    html = differences_html(words_in("en"), report, [], [])
    assert (
        "<h2>Where raters differ most</h2><p class='rc-say'><b>By tag.</b> Agreement is lowest on maths"
        in html
    )
    html = differences_html(words_in("en"), report | {"by_tag": []}, [], [])
    assert "can be said from two parts with 20 comparisons judged twice" in html
