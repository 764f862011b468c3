"""YAML read with line numbers, and with nothing guessed.

Plain YAML turns ``off`` into false, ``1.10`` into 1.1 and ``2026-11-22`` into a date before anybody
knows which field it is for. Here every value stays the text that was written (blank becomes
``None``); the project model, which knows the kind of each field, converts it. Aliases, tags and
several documents in a file are refused: project files are short and read by people.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from rlhf_collect.errors import Problem

Place = tuple[str | int, ...]
"""Keys and list positions from the top of the file, ``("criteria", 0, "name")``."""

MAX_CHARACTERS = 1_000_000
_MAX_DEPTH = 20


class _TextLoader(yaml.SafeLoader):
    """A loader that leaves every scalar a text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML reads this class attribute


@dataclass(kw_only=True)
class Lines:
    """What a YAML text holds and where."""

    data: Any = None
    """Dicts, lists, texts and ``None``."""
    numbers: dict[Place, int] = field(default_factory=dict)
    """Line, from 1, of each key and list item."""
    problems: list[Problem] = field(default_factory=list)
    """What cannot be read."""
    where: str = ""
    """Name of the file."""

    def at(self, place: Place) -> str:
        """``file:line`` of a place, or of the nearest one above it; the bare name where nothing has lines."""
        if not self.numbers:
            return self.where
        while place and place not in self.numbers:
            place = place[:-1]
        return f"{self.where}:{self.numbers.get(place, 1)}"

    def add(self, place: Place, line: int, what: str, mend: str) -> None:
        """Note a problem at a known line."""
        self.problems.append(Problem(where=f"{self.where}:{line}", field=dotted(place), what=what, mend=mend))


def dotted(place: Place) -> str:
    """A place as people write it: ``criteria[0].name``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_lines(text: str, where: str) -> Lines:
    """Read a YAML text; whatever cannot be read is in ``problems``, and nothing is raised."""
    lines = Lines(where=where)
    if len(text) > MAX_CHARACTERS:
        lines.add((), 1, f"has {len(text):,} characters.", f"A project file has at most {MAX_CHARACTERS:,}.")
        return lines
    try:
        if _refused_events(text, lines):
            return lines
        node = yaml.compose(text, Loader=_TextLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        lines.add(
            (), line, "holds a character that no text file has.", "Remove it, or save the file as UTF-8."
        )
        return lines
    except yaml.MarkedYAMLError as error:
        _add_syntax_problem(lines, error)
        return lines
    if node is None:
        lines.add((), 1, "the file is empty.", "Write one with: rlhf-collect init FOLDER")
        return lines
    lines.data = _value(node, (), lines)
    return lines


def _refused_events(text: str, lines: Lines) -> bool:
    """Note aliases, tags, further documents and deep nesting, before anything follows them."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_TextLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            lines.add((), line, f"'*{event.anchor}' repeats another place.", "Write the value out.")
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents == 2:
                lines.add((), line, "a second document begins here ('---').", "Make it a file of its own.")
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            lines.add((), line, f"the tag '{event.tag}' is not used here.", "Write the value without it.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                lines.add(
                    (), line, "is nested too deeply.", "No setting lies so deep: look for a stray bracket."
                )
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return bool(lines.problems)


def _add_syntax_problem(lines: Lines, error: yaml.MarkedYAMLError) -> None:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    what = f"is not YAML: {error.problem or error.context}."
    mend = "Check indentation, quotes and brackets here and in the line above."
    if "\\t" in what:
        what, mend = "is not YAML: a tab stands where spaces are needed.", "Indent with spaces."
    elif "mapping values are not allowed" in what:
        what, mend = "is not YAML: there is a second ': ' in the line.", "Put the text in quotes."
    elif "but got '?'" in what:
        what, mend = "is not YAML: inside { } or [ ] a '?' has another meaning.", "Put the text in quotes."
    lines.add((), line, what, mend)


def _value(node: yaml.Node, place: Place, lines: Lines) -> Any:
    lines.numbers.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        blank = node.style is None and node.value in ("", "~", "null", "Null", "NULL")
        return None if blank else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*place, number), lines) for number, each in enumerate(node.value)]
    return _mapping(node, place, lines)


def _mapping(node: yaml.Node, place: Place, lines: Lines) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            lines.add(place, line, "a key is a list or a mapping.", "Write 'key: value'.")
            continue
        key = key_node.value
        if key in values:
            first = lines.numbers[(*place, key)]
            lines.add((*place, key), line, f"stands here again, first in line {first}.", "Keep one of them.")
            continue
        lines.numbers[(*place, key)] = line
        values[key] = _value(value_node, (*place, key), lines)
    return values
