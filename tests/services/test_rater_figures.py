"""What answers show about raters: one's own with n and interval, and for leads how they are spread."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from shutil import copytree
from uuid import UUID

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.errors import NotAllowed, NotFound, Refused
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.exports import judgement_stream
from rlhf_collect.services.my_judgements import my_judgements
from rlhf_collect.services.projects import Project
from rlhf_collect.services.rater_figures import figures_of_raters, my_figures
from rlhf_collect.services.raters import about_me
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.making import (
    HeldClock,
    ask_and_judge,
    bring,
    comparison,
    judge,
    let_go,
    make_project,
    open_services,
    raters,
)
from tests.services.stories import Told, tell, told_again

FIGURES = ("peer_agreement", "gold_accuracy", "self_consistency", "first_shown", "tie_share")


def judged_by(ctx: Context, project: Project, people: int, comparisons: int = 30) -> list[Actor]:
    """Everybody judges everything; the last rater always takes the response shown first."""
    bring(ctx, project, [comparison(f"c{number:02}", 2) for number in range(comparisons)])
    everybody = raters(ctx, project, people)
    for actor in everybody:
        for _ in range(comparisons):
            assignment = next_assignment(ctx, actor, project.name)
            best = min(assignment.presentation)
            judge(ctx, actor, assignment, assignment.presentation[0] if actor is everybody[-1] else best)
    return everybody


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A project called ``enough`` that five raters have judged, only to be read."""

    ctx: Context
    everybody: list[Actor]


def enough(ctx: Context, clock: HeldClock) -> list[Actor]:
    """The story of that project."""
    return judged_by(ctx, make_project(ctx, "enough", overlap=5), 5)


@pytest.fixture(scope="module")
def told_of_five(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("five"), enough)


@pytest.fixture(scope="module")
def five(told_of_five: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    here = copytree(told_of_five.untouched, tmp_path_factory.mktemp("read") / "home")
    ctx = replace(open_services(here / "collect.duckdb"), keys=told_of_five.keys)
    yield Judged(ctx=ctx, everybody=told_of_five.answer)
    let_go(ctx)


@pytest.fixture
def four(told_of_five: Told, clock: HeldClock) -> Iterator[Judged]:
    """The same after one of them left with all they judged, for one test alone."""
    with told_again(told_of_five, clock) as ctx:
        gone, *everybody = told_of_five.answer
        erase_me(ctx, gone, judgements="left_out")
        yield Judged(ctx=ctx, everybody=everybody)


def tell_raters_of_no_rows(ctx: Context) -> None:
    """From now on leads have figures of nobody."""
    make_project(ctx, "enough", overlap=5, quality={"visibility": "anonymous"})


def test_a_rater_sees_their_own_figures_with_n_and_interval(five: Judged) -> None:
    own, follower = (my_figures(five.ctx, five.everybody[number]) for number in (0, -1))
    assert own["judgements"] == 30
    assert own["peer_agreement"].keys() == {"value", "low", "high", "n"}
    assert own["peer_agreement"]["value"] > follower["peer_agreement"]["value"]
    assert follower["first_shown"]["value"] == 1
    assert follower["first_shown"]["n"] == 30
    assert "not an error measure" in own["about"]
    assert own["gold_accuracy"] is None
    assert own["notes"]["gold_accuracy"] == "Shown from 20 judgements on; 0 so far."
    assert (own["counted"]["gold_accuracy"], own["shown_from"]["gold_accuracy"]) == (0, 20)
    assert own["counted"]["first_shown"] == 30
    assert own["criteria"] == ["overall"]


def test_nobody_sees_a_figure_of_somebody_else(five: Judged) -> None:
    ctx, everybody = five.ctx, five.everybody
    keys = {str(actor.rater_key) for actor in everybody} | {actor.name for actor in everybody}
    for document in (my_figures(ctx, everybody[0]), figures_of_raters(ctx, OPERATOR, "enough")):
        said = json.dumps(document)
        assert not [key for key in keys if f'"{key}"' in said]
        assert not [word for word in ("duration", "seconds", "submitted", '"rank') if word in said]
    with pytest.raises(NotAllowed):
        figures_of_raters(ctx, everybody[0], "enough")


def test_a_lead_sees_how_figures_are_spread_over_five_raters_and_nothing_of_four(
    four: Judged, five: Judged
) -> None:
    told = figures_of_raters(four.ctx, OPERATOR, "enough")
    assert set(told["tenths"]) == set(FIGURES)
    assert set(told["tenths"].values()) == {None}
    assert told["alpha_without_any_one"] is None
    told = figures_of_raters(five.ctx, OPERATOR, "enough")
    assert sum(told["tenths"]["peer_agreement"]) == 5
    assert told["tenths"]["first_shown"][-1] == 1
    assert told["tenths"]["gold_accuracy"] is None
    band = told["alpha_without_any_one"]
    assert band["low"] <= band["value"] <= band["high"] == 1


def test_few_judgements_are_not_shown_and_criteria_are_named(ctx: Context) -> None:
    project = make_project(ctx, overlap=5)
    everybody = judged_by(ctx, project, 5, comparisons=4)
    own = my_figures(ctx, everybody[0])
    assert [own[name] for name in FIGURES] == [None] * 5
    assert figures_of_raters(ctx, OPERATOR, project.name)["tenths"]["tie_share"] is None
    with pytest.raises(NotFound, match="Criteria: overall"):
        my_figures(ctx, everybody[0], "wit")


def test_a_lead_has_a_row_for_each_rater_with_30_judgements_under_the_name_of_the_stream(
    five: Judged,
) -> None:
    told = figures_of_raters(five.ctx, OPERATOR, "enough")
    names = {row["rater"] for row in judgement_stream(five.ctx, OPERATOR, "enough")}
    assert [row["rater"] for row in told["rows"]] == sorted(names)
    assert {row["judgements"] for row in told["rows"]} == {30}
    follower = max(told["rows"], key=lambda row: row["first_shown"]["value"])
    assert follower["first_shown"] == {
        "value": 1.0,
        "low": pytest.approx(0.8865, abs=1e-3),
        "high": 1.0,
        "n": 30,
    }
    assert follower["beside_others"]["value"] < 0
    assert follower["alpha_without"] == 1.0
    assert follower["drift"] is None


def test_lead_and_rater_read_the_same_share_of_agreement_within_its_own_interval(five: Judged) -> None:
    ctx = five.ctx
    rows = [row["peer_agreement"] for row in figures_of_raters(ctx, OPERATOR, "enough")["rows"]]
    own = [my_figures(ctx, each)["peer_agreement"] for each in five.everybody]
    by_value = [sorted(each, key=lambda figure: (figure["value"], figure["low"])) for each in (rows, own)]
    assert by_value[0] == by_value[1]
    # Wilson alone is 0.34 wide here; pulled to the mean, 30 judgements halve it.
    assert [
        each for each in rows if not each["low"] < each["value"] < each["high"] < each["low"] + 0.18
    ] == []


def test_a_rater_sees_all_a_lead_sees_of_them_and_nothing_of_anybody_else(five: Judged) -> None:
    rows = figures_of_raters(five.ctx, OPERATOR, "enough")["rows"]
    besides = [my_figures(five.ctx, each)["to_leads"] for each in five.everybody]
    assert [each["facts"] for each in besides] == [[], [], [], [], ["peers", "one_side"]]
    seen = [{name: each[name] for name in each if name != "facts"} for each in besides]
    assert sorted(map(json.dumps, seen)) == sorted(
        json.dumps({name: row[name] for name in seen[0]}) for row in rows
    )
    own = my_figures(five.ctx, five.everybody[0]).keys() - {"to_leads"}
    assert rows[0].keys() - {"rater"} <= own | seen[0].keys()


def test_two_signals_are_said_in_words_and_one_is_not(five: Judged) -> None:
    rows = figures_of_raters(five.ctx, OPERATOR, "enough")["rows"]
    told = [row["signals"] for row in rows if row["signals"]]
    assert told == [
        [
            "agrees less with others than these do with everybody else",
            "one side was chosen every time",
        ]
    ]


def test_where_raters_were_told_of_no_rows_there_are_none_and_flags_have_no_name(
    told_of_five: Told, clock: HeldClock
) -> None:
    everybody = told_of_five.answer
    with told_again(told_of_five, clock) as ctx:
        tell_raters_of_no_rows(ctx)
        told = figures_of_raters(ctx, OPERATOR, "enough")
        assert (told["visibility"], told["rows"], told["flagged"]) == ("anonymous", [], 1)
        assert sum(told["tenths"]["peer_agreement"]) == 5
        assert my_figures(ctx, everybody[0])["lead_sees"] == "anonymous"
        assert about_me(ctx, everybody[0])["quality"] == {"visibility": "anonymous"}
        assert my_figures(ctx, everybody[0])["to_leads"] is None


def test_four_raters_have_rows_by_pseudonym_and_nothing_at_all_when_anonymous(four: Judged) -> None:
    told = figures_of_raters(four.ctx, OPERATOR, "enough")
    assert (told["visibility"], len(told["rows"]), told["flagged"]) == ("pseudonymous", 4, 1)
    tell_raters_of_no_rows(four.ctx)
    told = figures_of_raters(four.ctx, OPERATOR, "enough")
    assert (told["visibility"], len(told["rows"]), told["flagged"]) == ("anonymous", 0, None)


def test_under_30_judgements_there_is_no_row_and_who_is_nameless_has_none(four: Judged) -> None:
    ctx, (nameless, fewer, *_) = four.ctx, four.everybody
    erase_me(ctx, nameless, judgements="kept")
    assert len(figures_of_raters(ctx, OPERATOR, "enough")["rows"]) == 3
    last = my_judgements(ctx, fewer)["judgements"][0]["judgement"]
    withdraw_judgement(ctx, fewer, UUID(last))
    assert my_figures(ctx, fewer)["judgements"] == 29
    assert len(figures_of_raters(ctx, OPERATOR, "enough")["rows"]) == 2


def test_what_raters_were_told_of_rows_cannot_become_more_once_one_has_judged(ctx: Context) -> None:
    project = make_project(ctx, quality={"visibility": "anonymous"})
    bring(ctx, project, 1)
    ask_and_judge(ctx, raters(ctx, project, 1)[0], project)
    with pytest.raises(Refused, match=r"leads see no rows of theirs.*visibility: anonymous"):
        make_project(ctx, quality={"visibility": "pseudonymous"})
    other = make_project(ctx, "other")
    bring(ctx, other, 1)
    ask_and_judge(ctx, raters(ctx, other, 1)[0], other)
    assert (
        make_project(ctx, "other", quality={"visibility": "anonymous"}).settings.quality.visibility
        == "anonymous"
    )
