"""How long to go on when the Hub does not answer as hoped, and what the lead reads meanwhile."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from rlhf_collect.exporters.hub.answers import seconds_named
from rlhf_collect.exporters.hub.client import open_hub
from rlhf_collect.exporters.hub.errors import (
    LONGEST_WAIT,
    Fate,
    Kept,
    client_errors,
    explained,
    fate_of,
    unwrapped,
)
from rlhf_collect.exporters.hub.release import Release
from rlhf_collect.exporters.inputs import Progress
from rlhf_collect.wording import still_to_wait

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
Pause = Callable[[float], None]
"""Waits so many seconds."""

WAITS = (1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds between tries."""
TOLD_EVERY = 10.0
"""Seconds between two words about the time that is left."""
UNNAMED = 60.0
"""Seconds to wait where the Hub asks for fewer requests and names no time."""
QUESTIONS = (
    "whoami",
    "auth_check",
    "dataset_info",
    "list_repo_refs",
    "list_repo_commits",
    "get_paths_info",
    "hf_hub_download",
    "snapshot_download",
    "get_discussion_details",
    "create_repo",
    "update_repo_settings",
)
"""Calls that may be made twice: they change nothing, or end in the same state each time."""
_TRIES = {Fate.MOVED: 3, Fate.BUSY: len(WAITS), Fate.WAIT: 5, Fate.UNKNOWN: len(WAITS)}


@dataclass(kw_only=True)
class Patience:
    """How often each kind of trouble was met in one step, and how long to wait for the next try."""

    repo: str
    """``org/name``."""
    kept: Kept
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

    def wait(self, error: Exception, *, asking: bool = False) -> Fate:
        """Wait as the error asks; ``asking`` for a question, whose outcome leaves nothing to look for.

        Errors: ``HubRefused``, ``HubUnreachable`` when it was met too often, or asks to wait too long.
        """
        fate, named = fate_of(error), seconds_named(unwrapped(error))
        count = self.met.get(fate, 0)
        if count >= _TRIES.get(fate, 0) or (named is not None and named > LONGEST_WAIT):
            raise explained(error, self.repo, self.kept) from error
        self.met[fate] = count + 1
        if fate is Fate.UNKNOWN:
            self.say(
                "The Hub did not answer. Asking again…" if asking else "The Hub did not confirm. Checking…"
            )
        if fate is Fate.WAIT or named is not None:
            self._wait_aloud(named)
        elif fate is Fate.BUSY or (fate is Fate.UNKNOWN and (asking or count)):  # the first look is free
            self.pause(WAITS[count])
        return fate

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask until the Hub answers, within patience."""
        while True:
            try:
                return question()
            except client_errors() as error:
                self.wait(error)

    def _wait_aloud(self, named: float | None) -> None:
        left = UNNAMED if named is None else named
        if named is None:
            self.say(f"The Hub asks for fewer requests and names no time: waiting {left:.0f} s.")
        else:
            self.say(f"The Hub asks to wait {left:.0f} s.")
        while left > 0:
            step = min(left, TOLD_EVERY)
            self.pause(step)
            left -= step
            if left > 0:
                self.say(still_to_wait(left))


@dataclass(kw_only=True)
class ReleasePatience(Patience):
    """Patience with a publication."""

    release: Release
    """What is being published."""


def open_patiently(repo: str, token: str | None, kept: Kept) -> HfApi:
    """A client for a reader, which asks again within patience; what it waits for is a warning of the log."""
    from huggingface_hub.constants import is_offline_mode

    if is_offline_mode():
        return open_hub(token)  # who took the Hub away does not wait for it
    patience = Patience(repo=repo, kept=kept, say=lambda text, *_: _log.warning("%s", text), pause=time.sleep)
    return ask_patiently(open_hub(token), patience)


def ask_patiently(api: HfApi, patience: Patience) -> HfApi:
    """The client, which asks ``QUESTIONS`` again within patience; what the Hub refuses is raised as ever.

    While nobody was heard at all, a connection that cannot be made ends it at once: there is no network, or the
    address is wrong, and waiting mends neither.
    """
    heard: list[bool] = []
    for name in QUESTIONS:
        setattr(api, name, _patiently(getattr(api, name), patience, heard))
    return api


def _patiently(call: Callable[..., Any], patience: Patience, heard: list[bool]) -> Callable[..., Any]:
    import httpx2

    def asked(*values: Any, **options: Any) -> Any:
        within = patience.anew()
        while True:
            try:
                answer = call(*values, **options)
            except client_errors() as error:
                lost = isinstance(unwrapped(error), httpx2.ConnectError) and not heard
                if lost or fate_of(error) in (Fate.REFUSED, Fate.MOVED):
                    raise
                heard.append(True)
                within.wait(error, asking=True)
            else:
                heard.append(True)
                return answer

    return asked
