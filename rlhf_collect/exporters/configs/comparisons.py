"""``comparisons``: what was judged, once per comparison."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import COMPLETIONS, MESSAGES, TEXTS, Column, Config

COMPARISONS = Config(
    name="comparisons",
    key="comparison_id",
    about="One row per comparison that has a row in `ratings`: the prompt and all its responses.",
    script="comparisons.sql",
    columns=(
        Column(name="comparison_id", kind=pa.string(), meaning="its id"),
        Column(name="prompt", kind=MESSAGES, meaning="the conversation so far"),
        Column(name="completions", kind=COMPLETIONS, meaning="the responses, in the order of the import"),
        Column(name="language", kind=pa.string(), meaning="BCP 47 tag of the prompt, empty when unknown"),
        Column(name="tags", kind=TEXTS, meaning="words to filter by"),
        Column(name="metadata", kind=pa.string(), meaning="anything else of the source, as JSON text"),
    ),
)
