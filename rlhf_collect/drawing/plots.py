"""Small plots as SVG: text that scales, prints and can be read aloud.

The colours written into the elements are those of a file; a page sets its own by class (``rc-mark``, ``rc-pale``,
``rc-ink``, ``rc-rule``). Every text is escaped: names of models are strangers'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from textwrap import wrap

WIDTH = 360
"""Units from left to right, about the pixels of a phone, so that letters stay readable there."""
LETTERS = 11
"""Size of letters in those units."""
MOST_LETTERS = 18
"""Characters of a name beside its bar; a longer one is cut, and whole in its tooltip."""
MARGIN = 14
"""Around a plot in a file."""
MOST_OF_A_LINE = 56
"""Characters of a title above it."""
_HEIGHT, _TITLE = re.compile(r' height="(\d+)"'), re.compile(r'aria-label="([^"]*)"')
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters a file of XML cannot hold in any spelling: one of them in a name, and no browser draws the file."""
_MARK, _PALE, _INK, _RULE = "#275d8c", "#b9d3e9", "#50565d", "#d3d2ce"


@dataclass(frozen=True, kw_only=True)
class Point:
    """A value on a day with its interval."""

    day: date
    """Where it stands."""
    value: float
    """0 to 1."""
    low: float | None
    """Lower bound, if any."""
    high: float | None
    """Upper bound."""
    few: bool = False
    """Whether it stands on too little to act on: drawn hollow."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """A named value with its interval."""

    name: str
    """Whose it is."""
    value: float
    """The value."""
    low: float
    """Lower bound."""
    high: float
    """Upper bound."""
    told: str
    """Value and interval as they are read."""


def bars_by_day(days: Sequence[tuple[date, int]], *, title: str, first: str, last: str, most: str) -> str:
    """A bar for each day from the first to the last; ``first``, ``last`` and ``most`` label the ends and the top."""
    start, end = days[0][0], days[-1][0]
    count, top = (end - start).days + 1, max(1, *(number for _, number in days))
    step = WIDTH / count
    wide = max(0.6, min(step * 0.75, 26.0))
    body = _rule(84)
    for day, number in days:
        tall = 66 * number / top
        left = (day - start).days * step + (step - wide) / 2
        body += _box(left, 84 - tall, wide, tall, "rc-mark", tooltip=f"{day.isoformat()}: {number:,}")
    body += _text(0, 11, most) + _text(0, 99, first)
    if count > 1:
        body += _text(WIDTH, 99, last, anchor="end")
    return _svg(104, title, body)


def line_with_band(points: Sequence[Point], *, title: str, first: str, last: str) -> str:
    """A line through two or more points, 0 to 1 upwards, with the band of their intervals."""
    start, wide = points[0].day, max((points[-1].day - points[0].day).days, 1)

    def at(point: Point, value: float) -> str:
        return f"{46 + (point.day - start).days / wide * 304:.1f},{114 - 100 * min(max(value, 0.0), 1.0):.1f}"

    body = "".join(_rule(114 - 100 * each, left=46) for each in (0, 0.5, 1))
    body += "".join(_text(40, 118 - 100 * each, f"{100 * each:.0f} %", anchor="end") for each in (0, 0.5, 1))
    upper = [at(each, each.value if each.high is None else each.high) for each in points]
    lower = [at(each, each.value if each.low is None else each.low) for each in points]
    body += f'<polygon class="rc-pale" fill="{_PALE}" fill-opacity=".6" points="{" ".join(upper + lower[::-1])}"/>'
    line = " ".join(at(each, each.value) for each in points)
    body += f'<polyline class="rc-line" fill="none" stroke="{_MARK}" stroke-width="2" points="{line}"/>'
    for each in points:
        x, y = at(each, each.value).split(",")
        kind = "rc-hollow" if each.few else "rc-mark"
        fill = "#fff" if each.few else _MARK
        body += (
            f'<circle class="{kind}" cx="{x}" cy="{y}" r="3.2" fill="{fill}" stroke="{_MARK}" stroke-width="1.5">'
            f"<title>{each.day.isoformat()}: {100 * each.value:.0f} %</title></circle>"
        )
    body += _text(46, 132, first) + _text(350, 132, last, anchor="end")
    return _svg(138, title, body)


def spans(rows: Sequence[Span], *, title: str, low: str, high: str) -> str:
    """A quiet bar for each interval with a mark at its value, on one scale; ``low`` and ``high`` label its ends."""
    left, right = 118.0, 352.0
    least, most = min(each.low for each in rows), max(each.high for each in rows)
    scale = (right - left) / max(most - least, 1e-9)
    body = ""
    for place, each in enumerate(rows):
        y = 8 + place * 24
        body += _rule(y + 7, left=left)
        x, wide = left + (each.low - least) * scale, max((each.high - each.low) * scale, 2.0)
        tooltip = f"{each.name}: {each.told}"
        body += _box(x, y + 2, wide, 10, "rc-pale", fill=_PALE, tooltip=tooltip, round=5)
        body += _box(left + (each.value - least) * scale - 1.5, y - 1, 3, 16, "rc-mark", tooltip=tooltip)
        body += _text(0, y + 11, _cut(each.name), tooltip=each.name)
    bottom = 8 + len(rows) * 24
    body += _text(left, bottom + 10, low) + _text(right, bottom + 10, high, anchor="end")
    return _svg(bottom + 16, title, body)


def counts_by_tenth(counts: Sequence[int], *, title: str) -> str:
    """How many lie in each tenth from 0 to 100 %."""
    top, step = max(1, *counts), WIDTH / len(counts)
    body = _rule(60)
    for place, count in enumerate(counts):
        tall = 42 * count / top
        body += _box(place * step + 2, 60 - tall, step - 4, tall, "rc-mark")
        if count:
            body += _text(place * step + step / 2, 56 - tall, f"{count:,}", anchor="middle")
    body += _text(0, 74, "0 %") + _text(WIDTH, 74, "100 %", anchor="end")
    return _svg(78, title, body)


def _cut(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + "…"


def _svg(height: float, title: str, body: str) -> str:
    # With a size of its own, for without one some browsers draw nothing on a canvas.
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rc-plot" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="{LETTERS}">{body}</svg>'
    )
    return _NOT_IN_XML.sub("\ufffd", drawn)


def as_sheet(plot: str) -> str:
    """A plot for a file: its title above it and white around it, since nothing else there says what it is."""
    height, title = int(_HEIGHT.findall(plot)[0]), unescape(_TITLE.findall(plot)[0])
    lines = wrap(title, MOST_OF_A_LINE)
    top = MARGIN + 15 * len(lines) + 6
    whole, tall = WIDTH + 2 * MARGIN, top + height + MARGIN
    told = "".join(_text(MARGIN, MARGIN + 10 + 15 * place, line) for place, line in enumerate(lines))
    placed = plot.replace("<svg ", f'<svg x="{MARGIN}" y="{top}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {tall}" width="{whole}" height="{tall}" '
        f'font-family="system-ui, sans-serif" font-size="{LETTERS + 1}" font-weight="600">'
        f'<rect width="{whole}" height="{tall}" fill="#fff"/>{told}<g font-weight="400">{placed}</g></svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", tooltip: str = "") -> str:
    more = f"<title>{escape(tooltip)}</title>" if tooltip else ""
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="rc-ink" {where} fill="{_INK}">{more}{escape(text)}</text>'


def _rule(y: float, *, left: float = 0) -> str:
    return f'<line class="rc-rule" x1="{left:.0f}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_RULE}"/>'


def _box(
    x: float,
    y: float,
    wide: float,
    tall: float,
    kind: str,
    *,
    fill: str = _MARK,
    tooltip: str = "",
    round: float = 1,
) -> str:
    more = f"<title>{escape(tooltip)}</title>" if tooltip else ""
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" rx="{round}" '
        f'fill="{fill}">{more}</rect>'
    )
