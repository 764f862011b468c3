"""Judgements made elsewhere, read from a file in the form of the contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rlhf_collect.domain.judgement import BOTH_BAD, MAX_STRENGTH, SKIP, TIE, Draft
from rlhf_collect.errors import BadSource, Problem
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_id, as_list, as_text, day, required, unpacked, whole
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
    ranking = _ranking(row)
    choice = None if row.values.get("choice") is None else as_id(row.values["choice"], "choice")
    if choice is None and ranking is None:
        required(row, "choice")
    presentation = _presentation(row)
    _check_named(choice, ranking, presentation)
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
            ranking=ranking,
            rationale=rationale,
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
    choice: str | None, ranking: list[list[str]] | None, presentation: tuple[str, ...] | None
) -> None:
    """Choice, ranking and presentation must speak of the same completions."""
    if choice == SKIP and ranking is not None:
        raise Fault("ranking", "It stands beside a skip.", "Leave it out.")
    ranked = None if ranking is None else {one for group in ranking for one in group}
    if ranked is not None and presentation is not None and ranked != set(presentation):
        raise Fault("presentation", "It names other completions than the ranking.", "Name the same ones.")
    if choice is None or choice in (TIE, BOTH_BAD, SKIP):
        return
    for field, names in (("ranking", ranked), ("presentation", presentation)):
        if names is not None and choice not in names:
            raise Fault("choice", f"'{choice}' does not stand in '{field}'.", "Name a completion that does.")
