"""Versions over HTTP: freeze, list, and what may not be published from here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.services.withdrawing import begin_withdrawal
from tests.api.calling import Lab, Service, problem


@pytest.fixture
def judged(lab: Lab) -> Lab:
    """A project with something to freeze."""
    lab.judge(lab.ada)
    lab.judge(lab.bo)
    return lab


def freeze(lab: Lab, version: object):
    return lab.lead.post(lab.path("versions"), {"version": version})


@pytest.fixture(scope="module")
def frozen(service: Service) -> Lab:
    """A project with version 1.0.0, to which nothing is done but what is refused."""
    lab = service.lab()
    lab.judge(lab.ada)
    assert freeze(lab, "1.0.0").status_code == 201
    return lab


def test_versions_are_sealed_listed_compared_and_withdrawn_and_no_answer_names_a_folder_of_the_server(
    judged: Lab, tmp_path: Path
):
    ctx, name, lead = judged.service.ctx, judged.project.name, judged.lead
    assert lead.get(judged.path("versions")).json() == []
    answer = freeze(judged, "1.0.0")
    assert answer.status_code == 201
    sealed = answer.json()
    assert sealed.keys() == {"version", "manifest_sha256", "rows"}
    assert sum(sealed["rows"]["ratings"].values()) == 2
    folder = ctx.versions / name / "1.0.0"
    assert verify_folder(folder).manifest_sha256 == sealed["manifest_sha256"]
    (listed,) = lead.get(judged.path("versions")).json()
    assert "path" not in listed
    assert listed | {"frozen_at": ""} == sealed | {"frozen_at": "", "published": [], "withdrawn": None}

    judged.judge(judged.ada)
    assert freeze(judged, "1.1.0").status_code == 201
    answer = lead.get(judged.path("versions/1.1.0/diff"), params={"from": "1.0.0"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["old"]["version"], found["new"]["version"]) == ("1.0.0", "1.1.0")
    assert sum(each["added"] for each in found["rows"]["ratings"].values()) == 1
    for place in (str(folder), str(tmp_path), "hub:org/name@1.0.0", "../1.0.0"):
        refused = lead.get(judged.path("versions/1.1.0/diff"), params={"from": place})
        problem(refused, 404, "not_found")
    problem(lead.get(judged.path("versions/1.1.0/diff")), 422, "bad_call")

    begin_withdrawal(ctx, OPERATOR, name, target="hub:org/name", commits={"1.0.0": "a" * 40}, large_files={})
    detail = problem(lead.get(judged.path("versions/1.0.0/files/manifest.json")), 404, "not_found")["detail"]
    assert re.fullmatch(
        r"Version 1\.0\.0 was withdrawn on \d{4}-\d\d-\d\d; the nearest version is 1\.1\.0\.", detail
    )
    both = lead.get(judged.path("versions")).json()
    assert [each["withdrawn"] and each["withdrawn"]["targets"] for each in both] == [["hub:org/name"], None]

    (ctx.versions / name / "1.1.0" / "README.md").write_text("Damaged.")
    answer = lead.post(judged.path("versions/1.1.0/publish"), {"to": "hub:org/name"})
    detail = problem(answer, 409, "damaged_version")["detail"]
    assert detail.startswith("README.md differs from the manifest")
    assert str(ctx.versions.parent) not in detail


def test_a_version_is_frozen_once_and_versions_rise(frozen: Lab):
    problem(freeze(frozen, "1.0.0"), 409, "already_exists")
    problem(freeze(frozen, "0.9.9"), 409, "already_exists")
    assert [each["version"] for each in frozen.lead.get(frozen.path("versions")).json()] == ["1.0.0"]


def test_what_is_no_version_is_refused(judged: Lab):
    long, arabic = "1." + "9" * 40 + ".0", ("1٠.0.0", "٣.0.0")
    for version in ("", "1", "1.0", "v1.0.0", "1.0.0\n", "01.0.0", "1.0.0-rc1", "../1.0.0", long, *arabic):
        problem(freeze(judged, version), 422, "bad_call")
    for value in (None, 1, 1.0, ["1.0.0"], "1" * 51):
        problem(freeze(judged, value), 422, "bad_call")
    assert judged.lead.get(judged.path("versions")).json() == []


def test_without_judgements_there_is_nothing_to_freeze(lab: Lab):
    assert "no judgements yet" in problem(freeze(lab, "1.0.0"), 409, "refused")["detail"]


def test_the_service_writes_to_no_folder_a_caller_names(frozen: Lab, tmp_path: Path):
    for target in (str(tmp_path / "out"), f"file://{tmp_path}/out", "../out", "", " hub:org/name"):
        answer = frozen.lead.post(frozen.path("versions/1.0.0/publish"), {"to": target})
        assert "hub:org/name" in problem(answer, 422, "bad_call")["detail"]
    assert list(tmp_path.iterdir()) == []


def test_what_was_never_frozen_cannot_be_published(judged: Lab):
    answer = judged.lead.post(judged.path("versions/9.9.9/publish"), {"to": "hub:org/name"})
    assert "no version 9.9.9" in problem(answer, 404, "not_found")["detail"]


def test_one_call_asks_for_one_thing(frozen: Lab):
    for more in ({"candidate": True, "approve": True}, {"dry_run": True, "candidate": True}):
        body = {"to": "hub:org/name"} | more
        told = problem(frozen.lead.post(frozen.path("versions/1.0.0/publish"), body), 422, "bad_call")
        assert "Nothing was sent" in told["detail"]
    for more in ({"public": True}, {"gated": "auto"}, {"public": True, "dry_run": True}):
        body = {"to": "hub:org/name"} | more
        told = problem(frozen.lead.post(frozen.path("versions/1.0.0/publish"), body), 409, "refused")
        assert "were told that the dataset is private" in told["detail"]
    problem(
        frozen.lead.post(frozen.path("versions/1.0.0/publish"), {"to": "hub:org/name", "gated": "open"}),
        422,
        "bad_call",
    )
