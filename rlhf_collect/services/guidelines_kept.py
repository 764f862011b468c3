"""Guidelines a lead wrote outlive a project file that still has those they replaced."""

from __future__ import annotations

import json
from uuid import UUID

from rlhf_collect.config import Project as Settings
from rlhf_collect.config import as_json, from_json
from rlhf_collect.storage.port import Transaction


def keep_what_was_written(
    tx: Transaction, project_id: UUID, before: Settings, after: Settings
) -> tuple[Settings, list[str]]:
    """Settings to record where ``after`` is applied over ``before``, and what whoever applies them should know.

    The file stays as it was when guidelines are written elsewhere, and is read at every start. Only a version the
    project never had is news.
    """
    now, given = before.guidelines, after.guidelines
    rows = tx.read("guidelines_written", project_id=project_id)
    written = {json.loads(row["detail"])["version"] for row in rows}
    if given == now or now.version not in written:
        return after, []
    rows = tx.read("all_settings", project_id=project_id)
    if all(json.loads(row["settings"])["guidelines"]["version"] != given.version for row in rows):
        return after, []
    kept = from_json(as_json(after) | {"guidelines": as_json(before)["guidelines"]})
    return kept, [
        f"The guidelines '{now.version}', written by a lead, stay: the file still has '{given.version}', which the "
        "project had before. Give its text a version of its own to change them from the file."
    ]
