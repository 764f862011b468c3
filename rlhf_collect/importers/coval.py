"""OpenAI CoVal: four candidates to one conversation, ranked by many raters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rlhf_collect.domain.comparison import Comparison, Messages
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_id, as_list, as_object, as_text, optional_id, required, unpacked
from rlhf_collect.importers.imported import AnyJson, Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.judged import first_of, judged
from rlhf_collect.importers.parts import LETTERS, Reply, checked_prompt, checked_reply, comparison, messages

RANKED = "world"
"""The ranking that is taken: by what is best for the world, which nearly every rater gave."""
COLUMNS = frozenset({"prompt_id", "prompt", "responses", "metadata"})
_ROLES = {"developer": "system"}


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    offered = values.get("responses")
    return (
        "prompt" in values
        and isinstance(offered, list | tuple)
        and bool(offered)
        and all(isinstance(each, Mapping) and "response_index" in each for each in offered)
    )


def read(row: Row, origin: Origin) -> Imported:
    """One comparison; one ranking per rater. Errors: ``Fault``."""
    asked = as_object(unpacked(required(row, "prompt"), "prompt"), "prompt")
    offered = [
        as_object(each, f"responses[{place}]")
        for place, each in enumerate(as_list(unpacked(required(row, "responses"), "responses"), "responses"))
    ]
    compared = comparison(
        checked_prompt(_messages(asked, "prompt"), "prompt"),
        [
            Reply(content=checked_reply(_messages(each, field), field))
            for place, each in enumerate(offered)
            for field in [f"responses[{place}]"]
        ],
        comparison_id=optional_id(row, "prompt_id"),
        source=origin.source,
    )
    names = {
        as_id(each.get("response_index"), f"responses[{place}].response_index"): LETTERS[place]
        for place, each in enumerate(offered)
    }
    judgements = tuple(_judgements(row, origin, compared, names))
    return Imported(
        where=row.where, comparison=compared, judgements=judgements if origin.keep_preferences else ()
    )


def _messages(value: Mapping[str, Any], field: str) -> Messages:
    """Its messages; what a developer says is what the system says."""
    turns = as_list(value.get("messages"), f"{field}.messages")
    return messages([_with_our_role(each) for each in turns], f"{field}.messages")


def _with_our_role(turn: AnyJson) -> AnyJson:
    if not isinstance(turn, Mapping) or turn.get("role") not in _ROLES:
        return turn
    return {**turn, "role": _ROLES[turn["role"]]}


def _judgements(
    row: Row, origin: Origin, compared: Comparison, names: Mapping[str, str]
) -> Iterator[ImportedJudgement]:
    about = as_object(unpacked(row.values.get("metadata"), "metadata") or {}, "metadata")
    for place, each in enumerate(as_list(about.get("assessments"), "metadata.assessments")):
        where = f"metadata.assessments[{place}]"
        said = as_object(each, where)
        blocks = as_object(said.get("ranking_blocks") or {}, f"{where}.ranking_blocks")
        field = f"{where}.ranking_blocks.{RANKED}"
        for block in as_list(blocks.get(RANKED), field)[:1]:
            draft = _draft(as_object(block, field), names, f"{field}.ranking")
            if draft is not None:
                rater = as_id(said.get("annotator_id"), f"{where}.annotator_id")
                yield judged(row, origin, rater, compared, draft)


def _draft(block: Mapping[str, Any], names: Mapping[str, str], field: str) -> Draft | None:
    """A ranking such as ``A>B>C=D``; ``None`` where none was given."""
    written = as_text(block.get("ranking") or "", field)
    if not written.strip():
        return None
    groups = [[each.strip() for each in group.split("=")] for group in written.split(">")]
    if sorted(each for group in groups for each in group) != sorted(names):
        raise Fault(
            field,
            f"'{written[:60]}' does not name every candidate once.",
            f"Write one like {'>'.join(names)}, with = between equals.",
        )
    ranking = [[names[each] for each in group] for group in groups]
    why = block.get("rationale")
    return Draft(
        choice=first_of(ranking), ranking=ranking, rationale=why if isinstance(why, str) and why else None
    )
