"""Every refusal has a status, and words for the rater in each language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rlhf_collect
import rlhf_collect.storage.duckdb_file  # holds one of the family
from rlhf_collect.api.problems import STATUS
from rlhf_collect.errors import CollectError
from rlhf_collect.web.texts import TEXTS

PACKAGE = Path(rlhf_collect.__file__).parent


def family(error: type[CollectError]) -> Iterator[type[CollectError]]:
    yield error
    for each in error.__subclasses__():
        yield from family(each)


@pytest.mark.parametrize("error", list(family(CollectError)), ids=lambda each: each.__name__)
def test_a_refusal_has_a_status_and_words_in_each_language(error: type[CollectError]) -> None:
    assert error.code in STATUS
    for language, texts in TEXTS.items():
        assert texts.get(f"problem_{error.code}"), (language, error.code)


def test_no_two_refusals_share_a_code() -> None:
    codes = [each.code for each in family(CollectError)]
    assert len(codes) == len(set(codes))


def test_every_reason_for_there_being_no_work_has_words_in_each_language() -> None:
    reasons = {
        keyword.value.value
        for path in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "NoWork"
        for keyword in call.keywords
        if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant)
    }
    assert reasons == {"no_comparisons", "no_eligible", "guidelines_changed", "practice_required"}
    for texts in TEXTS.values():
        assert {f"empty_{reason}" for reason in reasons} <= set(texts)
