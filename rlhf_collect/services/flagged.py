"""The texts of comparisons raters flagged, for leads to look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import find_own_project


def texts_of_comparisons(
    ctx: Context, actor: Actor, project_name: str, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Comparison id → ``{"prompt", "completions": [{"id", "content"}]}``, messages in the chat form.

    Names of no comparison of the project are left out.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_JUDGEMENTS)
    with ctx.store.snapshot() as reader:
        rows = reader.read("comparisons_by_name", project_id=project.project_id, names=list(names))
        found = {
            row["comparison_key"]: {"prompt": json.loads(row["prompt"]), "completions": []} for row in rows
        }
        if found:
            for each in reader.read("completions_of_comparisons", comparison_keys=list(found)):
                said = {"id": each["completion_id"], "content": json.loads(each["content"])}
                found[each["comparison_key"]]["completions"].append(said)
    return {row["comparison_id"]: found[row["comparison_key"]] for row in rows}
