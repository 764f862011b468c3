"""NVIDIA HelpSteer3 and HelpSteer2 preference data: pairs with the scores of several human raters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rlhf_collect.domain.comparison import Comparison, Message, Messages
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.importers.fields import as_list, as_object, optional_text, required, text, whole
from rlhf_collect.importers.imported import Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.judged import judged, signed
from rlhf_collect.importers.languages import language_tag
from rlhf_collect.importers.parts import Reply, checked_prompt, comparison, prompt, reply

COLUMNS_3 = frozenset(
    {"domain", "language", "context", "response1", "response2", "overall_preference", "individual_preference"}
)
COLUMNS_2 = frozenset(
    {"split", "prompt", "response_1", "response_2", "preference_strength", "three_most_similar_preferences"}
)
_TURN = re.compile(r"\n*<extra_id_1>(User|Assistant)\n")


def recognise_3(values: Mapping[str, Any]) -> bool:
    """Whether a row is of HelpSteer3."""
    return {"context", "response1", "response2"} <= set(values)


def recognise_2(values: Mapping[str, Any]) -> bool:
    """Whether a row is of HelpSteer2's folder ``preference``."""
    return {"prompt", "response_1", "response_2", "preference_strength"} <= set(values)


def read_3(row: Row, origin: Origin) -> Imported:
    """One comparison; one judgement per individual score, else one of the overall. Errors: ``Fault``."""
    named, domain = optional_text(row, "language"), optional_text(row, "domain")
    compared = comparison(
        prompt(required(row, "context"), "context"),
        [Reply(content=reply(text(row, each), each)) for each in ("response1", "response2")],
        language=language_tag(named),
        tags=(domain,) if domain else (),
        source=origin.source,
        metadata={"language": named} if named else {},
    )
    scores = as_list(row.values.get("individual_preference"), "individual_preference")
    return _with_scores(
        row,
        origin,
        compared,
        scores,
        ("individual_preference", "score", ("reasoning",)),
        "overall_preference",
    )


def read_2(row: Row, origin: Origin) -> Imported:
    """One comparison; one judgement per item of ``three_most_similar_preferences``. Errors: ``Fault``."""
    compared = comparison(
        turns_of(text(row, "prompt")),
        [Reply(content=reply(text(row, each), each)) for each in ("response_1", "response_2")],
        source=origin.source,
    )
    field = "three_most_similar_preferences"
    return _with_scores(
        row,
        origin,
        compared,
        as_list(row.values.get(field), field),
        (field, "strength", ("statement", "elaboration")),
        "preference_strength",
    )


def _with_scores(
    row: Row,
    origin: Origin,
    compared: Comparison,
    items: Sequence[Any],
    keys: tuple[str, str, tuple[str, ...]],
    overall: str,
) -> Imported:
    if not origin.keep_preferences:
        return Imported(where=row.where, comparison=compared)
    field, score, reasons = keys
    judgements: list[ImportedJudgement] = []
    for place, each in enumerate(items):
        item = as_object(each, f"{field}[{place}]")
        draft = _draft(row, item.get(score), f"{field}[{place}].{score}", [item.get(key) for key in reasons])
        judgements.append(judged(row, origin, f"rater-{place + 1}", compared, draft))
    if not judgements:
        draft = _draft(row, required(row, overall), overall, [])
        judgements.append(judged(row, origin, "overall", compared, draft))
    return Imported(where=row.where, comparison=compared, judgements=tuple(judgements))


def _draft(row: Row, score: object, field: str, reasons: list[Any]) -> Draft:
    choice, strength = signed(whole(score, field, -3, 3, textual=row.textual), "a", "b")
    said = [each for each in reasons if isinstance(each, str) and each.strip()]
    return Draft(choice=choice, strength=strength, rationale="\n\n".join(said) or None)


def turns_of(written: str) -> Messages:
    """HelpSteer2 writes earlier turns into the prompt, between ``<extra_id_1>`` marks."""
    first, *parts = _TURN.split(written)
    turns = [Message(role="user", content=first)]
    turns += [
        Message(role=role.lower(), content=said) for role, said in zip(parts[::2], parts[1::2], strict=True)
    ]
    if turns[-1].role == "assistant" and not turns[-1].content.strip():
        turns.pop()  # the marker after which the reply was to come
    return checked_prompt(tuple(turns), "prompt")
