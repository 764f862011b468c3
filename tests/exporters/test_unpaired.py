from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import Collection, rows_of, rows_of_each
from tests.exporters.test_preference import ranked, votes


def unpaired_of(found: Collection, folder: Path | None = None, **rules: Any) -> list[dict[str, Any]]:
    return rows_of(found.inputs(rules=Rules(**rules)), "unpaired", folder)


def labels(rows: list[dict[str, Any]]) -> dict[str, bool]:
    return {row["completion"][0]["content"]: row["label"] for row in rows}


def test_a_decided_pair_gives_a_good_and_a_bad_completion() -> None:
    rows = unpaired_of(votes(("a", 3), ("a", 1), ("b", 2), ("tie", 0), ("both_bad", None)))
    assert labels(rows) == {"One, c.": True, "Two, c.": False}
    good = next(row for row in rows if row["label"])
    assert good["prompt"] == [{"role": "user", "content": "What about c?"}]
    assert (good["model"], good["n_raters"], good["criterion"]) == ("model-0", 5, "overall")
    assert good["score"] == (2 + 0.5 + 0.5) / 5
    assert sum(row["score"] for row in rows) == 1
    assert good["unpaired_id"] == hashlib.sha256(b"c|overall|c-a").hexdigest()[:20]
    assert (good["language"], good["source"], good["tags"]) == ("en", "example", ["science"])


def test_a_tie_and_an_undecided_pair_give_nothing() -> None:
    for choices in (("tie", "tie", "a"), ("a", "b")):
        assert unpaired_of(votes(*((choice, None) for choice in choices))) == []


def test_both_bad_as_consensus_calls_each_completion_bad_under_the_rule_that_decides() -> None:
    found = votes(("both_bad", None), ("both_bad", None), ("a", 1), ("tie", 0))
    made = rows_of_each(found.inputs(), "unpaired", "preference")
    assert labels(made["unpaired"]) == {"One, c.": False, "Two, c.": False}
    assert made["preference"] == []
    for rule in ("majority", "unanimous"):
        assert unpaired_of(found, decision=rule) == []
    assert unpaired_of(found, min_raters=5) == []
    assert len(unpaired_of(found, decision="majority", ties="ignore")) == 2


def test_of_three_completions_each_is_called_by_the_share_of_pairs_it_won() -> None:
    rows = unpaired_of(ranked("b>a>c", "b>a=c"))
    assert labels(rows) == {"Second.": True, "First.": False, "Third.": False}
    assert {row["completion"][0]["content"]: row["score"] for row in rows} == {
        "Second.": 1.0,
        "First.": (1 + 0.5) / 4,
        "Third.": 0.5 / 4,
    }
    assert {row["n_raters"] for row in rows} == {2}


def test_at_exactly_one_half_of_its_pairs_a_completion_is_neither() -> None:
    assert labels(unpaired_of(ranked("a>b>c"))) == {"First.": True, "Third.": False}
    assert unpaired_of(ranked("a>b>c", "b>c>a", "c>a>b")) == []


def test_three_completions_that_most_call_bad_are_bad_whatever_pairs_they_won() -> None:
    rows = unpaired_of(ranked("both_bad", "both_bad", "a>b>c"))
    assert labels(rows) == {"First.": False, "Second.": False, "Third.": False}
    (best,) = [row for row in rows if row["completion"][0]["content"] == "First."]
    assert best["score"] == (1 + 1 + 2) / 6


def test_one_text_is_never_called_good_and_bad(tmp_path: Path) -> None:
    found = Collection()
    found.compare("c", "Yes.", " Yes.\n", "No.")
    order = json.dumps([["c-a"], ["c-c"], ["c-b"]])
    found.judge("c", "ada", "a", ranking=order)
    assert unpaired_of(found, tmp_path / "v") == []
    assert read_manifest(tmp_path / "v")["privacy"]["left_out"]["unfit_completion"] == 2
    same = Collection()
    same.compare("c", "Yes.", " Yes.\n")
    same.judge("c", "ada", "a")
    assert unpaired_of(same) == []


def test_gold_and_single_turns_call_nothing_good_or_bad() -> None:
    found = Collection()
    found.compare("gold", is_gold=True)
    found.judge("gold", "ada", "a", 1)
    found.compare("turns")
    found.judge("turns", "ada", "a", 1, criterion="overall@2")
    assert unpaired_of(found) == []
