"""The process that ``jobs`` starts: it imports the clients once, and forks a child for each call.

Waits for the Hub are not waited for, but listed as ``waited``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import huggingface_hub._snapshot_download  # noqa: F401 - as the next one
import scipy.io  # noqa: F401 - what datasets imports with its first dataset, so that no child has to
from datasets import load_dataset

import rlhf_collect.operations  # noqa: F401 - so that no child has to
from rlhf_collect.cli.main import main
from rlhf_collect.errors import CollectError
from rlhf_collect.exporters.hub import client
from rlhf_collect.exporters.hub.plan import plan_for_hub
from rlhf_collect.exporters.hub.publish import approve_on_hub, propose_to_hub, publish_to_hub
from rlhf_collect.exporters.hub.read import verify_hub
from rlhf_collect.exporters.load import load_version
from rlhf_collect.exporters.reach import Reach
from rlhf_collect.services.publishing import Way, send_version
from tests.forking import Asked, serve

Job = dict[str, Any]


def _publish(
    folder: str,
    repo: str,
    *,
    call: Callable[..., Any] = publish_to_hub,
    seconds: float | None = None,
    reach: Job | None = None,
    **options: Any,
) -> Any:
    if seconds is not None:
        client.TRANSFER_SECONDS = seconds
    if reach is not None:
        options["reach"] = Reach(**reach)
    return asdict(call(Path(folder), repo, **options))


def _load(split: str | None = "train", **options: Any) -> Any:
    loaded = load_version(split=split, **options)
    return list(loaded) if split is not None else {name: list(rows) for name, rows in loaded.items()}


def _load_dataset(path: str, cache_dir: str, config: str | None = None, revision: str | None = None) -> Any:
    loaded = load_dataset(path, config, revision=revision, cache_dir=cache_dir)
    return {split: rows.to_list() for split, rows in loaded.items()}


def _verify(**options: Any) -> Any:
    return asdict(verify_hub(**options))


def _send(folder: str, to: str, reach: Job | None = None, way: str = Way.AT_ONCE, **options: Any) -> Any:
    return send_version(Path(folder), to, reach=Reach(**reach or {}), way=Way(way), **options).as_json(
        "1.0.0"
    )


def _plan(folder: str, repo: str, reach: Job | None = None, **options: Any) -> Any:
    return asdict(plan_for_hub(Path(folder), repo, reach=Reach(**reach or {}), **options))


VERBS: dict[str, Callable[..., Any]] = {
    "publish": _publish,
    "propose": partial(_publish, call=propose_to_hub),
    "approve": partial(_publish, call=approve_on_hub),
    "load": _load,
    "load_dataset": _load_dataset,
    "verify": _verify,
    "send": _send,
    "plan": _plan,
}
_SPEAKING = {"publish", "propose", "approve", "plan"}
"""Verbs that say what they do, and wait."""


def _answer(job: Job) -> Any:
    verb = job.pop("do", "publish")
    said: list[str] = []
    waited: list[float] = []
    extra: dict[str, Any] = {"progress": said.append, "pause": waited.append} if verb in _SPEAKING else {}
    told = {"said": said, "waited": waited} if verb in _SPEAKING else {}
    try:
        done = VERBS[verb](**job, **extra)
    except CollectError as error:
        problems = [each.line() for each in error.problems]
        return {"code": error.code, "message": error.message, "problems": problems, **told}
    return {**done, **told} if isinstance(done, dict) else done


def _act(asked: Asked) -> None:
    os.environ.update(asked["env"])
    if asked["words"]:
        sys.argv = ["rlhf-collect", *asked["words"]]
        main()
    sys.stdout.write(json.dumps([_answer(job) for job in asked["jobs"]], default=str))


if __name__ == "__main__":
    serve(_act)
