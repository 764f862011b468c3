"""Every refusal and every reason for there being no work has words for the rater, in each language."""

from __future__ import annotations

import ast

import pytest

from rlhf_collect.web.texts import TEXTS
from tests.house.source import nodes
from tests.house.test_errors import FAMILY

SCREENS = {"guidelines_changed": "guidelines_changed_text", "practice_required": "practice_required"}
"""Reasons that lead to a screen of their own, and the text in which it says why."""


@pytest.mark.parametrize("code", [kind.code for kind in FAMILY])
def test_a_refusal_has_words_in_each_language(code: str) -> None:
    for language, texts in TEXTS.items():
        assert texts.get(f"problem_{code}"), language


def test_every_reason_for_there_being_no_work_has_words_in_each_language() -> None:
    reasons = {
        keyword.value.value
        for _, call in nodes(ast.Call)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "NoWork"
        for keyword in call.keywords
        if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant)
    }
    assert reasons == {"no_comparisons", "no_eligible", "no_suitable", *SCREENS}
    for language, texts in TEXTS.items():
        for reason in reasons:
            assert texts.get(SCREENS.get(reason, f"empty_{reason}")), (language, reason)
