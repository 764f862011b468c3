"""The labour statement of a version: what it tells, what it hides below five raters, and that each null says why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from rlhf_collect.exporters.addressed import addressed
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.inputs import Previous, SealedVersion, VersionInputs
from rlhf_collect.exporters.labour.facts import Decided, WorkDone, WorkFacts
from rlhf_collect.exporters.labour.gaps import Gaps
from rlhf_collect.exporters.labour.statement import SHELF, STATEMENT, write_statement
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.verify import verify_folder
from tests.exporters.example import DONE, FACTS, WORK, Collection, many


def statement_of(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / STATEMENT).read_text(encoding="utf-8"))
    return read


def made(folder: Path, **more: Any) -> dict[str, Any]:
    return statement_of(build_version(many(3).inputs(**more), folder).folder)


def work(since: WorkDone, beginning: WorkDone | None = None) -> WorkFacts:
    return replace(WORK, since_previous=since, since_beginning=beginning or since)


def after(first: SealedVersion, found: Collection, done: WorkDone, beginning: WorkDone) -> VersionInputs:
    previous = Previous(version="1.0.0", manifest_sha256=first.manifest_sha256, folder=first.folder)
    return found.inputs(
        version="1.1.0", previous=previous, version_rows=first.new_rows, work=work(done, beginning)
    )


def nulls(value: Any, pointer: str = "") -> Iterator[str]:
    """The pointers of every null."""
    if value is None:
        yield pointer
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from nulls(each, f"{pointer}/{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from nulls(each, f"{pointer}/{number}")


def explained(statement: dict[str, Any]) -> list[str]:
    return [each["pointer"] for each in statement["suppressions"] + statement["not_measured"]]


def reason(statement: dict[str, Any], pointer: str) -> str:
    (found,) = [each["reason"] for each in statement["suppressions"] if each["pointer"] == pointer]
    return str(found)


THREE = replace(DONE, raters=3, new_raters=3, skips=7)


@pytest.fixture(scope="module")
def later(example: SealedVersion, tmp_path_factory: pytest.TempPathFactory) -> SealedVersion:
    """Version 1.1.0 of the example, with as much work again."""
    return build_version(after(example, many(3), DONE, DONE), tmp_path_factory.mktemp("later") / "1.1.0")


@pytest.fixture(scope="module")
def of_few(tmp_path_factory: pytest.TempPathFactory) -> SealedVersion:
    """A first version that hides what its three raters did."""
    return build_version(many(3).inputs(work=work(THREE)), tmp_path_factory.mktemp("few") / "1.0.0")


def written(inputs: VersionInputs, sealed: SealedVersion, folder: Path) -> SealedVersion:
    """A version of the rows of another, of which nothing is there but its labour statement."""
    folder.mkdir()
    write_statement(inputs, read_manifest(sealed.folder) | {"version": inputs.version}, {}, folder)
    return replace(sealed, folder=folder, version=inputs.version)


@pytest.mark.parametrize("engagement", ["staff", "volunteer", "paid"])
@pytest.mark.parametrize("raters", [0, 3, 6])
def test_every_null_is_explained_once_and_every_explanation_points_to_a_null(
    example: SealedVersion, tmp_path: Path, engagement: str, raters: int
) -> None:
    done = replace(DONE, raters=raters, new_raters=raters)
    if not raters:
        done = replace(done, judgements=0, skips=0, first_day=None, last_day=None)
    facts = replace(FACTS, engagement=engagement, contact="", licence="")
    first = written(many().inputs(project_facts=facts, work=work(done)), example, tmp_path / "1.0.0")
    second = written(after(first, many(), done, DONE), example, tmp_path / "1.1.0")
    for sealed in (first, second):
        statement = statement_of(sealed.folder)
        assert sorted(explained(statement)) == sorted(nulls(statement))
        assert all(each["why"] for each in statement["not_measured"])


def test_what_the_service_knows_is_told(example_version: Path) -> None:
    found = statement_of(example_version)
    assert found["dataset"]["rows"] == 123
    assert found["period"] == {"start": "2026-11-20", "end": "2026-11-22"}
    assert found["responsible"]["second_contact_exists"] is True
    assert (found["content"]["declared_by"], found["content"]["declared_at"]) == ("A. Lead", "2026-11-16")
    assert found["guidelines"][0] | {"sha256": ""} == {
        "version": "3",
        "words": 7,
        "languages": ["en", "fr"],
        "sha256": "",
    }
    now = found["this_version"]
    assert now["raters"]["n_active"] == 6
    assert now["skips"] == {"n": 4, "rate": 0.0315, "before_reveal_share": None, "all_honoured": True}
    assert now["quality"]["project_agreement"]["overall"]["percent_agreement"] == 0.63
    assert (now["quality"]["score_thresholds"], now["quality"]["automatic_adverse_decisions"]) == ([], 0)
    assert now["decisions"]["warnings"] == 0
    assert now["appeals"]["opened"] == 0
    assert reason(found, "/this_version/appeals/upheld_rate") == "n_below_k"
    assert found["overrides"] == []


def test_what_no_clock_of_this_release_measures_is_null_and_never_zero(example_version: Path) -> None:
    found = statement_of(example_version)
    unknown = {each["pointer"] for each in found["not_measured"]}
    for pointer in ("time", "breaks", "hours", "communication", "exposure/minutes_any_sev2plus"):
        assert f"/this_version/{pointer}" in unknown
    assert reason(found, "/this_version/pay") == "not_applicable"


def test_the_hash_of_its_content_is_that_of_the_parquet_files(example_version: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(example_version).as_posix()}\n"
        for path in sorted(example_version.rglob("*.parquet"))
    ]
    told = statement_of(example_version)["dataset"]["content_sha256"]
    assert told == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_below_five_raters_no_count_of_theirs_is_told_and_the_version_is_built(tmp_path: Path) -> None:
    found = made(tmp_path / "v", work=work(replace(DONE, raters=4, new_raters=4)))
    now = found["this_version"]
    assert (now["raters"]["n_active"], now["raters"]["n_active_band"]) == (None, "fewer_than_5")
    assert (now["skips"]["n"], now["skips"]["rate"], now["skips"]["all_honoured"]) == (None, None, True)
    for pointer in ("raters/n_active", "raters/n_new", "skips/n", "skips/rate"):
        assert reason(found, f"/this_version/{pointer}") == "n_below_k"
    card = (tmp_path / "v" / "README.md").read_text()
    assert "Raters: fewer than 5." in card
    assert "Skips:" not in card
    assert yaml.safe_load(card.split("---\n")[1])["labour_statement"]["raters"] == "fewer than 5"


def test_a_total_does_not_give_away_by_subtraction_what_one_version_hides(
    example: SealedVersion, tmp_path: Path
) -> None:
    three, total = replace(DONE, raters=3, new_raters=1, skips=2), replace(DONE, raters=7, skips=6)
    told = statement_of(build_version(after(example, many(3), three, total), tmp_path / "1.1.0").folder)
    assert (told["cumulative"]["raters"]["n_active"], told["cumulative"]["skips"]["n"]) == (None, None)
    assert reason(told, "/cumulative/skips/n") == "differencing"
    assert read_manifest(tmp_path / "1.1.0")["privacy"]["left_out"]["skip"] is None
    card = (tmp_path / "1.1.0" / "README.md").read_text(encoding="utf-8")
    assert "Raters since version 1.0.0: fewer than 5." in card
    assert "Moins de 5 personnes depuis la version 1.0.0." in card
    five = replace(three, raters=5)
    told = statement_of(build_version(after(example, many(3), five, total), tmp_path / "1.2.0").folder)
    assert told["cumulative"]["skips"]["n"] == 6
    assert read_manifest(tmp_path / "1.2.0")["privacy"]["left_out"]["skip"] == 4
    nobody = replace(three, raters=0, new_raters=0, skips=0, judgements=0, first_day=None, last_day=None)
    told = statement_of(written(after(example, many(), nobody, DONE), example, tmp_path / "1.3.0").folder)
    assert told["cumulative"]["skips"]["n"] == 4


def test_each_version_keeps_the_statements_of_those_before_unchanged(
    example: SealedVersion, later: SealedVersion
) -> None:
    shelf = {path.name: path.read_bytes() for path in (later.folder / SHELF).iterdir()}
    assert shelf == {
        "v1.0.0.json": (example.folder / STATEMENT).read_bytes(),
        "v1.1.0.json": (later.folder / STATEMENT).read_bytes(),
    }
    verify_folder(later.folder)


def test_a_skip_that_was_not_honoured_is_said(tmp_path: Path) -> None:
    found = made(tmp_path / "v", work=work(replace(DONE, skips_overruled=1)))
    assert found["this_version"]["skips"]["all_honoured"] is False
    card = (tmp_path / "v" / "README.md").read_text()
    assert "Not every skip was honoured." in card
    assert "Les choix de passer n'ont pas tous été respectés." in card


def test_the_card_has_the_numbers_of_the_statement_in_both_languages(tmp_path: Path) -> None:
    done = replace(DONE, raters=1234, new_raters=1234, skips=61, judgements=939, first_day="2026-07-01")
    statement = made(tmp_path / "v", work=work(done))
    told = (tmp_path / "v" / "README.md").read_text().partition("under what conditions\n")[2]
    english, french = told.strip().split("\n\n")[:2]
    for sentence in (
        "1,234 people took part, 1 July 2026 to 22 November 2026.",
        "by A. Lead on 16 November 2026.",
        "Skips: 61 (6 % of comparisons answered or skipped). Every skip was honoured.",
        "Exceptions to the rules of publication: none.",
        "time on the clock, breaks, exposure to difficult content, hours of work, messages;",
    ):
        assert sentence in english, sentence
    for sentence in (
        "1\u202f234 personnes ont participé, du 1er juillet 2026 au 22 novembre 2026.",
        "par A. Lead le 16 novembre 2026.",
        "Comparaisons passées : 61 (6 % des comparaisons traitées). Tous les choix de passer ont été respectés.",
        "Dérogations aux règles de publication : aucune.",
        "temps compté, pauses, exposition à du contenu difficile, horaires, messages ;",
    ):
        assert sentence in french, sentence
    assert statement["this_version"]["skips"]["rate"] == 0.061


def test_decisions_and_appeals_are_counted_for_any_number_and_shares_told_from_five_answers_on(
    tmp_path: Path,
) -> None:
    decided = Decided(
        exclusions=1, rows_excluded=30, opened=6, decided=5, upheld=2, partly=1, rejected=1,
        timed_out_upheld=1, pending=1, median_days=3.0, max_days=14.0,
    )  # fmt: skip
    now = made(tmp_path / "v", work=work(replace(DONE, decided=decided)))["this_version"]
    assert (now["decisions"]["exclusions"], now["decisions"]["rows_excluded"]) == (1, 30)
    assert (now["appeals"]["upheld_rate"], now["appeals"]["max_days"]) == (0.8, 14.0)
    card = (tmp_path / "v" / "README.md").read_text()
    assert (
        "leave out judgements: 1 (30 judgements left out in this version). Appeals: 6 opened, 5 decided, 4 "
        in card
    )
    assert (
        "écarter des jugements : 1 (30 jugements écartés dans cette version). Recours : 6 ouverts, 5 " in card
    )


def test_no_skip_is_said_in_a_word(tmp_path: Path) -> None:
    made(tmp_path / "v", work=work(replace(DONE, skips=0)))
    card = (tmp_path / "v" / "README.md").read_text()
    assert "Skips: none. Appeals: none. Exceptions" in card
    assert "Comparaisons passées : aucune. Recours : aucun. Dérogations" in card


def test_a_later_version_says_since_which_one_it_counts(later: SealedVersion) -> None:
    card = (later.folder / "README.md").read_text()
    assert "6 people took part since version 1.0.0, 20 November 2026 to 22 November 2026." in card
    assert "6 personnes ont participé depuis la version 1.0.0, du 20 novembre 2026" in card


def test_the_header_of_the_card_points_to_the_statement(example_version: Path) -> None:
    header = yaml.safe_load((example_version / "README.md").read_text().split("---\n")[1])
    assert "labour-statement" in header["tags"]
    assert header["labour_statement"] == {
        "schema": "labour_statement/1.0",
        "file": STATEMENT,
        "engagement": "staff",
        "raters": 6,
        "appeals": {"decided": 0, "upheld": 0},
        "overrides": 0,
    }


def test_a_version_published_where_none_was_named_names_it_in_both_copies(example_version: Path) -> None:
    with addressed(example_version, "org/name") as outgoing:
        verify_folder(outgoing)
        named = statement_of(outgoing)
        assert json.loads((outgoing / SHELF / "v1.0.0.json").read_text()) == named
    assert named["dataset"]["repo_id"] == named["responsible"]["publication"]["repo_id"] == "org/name"
    assert sorted(explained(named)) == sorted(nulls(named))
    assert statement_of(example_version)["dataset"]["repo_id"] is None


def test_the_statement_of_an_earlier_version_is_the_same_file_wherever_it_comes_to_a_repository(
    of_few: SealedVersion, tmp_path: Path
) -> None:
    second = build_version(after(of_few, many(3), DONE, DONE), tmp_path / "1.1.0")
    with addressed(of_few.folder, "org/name") as first, addressed(second.folder, "org/name") as later:
        name = f"{SHELF}/v1.0.0.json"
        assert json.loads((later / name).read_bytes())["dataset"]["repo_id"] == "org/name"
        assert (later / name).read_bytes() == (first / name).read_bytes()
        verify_folder(later)


def test_five_raters_are_the_least_behind_a_number() -> None:
    for behind, value, count in ((4, None, 1), (5, 7, 0)):
        gaps = Gaps()
        assert gaps.told("/n", 7, behind=behind) == value
        assert len(gaps.suppressions) == count


def test_nor_does_a_later_total_what_an_earlier_version_hid(of_few: SealedVersion, tmp_path: Path) -> None:
    six, total = replace(DONE, raters=6, new_raters=6, skips=4), replace(DONE, raters=9, skips=11)
    second = build_version(after(of_few, many(3), six, total), tmp_path / "1.1.0")
    told = statement_of(second.folder)
    assert told["this_version"]["skips"]["n"] == 4
    assert (told["cumulative"]["raters"]["n_active"], told["cumulative"]["skips"]["n"]) == (None, None)
    assert reason(told, "/cumulative/skips/n") == "differencing"
    assert sorted(explained(told)) == sorted(nulls(told))
    assert read_manifest(second.folder)["privacy"]["left_out"]["skip"] is None


def test_a_total_after_a_version_without_anybody_at_work_still_hides_what_few_did(
    of_few: SealedVersion, tmp_path: Path
) -> None:
    nobody = replace(DONE, raters=0, new_raters=0, judgements=0, skips=0, first_day=None, last_day=None)
    second = build_version(after(of_few, many(3), nobody, THREE), tmp_path / "1.1.0")
    assert read_manifest(second.folder)["privacy"]["left_out"]["skip"] is None
