"""AllenAI Tulu 3 preference mixtures: pairs of dialogues with the source each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.importers import trl
from rlhf_collect.importers.imported import Imported, Origin, Row

COLUMNS = trl.COLUMNS


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return (
        {"id", "prompt", "source", *trl.SIDES} <= set(values)
        and "prompt_id" not in values
        and isinstance(values["prompt"], str)
        and all(isinstance(values[side], list | tuple) for side in trl.SIDES)
    )


def read(row: Row, origin: Origin) -> Imported:
    """One comparison; id, source and ratings in its metadata. Errors: ``Fault``."""
    return trl.read(row, origin)
