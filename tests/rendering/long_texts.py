"""Completions of fifty thousand characters, one of each ordinary kind."""

from __future__ import annotations

CHARACTERS = 50_000


def _filled(piece: str, *, head: str = "", tail: str = "") -> str:
    """``piece`` again and again with its number, between ``head`` and ``tail``, cut at a whole piece."""
    count = (CHARACTERS - len(head) - len(tail)) // len(piece.format(n=1000))
    return head + "".join(piece.format(n=1000 + number) for number in range(count)) + tail


LONG_TEXTS: dict[str, str] = {
    "prose": _filled(
        "Sentence {n} says *something* with a [source](https://a.example/{n}), and goes on. " * 6 + "\n\n"
    ),
    "one line": _filled("word{n} and another, without any end of the line in sight; "),
    "one word": "x" * CHARACTERS,
    "code": _filled(
        'def f{n}(a: int) -> str:  # a note\n    return "x" * a + str({n})\n\n',
        head="```python\n",
        tail="```",
    ),
    "table": _filled(
        "| {n} | some words | **bold** | `code` | 3.14 |\n", head="| a | b | c | d | e |\n|-|-|-|-:|:-:|\n"
    ),
    "list": _filled("- item {n} with some words\n  - and one below it, **bold**\n"),
    "mathematics": _filled(
        "The sum $\\sum_{{k=1}}^{{n}} k^2 = \\frac{{n(n+1)(2n+1)}}{{6}}$ at {n} is $x_{{{n}}}$.\n\n"
    ),
    "displayed mathematics": _filled("$$\\begin{{pmatrix}} a & b \\\\ c & {n} \\end{{pmatrix}}$$\n\n"),
    "letters of many scripts": _filled("नमस्ते {n} مرحبا 你好 Zürich 👩‍🚀 שלום. "),
}
"""By kind."""
