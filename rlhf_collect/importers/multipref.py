"""AllenAI MultiPref: pairs judged by two regular and two expert raters, on four criteria in five words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rlhf_collect.domain.comparison import Comparison
from rlhf_collect.domain.judgement import TIE, Draft
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import (
    as_id,
    as_list,
    as_object,
    as_text,
    optional_id,
    optional_text,
    text,
    unpacked,
)
from rlhf_collect.importers.imported import Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.judged import judged
from rlhf_collect.importers.parts import Reply, comparison, prompt, reply

GROUPS = {"normal": "normal_worker_annotations", "expert": "expert_worker_annotations"}
"""What a rater's name begins with, and the column of the group."""
CRITERIA = ("helpful", "truthful", "harmless", "overall")
WORDS = {
    "a-is-clearly-better": ("a", 2),
    "a-is-slightly-better": ("a", 1),
    "tie": (TIE, 0),
    "b-is-slightly-better": ("b", 1),
    "b-is-clearly-better": ("b", 2),
}
_KEPT = ("prompt_id", "source", "subject_study", "highest_level_degree")
COLUMNS = frozenset(
    {"comparison_id", "text", "completion_a", "completion_b", "model_a", "model_b", "category"}
    | {*_KEPT, *GROUPS.values()}
)


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return {"text", "completion_a", "completion_b", *GROUPS.values()} <= set(values)


def read(row: Row, origin: Origin) -> Imported:
    """One comparison; one judgement per rater and criterion. Errors: ``Fault``."""
    category = optional_text(row, "category")
    kept = {field: optional_text(row, field) for field in _KEPT}
    compared = comparison(
        prompt(text(row, "text"), "text"),
        [
            Reply(
                content=reply(text(row, f"completion_{side}"), f"completion_{side}"),
                model=optional_text(row, f"model_{side}"),
            )
            for side in "ab"
        ],
        comparison_id=optional_id(row, "comparison_id"),
        tags=(category,) if category else (),
        source=origin.source,
        metadata={field: value for field, value in kept.items() if value},
    )
    judgements = tuple(_judgements(row, origin, compared))  # read in any case: an unknown word is a bad line
    return Imported(
        where=row.where, comparison=compared, judgements=judgements if origin.keep_preferences else ()
    )


def _judgements(row: Row, origin: Origin, compared: Comparison) -> Iterator[ImportedJudgement]:
    for group, field in GROUPS.items():
        for place, each in enumerate(as_list(unpacked(row.values.get(field), field), field)):
            where = f"{field}[{place}]"
            said = as_object(each, where)
            who = as_id(said.get("evaluator"), f"{where}.evaluator")
            for criterion in CRITERIA:
                draft = _draft(said, criterion, where)
                if draft is not None:
                    yield judged(row, origin, f"{group}-{who}", compared, draft)


def _draft(said: Mapping[str, Any], criterion: str, where: str) -> Draft | None:
    """What one rater said on one criterion; ``None`` where they were not asked."""
    field = f"{where}.{criterion}_pref"
    if said.get(f"{criterion}_pref") is None:
        return None
    word = as_text(said[f"{criterion}_pref"], field)
    if word.strip().lower() not in WORDS:
        raise Fault(
            field,
            f"'{word[:40]}' is not known.",
            "Use Tie, or A or B with -is-slightly-better or -is-clearly-better.",
        )
    choice, strength = WORDS[word.strip().lower()]
    return Draft(criterion=criterion, choice=choice, strength=strength, rationale=_rationale(said, criterion))


def _rationale(said: Mapping[str, Any], criterion: str) -> str | None:
    """The reasons a rater ticked, and what they wrote beside."""
    ticked, written = said.get(f"{criterion}_checked_reasons"), said.get(f"{criterion}_own_reason")
    reasons = [each for each in ticked if isinstance(each, str)] if isinstance(ticked, list | tuple) else []
    if isinstance(written, str) and written.strip():
        reasons.append(written)
    return "\n\n".join(reasons) or None
