"""Whether new guidelines helped."""

from __future__ import annotations

import pytest

from rlhf_collect.stats.guideline_change import guideline_change
from rlhf_collect.stats.sentence import guideline_sentence


def under(key: str, low: float, high: float, *, paired: int = 100, alpha: bool = True) -> dict:
    figure = {"value": (low + high) / 2, "low": low, "high": high, "n": paired}
    return {
        "key": key,
        "comparisons_paired": paired,
        "percent_agreement": figure,
        "krippendorff_alpha": figure if alpha else None,
    }


@pytest.mark.parametrize(
    ("before", "after", "verdict", "said"),
    [
        ((0.1, 0.2), (0.25, 0.35), "higher", "Since guidelines 2 raters agree more: 0.30 (0.25 to 0.35)"),
        ((0.25, 0.35), (0.1, 0.2), "lower", "Since guidelines 2 raters agree less"),
        ((0.1, 0.3), (0.25, 0.35), "too_close", "too close to tell"),
    ],
)
def test_intervals_that_are_apart_say_so_and_overlapping_ones_are_too_close(before, after, verdict, said):
    slices = [under("0", 0.9, 0.95), under("1", *before), under("2", *after)]
    change = guideline_change(slices)
    assert change == {"before": "1", "after": "2", "figure": "krippendorff_alpha", "verdict": verdict}
    assert said in guideline_sentence(change, slices)


def test_under_twenty_comparisons_on_either_side_is_too_few_to_tell():
    slices = [under("1", 0.1, 0.2, paired=19), under("2", 0.5, 0.6)]
    change = guideline_change(slices)
    assert change is not None
    assert change["verdict"] == "too_few"
    assert "Too few to tell whether guidelines 2 helped" in guideline_sentence(change, slices)


def test_where_alpha_has_no_value_percent_agreement_is_told():
    slices = [under("1", 0.1, 0.2), under("2", 0.5, 0.6, alpha=False)]
    change = guideline_change(slices)
    assert change is not None
    assert (change["figure"], change["verdict"]) == ("percent_agreement", "higher")
    assert "55 % (50 % to 60 %)" in guideline_sentence(change, slices)


def test_one_version_has_nothing_to_be_compared_with():
    assert guideline_change([under("1", 0.1, 0.2)]) is None
    assert guideline_sentence(None, []) == ""
