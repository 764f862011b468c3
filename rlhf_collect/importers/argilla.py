"""Argilla: records of version 2 (nested or flat) and of version 1 (records, or one column for each question)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rlhf_collect.domain.comparison import Comparison
from rlhf_collect.domain.judgement import SKIP, Draft
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_list, as_object, as_text, optional_id, storable, unpacked, whole
from rlhf_collect.importers.imported import AnyJson, Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.judged import first_of, judged
from rlhf_collect.importers.parts import comparison
from rlhf_collect.importers.questions import asks_for_reasons, criteria_of, criterion_of, left_out, rater_of
from rlhf_collect.importers.sides import Offered, offered

ANSWERS, USERS, STATUS = ".responses", ".responses.users", ".responses.status"
"""Endings of the flat columns of version 2."""
OF_VERSION_1 = {"user_id", "value", "status"}
"""What each answer of a question's column has."""
NOT_GIVEN = ("draft", "pending")
MOST_RANKS = 50
COLUMNS = frozenset({"id", "external_id", "fields", "responses", "metadata"})


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What one person answered to one question."""

    field: str
    question: str
    person: AnyJson
    value: AnyJson
    status: str


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is a record of one of the versions."""
    nested = "responses" in values and isinstance(values.get("fields"), Mapping)
    return (
        nested
        or any(str(each).endswith(USERS) for each in values)
        or any(map(_of_version_1, values.values()))
    )


def read(row: Row, origin: Origin) -> Imported:
    """One comparison; one judgement per person and question that compares. Errors: ``Fault``."""
    fields, answers = _record(row.values)
    found = offered(fields, "fields")
    kept = unpacked(row.values.get("metadata") or {}, "metadata")
    compared = comparison(
        found.prompt,
        [each.reply for each in found.sides],
        comparison_id=optional_id(row, "external_id") or optional_id(row, "id"),
        source=origin.source,
        metadata={**storable(as_object(kept, "metadata"), "metadata"), **found.rest},
    )
    other: list[str] = []
    judgements = tuple(_judgements(row, origin, compared, found, answers, other))
    if not origin.keep_preferences:
        return Imported(where=row.where, comparison=compared)
    return Imported(where=row.where, comparison=compared, judgements=judgements, note=left_out(other))


def _of_version_1(value: object) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(each, Mapping) and set(each) >= OF_VERSION_1 for each in value)
    return isinstance(value, Mapping) and set(value) >= OF_VERSION_1


def _record(values: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[_Answer]]:
    """The fields, and everything that was answered."""
    if isinstance(values.get("fields"), Mapping):
        return values["fields"], list(_nested(values.get("responses")))
    asked = [name for name, value in values.items() if _of_version_1(value)]
    flat = [name.removesuffix(ANSWERS) for name in values if name.endswith(ANSWERS)]
    beside = {"id", "external_id", "metadata", "status", "_server_id", "vectors", *asked}
    fields = {
        name: value
        for name, value in values.items()
        if name not in beside
        and not any(name.startswith(f"{each}-suggestion") for each in asked)
        and not any(each in name for each in (ANSWERS, ".suggestion"))
    }
    answers = [answer for name in asked for answer in _column(name, values[name])]
    return fields, answers + [answer for name in flat for answer in _flat(name, values)]


def _nested(value: AnyJson) -> Iterator[_Answer]:
    if isinstance(value, Mapping):
        for question, given in value.items():
            yield from _column(question, given)
        return
    for place, each in enumerate(as_list(value, "responses")):
        said = as_object(each, f"responses[{place}]")
        person, status = said.get("user_id"), str(said.get("status") or "")
        if "question_name" in said:
            name = as_text(said["question_name"], f"responses[{place}].question_name")
            yield _answer(name, person, said.get("value"), status)
            continue
        given = as_object(said.get("values") or {}, f"responses[{place}].values")
        for question, answer in given.items():
            held = as_object(answer or {}, f"responses[{place}].values.{question}")
            yield _answer(question, person, held.get("value"), status)
        if not given:
            yield _answer("", person, None, status)  # who discarded a record answered nothing


def _column(question: str, value: AnyJson) -> Iterator[_Answer]:
    if isinstance(value, Mapping):  # a table turned on its side: a list for each of the three
        columns = [as_list(value[each], question) for each in ("user_id", "value", "status")]
        value = [
            dict(zip(("user_id", "value", "status"), each, strict=False))
            for each in zip(*columns, strict=False)
        ]
    for each in as_list(value, question):
        said = as_object(each, question)
        yield _answer(question, said.get("user_id"), said.get("value"), str(said.get("status") or ""))


def _flat(question: str, values: Mapping[str, Any]) -> Iterator[_Answer]:
    given = as_list(values.get(f"{question}{ANSWERS}"), f"{question}{ANSWERS}")
    people = as_list(values.get(f"{question}{USERS}"), f"{question}{USERS}")
    statuses = as_list(values.get(f"{question}{STATUS}"), f"{question}{STATUS}") or [""] * len(given)
    if not len(given) == len(people) == len(statuses):
        raise Fault(
            f"{question}{USERS}", f"It names {len(people)} for {len(given)} answers.", "Name one for each."
        )
    for value, person, status in zip(given, people, statuses, strict=True):
        yield _answer(question, person, value, str(status or ""))


def _answer(question: str, person: AnyJson, value: AnyJson, status: str) -> _Answer:
    return _Answer(
        field=f"responses.{question}", question=question, person=person, value=value, status=status
    )


def _judgements(
    row: Row, origin: Origin, compared: Comparison, found: Offered, answers: list[_Answer], other: list[str]
) -> Iterator[ImportedJudgement]:
    """``other`` collects the questions whose answers compare nothing."""
    by_rater: dict[str, list[_Answer]] = {}
    for each in answers:
        by_rater.setdefault(rater_of(each.person, origin.dataset), []).append(each)
    for rater, given in by_rater.items():
        if any(each.status == "discarded" for each in given):
            yield judged(row, origin, rater, compared, Draft(choice=SKIP))
            continue
        submitted = [each for each in given if each.status not in NOT_GIVEN and each.value is not None]
        written = [
            each.value
            for each in submitted
            if asks_for_reasons(each.question) and isinstance(each.value, str)
        ]
        drafts: dict[str, Draft] = {}
        for each in submitted:
            draft = _draft(each, found)
            if draft is not None:
                drafts[each.question] = draft
            elif not asks_for_reasons(each.question):
                other.append(each.question)
        for question, criterion in criteria_of(drafts).items():
            draft = replace(drafts[question], criterion=criterion, rationale="\n\n".join(written) or None)
            yield judged(row, origin, rater, compared, draft)


def _draft(answer: _Answer, found: Offered) -> Draft | None:
    """What an answer says about the responses, ``None`` if it does not compare them."""
    value, field = answer.value, answer.field
    alone = criterion_of(answer.question) == "overall"
    if isinstance(value, Mapping) and {"rank", "value"} <= set(value):
        pairs = zip(as_list(value["value"], field), as_list(value["rank"], field), strict=False)
        value = [{"value": name, "rank": rank} for name, rank in pairs]
    if isinstance(value, str):
        value = [value]
    listed = as_list(value, field) if isinstance(value, list | tuple) else ()
    if listed and all(isinstance(each, Mapping) and "rank" in each for each in listed):
        ranking = found.ranked(_by_rank(listed, field), field)
    elif len(listed) > 1 and all(isinstance(each, str) and found.meant(each, alone=alone) for each in listed):
        ranking = found.ranked([[each] for each in listed], field)
    else:
        only = listed[0] if len(listed) == 1 and isinstance(listed[0], str) else ""
        meant = found.meant(only, alone=alone)
        if meant is None and alone:
            raise Fault(
                field,
                f"'{str(answer.value)[:60]}' is none of the responses.",
                f"Use one of {', '.join(each.name for each in found.sides)}, tie, both bad; or a ranking of all.",
            )
        return None if meant is None else Draft(choice=meant)
    return Draft(choice=first_of(ranking), ranking=ranking)


def _by_rank(pairs: AnyJson, field: str) -> list[list[str]]:
    """Names in groups, rank 1 first; the same rank is a shared place."""
    ranks: dict[int, list[str]] = {}
    for each in pairs:
        rank = whole(each.get("rank"), field, 0, MOST_RANKS)
        ranks.setdefault(rank, []).append(as_text(each.get("value"), field))
    return [ranks[rank] for rank in sorted(ranks)]
