"""Leads write guidelines: a version is one text for good, raters read what changed, and the file does not undo it."""

from __future__ import annotations

from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.errors import AlreadyExists, BadAnswer, BadCall, BadConfig, NotAllowed, NotFound, OutOfDate
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_person
from rlhf_collect.services.guideline_versions import list_guidelines, next_version, write_guidelines
from rlhf_collect.services.guidelines import confirm_guidelines, guidelines_of, guidelines_to_confirm
from rlhf_collect.services.projects import apply_project, find_project
from tests.making import HeldClock, ask_and_judge, bring, invite, make_project, settings

FIRST = {"version": "1", "text": "Read both.\n\nChoose the better one."}
SECOND = "Read both to the end.\n\nChoose the better one."


def write(ctx: Context, lead: Actor, version: str = "2", text: Any = SECOND, replaces: str = "1") -> Any:
    return write_guidelines(ctx, lead, "helpfulness", version=version, text=text, replaces=replaces)


def test_a_rater_is_shown_what_a_lead_changed_and_judgements_keep_their_version(
    ctx: Context, clock: HeldClock
) -> None:
    project = make_project(ctx, guidelines=FIRST)
    bring(ctx, project, 3)
    lead, ada = (invite(ctx, project, name, role).actor for name, role in (("lea", "lead"), ("ada", "rater")))
    confirm_guidelines(ctx, ada, "1")
    ask_and_judge(ctx, ada, project)
    clock.move(days=1)
    assert write(ctx, lead) == {"version": "2", "setting_no": 2}
    project = find_project(ctx, "helpfulness")
    assert ada.rater_key is not None
    assert guidelines_to_confirm(ctx, project, ada.rater_key) is not None
    changes = guidelines_of(ctx, project, ada.rater_key, "en")["changes"]
    assert [(each["kind"], each["text"]) for each in changes] == [
        ("removed", "Read both."),
        ("added", "Read both to the end."),
        ("same", "Choose the better one."),
    ]
    confirm_guidelines(ctx, ada, "2")
    ask_and_judge(ctx, ada, project)  # was opened with the answer before it, under the first
    ask_and_judge(ctx, ada, project)
    new, old = list_guidelines(ctx, lead, "helpfulness")
    assert (new["version"], new["by"], new["confirmed"], new["judgements"]) == ("2", "lea", 1, 1)
    assert (old["version"], old["by"], old["confirmed"], old["judgements"]) == ("1", None, 1, 2)
    assert (new["since"][:10], old["since"][:10]) == ("2026-03-03", "2026-03-02")
    assert (new["text"], new["words"], new["texts"]) == (SECOND, 9, {})


def test_the_file_that_still_has_what_was_replaced_changes_the_rest_and_says_so(ctx: Context) -> None:
    make_project(ctx, guidelines=FIRST)
    lead = invite(ctx, find_project(ctx, "helpfulness"), "lea", "lead").actor
    write(ctx, lead)
    again = apply_project(ctx, OPERATOR, settings(guidelines=FIRST))
    assert not again["changed"]
    assert "The guidelines '2', written by a lead, stay" in again["warnings"][0]
    other = apply_project(
        ctx, OPERATOR, settings(guidelines=FIRST, purpose="To see whether answers got better.")
    )
    assert (other["changed"], other["settings"]) == (True, ["purpose"])
    assert find_project(ctx, "helpfulness").settings.guidelines.version == "2"
    news = apply_project(ctx, OPERATOR, settings(guidelines={"version": "3", "text": "Choose."}))
    assert (news["settings"], news["warnings"]) == (["guidelines.text", "guidelines.version", "purpose"], [])
    assert [each["by"] for each in list_guidelines(ctx, lead, "helpfulness")] == [None, "lea", None]


def test_without_anything_written_the_file_goes_back_as_it_likes(ctx: Context) -> None:
    make_project(ctx, guidelines=FIRST)
    apply_project(ctx, OPERATOR, settings(guidelines={"version": "2", "text": SECOND}))
    back = apply_project(ctx, OPERATOR, settings(guidelines=FIRST))
    assert (back["changed"], back["warnings"]) == (True, [])
    assert find_project(ctx, "helpfulness").settings.guidelines.version == "1"


def test_what_cannot_be_put_in_force_changes_nothing_and_says_why(ctx: Context) -> None:
    project = make_project(ctx, guidelines=FIRST)
    lead = invite(ctx, project, "lea", "lead").actor
    refused: list[tuple[type[Exception], str, dict[str, Any]]] = [
        (AlreadyExists, "choose a version of its own, for example 2", {"version": "1"}),
        (BadCall, "that of the version in force", {"text": FIRST["text"]}),
        (BadCall, "that of the version in force", {"text": f" {FIRST['text']}\n"}),
        (OutOfDate, "are '1' by now, not '0'", {"replaces": "0"}),
        (BadConfig, "What was written has 1 problem", {"text": "word " * 1501}),
        (BadConfig, "What was written has 1 problem", {"text": "  "}),
        (BadConfig, "What was written has 1 problem", {"version": "x" * 41}),
        (BadConfig, "What was written has 1 problem", {"text": {"de": "Lies beide."}}),
        (BadAnswer, "characters that are not text", {"text": "Read \ud800 both."}),
        (BadAnswer, "characters that are not text", {"text": {"en": "Read both.", "fr": "Lisez\x00."}}),
        (BadAnswer, "characters that are not text", {"version": "2\udfff"}),
    ]
    for kind, said, given in refused:
        with pytest.raises(kind, match=said):
            write(ctx, lead, **given)
    assert len(list_guidelines(ctx, lead, "helpfulness")) == 1
    write(ctx, lead)
    with pytest.raises(OutOfDate):  # a second lead had the first text before them
        write(ctx, lead, version="3", text="Choose.")


def test_raters_write_and_list_nothing_and_leads_of_others_find_nothing(ctx: Context) -> None:
    project, other = make_project(ctx), make_project(ctx, "elsewhere")
    ada, lea = invite(ctx, project, "ada").actor, invite(ctx, other, "lea", "lead").actor
    for actor, refusal in ((ada, NotAllowed), (lea, NotFound)):
        with pytest.raises(refusal):
            list_guidelines(ctx, actor, "helpfulness")
        with pytest.raises(refusal):
            write(ctx, actor, replaces="general-1")
    assert find_project(ctx, "helpfulness").settings.guidelines.version == "general-1"


def test_who_wrote_them_is_no_name_any_more_once_erased(ctx: Context) -> None:
    project = make_project(ctx, guidelines=FIRST)
    lead = invite(ctx, project, "lea", "lead").actor
    write(ctx, lead)
    erase_person(ctx, OPERATOR, "helpfulness", "lea")
    (written, _) = list_guidelines(ctx, OPERATOR, "helpfulness")
    assert written["by"] is not None
    assert "lea" not in written["by"]
    assert apply_project(ctx, OPERATOR, settings(guidelines=FIRST))["changed"] is False


def test_both_languages_are_written_at_once(ctx: Context) -> None:
    lead = invite(ctx, make_project(ctx), "lea", "lead").actor
    assert set(list_guidelines(ctx, lead, "helpfulness")[0]["texts"]) == {"en", "fr"}
    with pytest.raises(BadCall, match="that of the version in force"):
        write(ctx, lead, text=list_guidelines(ctx, lead, "helpfulness")[0]["texts"], replaces="general-1")
    write(ctx, lead, text={"en": "Choose.", "fr": "Choisissez."}, replaces="general-1")
    assert list_guidelines(ctx, lead, "helpfulness")[0]["texts"] == {"en": "Choose.", "fr": "Choisissez."}


@pytest.mark.parametrize(
    ("known", "after"),
    [
        (["general-1"], "general-2"),
        (["1", "2", "3"], "4"),
        (["v9"], "v10"),
        (["2026-11"], "2026-12"),
        (["3", "2"], "4"),
        (["first"], "first-2"),
        (["x" * 40], "x" * 36 + "-2"),
    ],
)
def test_the_version_after_is_one_the_project_has_not_had(known: list[str], after: str) -> None:
    found = next_version(known)
    assert (found, found in known, len(found) <= 40) == (after, False, True)
