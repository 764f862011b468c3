"""The checkup finds what should not be there, rule by rule, and nothing in what the services wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.errors import NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.adjudications import adjudicate
from rlhf_collect.services.appeals import answer_appeal, contest
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.decided import my_controls, my_decisions
from rlhf_collect.services.deciders import name_decider
from rlhf_collect.services.deciding import decide, leave_to_others, next_to_decide
from rlhf_collect.services.eligibility import set_limits
from rlhf_collect.services.exclusions import decide_exclusion
from rlhf_collect.services.guidelines import confirm_guidelines
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.messages import reply, settle_thread, write_message
from rlhf_collect.services.names import pseudonym_for_leads, pseudonym_key
from rlhf_collect.services.page_objects import save_display, save_draft
from rlhf_collect.services.practice_rounds import answer_practice, practise_again
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import set_consents
from rlhf_collect.services.referrals import refer, take_back_referral
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.skips import take_back_skip
from rlhf_collect.services.versions import freeze_version
from rlhf_collect.services.withdrawals import withdraw_judgement
from rlhf_collect.storage.named_sql import statement as sql_of
from tests.making import HeldClock, ask_and_judge, bring, comparison, invite, make_project, raters, said
from tests.services.looking import query
from tests.services.stories import Told, tell, told_again
from tests.services.test_images import bring_folder, pictured

NAMED = ("integrity", "integrity_around")
"""The queries in which the checkup has most of its rules."""
HERE = "submitted_at IS NOT NULL"
ONE = f"""judgement_id = (
    SELECT min(j.judgement_id) FROM judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
    WHERE {HERE} AND choice LIKE '%-_' AND completion_count = 2)"""
"""A judgement of a pair, made here, in which one completion won."""
DAMAGE: dict[str, list[str]] = {
    "completions": ["DELETE FROM completion WHERE place = 1 AND completion_id = 'c3-b'"],
    "completion comparisons": ["UPDATE completion SET comparison_key = uuid() WHERE completion_id = 'c3-a'"],
    "comparison projects": [
        "UPDATE comparison SET batch_id = uuid() WHERE comparison_id = 'c3'",
        "DELETE FROM import_batch",
    ],
    "judgement comparisons": [f"UPDATE judgement SET comparison_key = uuid() WHERE {ONE}"],
    "judgement raters": ["UPDATE judgement SET rater_key = uuid() WHERE submitted_at IS NULL"],
    "judgement assignments": [
        f"UPDATE judgement SET submitted_at = TIMESTAMPTZ '2026-03-02', arrival_no = 1 WHERE NOT ({HERE})",
        f"UPDATE judgement SET presentation = '[]' WHERE {ONE}",
    ],
    "choices": [f"UPDATE judgement SET choice = 'c9-z' WHERE {ONE}"],
    "revisions": [
        "DELETE FROM judgement WHERE revision_no = 0 AND judgement_id IN"
        " (SELECT judgement_id FROM judgement WHERE revision_no = 1)",
        "UPDATE judgement SET sequence_no = -sequence_no WHERE revision_no = 1",
    ],
    "assignments": [
        "UPDATE assignment SET rater_key = uuid()",
        "UPDATE assignment SET project_id = uuid()",
    ],
    "leases": ["DELETE FROM lease WHERE assignment_id = (SELECT min(assignment_id) FROM lease)"],
    "lease assignments": ["UPDATE lease SET assignment_id = uuid()"],
    "lease lengths": ["UPDATE lease SET lease_ends = lease_ends + INTERVAL 4 HOUR"],
    "openings": [
        "UPDATE opening SET comparison_key = uuid()",
        "UPDATE opening SET decided_at = decided_at - INTERVAL 1 DAY WHERE first_k = 2",
    ],
    "openings missing": ["DELETE FROM opening"],
    "repeats": [
        "UPDATE assignment SET repeat_no = 1 WHERE judgement_id NOT IN (SELECT judgement_id FROM judgement)",
        f"UPDATE assignment SET repeat_no = 1 WHERE {ONE}",
    ],
    "repeat ranks": [f"UPDATE judgement SET repeat_no = 1 WHERE {ONE}"],
    "images": ["UPDATE image SET bytes = 'other'::BLOB"],
    "image paths": ["DELETE FROM image"],
    "skips": ["UPDATE skip SET comparison_key = uuid()", "UPDATE skip SET rater_key = uuid()"],
    "credentials": ["UPDATE credential SET rater_key = uuid()"],
    "consents": ["UPDATE consent SET rater_key = uuid()"],
    "settings": ["DELETE FROM project_setting"],
    "labels": [
        f"UPDATE judgement SET label = 2 - label WHERE {ONE}",
        "UPDATE judgement SET label = 7 WHERE choice = 'tie'",
        "UPDATE completion SET slot = 1 - slot WHERE comparison_key ="
        f" (SELECT min(comparison_key) FROM judgement WHERE {ONE})",
    ],
    "strengths": [
        f"UPDATE judgement SET signed_strength = -signed_strength WHERE {ONE}",
        f"UPDATE judgement SET signed_strength = NULL WHERE {ONE}",
        "UPDATE judgement SET signed_strength = 1 WHERE choice = 'both_bad'",
    ],
    "sides": [
        f"UPDATE judgement SET first_shown_won = NOT first_shown_won WHERE {ONE}",
        "UPDATE judgement SET first_shown_won = TRUE WHERE choice = 'tie'",
        "UPDATE judgement SET first_shown_won = FALSE WHERE presentation IS NULL AND choice <> 'tie'",
    ],
    "arrival": [
        f"UPDATE judgement SET arrival_no = 7 WHERE {ONE}",
        f"UPDATE judgement SET arrival_no = NULL WHERE {ONE}",
        "UPDATE judgement SET arrival_no = 9 WHERE revision_no = 1",
        f"UPDATE judgement SET arrival_no = 3 - arrival_no WHERE {HERE}",
    ],
    "degrees": [
        "UPDATE judgement SET degree = 4 WHERE degree = 1",
        "UPDATE judgement SET strength = NULL WHERE degree = 1",
    ],
    "flags": ["UPDATE flag SET comparison_key = uuid()", "UPDATE flag SET rater_key = uuid()"],
    "edited": [
        "UPDATE edited SET judgement_id = uuid()",
        "UPDATE edited SET rater_key = uuid()",
        "UPDATE edited SET completion_id = 'c9-z'",
    ],
    "skips taken back": ["UPDATE skip_end SET skip_id = uuid()"],
    "skips in a row": ["DELETE FROM skip_end", "UPDATE skip SET skip_no = 7 WHERE skip_no = 1"],
    "withdrawals": [
        "UPDATE withdrawal SET judgement_id = uuid()",
        "UPDATE withdrawal SET rater_key = uuid()",
        "UPDATE withdrawal SET project_id = uuid()",
        "UPDATE withdrawal SET sequence_no = -sequence_no WHERE withdrawal_no = 0",
        "DELETE FROM judgement WHERE revision_no = 2",
    ],
    "withdrawals in a row": [
        "UPDATE withdrawal SET withdrawal_no = 7 WHERE withdrawal_no = 1",
        "DELETE FROM withdrawal WHERE withdrawal_no = 0",
    ],
    "withdrawal ranks": ["UPDATE withdrawal SET sequence_no = 1 WHERE withdrawal_no = 0"],
    "decisions": [
        "UPDATE adjudication SET comparison_key = uuid()",
        "UPDATE adjudication SET rater_key = uuid()",
        "UPDATE adjudication SET choice = 'c9-z' WHERE revision_no = 0",
    ],
    "decisions in a row": [
        "DELETE FROM adjudication WHERE revision_no = 0",
        "UPDATE adjudication SET sequence_no = -sequence_no WHERE revision_no = 1",
    ],
    "decisions as shown": [
        "UPDATE adjudication SET presentation = '[]' WHERE role = 'rater'",
        "UPDATE deciding SET rater_key = uuid()",
    ],
    "shown to decide": [
        "UPDATE deciding SET comparison_key = uuid()",
        "UPDATE deciding SET rater_key = uuid()",
        "UPDATE assignment SET rater_key = (SELECT rater_key FROM deciding ORDER BY ALL LIMIT 1), "
        "comparison_key = (SELECT comparison_key FROM deciding ORDER BY rater_key LIMIT 1) "
        "WHERE assignment_id = (SELECT min(assignment_id) FROM assignment)",
    ],
    "left to others": ["UPDATE deciding_decline SET adjudication_id = uuid()"],
    "referrals": [
        "UPDATE referral SET comparison_key = uuid()",
        "UPDATE referral SET referral_no = referral_no + 2",
    ],
    "deciders": [
        "UPDATE decider SET rater_key = uuid()",
        "UPDATE decider SET decider_no = decider_no + 2",
    ],
    "decision ranks": ["UPDATE adjudication SET sequence_no = 1 WHERE revision_no = 0 AND role = 'lead'"],
    "written decisions": [
        "UPDATE decision SET rater_key = uuid()",
        "DELETE FROM decision_judgement",
        "UPDATE decision_judgement SET judgement_id = uuid()",
    ],
    "decision steps": [
        "UPDATE decision_step SET decision_id = uuid()",
        "DELETE FROM decision_step WHERE step_no = 0",
        "UPDATE decision_step SET occurred_at = occurred_at - INTERVAL 1 DAY WHERE step_no = 0",
    ],
    "appeals": [
        "UPDATE appeal SET rater_key = uuid()",
        "UPDATE appeal SET subject_id = uuid() WHERE subject_kind = 'control'",
        "UPDATE appeal SET subject_id = uuid() WHERE subject_kind = 'decision'",
        "UPDATE appeal SET decision_author = uuid() WHERE subject_kind = 'decision'",
    ],
    "appeals ended": [
        "UPDATE appeal_event SET appeal_id = uuid()",
        "UPDATE appeal_event SET rater_key = uuid()",
        "DELETE FROM decision_step WHERE step = 'lifted'",
    ],
    "threads": ["UPDATE thread SET judgement_id = uuid()"],
    "messages": ["UPDATE message SET message_no = 5 WHERE role <> 'rater'"],
    "known answers removed": ["UPDATE gold_removal SET comparison_key = uuid()"],
    "drafts": ["UPDATE draft SET assignment_id = uuid()", "UPDATE draft SET rater_key = uuid()"],
    "drafts left behind": [
        "UPDATE draft SET assignment_id ="
        " (SELECT min(assignment_id) FROM assignment WHERE judgement_id IN (SELECT judgement_id FROM judgement))"
        " WHERE assignment_id = (SELECT min(assignment_id) FROM draft)"
    ],
    "displays": ["UPDATE display SET rater_key = uuid()"],
    "eligibility": [
        "UPDATE eligibility SET rater_key = uuid()",
        "DELETE FROM eligibility WHERE eligibility_no = 0",
    ],
    "guidelines confirmed": [
        "UPDATE guideline_confirmation SET rater_key = uuid()",
        "UPDATE guideline_confirmation SET project_id = uuid()",
    ],
    "practice rounds": [
        "UPDATE practice_round SET rater_key = uuid()",
        "DELETE FROM practice_round WHERE round_no = 1",
    ],
    "practice raters": ["UPDATE practice_answer SET rater_key = uuid()", "DELETE FROM practice_round"],
    "version inputs": ["UPDATE version_input SET version_id = uuid()"],
    "practised comparisons": [
        "UPDATE practice_answer SET comparison_key = uuid()",
        "UPDATE comparison SET is_gold = FALSE WHERE comparison_id = 'p1'",
    ],
    "practice answers": [
        "UPDATE practice_answer SET as_expected = NOT as_expected",
        "UPDATE comparison SET gold = replace(gold, 'p1-a', 'p1-b') WHERE comparison_id = 'p1'",
    ],
    "practice comparisons": [
        "DELETE FROM comparison WHERE comparison_id = 'p1'",
        "UPDATE comparison SET is_gold = FALSE WHERE comparison_id = 'p1'",
        "UPDATE comparison SET gold = replace(gold, 'overall', 'style') WHERE comparison_id = 'p1'",
    ],
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    source = pictured(tmp_path_factory.mktemp("pictures") / "source")

    def story(ctx: Context, clock: HeldClock) -> None:
        _everything(ctx, source)
        _decide_and_contest(ctx, clock)

    return tell(tmp_path_factory.mktemp("story"), story)


@pytest.fixture
def full(told: Told, clock: HeldClock) -> Iterator[Context]:
    with told_again(told, clock) as opened:
        yield opened


def _everything(ctx: Context, source: Path) -> None:
    """Projects in which everything a row can be about has happened."""
    bring_folder(ctx, make_project(ctx, "pictured"), source)
    project = make_project(ctx, overlap={"min": 3, "max": 4})
    bring(
        ctx, project, [comparison("c1"), comparison("c2", 3), comparison("c3"), comparison("c4", gold="c4-a")]
    )
    one, other = raters(ctx, project, 2)
    for actor in (one, other):
        project = make_project(ctx, overlap={"min": 3 if actor is one else 2, "max": 4})  # lowered in between
        ask_and_judge(ctx, actor, project)
        held = ask_and_judge(ctx, actor, project)
        revise_judgement(ctx, actor, held.judgement_id, [Draft(choice="tie")])
    for _ in range(2):  # taken back, given anew, taken back
        withdraw_judgement(ctx, other, held.judgement_id)
        revise_judgement(ctx, other, held.judgement_id, [Draft(choice="tie")])
    skip_assignment(ctx, one, next_assignment(ctx, one, project.name).assignment_id, "Not now.")
    next_assignment(ctx, other, project.name)
    set_consents(ctx, one, {"publish_rationale": True})
    for tags in (["law"], []):
        set_limits(ctx, OPERATOR, project.name, one.name, tags=tags)
    items = [
        said("c1", "import:x/1", "c1-a", 1),
        said("c1", "import:x/2", "both_bad"),
        said("c2", "y", "skip"),
    ]
    import_judgements(ctx, OPERATOR, project.name, items, source="x")
    lead = invite(ctx, project, "Lea", "lead").actor
    for choice in ("c1-a", "tie"):
        adjudicate(ctx, lead, project.name, "c1", choice=choice, reason="The other one is wrong.")
    _decide_as_second_raters(ctx, project)
    _fill_around(ctx)


def _decide_as_second_raters(ctx: Context, project: Project) -> None:
    """One is left to a second rater twice; who was named twice decides it, another had left it to others."""
    bring(ctx, project, [comparison("c5"), comparison("c6")])
    items = [said(each, f"x{letter}", f"{each}-{letter}") for each in ("c5", "c6") for letter in "ab"]
    import_judgements(ctx, OPERATOR, project.name, items, source="apart")
    deciders = [invite(ctx, project, name).actor for name in ("Cy", "Di")]
    for actor in deciders:
        for decides in (True, False, True):
            name_decider(ctx, OPERATOR, project.name, actor.name, decides=decides)
    for act in (refer, take_back_referral, refer):
        act(ctx, OPERATOR, project.name, ["c5", "c6"])
    left, shown = (next_to_decide(ctx, actor, project.name) for actor in deciders)
    following = leave_to_others(ctx, deciders[0], left.decision_id)
    decide(ctx, deciders[1], shown.decision_id, Draft(choice="tie"), "Both say the same.")
    assert isinstance(following.next, NoWork)


def _fill_around(ctx: Context) -> None:
    """The second project: four degrees, and all that happens beside a judgement."""
    criterion = {"name": "overall", "question": "Which, if you must?", "strengths": 4}
    project = make_project(
        ctx, "around", criteria=[criterion], edits="optional", practice={"comparisons": ["p1"]}
    )
    bring(ctx, project, [comparison("p1", gold="p1-a"), *map(comparison, ("d1", "d2", "d3"))])
    for actor in raters(ctx, project, 2):
        confirm_guidelines(ctx, actor, project.settings.guidelines.version)
        save_display(ctx, actor, {"language": "fr"})
        for choice in ("p1-b", "p1-a", "p1-a"):
            answer_practice(ctx, actor, project.name, "p1", [Draft(choice=choice, strength=1)])
            practise_again(ctx, actor, project.name)
        _judge_with_remarks(ctx, actor, project)
        _ask_the_leads(ctx, actor, project)
        skipped = next_assignment(ctx, actor, project.name).assignment_id
        skip_assignment(ctx, actor, skipped)
        take_back_skip(ctx, actor, skipped)
        skip_assignment(ctx, actor, skipped)
        save_draft(ctx, actor, next_assignment(ctx, actor, project.name).assignment_id, {"why": "half"})
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")


def _decide_and_contest(ctx: Context, clock: HeldClock) -> None:
    """The third project: judgements left out, that and a known answer contested, and both upheld."""
    project = make_project(ctx, "decided", quality={"gold_share": 0.05})
    bring(ctx, project, 20)
    bring(ctx, project, [comparison("f1", gold="f1-a")])
    (rater,) = raters(ctx, project, 1)
    for _ in range(21):
        ask_and_judge(ctx, rater, project)
    lead, other = (invite(ctx, project, name, "lead").actor for name in ("Lea", "Max"))
    row = {"rater": rater.name, "rater_key": rater.rater_key, "imported": False}
    name = pseudonym_for_leads(pseudonym_key(ctx, project), row)
    done = decide_exclusion(ctx, lead, project.name, name, reasons="x" * 40, evidence=["drift"])
    clock.move(days=7)
    opened = contest(ctx, rater, decision=done.decision_id)
    answer_appeal(ctx, other, project.name, opened.appeal_id, step="upheld", reasons="It was read.")
    (control,) = my_controls(ctx, rater)
    contest(ctx, rater, judgement=UUID(control["judgement"]))
    clock.move(days=14)
    my_decisions(ctx, rater)


def _ask_the_leads(ctx: Context, actor: Actor, project: Project) -> None:
    """One thread about a comparison that was handed out, answered and settled, and one about none."""
    lead = invite(ctx, project, f"Lead of {actor.name}", "lead").actor
    held = next_assignment(ctx, actor, project.name)
    asked = write_message(ctx, actor, new_id(), "Which?", judgement=held.judgement_id)
    reply(ctx, lead, project.name, asked.thread_id, new_id(), "The second.")
    settle_thread(ctx, actor, asked.thread_id)
    write_message(ctx, actor, new_id(), "And why?", nameless=True)


def _judge_with_remarks(ctx: Context, actor: Actor, project: Project) -> None:
    held = next_assignment(ctx, actor, project.name)
    best, other = held.presentation
    submit_judgement(
        ctx, actor, held.assignment_id, held.judgement_id, [Draft(choice=best, strength=1)],
        flags=[Flag(target="prompt", flag="harmful")], edited=Edited(completion=other, content="Better."),
    )  # fmt: skip


def test_what_the_services_wrote_is_healthy_and_every_rule_has_its_damage(full: Context) -> None:
    report = examine_store(full)
    assert report["healthy"], report
    assert {each["name"] for each in report["checks"]} == set(DAMAGE)
    assert all(each["what"] and each["wrong"] == 0 for each in report["checks"])


def test_damage_is_found_under_the_name_of_its_rule_and_counted_by_rows(full: Context) -> None:
    rules = {name: named for named in NAMED for name in _rules_of(full, named)}
    for name, statements in DAMAGE.items():
        for statement in statements:
            with _damaged(full, statement):
                assert _wrong(full, name, rules.get(name)) > 0, f"{name}: {statement}"


def test_wrong_rows_are_counted_and_not_kinds_of_wrong(full: Context) -> None:
    every = f"UPDATE judgement SET first_shown_won = NULL WHERE {HERE} AND choice LIKE '%-_'"
    decided = query(full, f"SELECT count(*) FROM judgement WHERE {HERE} AND choice LIKE '%-_'")[0][0]
    with _damaged(full, every):
        assert _wrong(full, "sides") == decided > 1
    marked = query(full, "SELECT count(*) FROM practice_answer")[0][0]
    other = "UPDATE practice_answer SET as_expected = NOT as_expected"
    with _damaged(full, other):
        assert _wrong(full, "practice answers") == marked == 6
    assert examine_store(full)["healthy"], "what was damaged is as it was"


def test_a_project_without_settings_is_counted_and_leaves_the_other_counts_as_they_are(full: Context) -> None:
    query(full, "DELETE FROM project_setting")
    wrong = {each["name"]: each["wrong"] for each in examine_store(full)["checks"] if each["wrong"]}
    assert wrong == {"settings": 4}


@contextmanager
def _damaged(ctx: Context, statement: str) -> Iterator[None]:
    """The store after one statement, which is then undone."""
    table = statement.removeprefix("DELETE FROM ").removeprefix("UPDATE ").split()[0]
    query(ctx, f"CREATE OR REPLACE TABLE kept AS FROM {table}")
    query(ctx, statement)
    yield
    query(ctx, f"DELETE FROM {table}")
    query(ctx, f"INSERT INTO {table} FROM kept")


def _rules_of(ctx: Context, named: str) -> list[str]:
    return [row["name"] for row in ctx.store.read(named)]


def _wrong(ctx: Context, name: str, named: str | None = None) -> int:
    """What the checkup counts under a rule; of a rule of a named query, only that one is worked out."""
    if named is not None:
        whole = sql_of(named).rstrip().removesuffix(";")
        return int(query(ctx, f"SELECT wrong FROM ({whole}) WHERE name = ?", name)[0][0])
    report = examine_store(ctx)
    assert report["healthy"] is not any(each["wrong"] for each in report["checks"])
    wrong: dict[str, int] = {each["name"]: each["wrong"] for each in report["checks"]}
    return wrong[name]
