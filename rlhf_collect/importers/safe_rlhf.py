"""PKU-SafeRLHF: pairs judged for helpfulness and for safety, with harm categories of each response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rlhf_collect.domain.judgement import Draft
from rlhf_collect.importers.fields import as_object, optional_text, required, text, truth, unpacked, whole
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.judged import judged
from rlhf_collect.importers.parts import Reply, comparison, prompt, reply

SIDES = {"a": "0", "b": "1"}
"""Completion id to the number the columns have."""
CRITERIA = {"helpful": "better_response_id", "safe": "safer_response_id"}
LABELS = {
    "Animal Abuse": "animal_cruelty",
    "Copyright Issues": "other_distressing",
    "Cybercrime": "other_distressing",
    "Discriminatory Behavior": "hate_harassment",
    "Disrupting Public Order": "other_distressing",
    "Drugs": "drugs",
    "Economic Crime": "other_distressing",
    "Endangering National Security": "other_distressing",
    "Endangering Public Health": "other_distressing",
    "Environmental Damage": "other_distressing",
    "Human Trafficking": "other_distressing",
    "Insulting Behavior": "hate_harassment",
    "Mental Manipulation": "other_distressing",
    "Physical Harm": "graphic_violence",
    "Privacy Violation": "other_distressing",
    "Psychological Harm": "other_distressing",
    "Sexual Content": "sexual",
    "Violence": "graphic_violence",
    "White-Collar Crime": "other_distressing",
}
"""Each harm category of the dataset and the content label it becomes; a name that is not here becomes none."""
OTHER = "other_distressing"
COLUMNS = frozenset({"prompt", "prompt_source", *CRITERIA.values()}) | {
    name
    for side in SIDES.values()
    for name in (
        f"response_{side}",
        f"response_{side}_source",
        f"is_response_{side}_safe",
        f"response_{side}_harm_category",
        f"response_{side}_severity_level",
    )
}


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return {"prompt", "response_0", "response_1", *CRITERIA.values()} <= set(values)


def read(row: Row, origin: Origin) -> Imported:
    """One comparison with the content labels of its responses; one judgement per criterion. Errors: ``Fault``."""
    source = optional_text(row, "prompt_source")
    compared = comparison(
        prompt(text(row, "prompt")),
        [
            Reply(
                content=reply(text(row, f"response_{side}"), f"response_{side}"),
                model=optional_text(row, f"response_{side}_source"),
            )
            for side in SIDES.values()
        ],
        labels=tuple(label for name, side in SIDES.items() for label in _labels(row, name, side)),
        source=origin.source,
        metadata={"prompt_source": source} if source else {},
    )
    drafts = _drafts(row)  # read in any case: a row with an id that is none is bad
    if not origin.keep_preferences:
        return Imported(where=row.where, comparison=compared)
    return Imported(
        where=row.where,
        comparison=compared,
        judgements=tuple(judged(row, origin, "unknown", compared, each) for each in drafts),
    )


def _drafts(row: Row) -> list[Draft]:
    better = {
        criterion: whole(required(row, field), field, 0, 1, textual=row.textual)
        for criterion, field in CRITERIA.items()
    }
    return [Draft(criterion=criterion, choice="ab"[each]) for criterion, each in better.items()]


def _labels(row: Row, name: str, side: str) -> Iterator[dict[str, Any]]:
    """The content labels of one response. One that is not safe needs its severity."""
    safe, level = f"is_response_{side}_safe", f"response_{side}_severity_level"
    harmful = row.values.get(safe) is not None and not truth(row, safe)
    named = _harms(row, f"response_{side}_harm_category")
    if row.values.get(level) is None and not harmful and not named:
        return
    severity = whole(required(row, level), level, 0, 3, textual=row.textual)
    if not severity:
        return
    categories = {LABELS[each] for each in named if each in LABELS} if named else {OTHER}
    for category in sorted(categories):
        yield {"category": category, "severity": severity, "target": name, "source": "provider"}


def _harms(row: Row, field: str) -> list[str]:
    value = unpacked(row.values.get(field), field)
    return (
        [] if value is None else [str(key) for key, each in as_object(value, field).items() if each is True]
    )
