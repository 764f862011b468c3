"""Whether a version's licence allows what the licence of a source forbids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_NO_COMMERCE = re.compile(r"\bnc\b|non-?\s?commercial", re.IGNORECASE)


def forbids_commerce(licence: str) -> bool:
    """Whether a licence's name says that it allows no commercial use (``CC-BY-NC-4.0``)."""
    return bool(_NO_COMMERCE.search(licence.replace("_", "-")))


def at_odds(licence: str, sources: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sources, with their licences, that allow no commercial use although ``licence`` does not forbid it.

    A licence by a name of its own does not say that it forbids it, so it counts as one that allows it.
    """
    if forbids_commerce(licence):
        return []
    odd = [f"{each['id']} ({each['licence']})" for each in sources if forbids_commerce(each["licence"])]
    return list(dict.fromkeys(odd))
