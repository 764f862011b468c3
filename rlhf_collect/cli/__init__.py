"""The command line: one room of commands for each noun."""

from __future__ import annotations

import os
import sys

if sys.platform == "linux":
    # Arrow reads this once, as it is first imported. What it would choose itself (mimalloc) keeps the memory that its
    # reading threads let go of: a freeze takes a third more with it, and no less time.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
