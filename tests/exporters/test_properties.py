"""What holds for every version, whatever was judged: no leak, no chance in the bytes, no vote lost or added."""

from __future__ import annotations

import json
import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.prompts import prompt_key
from rlhf_collect.exporters.rules import Rules
from tests.depth import depth
from tests.exporters.by_hand import Judged
from tests.exporters.example import Collection, read_rows

PROMPTS = ("Why is the sky blue?", " Why is the sky blue?\r\n", "Cafe\u0301?", "Café?", "And now?", "Then?")
LETTERS = "abcd"
few = settings(
    max_examples=depth(3, 8), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
"""A build takes half a second, whatever is in it: few examples, with much in each."""


@st.composite
def answers(draw: st.DrawFn, completions: int) -> dict[str, Any]:
    """What one rater may say: a choice with strength, or for three and more a ranking or a bare choice."""
    letters = LETTERS[:completions]
    choice = draw(st.sampled_from((*letters, "tie", "both_bad")))
    if completions == 2:
        strength = None if choice == "both_bad" else 0 if choice == "tie" else draw(st.integers(1, 3))
        return {"choice": choice, "strength": draw(st.sampled_from((None, strength)))}
    if choice == "both_bad" or draw(st.booleans()):
        return {"choice": choice}
    places = [draw(st.integers(0, completions - 1)) for _ in letters]
    groups = [
        [letter for letter, place in zip(letters, places, strict=True) if place == wanted]
        for wanted in sorted(set(places))
    ]
    return {"choice": groups[0][0] if len(groups[0]) == 1 else "tie", "groups": groups}


@st.composite
def collections(draw: st.DrawFn) -> Collection:
    """Comparisons of two to four completions that share prompts, some of them gold, judged by some of six raters."""
    found = Collection()
    for number in range(draw(st.integers(1, 20))):
        name, completions = f"c{number}", draw(st.sampled_from((2, 2, 3, 4)))
        texts = [f"Reply {letter} to {number}." for letter in LETTERS[:completions]]
        found.compare(
            name, *texts, prompt=draw(st.sampled_from(PROMPTS)), is_gold=draw(st.integers(0, 5)) == 5
        )
        for rater in draw(st.sets(st.integers(0, 5), min_size=not number, max_size=5)):
            for criterion in ("overall", "safe")[: draw(st.integers(1, 2))]:
                said = draw(answers(completions))
                groups = said.pop("groups", None)
                ranking = groups and json.dumps([[f"{name}-{each}" for each in group] for group in groups])
                found.judge(name, f"r{rater}", **said, criterion=criterion, ranking=ranking)
                found.judgements[-1]["judgement_id"] += criterion
    return found


rules = st.builds(
    Rules,
    decision=st.sampled_from(("plurality", "majority", "unanimous")),
    ties=st.sampled_from(("count", "ignore")),
    pairs=st.sampled_from(("all", "best_worst", "adjacent")),
    min_raters=st.integers(1, 3),
    min_agreement=st.sampled_from((0.0, 0.4)),
    margin_from=st.sampled_from(("strength", "share")),
    soft_labels=st.just(True),
    dawid_skene=st.booleans(),
    test_share=st.just(0.5),
)


def prompts_of(folder: Path, split: str) -> set[str]:
    """The keys of every prompt any config has in a split."""
    prompts = {row["comparison_id"]: row["prompt"] for row in read_rows(folder, "comparisons")}
    return {
        prompt_key(row.get("prompt") or prompts[row["comparison_id"]])
        for config in CONFIGS
        for row in read_rows(folder, config.name, split)
    }


@few
@given(found=collections(), chosen=rules, seed=st.integers(0, 99))
def test_no_prompt_is_on_both_sides_no_order_shows_in_a_byte_and_rows_say_what_the_judgements_say(
    found: Collection, chosen: Rules, seed: int
) -> None:
    with TemporaryDirectory() as place:
        first = build_version(found.inputs(rules=chosen), Path(place) / "first")
        assert_no_prompt_is_on_both_sides(first.folder)
        assert_rows_say_what_judgements_say(first.folder, len(found.judgements), chosen)
        for rows in (found.comparisons, found.completions, found.judgements):
            random.Random(seed).shuffle(rows)
        second = build_version(found.inputs(rules=chosen), Path(place) / "second")
        assert first.manifest_sha256 == second.manifest_sha256


def assert_no_prompt_is_on_both_sides(folder: Path) -> None:
    train, test = prompts_of(folder, "train"), prompts_of(folder, "test")
    assert train | test
    assert not train & test


def assert_rows_say_what_judgements_say(folder: Path, judgements_given: int, chosen: Rules) -> None:
    rows = {config.name: read_rows(folder, config.name) for config in CONFIGS}
    assert len(rows["ratings"]) == judgements_given
    comparisons = {row["comparison_id"]: row for row in rows["comparisons"]}
    counted: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows["ratings"]:
        if not row["is_gold"]:
            counted.setdefault((row["comparison_id"], row["criterion"]), []).append(row)
    expected: dict[str, list[Any]] = {"preference": [], "unpaired": [], "rankings": []}
    for (comparison, criterion), judgements in counted.items():
        judged = Judged(comparisons[comparison], judgements, chosen)
        text = {name: content[0]["content"] for name, content in judged.text.items()}
        expected["preference"] += [
            (criterion, text[won], text[lost], *numbers) for won, lost, *numbers in judged.pairs()
        ]
        expected["unpaired"] += [
            (criterion, text[each], label, judged.share(each), len(judgements))
            for each, label in judged.labels().items()
        ]
        if len(judged.ids) > 2:
            scores = [judged.share(each) for each in judged.ids]
            expected["rankings"].append((criterion, comparison, scores, judged.ranking(), len(judgements)))
    assert sorted(expected["preference"]) == sorted(
        (
            row["criterion"],
            row["chosen"][0]["content"],
            row["rejected"][0]["content"],
            row["score_chosen"],
            row["score_rejected"],
            row["n_raters"],
        )
        for row in rows["preference"]
    )
    assert sorted(expected["unpaired"]) == sorted(
        (row["criterion"], row["completion"][0]["content"], row["label"], row["score"], row["n_raters"])
        for row in rows["unpaired"]
    )
    assert sorted(expected["rankings"]) == sorted(
        (row["criterion"], row["comparison_id"], row["scores"], row["ranking"], row["n_raters"])
        for row in rows["rankings"]
    )
    for row in rows["reward"]:
        given_by = row["strength"] if chosen.margin_from == "strength" else None
        share = row["score_chosen"] - row["score_rejected"]
        assert abs(row["margin"] - (max(0, given_by) if given_by is not None else share)) < 1e-6
    assert [row["pair_id"] for row in rows["soft"]] == [row["pair_id"] for row in rows["preference"]]
    with_margin = [
        row for row in rows["preference"] if chosen.margin_from == "share" or row["strength"] is not None
    ]
    assert len(rows["reward"]) == len(with_margin)
