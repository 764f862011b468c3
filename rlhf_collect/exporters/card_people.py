"""The card's sections on people: who asked whom for what, how they worked, how far they agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.exporters.card_facts import CardFacts
from rlhf_collect.exporters.guideline_files import links
from rlhf_collect.exporters.plot import PLOT, alternative_text, plot_text
from rlhf_collect.stats.sentence import SHOW_FROM
from rlhf_collect.wording import decimal, number, plural

_USES = {
    "reward_model": "training a reward model",
    "policy_training": "training a language model",
    "evaluation": "evaluating models",
    "research": "research",
    "other": "other uses",
}

_TRAINING = frozenset({"reward_model", "policy_training"})
_NO_TRAINING = (
    " That is what raters were told, and training was no part of it: "
    "who trains on this goes beyond what they agreed to."
)


def opening(facts: CardFacts) -> str:
    """Title and the one paragraph that says what this is."""
    counts, manifest = facts.counts, facts.manifest
    text = (
        f"# {facts.project.title}\n\n"
        "What people prefer, told by the people who were asked: "
        f"{plural(counts['judgements'], 'judgement')} by "
        f"{facts.raters} (annotators) on {plural(counts['comparisons'], 'comparison')} of responses by "
        "language models, "
        f"{_days(facts)}. Version {manifest['version']}, made with rlhf_collect."
    )
    return f"{text}\n\n{facts.project.notes.strip()}" if facts.project.notes.strip() else text


def _days(facts: CardFacts) -> str:
    """On which days; a judgement that came without a date is known by that of its import only."""
    first, last = facts.manifest["collected"]["first_day"], facts.manifest["collected"]["last_day"]
    days = f"on {last}" if first == last else f"from {first} to {last}"
    undated = facts.counts["undated_judgements"]
    if undated == facts.counts["judgements"]:
        return f"imported {days}"
    if undated:
        return f"given {days}, or imported then: {number(undated)} brought no date of their own"
    return f"given {days}"


def asked(facts: CardFacts) -> str:
    """Who asks, why, and the questions."""
    project = facts.project
    lines = [f"**Who asks:** {project.responsible}.", f"**Why:** {project.purpose}"]
    if project.use:
        told = "" if _TRAINING & set(project.use) else _NO_TRAINING
        lines.append(f"**What for:** {', '.join(_USES.get(each, each) for each in project.use)}.{told}")
    for criterion, question in sorted(project.questions.items()):
        way = f" Answered {project.ways[criterion]}." if criterion in project.ways else ""
        lines.append(f"**The question** (`{criterion}`): {question}{way}")
    lines.append(links(facts))
    counts = facts.counts
    fewest, most = counts["fewest_raters"], counts["most_raters"]
    each = number(most) if fewest == most else f"{number(fewest)} to {number(most)}, on average "
    each += "" if fewest == most else f"{counts['mean_raters']:g}"
    lines.append(f"**Raters per comparison:** {each}.")
    if counts["judgements"] > counts["imported_judgements"]:
        lines.append(
            "Raters saw a prompt and its responses without model names, in an order drawn for each "
            "rater. The "
            "order is kept in `ratings` as `presentation`; answers are stored as response ids, never as "
            "sides. A "
            "skipped comparison leaves no row."
        )
    if counts["imported_judgements"]:
        lines.append(
            f"{plural(counts['imported_judgements'], 'judgement')} of the total were made elsewhere and "
            "imported: what this card says of the question, the order shown and the guidelines holds for the others. "
            "The sources below tell how those were collected."
        )
    return "## What was asked, and by whom\n\n" + "\n\n".join(line for line in lines if line)


def agreement(facts: CardFacts) -> str:
    """How far raters agree, in words, with intervals."""
    parts = [_agreement_of(name, report) for name, report in sorted(facts.agreement.items())]
    told = "\n\n".join(part for part in parts if part)
    if not told:
        told = "Not known: agreement needs comparisons that two or more raters judged."
    return (
        f"## How far raters agree\n\n{told}\n\n{_picture(facts)}"
        "*Agreement* is the share of rater pairs on the same comparison that gave the same answer, all pairs "
        "pooled; *tie* and *both bad* are answers of their own unless left out. *Krippendorff's alpha* "
        "sets it "
        "against chance: 0 is what chance gives, 1 is full agreement. Brackets hold 95 % intervals, "
        "resampled by "
        "comparison. People who disagree may both be right: low agreement can describe the question."
    )


def _picture(facts: CardFacts) -> str:
    if plot_text(facts.agreement, facts.counts["outcomes"]) is None:
        return ""
    words = alternative_text(facts.agreement, facts.counts["outcomes"])
    return f"![{words.replace('[', '(').replace(']', ')')}]({PLOT})\n\n"


def limits(facts: CardFacts) -> str:
    """What the reader should not conclude."""
    lines = [
        "These are the preferences of the people described above about the responses shown: they are no "
        "measure of truth, and no sample of humanity.",
        "Responses that look better (longer, more fluent) are often preferred to responses that are better.",
        "Days are published, times of day are not; the order of rows says nothing about time.",
    ]
    if facts.few_raters:
        lines.append("Fewer than 5 raters: no pseudonyms, and a rater's leaning weighs on every row.")
    elif facts.counts["raters"] is None:
        lines.append("Those who are fewer than 5 have no pseudonyms.")
    if facts.counts["pairs_in_cycles"]:
        lines.append(
            f"{plural(facts.counts['pairs_in_cycles'], 'pair')} stand in circles (A over B over C over "
            "A) and stay in."
        )
    return "## Known limits\n\n" + "\n".join(f"- {line}" for line in lines)


def withdrawal(facts: CardFacts) -> str:
    """How a rater asks for their data to leave."""
    contact = facts.project.contact or facts.project.responsible
    return (
        "## Asking for withdrawal\n\n"
        "Raters take back single judgements, or have all their data erased, by themselves in the service they rated "
        f"with; or they ask here: {contact}. A later version then leaves them out, and on request "
        "versions that hold withdrawn data are removed: `WITHDRAWN.md` then names them, and loading one says which "
        "version is the nearest. Copies "
        "cannot be called back; please delete yours then, and keep to the newest version."
    )


def _agreement_of(criterion: str, report: Mapping[str, Any]) -> str:
    """One criterion in a few sentences; empty if there is nothing to tell."""
    told = [
        _figure(
            report,
            "percent_agreement",
            "Two raters of the same comparison gave the same answer in {} of cases",
        ),
        _figure(report, "percent_agreement_no_ties", "among answers that name a better response, in {}"),
    ]
    sentence = "; ".join(each for each in told if each)
    alpha = report.get("krippendorff_alpha")
    if alpha and alpha.get("value") is not None:
        sentence += f". Krippendorff's alpha is {_plain(alpha)}" + _with_others(alpha)
    if not sentence:
        reason = (report.get("notes") or {}).get("percent_agreement", "")
        return f"**`{criterion}`.** Not known. {reason}".strip() if reason else ""
    twice = report.get("coverage", {}).get("comparisons_paired", SHOW_FROM)
    few = f"Too few to rely on: {plural(twice, 'comparison')} judged twice. " if twice < SHOW_FROM else ""
    return f"**`{criterion}`.** {few}{sentence[0].upper()}{sentence[1:]}."


def _with_others(alpha: Mapping[str, Any]) -> str:
    """How far it could be with other raters, the wider band of the two where raters are few."""
    low, high = alpha.get("low_other_raters"), alpha.get("high_other_raters")
    if low is None or high is None:
        return ""
    return f"; with other raters it could be {decimal(low, 2)} to {decimal(high, 2)}"


def _figure(report: Mapping[str, Any], key: str, words: str) -> str:
    found = report.get(key)
    if not found or found.get("value") is None:
        return ""
    shown = f"{100 * found['value']:.0f} %"
    if found.get("low") is not None and found.get("high") is not None:
        shown += f" [{100 * found['low']:.0f} to {100 * found['high']:.0f} %]"
    return words.format(shown) + f" (n = {number(found.get('n', 0))} pairs of raters)"


def _plain(found: Mapping[str, Any]) -> str:
    if found.get("low") is None or found.get("high") is None:
        return decimal(found["value"], 2)
    return f"{decimal(found['value'], 2)} [{decimal(found['low'], 2)} to {decimal(found['high'], 2)}]"
