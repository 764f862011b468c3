"""The operations by name; the rooms beside this one fill it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rlhf_collect.errors import BadCall
from rlhf_collect.services.context import Context, Progress

Operation = Callable[..., dict[str, Any]]
OPERATIONS: dict[str, Operation] = {}


def operation(run: Operation) -> Operation:
    """Make a function callable by its name."""
    OPERATIONS[run.__name__] = run
    return run


def perform(ctx: Context, progress: Progress, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Run one operation. Errors: ``BadCall`` for an unknown name; whatever the operation raises."""
    if name not in OPERATIONS:
        raise BadCall(f"This server does not know the operation '{name}'. Are both of the same version?")
    return OPERATIONS[name](ctx, progress, **values)
