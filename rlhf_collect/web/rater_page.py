"""The rater's screen: one ``gr.HTML`` component that talks to the JSON routes of the same app.

The page is the same for everyone: who is looking, and what they may see, comes from ``/api/v1/me``
and the calls after it, never from the Gradio config. Gradio delivers the page and holds no state.

``assets/``: ``rater.html`` (the skeleton), ``page.css`` (colours of the document, Gradio's dressing
put away), ``_STYLES`` (the screen), and plain scripts, joined in the order of ``_SCRIPTS`` into one
function scope.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from rlhf_collect.rendering import content_css
from rlhf_collect.web.maths_font import maths_font_css
from rlhf_collect.web.quiet_gradio import gr
from rlhf_collect.web.texts import TEXTS

_ASSETS: Final = Path(__file__).parent / "assets"
_SCRIPTS: Final = (
    "store.js",
    "api.js",
    "dom.js",
    "language.js",
    "scale.js",
    "answers.js",
    "keymap.js",
    "choice.js",
    "places.js",
    "points.js",
    "reasons.js",
    "marks.js",
    "questions.js",
    "bar.js",
    "diff.js",
    "compare.js",
    "display.js",
    "panels.js",
    "keys.js",
    "states.js",
    "outbox.js",
    "earlier.js",
    "erasing.js",
    "mine.js",
    "figures.js",
    "decided.js",
    "messages.js",
    "practice.js",
    "deciding.js",
    "rater.js",
)
_STYLES: Final = ("rater.css", "bar.css", "answers.css", "several.css", "small.css")
_SYSTEM_FONTS: Final = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_CODE_FONTS: Final = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def rater_blocks() -> gr.Blocks:
    """The rater's page, to be mounted with ``gr.mount_gradio_app(..., **mount_options())``."""
    blocks: gr.Blocks
    with gr.Blocks(title="rlhf_collect", analytics_enabled=False, fill_width=True) as blocks:
        gr.HTML(
            html_template=_for_template(_page_html()),
            css_template=_for_template(page_style()),
            js_on_load=page_script(),
            apply_default_css=False,
            elem_id="rater",
        )
    return blocks


def mount_options() -> dict[str, Any]:
    """Arguments of ``gr.mount_gradio_app`` that keep Gradio's own dressing and fonts away."""
    theme = gr.themes.Base(font=_SYSTEM_FONTS, font_mono=_CODE_FONTS).set(
        body_background_fill="#fbfaf8",
        body_background_fill_dark="#16181b",
        body_text_color="#22262b",
        body_text_color_dark="#e4e2de",
    )
    return {"theme": theme, "footer_links": [], "show_error": False, "run_history": False}


def page_script() -> str:
    """The whole script of the page: the texts as JSON, then the files, strict and in their own scope."""
    texts = json.dumps(TEXTS, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    files = "\n".join(f"// ---- {name}\n{_asset(name)}" for name in _SCRIPTS)
    return f'"use strict";\nconst TEXTS = {texts};\n{files}'


def page_style() -> str:
    """The style of the screen; Gradio keeps it inside the component."""
    return "\n".join(_asset(name) for name in _STYLES)


def interface_version() -> str:
    """A name for what raters see, kept with each judgement: changes when any part of the page does."""
    whole = _page_html() + page_style() + page_script()
    return "rater-" + hashlib.sha256(whole.encode()).hexdigest()[:12]


def _page_html() -> str:
    return f"<style>\n{maths_font_css()}{_asset('page.css')}{content_css()}</style>\n{_asset('rater.html')}"


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _for_template(text: str) -> str:
    """Escape what Gradio's template (a JavaScript template string) would take for its own."""
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
