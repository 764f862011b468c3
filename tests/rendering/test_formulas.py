"""TeX becomes MathML; money, shells and mischief do not."""

from __future__ import annotations

import pytest

from rlhf_collect.rendering import render_markdown
from rlhf_collect.rendering.mathml import MAX_FORMULA, to_mathml
from rlhf_collect.rendering.sheet import MAX_MATH
from tests.rendering.reading import Reading


@pytest.mark.parametrize(
    ("markdown", "display"),
    [
        ("Euler: $e^{i\\pi}+1=0$.", []),
        ("Euler: \\(e^{i\\pi}+1=0\\).", []),
        ("So $$x = 1$$ holds", ["block"]),
        ("So \\[x = 1\\] holds", ["block"]),
        ("$$\nx\n= y\n- z\n$$", ["block"]),
        ("Then\n\\[\n\\frac{a}{b}\n\\],\nand on", ["block"]),
        ("- item\n  $$\n  x\n  $$", ["block"]),
        ("> $$\n> x\n> $$", ["block"]),
    ],
)
def test_all_four_delimiters_make_formulas(markdown, display):
    reading = Reading(render_markdown(markdown))
    assert reading.count("math") == 1
    assert reading.attributes("display") == display


@pytest.mark.parametrize(
    "prose",
    [
        "It costs $5 and $10.",
        "from $5 to $10",
        "$5, $10 and $20 each",
        "between $5-$10",
        "US$5 or CA$6",
        "paid $20 for lunch and 30$ for dinner",
        "$1,000 (or $2,000) a month",
        "export PATH=$HOME/bin:$PATH",
        "cd $HOME/$USER",
        "a \\$x\\$ b",
        "costs $5 `a$`",
        "just a $",
        "$ x $",
        "$$",
        "$$$$",
        "\\(  \\)",
    ],
)
def test_prices_and_shell_variables_are_not_formulas(prose):
    reading = Reading(render_markdown(prose))
    assert reading.count("math") == 0
    assert reading.text.count("$") == prose.count("$")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        (r"\sqrt[3]{8}", "<mroot>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathbb{ABC}", "<mi>𝔸</mi>"),
        (r"\mathcal{L}", "<mi>ℒ</mi>"),
        (r"\mathbf{x1}", "<mi>𝐱</mi>"),
        (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
        (r"n \log n", '<mo lspace="0.167em" rspace="0.167em">log</mo>'),
        (r"a \pm b", "<mo>±</mo>"),
        (r"\lim_{x \to 0} x", '<munder><mo movablelimits="true">lim</mo>'),
        (r"\begin{bmatrix} 1 & 2 \end{bmatrix}^T", "</mrow><mi>T</mi></msup>"),
        (r"\begin{aligned} a &= b \end{aligned}", "<mtable"),
        (r"\text{a \& b < c}", "<mtext>a\u00a0&amp;\u00a0b\u00a0&lt;\u00a0c</mtext>"),
        (r"\boxed{42}", 'class="rc-boxed"'),
        (r"\not=", '<mpadded width="0"><mtext>⧸</mtext></mpadded>'),
    ],
)
def test_common_tex_becomes_mathml_browsers_show(tex, expected):
    assert expected in (to_mathml(tex, display=True) or "")


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{https://evil.example}{x}",
        r"\includegraphics{x.png}",
        r"\htmlClass{a}{x}",
        r"\newcommand{\a}{b}\a",
        r"\def\a{b}\a",
        r"\unicode{x202E}",
        r"\unknowncommand{x}",
        r"\begin{tikzpicture} a & b \end{tikzpicture}",
        r"\frac{a}",
        r"x^",
        r"{x",
        r"\left( x",
        "x % hidden words",
        "\\text{\u202e}",
        "x" + "\u0301" * 9,
        "x" * (MAX_FORMULA + 1),
        "{" * 60 + "}" * 60,
        "",
    ],
)
def test_what_is_inert_broken_or_huge_is_not_set(tex):
    assert to_mathml(tex, display=False) is None


def test_a_formula_that_is_not_set_shows_its_source():
    reading = Reading(render_markdown(r"See $\href{javascript:alert(1)}{x}$."))
    assert reading.text.strip() == r"See $\href{javascript:alert(1)}{x}$."
    assert ("code", {"class": "rc-tex", "dir": "ltr"}) in reading.tags


def test_a_formula_carries_its_source_for_copying():
    assert Reading(render_markdown(r"$a<b\\$")).attributes("alttext") == [r"a<b\\"]


def test_no_formula_moves_or_sizes_itself_beyond_a_few_letters():
    html = render_markdown(
        r"$\hspace{-9999px}\rlap{xxxxxxxxxxxx}\raise{5000px}{y}\Huge\kern{99em} z \color{white} w$"
    )
    reading = Reading(html)
    assert reading.problems == []
    assert reading.attributes("width") == []


def test_formulas_beyond_the_allowance_of_a_text_show_their_source():
    formula = "$" + "x+" * 1500 + "y$"
    reading = Reading(render_markdown("\n\n".join([formula] * 20)))
    assert reading.count("math") == MAX_MATH // (len(formula) - 2)
    assert reading.count("code") == 20 - reading.count("math")


@pytest.mark.parametrize(
    ("tex", "bars"), [(r"|r| < 1", 2), (r"\|v\|", 2), (r"\lvert x\rvert", 2), ("P(A|B)", 1)]
)
def test_bars_lean_on_what_they_enclose(tex, bars):
    assert to_mathml(tex, display=False).count('lspace="0em" rspace="0em"') == bars
    assert render_markdown(f"${tex}$").count('lspace="0em"') == bars


def test_a_relation_written_as_one_keeps_its_room():
    assert "space" not in to_mathml(r"a \mid b", display=False)
