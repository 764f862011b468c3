"""The configs of a version. Adding one is a module here, its SQL file, and one entry below."""

from __future__ import annotations

from rlhf_collect.exporters.columns import Config
from rlhf_collect.exporters.configs.comparisons import COMPARISONS
from rlhf_collect.exporters.configs.edited import EDITED
from rlhf_collect.exporters.configs.preference import PREFERENCE
from rlhf_collect.exporters.configs.rankings import RANKINGS
from rlhf_collect.exporters.configs.ratings import RATINGS
from rlhf_collect.exporters.configs.reward import REWARD
from rlhf_collect.exporters.configs.soft import SOFT
from rlhf_collect.exporters.configs.unpaired import UNPAIRED

CONFIGS: tuple[Config, ...] = (
    PREFERENCE,
    RATINGS,
    COMPARISONS,
    UNPAIRED,
    REWARD,
    RANKINGS,
    SOFT,
    EDITED,
)
"""In the order of the card; the first one that has rows is the default config."""
