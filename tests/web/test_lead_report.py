"""The lead's page says who reads it."""

from __future__ import annotations

import pytest

from rlhf_collect.web.lead_report import agreement_html, days_plot, glance_html, header_html
from rlhf_collect.web.lead_words import words_in


@pytest.mark.parametrize(("role", "called"), [("lead", "Lena, project lead."), ("admin", "Lena, admin.")])
def test_an_admin_is_called_admin_and_a_lead_lead(role: str, called: str):
    assert f"Signed in as {called}" in header_html(words_in("en"), "Lena", role, "Helpful", "Why it is done.")


def test_a_figure_without_an_interval_says_on_how_many_judgements_it_stands() -> None:
    sides = {"value": 1.0, "low": None, "high": None, "n": 1}
    html = agreement_html(words_in("en"), {"judgements": 1, "position_bias": sides})
    assert "<b>100.0\u00a0%</b><div class='rc-band'>n\u00a0=\u00a01</div>" in html


@pytest.mark.parametrize(
    ("low", "high", "paired", "said"),
    [
        (0.02, 0.19, 20, "Raters agree less than"),
        (0.02, 0.2, 20, "agree about as little as"),
        (
            0.2,
            0.9,
            20,
            "Raters agree as much as is usual for open-ended preference (beyond chance 0.2 to 0.5)",
        ),
        (0.51, 0.9, 20, "Raters agree more than"),
        (0.51, 0.9, 19, None),
        (None, None, 99, None),
    ],
)
def test_how_agreement_lies_beside_what_is_usual_goes_by_its_interval_and_needs_twenty_comparisons(
    low: float | None, high: float | None, paired: int, said: str | None
) -> None:
    report = {
        "judgements": 1,
        "krippendorff_alpha": {"value": 0.2, "low": low, "high": high, "n": 9},
        "coverage": {"comparisons_paired": paired},
    }
    progress = {"comparisons": 0, "forecast": {"reason": "nothing", "days": 0}}
    html = glance_html(words_in("en"), progress, report)
    assert said in html if said else "rc-verdict" not in html


@pytest.mark.parametrize(
    ("as_of", "left", "last"),
    [
        ("2026-01-08", 9, "8 January 2026"),
        ("2026-01-08", 0, "5 January 2026"),
        ("2026-06-20", 9, "5 January 2026"),
    ],
)
def test_days_without_a_judgement_are_drawn_up_to_today_while_some_are_wanted_and_never_instead_of_the_others(
    as_of: str, left: int, last: str
) -> None:
    days = [{"day": f"2026-01-0{number}", "judgements": 40 + number} for number in range(1, 6)]
    plot = days_plot(words_in("en"), {"by_day": days, "as_of": as_of, "judgements_left": left})
    assert "at most 45 a day" in plot
    assert f">{last}<" in plot
