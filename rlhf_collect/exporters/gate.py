"""What a reader of a gated dataset is asked before they get in, as the Hub reads it from the card."""

from __future__ import annotations

import yaml

PROMPT = (
    "These judgements were made by people who were told that readers ask for access first. Say who you are and what "
    "you want to do with them."
)
FIELDS = {
    "Name": "text",
    "Affiliation": "text",
    "What I want to use it for": "text",
    "I will not try to find out who the raters are": "checkbox",
}
"""What is asked, and how it is answered."""


def gated_card(card: str) -> str:
    """The card with the gate's words at the end of its header; one that has them stays as it is.

    Errors: ``ValueError`` for a card without a header, which ours never lacks.
    """
    _, header, body = card.split("---\n", 2)
    if "extra_gated_prompt" in (yaml.safe_load(header) or {}):
        return card
    asked = {"extra_gated_prompt": PROMPT, "extra_gated_fields": FIELDS}
    words = yaml.safe_dump(asked, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{header}{words}---\n{body}"


def asks_readers(card: str) -> bool:
    """Whether a card has the gate's words in its header; anybody's card, and so not parsed."""
    return "\nextra_gated_prompt:" in card.partition("\n---\n")[0]
