"""Model output as safe HTML, and the style sheet it needs."""

from rlhf_collect.rendering.labels import ENGLISH, Labels
from rlhf_collect.rendering.markdown import image_paths, render_markdown, visible_source
from rlhf_collect.rendering.sheet import Allowance
from rlhf_collect.rendering.styles import content_css, highlight_css
from rlhf_collect.rendering.visible import show_reordering
from rlhf_collect.rendering.words import plain_words

__all__ = [
    "ENGLISH",
    "Allowance",
    "Labels",
    "content_css",
    "highlight_css",
    "image_paths",
    "plain_words",
    "render_markdown",
    "show_reordering",
    "visible_source",
]
