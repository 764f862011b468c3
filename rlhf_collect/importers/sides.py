"""Exports of tools where fields have any name: which are the prompt and the replies, and which one an answer means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.comparison import Message, Messages
from rlhf_collect.domain.judgement import BOTH_BAD, TIE
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_id, storable
from rlhf_collect.importers.imported import AnyJson
from rlhf_collect.importers.parts import LETTERS, Reply, checked_prompt, messages, reply

PROMPTS = (
    "prompt", "instruction", "question", "query", "input", "user_prompt",
    "conversation", "messages", "chat", "dialogue", "history",
)  # fmt: skip
"""Names of the field that is the prompt, the first that is there."""
SYSTEM = ("system", "system_prompt", "context")
"""Names of a field that stands before the prompt."""
STEMS = (
    "response", "reply", "completion", "answer", "generation", "candidate", "output",
    "option", "summary", "result", "item", "assistant", "text", "model",
)  # fmt: skip
"""What the names of replies begin with, before their number or letter; the first that fits."""
_MARK = r"(\d{1,2}|[a-h]|left|right|first|second)"
_SIDE = re.compile(rf"({'|'.join(STEMS)})s?[ _.-]*{_MARK}", re.IGNORECASE)
_NAMED = re.compile(rf"(?:{'|'.join(STEMS)}){_MARK}")
_BETTER = re.compile(r"(is|are)?(better|best|preferred|wins)$")
_PLACES = {"left": 0, "first": 0, "right": 1, "second": 1}
_TIES = {"tie", "equal", "equallygood", "same", "thesame", "draw", "nopreference", "bothgood", "similar"}
_BAD = {"bothbad", "equallybad", "allbad", "botharebad"}
_BAD_ALONE = {"neither", "none"}
"""Words that mean so only where the question is which one is best."""
_BODIES = ("body", "text", "content", "html")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One reply of a comparison."""

    name: str
    """Its field, or its id in a list."""
    mark: str
    """The number, letter or word at the end of its name; empty where it has none."""
    reply: Reply
    """What it says."""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What a comparison of such an export holds."""

    prompt: Messages
    """The prompt, with the system's words before it."""
    sides: tuple[Side, ...]
    """The replies, in order."""
    rest: Mapping[str, AnyJson]
    """Every other field that is a text or a number."""

    def meant(self, said: str, *, alone: bool = True) -> str | None:
        """The completion id a word such as ``response-2`` or ``left is better`` means, a tie, or ``None``.

        ``alone`` takes a mark by itself (``B``, ``2``) and words such as ``neither``, which to another question
        than which one is best may mean anything.
        """
        exact = [each.name for each in self.sides]
        if said in exact:
            return LETTERS[exact.index(said)]
        whole, word = plain(said), _BETTER.sub("", plain(said))
        if whole in _TIES or word in _TIES:
            return TIE
        if whole in _BAD or (alone and whole in _BAD_ALONE):
            return BOTH_BAD
        place = self._place(word, alone)
        return None if place is None else LETTERS[place]

    def _place(self, word: str, alone: bool) -> int | None:
        names = [plain(each.name) for each in self.sides]
        if word and names.count(word) == 1:
            return names.index(word)
        match = _NAMED.fullmatch(word) or (re.fullmatch(_MARK, word) if alone else None)
        if match is None:
            return None
        mark = match.group(1)
        marks = [each.mark for each in self.sides]
        if mark in marks:
            return marks.index(mark)
        at = int(mark) - 1 if mark.isdigit() else _PLACES.get(mark, ord(mark[0]) - ord("a"))
        return at if 0 <= at < len(self.sides) else None

    def ranked(self, groups: Sequence[Sequence[str]], field: str) -> list[list[str]]:
        """A ranking in completion ids. Errors: ``Fault`` unless every reply is named once."""
        ranking = [[self.meant(each) or each for each in group] for group in groups]
        if sorted(each for group in ranking for each in group) != list(LETTERS[: len(self.sides)]):
            raise Fault(
                field,
                "The ranking does not name every response once.",
                f"Name them {', '.join(each.name for each in self.sides)}.",
            )
        return ranking


def offered(data: Mapping[str, Any], within: str) -> Offered:
    """The prompt and the replies among the fields of ``data``. Errors: ``Fault`` with the names that are known."""
    used: set[str] = set()
    turns = _prompt(data, within, used)
    sides = tuple(_listed(data, within, used)) or tuple(_numbered(data, within, used))
    if not sides:
        raise Fault(
            within,
            f"No fields are the responses (found: {', '.join(map(str, data))[:200]}).",
            "Call them response1, response2 and so on, or give a list of {id, body}.",
        )
    rest = {
        str(name): storable(value, within)
        for name, value in data.items()
        if name not in used and isinstance(value, str | int | float)
    }
    return Offered(prompt=turns, sides=sides, rest=rest)


def _prompt(data: Mapping[str, Any], within: str, used: set[str]) -> Messages:
    name = next((each for each in PROMPTS if data.get(each)), None)
    if name is None:
        raise Fault(
            within,
            f"No field is the prompt (found: {', '.join(map(str, data))[:200]}).",
            f"Call it one of {', '.join(PROMPTS)}.",
        )
    field, value = f"{within}.{name}", data[name]
    if (
        name == "instruction"
        and isinstance(value, str)
        and isinstance(data.get("input"), str)
        and data["input"]
    ):
        value = f"{value}\n\n{data['input']}"  # two fields that are one prompt
        used.add("input")
    turns = (Message(role="user", content=value),) if isinstance(value, str) else messages(value, field)
    before = next((each for each in SYSTEM if data.get(each) and isinstance(data[each], str)), None)
    used.add(name)
    if before is not None:
        used.add(before)
        turns = (Message(role="system", content=data[before]), *turns)
    return checked_prompt(turns, field)


def _listed(data: Mapping[str, Any], within: str, used: set[str]) -> Iterator[Side]:
    """Replies in a list of ``{"id", "body"}`` or of texts."""
    for name, value in data.items():
        if name in used or not isinstance(value, list | tuple) or len(value) < 2:
            continue
        bodies = [_body(each) for each in value]
        if all(each is not None for each in bodies):
            used.add(name)
            for place, (each, body) in enumerate(zip(value, bodies, strict=True)):
                field = f"{within}.{name}[{place}]"
                own = as_id(each["id"], f"{field}.id") if isinstance(each, Mapping) and each.get("id") else ""
                model = each.get("model") if isinstance(each, Mapping) else None
                yield Side(
                    name=own or str(place + 1),
                    mark="",
                    reply=Reply(content=reply(body, field), model=model if isinstance(model, str) else ""),
                )
            return


def _body(value: AnyJson) -> str | None:
    if isinstance(value, Mapping) and "role" not in value:
        value = next((value[each] for each in _BODIES if isinstance(value.get(each), str)), None)
    return value if isinstance(value, str) else None


def _numbered(data: Mapping[str, Any], within: str, used: set[str]) -> Iterator[Side]:
    """Replies in fields such as ``response1`` and ``response2``."""
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        match = _SIDE.fullmatch(str(name))
        if match and value is not None and name not in used:
            found.setdefault(match.group(1).lower(), {})[match.group(2).lower()] = name
    stem = next((each for each in STEMS if len(found.get(each, ())) > 1), None)
    if stem is None:
        return
    models = found.get("model", {}) if stem != "model" else {}
    for mark, name in sorted(found[stem].items(), key=lambda each: (each[0].zfill(2), each[0])):
        by = models.get(mark, f"{name}_model")
        model = data.get(by)
        used.update({name, by})
        yield Side(
            name=name,
            mark=mark,
            reply=Reply(
                content=reply(data[name], f"{within}.{name}"), model=model if isinstance(model, str) else ""
            ),
        )


def plain(name: str) -> str:
    """A name without case, blanks and signs, to compare it by."""
    return re.sub(r"[\W_]+", "", name.casefold())
