"""What leads read: agreement, progress and every judgement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.importers import open_judgements
from rlhf_collect.services.imports import import_judgements
from tests.api.calling import API, Lab, Service, judgement, problem

OF_THE_CONTRACT = {
    "project", "criterion", "raters", "comparisons", "judgements", "pairs", "percent_agreement",
    "percent_agreement_no_ties", "krippendorff_alpha", "krippendorff_alpha_strength", "gwet_ac1", "position_bias",
    "self_consistency", "gold_accuracy", "by_model_pair", "by_tag", "by_week", "sentence", "notes",
}  # fmt: skip


def judge_all(lab: Lab) -> None:
    """Both raters judge everything, the same way but for one tie."""
    for who in (lab.ada, lab.bo):
        for _ in range(6):
            handed = lab.next(who)
            name = handed["comparison"]["id"]
            tie = who.headers == lab.bo.headers and name == "c000"
            change = {"choice": "tie", "strength": 0} if tie else {"choice": f"{name}-a", "strength": 1}
            assert who.post(f"{API}/judgements", judgement(handed, **change)).status_code == 201


def test_the_agreement_report_has_the_fields_of_the_contract_and_counts_pairs(lab: Lab):
    judge_all(lab)
    report = lab.lead.get(lab.path("agreement")).json()
    assert report.keys() >= OF_THE_CONTRACT
    assert (report["project"], report["criterion"]) == (lab.project.name, "overall")
    assert (report["raters"], report["comparisons"], report["judgements"], report["pairs"]) == (2, 6, 12, 6)
    share = report["percent_agreement"]
    assert share.keys() >= {"value", "low", "high", "n"}
    assert (share["value"], share["n"]) == (pytest.approx(5 / 6), 6)
    assert report["percent_agreement_no_ties"]["value"] == 1.0
    assert report["sentence"]


def test_what_cannot_be_computed_is_null_with_a_reason(lab: Lab):
    report = lab.lead.get(lab.path("agreement")).json()
    assert report["krippendorff_alpha"] is None or report["krippendorff_alpha"]["value"] is None
    assert report["notes"]["krippendorff_alpha"]


def test_agreement_is_asked_by_criterion_and_an_unknown_one_is_answered_with_those_there_are(lab: Lab):
    whole = lab.lead.get(lab.path("agreement")).json()
    assert lab.lead.get(lab.path("agreement?criterion=overall")).json() == whole
    unknown = problem(lab.lead.get(lab.path("agreement?criterion=politeness")), 404, "not_found")
    assert "Criteria: overall." in unknown["detail"]


def test_the_leaderboard_has_the_fields_of_the_contract_and_no_rater(lab: Lab):
    judge_all(lab)
    report = lab.lead.get(lab.path("leaderboard")).json()
    assert report.keys() >= {"project", "criterion", "models", "components", "effective_judgements", "notes"}
    assert {
        "model",
        "strength",
        "elo",
        "low",
        "high",
        "rank_low",
        "rank_high",
        "judgements",
        "tie_share",
    } <= set(report["models"][0])
    assert (report["raters"], report["judgements"]) == (2, 12)
    said = json.dumps(report)
    assert not [name for name in ("ada", "bo") if f'"{name}' in said.lower()]
    problem(lab.lead.get(lab.path("leaderboard?criterion=politeness")), 404, "not_found")


def test_progress_counts_what_was_judged_and_what_is_left(lab: Lab):
    lab.judge(lab.ada)
    lab.judge(lab.bo)
    told = lab.lead.get(lab.path("progress")).json()
    overlap = lab.project.settings.overlap.max
    assert (told["project"], told["overlap"], told["comparisons"]) == (lab.project.name, overlap, 6)
    assert (told["judgements"], told["judgements_left"]) == (2, 6 * overlap - 2)
    assert told["by_day"] == [{"day": "2026-03-02", "judgements": 2}]
    assert told["sentence"]


def test_judgements_stream_in_the_import_form_under_names_that_are_nobodys(lab: Lab):
    lab.judge(rationale="Because.")
    lab.ada.post(f"{API}/assignments/{lab.next()['assignment']}/skip", {})
    (row,) = lab.stored()
    assert list(row) == [
        "comparison", "rater", "criterion", "choice", "strength", "presentation", "rationale", "submitted_on",
    ]  # fmt: skip
    assert "Ada" not in row["rater"]
    assert row["submitted_on"] == "2026-03-02"


def test_a_stream_is_read_back_by_an_import_and_streams_the_same_again(
    service: Service, lab: Lab, tmp_path: Path
):
    judge_all(lab)
    rows = lab.stored()
    assert len(rows) == 12
    file = tmp_path / "judgements.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    other = service.lab()
    for already in (0, 12):
        items = open_judgements(file)
        report = import_judgements(service.ctx, OPERATOR, other.project.name, items, source="stream")
        assert (report.judgements, report.known_judgements) == (12 - already, already)
    assert other.stored() == rows
    one, two = (each.lead.get(each.path("agreement")).json() for each in (lab, other))
    assert one["percent_agreement"] == two["percent_agreement"]
    assert one["krippendorff_alpha"] == two["krippendorff_alpha"]
