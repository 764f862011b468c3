"""Guidelines in two languages, and the practice a project may ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rlhf_collect.config import as_json, from_json, generic_guidelines, load_project, read_project
from rlhf_collect.errors import BadConfig
from tests.config.test_project_files import SMALLEST, only_problem_of, problems_of


def test_without_a_word_on_it_the_page_may_look_ahead_and_nothing_is_practised():
    project = read_project(SMALLEST, "x")
    assert project.prefetch is True
    assert (project.practice.comparisons, project.practice.required, project.practice.needed) == (
        (),
        False,
        0,
    )


def test_practice_goes_to_json_and_back_under_the_names_of_the_file():
    text = SMALLEST + "prefetch: false\npractice: {comparisons: [p1, p2], required: true, pass: 2}\n"
    project = read_project(text, "x")
    assert (project.practice.comparisons, project.practice.needed) == (("p1", "p2"), 2)
    assert as_json(project)["practice"] == {"comparisons": ["p1", "p2"], "required": True, "pass": 2}
    assert from_json(as_json(project)) == project
    assert project.prefetch is False


@pytest.mark.parametrize(
    ("practice", "field", "words"),
    [
        ("{comparisons: [p1], pass: 2}", "practice", "pass: 2 of 1"),
        ("{required: true, comparisons: [p1]}", "practice", "asks for nothing"),
        ("{comparisons: [p1, p1]}", "practice.comparisons", "the same word twice"),
        ("{comparisons: [p1, ]}", None, ""),
        ("{comparisons: p1}", "practice.comparisons", "not a list"),
        ("{pass: some}", "practice.pass", "not a whole number"),
        ("{pass: -1}", "practice.pass", "out of range"),
        ("{passing: 1}", "practice.passing", "not a known setting"),
        ("{needed: 1}", "practice.needed", "not a known setting"),
    ],
)
def test_practice_that_cannot_be_is_said_in_plain_words(practice: str, field: str | None, words: str):
    text = SMALLEST + f"practice: {practice}\n"
    if field is None:
        assert read_project(text, "x").practice.comparisons == ("p1",)
        return
    problem = only_problem_of(text)
    assert problem.field == field
    assert words in problem.what


def test_a_near_miss_of_a_setting_is_named_as_the_file_writes_it():
    assert only_problem_of(SMALLEST + "practice: {pas: 1}\n").mend == "Did you mean 'pass'?"


def test_guidelines_may_be_given_in_each_language():
    text = SMALLEST + "guidelines: {version: 1, text: {fr: Lisez tout., en: Read all.}}\n"
    guidelines = read_project(text, "x").guidelines
    assert guidelines.texts == {"en": "Read all.", "fr": "Lisez tout."}
    assert guidelines.text_in("fr") == "Lisez tout."
    only = SMALLEST + "guidelines: {version: 1, text: {fr: Lisez tout.}}\n"
    assert read_project(only, "x").guidelines.text_in("en") == "Lisez tout."
    assert from_json(as_json(read_project(text, "x"))) == read_project(text, "x")


def test_guideline_files_may_be_given_for_each_language(tmp_path: Path):
    (tmp_path / "a.md").write_text("Read all.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("Lisez tout.\n", encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(SMALLEST + "guidelines: {version: 1, file: {en: a.md, fr: b.md}}\n", encoding="utf-8")
    assert load_project(path).guidelines.texts == {"en": "Read all.", "fr": "Lisez tout."}
    path.write_text(SMALLEST + "guidelines: {version: 1, file: {en: a.md, fr: c.md}}\n", encoding="utf-8")
    with pytest.raises(BadConfig) as refusal:
        load_project(path)
    (problem,) = refusal.value.problems
    assert problem.field == "guidelines.file"
    assert problem.what == "fr: 'c.md': there is no such file."


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{de: Lesen.}", "'de' is not a language of the pages."),
        ("{}", "is empty."),
        ("{en: }", "en: is blank."),
        ("{en: Read., fr: ' '}", "fr: is blank."),
        ("{fr: " + "mot " * 1_501 + "}", "fr: has 1,501 words."),
        ("{en: [Read.]}", "en: is a list."),
        ("[Read.]", "is a list."),
    ],
)
def test_guidelines_that_cannot_be_read_in_a_language_are_said_in_plain_words(text: str, what: str):
    (problem,) = problems_of(SMALLEST + f"guidelines: {{version: 1, text: {text}}}\n")
    assert (problem.field, problem.what) == ("guidelines.text", what)


def test_the_general_guidelines_are_there_in_both_languages_with_the_same_structure():
    english, french = generic_guidelines("en"), generic_guidelines("fr")
    assert read_project(SMALLEST, "x").guidelines.texts == {"en": english, "fr": french}

    def marks(text: str) -> list[str]:
        return re.findall(r"^(?:#+ |\d\. | *- |\*(?!\*))", text, re.MULTILINE)

    assert marks(english) == marks(french)
    assert len(french.split()) <= 1_500


def test_the_french_guidelines_address_the_reader_politely_and_space_their_marks():
    text = generic_guidelines("fr")
    assert not re.search(r"\b(tu|ton|ta|tes|annotateur|note|score|performance)\b(?! sûr)", text)
    assert not re.search(r"[ \w»*][;?!]|(?<! )(?<!\xa0):|« |[^\xa0]»", text.replace("¡Hola!", ""))


def test_a_project_says_which_language_its_own_words_are_in():
    assert read_project(SMALLEST, "x").language == "en"
    assert read_project(SMALLEST + "language: pt-BR\n", "x").language == "pt-BR"
    problem = only_problem_of(SMALLEST + "language: French\n")
    assert (problem.field, problem.what) == ("language", "'French' is not the tag of a language.")
