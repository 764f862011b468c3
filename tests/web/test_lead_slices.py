"""Where agreement differs: rows in the order of what a lead should look at, and the lowest told in a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rlhf_collect.web.lead_slices import slices_html
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
    html = slices_html(words_in("en"), kind, PARTS, WHOLE)
    assert rows(html) == ["maths", "&lt;b&gt;", "law", "none", "few"]
    assert html.index("Alpha") < html.index("Same choice") < html.index("Judged twice")


@pytest.mark.parametrize("kind", ["by_week", "by_guidelines", "by_criterion"])
def test_what_has_an_order_keeps_it_and_says_nothing_of_the_lowest(kind: str) -> None:
    parts = [each | {"key": f"2026-03-0{number}"} for number, each in enumerate(PARTS, 1)]
    html = slices_html(words_in("en"), kind, parts, WHOLE)
    days = [words_in("en").day(each["key"]) if kind == "by_week" else each["key"] for each in parts]
    assert rows(html) == days
    assert "lowest" not in html


def test_the_lowest_is_told_only_where_its_interval_lies_below_that_of_all() -> None:
    words = words_in("en")
    told = "Agreement is lowest on maths: alpha 0.20 (0.10 to 0.30), below that of all comparisons (0.50)."
    assert told in slices_html(words, "by_tag", PARTS, WHOLE)
    for parts, whole in (
        ([part("maths", 0.2, high=0.45)], WHOLE),
        ([part("maths", 0.2, 3)], WHOLE),
        ([part("maths", None)], WHOLE),
        (PARTS, None),
        (PARTS, {"value": 0.5, "low": None, "high": None}),
    ):
        assert "lowest" not in slices_html(words, "by_tag", parts, whole)


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
    html = slices_html(words_in("en"), "by_tag", parts, WHOLE)
    assert "Agreement is lowest on" in html
    assert named in html if named else "as low" not in html
