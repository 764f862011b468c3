"""Kinds of values a project file may hold, each with its own plain words for what is wrong."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

LANGUAGES = ("en", "fr")
"""Languages the pages speak, and guidelines may be given in; the first one there is stands in for the others."""
LANGUAGE_COOKIE = "rlhf_collect_language"
"""Where a browser keeps the language a person chose, for pages shown before anybody knows who they are."""
NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
MAX_PURPOSE_WORDS = 120
MAX_GUIDELINE_CHARACTERS = 100_000
MAX_GUIDELINE_WORDS = 1_500
"""Words of guidelines a rater can be asked to know (spec welfare, 3.10)."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS = re.compile(r"(mailto:)?[^@\s:/]+@[^@\s/]+\.[^@\s./]+")
_WEB_PAGE = re.compile(r"https?://[^\s/]+\.?[^\s]*")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_CONFIDENTIAL = frozenset({"confidential", "confidentiel", "confidentielle"})
_FILLERS = frozenset(
    {"strictly", "strictement", "client", "company", "under", "sous", "nda", "and", "private"}
)


def plain(what: str, mend: str) -> PydanticCustomError:
    """A validation error that carries our words: ``what`` is wrong and how to ``mend`` it."""
    return PydanticCustomError("plain", "{what} {mend}", {"what": what, "mend": mend})


def is_name(text: str) -> bool:
    """Whether a text may name a project or a criterion."""
    return NAME_PATTERN.fullmatch(text) is not None


def is_repository(text: str) -> bool:
    """Whether a text names a dataset repository of the Hub, ``owner/name``."""
    return _REPOSITORY.fullmatch(text) is not None


def _name(text: str) -> str:
    if not is_name(text):
        raise plain(
            f"'{text}' cannot be a name.",
            "Use 1 to 63 lower-case letters (a to z), digits, '-' or '_', beginning with a letter or digit.",
        )
    return text


def _filled(text: str) -> str:
    if not text:
        raise plain("is blank.", "Fill it in.")
    return text


def _disclosed(text: str) -> str:
    _filled(text)
    words = re.findall(r"\w+", text.casefold())
    if _CONFIDENTIAL.intersection(words) and _CONFIDENTIAL.union(_FILLERS).issuperset(words):
        raise plain(
            f"'{text}' tells raters nothing.",
            "Raters must know this before they start: write it out.",
        )
    return text


def _purpose(text: str) -> str:
    count = len(text.split())
    if count > MAX_PURPOSE_WORDS:
        raise plain(f"has {count} words.", f"Say it in {MAX_PURPOSE_WORDS} words or fewer.")
    return text


def _contact(text: str) -> str:
    if not (_ADDRESS.fullmatch(text) or _WEB_PAGE.fullmatch(text)):
        raise plain(
            f"'{text}' is neither an e-mail address nor a web address.",
            "Write for example ada@example.org or https://example.org/contact.",
        )
    return text


def _repository(text: str) -> str:
    if not is_repository(text):
        raise plain(f"'{text}' is not a dataset repository.", "Write owner/name, for example my-org/my-data.")
    return text


def _language_tag(text: str) -> str:
    if not _LANGUAGE_TAG.fullmatch(text):
        raise plain(f"'{text}' is not the tag of a language.", "Write one such as en, fr or pt-BR.")
    return text


def _iso_date(value: object) -> object:
    if isinstance(value, date) or value is None:
        return value
    text = str(value).strip()
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise plain(f"'{text}' is not a date.", "Write year-month-day, for example 2026-11-22.") from None


def _guidelines(value: Any) -> str | dict[str, str]:
    """One text, or one for each language. Errors: ours, naming the language."""
    if not isinstance(value, dict):
        return _guideline_text(value, "")
    if not value or (unknown := next((each for each in value if each not in LANGUAGES), None)):
        said = f"'{unknown}' is not a language of the pages." if value else "is empty."
        raise plain(said, f"Write one text, or one for each of {', '.join(LANGUAGES)}.")
    return {each: _guideline_text(value[each], f"{each}: ") for each in LANGUAGES if each in value}


def _guideline_text(value: Any, of: str) -> str:
    if not isinstance(value, str):
        kind = "blank" if value is None else "a list" if isinstance(value, list | tuple) else "not a text"
        raise plain(f"{of}is {kind}.", "Write one text, or one for each language.")
    text = value.strip()
    count = len(text.split())
    if not count:
        raise plain(f"{of}is blank.", "Fill it in.")
    if count > MAX_GUIDELINE_WORDS:
        raise plain(
            f"{of}has {count:,} words.",
            f"Keep guidelines to {MAX_GUIDELINE_WORDS:,} words: nobody can hold more in mind while rating.",
        )
    if len(text) > MAX_GUIDELINE_CHARACTERS:
        raise plain(f"{of}has {len(text):,} characters.", f"Keep it to {MAX_GUIDELINE_CHARACTERS:,}.")
    return text


Name = Annotated[str, AfterValidator(_name)]
"""A short stable name, used in addresses, commands and columns."""
Filled = Annotated[str, AfterValidator(_filled)]
"""Text that must not be blank."""
Disclosed = Annotated[str, AfterValidator(_disclosed)]
"""Text that raters read before they start: neither blank nor "confidential"."""
Purpose = Annotated[str, AfterValidator(_disclosed), AfterValidator(_purpose)]
"""Why the project exists, in at most ``MAX_PURPOSE_WORDS`` words."""
ContactAddress = Annotated[str, AfterValidator(_disclosed), AfterValidator(_contact)]
"""An e-mail address or a web address."""
Repository = Annotated[str, AfterValidator(_repository)]
"""A dataset repository of the Hub, ``owner/name``."""
Question = Annotated[Filled, Field(max_length=300)]
"""What raters are asked, in one sentence."""
LanguageTag = Annotated[str, AfterValidator(_language_tag)]
"""The tag of a language (BCP 47), ``en`` or ``pt-BR``."""
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
"""A day, ``2026-11-22``."""
GuidelineText = Annotated[str | dict[str, str], PlainValidator(_guidelines)]
"""Markdown of at most ``MAX_GUIDELINE_WORDS`` words, or one such text for each language."""
