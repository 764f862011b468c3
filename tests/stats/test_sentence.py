from __future__ import annotations

from dataclasses import replace

import pytest

from rlhf_collect.stats.phrases import coefficient, percent
from rlhf_collect.stats.sentence import ENGLISH, agreement_sentence, card_lines


def _report(**other) -> dict:
    return {
        "judgements": 1806,
        "pairs": 1204,
        "raters": 8,
        "percent_agreement": {"value": 0.583, "low": 0.55, "high": 0.61, "n": 1204, "chance": 0.36},
        "percent_agreement_no_ties": {"value": 0.712, "low": 0.68, "high": 0.74, "n": 800, "chance": 0.5},
        "krippendorff_alpha": {
            **{"value": 0.331, "low": 0.29, "high": 0.372, "n": 1806},
            **{"low_other_raters": 0.22, "high_other_raters": 0.44},
        },
        "krippendorff_alpha_strength": None,
        "krippendorff_alpha_ordinal": None,
        "position_bias": {"value": 0.52, "low": 0.49, "high": 0.55, "n": 1400},
        "self_consistency": None,
        "gold_accuracy": {"value": 0.9, "low": 0.8, "high": 0.95, "n": 40},
        "coverage": {
            **{"comparisons": 650, "comparisons_paired": 602},
            **{"tie_share": 0.2, "both_bad_share": 0.001, "skip_share": 0.03},
        },
        "ground": {"k": None},
        **other,
    }


def test_the_sentence_says_what_a_lead_needs():
    assert agreement_sentence(_report()) == (
        "Raters gave the same answer 58 % of the time (1,204 pairs); when both picked a side, 71 %. "
        "Beyond chance: 0.33 (0.29 to 0.37). Few raters: with others it could be 0.22 to 0.44. "
        "Measured on 602 of 650 comparisons. Ties 20 %, both bad under 1 %, skipped 3 %."
    )


def test_the_limits_of_overlap_are_named():
    assert "comparisons, the first 2 or 3 judgements of each." in agreement_sentence(
        _report(ground={"k": [2, 3]})
    )
    assert "comparisons, the first 2 judgements of each." in agreement_sentence(_report(ground={"k": 2}))


def test_agreement_below_chance_asks_to_check_the_guidelines():
    alpha = {
        "value": -0.118,
        "low": -0.2,
        "high": -0.001,
        "n": 9,
        "low_other_raters": None,
        "high_other_raters": None,
    }
    said = agreement_sentence(_report(krippendorff_alpha=alpha, raters=3))
    assert "Beyond chance: −0.12 (−0.20 to 0.00)." in said
    assert "less agreement than guessing: check the guidelines and the two sides" in said
    assert "Only 3 raters: with others it could be quite different." in said


def test_an_interval_that_holds_more_than_guessing_is_not_called_less_than_guessing():
    alpha = {"value": -0.1, "n": 9, "low_other_raters": None, "high_other_raters": None}
    for interval in ({"low": -0.4, "high": 0.2}, {"low": None, "high": None}):
        said = agreement_sentence(_report(krippendorff_alpha=alpha | interval, raters=3))
        assert "less agreement than guessing" not in said


def test_that_there_is_too_little_is_said_before_any_figure():
    report = _report()
    report["coverage"] |= {"comparisons_paired": 19}
    assert agreement_sentence(report).startswith("Too few to rely on yet")


@pytest.mark.parametrize(
    ("paired", "words"), [(19, "Too few to rely on"), (20, "settle from about 100"), (100, None)]
)
def test_small_projects_are_told_that_they_are_small(paired, words):
    report = _report()
    report["coverage"] |= {"comparisons_paired": paired}
    said = agreement_sentence(report)
    assert (words in said) if words else said.endswith("skipped 3 %.")


def test_judgements_without_a_second_one_are_no_agreement():
    said = agreement_sentence(_report(pairs=0))
    assert said.startswith("1,806 judgements so far, but no comparison has been judged by two raters yet")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.49, 0.55, "no sign of"),
        (0.52, 0.6, "a small side effect"),
        (0.56, 0.6, "check the layout"),
        (0.3, 0.44, "check the"),
    ],
)
def test_the_side_line_judges_by_the_interval(low, high, verdict):
    side = {"value": (low + high) / 2, "low": low, "high": high, "n": 10}
    assert verdict in card_lines(_report(position_bias=side))["position_bias"]


def test_the_card_has_a_line_for_what_has_a_value_only():
    lines = card_lines(_report())
    assert lines.keys() == {
        *("percent_agreement", "percent_agreement_no_ties", "krippendorff_alpha"),
        *("position_bias", "gold_accuracy", "coverage"),
    }
    assert "Guessing would give 36 %." in lines["percent_agreement"]
    assert lines["gold_accuracy"] == "On comparisons with a known answer, 90 % are as expected."


def test_a_share_is_never_said_to_be_nothing_or_all_when_it_is_not():
    said = [percent(share, ENGLISH) for share in (0.0, 0.001, 0.5, 0.999, 1.0)]
    assert said == ["0 %", "under 1 %", "50 %", "over 99 %", "100 %"]


def test_another_language_is_another_value_of_phrases():
    german = replace(
        ENGLISH, decimal=",", thousands=".", pairs="{n} Paare", nothing_yet="Noch keine Urteile."
    )
    assert coefficient(-0.331, german) == "−0,33"
    assert "(1.204 Paare)" in agreement_sentence(_report(), german)
    assert agreement_sentence({"judgements": 0}, german) == "Noch keine Urteile."
