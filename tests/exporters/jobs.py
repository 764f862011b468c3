"""Client processes that publish to and load from the test Hub, quick to start and easy to kill.

The clients read the environment when they are first imported, which also takes seconds. So one process of
``clients``, started with the Hub's environment, imports them once and forks a child for each call.

A job is ``{"folder", "repo", ...}`` with the options of ``publish_to_hub``; ``{"do": NAME, ...}`` calls
another verb of ``clients`` instead. A command is the words of a command line.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.forking import Child, Done, Nursery
from tests.hub import TestHub

Job = dict[str, Any]


class Publisher:
    """Children with a hub, one at a time."""

    def __init__(self, hub: TestHub, home: Path) -> None:
        self.hub, self.home = hub, home
        self._nursery = Nursery("tests.exporters.clients", hub.env(home))

    def start(self, *jobs: Job, words: Sequence[object] | None = None, **variables: str) -> Child:
        """A child that does the jobs, or runs a command; ``variables`` join its environment."""
        asked = {"jobs": jobs, "words": words and [str(word) for word in words], "env": variables}
        return self._nursery.start(asked, self.home)

    def run(self, *jobs: Job, **variables: str) -> list[Any]:
        """What became of each job."""
        done = self.start(*jobs, **variables).end()
        assert done.code == 0, done.err[-3000:]
        answers: list[Any] = json.loads(done.out)
        return answers

    def publish(self, folder: Path, repo: str, *, token: str | None = None, **options: Any) -> dict[str, Any]:
        """What became of one publication."""
        variables = {} if token is None else {"HF_TOKEN": token}
        answer: dict[str, Any] = self.run({"folder": folder, "repo": repo, **options}, **variables)[0]
        return answer

    def command(self, *words: object, **variables: str) -> Done:
        """What became of a command."""
        return self.start(words=words, **variables).end()

    def close(self) -> None:
        """No more children."""
        self._nursery.close()
