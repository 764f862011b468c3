"""Guidelines are confirmed by version; a change is shown paragraph by paragraph and read before going on."""

from __future__ import annotations

from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.paragraphs import changed_paragraphs, paragraphs
from rlhf_collect.errors import NoWork, OutOfDate
from rlhf_collect.services.context import Context
from rlhf_collect.services.guidelines import confirm_guidelines
from rlhf_collect.services.page_objects import save_display
from rlhf_collect.services.projects import apply_project
from rlhf_collect.services.raters import about_me, export_me
from rlhf_collect.services.serving import next_assignment
from tests.making import bring, judge, make_project, raters, settings

OLD = "# Rules\n\nRead all.\n\nChoose."
NEW = "# Rules\n\nRead all, twice.\n\nChoose.\n\nSkip freely."


def change(ctx: Context, version: str, text: Any) -> None:
    apply_project(ctx, OPERATOR, settings(guidelines={"version": version, "text": text}))


def begin(ctx: Context, text: Any = OLD) -> Any:
    project = make_project(ctx, guidelines={"version": "1", "text": text})
    bring(ctx, project, 20)
    return raters(ctx, project, 1)[0]


def test_who_never_confirmed_anything_is_not_held_up_by_a_change(ctx: Context) -> None:
    rater = begin(ctx)
    change(ctx, "2", NEW)
    assert next_assignment(ctx, rater, "helpfulness")
    shown = about_me(ctx, rater)["guidelines"]
    assert (shown["version"], shown["confirmed"]) == ("2", None)
    assert "changes" not in shown


def test_a_confirmed_version_that_changed_is_read_before_the_next_comparison(ctx: Context) -> None:
    rater = begin(ctx)
    confirm_guidelines(ctx, rater, "1")
    assert about_me(ctx, rater)["guidelines"]["confirmed"] == "1"
    first = next_assignment(ctx, rater, "helpfulness")
    change(ctx, "2", NEW)
    with pytest.raises(NoWork) as refusal:
        next_assignment(ctx, rater, "helpfulness")
    assert refusal.value.reason == "guidelines_changed"
    # What is being judged is stored all the same; only nothing new is handed out.
    receipt = judge(ctx, rater, first)
    assert receipt.fresh
    assert isinstance(receipt.next, NoWork) and receipt.next.reason == "guidelines_changed"
    shown = about_me(ctx, rater)["guidelines"]
    assert shown["confirmed"] == "1"
    assert shown["changes"] == [
        {"kind": "same", "text": "# Rules"},
        {"kind": "removed", "text": "Read all."},
        {"kind": "added", "text": "Read all, twice."},
        {"kind": "same", "text": "Choose."},
        {"kind": "added", "text": "Skip freely."},
    ]
    confirm_guidelines(ctx, rater, "2")
    assert next_assignment(ctx, rater, "helpfulness")
    shown = about_me(ctx, rater)["guidelines"]
    assert shown["confirmed"] == "2" and "changes" not in shown


def test_only_the_current_version_can_be_confirmed_and_twice_is_once(ctx: Context) -> None:
    rater = begin(ctx)
    with pytest.raises(OutOfDate):
        confirm_guidelines(ctx, rater, "0")
    confirm_guidelines(ctx, rater, "1")
    confirm_guidelines(ctx, rater, "1")
    assert [each["version"] for each in export_me(ctx, rater)["guidelines_confirmed"]] == ["1"]


def test_a_new_version_of_the_same_text_has_no_changes_to_show(ctx: Context) -> None:
    rater = begin(ctx)
    confirm_guidelines(ctx, rater, "1")
    change(ctx, "2", OLD)
    assert "changes" not in about_me(ctx, rater)["guidelines"]
    with pytest.raises(NoWork):
        next_assignment(ctx, rater, "helpfulness")


def test_changes_are_shown_in_the_language_chosen_where_both_versions_have_it(ctx: Context) -> None:
    rater = begin(ctx, {"en": "Read.", "fr": "Lisez."})
    confirm_guidelines(ctx, rater, "1")
    change(ctx, "2", {"en": "Read all.", "fr": "Lisez tout."})
    save_display(ctx, rater, {"language": "fr"})
    changes = about_me(ctx, rater)["guidelines"]["changes"]
    assert changes == [{"kind": "removed", "text": "Lisez."}, {"kind": "added", "text": "Lisez tout."}]
    save_display(ctx, rater, {"language": ["?"]})
    assert about_me(ctx, rater)["guidelines"]["changes"][0]["text"] == "Read."


def test_the_general_guidelines_come_in_both_languages(ctx: Context) -> None:
    project = make_project(ctx)
    (rater,) = raters(ctx, project, 1)
    texts = about_me(ctx, rater)["guidelines"]["texts"]
    assert set(texts) == {"en", "fr"}
    assert texts["fr"].startswith("# Comment comparer")


def test_paragraphs_are_what_stands_between_blank_lines() -> None:
    assert paragraphs("a\nb\n \n\t\nc\n") == ["a\nb", "c"]
    assert changed_paragraphs("", "") == []


def test_of_a_list_only_the_item_that_changed_is_told_and_code_stays_whole() -> None:
    before, after = (
        "Ask:\n- is it true?\n- is it kind?\n1. Then choose.",
        "Ask:\n- is it true?\n- is it clear?\n1. Then choose.",
    )
    told = [(each.kind, each.text) for each in changed_paragraphs(before, after)]
    assert told == [
        ("same", "Ask:"),
        ("same", "- is it true?"),
        ("removed", "- is it kind?"),
        ("added", "- is it clear?"),
        ("same", "1. Then choose."),
    ]
    assert paragraphs("```\n- one\n- two\n```") == ["```\n- one\n- two\n```"]


def test_of_a_list_within_a_list_only_the_item_that_changed_is_shown_as_changed() -> None:
    before = "1. Read.\n2. Ask:\n   - Is it true?\n     Look it up.\n   - Is it clear?\n3. Choose."
    after = before.replace("clear", "short")
    told = [(each.kind, each.text) for each in changed_paragraphs(before, after)]
    assert told == [
        ("same", "1. Read."),
        ("same", "2. Ask:"),
        ("same", "- Is it true?\n  Look it up."),
        ("removed", "- Is it clear?"),
        ("added", "- Is it short?"),
        ("same", "3. Choose."),
    ]
    code = "    - one\n    - two"
    assert paragraphs(f"Text.\n\n{code}") == ["Text.", code], (
        "an indented text is code, and in code nothing is a list"
    )
