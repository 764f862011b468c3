"""Tokens to HTML. Every token kind is named here; an unknown one stops the rendering.

Headings become ``h4`` to ``h6``: the page owns ``h1`` to ``h3`` (title, prompt, response), so a reader
who walks the page by headings finds a model's headings *inside* its response. The written level stays
visible through the class ``rc-h1`` to ``rc-h6``.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from itertools import zip_longest

from markdown_it.token import Token

from rlhf_collect.rendering.directions import CONTAINERS, container_directions
from rlhf_collect.rendering.highlight import colour
from rlhf_collect.rendering.links import Target, read_target
from rlhf_collect.rendering.mathml import to_mathml
from rlhf_collect.rendering.pictures import picture_address, picture_path
from rlhf_collect.rendering.sheet import Sheet, TooMuch
from rlhf_collect.rendering.visible import show_plainly

MOST_IN_LINE = 120
"""Characters of TeX above which a formula in a line scrolls in a box of its own, as displayed ones do."""

_MARKS = {"em": "em", "strong": "strong", "s": "s"}
_TAGS = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    **{name: name for name in ("table", "thead", "tbody", "tr", "th", "td")},
}
_WITHOUT_DIRECTION = ("thead", "tbody", "tr")
_ALIGNED = {
    "text-align:left": ' class="rc-left"',
    "text-align:center": ' class="rc-center"',
    "text-align:right": ' class="rc-right"',
}


class Page:
    """Writes one text's tokens as HTML."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._letters = sheet.letters
        self._directions: dict[int, str] = {}
        self._link_ends: list[str] = []
        self._following = ""

    def write(self, tokens: Sequence[Token]) -> str:
        """The whole text as HTML, not yet through the allow-list. Raises ``TooMuch``."""
        self._directions = container_directions(tokens)
        return "".join(self._block(index, token) for index, token in enumerate(tokens))

    def _block(self, index: int, token: Token) -> str:
        self._sheet.check_depth(token.level)
        self._letters.start_block()
        if token.type == "inline":
            return self._inline(token.children or [])
        if writer := _BLOCKS.get(token.type):
            return writer(self, token)
        name, _, part = token.type.rpartition("_")
        if token.hidden:  # a paragraph of a tight list
            return "" if part == "open" else "\n"
        if part == "open":
            return _open_tag(name, token, self._directions.get(index, "auto"), self._sheet)
        return _close_tag(name, token)

    def _inline(self, tokens: Sequence[Token]) -> str:
        pieces: list[str] = []
        for token, following in zip_longest(tokens, tokens[1:]):
            self._sheet.check_depth(token.level)
            self._following = following.content if following else ""
            pieces.append(_INLINE[token.type](self, token))
        return "".join(pieces)

    def _text(self, token: Token) -> str:
        return self._letters.escape(token.content)

    def _code_inline(self, token: Token) -> str:
        return f'<code dir="ltr">{self._letters.escape(token.content)}</code>'

    def _link_open(self, token: Token) -> str:
        address, title = str(token.attrs.get("href", "")), _title(token)
        target = read_target(address)
        if target is None:  # ``[text]()``, or a picture's path in a link: shown as it was written
            self._link_ends.append(self._letters.escape(f"]({f'{address}{title}'.strip()})"))
            return "["
        self._sheet.take_target(2 * len(target.href))
        self._link_ends.append(f"</a>{self._beside(target)}{self._letters.escape(title)}")
        return (
            f'<a class="rc-link" role="link" tabindex="0" data-href="{html.escape(target.href)}" '
            'rel="noopener noreferrer nofollow">'
        )

    def _beside(self, target: Target) -> str:
        """The true target in the reader's sight, unless the link's own text is exactly that."""
        if not target.warning and self._following in (target.href, target.href.removeprefix("mailto:")):
            return ""
        warning = ""
        if target.warning:
            words = self._sheet.labels
            why = words.foreign_address if target.warning == "foreign" else words.numeric_address
            warning = f'<span class="rc-warn" title="{html.escape(why)}">⚠</span> '
        return f' <span class="rc-target" dir="ltr">{warning}{html.escape(target.shown())}</span>'

    def _link_close(self, token: Token) -> str:
        return self._link_ends.pop()

    def _image(self, token: Token) -> str:
        """A picture shipped with the text, else words: no other image is ever fetched."""
        address = str(token.attrs.get("src", ""))
        self._sheet.take_target(len(address))
        words = _plain_text(token.children or [])
        shipped = self._sheet.images.get(picture_path(address) or "")
        if shipped is not None:
            told = show_plainly(" · ".join(filter(None, (words, _title(token).strip()))))
            return (
                f'<img class="rc-picture" src="{picture_address(shipped)}" alt="{html.escape(told)}" '
                'loading="lazy" decoding="async">'
            )
        parts = [self._sheet.labels.image, words, address, _title(token).strip()]
        return f'<span class="rc-image">[{self._letters.escape(" · ".join(filter(None, parts)))}]</span>'

    def _math_inline(self, token: Token) -> str:
        return self._formula(token, display=False)

    def _math_display(self, token: Token) -> str:
        return self._formula(token, display=True)

    def _formula(self, token: Token, *, display: bool) -> str:
        set_formula = self._sheet.take_math(len(token.content)) and to_mathml(token.content, display=display)
        if set_formula:
            css_class = "rc-math rc-display" if display or len(token.content) > MOST_IN_LINE else "rc-math"
            return f'<span class="{css_class}" dir="ltr">{set_formula}</span>'
        closing = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}[token.markup]
        source = self._letters.escape(f"{token.markup}{token.content}{closing}")
        return f'<code class="rc-tex" dir="ltr">{source}</code>'

    def _math_block(self, token: Token) -> str:
        label = html.escape(self._sheet.labels.formula)
        formula = self._formula(token, display=True)
        return (
            f'<div class="rc-formula" role="region" tabindex="0" aria-label="{label}">'
            f"{formula}{html.escape(token.info)}</div>\n"
        )

    def _code_block(self, token: Token) -> str:
        return self._code(token.content, "")

    def _fence(self, token: Token) -> str:
        return self._code(token.content, token.info.strip())

    def _code(self, code: str, info: str) -> str:
        """A frame with a bar, in which the page may put its copy button, over the code itself."""
        words = info.split(maxsplit=1)
        language = words[0] if words else ""
        name = show_plainly(f"{self._sheet.labels.code} {language[:40]}".strip())
        bar = f'<div class="rc-code-bar"><span class="rc-lang">{self._letters.escape(info)}</span></div>'
        self._letters.start_block()
        body = colour(code, language, self._sheet)
        return (
            f'<div class="rc-code" dir="ltr">{bar}<pre class="rc-pre" dir="ltr" role="region" tabindex="0" '
            f'aria-label="{html.escape(name)}"><code>{body}</code></pre></div>\n'
        )

    def _rule(self, token: Token) -> str:
        return "<hr>\n"

    def _soft_break(self, token: Token) -> str:
        self._letters.start_block()
        return "\n"

    def _hard_break(self, token: Token) -> str:
        self._letters.start_block()
        return "<br>\n"

    def _mark_open(self, token: Token) -> str:
        return f"<{_MARKS[token.tag]}>"

    def _mark_close(self, token: Token) -> str:
        return f"</{_MARKS[token.tag]}>"


def _open_tag(name: str, token: Token, direction: str, sheet: Sheet) -> str:
    """Opening tag of a block; ``direction`` counts for containers only."""
    tag = _tag(name, token)
    if name in _WITHOUT_DIRECTION:
        return f"<{tag}>"
    if name in ("th", "td"):
        sheet.take_cell()
    frame = ""
    if name == "table":
        label = html.escape(sheet.labels.table)
        frame = f'<div class="rc-table" role="region" tabindex="0" aria-label="{label}">'
    way = direction if name in CONTAINERS else "auto"
    return f'{frame}<{tag}{_own_attribute(name, token)} dir="{way}">'


def _own_attribute(name: str, token: Token) -> str:
    """The attribute that only this kind of block has, with a space before; mostly empty."""
    if name == "heading":
        return f' class="rc-{token.tag}"'
    if name in ("th", "td"):
        return _ALIGNED.get(str(token.attrs.get("style", "")), "")
    if name == "ordered_list":
        start = int(token.attrs.get("start", 1))
        return f' start="{start}"' if start != 1 else ""
    return ""


def _close_tag(name: str, token: Token) -> str:
    return f"</{_tag(name, token)}>" + ("</div>\n" if name == "table" else "\n")


def _tag(name: str, token: Token) -> str:
    if name == "heading":
        return {"h1": "h4", "h2": "h5"}.get(token.tag, "h6")
    if name not in _TAGS:
        raise TooMuch
    return _TAGS[name]


def _title(token: Token) -> str:
    """The title of a link or image, in typographic quotes with a space before; empty without one."""
    title = str(token.attrs.get("title", ""))
    return f" “{title}”" if title else ""


def _plain_text(tokens: Sequence[Token]) -> str:
    """The words of inline tokens without their marks-up, for an image's alternative text."""
    return "".join(
        _plain_text(token.children) if token.children else " " if token.tag == "br" else token.content
        for token in tokens
    )


_INLINE: dict[str, Callable[[Page, Token], str]] = {
    "text": Page._text,
    "code_inline": Page._code_inline,
    "softbreak": Page._soft_break,
    "hardbreak": Page._hard_break,
    "link_open": Page._link_open,
    "link_close": Page._link_close,
    "image": Page._image,
    "math_inline": Page._math_inline,
    "math_display": Page._math_display,
    **{f"{name}_open": Page._mark_open for name in _MARKS},
    **{f"{name}_close": Page._mark_close for name in _MARKS},
}
_BLOCKS: dict[str, Callable[[Page, Token], str]] = {
    "fence": Page._fence,
    "code_block": Page._code_block,
    "math_block": Page._math_block,
    "hr": Page._rule,
}
