"""The forms a source may have, and how a row shows which one it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rlhf_collect.errors import BadCall
from rlhf_collect.importers import chatbot_arena, helpsteer, hh_rlhf, native, trl, ultrafeedback
from rlhf_collect.importers.imported import Imported, Origin, Row


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way to write comparisons down."""

    name: str
    """What ``--format`` takes."""
    signs: str
    """The columns it is recognised by, for messages."""
    recognise: Callable[[Mapping[str, Any]], bool]
    """Whether a row is of this form, by its columns and the beginnings of its values."""
    read: Callable[[Row, Origin], Imported]
    """A row as a comparison; raises ``Fault``."""
    columns: frozenset[str]
    """The columns it uses; others are passed over and counted."""


FORMS = (
    Form(
        name="rlhf_collect",
        signs="prompt, completions",
        recognise=native.recognise,
        read=native.read,
        columns=native.COLUMNS,
    ),
    Form(
        name="ultrafeedback",
        signs="instruction, completions; or prompt, prompt_id, chosen, rejected, messages",
        recognise=ultrafeedback.recognise,
        read=ultrafeedback.read,
        columns=ultrafeedback.COLUMNS,
    ),
    Form(
        name="helpsteer3",
        signs="context, response1, response2",
        recognise=helpsteer.recognise_3,
        read=helpsteer.read_3,
        columns=helpsteer.COLUMNS_3,
    ),
    Form(
        name="helpsteer2",
        signs="prompt, response_1, response_2, preference_strength",
        recognise=helpsteer.recognise_2,
        read=helpsteer.read_2,
        columns=helpsteer.COLUMNS_2,
    ),
    Form(
        name="chatbot-arena",
        signs="conversation_a, conversation_b, winner",
        recognise=chatbot_arena.recognise,
        read=chatbot_arena.read,
        columns=chatbot_arena.COLUMNS,
    ),
    Form(
        name="hh-rlhf",
        signs="chosen, rejected beginning with 'Human:'",
        recognise=hh_rlhf.recognise,
        read=hh_rlhf.read,
        columns=hh_rlhf.COLUMNS,
    ),
    Form(
        name="trl",
        signs="chosen, rejected, with or without prompt",
        recognise=trl.recognise,
        read=trl.read,
        columns=trl.COLUMNS,
    ),
)
"""In the order they are tried: the more special before the more general."""

FORMATS = tuple(form.name for form in FORMS)


def form_named(name: str) -> Form:
    """The form called ``name``. Errors: ``BadCall`` with the names there are."""
    for form in FORMS:
        if form.name == name:
            return form
    raise BadCall(f"There is no format '{name}'. Use one of {', '.join(FORMATS)}.")


def form_of(values: Mapping[str, Any]) -> Form | None:
    """The form of a row, ``None`` when no form fits."""
    return next((form for form in FORMS if form.recognise(values)), None)


def all_signs() -> str:
    """Every form with its columns, for a message."""
    return "; ".join(f"{form.name} ({form.signs})" for form in FORMS)
