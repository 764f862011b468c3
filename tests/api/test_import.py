"""``POST /projects/{project}/comparisons``: JSON Lines in, all or nothing."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.api.calling import Lab, problem


def line(name: str, **change: Any) -> str:
    completions = [{"id": f"{name}-{side}", "content": f"{side} of {name}"} for side in "xy"]
    return json.dumps({"id": name, "prompt": f"What is {name}?", "completions": completions} | change)


def send(lab: Lab, *rows: str | bytes, ask: str = "", headers: dict[str, str] | None = None):
    body = b"\n".join(row if isinstance(row, bytes) else row.encode() for row in rows)
    return lab.lead("POST", lab.path("comparisons") + ask, content=body, headers=headers)


def comparisons(lab: Lab) -> int:
    count: int = lab.lead.get(lab.path("progress")).json()["comparisons"]
    return count - 6


def test_good_lines_are_imported_and_counted(lab: Lab):
    answer = send(lab, line("n1"), "", line("n2"))
    assert answer.status_code == 201
    report = answer.json()
    assert {name: value for name, value in report.items() if value} == {
        "source": "api",
        "form": "rlhf_collect",
        "comparisons": 2,
    }
    assert comparisons(lab) == 2


def test_what_comes_through_the_api_names_it_as_its_source(lab: Lab):
    send(lab, line("n1"), line("n2", source="elsewhere"))
    stored = lab.service.ctx.store.read("frozen_comparisons", project_id=lab.project.project_id)
    assert {row["comparison_id"]: row["source"] for row in stored if row["comparison_id"][0] == "n"} == {
        "n1": "api",
        "n2": "elsewhere",
    }


def test_importing_twice_adds_nothing(lab: Lab):
    send(lab, line("n1"), line("n2"))
    report = send(lab, line("n1"), line("n2"), line("n3")).json()
    assert (report["comparisons"], report["known"], report["bad"]) == (1, 2, 0)
    assert comparisons(lab) == 3


def test_every_bad_line_is_listed_with_its_place_and_remedy_and_nothing_is_imported(lab: Lab):
    answer = send(lab, line("n1"), "{not json", '{"prompt": "Alone?"}', line("n2"), line("n3", prompt=7))
    document = problem(answer, 422, "bad_source")
    assert "nothing was imported" in document["detail"]
    assert document["detail"].endswith("or import the rest with ?skip_bad=true.")
    found = document["problems"]
    assert [(each["where"], each["field"]) for each in found] == [
        ("body.jsonl:2", ""),
        ("body.jsonl:3", "completions"),
        ("body.jsonl:5", "prompt"),
    ]
    for each in found:
        assert each.keys() == {"where", "field", "what", "mend"}
        assert each["what"]
        assert each["mend"]
    assert comparisons(lab) == 0


def test_with_skip_bad_the_good_lines_are_imported_and_the_bad_are_listed(lab: Lab):
    answer = send(lab, line("n1"), "{not json", line("n2"), ask="?skip_bad=true")
    assert answer.status_code == 201
    report = answer.json()
    assert (report["comparisons"], report["bad"]) == (2, 1)
    assert [each["where"] for each in report["problems"]] == ["body.jsonl:2"]
    assert comparisons(lab) == 2


def test_good_lines_count_however_many_bad_ones_stand_before_them(lab: Lab):
    rows = ["{not json"] * 40 + [line("n1")]
    assert len(problem(send(lab, *rows), 422, "bad_source")["problems"]) == 40
    report = send(lab, *rows, ask="?skip_bad=true").json()
    assert (report["comparisons"], report["bad"]) == (1, 40)


def test_a_known_id_with_other_content_is_refused(lab: Lab):
    send(lab, line("n1"))
    found = problem(send(lab, line("n1", prompt="Something else?")), 422, "bad_source")["problems"]
    assert [each["field"] for each in found] == ["id"]
    assert comparisons(lab) == 1


@pytest.mark.parametrize("body", [b"", b"\n", b"\n \n\n"], ids=repr)
def test_an_empty_body_is_told_so_without_a_word_about_the_servers_folders(lab: Lab, body: bytes):
    document = problem(send(lab, body), 422, "bad_source")
    assert "/" not in document["detail"]


def test_the_body_counts_and_not_what_its_headers_call_it(lab: Lab):
    kinds = ["application/json", "text/plain", "application/x-www-form-urlencoded", "nonsense"]
    for number, kind in enumerate(kinds):
        assert send(lab, line(f"k{number}"), headers={"Content-Type": kind}).status_code == 201
    assert send(lab, gzip.compress(line("zipped").encode())).status_code == 201
    assert send(lab, line("marked").encode("utf-8-sig")).status_code == 201
    assert send(lab, f"[{line('n1')}, {line('n2')}]").json()["comparisons"] == 2
    assert comparisons(lab) == 8


def test_what_was_imported_is_handed_out(lab: Lab):
    send(lab, line("n1"), line("n2"))
    seen = [lab.judge(choice="tie", strength=0) for _ in range(8)]
    assert len(seen) == 8
    assert {"n1", "n2"} <= {row["comparison"] for row in lab.stored()}


def test_a_switch_that_is_neither_on_nor_off_imports_nothing(lab: Lab):
    problem(send(lab, line("n1"), ask="?skip_bad=perhaps"), 422, "bad_call")
    assert comparisons(lab) == 0
