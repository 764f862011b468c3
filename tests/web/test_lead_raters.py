"""What the lead's page says about raters: points counted as the language does, and signals without naming anybody."""

from __future__ import annotations

from typing import Any

import pytest

from rlhf_collect.stats.rater_views import SIGNALS
from rlhf_collect.web.lead_alerts import alerts_html
from rlhf_collect.web.lead_raters import FIGURES, alone_in, raters_html, signals_in
from rlhf_collect.web.lead_words import words_in

NOTHING: dict[str, Any] = {"alerts": [], "channels": []}


def row(rater: str, beside: float, *signals: str) -> dict[str, Any]:
    figures: dict[str, Any] = dict.fromkeys((*FIGURES, "among_peers", "drift", "alpha_without"))
    return figures | {
        "rater": rater,
        "judgements": 40,
        "beside_others": {"value": beside},
        "signals": list(signals),
        "alone": [],
    }


def report(
    *rows: dict[str, Any], visibility: str = "pseudonymous", flagged: int | None = 0
) -> dict[str, Any]:
    return {
        "criterion": "overall",
        "visibility": visibility,
        "rows_from": 30,
        "raters": 6,
        "people": 6,
        "rows": list(rows),
        "flagged": flagged,
        "tenths": dict.fromkeys(FIGURES),
        "alpha_without_any_one": None,
    }


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["+1 point<", "−1 point<", "+4 points<", ">0 points<"]),
        ("fr", ["+1 point<", "−1 point<", "+4 points<", ">0 point<"]),
    ],
)
def test_points_beside_the_others_are_counted_as_the_language_does(language: str, told: list[str]) -> None:
    rows = [row(f"p{place}", value) for place, value in enumerate((0.01, -0.012, 0.04, -0.001))]
    html = raters_html(words_in(language), report(*rows))
    assert [each for each in told if each not in html] == []


def test_signals_are_pointed_to_from_the_overview_without_a_name_as_far_as_raters_were_told() -> None:
    named = report(row("secret-heron", 0.1, "one", "two"), row("p2", 0.1))
    assert signals_in(named) == 1
    assert signals_in(report(visibility="anonymous", flagged=2)) == 2
    assert signals_in(report(visibility="anonymous", flagged=None)) == 0
    html = alerts_html(words_in("en"), NOTHING, {}, signals_in(named))
    assert "Signals on the Raters tab: 1 rater whose answers a person should look at." in html
    assert "secret-heron" not in html
    alone = report(row("secret-heron", 0.1) | {"alone": ["one"]}, row("p2", 0.1))
    assert (alone_in(alone), alone_in(report(visibility="anonymous", flagged=2))) == (1, 0)
    html = alerts_html(words_in("en"), NOTHING, {}, alone=alone_in(alone))
    assert "One thing stands out about 1 rater on the Raters tab, which is no flag." in html
    assert "secret-heron" not in html
    assert alerts_html(words_in("en"), NOTHING, {}, 0) == ""


def test_what_less_agreement_may_mean_is_said_where_that_is_the_fact_and_of_no_other() -> None:
    def told(fact: str) -> str:
        return raters_html(words_in("en"), report(row("secret-heron", 0.1) | {"alone": [fact]}))

    for name, fact in SIGNALS.items():
        assert "Nothing follows from one thing alone." in told(fact)
        assert ("a view that few share" in told(fact)) == (name == "peers")
