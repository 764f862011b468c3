"""The lead's page says who reads it."""

from __future__ import annotations

import pytest

from rlhf_collect.web.lead_report import agreement_html, header_html
from rlhf_collect.web.lead_words import words_in


@pytest.mark.parametrize(("role", "called"), [("lead", "Lena, project lead."), ("admin", "Lena, admin.")])
def test_an_admin_is_called_admin_and_a_lead_lead(role: str, called: str):
    assert f"Signed in as {called}" in header_html(words_in("en"), "Lena", role, "Helpful", "Why it is done.")


def test_a_figure_without_an_interval_says_on_how_many_judgements_it_stands() -> None:
    sides = {"value": 1.0, "low": None, "high": None, "n": 1}
    html = agreement_html(words_in("en"), {"judgements": 1, "position_bias": sides})
    assert "<b>100.0\u00a0%</b><div class='rc-band'>n\u00a0=\u00a01</div>" in html
