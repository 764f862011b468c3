"""What leads read: agreement, progress and every judgement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rlhf_collect.domain.actor import OPERATOR, Role
from rlhf_collect.importers import open_judgements
from rlhf_collect.services.imports import import_judgements
from tests.api.calling import API, Caller, Lab, Service, judgement, problem

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


def test_a_lead_decides_revises_and_takes_it_back(lab: Lab):
    for who, letter in ((lab.ada, "a"), (lab.bo, "b")):
        handed = lab.next(who)
        name = handed["comparison"]["id"]
        change = {"choice": f"{name}-{letter}", "strength": 1}
        assert who.post(f"{API}/judgements", judgement(handed, **change)).status_code == 201
    said = {"comparison": name, "choice": f"{name}-b", "strength": 2, "reason": "The other one is wrong."}
    done = lab.lead.put(lab.path("decisions"), said)
    assert (done.status_code, done.json()["revision"]) == (200, 0)
    listed = lab.lead.get(lab.path("contested")).json()["comparisons"]
    found = [each["decisions"] for each in listed if each["comparison"] == name]
    assert found in (
        [],
        [[{"by": "Lena", "role": "lead", **{k: said[k] for k in ("choice", "strength", "reason")}}]],
    )
    assert (
        lab.lead.put(lab.path("decisions"), {**said, "choice": "tie", "strength": None}).json()["revision"]
        == 1
    )
    assert lab.lead.put(lab.path("decisions"), {**said, "choice": "nothing"}).status_code == 422
    back = lab.lead("DELETE", lab.path(f"decisions?comparison={name}"))
    assert (back.status_code, back.json()["revision"]) == (200, 2)


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
    separation = report["separation"]
    assert separation.keys() == {"first", "second", "difference", "separated", "judgements_more"}
    assert (separation["separated"], separation["judgements_more"]) == (True, 0)
    said = json.dumps(report)
    assert not [name for name in ("ada", "bo") if f'"{name}' in said.lower()]
    problem(lab.lead.get(lab.path("leaderboard?criterion=politeness")), 404, "not_found")


def test_contested_comparisons_come_page_by_page_with_what_was_said_and_no_name(lab: Lab):
    judge_all(lab)
    found = lab.lead.get(lab.path("contested?limit=1")).json()
    assert (found["total"], [each["comparison"] for each in found["comparisons"]]) == (1, ["c000"])
    assert sorted(each["choice"] for each in found["comparisons"][0]["answers"]) == ["c000-a", "tie"]
    assert not [name for name in ("Ada", "Bo") if f'"{name}"' in json.dumps(found)]
    assert lab.lead.get(lab.path("contested?after=1")).json()["comparisons"] == []
    problem(lab.lead.get(lab.path("contested?limit=1000")), 422, "bad_call")
    problem(lab.lead.get(lab.path("contested?criterion=politeness")), 404, "not_found")


def by_page(lab: Lab) -> Caller:
    return lab.service.by_cookie(lab.service.session(lab.people["Lena"]), Role.LEAD)


def test_tables_and_plots_of_the_page_are_files_for_its_lead(lab: Lab):
    judge_all(lab)
    lead = by_page(lab)
    table = lead.get("/lead/files/models.csv?criterion=overall")
    assert table.text.startswith("model,strength,elo,low,high,")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == f'attachment; filename="{lab.project.name}-models.csv"'
    slices = (f"by_{each}" for each in ("model_pair", "tag", "language", "guidelines", "week", "criterion"))
    for name in ("days", "wins", "raters", "tenths", *slices):
        assert lead.get(f"/lead/files/{name}.csv").status_code == 200, name
    assert lead.get("/lead/files/days.csv").text == "day,judgements\n2026-03-02,12\n"
    plot = lead.get("/lead/files/days.svg", headers={"Accept-Language": "fr"})
    assert plot.headers["content-type"] == "image/svg+xml"
    assert "Jugements par jour" in plot.text
    for missing in ("nothing.csv", "nothing.svg", "weeks.svg", "peer_agreement.svg"):
        problem(lead.get(f"/lead/files/{missing}"), 404, "not_found")
    rater = lab.service.by_cookie(lab.service.session(lab.people["Ada"]))
    assert rater.get("/lead/files/raters.csv").status_code == 401


def test_progress_counts_what_was_judged_and_what_is_left(lab: Lab):
    lab.judge(lab.ada)
    lab.judge(lab.bo)
    told = lab.lead.get(lab.path("progress")).json()
    overlap = lab.project.settings.overlap.max
    assert (told["project"], told["overlap"], told["comparisons"]) == (lab.project.name, overlap, 6)
    assert (told["judgements"], told["judgements_left"]) == (2, 6 * overlap - 2)
    assert told["by_day"] == [{"day": "2026-03-02", "judgements": 2}]
    assert told["sentence"]
    assert told["forecast"].keys() == {
        *("day", "low", "high"),
        "per_day",
        "days",
        "quiet_since",
        "reason",
        "sentence",
    }
    assert (told["forecast"]["day"], told["forecast"]["reason"]) == (None, "few_days")
    assert "after 3 days with judgements; so far there are 0" in told["forecast"]["sentence"]


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


def test_a_lead_reads_what_to_look_at_and_says_to_have_looked(lab: Lab):
    handed = lab.next()
    body = {**judgement(handed), "flags": [{"target": "prompt", "flag": "broken"}]}
    assert lab.ada.post(f"{API}/judgements", body).status_code == 201
    clock = lab.service.ctx.clock  # of the whole folder
    clock.move(days=3)
    try:
        found = lab.lead.get(lab.path("alerts")).json()
        waiting = [each for each in found["alerts"] if each["kind"] == "flags_wait"]
        assert waiting[0].keys() == {"key", "kind", "since", "sentence", "what_to_do", "figures", "sent"}
        assert "Ada" not in json.dumps(found)
        looked = lab.lead.put(lab.path("flags/looked"), {"before": waiting[0]["figures"]["before"]})
        assert looked.json()["comparisons"] == 1
        kinds = [each["kind"] for each in lab.lead.get(lab.path("alerts")).json()["alerts"]]
        assert "flags_wait" not in kinds
        problem(lab.lead.put(lab.path("flags/looked"), {"before": "now"}), 422, "bad_call")
    finally:
        clock.move(days=-3)


def test_half_characters_in_a_list_and_pages_beyond_counting_are_refused_as_any_mistake(lab: Lab):
    assert lab.ada.post(f"{API}/judgements", judgement(lab.next(lab.ada))).status_code == 201
    known = json.loads(lab.lead.get(lab.path("judgements")).text.splitlines()[0])["rater"]
    said = {"rater": known, "reasons": "The first response shown was chosen every time, whatever it says."}
    for change in ({"evidence": ["\ud800"]}, {"evidence": ["first_shown"], "comparisons": ["\ud800"]}):
        body = json.dumps({**said, **change}).encode()
        answer = lab.lead(
            "POST", lab.path("exclusions"), content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (404, 422), answer.text
    assert lab.lead.get(lab.path("contested?after=9223372036854775807")).status_code == 422
