"""Which comparisons come first, and who is asked about which: by tags and languages, never by a score."""

from __future__ import annotations

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.limits import Limits, checked_limits
from rlhf_collect.errors import BadCall, NotFound, NoWork
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.eligibility import set_limits
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.people import list_people
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import about_me, export_me
from rlhf_collect.services.serving import Assignment, next_assignment, next_assignments
from tests.making import HeldClock, ask_and_judge, bring, comparison, invite, make_project, raters
from tests.services.looking import board_from_store, board_in_memory, column, name_of, reason_of_none


def bring_topics(ctx: Context, project: Project) -> None:
    """Two of each: French on law, British English on medicine, German on both, and one pair that says nothing."""
    topics = {"fr": ("law",), "en-GB": ("medicine",), "de": ("law", "medicine"), "": ()}
    bring(
        ctx,
        project,
        [
            comparison(f"{language or 'none'}-{number}", language=language, tags=tags)
            for number in range(2)
            for language, tags in topics.items()
        ],
    )


def names_for(ctx: Context, actor: Actor, project: Project) -> set[str]:
    """Everything somebody is handed until there is nothing left."""
    found = set()
    while reason_of_none(ctx, actor, project) is None:
        found.add(name_of(ctx, ask_and_judge(ctx, actor, project)).rpartition("-")[0])
    return found


@pytest.mark.parametrize(
    ("languages", "tags", "kinds"),
    [
        ([], [], {"fr", "en-GB", "de", "none"}),
        (["fr"], [], {"fr"}),
        (["EN"], [], {"en-GB"}),
        (["fr", "de"], ["medicine"], {"de"}),
        ([], ["law", "medicine"], {"fr", "en-GB", "de"}),
        ([], ["chess"], set()),
    ],
)
def test_a_rater_gets_what_is_in_their_languages_and_has_one_of_their_tags(
    ctx: Context, languages: list[str], tags: list[str], kinds: set[str]
) -> None:
    project = make_project(ctx)
    bring_topics(ctx, project)
    (actor,) = raters(ctx, project, 1)
    if languages or tags:
        set_limits(ctx, OPERATOR, project.name, actor.name, languages=languages, tags=tags)
    assert about_me(ctx, actor)["progress"]["left"] == 2 * len(kinds)
    assert names_for(ctx, actor, project) == kinds
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_who_has_nothing_left_within_their_limits_is_told_so_in_words(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring_topics(ctx, project)
    one, other = raters(ctx, project, 2)
    set_limits(ctx, OPERATOR, project.name, one.name, languages=["fr", "en"], tags=["law"])
    assert names_for(ctx, one, project) == {"fr"}
    said = "about comparisons in fr, en and tagged law, and none of those needs you now"
    with pytest.raises(NoWork, match=said) as told:
        next_assignment(ctx, one, project.name)
    assert told.value.reason == "no_suitable"
    names_for(ctx, other, project)
    assert reason_of_none(ctx, one, project) == "no_eligible"  # there is nothing for anybody


def test_others_hold_what_is_left_is_not_said_to_be_a_limit(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, [comparison("fr", language="fr"), comparison("en", language="en")])
    one, other = raters(ctx, project, 2)
    set_limits(ctx, OPERATOR, project.name, other.name, languages=["fr"])
    while name_of(ctx, next_assignment(ctx, one, project.name)) != "fr":
        ask_and_judge(ctx, one, project)
    assert reason_of_none(ctx, other, project) == "no_eligible"


def test_a_change_holds_for_what_is_handed_out_from_then_on_and_keeps_what_is_not_said(
    ctx: Context, clock: HeldClock
) -> None:
    project = make_project(ctx)
    bring_topics(ctx, project)
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    for words, limits in (
        ({"languages": ["fr"], "tags": ["law"]}, (["fr"], ["law"])),
        ({"tags": []}, (["fr"], [])),
        ({"languages": [" de ", "de", ""]}, (["de"], [])),
    ):
        told = set_limits(ctx, OPERATOR, project.name, actor.name, **words)  # type: ignore[arg-type]
        assert (told["languages"], told["tags"]) == limits
    assert next_assignment(ctx, actor, project.name) == held  # what they hold stays theirs
    clock.move(minutes=45)
    assert name_of(ctx, next_assignment(ctx, actor, project.name)).startswith("de")
    assert about_me(ctx, actor)["limits"] == {"languages": ("de",), "tags": ()}
    assert [each["languages"] for each in export_me(ctx, actor)["eligibility"]] == [["fr"], ["fr"], ["de"]]
    (person,) = list_people(ctx, OPERATOR, project.name)
    assert (person["languages"], person["tags"]) == (["de"], [])
    assert examine_store(ctx)["healthy"]
    erase_me(ctx, actor)
    assert column(ctx, "SELECT count(*) FROM eligibility") == [0]
    assert actor.name not in str(column(ctx, "SELECT detail FROM audit"))


def test_limits_are_said_of_people_who_were_invited_in_words_that_can_be_meant(ctx: Context) -> None:
    project = make_project(ctx)
    invite(ctx, project, "Ada")
    with pytest.raises(NotFound, match="Nobody called 'Bo' was invited"):
        set_limits(ctx, OPERATOR, project.name, "Bo", tags=["law"])
    with pytest.raises(BadCall, match="tags: 'a\x07b' cannot be a tag"):
        set_limits(ctx, OPERATOR, project.name, "Ada", tags=["a\x07b"])
    with pytest.raises(BadCall, match="languages: 'e' is no language"):
        set_limits(ctx, OPERATOR, project.name, "Ada", languages=["e"])
    with pytest.raises(BadCall, match="At most 50"):
        checked_limits([], [str(number) for number in range(51)])
    assert checked_limits(["pt-BR", ""], []) == Limits(languages=("pt-BR",))
    assert column(ctx, "SELECT count(*) FROM eligibility") == [0]


def test_comparisons_of_the_tags_that_come_first_come_first(ctx: Context) -> None:
    project = make_project(ctx, overlap=1, routing={"first": ["urgent", "nowhere"]})
    bring(ctx, project, 6)
    bring(ctx, project, [comparison(f"u{number}", tags=("urgent", "other")) for number in range(3)])
    (actor,) = raters(ctx, project, 1)
    names = [name_of(ctx, ask_and_judge(ctx, actor, project)) for _ in range(5)]
    assert sorted(names[:3]) == ["u0", "u1", "u2"]
    assert all(each.startswith("c") for each in names[3:])


def test_a_tag_with_a_target_comes_first_until_so_many_are_complete(ctx: Context) -> None:
    project = make_project(ctx, overlap=2, prefetch=False, routing={"targets": {"medicine": 2}})
    bring(ctx, project, 40)
    bring(ctx, project, [comparison(f"m{number}", tags=("medicine",)) for number in range(2)])
    one, other = raters(ctx, project, 2)
    first = [name_of(ctx, ask_and_judge(ctx, one, project)) for _ in range(2)]
    second = [name_of(ctx, ask_and_judge(ctx, other, project)) for _ in range(2)]
    assert sorted(first) == sorted(second) == ["m0", "m1"]
    bring(ctx, project, [comparison(f"m{number}", tags=("medicine",)) for number in range(2, 12)])
    later = [name_of(ctx, ask_and_judge(ctx, one, project)) for _ in range(20)]
    assert any(each.startswith("c") for each in later)  # they are like any other now
    make_project(ctx, overlap=2, prefetch=False, routing={"targets": {"medicine": 3}})
    ask_and_judge(ctx, other, project)  # was handed out before
    assert name_of(ctx, next_assignment(ctx, other, project.name)).startswith("m")


def test_a_second_comparison_is_not_held_ahead_where_few_are_left_within_ones_limits(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 40)
    bring(ctx, project, [comparison(f"f{number}", language="fr") for number in range(2)])
    (actor,) = raters(ctx, project, 1)
    set_limits(ctx, OPERATOR, project.name, actor.name, languages=["fr"])
    handed = next_assignments(ctx, actor, project.name, ahead=True)
    assert isinstance(handed.next, Assignment)
    assert handed.ahead is None
