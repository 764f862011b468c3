"""A few comparisons with what real completions bring: lists, code, tables, mathematics, turns, links."""

from __future__ import annotations

from typing import Any

GUIDELINES = """\
Read both responses to the end before you answer.

- **Correct** comes before well written.
- A short answer that helps is better than a long one that does not.
- If both would mislead the reader, say *both bad*.
"""


def _turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _comparison(name: str, prompt: list[dict[str, str]], *texts: str) -> dict[str, Any]:
    completions = [
        {"id": f"{name}-{letter}", "content": [_turn("assistant", text)]}
        for letter, text in zip("xyzuvw", texts, strict=False)
    ]
    return {"id": name, "prompt": prompt, "completions": completions}


_BREAD_LONG = """\
The usual reason is **too little gluten structure** for the water you use. Three things to check, in order:

1. **Strength of the flour.** Below about 11 % protein, a wet dough cannot hold its gas.
2. **Fermentation.** If the dough doubled and then sank, it went too far. Stop at one and a half times its size.
3. **Shaping.** A loose ball spreads. Fold the edges in firmly and leave it seam down for ten minutes.

If you change only one thing, change the second: it is the most common cause, and it costs nothing to try.

> Bake one loaf early and one late from the same dough. The difference will tell you more than any recipe.
"""

_BREAD_SHORT = """\
Flat bread is most often *over-proofed*. Let the dough rise less, shape it tighter, and bake it in a hot pot.

| Sign | Likely cause |
|---|---|
| Dense, gummy crumb | too little fermentation |
| Flat, large holes on top | too much fermentation |
| Spreads at once | weak flour or loose shaping |

See [a longer guide](https://example.org/bread/flat-loaves?ref=answers) for photographs.
"""

_CODE_A = """\
Use `collections.Counter`:

```python
from collections import Counter

def most_common_words(text: str, n: int = 10) -> list[tuple[str, int]]:
    words = text.casefold().split()  # casefold, not lower: it also handles ß
    return Counter(words).most_common(n)
```

It runs in linear time, and ties come in the order of first appearance.
"""

_CODE_B = """\
You can do this with a dictionary and then sort it:

```python
def most_common_words(text, n=10):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda pair: pair[1], reverse=True)[:n]
```

The sort costs $O(k \\log k)$ for $k$ different words.
"""

COMPARISONS: list[dict[str, Any]] = [
    _comparison(
        "bread",
        [_turn("user", "My sourdough always comes out flat. What am I doing wrong?")],
        _BREAD_LONG,
        _BREAD_SHORT,
    ),
    _comparison(
        "words",
        [
            _turn("system", "You are a patient programming tutor."),
            _turn("user", "How do I count words in Python?"),
            _turn("assistant", "Split the text with `str.split` and take `len` of the result."),
            _turn("user", "And the ten most common ones?"),
        ],
        _CODE_A,
        _CODE_B,
    ),
    _comparison(
        "sum",
        [_turn("user", "Why is $1 + 2 + \\dots + n = \\frac{n(n+1)}{2}$?")],
        "Write the sum twice, once backwards. Each of the $n$ columns adds up to $n+1$, so\n\n"
        "$$2S = n(n+1).$$\n\nDivide by two.",
        "By induction. For $n=1$ both sides are 1. If it holds for $n$, add $n+1$ to both sides.",
    ),
    _comparison("last", [_turn("user", "Say hello in three languages.")], "Hello, bonjour, hola.", "Hello!"),
]


def with_turns(name: str) -> dict[str, Any]:
    """A comparison whose responses are conversations of two turns."""

    def talk(side: str) -> list[dict[str, str]]:
        return [
            _turn("assistant", f"First turn {side}."),
            _turn("user", "Go on."),
            _turn("assistant", f"Second turn {side}."),
        ]

    completions = [{"id": f"{name}-{side}", "content": talk(side)} for side in "xy"]
    return {"id": name, "prompt": [_turn("user", "Talk to me.")], "completions": completions}
