"""What raters were told, as files of a version: the guidelines its judgements were given under, word for word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from rlhf_collect.exporters.card_facts import CardFacts, code
from rlhf_collect.exporters.inputs import VersionInputs

SHELF = "guidelines"
"""Folder with one file for each version of the guidelines and language."""
UNNAMED = "und"
"""What BCP 47 calls a language nobody named."""
_PLAIN = re.compile(r"(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])([.-]|$))[a-z0-9]+([.-][a-z0-9]+)*")
_OTHER = re.compile(r"[^a-z0-9]+")


def write_guidelines(
    versions: Sequence[str], inputs: VersionInputs, folder: Path
) -> dict[str, dict[str, str]]:
    """Write the texts of versions of the guidelines and return ``{version: {language: path}}``.

    The texts are somebody else's: they are written as given, byte for byte, and never read as Markdown here.
    """
    if not inputs.tells_guidelines:
        return {}
    found: dict[str, dict[str, str]] = {}
    for version in versions:
        for language, text in sorted(inputs.work.guideline_texts.get(version, {}).items()):
            name = f"{SHELF}/{file_stem(version)}.{language or UNNAMED}.md"
            (folder / SHELF).mkdir(exist_ok=True)
            (folder / name).write_bytes(text.encode())
            found.setdefault(version, {})[language or UNNAMED] = name
    return found


def file_stem(version: str) -> str:
    """A version of the guidelines, which may be any text, as part of a file's name that no other version has.

    A name that is the same on every computer stays; of any other the plain part is kept, and a hash tells it apart.
    """
    if _PLAIN.fullmatch(version):
        return version
    plain = _OTHER.sub("-", version.lower()).strip("-")
    return f"{plain}_{hashlib.sha256(version.encode()).hexdigest()[:12]}"


def links(facts: CardFacts) -> str:
    """Where the card's reader finds the texts; empty where the version has none."""
    told: Mapping[str, Mapping[str, str]] = facts.manifest.get("guidelines", {})
    if not told:
        return ""
    each = "; ".join(
        f"{code(version)} ({', '.join(_link(*file) for file in files.items())})"
        for version, files in told.items()
    )
    return f"**What raters were told:** the guidelines, as they read them: {each}."


def _link(language: str, path: str) -> str:
    return f"[{'text' if language == UNNAMED else language}]({path})"
