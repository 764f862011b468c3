r"""Letters of the mathematical alphabets (double-struck, script, fraktur, ...).

Browsers follow MathML Core, which knows no ``mathvariant`` but ``normal``: ``\mathbb{R}`` has to be
written with the character ℝ itself. Source: Unicode, block Mathematical Alphanumeric Symbols.
"""

from __future__ import annotations

_STARTS: dict[str, tuple[int, int, int]] = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE),
    "italic": (0x1D434, 0x1D44E, 0),
    "bold-italic": (0x1D468, 0x1D482, 0),
    "script": (0x1D49C, 0x1D4B6, 0),
    "fraktur": (0x1D504, 0x1D51E, 0),
    "double-struck": (0x1D538, 0x1D552, 0x1D7D8),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "sans-serif-italic": (0x1D608, 0x1D622, 0),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6),
}
"""First capital, first small letter and first digit of each alphabet; 0 where there is none."""

_GREEK: dict[str, tuple[int, int]] = {
    "bold": (0x1D6A8, 0x1D6C2),
    "italic": (0x1D6E2, 0x1D6FC),
    "bold-italic": (0x1D71C, 0x1D736),
}
"""Capital alpha and small alpha of the alphabets that have Greek."""

_ELSEWHERE: dict[str, dict[str, str]] = {
    "italic": {"h": "ℎ"},
    "script": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "double-struck": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}
"""Letters that Unicode had given a place before the block was made."""


def in_alphabet(text: str, variant: str) -> str:
    """The text in a mathematical alphabet; characters it lacks stay as they are."""
    if variant not in _STARTS:
        return text
    return "".join(_letter(char, variant) for char in text)


def _letter(char: str, variant: str) -> str:
    if found := _ELSEWHERE.get(variant, {}).get(char):
        return found
    upper, lower, digits = _STARTS[variant]
    greek_upper, greek_lower = _GREEK.get(variant, (0, 0))
    ranges = (
        ("A", "Z", upper),
        ("a", "z", lower),
        ("0", "9", digits),
        ("Α", "Ω", greek_upper),
        ("α", "ω", greek_lower),
    )
    for first, last, start in ranges:
        if start and first <= char <= last:
            return chr(start + ord(char) - ord(first))
    return char
