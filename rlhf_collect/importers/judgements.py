"""Judgements made elsewhere, read from a file in the form of the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rlhf_collect.domain.judgement import BOTH_BAD, MAX_STRENGTH, SKIP, TIE, Draft, Reason
from rlhf_collect.domain.parts import MOST_POINTS
from rlhf_collect.domain.rubric import MAX_DEGREE
from rlhf_collect.errors import BadSource, Problem
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import (
    as_id,
    as_list,
    as_object,
    as_text,
    day,
    kind_of,
    required,
    unpacked,
    whole,
)
from rlhf_collect.importers.files import listed, rows
from rlhf_collect.importers.imported import ImportedJudgement, Row
from rlhf_collect.importers.judged import check_rationale
from rlhf_collect.importers.text import Meter


def open_judgements(path: str | Path) -> Iterator[ImportedJudgement | Problem]:
    """Every judgement of a JSON Lines, JSON, CSV or Parquet file, and a problem for each bad line.

    Whether comparison, completions and criterion exist is for the caller to check. Fields beyond the
    contract's, such as durations, are dropped; of ``submitted_on`` only the day is kept.
    Errors: ``BadSource`` at once when there is no such file or it is empty.
    """
    files = listed(Path(path))
    meter = Meter()
    if all(next(rows(file, Meter()), None) is None for file in files):
        raise BadSource(f"'{path}' holds no rows. Nothing was imported.")
    return (_read(row) for file in files for row in rows(file, meter))


def _read(row: Row | Problem) -> ImportedJudgement | Problem:
    if isinstance(row, Problem):
        return row
    try:
        return _judgement(row)
    except Fault as fault:
        return fault.at(row.where)


def _judgement(row: Row) -> ImportedJudgement:
    ranking, points = _ranking(row), _points(row)
    choice = None if row.values.get("choice") is None else as_id(row.values["choice"], "choice")
    if choice is None and ranking is None and points is None:
        required(row, "choice")
    presentation = _presentation(row)
    _check_named(choice, ranking, points, presentation)
    rationale = row.values.get("rationale")
    check_rationale(None if rationale is None else as_text(rationale, "rationale"))
    criterion, made_on = row.values.get("criterion"), row.values.get("submitted_on")
    return ImportedJudgement(
        where=row.where,
        comparison=as_id(required(row, "comparison"), "comparison"),
        rater=as_id(required(row, "rater"), "rater"),
        draft=Draft(
            criterion="overall" if criterion is None else as_id(criterion, "criterion"),
            choice=choice,
            strength=_strength(row, choice, ranking),
            degree=_degree(row, choice),
            ranking=ranking,
            points=points,
            reasons=_reasons(row, choice),
            rationale=rationale,
            order_asked=_order_asked(row, ranking),
        ),
        presentation=presentation,
        submitted_on=None if made_on is None else day(made_on, "submitted_on"),
    )


def _strength(row: Row, choice: str | None, ranking: list[list[str]] | None) -> int | None:
    value = row.values.get("strength")
    if value is None:
        return None
    try:
        strength = whole(value, "strength", 0, MAX_STRENGTH, textual=row.textual)
    except Fault as fault:
        raise Fault(
            "strength",
            fault.what,
            f"It has no sign: say in 'choice' which one is better, and here 1 to {MAX_STRENGTH} how much "
            "(0 with tie or both_bad).",
        ) from fault
    if choice == SKIP:
        raise Fault("strength", "It stands beside a skip.", "Leave it out.")
    undecided = choice in (TIE, BOTH_BAD) or (choice is None and ranking is not None and len(ranking[0]) > 1)
    if strength == 0 and not undecided:
        raise Fault("strength", "It is 0 although one completion was chosen.", "Use 1 to 3, or choose tie.")
    if strength > 0 and undecided:
        raise Fault("strength", f"It is {strength} although none was chosen.", "Use 0, or leave it out.")
    return strength


def _degree(row: Row, choice: str | None) -> int | None:
    value = row.values.get("degree")
    if value is None:
        return None
    degree = whole(value, "degree", 1, MAX_DEGREE, textual=row.textual)
    if choice in (TIE, BOTH_BAD, SKIP):
        raise Fault("degree", f"It stands beside '{choice}'.", "Leave it out, or choose a completion.")
    return degree


def _points(row: Row) -> dict[str, int] | None:
    value = unpacked(row.values.get("points"), "points")
    if value is None:
        return None
    mend = 'Write a whole number for every completion id: {"c1-a": 4, "c1-b": 2}.'
    # Columnar files give every row the ids of all rows, null where they are not its own.
    given = {key: each for key, each in as_object(value, "points").items() if each is not None}
    if not given:
        raise Fault("points", "They are empty.", mend)
    try:
        return {
            as_id(key, "points"): whole(each, "points", 0, MOST_POINTS, textual=row.textual)
            for key, each in given.items()
        }
    except Fault as fault:
        raise Fault("points", fault.what, f"{mend} {fault.mend}") from fault


def _reasons(row: Row, choice: str | None) -> tuple[Reason, ...]:
    value = unpacked(row.values.get("reasons"), "reasons")
    mend = 'Write a list of {"completion": "c1-a", "reason": "incorrect"}.'
    reasons = []
    for each in as_list(value, "reasons"):
        if not isinstance(each, Mapping) or not {"completion", "reason"} <= each.keys():
            raise Fault("reasons", "One is no object with 'completion' and 'reason'.", mend)
        reasons.append(
            Reason(completion=as_id(each["completion"], "reasons"), reason=as_id(each["reason"], "reasons"))
        )
    if reasons and choice == SKIP:
        raise Fault("reasons", "They stand beside a skip.", "Leave them out.")
    if len(set(reasons)) < len(reasons):
        raise Fault("reasons", "The same reason stands twice for one completion.", "Give each once.")
    return tuple(reasons)


def _order_asked(row: Row, ranking: list[list[str]] | None) -> bool | None:
    value = row.values.get("order_asked")
    if row.textual and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower(), value)
    if value is None or isinstance(value, bool):
        if value and ranking is None:
            raise Fault("order_asked", "There is no 'ranking' to ask about.", "Add it, or leave this out.")
        return value
    raise Fault("order_asked", f"It is {kind_of(value)}.", "Write true or false.")


def _ranking(row: Row) -> list[list[str]] | None:
    value = unpacked(row.values.get("ranking"), "ranking")
    if value is None:
        return None
    mend = 'Write groups of completion ids, best first: [["c1-a"], ["c1-b"]].'
    groups: list[list[str]] = []
    for each in as_list(value, "ranking"):
        if not isinstance(each, list | tuple) or not each:
            raise Fault("ranking", "A group is no list of ids, or empty.", mend)
        groups.append([as_id(one, "ranking") for one in each])
    if not groups:
        raise Fault("ranking", "It is empty.", mend)
    _check_once([one for group in groups for one in group], "ranking")
    return groups


def _presentation(row: Row) -> tuple[str, ...] | None:
    value = unpacked(row.values.get("presentation"), "presentation")
    if value is None:
        return None
    shown = tuple(as_id(each, "presentation") for each in as_list(value, "presentation"))
    if len(shown) < 2:
        raise Fault("presentation", f"It names {len(shown)} completions.", "Name all, or leave it out.")
    _check_once(shown, "presentation")
    return shown


def _check_once(names: Sequence[str], field: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise Fault(field, f"'{name}' stands twice.", "Name every completion once.")


def _check_named(
    choice: str | None,
    ranking: list[list[str]] | None,
    points: dict[str, int] | None,
    presentation: tuple[str, ...] | None,
) -> None:
    """Choice, ranking, points and presentation must speak of the same completions."""
    said = {
        "ranking": None if ranking is None else {one for group in ranking for one in group},
        "points": None if points is None else set(points),
        "presentation": None if presentation is None else set(presentation),
    }
    named = {field: names for field, names in said.items() if names is not None}
    for field in ("ranking", "points"):
        if choice == SKIP and field in named:
            raise Fault(field, "It stands beside a skip.", "Leave it out.")
    first, *others = named or {"": set()}
    for field in others:
        if named[field] != named[first]:
            raise Fault(field, f"It names other completions than '{first}'.", "Name the same ones.")
    if choice is None or choice in (TIE, BOTH_BAD, SKIP):
        return
    for field, names in named.items():
        if choice not in names:
            raise Fault("choice", f"'{choice}' does not stand in '{field}'.", "Name a completion that does.")
