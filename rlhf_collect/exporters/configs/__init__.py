"""The configs of a version. Adding one is a module here, its SQL file, and one entry below."""

from __future__ import annotations

from rlhf_collect.exporters.columns import Config
from rlhf_collect.exporters.configs.comparisons import COMPARISONS
from rlhf_collect.exporters.configs.edited import EDITED
from rlhf_collect.exporters.configs.preference import PREFERENCE
from rlhf_collect.exporters.configs.ratings import RATINGS

CONFIGS: tuple[Config, ...] = (PREFERENCE, RATINGS, COMPARISONS, EDITED)
"""In the order of the card; the first one that has rows is the default config."""
