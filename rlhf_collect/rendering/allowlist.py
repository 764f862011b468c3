"""The second wall: whatever stands before it, only these elements, attributes and classes come out."""

from __future__ import annotations

import functools
import re

import nh3

from rlhf_collect.rendering.highlight import CLASSES as CODE_CLASSES
from rlhf_collect.rendering.highlight import ROW_CLASSES

_MATH = (
    "math mrow mi mn mo mtext mspace msub msup msubsup mfrac msqrt mroot mover munder munderover "
    "mtable mtr mtd mstyle mpadded mphantom"
)
_TEXT = "div p h4 h5 h6 ul ol li blockquote pre code table thead tbody tr th td hr br em strong s span a img"
_BLOCKS = "p h4 h5 h6 ul ol li blockquote table th td"
MATH_TAGS = frozenset(_MATH.split())
"""The MathML elements ``mathml`` writes."""
TAGS = MATH_TAGS | frozenset(_TEXT.split())
"""All elements that can come out."""

_SIDES = {"rc-left", "rc-right", "rc-center"}
CLASS_NAMES: dict[str, frozenset[str]] = {
    "div": frozenset({"rc-md", "rc-plain", "rc-long", "rc-code", "rc-code-bar", "rc-table", "rc-formula"}),
    "span": frozenset({"rc-target", "rc-warn", "rc-image", "rc-math", "rc-display", "rc-lang"})
    | frozenset({"rc-bidi", "rc-marks", *CODE_CLASSES, *ROW_CLASSES}),
    "a": frozenset({"rc-link"}),
    "img": frozenset({"rc-picture"}),
    "p": frozenset({"rc-note"}),
    "pre": frozenset({"rc-pre"}),
    "code": frozenset({"rc-tex"}),
    "th": frozenset(_SIDES),
    "td": frozenset(_SIDES),
    "mtd": frozenset(_SIDES),
    "mrow": frozenset({"rc-boxed", "rc-cancel"}),
    "h4": frozenset({"rc-h1"}),
    "h5": frozenset({"rc-h2"}),
    "h6": frozenset({"rc-h3", "rc-h4", "rc-h5", "rc-h6"}),
}
"""Classes by element. None of them comes from the text."""

_DIR = {"auto", "ltr", "rtl"}
_TRUTHS = {"true", "false"}
_FRAME = {"role": {"region"}, "tabindex": {"0"}}
_OPERATOR = dict.fromkeys(
    ("stretchy", "fence", "separator", "accent", "movablelimits", "largeop"), _TRUTHS
) | {"form": {"prefix", "postfix", "infix"}}
VALUES: dict[str, dict[str, set[str]]] = {
    "div": {**_FRAME, "dir": {"ltr"}},
    "pre": {**_FRAME, "dir": {"ltr", "auto"}},
    "a": {"role": {"link"}, "tabindex": {"0"}, "rel": {"noopener noreferrer nofollow"}},
    **{tag: {"dir": _DIR} for tag in _BLOCKS.split()},
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
    "span": {"dir": {"ltr"}},
    "code": {"dir": {"ltr"}},
    "math": {"display": {"block"}},
    "mi": {"mathvariant": {"normal"}},
    "mo": _OPERATOR,
    "mover": {"accent": _TRUTHS},
    "munder": {"accent": _TRUTHS},
    "mstyle": {"displaystyle": _TRUTHS, "scriptlevel": {"0", "1", "2"}},
    "mtable": {"displaystyle": _TRUTHS},
    "mpadded": {"width": {"0"}},
}
"""Attributes with their only possible values, by element."""

FREE: dict[str, set[str]] = {
    "a": {"data-href"},
    "img": {"src", "alt"},
    "span": {"title"},
    "div": {"aria-label"},
    "pre": {"aria-label"},
    "math": {"alttext"},
    "ol": {"start"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mo": {"minsize", "maxsize", "lspace", "rspace"},
}
"""Attributes with values of their own, by element; ``_SHAPES`` and the page's escaping bound them."""

_LENGTH = re.compile(r"-?[0-9.e-]{1,12}em")
SHAPES: dict[str, re.Pattern[str]] = {
    "data-href": re.compile(r"(?:https?://|mailto:)[!#-;=?-~]+"),
    "src": re.compile(r"\.\./api/v1/images/[0-9a-f]{64}"),
    "start": re.compile(r"[0-9]{1,9}"),
    **dict.fromkeys(("linethickness", "minsize", "maxsize", "lspace", "rspace"), _LENGTH),
    "width": re.compile(r"0|-?[0-9.e-]{1,12}em"),
}
"""What the values of ``FREE`` attributes must look like; words (titles, labels, TeX) are free."""


def clean(html: str) -> str:
    """The HTML with everything outside the lists taken out, balanced and well-formed."""
    return _cleaner().clean(html)


@functools.cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes=FREE,
        tag_attribute_values=VALUES,
        attribute_filter=_keep_attribute,
        allowed_classes={tag: set(names) for tag, names in CLASS_NAMES.items()},
        clean_content_tags=set(),
        generic_attribute_prefixes=set(),
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    shape = SHAPES.get(name)
    return value if shape is None or shape.fullmatch(value) else None
