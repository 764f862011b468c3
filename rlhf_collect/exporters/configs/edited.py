"""``edited``: responses as raters would have written them."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import MESSAGES, TEXTS, Column, Config

EDITED = Config(
    name="edited",
    key="edited_id",
    about="One row per response that a rater improved, published with their consent only: `edited` for "
    "supervised training, or against `original` as a preference. Control comparisons have no row here.",
    script="edited.sql",
    columns=(
        Column(name="edited_id", kind=pa.string(), meaning="names the row for ever in this dataset"),
        Column(name="comparison_id", kind=pa.string(), meaning="the comparison it belongs to"),
        Column(name="prompt", kind=MESSAGES, meaning="the conversation so far"),
        Column(name="original", kind=MESSAGES, meaning="the response as the model wrote it"),
        Column(
            name="edited",
            kind=MESSAGES,
            meaning="the same with its last assistant turn as the rater would have it, and nothing after it",
        ),
        Column(
            name="original_model", kind=pa.string(), meaning="model behind `original`, empty when unknown"
        ),
        Column(
            name="rater",
            kind=pa.string(),
            nullable=True,
            meaning="pseudonym, the same as in `ratings`; null with fewer than 5 raters, and for who was erased",
        ),
        Column(name="language", kind=pa.string(), meaning="BCP 47 tag of the prompt, empty when unknown"),
        Column(name="source", kind=pa.string(), meaning="dataset or file the comparison came from"),
        Column(name="tags", kind=TEXTS, meaning="words to filter by"),
        Column(name="submitted_on", kind=pa.date32(), meaning="day of the judgement it came with"),
    ),
)
