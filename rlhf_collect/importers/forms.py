"""The forms a source may have, and how a row shows which one it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rlhf_collect.errors import BadCall
from rlhf_collect.importers import (
    argilla,
    chatbot_arena,
    coval,
    helpsteer,
    helpsteer_base,
    hh_rlhf,
    label_studio,
    multipref,
    native,
    oasst,
    prism,
    safe_rlhf,
    trl,
    tulu,
    ultrafeedback,
)
from rlhf_collect.importers.reading import Reader, row_by_row, together


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way to write comparisons down."""

    name: str
    """What ``--format`` takes."""
    signs: str
    """The columns it is recognised by, for messages."""
    recognise: Callable[[Mapping[str, Any]], bool]
    """Whether a row is of this form, by its columns and the beginnings of its values."""
    read: Reader
    """The rows of a file as comparisons and problems."""
    columns: frozenset[str]
    """The columns it uses; others are passed over and counted."""


FORMS = (
    Form(
        name="rlhf_collect",
        signs="prompt, completions",
        recognise=native.recognise,
        read=row_by_row(native.read),
        columns=native.COLUMNS,
    ),
    Form(
        name="argilla",
        signs="fields, responses; or for a question Q the column Q.responses.users, or {user_id, value, status} in Q",
        recognise=argilla.recognise,
        read=row_by_row(argilla.read),
        columns=argilla.COLUMNS,
    ),
    Form(
        name="label-studio",
        signs="data, annotations",
        recognise=label_studio.recognise,
        read=row_by_row(label_studio.read),
        columns=label_studio.COLUMNS,
    ),
    Form(
        name="ultrafeedback",
        signs="instruction, completions; or prompt, prompt_id, chosen, rejected, messages",
        recognise=ultrafeedback.recognise,
        read=row_by_row(ultrafeedback.read),
        columns=ultrafeedback.COLUMNS,
    ),
    Form(
        name="helpsteer3",
        signs="context, response1, response2",
        recognise=helpsteer.recognise_3,
        read=row_by_row(helpsteer.read_3),
        columns=helpsteer.COLUMNS_3,
    ),
    Form(
        name="helpsteer2",
        signs="prompt, response_1, response_2, preference_strength",
        recognise=helpsteer.recognise_2,
        read=row_by_row(helpsteer.read_2),
        columns=helpsteer.COLUMNS_2,
    ),
    Form(
        name="helpsteer2-base",
        signs="prompt, response, helpfulness, correctness, coherence",
        recognise=helpsteer_base.recognise,
        read=together("prompt", helpsteer_base.read, helpsteer_base.key),
        columns=helpsteer_base.COLUMNS,
    ),
    Form(
        name="pku-saferlhf",
        signs="prompt, response_0, response_1, better_response_id, safer_response_id",
        recognise=safe_rlhf.recognise,
        read=row_by_row(safe_rlhf.read),
        columns=safe_rlhf.COLUMNS,
    ),
    Form(
        name="multipref",
        signs="text, completion_a, completion_b, normal_worker_annotations, expert_worker_annotations",
        recognise=multipref.recognise,
        read=row_by_row(multipref.read),
        columns=multipref.COLUMNS,
    ),
    Form(
        name="prism",
        signs="conversation_id, interaction_id, user_prompt, model_response, if_chosen",
        recognise=prism.recognise,
        read=together("conversation_id", prism.read, prism.key),
        columns=prism.COLUMNS,
    ),
    Form(
        name="oasst",
        signs="message_tree_id, message_id, role, text; or message_tree_id, prompt",
        recognise=oasst.recognise,
        read=together("message_tree_id", oasst.read, oasst.key),
        columns=oasst.COLUMNS,
    ),
    Form(
        name="coval",
        signs="prompt, responses with a response_index each",
        recognise=coval.recognise,
        read=row_by_row(coval.read),
        columns=coval.COLUMNS,
    ),
    Form(
        name="chatbot-arena",
        signs="conversation_a, conversation_b, winner",
        recognise=chatbot_arena.recognise,
        read=row_by_row(chatbot_arena.read),
        columns=chatbot_arena.COLUMNS,
    ),
    Form(
        name="hh-rlhf",
        signs="chosen, rejected beginning with 'Human:'",
        recognise=hh_rlhf.recognise,
        read=row_by_row(hh_rlhf.read),
        columns=hh_rlhf.COLUMNS,
    ),
    Form(
        name="tulu-3",
        signs="id, prompt, chosen, rejected, source; prompt as text, the dialogues as messages",
        recognise=tulu.recognise,
        read=row_by_row(tulu.read),
        columns=tulu.COLUMNS,
    ),
    Form(
        name="trl",
        signs="chosen, rejected, with or without prompt",
        recognise=trl.recognise,
        read=row_by_row(trl.read),
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
