"""The card's one picture: how far raters agree, with intervals, and what they answered. SVG, written as text.

No clock and no fonts of this machine: the same figures give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

PLOT = "figures/agreement.svg"
"""The file, shown in the card by this path."""
MOST_CRITERIA = 12
"""Criteria that are drawn; the card's words have them all."""

_WIDTH, _LEFT, _RIGHT = 800, 285, 635
_LINE, _HEADING, _AXIS = 26, 34, 30
_INK, _QUIET, _GRID = "#1f2933", "#5b6774", "#d9dee3"
_BLUE = "#1f5f8b"
_ANSWERS = (
    ("better", "one is better", "#1f5f8b"),
    ("ties", "tie", "#9db8cc"),
    ("both_bad", "both bad", "#c9a26b"),
)
_FIGURES = (
    ("percent_agreement", "same answer", True),
    ("percent_agreement_no_ties", "same, both named a better one", True),
    ("krippendorff_alpha", "Krippendorff's alpha (1 at 100 %)", False),
)


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Shares from left to right: from 0, or from below where alpha is worse than chance, to 1."""

    least: float

    def __call__(self, share: float) -> float:
        return _LEFT + (share - self.least) / (1 - self.least) * (_RIGHT - _LEFT)

    @property
    def marks(self) -> list[float]:
        return [place / 4 for place in range(round(self.least * 4), 5)]


def plot_text(
    agreement: Mapping[str, Mapping[str, Any]], outcomes: Mapping[str, Mapping[str, int]]
) -> str | None:
    """The picture; ``None`` where there is nothing to draw. ``agreement`` is the report of each criterion."""
    names = sorted(name for name in outcomes if outcomes[name]["judgements"])[:MOST_CRITERIA]
    if not names:
        return None
    scale = _scale([agreement.get(name) or {} for name in names])
    parts: list[str] = []
    top = 58
    for name in names:
        drawn = list(_criterion(name, agreement.get(name) or {}, outcomes[name], scale, top))
        parts += drawn[:-1]
        top = int(drawn[-1])
    height = top + _AXIS + 22
    words = alternative_text(agreement, outcomes)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
            f'height="{height}" role="img" aria-label="{escape(words)}" '
            'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif" font-size="13">',
            f"<title>{escape(words)}</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            _text(20, 30, "How far raters agree, and what they answered", size=16, weight=600),
            *_grid(scale, 46, top),
            *parts,
            *_key(top + _AXIS + 6),
            "</svg>\n",
        )
    )


def alternative_text(
    agreement: Mapping[str, Mapping[str, Any]], outcomes: Mapping[str, Mapping[str, int]]
) -> str:
    """The picture in words, for those who do not see it."""
    told = []
    for name in sorted(outcomes)[:MOST_CRITERIA]:
        found = (agreement.get(name) or {}).get("percent_agreement") or {}
        value = found.get("value")
        shown = "agreement not known" if value is None else f"{_percent(value)} same answer"
        shares = ", ".join(
            f"{_percent(outcomes[name][key] / max(outcomes[name]['judgements'], 1))} {words}"
            for key, words, _ in _ANSWERS
        )
        told.append(f"{name}: {shown}; {shares}")
    return "Agreement and answers per criterion. " + ". ".join(told) + "."


def _scale(reports: list[Mapping[str, Any]]) -> _Scale:
    found = [report[key] for report in reports for key, _, _ in _FIGURES if _known(report.get(key))]
    least = min(
        (each[end] for each in found for end in ("value", "low") if each.get(end) is not None), default=0
    )
    return _Scale(least=min(0.0, math.floor(least * 4) / 4))


def _criterion(
    name: str, report: Mapping[str, Any], outcome: Mapping[str, int], scale: _Scale, top: int
) -> Iterator[str]:
    """The lines of one criterion, and last the height at which they end."""
    yield _text(20, top + 16, name if len(name) <= 60 else name[:59] + "…", weight=600)
    top += _HEADING - 8
    for key, words, in_percent in _FIGURES:
        if _known(report.get(key)):
            yield _text(36, top + 17, words, fill=_QUIET)
            yield from _figure(report[key], scale, top + 13, in_percent=in_percent)
            top += _LINE
    yield _text(36, top + 17, "answers", fill=_QUIET)
    yield from _bar(outcome, scale, top + 5)
    yield str(top + _LINE + 14)


def _figure(found: Mapping[str, Any], scale: _Scale, middle: int, *, in_percent: bool) -> Iterator[str]:
    """A point with its interval, a mark where chance would be, and both in numbers."""
    chance = found.get("chance")
    if chance is not None:
        yield _line(scale(chance), middle - 7, scale(chance), middle + 7, _QUIET, 1.5, dashed=True)
    low, high = found.get("low"), found.get("high")
    if low is not None and high is not None:
        yield _line(scale(low), middle, scale(high), middle, _BLUE, 2.5)
        for end in (low, high):
            yield _line(scale(end), middle - 4, scale(end), middle + 4, _BLUE, 1.5)
    yield f'<circle cx="{_number(scale(found["value"]))}" cy="{middle}" r="4.5" fill="{_BLUE}"/>'
    show = _percent if in_percent else lambda value: f"{value:.2f}".replace("-", "−")
    told = show(found["value"])
    if low is not None and high is not None:
        told += f" [{show(low)} to {show(high)}]".replace(" % to", " to")
    yield _text(_RIGHT + 14, middle + 4, told)


def _bar(outcome: Mapping[str, int], scale: _Scale, top: int) -> Iterator[str]:
    left = scale(0)
    for key, words, colour in _ANSWERS:
        share = outcome[key] / outcome["judgements"]
        width = share * (scale(1) - scale(0))
        if not width:
            continue
        yield (
            f'<rect x="{_number(left)}" y="{top}" width="{_number(width)}" height="16" fill="{colour}">'
            f"<title>{words}: {_percent(share)}</title></rect>"
        )
        if width > 34:
            ink = "#ffffff" if key == "better" else _INK
            yield _text(left + width / 2, top + 12, _percent(share), fill=ink, anchor="middle", size=11)
        left += width
    yield _text(_RIGHT + 14, top + 12, f"n = {outcome['judgements']:,}")


def _grid(scale: _Scale, top: int, bottom: int) -> Iterator[str]:
    """Lines at the quarters, with their shares below."""
    for share in scale.marks:
        yield _line(scale(share), top, scale(share), bottom, _GRID, 1)
        yield _text(scale(share), bottom + 16, _percent(share), fill=_QUIET, anchor="middle", size=11)


def _key(middle: int) -> Iterator[str]:
    """What the marks and colours mean."""
    yield f'<circle cx="26" cy="{middle}" r="4.5" fill="{_BLUE}"/>'
    yield _line(12, middle, 40, middle, _BLUE, 2.5)
    yield _text(48, middle + 4, "value with 95 % interval", fill=_QUIET, size=11)
    yield _line(200, middle - 7, 200, middle + 7, _QUIET, 1.5, dashed=True)
    yield _text(208, middle + 4, "what chance would give", fill=_QUIET, size=11)
    left = 360
    for _, words, colour in _ANSWERS:
        yield f'<rect x="{left}" y="{middle - 6}" width="12" height="12" fill="{colour}"/>'
        yield _text(left + 18, middle + 4, words, fill=_QUIET, size=11)
        left += 30 + 7 * len(words)


def _text(
    x: float,
    y: float,
    words: str,
    *,
    fill: str = _INK,
    anchor: str = "start",
    size: int = 13,
    weight: int = 400,
) -> str:
    return (
        f'<text x="{_number(x)}" y="{_number(y)}" fill="{fill}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, dashed: bool = False
) -> str:
    places = " ".join(
        f'{name}="{_number(value)}"' for name, value in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))
    )
    dashes = ' stroke-dasharray="3 2"' if dashed else ""
    return f'<line {places} stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def _number(value: float) -> str:
    """A length with at most one decimal: the last bits of a division are not drawn."""
    return f"{round(value, 1):g}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %".replace("-", "−")


def _known(found: Mapping[str, Any] | None) -> bool:
    return found is not None and found.get("value") is not None
