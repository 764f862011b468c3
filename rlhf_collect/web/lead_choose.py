"""Links that lead to a form choose there what they stand beside: ``lead.js`` writes it into a field nobody sees."""

from __future__ import annotations

from rlhf_collect.web.quiet_gradio import gr

UNSEEN = "rc-unseen"
"""Class of what is on the page for its script alone."""


def link_field(form: str) -> gr.Textbox:
    """The field of the form with this id."""
    return gr.Textbox(elem_id=f"{form}-chosen", elem_classes=UNSEEN, max_length=1_000, container=False)


def chosen_by_link(written: str | None) -> str | None:
    """What was chosen: the script puts a number before it, so that the same link twice is heard twice."""
    return (written or "").partition(":")[2] or None
