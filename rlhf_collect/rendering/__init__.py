"""Model output as safe HTML, and the style sheet it needs."""

from rlhf_collect.rendering.labels import ENGLISH, Labels
from rlhf_collect.rendering.markdown import image_paths, render_markdown
from rlhf_collect.rendering.styles import content_css, highlight_css

__all__ = ["ENGLISH", "Labels", "content_css", "highlight_css", "image_paths", "render_markdown"]
