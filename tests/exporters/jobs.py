"""A client process that publishes: ``python -m tests.exporters.jobs JOBS`` with a JSON list of jobs.

Each job is ``{"folder", "repo", ...}`` with the options of ``publish_to_hub``; the answer on stdout is
a JSON list of ``{"commit", "tag", "warnings"}`` or ``{"code", "message"}``, each with what was ``said``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlhf_collect.errors import CollectError
from rlhf_collect.exporters.hub.publish import publish_to_hub
from tests.hub import TestHub

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Publisher:
    """Runs jobs in a process of its own against a hub."""

    hub: TestHub
    home: Path

    def start(self, *jobs: dict[str, Any], token: str | None = None) -> subprocess.Popen[str]:
        """The running process."""
        env = self.hub.env(self.home, token=token) | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.exporters.jobs", json.dumps(jobs, default=os.fspath)]
        return subprocess.Popen(
            command, env=env, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *jobs: dict[str, Any], token: str | None = None) -> list[dict[str, Any]]:
        """What became of each job."""
        process = self.start(*jobs, token=token)
        out, err = process.communicate(timeout=100)
        assert process.returncode == 0, err[-3000:]
        answers: list[dict[str, Any]] = json.loads(out)
        return answers

    def publish(self, folder: Path, repo: str, *, token: str | None = None, **options: Any) -> dict[str, Any]:
        """What became of one job."""
        return self.run({"folder": folder, "repo": repo, **options}, token=token)[0]


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    said: list[str] = []
    folder = Path(job.pop("folder"))
    try:
        done = publish_to_hub(folder, job.pop("repo"), progress=said.append, **job)
    except CollectError as error:
        return {"code": error.code, "message": error.message, "said": said}
    return {"commit": done.commit, "tag": done.tag, "url": done.url, "warnings": done.warnings, "said": said}


if __name__ == "__main__":
    sys.stdout.write(json.dumps([_answer(job) for job in json.loads(sys.argv[1])]))
