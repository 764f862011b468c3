"""``rankings``: the order raters give together to three and more completions."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import COMPLETIONS, GROUPS, MESSAGES, SCORES, Column, Config

RANKINGS = Config(
    name="rankings",
    key="ranking_id",
    about="One row per judged comparison of three or more responses and criterion, decided or not: for analysis, and "
    "not for a trainer.",
    script="rankings.sql",
    columns=(
        Column(name="ranking_id", kind=pa.string(), meaning="names the row for ever"),
        Column(name="comparison_id", kind=pa.string(), meaning="the comparison judged"),
        Column(name="criterion", kind=pa.string(), meaning="the aspect judged"),
        Column(name="prompt", kind=MESSAGES, meaning="the conversation so far"),
        Column(name="completions", kind=COMPLETIONS, meaning="the responses, in the order of the import"),
        Column(
            name="scores",
            kind=SCORES,
            meaning="in the order of `completions`: the share of its pairs each won over all raters, a tie and a "
            "both-bad counting half",
        ),
        Column(name="ranking", kind=GROUPS, meaning="ids by score, best first; equal scores share a group"),
        Column(name="n_raters", kind=pa.int32(), meaning="raters who judged it"),
        Column(
            name="tau_b",
            kind=pa.float32(),
            nullable=True,
            meaning="mean of Kendall's tau-b over pairs of raters: 1 the same order, 0 chance; null where no two "
            "gave an order",
        ),
    ),
)
