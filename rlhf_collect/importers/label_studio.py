"""Label Studio: its JSON export, tasks with Pairwise, Choices or Ranker answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rlhf_collect.domain.comparison import Comparison
from rlhf_collect.domain.judgement import SKIP, Draft
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_list, as_object, as_text, day, optional_id, required, unpacked
from rlhf_collect.importers.imported import Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.judged import first_of, judged
from rlhf_collect.importers.parts import LETTERS, comparison
from rlhf_collect.importers.questions import asks_for_reasons, criteria_of, criterion_of, left_out, rater_of
from rlhf_collect.importers.sides import Offered, offered

COLUMNS = frozenset({"id", "data", "annotations"})
_MOMENT = re.compile(r"-at-\d{4}-\d{2}-\d{2}.*")
"""What the tool writes into an export's name behind ``project-7``."""


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is a task of such an export."""
    return "annotations" in values and isinstance(values.get("data"), Mapping)


def read(row: Row, origin: Origin) -> Imported:
    """One comparison; one judgement per annotation and question. Errors: ``Fault``."""
    # A later export of the same project speaks of the same people.
    origin = replace(origin, dataset=_MOMENT.sub("", origin.dataset))
    found = offered(as_object(unpacked(required(row, "data"), "data"), "data"), "data")
    compared = comparison(
        found.prompt,
        [each.reply for each in found.sides],
        comparison_id=optional_id(row, "id"),
        source=origin.source,
        metadata=found.rest,
    )
    other: list[str] = []
    judgements = tuple(_judgements(row, origin, compared, found, other))
    if not origin.keep_preferences:
        return Imported(where=row.where, comparison=compared)
    return Imported(where=row.where, comparison=compared, judgements=judgements, note=left_out(other))


def _judgements(
    row: Row, origin: Origin, compared: Comparison, found: Offered, other: list[str]
) -> Iterator[ImportedJudgement]:
    given = as_list(unpacked(row.values.get("annotations"), "annotations"), "annotations")
    for place, each in enumerate(given):
        where = f"annotations[{place}]"
        said = as_object(each, where)
        rater = rater_of(said.get("completed_by"), origin.dataset)
        made = said.get("created_at")
        made_on = None if made is None else day(made, f"{where}.created_at")
        if said.get("was_cancelled"):
            yield judged(row, origin, rater, compared, Draft(choice=SKIP), made_on)
            continue
        results = [
            as_object(result, f"{where}.result") for result in as_list(said.get("result"), f"{where}.result")
        ]
        for draft in _drafts(results, found, f"{where}.result", other):
            yield judged(row, origin, rater, compared, draft, made_on)


def _drafts(
    results: Sequence[Mapping[str, Any]], found: Offered, where: str, other: list[str]
) -> list[Draft]:
    """What one annotation says: one draft for each control that compares, with the reasons written beside.

    ``other`` collects the controls that compare nothing.
    """
    written: list[str] = []
    drafts: dict[str, Draft] = {}
    for place, result in enumerate(results):
        field = f"{where}[{place}]"
        name = as_text(result.get("from_name") or "", f"{field}.from_name")
        value = as_object(result.get("value") or {}, f"{field}.value")
        kind = result.get("type")
        draft = _draft(kind, name, result, value, found, f"{field}.value")
        if kind == "textarea" and asks_for_reasons(name):
            written += [
                each for each in as_list(value.get("text"), f"{field}.value.text") if isinstance(each, str)
            ]
        elif draft is not None:
            drafts[name] = draft
        else:
            other.append(name)
    rationale = "\n\n".join(written) or None
    names = criteria_of(drafts)
    return [
        Draft(criterion=names[name], choice=each.choice, ranking=each.ranking, rationale=rationale)
        for name, each in drafts.items()
    ]


def _draft(
    kind: object, name: str, result: Mapping[str, Any], value: Mapping[str, Any], found: Offered, field: str
) -> Draft | None:
    """The answer of one control, ``None`` if it does not compare."""
    if kind == "pairwise":
        return Draft(choice=_selected(result, value, found, f"{field}.selected"))
    if kind == "ranker":
        groups = [[each] for each in _order(value.get("ranker"), f"{field}.ranker")]
        ranking = found.ranked(groups, f"{field}.ranker")
        return Draft(choice=first_of(ranking), ranking=ranking)
    if kind != "choices":
        return None
    chosen = [as_text(each, f"{field}.choices") for each in as_list(value.get("choices"), f"{field}.choices")]
    alone = criterion_of(name) == "overall"
    meant = found.meant(chosen[0], alone=alone) if len(chosen) == 1 else None
    if meant is None and alone:
        raise Fault(
            f"{field}.choices",
            f"'{', '.join(chosen)[:60]}' is none of the responses.",
            f"Use one of {', '.join(each.name for each in found.sides)}, tie, both bad.",
        )
    return None if meant is None else Draft(choice=meant)


def _selected(result: Mapping[str, Any], value: Mapping[str, Any], found: Offered, field: str) -> str:
    """Left is what the control names first, where it names our fields; else the first response."""
    side = value.get("selected")
    if side not in ("left", "right"):
        raise Fault(field, f"'{str(side)[:40]}' is not known.", "Use left or right.")
    if len(found.sides) != 2:
        raise Fault(
            field, f"There are {len(found.sides)} responses to choose from.", "Pairwise compares two."
        )
    place = int(side == "right")
    named = [found.meant(each) for each in str(result.get("to_name") or "").split(",")]
    return str(named[place]) if sorted(map(str, named)) == ["a", "b"] else LETTERS[place]


def _order(value: object, field: str) -> list[str]:
    """The ids of a Ranker, best first. Several buckets with something in them have no order among each other."""
    if isinstance(value, Mapping):
        filled = [each for each in value.values() if each]
        if len(filled) != 1:
            raise Fault(
                field,
                f"The responses lie in {len(filled)} buckets, which have no order among each other.",
                "Leave the task out, or write its order as one list.",
            )
        value = filled[0]
    return [as_text(each, field) for each in as_list(value, field)]
