"""Colours can be read in every theme, and every class we write has a place in the style sheet."""

from __future__ import annotations

import pytest

from rlhf_collect.rendering import content_css, highlight_css
from rlhf_collect.rendering.allowlist import CLASS_NAMES
from rlhf_collect.rendering.highlight import CLASSES
from rlhf_collect.rendering.styles import palette

UNSTYLED = {"rc-lang"}
"""A hook for the page only; it looks like its bar."""


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_measure_agrees_with_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("theme", "least"), [("light", 4.5), ("dark", 4.5), ("contrast", 7), ("contrast-dark", 7)]
)
def test_every_colour_can_be_read_on_its_backgrounds(theme, least):
    colours = palette(theme)
    page = "#000000" if "dark" in theme else "#ffffff"
    for name in ("text", "link", "warn", "muted", *"cktfsmaoid"):
        for background in (colours["bg"], page):
            assert contrast(colours[name], background) >= least, name
    for name in ("muted", "text"):
        assert contrast(colours[name], colours["bar"]) >= least


def test_every_class_has_a_rule():
    css = content_css()
    classes = {name for names in CLASS_NAMES.values() for name in names}
    assert {name for name in classes if f".{name}" not in css} == UNSTYLED
    assert all(f".rc-md .{name}{{" in highlight_css() for name in CLASSES)


def test_the_style_sheet_loads_nothing_and_closes_what_it_opens():
    css = content_css()
    assert "url(" not in css
    assert "@import" not in css
    assert css.count("{") == css.count("}")
