"""What annotation tools call questions and people, and what they are called here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from rlhf_collect.importers.fields import as_id
from rlhf_collect.importers.imported import AnyJson
from rlhf_collect.importers.sides import plain

_OVERALL = {"preference", "overall", "ranking", "rank", "ranker", "choice", "comparison", "pairwise", "pw"} | {
    "better", "best", "winner", "preferred", "bestresponse", "betterresponse", "whichisbetter"
}  # fmt: skip
_REASONS = {
    "rationale", "reason", "reasons", "explanation", "why", "comment", "comments", "feedback", "justification"
}  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,18}", re.IGNORECASE)


def criterion_of(question: str) -> str:
    """``overall`` for the names tools give the one question there is; any other name as it is."""
    return "overall" if plain(question) in _OVERALL else question


def criteria_of(questions: Iterable[str]) -> dict[str, str]:
    """The criterion of each question one person answered; only the first of them can be ``overall``."""
    found: dict[str, str] = {}
    for each in questions:
        criterion = criterion_of(each)
        found[each] = each if criterion in found.values() else criterion
    return found


def asks_for_reasons(question: str) -> bool:
    """Whether what was written there is the reason for the choice."""
    return plain(question) in _REASONS


def left_out(questions: Iterable[str]) -> str:
    """The note about answers that say nothing about which response is better; empty for none."""
    named = ", ".join(sorted(set(questions)))
    return f"answers to {named} do not compare the responses and were left out" if named else ""


def rater_of(person: AnyJson, dataset: str) -> str:
    """A stable name without anybody's name in it: the number or UUID of the account, else a hash.

    Exports may hold e-mail addresses and user names; those never become part of what is stored.
    """
    if isinstance(person, Mapping):
        person = next((person[each] for each in ("id", "email", "username") if person.get(each)), None)
    if person is None or person == "":
        return "unknown"
    name = as_id(person, "rater")
    if _UUID.fullmatch(name):
        return name
    return f"rater-{hashlib.sha256(f'{dataset}|{name}'.encode()).hexdigest()[:12]}"
