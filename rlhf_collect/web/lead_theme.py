"""The colours and fonts of the lead's page, in Gradio's terms."""

from __future__ import annotations

from rlhf_collect.web.quiet_gradio import gr

_BLUE = gr.themes.Color(
    name="accent",
    c50="#eff5fa",
    c100="#dbe8f3",
    c200="#b9d3e9",
    c300="#92bce4",
    c400="#5f95c4",
    c500="#3d79ab",
    c600="#275d8c",
    c700="#204d74",
    c800="#1b405f",
    c900="#17344d",
    c950="#10202e",
)
"""The rater's page in lighter and darker: one house, one accent."""
_GREY = gr.themes.Color(
    name="paper",
    c50="#fafaf9",
    c100="#f4f4f2",
    c200="#e5e4e1",
    c300="#d3d2ce",
    c400="#a2a5a9",
    c500="#71767c",
    c600="#50565d",
    c700="#363c43",
    c800="#24282d",
    c900="#1b1e22",
    c950="#101214",
)
"""Paper, warm where it is light and cool where it is dark, as the page below it."""


def calm_theme() -> gr.themes.Base:
    """Paper, one accent, and the fonts of the reader's own machine."""
    return gr.themes.Base(
        primary_hue=_BLUE,
        neutral_hue=_GREY,
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    ).set(
        body_background_fill="#fbfaf8",
        body_background_fill_dark="#16181b",
        # What names a field is read like any text: 4.5:1 and more on paper.
        block_title_text_color="*neutral_600",
        block_label_text_color="*neutral_600",
        block_info_text_color="*neutral_600",
    )
