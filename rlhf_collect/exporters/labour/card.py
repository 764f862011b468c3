"""The card's section on the conditions of work and its block in the header: every number is one of the statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.exporters.card_facts import CardFacts, table
from rlhf_collect.exporters.labour.statement import SCHEMA, STATEMENT
from rlhf_collect.wording import number, plural

_ENGAGEMENT = {
    "staff": (
        "Staff project: rated by people of {who} as part of their job; this service did not manage their "
        "pay.",
        "Projet interne : évalué par des membres de {who} dans le cadre de leur emploi ; ce service n'a pas "
        "géré leur rémunération.",
    ),
    "volunteer": (
        "Volunteer project: nobody was paid.",
        "Projet bénévole : personne n'a été rémunéré.",
    ),
    "paid": ("Paid project.", "Projet rémunéré."),
}
Both = tuple[str, str]
"""English and French."""
_FEW = (
    "Raters{since}: fewer than 5. Medians and shares: too few raters to report.",
    "Moins de 5 personnes{since}. Médianes et parts : trop peu de personnes pour publier un chiffre.",
)
_IMPORTED = (
    "Every judgement was imported: nobody rated in this service, which knows nothing about the work.",
    "Tous les jugements ont été importés : ce service ne sait rien du travail des personnes.",
)
_IN_PART = (
    "This is about the {own} given in this service; nothing is known of the work behind the {imported} that were "
    "imported.",
    "Ceci concerne les jugements donnés dans ce service ({own}) ; du travail derrière ceux qui ont été importés "
    "({imported}), rien n'est connu.",
)
# In the order of the sentence; each is told if the statement says that it was not measured.
_NOT_MEASURED = {
    "/this_version/pay": (
        "pay per hour and whether it was received",
        "rémunération horaire et sa réception",
    ),
    "/this_version/time": ("time on the clock", "temps compté"),
    "/this_version/breaks": ("breaks", "pauses"),
    "/this_version/exposure/minutes_by_category": (
        "exposure to difficult content",
        "exposition à du contenu difficile",
    ),
    "/this_version/hours": ("hours of work", "horaires"),
    "/this_version/communication": ("messages", "messages"),
}
_CANNOT_SHOW = (
    "how the work felt, and what raters would change",
    "ce que le travail a fait ressentir, et ce que les personnes changeraient",
)
_MONTHS = (
    ("January", "February", "March", "April", "May", "June"),
    ("July", "August", "September", "October", "November", "December"),
    ("janvier", "février", "mars", "avril", "mai", "juin"),
    ("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def header_block(statement: Mapping[str, Any]) -> dict[str, Any]:
    """``labour_statement`` of the card's header; what is not told or not measured is left out."""
    raters, appeals = statement["this_version"]["raters"]["n_active"], statement["this_version"]["appeals"]
    return {
        "schema": SCHEMA,
        "file": STATEMENT,
        "engagement": statement["engagement"]["kind"],
        "raters": "fewer than 5" if raters is None else raters,
        "appeals": {name: appeals[name] for name in ("decided", "upheld")},
        "overrides": len(statement["overrides"]),
    }


def conditions(facts: CardFacts) -> str:
    """Who rated, and under what conditions; English, then French."""
    statement = facts.statement
    since = _since(facts.manifest["previous"])
    when = _when(statement, since)
    imported = facts.counts["judgements"] == facts.counts["imported_judgements"]
    english, french = (
        _IMPORTED[place]
        if imported
        else " ".join(
            each for each in (*parts(statement, when, since), _in_part(facts.counts)[place]) if each
        )
        for place, parts in enumerate((_english, _french))
    )
    missing = {each["pointer"] for each in statement["not_measured"]}
    named = [words for pointer, words in _NOT_MEASURED.items() if pointer in missing]
    return (
        "## Who rated this, and under what conditions\n\n"
        f"{english} *Not measured in this version:* {', '.join(each[0] for each in named)}; {STATEMENT} has the "
        f"whole list. *What these numbers cannot show:* {_CANNOT_SHOW[0]}.\n\n"
        f"{french} *Non mesuré dans cette version :* {', '.join(each[1] for each in named)} ; la liste complète est "
        f"dans {STATEMENT}. *Ce que ces chiffres ne montrent pas :* {_CANNOT_SHOW[1]}.\n\n{_guidelines(statement)}"
    )


def _in_part(counts: Mapping[str, Any]) -> Both:
    """That what is told is not about imported judgements, where there are some."""
    imported = counts["imported_judgements"]
    if not imported:
        return "", ""
    own = counts["judgements"] - imported
    return (
        _IN_PART[0].format(own=plural(own, "judgement"), imported=number(imported)),
        _IN_PART[1].format(own=number(own), imported=number(imported)),
    )


def _english(statement: Mapping[str, Any], when: Both, since: Both) -> tuple[str, ...]:
    now, skips = statement["this_version"], statement["this_version"]["skips"]
    people = now["raters"]["n_active"]
    overrides = len(statement["overrides"])
    return (
        _ENGAGEMENT[statement["engagement"]["kind"]][0].format(who=statement["responsible"]["name"]),
        _FEW[0].format(since=since[0])
        if people is None
        else f"{plural(people, 'person', 'people')} took part{when[0]}.",
        _declared(statement)[0],
        *_skips(skips)[0],
        *_decided(now)[0],
        *_messages(now)[0],
        f"Exceptions to the rules of publication: {number(overrides) if overrides else 'none'}.",
    )


def _french(statement: Mapping[str, Any], when: Both, since: Both) -> tuple[str, ...]:
    now, skips = statement["this_version"], statement["this_version"]["skips"]
    people = now["raters"]["n_active"]
    overrides = len(statement["overrides"])
    return (
        _ENGAGEMENT[statement["engagement"]["kind"]][1].format(who=statement["responsible"]["name"]),
        _FEW[1].format(since=since[1])
        if people is None
        else f"{_grouped(people)} personnes ont participé{when[1]}.",
        _declared(statement)[1],
        *_skips(skips)[1],
        *_decided(now)[1],
        *_messages(now)[1],
        f"Dérogations aux règles de publication : {_grouped(overrides) if overrides else 'aucune'}.",
    )


def _skips(skips: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How many, unless too few people stand behind it, and whether each was honoured, which is told of any number."""
    count = skips["n"]
    if count == 0:
        return ("Skips: none.",), ("Comparaisons passées : aucune.",)
    honoured = (
        ("Every skip was honoured.", "Tous les choix de passer ont été respectés.")
        if skips["all_honoured"]
        else ("Not every skip was honoured.", "Les choix de passer n'ont pas tous été respectés.")
    )
    if count is None:
        return honoured[:1], honoured[1:]
    share = f"{100 * skips['rate']:.0f} %"
    return (
        (f"Skips: {number(count)} ({share} of comparisons answered or skipped).", honoured[0]),
        (f"Comparaisons passées : {_grouped(count)} ({share} des comparaisons traitées).", honoured[1]),
    )


def _decided(now: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Decisions that leave out judgements, and appeals, of any number."""
    decisions, appeals = now["decisions"], now["appeals"]
    for_them = appeals["upheld"] + appeals["partly"] + appeals["timed_out_upheld"]
    english, french = "Appeals: none.", "Recours : aucun."
    if appeals["opened"] or appeals["decided"] or appeals["pending"]:
        english = (
            f"Appeals: {number(appeals['opened'])} opened, {number(appeals['decided'])} decided, "
            f"{number(for_them)} of these for the rater, {number(appeals['pending'])} open."
        )
        french = (
            f"Recours : {_grouped(appeals['opened'])} ouverts, {_grouped(appeals['decided'])} tranchés, dont "
            f"{_grouped(for_them)} acceptés, {_grouped(appeals['pending'])} en cours."
        )
    if not decisions["exclusions"] and not decisions["rows_excluded"]:
        return (english,), (french,)
    return (
        (
            f"Written decisions to leave out judgements: {number(decisions['exclusions'])} "
            f"({number(decisions['rows_excluded'])} judgements left out in this version).",
            english,
        ),
        (
            f"Décisions motivées d'écarter des jugements : {_grouped(decisions['exclusions'])} "
            f"({_grouped(decisions['rows_excluded'])} jugements écartés dans cette version).",
            french,
        ),
    )


def _messages(now: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What raters wrote to the leads, of any number; nothing of a version frozen before they could."""
    told = now["communication"]
    if told is None:
        return (), ()
    if not told["messages"] and not told["unanswered_over_7d"]:
        return ("Messages of raters to the leads: none.",), ("Messages aux responsables : aucun.",)
    late = told["unanswered_over_7d"]
    return (
        (
            f"Messages of raters to the leads: {number(told['messages'])}; "
            f"without an answer for more than seven days: {number(late) if late else 'none'}.",
        ),
        (
            f"Messages aux responsables : {_grouped(told['messages'])} ; "
            f"sans réponse pendant plus de sept jours : {_grouped(late) if late else 'aucun'}.",
        ),
    )


def _since(previous: Mapping[str, str] | None) -> Both:
    """Since which version: what is told of people is of the time after it."""
    if previous is None:
        return "", ""
    return f" since version {previous['version']}", f" depuis la version {previous['version']}"


def _when(statement: Mapping[str, Any], since: Both) -> Both:
    """The same, and on which days."""
    period = statement["period"]
    if period is None:
        return since
    (start, debut), (end, fin) = (_day(period[side]) for side in ("start", "end"))
    if start == end:
        return f"{since[0]}, on {start}", f"{since[1]}, le {debut}"
    return f"{since[0]}, {start} to {end}", f"{since[1]}, du {debut} au {fin}"


def _declared(statement: Mapping[str, Any]) -> tuple[str, str]:
    content = statement["content"]
    if content["declared_by"] is None or content["declared_at"] is None:
        return "", ""
    english, french = _day(content["declared_at"])
    return (
        f"Content: declared safe (nothing above severity 1) by {content['declared_by']} on {english}.",
        "Contenu : déclaré sans contenu difficile (rien au-dessus de l'intensité 1) par "
        f"{content['declared_by']} le {french}.",
    )


def _day(iso: str) -> tuple[str, str]:
    """A day in English and in French."""
    year, month, day = (int(part) for part in iso.split("-"))
    half, place = divmod(month - 1, 6)
    first = "1er" if day == 1 else str(day)
    return f"{day} {_MONTHS[half][place]} {year}", f"{first} {_MONTHS[half + 2][place]} {year}"


def _grouped(value: int) -> str:
    """A number as French writes it, with narrow spaces between thousands."""
    return number(value).replace(",", "\u202f")


def _guidelines(statement: Mapping[str, Any]) -> str:
    rows = [
        (
            f"`{each['version']}`",
            number(each["words"]),
            ", ".join(each["languages"]) or "not stated",
            f"`{each['sha256'][:16]}`",
        )
        for each in statement["guidelines"]
    ]
    if not rows:
        return ""
    head = ("version", "words", "languages", "SHA-256 of the text")
    return "Guidelines raters worked with:\n\n" + table(head, rows)
