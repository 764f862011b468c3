"""The project file that ``init`` writes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rlhf_collect.config import Project, check_project, generic_guidelines, load_project, read_project
from rlhf_collect.config import template as written
from rlhf_collect.config.messages import section_at
from rlhf_collect.config.overlap import Overlap
from rlhf_collect.config.section import settings_of
from rlhf_collect.config.translation import Translation
from rlhf_collect.domain.rubric import FLAGS, KNOWN_REASONS
from rlhf_collect.errors import BadCall

TEMPLATE = written("my-team", declared_on=date(2026, 11, 22))
COMMENTED_SETTING = re.compile(r"#(?=\S|  )|#$")
"""Prose is ``# words``; a commented setting has no space after the mark, or several."""


def uncommented(text: str) -> str:
    return "\n".join(COMMENTED_SETTING.sub("", line, count=1) for line in text.splitlines()) + "\n"


def places(value: Any, place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if isinstance(value, list):
        return {place} | {each for item in value for each in places(item, place)}
    if not isinstance(value, dict):
        return {place}
    return {place} | {each for key, item in value.items() for each in places(item, (*place, key))}


def model_places(place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    names = settings_of(section_at(place, Project))
    return {place} | {each for name in names for each in model_places((*place, name))}


def test_check_accepts_the_template_as_it_is(tmp_path: Path):
    path = tmp_path / "my-team.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    assert check_project(path) == []
    project = load_project(path)
    assert (project.name, project.engagement) == ("my-team", "staff")


def test_the_template_has_a_binary_scale_with_tie_and_both_bad():
    (criterion,) = read_project(TEMPLATE, "x").criteria
    assert (criterion.strengths, criterion.tie, criterion.both_bad) == (0, True, True)


def test_every_commented_default_is_the_real_default():
    everything = uncommented(TEMPLATE)
    assert everything.count("\n#") < TEMPLATE.count("\n#")
    assert yaml.safe_load(everything)["guidelines"]["text"].strip() == generic_guidelines()
    assert read_project(everything, "x") == read_project(TEMPLATE, "x")


def test_each_commented_setting_can_be_uncommented_alone():
    lines = TEMPLATE.splitlines()
    single = [
        n for n, line in enumerate(lines) if re.match(r"#\s*[a-z_]+: (?!\|)", uncommented(line) and line)
    ]
    alone = [n for n in single if COMMENTED_SETTING.match(lines[n]) and "version" not in lines[n]]
    assert len(alone) >= 12
    for number in alone:
        changed = [*lines[:number], COMMENTED_SETTING.sub("", lines[number], count=1), *lines[number + 1 :]]
        assert read_project("\n".join(changed), "x") == read_project(TEMPLATE, "x"), lines[number]


def test_every_setting_of_the_model_is_in_the_template():
    inside_overlap = {("overlap", each) for each in Overlap.model_fields}
    inside_second_contact = {("second_contact", "name"), ("second_contact", "contact")}
    inside_a_reason = {("criteria", "reasons", each) for each in ("name", "en", "fr")}
    inside_a_translation = {("translations", each) for each in Translation.model_fields}
    missing = model_places() - places(yaml.safe_load(uncommented(TEMPLATE)))
    assert missing == inside_overlap | inside_second_contact | inside_a_reason | inside_a_translation
    assert all(
        f"{name}: " in TEMPLATE or f"{name} (" in TEMPLATE or f"{name} names" in TEMPLATE
        for _, name in inside_overlap
    )
    assert "with name and contact" in TEMPLATE
    assert "in a mapping of name, en and fr" in TEMPLATE
    assert "file names a file" in TEMPLATE


def test_the_template_names_every_known_reason_and_flag():
    words = set(re.findall(r"\w+", TEMPLATE))
    assert set(KNOWN_REASONS) | set(FLAGS) <= words


def test_the_lines_one_has_to_edit_come_first():
    edited, _, optional = TEMPLATE.partition("# Everything from here")
    assert optional
    required = {name for name, field in Project.model_fields.items() if field.is_required()}
    assert required <= set(yaml.safe_load(edited))
    assert not required & set(yaml.safe_load(uncommented("#" + optional)))


@pytest.mark.parametrize("name", ["a", "0", "true", "null", "x" * 63, "a_b-c", "12-34"])
def test_any_name_a_project_may_have_gives_a_valid_file(name: str):
    text = written(name)
    assert read_project(text, "x").name == yaml.safe_load(text)["name"] == name


@pytest.mark.parametrize("name", ["", "A", "../x", "a: b", "x" * 64])
def test_a_name_no_project_can_have_is_refused(name: str):
    with pytest.raises(BadCall, match="cannot name a project"):
        written(name)


def test_the_general_guidelines_are_short_and_have_what_raters_need():
    text = generic_guidelines()
    assert len(text.split()) <= 1_500
    assert "When you are unsure" in text
    assert "What is never held against you" in text
    assert "a tie" in text.partition("## Two examples")[2]


def test_the_demo_project_file_is_valid():
    path = Path(__file__).parents[2] / "configs" / "demo.yaml"
    assert check_project(path) == []
    assert load_project(path).name == "demo"
