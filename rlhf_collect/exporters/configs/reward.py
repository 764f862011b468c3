"""``reward``: the rows of ``preference`` with a margin, for reward models trained with one."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import Column, Config
from rlhf_collect.exporters.configs.preference import PREFERENCE

REWARD = Config(
    name="reward",
    key="pair_id",
    about="The rows of `preference` that have a margin. `RewardTrainer` takes a column of that name into its loss: "
    "load `preference` to train without.",
    script="reward.sql",
    columns=(
        *PREFERENCE.columns,
        Column(
            name="margin",
            kind=pa.float32(),
            meaning="by how much `chosen` is better, 0 or more; what it is made of stands under *From judgements to "
            "rows*",
        ),
    ),
)
