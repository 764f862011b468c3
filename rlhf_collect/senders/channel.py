"""What is sent, and what every way of sending can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from rlhf_collect.domain.sending import Reply


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An alert as it is sent: the same at every try, so that whoever gets it twice can tell."""

    alert_id: UUID
    """Of this alert, from when it began until it ends."""
    project: str
    """Name of the project."""
    key: str
    """The same whenever it is about the same thing."""
    kind: str
    """What kind of alert."""
    since: datetime
    """When it began."""
    sentence: str
    """What it is."""
    what_to_do: str
    """What to do next."""
    figures: Mapping[str, Any]
    """What it rests on; nothing about a person."""


class Channel(Protocol):
    """One way of sending."""

    @property
    def name(self) -> str:
        """``webhook`` or ``email``."""
        ...

    @property
    def target(self) -> str:
        """Where to; another one after the settings changed."""
        ...

    def problem(self) -> str | None:
        """Why nothing can be sent from this process; ``None`` if it can. Only the environment is looked at."""
        ...

    def send(self, notice: Notice, now: datetime) -> Reply:
        """Try once. Whatever goes wrong outside is told in the reply."""
        ...


def in_few_words(error: Exception) -> str:
    """What the system or the other side said, in one line that fits a page."""
    said = "".join(each if each.isprintable() else " " for each in f"{type(error).__name__}: {error}")
    return " ".join(said.split())[:200].rstrip(": ")
