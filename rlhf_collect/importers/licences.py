"""Licences of public datasets whose cards do not say them in their header, or say less than the text below it."""

from __future__ import annotations

from rlhf_collect.errors import BadCall

LONGEST = 200
"""Characters of a licence's name."""
_PEOPLES_AND_MODELS = "prompts CC-BY-4.0, responses CC-BY-NC-4.0"
KNOWN = {
    "anthropic/hh-rlhf": "MIT",
    "huggingfaceh4/ultrafeedback_binarized": "MIT",
    "openbmb/ultrafeedback": "MIT",
    "nvidia/helpsteer2": "CC-BY-4.0",
    "nvidia/helpsteer3": "CC-BY-4.0",
    "pku-alignment/pku-saferlhf": "CC-BY-NC-4.0",
    "lmsys/chatbot_arena_conversations": _PEOPLES_AND_MODELS,
    "hannahrosekirk/prism-alignment": _PEOPLES_AND_MODELS,
    "allenai/multipref": "ODC-BY",
    "allenai/llama-3.1-tulu-3-8b-preference-mixture": "ODC-BY",
    "allenai/llama-3.1-tulu-3-70b-preference-mixture": "ODC-BY",
    "allenai/llama-3.1-tulu-3-405b-preference-mixture": "ODC-BY",
    "openassistant/oasst2": "Apache-2.0",
    "argilla/dpo-mix-7k": "mixed, by dataset of origin",
}
"""Dataset of the Hub, in lower case, to its licence as the card's text has it."""


def licence_of(dataset: str, on_card: str | None) -> str | None:
    """What is known of a dataset's licence, else what the header of its card says."""
    return KNOWN.get(dataset.lower(), on_card)


def checked_licence(given: str | None) -> str | None:
    """A licence said with the import. Errors: ``BadCall`` for one that is blank, too long or not printable."""
    if given is None:
        return None
    name = given.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise BadCall(f"The licence must be one line of 1 to {LONGEST} characters, such as CC-BY-4.0.")
    return name
