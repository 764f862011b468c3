"""Turning what pydantic found into sentences for the person who edits the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from rlhf_collect.config.section import settings_of
from rlhf_collect.config.yaml_lines import Place, dotted

_KNOWN_ELSEWHERE = {
    "project": "name",
    "repo_id": "repository",
    "repo": "repository",
    "raters_per_comparison": "overlap",
    "rubric": "criteria",
    "uses": "use",
    "label": "question",
    "description_of_purpose": "purpose",
}
"""Words of neighbouring tools and earlier drafts, with ours."""

FILE_KEYS: Mapping[str, frozenset[str]] = {"guidelines": frozenset({"file"})}
"""Keys that are read from the file but are no setting of their own."""

_BOOLS = "Write true or false."


def sentences(error: ErrorDetails, root: type[BaseModel]) -> tuple[Place, str, str]:
    """Where an error is, what is wrong and how to mend it."""
    place: Place = tuple(error["loc"])
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "plain":
        return place, context["what"], context["mend"]
    if kind == "missing":
        return place, "is missing.", _how_to_write(place, root)
    if kind == "extra_forbidden":
        return _unknown_key(place, root)
    if value is None or (value == "" and kind != "literal_error"):
        otherwise = "" if _is_required(place, root) else " Or leave the line out."
        return place, "is blank.", _how_to_write(place, root) + otherwise
    if kind == "literal_error" and isinstance(value, str) and (place[-1], value) in _NOT_YET:
        return place, f"{_shown(value)} is not in this release.", _NOT_YET[place[-1], value]
    writer = _WRITERS.get(kind)
    what, mend = (
        writer(value, context) if writer else (f"{_shown(value)} is not possible.", error["msg"] + ".")
    )
    return place, what, mend


_SCREENING = (
    "Content labels come with the choices and limits that protect raters in a later release; until then bring "
    "only what somebody can declare safe: screening: declared_safe."
)
_NOT_YET: dict[tuple[object, object], str] = {
    ("engagement", "paid"): (
        "Paid projects come with pay protections (a floor, a ledger, appeals) in a later release; until then use "
        "staff or volunteer."
    ),
    ("screening", "labelled"): _SCREENING,
    ("screening", "unscreened"): _SCREENING,
}
"""What the plan has and the program has not yet: setting and value, and what to do until then."""


def _shown(value: object) -> str:
    if isinstance(value, str | int | float):
        text = str(value)
        return f"'{text if len(text) <= 60 else text[:57] + '…'}'"
    return "a list" if isinstance(value, list | tuple) else "a mapping" if isinstance(value, dict) else "this"


def _bound(word: str, key: str) -> Callable[[Any, dict[str, Any]], tuple[str, str]]:
    def write(value: Any, context: dict[str, Any]) -> tuple[str, str]:
        return f"{_shown(value)} is out of range.", f"Write a number {word} {context[key]:g}."

    return write


_WRITERS: dict[str, Callable[[Any, dict[str, Any]], tuple[str, str]]] = {
    "literal_error": lambda value, context: (
        f"{_shown(value)} is not possible.",
        f"Choose one of {_words(context['expected'])}.",
    ),
    "string_type": lambda value, _: (f"is {_shown(value)}.", "Write one text."),
    "string_too_long": lambda value, context: (
        f"has {len(value):,} characters.",
        f"Keep it to {context['max_length']:,}.",
    ),
    "too_short": lambda *_: ("is empty.", "Name at least one."),
    "too_long": lambda _, context: (
        f"has {context['actual_length']} items.",
        f"Keep it to {context['max_length']}.",
    ),
    "tuple_type": lambda value, _: (
        f"is {_shown(value)}, not a list.",
        "Write [one, another] or one '- ' a line.",
    ),
    "int_parsing": lambda value, _: (f"{_shown(value)} is not a whole number.", "Write digits only."),
    "int_type": lambda value, _: (f"is {_shown(value)}.", "Write a whole number."),
    "int_from_float": lambda value, _: (f"{_shown(value)} is not a whole number.", "Write digits only."),
    "float_parsing": lambda value, _: (f"{_shown(value)} is not a number.", "Write for example 0.1."),
    "float_type": lambda value, _: (f"is {_shown(value)}.", "Write a number, for example 0.1."),
    "finite_number": lambda value, _: (f"{_shown(value)} is not a number.", "Write for example 0.1."),
    "bool_parsing": lambda value, _: (f"{_shown(value)} is neither true nor false.", _BOOLS),
    "bool_type": lambda value, _: (f"is {_shown(value)}.", _BOOLS),
    "greater_than_equal": _bound("of at least", "ge"),
    "less_than_equal": _bound("of at most", "le"),
    "less_than": _bound("below", "lt"),
    "model_type": lambda value, _: (
        f"is {_shown(value)}, not a group of settings.",
        "Write 'key: value' lines under it.",
    ),
}


def _words(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", ", ")


def _unknown_key(place: Place, root: type[BaseModel]) -> tuple[Place, str, str]:
    key, parent = str(place[-1]), place[:-1]
    known = sorted(_known_keys(parent, root))
    near = get_close_matches(key.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    nearest = _KNOWN_ELSEWHERE.get(key.lower())
    if nearest in known:
        near = [nearest]
    if near:
        return place, "is not a known setting.", f"Did you mean '{near[0]}'?"
    homes = [home for home, keys in _homes(root).items() if key in keys and home != dotted(parent)]
    if homes:
        return place, "does not belong here.", f"It belongs under {' or '.join(homes)}."
    listed = f"in {dotted(parent)}" if parent else "at the top of the file"
    return place, "is not a known setting.", f"Known {listed}: {', '.join(known)}."


def section_at(place: Place, root: type[BaseModel]) -> type[BaseModel] | None:
    """The model that describes the mapping at a place, ``None`` if no mapping is meant there."""
    model: type[BaseModel] | None = root
    for part in place:
        if isinstance(part, int):
            continue
        field = settings_of(model).get(part)
        model = _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def _known_keys(parent: Place, root: type[BaseModel]) -> frozenset[str]:
    model = section_at(parent, root)
    return frozenset(settings_of(model)) | FILE_KEYS.get(dotted(parent), frozenset())


def _homes(root: type[BaseModel]) -> dict[str, frozenset[str]]:
    sections = {name: section_at((name,), root) for name in root.model_fields}
    return {name: _known_keys((name,), root) for name, section in sections.items() if section}


def _is_required(place: Place, root: type[BaseModel]) -> bool:
    field = settings_of(section_at(place[:-1], root)).get(str(place[-1]))
    return field is None or field.is_required()


def _how_to_write(place: Place, root: type[BaseModel]) -> str:
    """What to write at a place: the words to choose from, the keys inside, or "fill it in"."""
    inside = section_at(place, root)
    if inside:
        needed = [name for name, field in settings_of(inside).items() if field.is_required()]
        return f"Write it with {', '.join(needed)}." if needed else "Fill it in."
    field = settings_of(section_at(place[:-1], root)).get(str(place[-1]))
    words = _choices(field.annotation) if field else []
    if not words:
        return "Fill it in."
    many = "one or more" if field and get_origin(field.annotation) is tuple else "one"
    return f"Write {many} of {', '.join(words)}."


def _choices(annotation: Any) -> list[str]:
    words: list[str] = []
    for each in get_args(annotation):
        words += [each] if isinstance(each, str) else _choices(each)
    return words
