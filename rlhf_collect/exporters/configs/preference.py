"""``preference``: one row per decided pair and criterion, for DPO and reward training."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import MESSAGES, TEXTS, Column, Config

PREFERENCE = Config(
    name="preference",
    key="pair_id",
    about="One row per decided pair of responses and criterion, in the form `DPOTrainer` and `RewardTrainer` "
    "read. Ties, both-bad and undecided pairs have no row here; control comparisons (gold) neither.",
    script="preference.sql",
    columns=(
        Column(name="pair_id", kind=pa.string(), meaning="names the pair for ever, whoever wins"),
        Column(name="comparison_id", kind=pa.string(), meaning="the comparison the pair belongs to"),
        Column(name="prompt", kind=MESSAGES, meaning="the conversation so far"),
        Column(name="chosen", kind=MESSAGES, meaning="the response that won, without the prompt"),
        Column(name="rejected", kind=MESSAGES, meaning="the response that lost, without the prompt"),
        Column(name="chosen_model", kind=pa.string(), meaning="model behind `chosen`, empty when unknown"),
        Column(
            name="rejected_model", kind=pa.string(), meaning="model behind `rejected`, empty when unknown"
        ),
        Column(name="score_chosen", kind=pa.float64(), meaning="share of the votes for `chosen`"),
        Column(name="score_rejected", kind=pa.float64(), meaning="share of the votes for `rejected`"),
        Column(
            name="strength",
            kind=pa.float32(),
            nullable=True,
            meaning="mean strength of the `n_strength` votes that have one, signed towards `chosen`, a tie counting 0 "
            "beside them; null where none has one",
        ),
        Column(name="n_raters", kind=pa.int32(), meaning="votes behind the pair"),
        Column(name="n_ties", kind=pa.int32(), meaning="votes that called the two equal"),
        Column(name="n_both_bad", kind=pa.int32(), meaning="votes that called both bad"),
        Column(
            name="n_strength",
            kind=pa.int32(),
            meaning="votes for one of the two that say how much better it is",
        ),
        Column(
            name="agreement",
            kind=pa.float32(),
            nullable=True,
            meaning="chance that two of its raters gave the same answer; null for one rater",
        ),
        Column(name="criterion", kind=pa.string(), meaning="the aspect judged"),
        Column(name="language", kind=pa.string(), meaning="BCP 47 tag of the prompt, empty when unknown"),
        Column(name="source", kind=pa.string(), meaning="dataset or file the comparison came from"),
        Column(name="tags", kind=TEXTS, meaning="words to filter by"),
        Column(
            name="adjudicated",
            kind=pa.bool_(),
            meaning="true where a lead decided which is better; the scores, strength and agreement are the raters' all "
            "the same",
            beside="; or a second rater, where no lead did",
        ),
    ),
)
