"""Plots hold what they are given, where it belongs, and nothing that runs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import pytest

from rlhf_collect.drawing import Point, Span, as_sheet, bars_by_day, counts_by_tenth, line_with_band, spans

HOSTILE = "<script>alert(1)</script>\" onload='x'"
SVG = "{http://www.w3.org/2000/svg}"


def parts(plot: str, name: str) -> list[ET.Element]:
    return list(ET.fromstring(plot).iter(SVG + name))


def number(element: ET.Element, name: str) -> float:
    return float(element.attrib[name])


def bars(*counts: tuple[int, int]) -> str:
    days = [(date(2026, 11, day), count) for day, count in counts]
    return bars_by_day(days, title="t", first="1 November", last="5 November", most="at most 4")


def test_a_bar_is_as_high_as_its_day_has_judgements_and_stands_on_its_day():
    first, second = parts(bars((1, 4), (5, 2)), "rect")
    assert number(first, "height") == pytest.approx(2 * number(second, "height"))
    assert number(second, "x") - number(first, "x") == pytest.approx(4 * 360 / 5)


def test_a_single_day_and_a_single_week_apart_are_drawn():
    assert len(parts(bars((3, 1)), "rect")) == 1
    assert [each.text for each in parts(bars((3, 1)), "text")] == ["at most 4", "1 November"]


def test_a_line_goes_up_with_its_values_within_its_band_and_few_are_hollow():
    points = [
        Point(day=date(2026, 11, 2), value=0.2, low=0.1, high=0.3, few=True),
        Point(day=date(2026, 11, 9), value=0.8, low=None, high=None),
    ]
    plot = line_with_band(points, title="t", first="a", last="b")
    low, high = parts(plot, "circle")
    assert number(low, "cy") > number(high, "cy")
    assert (low.attrib["class"], high.attrib["class"]) == ("rc-hollow", "rc-mark")
    band = [tuple(map(float, each.split(","))) for each in parts(plot, "polygon")[0].attrib["points"].split()]
    assert band[0][1] < number(low, "cy") < band[-1][1]
    assert band[1] == band[2] == (number(high, "cx"), number(high, "cy"))


def test_an_interval_lies_around_its_value_and_all_are_on_one_scale():
    rows = [
        Span(name="m1", value=1100, low=1050, high=1150, told="1100"),
        Span(name="m2", value=900, low=850, high=950, told="900"),
    ]
    bar1, mark1, bar2, mark2 = parts(spans(rows, title="t", low="850", high="1150"), "rect")
    for bar, mark in ((bar1, mark1), (bar2, mark2)):
        middle = number(bar, "x") + number(bar, "width") / 2
        assert middle == pytest.approx(number(mark, "x") + 1.5, abs=0.2)
    assert number(bar1, "x") > number(bar2, "x") + number(bar2, "width")


def test_a_tenth_without_anybody_has_no_number():
    plot = counts_by_tenth([0, 3, 0, 0, 0, 0, 0, 0, 0, 2], title="t")
    assert [each.text for each in parts(plot, "text")] == ["3", "2", "0 %", "100 %"]


def test_names_are_letters_in_every_place():
    rows = [Span(name=HOSTILE, value=1, low=0, high=2, told=HOSTILE)]
    plot = spans(rows, title=HOSTILE, low=HOSTILE, high=HOSTILE)
    assert parts(plot, "script") == []
    assert not [name for each in ET.fromstring(plot).iter() for name in each.attrib if name.startswith("on")]
    assert ET.fromstring(plot).attrib["aria-label"] == HOSTILE


def test_a_name_with_characters_no_file_of_xml_can_hold_leaves_a_plot_that_can_be_read():
    row = Span(name="be\x08ll\ufffe", value=1, low=0, high=2, told="")
    assert "be\ufffdll\ufffd" in "".join(ET.fromstring(spans([row], title="t", low="", high="")).itertext())


def test_a_plot_in_a_file_has_its_title_above_it_whole_and_lies_within_the_sheet():
    title = "How often <A> & B chose the same, of all comparisons that were judged by both of them"
    drawn = bars_by_day([(date(2026, 3, 1), 4)], title=title, first="1 March", last="", most="4")
    sheet = ET.fromstring(as_sheet(drawn))
    lines = [each for each in sheet if each.tag.endswith("text")]
    assert " ".join(str(each.text) for each in lines) == title
    _, inner = sheet.iter("{http://www.w3.org/2000/svg}svg")
    assert float(inner.get("y", 0)) > max(float(each.get("y", 0)) for each in lines)
    for side in ("width", "height"):
        begin = float(inner.get("x" if side == "width" else "y", 0))
        assert begin + float(inner.get(side, 0)) < float(sheet.get(side, 0))
