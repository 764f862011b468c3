"""What an engineer who has a version alone can recompute of its figures, going by the documentation."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import BOTH_BAD, TIE
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.services.context import Context
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version
from tests.exporters.example import read_rows
from tests.making import bring, judge, make_project, raters
from tests.stats.definition import alpha_by_pairs, pairwise_by_pairs

DOCS = Path(__file__).resolve().parents[2] / "docs" / "statistics.md"


def test_agreement_of_a_version_follows_from_its_ratings_as_the_docs_say(ctx: Context) -> None:
    project, chance = make_project(ctx, overlap=3, dataset={"test_share": 0}), Random(3)
    bring(ctx, project, 12)
    for rater in raters(ctx, project, 3):
        for _ in range(12):
            asked = next_assignment(ctx, rater, project.name)
            answer = chance.choice(sorted(asked.presentation) * 2 + [TIE])
            judge(ctx, rater, asked, answer, strength=0 if answer == TIE else 1)
    folder = Path(freeze_version(ctx, OPERATOR, project.name, "1.0.0")["path"])
    documented: dict[str, object] = {}
    (snippet,) = re.findall(r"```python\n(.*?def sides.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    exec(snippet, documented)
    sides = documented["sides"]
    assert callable(sides)
    ids = {
        row["comparison_id"]: [each["id"] for each in row["completions"]]
        for row in read_rows(folder, "comparisons")
    }
    given: dict[str, list[int]] = {name: [] for name in ids}
    for row in read_rows(folder, "ratings"):
        first, second = sides(row["comparison_id"], ids[row["comparison_id"]])
        given[row["comparison_id"]].append({first: 0, TIE: 1, second: 2, BOTH_BAD: 3}[row["choice"]])
    told = read_manifest(folder)["agreement"]["overall"]
    answers = list(given.values())
    assert told["krippendorff_alpha"]["value"] == pytest.approx(alpha_by_pairs(answers), abs=1e-6)
    assert told["percent_agreement"]["value"] == pytest.approx(pairwise_by_pairs(answers), abs=1e-6)
