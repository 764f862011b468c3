"""Raters who judge as fast as they can through the API, and remember what was acknowledged."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE = 120.0
"""Seconds a rater waits for a server that went away."""


@dataclass(kw_only=True)
class Ledger:
    """What the server has acknowledged, over all raters."""

    answers: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Judgement id to (rater, comparison, choice)."""
    stored_before: int = 0
    """Retries that met their own judgement: it had been stored, only the reply was lost."""
    gate: threading.Lock = field(default_factory=threading.Lock)

    def note(self, judgement: str, said: tuple[str, str, str], *, fresh: bool) -> None:
        """One acknowledgement. Acknowledging two different answers for one judgement is a failure."""
        with self.gate:
            assert self.answers.setdefault(judgement, said) == said
            self.stored_before += not fresh


class Tab:
    """One open tab of one rater. Two tabs of the same rater get the same comparison and race."""

    def __init__(self, *, rater: str, key: str, url: str, project: str, ledger: Ledger, seed: int) -> None:
        self._rater = rater
        self._project = project
        self._ledger = ledger
        self._random = random.Random(seed)
        self._client = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=20
        )

    def rate(self, up: threading.Event, stop: threading.Event) -> None:
        """Judge until told to stop; what was sent until then is sent again until it is acknowledged."""
        pending: dict[str, Any] | None = None
        with self._client:
            while not stop.is_set():
                pending = self._patiently(up, pending)
            if pending:
                self._patiently(up, pending)

    def _patiently(self, up: threading.Event, pending: dict[str, Any] | None) -> dict[str, Any] | None:
        """One call, repeated over crashes of the server; the judgement to send after it, if any."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                return self._submit(pending) if pending else self._ask()
            except httpx.TransportError:
                up.wait(PATIENCE)
        raise AssertionError("the server did not come back")

    def _ask(self) -> dict[str, Any] | None:
        reply = self._client.post(f"/projects/{self._project}/next")
        if reply.status_code == 204:
            time.sleep(0.1)
            return None
        assert reply.status_code == 200, reply.text
        return self._decide(reply.json())

    def _decide(self, handed: dict[str, Any] | None) -> dict[str, Any] | None:
        if handed is None:
            return None
        ids = [each["id"] for each in handed["comparison"]["completions"]]
        choice = self._random.choice([*ids, "tie", "both_bad"])
        return {
            "said": (self._rater, handed["comparison"]["id"], choice),
            "body": {
                "assignment": handed["assignment"],
                "judgement": handed["judgement"],
                # The reason carries the judgement's id, so that the export can be held against it.
                "answers": [{"criterion": "overall", "choice": choice, "rationale": handed["judgement"]}],
            },
        }

    def _submit(self, pending: dict[str, Any]) -> dict[str, Any] | None:
        reply = self._client.post("/judgements", json=pending["body"])
        if reply.status_code == 409:
            # The other tab of the same rater was faster, with another answer: that one is kept.
            assert reply.json()["code"] == "already_judged", reply.text
            return None
        assert reply.status_code in (200, 201), reply.text
        document = reply.json()
        assert document["judgement"] == pending["body"]["judgement"]
        self._ledger.note(document["judgement"], pending["said"], fresh=reply.status_code == 201)
        if self._random.random() < 0.05:
            return pending  # the reply was lost on the way, as far as this rater knows
        return self._decide(document["next"])
