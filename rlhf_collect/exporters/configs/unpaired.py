"""``unpaired``: completions by themselves, called good or bad, for KTO and for supervised training."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import MESSAGES, TEXTS, Column, Config

UNPAIRED = Config(
    name="unpaired",
    key="unpaired_id",
    about="One row per response and criterion that came out good or bad, in the form `KTOTrainer` reads: both "
    "responses of a decided pair; each response as bad where that is what most raters said of all; and where a "
    "comparison has three or more responses, each that won more, or less, than half of its pairs. Where `label` "
    "is true, `prompt` and `completion` serve supervised training.",
    script="unpaired.sql",
    columns=(
        Column(name="unpaired_id", kind=pa.string(), meaning="names the row for ever, whatever its label"),
        Column(name="comparison_id", kind=pa.string(), meaning="the comparison the response belongs to"),
        Column(name="prompt", kind=MESSAGES, meaning="the conversation so far"),
        Column(name="completion", kind=MESSAGES, meaning="the response, without the prompt"),
        Column(name="label", kind=pa.bool_(), meaning="true for good, false for bad"),
        Column(name="model", kind=pa.string(), meaning="model behind `completion`, empty when unknown"),
        Column(
            name="score",
            kind=pa.float64(),
            meaning="share of its pairs the response won over all raters, a tie and a both-bad counting half",
        ),
        Column(name="n_raters", kind=pa.int32(), meaning="raters who judged the comparison"),
        Column(name="criterion", kind=pa.string(), meaning="the aspect judged"),
        Column(name="language", kind=pa.string(), meaning="BCP 47 tag of the prompt, empty when unknown"),
        Column(name="source", kind=pa.string(), meaning="dataset or file the comparison came from"),
        Column(name="tags", kind=TEXTS, meaning="words to filter by"),
    ),
)
