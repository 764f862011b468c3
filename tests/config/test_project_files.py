"""Project files: what is accepted, and what is said about the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from rlhf_collect.config import (
    Dataset,
    as_json,
    check_project,
    check_projects,
    from_json,
    generic_guidelines,
    load_project,
    load_projects,
    read_project,
)
from rlhf_collect.domain import judgement as domain
from rlhf_collect.errors import BadConfig, Problem
from rlhf_collect.ids import canonical_json
from tests.making import settings

SMALLEST = """\
name: my-team
engagement: staff
responsible: {name: Example Lab, contact: "mailto:lead@example.org"}
purpose: Compare two versions of our assistant on everyday support questions.
use: [reward_model]
prompts: {source: Our own support questions, licence: CC-BY-4.0}
publication: {licence: CC-BY-4.0, access: private}
content: {screening: declared_safe, declared_by: Ada Lead, declared_on: 2026-11-22}
"""


def problems_of(text: str, folder: Path | None = None) -> list[Problem]:
    with pytest.raises(BadConfig) as refusal:
        read_project(text, "configs/x.yaml", folder=folder)
    assert refusal.value.problems
    return list(refusal.value.problems)


def only_problem_of(text: str) -> Problem:
    problems = problems_of(text)
    assert len(problems) == 1, [each.line() for each in problems]
    return problems[0]


def changed(old: str, new: str) -> str:
    assert old in SMALLEST
    return SMALLEST.replace(old, new)


def test_the_smallest_staff_project_takes_every_default():
    project = read_project(SMALLEST, "x.yaml")
    assert as_json(project)["overlap"] == 3
    assert project.lease_minutes == 30
    assert project.dataset == Dataset()
    assert project.shown_title == "my-team"
    assert project.second_contact is None
    assert project.content.declared_on == date(2026, 11, 22)
    assert project.guidelines.text == generic_guidelines()
    assert project.rubric == (domain.Criterion(name="overall", question="Which response is better overall?"),)


def test_a_project_is_frozen():
    project = read_project(SMALLEST, "x.yaml")
    with pytest.raises(ValidationError):
        project.lease_minutes = 5  # type: ignore[misc]


def test_every_problem_is_listed_at_once_each_with_its_line_and_path():
    problems = problems_of(
        "nam: Bad Name\n"
        "name: Bad Name\n"
        "engagement: paid\n"
        "responsible: {name: Confidentiel, contact: nobody}\n"
        "purpose:\n"
        "use: [reward_mdel, evaluation]\n"
        'publication: {licence: " ", acces: private}\n'
        'prompts: ""\n'
        "content: {screening: declared_safe, declared_by: Ada}\n"
        "criteria:\n"
        "  - name: overall\n"
        "    question: q\n"
        "    strengths: 7\n"
        "  - {name: overall, rationale: of}\n"
        "  - hello\n"
        "overlap: three\n"
        "lease_minutes: 0\n"
        "dataset: {test_share: 1.5, criteria: [clarity], min_raters: 2.5, colour: red}\n"
    )
    assert [(each.where, each.field) for each in problems] == [
        ("configs/x.yaml:1", "nam"),
        ("configs/x.yaml:2", "name"),
        ("configs/x.yaml:3", "engagement"),
        ("configs/x.yaml:4", "responsible.name"),
        ("configs/x.yaml:4", "responsible.contact"),
        ("configs/x.yaml:5", "purpose"),
        ("configs/x.yaml:6", "use[0]"),
        ("configs/x.yaml:7", "publication.licence"),
        ("configs/x.yaml:7", "publication.access"),
        ("configs/x.yaml:7", "publication.acces"),
        ("configs/x.yaml:8", "prompts"),
        ("configs/x.yaml:9", "content"),
        ("configs/x.yaml:10", "criteria"),
        ("configs/x.yaml:13", "criteria[0].strengths"),
        ("configs/x.yaml:14", "criteria[1].question"),
        ("configs/x.yaml:14", "criteria[1].rationale"),
        ("configs/x.yaml:15", "criteria[2]"),
        ("configs/x.yaml:16", "overlap"),
        ("configs/x.yaml:17", "lease_minutes"),
        ("configs/x.yaml:18", "dataset.test_share"),
        ("configs/x.yaml:18", "dataset.min_raters"),
        ("configs/x.yaml:18", "dataset.colour"),
        ("configs/x.yaml:18", "dataset.criteria"),
    ]
    for each in problems:
        assert each.what[-1] == "." and each.mend[-1] in ".?", each.line()
        assert "pydantic" not in each.line() and "Input should" not in each.line()


@pytest.mark.parametrize("missing", ["name", "engagement", "responsible", "purpose", "use", "publication"])
def test_a_required_setting_that_is_missing_is_named(missing: str):
    text = "".join(line for line in SMALLEST.splitlines(keepends=True) if not line.startswith(f"{missing}:"))
    problem = only_problem_of(text)
    assert (problem.field, problem.what) == (missing, "is missing.")


def test_a_missing_word_comes_with_the_words_to_choose_from():
    problem = only_problem_of(changed("engagement: staff\n", ""))
    assert problem.mend == "Write one of staff, volunteer."
    problem = only_problem_of(changed("use: [reward_model]", "use:"))
    assert "one or more of reward_model, policy_training, evaluation, research, other" in problem.mend


def test_a_paid_project_is_refused_with_the_reason():
    problem = only_problem_of(changed("staff", "paid"))
    assert "Paid projects come with pay protections" in problem.mend
    assert "later release" in problem.mend


@pytest.mark.parametrize(
    "blank",
    ["", '""', "'  '", "confidential", "Confidentiel.", "STRICTLY CONFIDENTIAL", "confidential (under NDA)"],
)
@pytest.mark.parametrize("line", ["{name: %s, contact: lead@example.org}", "{name: Lab, contact: %s}"])
def test_who_is_asking_can_be_neither_blank_nor_confidential(blank: str, line: str):
    old = '{name: Example Lab, contact: "mailto:lead@example.org"}'
    assert only_problem_of(changed(old, line % blank)).field.startswith("responsible.")


def test_a_text_that_speaks_of_confidential_things_is_no_refusal_to_speak():
    text = changed("Our own support questions,", "Support questions without confidential data,")
    assert read_project(text, "x").prompts.source.startswith("Support questions without")


@pytest.mark.parametrize(
    "contact", ["lead@example.org", "mailto:lead@example.org", "https://example.org/contact?x=1"]
)
def test_a_contact_is_an_e_mail_or_a_web_address(contact: str):
    assert read_project(changed("mailto:lead@example.org", contact), "x").responsible.contact == contact


@pytest.mark.parametrize("contact", ["ask Ada", "lead@", "@example.org", "javascript:alert(1)", "lead@host"])
def test_anything_else_is_no_contact(contact: str):
    assert only_problem_of(changed("mailto:lead@example.org", contact)).field == "responsible.contact"


def test_a_purpose_has_at_most_120_words():
    line = "purpose: Compare two versions of our assistant on everyday support questions."
    assert read_project(changed(line, "purpose: " + "word " * 120), "x")
    assert only_problem_of(changed(line, "purpose: " + "word " * 121)).what == "has 121 words."


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{screening: declared_safe}", "needs declared_by and declared_on"),
        ("{screening: declared_safe, declared_on: 2026-11-22}", "needs declared_by"),
        ("{screening: safe}", "'safe' is not possible"),
        ("{screening: declared_safe, declared_by: Ada, declared_on: 20261122}", "is not a date"),
        ("{screening: declared_safe, declared_by: Ada, declared_on: 2026-13-01}", "is not a date"),
    ],
)
def test_a_declaration_is_complete_or_not_there(content: str, what: str):
    old = "{screening: declared_safe, declared_by: Ada Lead, declared_on: 2026-11-22}"
    assert what in only_problem_of(changed(old, content)).what


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff"], ids=ascii)
@pytest.mark.parametrize("line", ["name: Example Lab", "purpose: Compare two", "title: Helpful"])
def test_a_character_that_nobody_sees_is_refused_by_its_number(line: str, character: str):
    text = f"{SMALLEST}title: Helpful\n"
    assert line in text
    problem = only_problem_of(text.replace(line, f"{line} x{character}y", 1))
    assert problem.what == f"holds the invisible character U+{ord(character):04X}."


def test_joiners_stay_where_languages_and_emoji_need_them():
    text = changed("name: Example Lab", "name: می‌خواهم 👩‍🔬")
    assert read_project(text, "x").responsible.name == "می‌خواهم 👩‍🔬"


@pytest.mark.parametrize("screening", ["labelled", "unscreened"])
def test_a_screening_whose_protections_are_not_built_is_not_in_this_release(screening: str):
    old = "{screening: declared_safe, declared_by: Ada Lead, declared_on: 2026-11-22}"
    problem = only_problem_of(changed(old, f"{{screening: {screening}}}"))
    assert problem.what == f"'{screening}' is not in this release."
    assert "declared_safe" in problem.mend


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("overlaps: 3", "Did you mean 'overlap'?"),
        ("project: x", "Did you mean 'name'?"),
        ("Lease-Minutes: 3", "Did you mean 'lease_minutes'?"),
        ("licence: MIT", "It belongs under publication or prompts."),
        ("min_raters: 2", "It belongs under dataset."),
        ("zzz: 1", "Known at the top of the file: alerts, appeals, card, content, criteria,"),
    ],
)
def test_an_unknown_key_comes_with_the_nearest_known_one(line: str, hint: str):
    problem = only_problem_of(SMALLEST + line + "\n")
    assert problem.where == "configs/x.yaml:9"
    assert hint in problem.mend


def test_a_key_written_twice_is_a_problem_at_its_second_line():
    problem = only_problem_of(SMALLEST + "overlap: 2\noverlap: 4\n")
    assert (problem.where, problem.field) == ("configs/x.yaml:10", "overlap")
    assert "first in line 9" in problem.what


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("name: a\n\tb: 1\n", 2, "a tab stands where spaces are needed"),
        ("name: a\ntitle: b: c\n", 2, "there is a second ': '"),
        ('name: "a\n', 2, "is not YAML"),
        ("a: {b: Which?, c: d}\n", 1, "a '?' has another meaning"),
        ("a: [1, 2\n", 2, "is not YAML"),
        ("a: &x 1\nb: *x\n", 2, "'*x' repeats another place"),
        ("a: !!python/object:os.system 3\n", 1, "is not used here"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a: 1\nb: \x01\n", 2, "a character that no text file has"),
        ("a: " + "[" * 3000, 1, "nested too deeply"),
        ("", 1, "the file is empty"),
        ("# only a comment\n", 1, "the file is empty"),
        ("- a\n", 1, "no 'key: value' lines"),
    ],
)
def test_what_is_not_yaml_is_said_with_its_line(text: str, line: int, what: str):
    problem = only_problem_of(text)
    assert problem.where == f"configs/x.yaml:{line}"
    assert what in problem.what


def test_values_are_not_guessed_before_their_field_is_known():
    text = changed("name: my-team", "name: no\ntitle: 1.10\n")
    text += "criteria: [{name: yes, question: 2026-11-22, tie: off, both_bad: yes, rationale: off}]\n"
    project = read_project(text, "x")
    assert (project.name, project.title) == ("no", "1.10")
    (criterion,) = project.criteria
    assert (criterion.name, criterion.question) == ("yes", "2026-11-22")
    assert (criterion.tie, criterion.both_bad, criterion.rationale) == (False, True, "off")


@pytest.mark.parametrize("name", ["Team", "-team", "a b", "é", "x" * 64, "a/b"])
def test_a_name_is_a_slug(name: str):
    assert only_problem_of(changed("my-team", name)).field == "name"


def test_criteria_have_names_of_their_own_and_become_the_rules_criteria():
    text = SMALLEST + (
        "criteria:\n"
        "  - {name: helpful, question: 'Which helps more?', strengths: 0, rationale: required}\n"
        "  - {name: true-to-fact, question: 'Which is truer?', tie: false, both_bad: false}\n"
        "dataset: {criteria: [helpful]}\n"
    )
    project = read_project(text, "x")
    assert project.dataset.criteria == ("helpful",)
    assert project.rubric == (
        domain.Criterion(name="helpful", question="Which helps more?", strengths=0, rationale="required"),
        domain.Criterion(name="true-to-fact", question="Which is truer?", tie=False, both_bad=False),
    )
    assert "'helpful' is given twice" in only_problem_of(text.replace("true-to-fact", "helpful")).what
    assert only_problem_of(text.replace("[helpful]", "[overall]")).field == "dataset.criteria"
    assert only_problem_of(SMALLEST + "criteria: []\n").mend == "Name at least one."


def test_criteria_that_do_not_exist_are_found_beside_other_problems():
    problems = problems_of(SMALLEST + "overlap: 0\ndataset: {criteria: [clarity]}\n")
    assert [each.field for each in problems] == ["overlap", "dataset.criteria"]


def test_an_empty_optional_heading_means_its_defaults():
    project = read_project(SMALLEST + "dataset:\nguidelines:\n", "x")
    assert project == read_project(SMALLEST, "x")


def test_guidelines_may_stand_in_a_file_beside_the_project_file(tmp_path: Path):
    (tmp_path / "rules.md").write_text("# Règles\n\nLisez tout.\n", encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(SMALLEST + "guidelines: {version: 1.10, file: rules.md}\n", encoding="utf-8")
    project = load_project(path)
    assert project.guidelines.version == "1.10"
    assert project.guidelines.text == "# Règles\n\nLisez tout."
    inline = SMALLEST + "guidelines:\n  version: 1.10\n  text: |\n    # Règles\n\n    Lisez tout.\n"
    assert as_json(read_project(inline, "x")) == as_json(project)


@pytest.mark.parametrize(
    ("guidelines", "field"),
    [
        ("{version: 1, file: missing.md}", "guidelines.file"),
        ("{version: 1, file: ../rules.md}", "guidelines.file"),
        ("{version: 1, file: /etc/hostname}", "guidelines.file"),
        ("{version: 1, file: }", "guidelines.file"),
        ("{version: 1, file: rules.md, text: Read.}", "guidelines.file"),
        ("{file: rules.md}", "guidelines"),
        ("{text: Read.}", "guidelines"),
        ("{version: 2}", "guidelines"),
    ],
)
def test_guidelines_without_a_text_or_a_version_are_refused(tmp_path: Path, guidelines: str, field: str):
    (tmp_path / "rules.md").write_text("Read.", encoding="utf-8")
    (problem,) = problems_of(SMALLEST + f"guidelines: {guidelines}\n", folder=tmp_path)
    assert problem.field == field


def test_guidelines_nobody_can_keep_in_mind_are_refused():
    text = SMALLEST + "guidelines: {version: 1, text: " + "word " * 1_501 + "}\n"
    assert only_problem_of(text).what == "has 1,501 words."


def test_settings_go_to_json_and_come_back_the_same():
    text = SMALLEST + "dataset: {criteria: [overall], test_share: 0.25}\noverlap: 5\n"
    project = read_project(text, "x")
    settings = as_json(project)
    assert from_json(settings) == project
    assert settings["content"]["declared_on"] == "2026-11-22"
    assert settings["dataset"]["criteria"] == ["overall"]
    assert canonical_json(settings) == canonical_json(as_json(from_json(settings)))


def test_settings_stored_before_a_setting_existed_take_its_default():
    settings = as_json(read_project(SMALLEST, "x"))
    del settings["lease_minutes"], settings["dataset"]
    assert from_json(settings) == read_project(SMALLEST, "x")


def test_stored_settings_that_do_not_fit_are_refused_without_a_line_number():
    settings = as_json(read_project(SMALLEST, "x")) | {"overlap": 0}
    with pytest.raises(BadConfig) as refusal:
        from_json(settings)
    assert refusal.value.problems[0].where == "stored settings"


def test_how_a_file_is_written_does_not_change_its_settings(tmp_path: Path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode())
    assert check_project(path) == []
    assert load_project(path) == read_project("# a comment\n" + SMALLEST, "y")


def test_a_file_that_cannot_be_read_is_a_problem_like_any_other(tmp_path: Path):
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: café\n".encode("latin-1"))
    for path, what in (
        (tmp_path / "none.yaml", "there is no such file."),
        (tmp_path, "is a folder."),
        (latin, "is not UTF-8 text (byte 9)."),
    ):
        (problem,) = check_project(path)
        assert (problem.where, problem.what) == (str(path), what)
        with pytest.raises(BadConfig):
            load_project(path)


def test_the_refusal_counts_its_problems():
    with pytest.raises(BadConfig, match=r"configs/x.yaml has 2 problems; nothing was changed\."):
        read_project(SMALLEST + "overlap: 0\nlease_minutes: 0\n", "configs/x.yaml")


def test_two_files_of_one_name_are_a_problem_of_the_second(tmp_path: Path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(SMALLEST)
    paths = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    (problem,) = check_projects(paths)
    assert (problem.where, problem.field) == (str(paths[1]), "name")
    assert problem.what == f"'my-team' is the name of {paths[0]} too."
    with pytest.raises(BadConfig):
        load_projects(paths)
    assert check_projects(paths[:1]) == []
    assert [each.name for each in load_projects(paths[:1])] == ["my-team"]


def test_a_row_cannot_ask_for_more_raters_than_a_comparison_gets():
    problem = only_problem_of(f"{SMALLEST}overlap: 2\ndataset: {{min_raters: 3}}\n")
    assert (problem.field, problem.where) == ("dataset.min_raters", "configs/x.yaml:10")
    assert "a comparison gets 2 (overlap)" in problem.what
    assert read_project(f"{SMALLEST}overlap: 3\ndataset: {{min_raters: 3}}\n", "x")


def test_guidelines_in_a_file_that_is_not_there_say_where_to_put_it(tmp_path: Path):
    text = f"{SMALLEST}guidelines: {{version: a, file: missing.md}}\n"
    (problem,) = problems_of(text, tmp_path)
    assert problem.what == "'missing.md': there is no such file."
    assert problem.mend == "Put it beside the project file, or write text: instead."


def test_an_overlap_may_be_a_number_or_a_rule_and_is_stored_as_it_was_before_there_were_rules():
    assert as_json(read_project(SMALLEST + "overlap: 7\n", "x"))["overlap"] == 7
    project = read_project(SMALLEST + "overlap: {min: 2, lead: 2, max: 3}\n", "x")
    stored = {"min": 2, "lead": 2, "max": 3, "fixed_share": 0.08, "fixed": 3, "criterion": None}
    assert as_json(project)["overlap"] == stored
    assert from_json(as_json(project)) == project
    assert (project.overlap_rule.criterion, project.overlap_rule.varies) == ("overall", True)


@pytest.mark.parametrize(
    ("overlap", "field", "words"),
    [
        ("0", "overlap", "'0' is out of range. Write a number of at least 1."),
        ("[3]", "overlap", "is a list. Write a whole number."),
        ("{min: 4, max: 3}", "overlap", "min is 4, above max, which is 3."),
        ("{min: 2, lead: 0}", "overlap.lead", "Write a number of at least 1."),
        ("{fixed: 0}", "overlap.fixed", "Write a number of at least 1."),
        ("{fixed_share: 2}", "overlap.fixed_share", "Write a number of at most 1."),
        ("{least: 2}", "overlap.least", "is not a known setting."),
        (
            "{criterion: truth}",
            "overlap.criterion",
            "there is no criterion 'truth'. Name one of this file: overall.",
        ),
        ("{min: 2}\ndataset: {min_raters: 3}", "dataset.min_raters", "may have no more than 2 (overlap)"),
    ],
)
def test_an_overlap_that_cannot_be_is_told_with_its_path_and_how_to_mend_it(
    overlap: str, field: str, words: str
):
    problem = only_problem_of(f"{SMALLEST}overlap: {overlap}\n")
    assert problem.field == field
    assert words in f"{problem.what} {problem.mend}"


def test_a_rule_looks_at_a_criterion_that_is_asked_once():
    turns = SMALLEST + "criteria:\n  - {name: each, question: 'Which?', turns: true}\n"
    problem = only_problem_of(turns + "overlap: {min: 2}\n")
    assert (problem.field, problem.mend) == ("overlap", "Write a number.")
    whole = turns + "  - {name: whole, question: 'Which?'}\n"
    assert read_project(whole + "overlap: {min: 2}\n", "x").overlap_rule.criterion == "whole"
    problem = only_problem_of(whole + "overlap: {criterion: each}\n")
    assert (problem.field, problem.what) == ("overlap.criterion", "'each' is judged turn by turn.")
    assert read_project(turns + "overlap: 2\n", "x").overlap_rule.most == 2


@pytest.mark.parametrize(
    ("setting", "field"),
    [
        ("quality: {gold_share: 0.06}", "quality.gold_share"),
        ("quality: {repeat_share: 0.04}", "quality.repeat_share"),
        ("quality: {repeat_after_days: 6}", "quality.repeat_after_days"),
        ("routing: {first: [a, a]}", "routing.first"),
        ("routing: {targets: {a: 0}}", "routing.targets.a"),
    ],
)
def test_shares_days_and_targets_have_bounds(setting: str, field: str):
    assert only_problem_of(f"{SMALLEST}{setting}\n").field == field


def test_a_translation_is_of_another_language_and_of_questions_the_project_asks():
    own = {"title": "Meilleures réponses", "questions": {"overall": "Laquelle ?"}}
    project = settings(translations={"fr": own}, title="Better answers")
    assert (project.title_in("fr"), project.title_in("en")) == ("Meilleures réponses", "Better answers")
    assert project.purpose_in("fr") == project.purpose
    assert project.translations["fr"].as_shown() == own
    for wrong, said in (
        ({"en": own}, "is the language of the project itself."),
        ({"fr": {"questions": {"other": "Laquelle ?"}}}, "there is no such criterion."),
        ({"fr": {"questions": {"overall": " "}}}, "is blank."),
        ({"fr": {"purpose": "mot " * 121}}, "has 121 words."),
        ({"de": own}, "de"),
    ):
        with pytest.raises(BadConfig) as refused:
            settings(translations=wrong)
        assert said in "".join(each.line() for each in refused.value.problems)
