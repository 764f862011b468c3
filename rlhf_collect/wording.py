"""How counted things are written for people, everywhere."""

from __future__ import annotations

import unicodedata


def invisible_control(text: str) -> str | None:
    """The first control character that readers do not see, by its number; line ends and tabs are seen.

    Joiners stay: Persian and emoji are written with them.
    """
    for each in text:
        if unicodedata.category(each) in ("Cc", "Cf") and each not in "\n\r\t\u200c\u200d":
            return f"U+{ord(each):04X}"
    return None


LEFT_TO_WAIT = "s left to wait."
"""Ends each word about a wait that was announced before."""


def still_to_wait(seconds: float) -> str:
    """What is said while a wait lasts."""
    return f"{seconds:.0f} {LEFT_TO_WAIT}"


def number(value: int) -> str:
    """An integer with thousands separated."""
    return f"{value:,}"


def decimal(value: float, places: int) -> str:
    """A number with so many decimals and a true minus sign."""
    text = f"{value:.{places}f}"
    return (text if float(text) else f"{0:.{places}f}").replace("-", "−")


def plural(count: int, one: str, many: str | None = None) -> str:
    """A counted thing: ``1 judgement``, ``2 judgements``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"
