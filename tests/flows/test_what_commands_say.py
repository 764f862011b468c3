"""What commands print: one JSON document also when they refuse, counted things in words, and people's ways in."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from rlhf_collect.clock import utc_now
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Flag
from rlhf_collect.services.appeals import contest
from rlhf_collect.services.exclusions import decide_exclusion
from rlhf_collect.services.judgements import submit_judgement
from rlhf_collect.services.names import pseudonym_for_leads, pseudonym_key
from rlhf_collect.services.projects import find_project
from rlhf_collect.services.serving import next_assignment
from tests.flows.running import answer_here, collect_here, comparisons_file, write_project
from tests.importers import samples
from tests.importers.writing import write_lines
from tests.making import HeldClock, bring, comparison, invite, judge, make_project, open_services
from tests.senders.receiving import web_server


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty project called lab."""
    folder = tmp_path_factory.mktemp("applied")
    config = write_project(folder, "lab")
    assert collect_here("apply", config, database=folder / "lab.duckdb").returncode == 0
    return folder


@pytest.fixture
def database(applied: Path, tmp_path: Path) -> Path:
    """That project, for one test alone."""
    copytree(applied, tmp_path, dirs_exist_ok=True)
    return tmp_path / "lab.duckdb"


def test_a_refused_import_prints_its_problems_as_json_where_json_was_asked_for(
    tmp_path: Path, database: Path
) -> None:
    pairs = comparisons_file(tmp_path / "pairs.jsonl", 1)
    pairs.write_text(pairs.read_text() + "no json\n")
    done = collect_here("import", "lab", pairs, "--json", database=database)
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert problem.keys() == {"where", "field", "what", "mend"}
    assert problem["where"] == "pairs.jsonl:2"
    assert "pairs.jsonl: 1 line cannot be used, so nothing was imported. Mend it," in done.stderr


def test_one_thing_is_one_thing(tmp_path: Path, database: Path) -> None:
    pairs = comparisons_file(tmp_path / "pairs.jsonl", 1)
    assert "1 new comparison." in collect_here("import", "lab", pairs, database=database).stdout
    judged = tmp_path / "judged.jsonl"
    judged.write_text('{"comparison": "c0", "rater": "elsewhere", "choice": "tie"}\n')
    said = collect_here("import-judgements", "lab", judged, database=database).stdout
    assert "1 new judgement, 1 of them without a date." in said
    assert (
        "Wrote 1 judgement to"
        in collect_here("export", "lab", tmp_path / "out.jsonl", database=database).stdout
    )


def test_an_import_says_what_it_left_out_and_publishing_holds_to_the_licence_given_with_it(
    tmp_path: Path, database: Path
) -> None:
    replies = [samples.oasst(f"t1-{each}", "t1-p", f"Reply {each}.", rank=float(each)) for each in range(9)]
    tree = write_lines(tmp_path / "tree.jsonl", [samples.TREE[0], *replies])
    words = ("import", "lab", tree, "--keep-preferences", "--licence", "CC-BY-NC-4.0")
    said = collect_here(*words, database=database).stdout
    assert "  1 comparison: of more than 8 ranked replies the 8 best were taken.\n" in said
    assert (
        "  1 comparison: of tree.jsonl (CC-BY-NC-4.0), which forbids commercial use; publishing under" in said
    )
    assert answer_here(*words, database=database)["notes"] == {}
    collect_here("freeze", "lab", "1.0.0", database=database)
    done = collect_here("publish", "lab", "1.0.0", "--to", tmp_path / "out", database=database)
    assert done.returncode == 1
    assert "does not forbid commercial use, but the licence of tree.jsonl (CC-BY-NC-4.0) does" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_doctor_says_that_there_is_nothing_wrong_in_words(database: Path) -> None:
    lines = collect_here("doctor", database=database).stdout.splitlines()
    assert lines
    assert all(each.startswith("good   no ") for each in lines)


def test_who_lost_a_key_gets_another_and_is_told_that_the_older_ended(database: Path) -> None:
    first = answer_here("raters", "add", "lab", "Ada", database=database)
    said = collect_here("raters", "add", "lab", "Ada", database=database).stdout
    assert "Ada was known: 2 older links, keys and sessions ended." in said
    assert first["api_key"] not in said
    (ada,) = answer_here("raters", "list", "lab", database=database)["people"]
    assert ada | {"created_at": ""} == {
        **{"name": "Ada", "role": "rater", "created_at": ""},
        **{"invitation": True, "key": True, "session": False},
        **{"languages": [], "tags": [], "decides": False},
    }
    assert "invitation, key" in collect_here("raters", "list", "lab", database=database).stdout
    limited = collect_here(
        "raters", "set", "lab", "Ada", "--languages", "fr,en", "--tags", "law", database=database
    )
    assert limited.stdout == "Ada is asked about comparisons in fr, en tagged law.\n"
    assert (
        "comparisons in fr, en tagged law" in collect_here("raters", "list", "lab", database=database).stdout
    )
    freed = answer_here("raters", "set", "lab", "Ada", "--languages", "", "--tags", "", database=database)
    assert freed == {"name": "Ada", "languages": [], "tags": []}
    gone = collect_here("raters", "remove", "lab", "Ada", database=database).stdout
    assert gone == "2 links, keys and sessions of Ada ended. What they judged stays.\n"
    assert "no way in" in collect_here("raters", "list", "lab", database=database).stdout


def test_apply_says_which_settings_changed(tmp_path: Path, database: Path) -> None:
    changed = write_project(tmp_path, "lab", overlap=2, card={"notes": "Read me first."})
    assert (
        collect_here("apply", changed, database=database).stdout == "lab: settings 2 (card.notes, overlap).\n"
    )
    assert collect_here("apply", changed, database=database).stdout == "lab: unchanged.\n"


def test_a_version_is_made_by_a_recipe_and_a_bad_one_is_told_line_by_line(
    tmp_path: Path, database: Path
) -> None:
    pairs = comparisons_file(tmp_path / "pairs.jsonl", 2)
    rows = [json.loads(line) | {"tags": [f"tag{n}"]} for n, line in enumerate(pairs.read_text().splitlines())]
    pairs.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    collect_here("import", "lab", pairs, database=database)
    judged = tmp_path / "judged.jsonl"
    judged.write_text(
        "".join(f'{{"comparison": "c{n}", "rater": "elsewhere", "choice": "tie"}}\n' for n in range(2))
    )
    collect_here("import-judgements", "lab", judged, database=database)
    recipe = tmp_path / "science.recipe.yaml"
    recipe.write_text("filters: {tag: [tag1]}\ntest_share: 0.5\n")
    config = tmp_path / "lab.yaml"
    for done in (
        collect_here("check", config, "--recipe", recipe),
        collect_here("freeze", "lab", "1.0.0", "--recipe", recipe, database=database),
    ):
        assert done.returncode == 2
        assert f"{recipe}:1: filters.tag: is not a known setting." in done.stderr
        assert f"{recipe}:2: test_share: is the same for all versions." in done.stderr
    recipe.write_text("filters: {tags: [tag1]}\n")
    assert f"{recipe}: good." in collect_here("check", config, "--recipe", recipe).stdout
    made = answer_here("freeze", "lab", "1.0.0", "--recipe", recipe, database=database)
    assert sum(made["rows"]["ratings"].values()) == 1
    manifest = json.loads((Path(made["path"]) / "manifest.json").read_text())
    assert manifest["rules"]["recipe"]["filters"]["tags"] == ["tag1"]
    assert [each["comparisons"] for each in manifest["sources"]] == [1]
    whole = answer_here("freeze", "lab", "1.1.0", database=database)
    assert sum(whole["rows"]["ratings"].values()) == 2


def test_the_leaderboard_says_who_is_ahead_and_why_somebody_is_not_on_it(
    tmp_path: Path, database: Path
) -> None:
    pairs = [
        {
            "id": f"c{number}",
            "prompt": f"Question {number}?",
            "completions": [
                {"id": "a", "model": one, "content": f"One {number}."},
                {"id": "b", "model": two, "content": f"Other {number}."},
            ],
        }
        for number, (one, two) in enumerate([("m1", "m2")] * 4 + [("m1", "lost")])
    ]
    collect_here("import", "lab", write_lines(tmp_path / "pairs.jsonl", pairs), database=database)
    assert (
        "No two models have been judged both ways yet"
        in collect_here("leaderboard", "lab", database=database).stdout
    )
    judged = [{"comparison": f"c{n}", "rater": "r", "choice": "ab"[n == 3]} for n in range(5)]
    collect_here("import-judgements", "lab", write_lines(tmp_path / "j.jsonl", judged), database=database)
    first, apart, *lines = collect_here("leaderboard", "lab", database=database).stdout.splitlines()
    assert first.startswith("Ahead among 2 models: m1 (rank ")
    assert "m1 and m2" in apart
    assert [line.split()[0] for line in lines] == ["m1", "m2", "lost"]
    assert "It lost every time" in lines[2]
    refused = collect_here("leaderboard", "lab", "--criterion", "wit", database=database)
    assert refused.returncode == 1
    assert "has no criterion 'wit'. Criteria: overall." in refused.stderr


def test_decisions_and_appeals_are_listed_in_words_and_nothing_a_terminal_obeys(
    tmp_path: Path, database: Path
) -> None:
    assert "0 decisions to leave out" in collect_here("exclusions", "lab", database=database).stdout
    assert "0 appeals, 0 open." in collect_here("appeals", "lab", database=database).stdout
    assert "0 known answers, 0 out of use." in collect_here("gold", "lab", database=database).stdout
    ctx = open_services(database)
    project = find_project(ctx, "lab")
    bring(ctx, project, [comparison("c000")])
    ada = invite(ctx, project, "Ada").actor
    judge(ctx, ada, next_assignment(ctx, ada, project.name), strength=None)
    # After her answer: a known one may otherwise come first, as four in a hundred do.
    bring(ctx, project, [comparison("g0", gold="g0-a")])
    row = {"rater": "Ada", "rater_key": ada.rater_key, "imported": False}
    name = pseudonym_for_leads(pseudonym_key(ctx, project), row)
    lea = invite(ctx, project, "Lea", "lead").actor
    why = f"It was chosen \x1b[31m without a look. {'x' * 40}"
    done = decide_exclusion(ctx, lea, "lab", name, reasons=why, evidence=["drift"])
    contest(ctx, ada, decision=done.decision_id, reasons="No.")
    ctx.store.close()
    said = collect_here("exclusions", "lab", database=database).stdout.splitlines()
    assert said[0] == "1 decision to leave out judgements."
    # By the clock of this computer nobody has answered since.
    assert said[1].startswith("  lifted  1 judgement of ")
    assert said[1].endswith(", by Lea")
    assert said[2] == "    notice 2026-03-02, effect not before 2026-03-09"
    assert said[3] == f"    It was chosen without a look. {'x' * 40}"
    first, second, third = collect_here("appeals", "lab", database=database).stdout.splitlines()
    assert first == "1 appeal, 0 open."
    assert second.startswith("  upheld by time  ")
    assert second.endswith(" against a decision")
    assert third == "    No."
    known = collect_here("gold", "lab", "--remove", "g0", "--reason", "It was wrong.", database=database)
    assert known.stdout.splitlines() == [
        "1 known answer, 1 out of use.",
        "  g0  overall: nobody met it yet, out of use",
    ]


def test_contested_comparisons_are_listed_with_who_got_how_many_and_nothing_a_terminal_obeys(
    tmp_path: Path, database: Path
) -> None:
    assert "No comparison is contested" in collect_here("contested", "lab", database=database).stdout
    compared = {
        "id": "split",
        "prompt": "Why \x1b[31m blue?",
        "tags": ["sky"],
        "completions": [{"id": each, "model": f"m-{each}", "content": each} for each in "ab"],
    }
    judged = [{"comparison": "split", "rater": f"r{each}", "choice": each} for each in "ab"]
    collect_here("import", "lab", write_lines(tmp_path / "split.jsonl", [compared]), database=database)
    collect_here("import-judgements", "lab", write_lines(tmp_path / "j.jsonl", judged), database=database)
    said = collect_here("contested", "lab", "--tag", "sky", database=database).stdout
    assert said.splitlines() == [
        "1 comparison contested, the most evenly split first.",
        "  split  Why blue?",
        "    m-a 1, m-b 1",
    ]
    assert (
        "No comparison is contested"
        in collect_here("contested", "lab", "--tag", "x", database=database).stdout
    )
    (only,) = answer_here("contested", "lab", database=database)["comparisons"]
    assert only["counts"] == {"a": 1, "b": 1}
    _leave_to_a_second_rater(database)


def _leave_to_a_second_rater(database: Path) -> None:
    """Who decides is named first; then what is left to them is counted, and taken back."""
    refused = collect_here("refer", "lab", "split", database=database)
    assert (refused.returncode, "rlhf-collect raters set lab NAME --decides" in refused.stderr) == (1, True)
    answer_here("raters", "add", "lab", "Bea", database=database)
    named = answer_here("raters", "set", "lab", "Bea", "--decides", database=database)
    assert named == {"name": "Bea", "decides": True}
    assert "decides contested comparisons" in collect_here("raters", "list", "lab", database=database).stdout
    assert collect_here("refer", "lab", "split", "--all", database=database).returncode == 2
    told = "1 comparison left to a second rater; a lead may still decide.\n"
    assert collect_here("refer", "lab", "--all", database=database).stdout == told
    listed = collect_here("contested", "lab", database=database).stdout
    assert listed.startswith("1 comparison contested, 1 left to a second rater, the most evenly split first.")
    assert answer_here("refer", "lab", "split", "--back", database=database)["referred"] == 1
    ended = collect_here("raters", "set", "lab", "Bea", "--no-decides", database=database).stdout
    assert ended == "Bea decides no contested comparisons any more.\n"


def test_alerts_are_told_with_what_to_do_sent_once_and_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, clock = tmp_path / "told.duckdb", HeldClock()
    clock.now = utc_now()
    clock.move(days=-3)
    with web_server() as web:
        ctx = open_services(database, clock=clock)
        webhook = {"url": web.url, "secret_env": "HOOK_SECRET"}
        project = make_project(ctx, "told", alerts={"webhook": webhook})
        bring(ctx, project, [comparison("c1\x1b[2J"), comparison("c2")])
        ada = invite(ctx, project, "Ada").actor
        for _ in range(2):
            held = next_assignment(ctx, ada, project.name)
            draft, flags = Draft(choice="tie"), [Flag(target="prompt", flag="broken")]
            submit_judgement(ctx, ada, held.assignment_id, held.judgement_id, [draft], flags=flags)
        ctx.store.close()

        monkeypatch.delenv("HOOK_SECRET", raising=False)
        done = collect_here("alerts", "told", database=database)
        assert "Raters flagged something about 2 comparisons, and for 2 days" in done.stdout
        assert "\n  Look at these comparisons, then say that you have looked" in done.stdout
        assert "\n  c1[2J: broken\n" in done.stdout
        assert "\x1b" not in done.stdout
        assert "Nothing can be sent by webhook: Not set where this runs: HOOK_SECRET." in done.stderr
        monkeypatch.setenv("HOOK_SECRET", "whsec_" + "A" * 32)
        sent = collect_here("alerts", "told", "--send", database=database)
        assert "webhook: flags_wait delivered." in sent.stdout
        assert answer_here("alerts", "told", "--send", database=database)["tried"] == []
        looked = answer_here("alerts", "told", "--looked", database=database)["alerts"]
        assert [each["kind"] for each in looked] == ["nothing_to_do"]
        assert len(web.received) == 2
