"""Every word a rater or a lead reads: one file a language, named by its tag, and no other list of them.

A language is added by one file ``TAG.toml``; a test names every text it lacks. All have the same keys
and the same ``{names}`` to fill in; the sections are for who reads and translates them. The page
carries them all, because the rater chooses the language on the page and the choice must work while the
service cannot be reached.
"""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Final

from rlhf_collect.stats import figures, leaderboard, rater_views, report
from rlhf_collect.stats.alert_words import AlertPhrases
from rlhf_collect.stats.leaderboard_words import LeaderboardPhrases
from rlhf_collect.stats.phrases import Numerals
from rlhf_collect.stats.progress_words import ProgressPhrases
from rlhf_collect.stats.sentence import Phrases

_SAID_BY_REPORTS: Final[dict[str, type[Numerals]]] = {
    "numerals": Numerals,
    "sentence": Phrases,
    "ranking": LeaderboardPhrases,
    "progress": ProgressPhrases,
    "alert": AlertPhrases,
}
"""First word of the keys, and the phrases named by the rest."""


_REASONS: Final = {
    "not_paired": figures.NOT_PAIRED,
    "all_the_same": figures.ALL_THE_SAME,
    "not_decided": figures.NOT_DECIDED,
    "no_order": report.NO_ORDER,
    "no_outcomes": leaderboard.NO_OUTCOMES,
    "not_judged": leaderboard.NOT_JUDGED,
    "only_won": leaderboard.ONLY_WON,
    "only_lost": leaderboard.ONLY_LOST,
    "one_way": leaderboard.ONE_WAY,
    "parts": leaderboard.PARTS,
    **{f"signal_{name}": said for name, said in rater_views.SIGNALS.items()},
}
"""Why a figure of the page is missing, and what stands out in answers, as reports say it in English."""


def _catalogue(path: Path) -> dict[str, str]:
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: text for section in sections.values() for key, text in section.items()}


def _catalogues(folder: Path) -> dict[str, dict[str, str]]:
    return {path.stem: _catalogue(path) for path in sorted(folder.glob("*.toml"))}


def _lead_texts() -> dict[str, dict[str, str]]:
    """Those of the lead's files, and in English what reports say by themselves, which is not written a second time."""
    found = _catalogues(Path(__file__).parent / "lead")
    numerals = {each.name for each in fields(Numerals)}
    for part, kind in _SAID_BY_REPORTS.items():
        for each in fields(kind):
            if kind is Numerals or each.name not in numerals:
                found["en"][f"{part}_{each.name}"] = str(each.default)
    # On a page a number keeps its sign; what reports say elsewhere is plain text.
    found["en"] = {key: text.replace(" %", "\u00a0%") for key, text in found["en"].items()}
    found["en"] |= {f"reason_{name}": said for name, said in _REASONS.items()}
    return found


TEXTS: Final[dict[str, dict[str, str]]] = _catalogues(Path(__file__).parent)
"""Language tag → key → text, for raters."""
LEAD_TEXTS: Final[dict[str, dict[str, str]]] = _lead_texts()
"""The same for leads, in files of their own: raters need not carry them."""
