"""Answers that do not fit the rubric, and bodies that do not have the form asked for: nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.calling import API, Lab, Service, judgement, problem

FIRST, SECOND = "(first)", "(second)"
"""Stand for the ids of the completions shown first and second."""


@pytest.fixture(scope="module")
def lab(service: Service) -> Lab:
    """One project for all: nothing sent here is ever stored."""
    return service.lab()


@pytest.fixture
def body(lab: Lab) -> dict[str, Any]:
    """A judgement that would be stored if it were sent as it is."""
    return judgement(lab.next())


def filled(value: Any, lab: Lab) -> Any:
    """The value with real completion ids in it."""
    first, second = (each["id"] for each in lab.next()["comparison"]["completions"])
    if isinstance(value, list):
        return [filled(each, lab) for each in value]
    return {FIRST: first, SECOND: second}.get(value, value) if isinstance(value, str) else value


def send(lab: Lab, body: Any) -> Any:
    answer = lab.ada.post(f"{API}/judgements", body)
    assert lab.stored() == []
    return answer


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"criterion": "politeness"}, "answers"),
        ({"criterion": ""}, "answers"),
        ({"choice": None}, "choice"),
        ({"choice": ""}, "choice"),
        ({"choice": "skip"}, "choice"),
        ({"choice": "a"}, "choice"),
        ({"choice": "c999-a"}, "choice"),
        ({"choice": "Tie"}, "choice"),
        ({"strength": None}, "strength"),
        ({"strength": 0}, "strength"),
        ({"strength": 4}, "strength"),
        ({"strength": -1}, "strength"),
        ({"strength": 10**30}, "strength"),
        ({"choice": "tie", "strength": 1}, "strength"),
        ({"choice": "both_bad", "strength": 3}, "strength"),
        ({"ranking": []}, "ranking"),
        ({"ranking": [[FIRST]]}, "ranking"),
        ({"ranking": [[FIRST], []]}, "ranking"),
        ({"ranking": [[FIRST], [FIRST]]}, "ranking"),
        ({"ranking": [[FIRST], [SECOND], ["c999-a"]]}, "ranking"),
        ({"ranking": [[SECOND], [FIRST]]}, "choice"),
        ({"ranking": [[FIRST, SECOND]]}, "choice"),
        ({"rationale": "x" * 10_001}, "rationale"),
        ({"rationale": "\x00"}, "rationale"),
        ({"points": {}}, "points"),
        ({"reasons": [{"completion": "c999-a", "reason": "incorrect"}]}, "reasons"),
        ({"order_asked": True}, "order_asked"),
    ],
    ids=repr,
)
def test_an_answer_that_does_not_fit_is_refused_by_the_name_of_its_field(
    lab: Lab, body: dict[str, Any], change: dict[str, Any], field: str
):
    (answer,) = body["answers"]
    changed = {name: filled(value, lab) for name, value in change.items()}
    document = problem(send(lab, body | {"answers": [answer | changed]}), 422, "bad_answer")
    assert document["detail"].startswith(f"{field}: ")


def test_the_refusal_of_an_unknown_criterion_names_those_there_are(lab: Lab, body: dict[str, Any]):
    body["answers"][0]["criterion"] = "politeness"
    assert "overall. Got: politeness." in problem(send(lab, body), 422, "bad_answer")["detail"]


def test_a_criterion_is_answered_once(lab: Lab, body: dict[str, Any]):
    problem(send(lab, body | {"answers": body["answers"] * 2}), 422, "bad_answer")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"strength": "2"}, "strength"),
        ({"strength": 2.0}, "strength"),
        ({"strength": True}, "strength"),
        ({"choice": 5}, "choice"),
        ({"choice": ["tie"]}, "choice"),
        ({"choice": "x" * 1001}, "choice"),
        ({"criterion": None}, "criterion"),
        ({"degree": 1}, "degree"),
        ({"order_asked": "yes"}, "order_asked"),
        ({"reasons": ["incorrect"]}, "reasons"),
        ({"points": [5, 3]}, "points"),
        ({"points": {"a": 2.0}}, "points"),
        ({"ranking": "ab"}, "ranking"),
        ({"ranking": ["a", "b"]}, "ranking"),
        ({"ranking": [["a"]] * 9}, "ranking"),
        ({"rationale": 1}, "rationale"),
        ({"duration": 3}, "duration"),
        ({"rater": "Bo"}, "rater"),
    ],
    ids=repr,
)
def test_an_answer_of_another_form_is_refused_by_the_place_of_its_field(
    lab: Lab, body: dict[str, Any], change: dict[str, Any], field: str
):
    (answer,) = body["answers"]
    document = problem(send(lab, body | {"answers": [answer | change]}), 422, "bad_call")
    assert {each["field"].split(".")[:4][-1] for each in document["problems"]} == {field}
    for each in document["problems"]:
        assert each.keys() == {"where", "field", "what", "mend"}
        assert each["field"].startswith("body.answers.0.")


@pytest.mark.parametrize(
    "change",
    [
        {"rater": "Bo"},
        {"assignment": "x"},
        {"assignment": 7},
        {"assignment": None},
        {"judgement": ""},
        {"answers": []},
        {"answers": {}},
        {"answers": None},
        {"answers": ["tie"]},
        {"answers": [{"choice": "tie"}] * 501},
    ],
    ids=lambda change: repr(change)[:40],
)
def test_a_body_of_another_form_is_refused_by_the_name_of_its_field(
    lab: Lab, body: dict[str, Any], change: dict[str, Any]
):
    document = problem(send(lab, body | change), 422, "bad_call")
    (name,) = change
    assert all(each["field"].startswith(f"body.{name}") for each in document["problems"])


@pytest.mark.parametrize("name", ["assignment", "judgement", "answers"])
def test_every_field_of_the_body_is_needed(lab: Lab, body: dict[str, Any], name: str):
    del body[name]
    document = problem(send(lab, body), 422, "bad_call")
    assert document["detail"] == f"body.{name}: Field required."
