"""What the command line can ask, by name: plain values in, one JSON document out.

A DuckDB file belongs to one process. So each command is an operation that runs either here, when
the file is free, or inside the server that holds it; the command cannot tell the difference.
Paths are absolute, because the two may stand in different folders.
"""

from __future__ import annotations

from rlhf_collect.operations import collecting, releasing
from rlhf_collect.operations.registry import OPERATIONS, perform

__all__ = ["OPERATIONS", "collecting", "perform", "releasing"]
