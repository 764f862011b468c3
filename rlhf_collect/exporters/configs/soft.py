"""``soft``: the rows of ``preference`` with the chance that the chosen one is better; only where it is asked for."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import Column, Config
from rlhf_collect.exporters.configs.preference import PREFERENCE

SOFT = Config(
    name="soft",
    key="pair_id",
    about="The rows of `preference` with the chance that `chosen` is better, for losses that take one.",
    script="soft.sql",
    columns=(
        *PREFERENCE.columns,
        Column(
            name="soft_label",
            kind=pa.float64(),
            meaning="share of the votes for `chosen`, a tie and a both-bad counting half, smoothed as said under "
            "*From judgements to rows*",
        ),
        Column(
            name="dawid_skene",
            kind=pa.float64(),
            nullable=True,
            meaning="the same chance by the posterior of Dawid and Skene; null unless the recipe asks for it",
        ),
    ),
)
