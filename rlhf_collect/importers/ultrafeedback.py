"""UltraFeedback: the raw form of openbmb with four rated completions, and the binarized form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.domain.judgement import Draft
from rlhf_collect.importers import trl
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_list, as_object, as_text, optional_text, required, text
from rlhf_collect.importers.imported import Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.judged import first_of, judged, ranking_of
from rlhf_collect.importers.parts import LETTERS, Reply, comparison, prompt, reply

RATER = "gpt-4"
"""Who rated both forms."""
COLUMNS = frozenset({"instruction", "completions", "source", "models"}) | trl.COLUMNS | {"messages"}


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of one of the two forms."""
    return _is_raw(values) or ({"prompt_id", "messages"} <= set(values) and trl.recognise(values))


def read(row: Row, origin: Origin) -> Imported:
    """One comparison, of four completions or of a pair. Errors: ``Fault``."""
    if not _is_raw(row.values):
        return trl.read_by(row, origin, rater=RATER)
    turns = prompt(text(row, "instruction"), "instruction")
    offered = [
        as_object(each, f"completions[{place}]")
        for place, each in enumerate(as_list(required(row, "completions"), "completions"))
    ]
    source = optional_text(row, "source")
    compared = comparison(
        turns,
        [_reply(each, place) for place, each in enumerate(offered)],
        source=origin.source,
        metadata={"source": source} if source else {},
    )
    judgements: tuple[ImportedJudgement, ...] = ()
    if origin.keep_preferences:
        judgements = tuple(judged(row, origin, RATER, compared, draft) for draft in _drafts(offered))
    return Imported(where=row.where, comparison=compared, judgements=judgements)


def _is_raw(values: Mapping[str, Any]) -> bool:
    return {"instruction", "completions"} <= set(values)


def _reply(offered: Mapping[str, Any], place: int) -> Reply:
    field = f"completions[{place}].response"
    if offered.get("response") is None:
        raise Fault(field, "It is missing.", "Write what the model replied.")
    model = offered.get("model")
    return Reply(
        content=reply(as_text(offered["response"], field), field),
        model="" if model is None else as_text(model, f"completions[{place}].model"),
    )


def _drafts(offered: list[Mapping[str, Any]]) -> list[Draft]:
    """One draft for each aspect that has a numeric rating for every completion."""
    notes = [_notes(each) for each in offered]
    aspects = sorted(set(notes[0]).intersection(*notes[1:]))
    drafts = []
    for aspect in aspects:
        ratings = [_rating(each[aspect]) for each in notes]
        if None in ratings:
            continue
        ranking = ranking_of({LETTERS[place]: each for place, each in enumerate(ratings) if each is not None})
        drafts.append(
            Draft(
                criterion=aspect,
                choice=first_of(ranking),
                ranking=ranking,
                rationale=_rationale([each[aspect] for each in notes]),
            )
        )
    return drafts


def _notes(offered: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    annotations = offered.get("annotations")
    if not isinstance(annotations, Mapping):
        return {}
    return {str(aspect): note for aspect, note in annotations.items() if isinstance(note, Mapping)}


def _rating(note: Mapping[str, Any]) -> float | None:
    """The number of a rating such as ``"4"``; ``None`` for ``"N/A"``."""
    try:
        return float(str(note.get("Rating")))
    except ValueError:
        return None


def _rationale(notes: list[Mapping[str, Any]]) -> str | None:
    """The reasons given for each completion, after its letter."""
    said = [
        f"{letter}: {note['Rationale']}"
        for letter, note in zip(LETTERS, notes, strict=False)
        if isinstance(note.get("Rationale"), str) and note["Rationale"].strip()
    ]
    return "\n\n".join(said) or None
