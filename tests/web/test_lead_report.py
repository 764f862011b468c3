"""The lead's page says who reads it."""

from __future__ import annotations

import pytest

from rlhf_collect.web.lead_report import header_html
from rlhf_collect.web.lead_words import words_in


@pytest.mark.parametrize(("role", "called"), [("lead", "Lena, project lead."), ("admin", "Lena, admin.")])
def test_an_admin_is_called_admin_and_a_lead_lead(role: str, called: str):
    assert f"Signed in as {called}" in header_html(words_in("en"), "Lena", role, "Helpful", "Why it is done.")
