"""Where the dataset goes, who may read it, and when the service publishes by itself."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from rlhf_collect.config.fields import Disclosed, Repository, plain
from rlhf_collect.config.section import Section

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Schedule(Section):
    """When the server freezes and publishes the next version by itself; never while both are ``None``."""

    every_decided: int | None = Field(default=None, ge=1, le=1_000_000)
    """As soon as so many more comparisons are decided than in the last version."""
    weekday: Weekday | None = None
    """On this day of the week (UTC), if anything was judged since the last version."""

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self.every_decided is not None or self.weekday is not None


class Publication(Section):
    """Where the dataset goes and who may read it."""

    licence: Disclosed = Field(max_length=100)
    """Licence of the published dataset, best as an SPDX id (``CC-BY-4.0``)."""
    access: Literal["private", "gated", "public"]
    """Who may read the published dataset."""
    repository: Repository | None = None
    """Dataset repository of the Hub, ``owner/name``; ``None`` until it is known."""
    licence_override: Disclosed | None = Field(default=None, max_length=500)
    """Why the licence may allow commercial use although that of a source does not; the card says it."""
    schedule: Schedule = Field(default_factory=Schedule)
    """When the server publishes by itself."""

    @model_validator(mode="after")
    def _a_schedule_knows_where_to(self) -> Self:
        if self.schedule.is_set and self.repository is None:
            raise plain("a schedule needs a repository.", "Name the dataset in repository, as owner/name.")
        return self
