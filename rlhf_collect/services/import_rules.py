"""What makes an imported comparison or judgement unusable in a project, apart from how it is written."""

from __future__ import annotations

import re
from datetime import date

from rlhf_collect.domain.judgement import SKIP
from rlhf_collect.domain.rubric import TURN_MARK
from rlhf_collect.errors import Problem
from rlhf_collect.importers import Imported, ImportedJudgement
from rlhf_collect.services.import_known import Known
from rlhf_collect.services.projects import Project

MOST_SEVERE = 1
"""The highest severity of a content label that may be shown: somebody declared that nothing is above it."""
NEVER_SHOWN = "csae"
"""The category that nobody is ever shown, whatever its severity."""
_TURN = re.compile(r"[1-9][0-9]{0,3}")


def unfit_labels(item: Imported) -> Problem | None:
    """What is wrong with the content labels of a comparison in a project that is declared safe."""
    for label in item.comparison.labels:
        if label["severity"] > MOST_SEVERE or label["category"] == NEVER_SHOWN:
            return Problem(
                where=item.where,
                field="labels",
                what=f"'{label['category']}' of severity {label['severity']} is more than may be shown: the project "
                f"is declared safe, so nothing goes above {MOST_SEVERE}.",
                mend="Leave the comparison out. Showing such content comes with its protections in a later release.",
            )
    return None


def unfit_judgement(
    known: Known, project: Project, item: ImportedJudgement, *, today: date
) -> Problem | None:
    """What makes a judgement unusable in this project, apart from the answer itself."""
    if item.comparison not in known.keys:
        return Problem(
            where=item.where,
            field="comparison",
            what=f"'{item.comparison}' is not a comparison of project {project.name}.",
            mend="Import the comparisons first, with the same ids.",
        )
    if item.rater in known.taken:
        return Problem(
            where=item.where,
            field="rater",
            what=f"'{item.rater}' rates in this project themselves; an import may not speak for them.",
            mend="Give the imported rater another name.",
        )
    if item.submitted_on is not None and item.submitted_on > today:
        return Problem(
            where=item.where,
            field="submitted_on",
            what=f"{item.submitted_on} is in the future; today is {today} (UTC).",
            mend="Write the day it was made, or leave it out.",
        )
    return _unfit_criterion(project, item) or _unfit_presentation(known, item)


def _unfit_criterion(project: Project, item: ImportedJudgement) -> Problem | None:
    """Judgements are of criteria of the project, or of a turn of one; skips of none."""
    name, mark, turn = item.draft.criterion.partition(TURN_MARK)
    if item.draft.choice == SKIP:
        return None  # who skips a comparison skips all its criteria
    if name in project.criteria() and (not mark or _TURN.fullmatch(turn)):
        return None
    return Problem(
        where=item.where,
        field="criterion",
        what=f"'{item.draft.criterion}' is not a criterion of project {project.name}.",
        mend=f"Use one of {', '.join(project.criteria())}, or a turn of it ({next(iter(project.criteria()))}"
        f"{TURN_MARK}2); a new one goes into the project file first.",
    )


def _unfit_presentation(known: Known, item: ImportedJudgement) -> Problem | None:
    ids = known.keys[item.comparison][1]
    if item.presentation is None or sorted(item.presentation) == sorted(ids):
        return None
    return Problem(
        where=item.where,
        field="presentation",
        what="does not name exactly the completions of the comparison.",
        mend=f"Write an order of {', '.join(ids)}, or leave it out.",
    )
