"""From a model's Markdown to HTML that can stand in our page.

Three walls, each enough against scripts: the parser never reads raw HTML; every piece of text is escaped
where it is written into a closed set of elements; an allow-list checks the result. What a text may cost
is bounded (``Sheet``); a text that asks for more is shown as it was written.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

from rlhf_collect.ids import content_hash
from rlhf_collect.rendering.allowlist import clean
from rlhf_collect.rendering.blocks import Page
from rlhf_collect.rendering.cache import HtmlCache
from rlhf_collect.rendering.labels import ENGLISH, Labels
from rlhf_collect.rendering.parser import parser
from rlhf_collect.rendering.pictures import named_pictures
from rlhf_collect.rendering.sheet import Allowance, Sheet, TooMuch
from rlhf_collect.rendering.visible import Letters

MAX_MARKDOWN = 200_000
"""Longest text laid out, in characters; a longer one is shown as it was written."""
LONG_HTML = 60_000
"""Characters of HTML from which the browser may leave blocks out of sight unlaid (``rc-long``)."""
CACHE_BYTES = 32 * 1024 * 1024
"""Room of the process-wide cache: some thousand completions of ordinary length."""

_cache = HtmlCache(max_bytes=CACHE_BYTES)


def render_markdown(
    text: str,
    labels: Labels = ENGLISH,
    images: Mapping[str, str] | None = None,
    allowance: Allowance | None = None,
) -> str:
    """One ``<div class="rc-md">`` of safe HTML. Never raises for any ``str``; the same text is set once.

    ``text`` is Markdown as imported, with any line ends. The result needs ``content_css``; a link is
    ``a.rc-link[data-href]`` without ``href``: the page opens it after the reader confirms. ``images``: the
    pictures shipped with the text, path to SHA-256; any other image is words. ``allowance``: shared by the
    texts that go out together; once it is used up the rest stand as they were written, this time.
    """
    key = content_hash([text, vars(labels), dict(images or {})])
    kept = _cache.get(key)
    if kept is None:
        allowance = allowance or Allowance()
        whole, allowance.touched = not allowance.touched, True
        kept = _render(text, labels, images, allowance)
        if whole or not allowance.is_used_up:
            _cache.put(key, kept)
    return kept


def visible_source(text: str) -> str:
    """The text as it was written, as safe HTML: characters that hide or reorder are shown by their numbers."""
    body = Letters(ENGLISH.marks_left_out).escape(text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean(f'<div class="rc-md">{body}</div>')


def image_paths(text: str) -> tuple[str, ...]:
    """The pictures (``images/...``) a text asks for, each once, as ``render_markdown`` will look them up."""
    if "![" not in text or len(text) > MAX_MARKDOWN:
        return ()
    try:
        tokens = parser().parse(_printable(text), {"sheet": Sheet(ENGLISH)})
        return tuple(dict.fromkeys(named_pictures(tokens)))
    except (TooMuch, RecursionError):
        return ()


def _render(text: str, labels: Labels, images: Mapping[str, str] | None, allowance: Allowance) -> str:
    if len(text) > MAX_MARKDOWN:
        return _as_written(text, labels)
    sheet = Sheet(labels, images, allowance)
    try:
        tokens = parser().parse(_printable(text), {"sheet": sheet})
        body = Page(sheet).write(tokens)
        kind = "rc-md rc-long" if len(body) >= LONG_HTML else "rc-md"
        return clean(f'<div class="{kind}">{body}</div>')
    except (TooMuch, RecursionError):
        return _as_written(text, labels)


def _printable(text: str) -> str:
    """The text with NUL as itself would be lost in the parser: shown by number, as other controls are."""
    return text.replace("\0", "⟨U+0000⟩")


def _as_written(text: str, labels: Labels) -> str:
    """The source, escaped, in one block that wraps."""
    letters = Sheet(labels).letters
    body = letters.escape(text.replace("\r\n", "\n").replace("\r", "\n"))
    note = html.escape(labels.plain)
    return clean(
        f'<div class="rc-md rc-plain"><p class="rc-note" dir="auto">{note}</p>'
        f'<pre class="rc-pre" dir="auto" role="region" tabindex="0" aria-label="{note}"><code>{body}</code>'
        "</pre></div>"
    )
