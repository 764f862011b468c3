"""Every way to answer, from raters who saw either order to the rows a trainer loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from rlhf_collect.api.shown import assignment_json
from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.comparison import Comparison, Completion, Message
from rlhf_collect.domain.judgement import Draft, Reason
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import submit_judgement
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import set_consents
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version
from tests.making import bring, invite, make_project

RUBRIC: list[dict[str, Any]] = [
    {"name": "seven", "question": "Which is better?", "strengths": 3},
    {"name": "eight", "question": "Which, if you must?", "strengths": 4, "reasons": ["incorrect", "useful"]},
    {"name": "order", "question": "In which order?", "answer": "ranking"},
    {"name": "grades", "question": "How good is each?", "answer": "points", "points": "1-7"},
    {"name": "turns", "question": "Which turn is better?", "strengths": 0, "turns": True},
]
WHOLE = ("seven", "eight", "order", "grades")
GOOD, FAIR, POOR = "Good.", "Fair.", "Poor."
STRENGTH_SAID = {1: 1, 2: 1, 3: 2, 4: 3}


def reply(name: str, text: str, turns: int) -> Completion:
    first = Message(role="assistant", content=text)
    more = [Message(role="user", content="And then?"), Message(role="assistant", content=f"{text} Still.")]
    return Completion(completion_id=name, model=f"model of {text}", content=(first, *more)[: 2 * turns - 1])


def asked(name: str, *texts: str, turns: int) -> Comparison:
    """A comparison whose ids tell nothing about which is good."""
    return Comparison(
        comparison_id=name,
        prompt=(Message(role="user", content=f"About {name}?"),),
        completions=tuple(reply(f"{name}{place}", text, turns) for place, text in enumerate(texts)),
    )


def sides(document: dict[str, Any]) -> dict[str, str]:
    """What a rater can read: the text of each response, to the id the page answers with."""
    found = {}
    for each in document["comparison"]["completions"]:
        content = each["content"]
        found[content if isinstance(content, str) else content[0]["content"]] = each["id"]
    return found


def answers(document: dict[str, Any], degree: int) -> list[Draft]:
    """Good before fair before poor, in every way the page asks for it; the first turn the other way round."""
    ids = sides(document)
    best_first = [ids[text] for text in (GOOD, FAIR, POOR) if text in ids]
    best, worst = best_first[0], best_first[-1]
    said = {
        "seven": Draft(criterion="seven", choice=best, strength=2, rationale=f"degree {degree}"),
        "eight": Draft(
            criterion="eight",
            choice=best,
            strength=degree,
            reasons=[Reason(completion=worst, reason="incorrect"), Reason(completion=best, reason="useful")],
        ),
        "order": Draft(criterion="order", ranking=[[each] for each in best_first], order_asked=True),
        "grades": Draft(criterion="grades", points={each: 7 - 2 * n for n, each in enumerate(best_first)}),
        "turns": Draft(criterion="turns", choice=best),
        "turns@1": Draft(criterion="turns@1", choice=worst),
        "turns@2": Draft(criterion="turns@2", choice=best),
    }
    return [said[criterion["name"]] for criterion in document["criteria"]]


def rate_all(ctx: Context, project: Project, rater: Actor, degree: int) -> dict[str, tuple[str, ...]]:
    """Answer everything there is; the order each comparison was shown in comes back."""
    shown = {}
    for _ in range(3):
        held = next_assignment(ctx, rater, project.name)
        document = assignment_json(ctx, project, held, html=False)
        worst = sides(document)[POOR]
        submit_judgement(
            ctx, rater, held.assignment_id, held.judgement_id, answers(document, degree),
            flags=[Flag(target=worst, flag="broken"), Flag(target="prompt", flag="harmful")],
            edited=Edited(completion=worst, content=f"Mended, {degree}."),
        )  # fmt: skip
        shown[document["comparison"]["id"]] = held.presentation
    return shown


def load(folder: str, config: str, cache: Path) -> list[dict[str, Any]]:
    splits = load_dataset(folder, config, cache_dir=str(cache))
    return [row for split in splits.values() for row in split.to_list()]


def check_preferences(rows: list[dict[str, Any]], raters: int, mean_of_eight: float) -> None:
    won: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in rows:
        pair = (row["chosen"][0]["content"], row["rejected"][0]["content"])
        won.setdefault((row["comparison_id"], row["criterion"]), set()).add(pair)
    every, of_best = {(GOOD, FAIR), (GOOD, POOR), (FAIR, POOR)}, {(GOOD, FAIR), (GOOD, POOR)}
    assert won == {
        **{("pair", way): {(GOOD, POOR)} for way in (*WHOLE, "turns")},
        **{("long", way): {(GOOD, POOR)} for way in WHOLE},
        **{("three", way): every for way in ("order", "grades")},
        **{("three", way): of_best for way in ("seven", "eight", "turns")},
    }
    assert {(row["n_raters"], row["score_chosen"]) for row in rows} == {(raters, 1.0)}
    strengths = {row["criterion"]: row["strength"] for row in rows if row["comparison_id"] == "pair"}
    assert strengths.pop("eight") == pytest.approx(mean_of_eight)
    assert strengths == {"seven": 2.0, "order": None, "grades": None, "turns": None}


def check_rating(row: dict[str, Any], ids: dict[str, str], degree: int) -> None:
    """One published row says what its rater said; ``ids`` by text, in import order."""
    way, best, worst = row["criterion"], ids[GOOD], ids[POOR]
    ranked = [ids[text] for text in (GOOD, FAIR, POOR) if text in ids]
    assert row["choice"] == (worst if way == "turns@1" else best)
    towards = 0 if len(ids) > 2 else -1 if next(iter(ids)) == GOOD else 1
    strength = {"seven": 2, "eight": STRENGTH_SAID[degree]}.get(way)
    assert row["strength"] == (strength * towards if strength and towards else None)
    assert row["degree"] == (degree * towards if way == "eight" and towards else None)
    assert row["ranking"] == ([[each] for each in ranked] if way in ("order", "grades") else None)
    points = [{"id": each, "points": 7 - 2 * ranked.index(each)} for each in ids.values()]
    assert row["points"] == (points if way == "grades" else None)
    reasons = {(worst, "incorrect"), (best, "useful")} if way == "eight" else set()
    assert {(each["id"], each["reason"]) for each in row["reasons"]} == reasons
    assert row["flags"] == [{"target": "prompt", "flag": "harmful"}, {"target": worst, "flag": "broken"}]
    assert row["order_asked"] is (True if way == "order" else None)


def test_what_raters_said_in_every_way_is_what_a_trainer_loads(ctx: Context, tmp_path: Path) -> None:
    project = make_project(ctx, criteria=RUBRIC, edits="optional", overlap=100)
    bring(
        ctx,
        project,
        [
            asked("pair", POOR, GOOD, turns=1),
            asked("long", GOOD, POOR, turns=2),
            asked("three", FAIR, POOR, GOOD, turns=1),
        ],
    )
    orders: dict[str, set[tuple[str, ...]]] = {"pair": set(), "long": set()}
    degrees: list[int] = []
    # Orders are drawn: raters come until each pair was shown in both, five at least so that they get pseudonyms.
    while len(degrees) < 5 or any(len(seen) < 2 for seen in orders.values()):
        degrees.append(1 + len(degrees) % 4)
        rater = invite(ctx, project, f"rater {len(degrees)}").actor
        set_consents(ctx, rater, {"publish_rationale": True})
        shown = rate_all(ctx, project, rater, degrees[-1])
        for name, seen in orders.items():
            seen.add(shown[name])
    folder = freeze_version(ctx, OPERATOR, project.name, "1.0.0")["path"]

    mean = sum(STRENGTH_SAID[each] for each in degrees) / len(degrees)
    check_preferences(load(folder, "preference", tmp_path / "cache"), len(degrees), mean)
    ids = {
        row["comparison_id"]: {each["content"][0]["content"]: each["id"] for each in row["completions"]}
        for row in load(folder, "comparisons", tmp_path / "cache")
    }
    ratings = load(folder, "ratings", tmp_path / "cache")
    said = {row["rater"]: int(row["rationale"].split()[1]) for row in ratings if row["rationale"]}
    assert sorted(said.values()) == sorted(degrees)
    assert len(ratings) == len(degrees) * (5 + 6 + 5)
    for row in ratings:
        check_rating(row, ids[row["comparison_id"]], said[row["rater"]])
    edited = load(folder, "edited", tmp_path / "cache")
    assert len(edited) == 3 * len(degrees)
    for row in edited:
        kept = row["original"][:-1]
        assert row["original"][0]["content"] == POOR
        assert row["original_model"] == f"model of {POOR}"
        assert row["edited"] == [*kept, {"role": "assistant", "content": f"Mended, {said[row['rater']]}."}]
