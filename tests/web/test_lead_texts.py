"""The words of the lead's page: the same in each language, all there and all used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rlhf_collect.web
from rlhf_collect.stats.sentence import agreement_sentence
from rlhf_collect.web.lead_words import Words, words_in
from rlhf_collect.web.texts import LEAD_TEXTS, TEXTS

ROOMS = "\n".join(
    path.read_text(encoding="utf-8") for path in Path(rlhf_collect.web.__file__).parent.glob("lead_*.py")
)
SAID_BY_REPORTS = ("numerals_", "sentence_", "ranking_", "progress_", "alert_", "reason_")
"""Keys that are looked up by the name of a phrase, or by a reason of a report."""
_PLACE = re.compile(r"\{(\w+)\}")


def test_each_language_of_raters_is_one_of_leads_with_the_same_keys_and_places() -> None:
    assert set(LEAD_TEXTS) == set(TEXTS)
    english = LEAD_TEXTS["en"]
    for language, texts in LEAD_TEXTS.items():
        assert dict.fromkeys(english.keys() ^ texts.keys(), language) == {}
        for key, text in english.items():
            assert set(_PLACE.findall(text)) == set(_PLACE.findall(texts[key])), (language, key)


def test_french_has_no_break_spaces_and_typographic_apostrophes() -> None:
    for key, text in LEAD_TEXTS["fr"].items():
        assert not re.search(r"(?<![\u00a0\w.])[:;?!%]|[ \w][;?!%]|« |[^\u00a0]»|'", text), key


def test_what_raters_gave_has_one_word_on_the_french_page() -> None:
    assert [
        key for key, text in LEAD_TEXTS["fr"].items() if re.search("évaluations|une évaluation", text)
    ] == []
    shared = LEAD_TEXTS["fr"]["evidence_beside_others"].removesuffix(" sur les mêmes comparaisons")
    assert shared == LEAD_TEXTS["fr"]["head_beside"].lower()


def test_every_text_a_room_asks_for_exists() -> None:
    asked = set(re.findall(r"""words(?:\.html)?\(\s*["'](\w+)["'][,)]""", ROOMS))
    counted = set(re.findall(r"""words\.count\([^"']+["'](\w+)["']\)""", ROOMS))
    assert len(asked) > 70
    assert asked - set(LEAD_TEXTS["en"]) == set()
    assert len(counted) >= 2
    assert {f"{each}_{many}" for each in counted for many in ("one", "many")} - set(LEAD_TEXTS["en"]) == set()


def test_every_text_is_asked_for_by_its_name_or_by_its_beginning() -> None:
    named = set(re.findall(r"""["'](\w+)["']""", ROOMS))
    begun = tuple(set(re.findall(r"""f?["'](\w+_)(?:\{|["'] \+)""", ROOMS)))
    ends = re.compile(r"_(one|many|head|none|text)$")
    unused = {
        key
        for key in LEAD_TEXTS["en"]
        if not {key, ends.sub("", key)} & named and not key.startswith((*SAID_BY_REPORTS, *begun))
    }
    assert unused == set()


def test_numbers_days_and_plurals_are_written_as_the_language_does() -> None:
    english, french = words_in("en"), words_in("fr")
    assert (english.number(12345), french.number(12345)) == ("12,345", "12\u202f345")
    assert (english.percent(0.5, 1), french.percent(0.5, 1)) == ("50.0\u00a0%", "50,0\u00a0%")
    assert (english.day("2026-12-03"), french.day("2026-12-03")) == ("3 December 2026", "3 décembre 2026")
    assert (english.day("2026-12-01"), french.day("2026-12-01")) == ("1 December 2026", "1er décembre 2026")
    assert not [key for key, text in LEAD_TEXTS["en"].items() if " %" in text]
    assert [english.count(n, "count_people") for n in (0, 1, 2)] == ["0 raters", "1 rater", "2 raters"]
    assert [french.count(n, "count_people") for n in (0, 1, 2)] == ["0 personne", "1 personne", "2 personnes"]
    assert (english.signed(-0.04), english.signed(4.2), english.decimal(-0.001)) == ("0", "+4", "0.00")


def test_a_reason_of_a_report_is_told_in_the_language_and_an_unknown_one_as_it_is() -> None:
    reason = LEAD_TEXTS["en"]["reason_only_won"]
    assert words_in("fr").reason(reason).startswith("Il a gagné chaque fois")
    assert words_in("en").reason(reason) == reason
    assert words_in("fr").reason("Something new.") == "Something new."


@pytest.mark.parametrize("language", ["en", "fr", "xx"])
def test_sentences_of_reports_come_in_the_language_english_where_there_is_none(language: str) -> None:
    said = agreement_sentence({"judgements": 0}, Words(language).agreement)
    assert said == {"fr": "Pas encore de jugement."}.get(language, "No judgements yet.")
