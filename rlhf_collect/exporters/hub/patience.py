"""How long to go on when the Hub does not answer as hoped, and what the lead reads meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from rlhf_collect.exporters.hub.errors import Fate, client_errors, explained, fate_of, seconds_to_wait
from rlhf_collect.exporters.hub.look import Release
from rlhf_collect.exporters.inputs import Progress

Answer = TypeVar("Answer")
Pause = Callable[[float], None]
"""Waits so many seconds."""

WAITS = (1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds between tries."""
TOLD_EVERY = 10.0
"""Seconds between two words about the time that is left."""
_TRIES = {Fate.MOVED: 3, Fate.BUSY: len(WAITS), Fate.WAIT: 5, Fate.UNKNOWN: len(WAITS)}


@dataclass(kw_only=True)
class Patience:
    """How often each kind of trouble was met in one step, and how long to wait for the next try."""

    repo: str
    """``org/name``."""
    kept: str
    """How every refusal ends."""
    say: Progress
    """Tells the lead."""
    pause: Pause
    """Waits."""
    met: dict[Fate, int] = field(default_factory=dict)
    """How often each trouble was met."""

    def anew(self) -> Self:
        """The same for another step."""
        return replace(self, met={})

    def wait(self, error: Exception) -> Fate:
        """Wait as the error asks. Errors: ``HubRefused``, ``HubUnreachable`` when it was met too often."""
        fate = fate_of(error)
        count = self.met.get(fate, 0)
        if count >= _TRIES.get(fate, 0):
            raise explained(error, self.repo, self.kept) from error
        self.met[fate] = count + 1
        if fate is Fate.WAIT:
            self._wait_aloud(seconds_to_wait(error))
        elif fate is Fate.BUSY:
            self.pause(WAITS[count])
        elif fate is Fate.UNKNOWN:
            self.say("The Hub did not confirm. Checking…")
            if count:  # the first look is free
                self.pause(WAITS[count])
        return fate

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask until the Hub answers, within patience."""
        while True:
            try:
                return question()
            except client_errors() as error:
                self.wait(error)

    def _wait_aloud(self, left: float) -> None:
        while left > 0:
            self.say(f"The Hub asks us to wait {left:.0f} s.")
            step = min(left, TOLD_EVERY)
            self.pause(step)
            left -= step


@dataclass(kw_only=True)
class ReleasePatience(Patience):
    """Patience with a publication."""

    release: Release
    """What is being published."""
