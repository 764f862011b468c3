"""The card's sections on data: answers, files, loading, how rows are made, sources, changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.domain.rubric import TURN_MARK
from rlhf_collect.exporters import card_rules
from rlhf_collect.exporters.card_facts import CardFacts, code, percent, quiet, table
from rlhf_collect.exporters.columns import type_name
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.configs.preference import PREFERENCE
from rlhf_collect.exporters.licences import at_odds
from rlhf_collect.wording import number, plural

LOADING = "## Loading, and staying with one version"
"""Heading of the section that names the repository."""
_RULES = {
    "plurality": "a response wins a pair if it is the single most frequent answer among *first*, "
    "*second*, *tie* "
    "and *both bad*",
    "majority": "a response wins a pair if more than half of all answers name it",
    "unanimous": "a response wins a pair if every answer names it",
}
_SOFT_LABEL = (
    "**Soft label**, for losses that take one: the chance that `chosen` is better is\n\n"
    "```text\nP(chosen better) = score_chosen + (n_ties + n_both_bad) / (2 · n_raters)\n```"
)


def answers(facts: CardFacts) -> str:
    """The mix of answers, per criterion."""
    outcomes = facts.counts["outcomes"]
    if not outcomes:
        return ""
    rows = [
        (
            f"`{criterion}`",
            number(each["judgements"]),
            percent(each["better"], each["judgements"]),
            percent(each["ties"], each["judgements"]),
            percent(each["both_bad"], each["judgements"]),
        )
        for criterion, each in outcomes.items()
    ]
    head = ("criterion", "judgements", "one is better", "tie", "both bad")
    return (
        f"## What they answered\n\n{table(head, rows)}\n\nCounted are first judgements; those of control "
        "comparisons and repeats are left out."
    )


def files(facts: CardFacts) -> str:
    """Configs with their row counts and columns."""
    present = [config for config in CONFIGS if config.name in facts.rows]
    counts = table(
        ("config", "split", "rows"),
        [
            (f"`{config.name}`", f"`{split}`", number(rows))
            for config in present
            for split, rows in facts.rows[config.name].items()
        ],
    )
    parts = []
    for config in present:
        known = PREFERENCE.columns if config is not PREFERENCE and config.extends(PREFERENCE) else ()
        columns = table(
            ("column", "type", "meaning"),
            [
                (f"`{each.name}`", f"`{type_name(each.kind)}`", each.meaning_in(facts.counts))
                for each in config.columns[len(known) :]
            ],
        )
        more = "\n\nThe columns of `preference`, and:" if known else ""
        parts.append(f"### `{config.name}`\n\n{config.about}{more}\n\n{columns}")
    return "\n\n".join(["## What is in it", counts, *parts])


def pictures(facts: CardFacts) -> str:
    """The pictures that came with prompts and responses."""
    count = facts.manifest.get("pictures")
    if not count:
        return ""
    return (
        f"## Pictures\n\nSome prompts or responses name pictures by a path (`![...](images/...)`). "
        f"{plural(count, 'file')} in `images/` hold them, named by the SHA-256 of their bytes; `images.json` says "
        "which file a path of a comparison means. They keep the licence of their source."
    )


def loading(facts: CardFacts) -> str:
    """How to load a version and stay with it."""
    return loading_from(facts.rows, facts.manifest["version"], facts.project.repo or "ORG/NAME")


def loading_from(rows: Mapping[str, Mapping[str, int]], version: str, repo: str) -> str:
    """The same from a repository, with the rows of each config and split."""
    default = next(config.name for config in CONFIGS if config.name in rows)
    split = next(iter(rows[default]))
    text = f"""{LOADING}

```python
from rlhf_collect import load_version

# Every file is checked against the manifest.
rows = load_version("{repo}", "{version}", "{default}", split="{split}")
```

Without `rlhf_collect`:

```python
from datasets import load_dataset

rows = load_dataset("{repo}", "{default}", split="{split}", revision="{version}")
```

`load_dataset` answers from its cache, whatever revision was asked, when the Hub cannot be reached; it then
only warns. To pin for good, keep the 40-digit commit and the SHA-256 of `manifest.json`, and give the latter
to `load_version` as `manifest_sha256`: a tag can be moved, these cannot."""
    if "train" not in rows.get("preference", {}):
        return text
    return f"{text}\n\n{_training(version, repo)}"


def _training(version: str, repo: str) -> str:
    return f"""Training on it with TRL:

```python
from rlhf_collect import load_version
from trl import DPOConfig, DPOTrainer

train = load_version("{repo}", "{version}", "preference", split="train")
trainer = DPOTrainer(model="YOUR/MODEL", args=DPOConfig(output_dir="trained"), train_dataset=train)
trainer.train()
```

TRL's command line cannot ask for a revision, so name the files (put the commit in place of `COMMIT`):

```yaml
datasets:
  - path: parquet
    data_files: hf://datasets/{repo}@COMMIT/preference/train-*.parquet
    columns: [prompt, chosen, rejected]
```"""


def deriving(facts: CardFacts) -> str:
    """From judgements to rows: rules, what each rule would decide, the soft label, what was left out."""
    rules, counts = facts.manifest["rules"], facts.counts
    decided = ", ".join(f"{name} {number(count)}" for name, count in counts["decided"].items())
    lines = [
        f"**Decision** (`{rules['decision']}`): {_RULES[rules['decision']]}, with "
        f"{plural(rules['min_raters'], 'judgement')} or more. Of "
        f"{plural(counts['comparisons'], 'comparison')}, this "
        f"many have a decided pair under each rule, with what else is asked of a pair: {decided}. A ranking counts "
        "as a vote on each of its pairs. "
        f"`preference` holds {plural(counts['pairs'], 'pair')} of "
        f"{plural(counts['pair_comparisons'], 'comparison')}.",
        # Where the rows have one of their own, with votes added, a second formula would be of another number.
        _SOFT_LABEL if counts["pairs"] and "soft" not in facts.rows else "",
        _prompts(counts),
        "**Splits** go by the text of the prompt, so a prompt is never on both sides and never changes side: "
        f"about {100 * rules['test_share']:g} % of prompts are `test`.{_near(facts)} New rows come at the end.",
    ]
    if any(TURN_MARK in criterion for criterion in counts["outcomes"]):
        lines.append(
            f"**Turns**: `NAME{TURN_MARK}2` is the criterion `NAME` judged on the second turn of the assistant. Such "
            "judgements are in `ratings` only: a pair of `preference` is two whole responses."
        )
    if counts["edited"]:
        lines.append(
            f"**Edited responses**: raters wrote {plural(counts['edited'], 'response')} as they would have liked "
            "to read it, published with their consent in `edited`."
        )
    if counts["flagged_judgements"]:
        lines.append(
            f"**Flags**: {plural(counts['flagged_judgements'], 'judgement')} in `ratings` carry something their "
            "rater flagged, such as personal data. Nothing was removed for it: look at `flags` before training."
        )
    if len(counts["outcomes"]) > 1:
        lines.append(
            "**Criteria** can contradict each other. To train on one: "
            f'`rows.filter(lambda row: row["criterion"] == "{next(iter(counts["outcomes"]))}")`.'
        )
    lines = [
        card_rules.taken(facts),
        lines[0],
        *card_rules.rows(facts),
        *lines[1:],
        card_rules.left_out(facts),
    ]
    return "## From judgements to rows\n\n" + "\n\n".join(line for line in lines if line)


def sources(facts: CardFacts) -> str:
    """Where prompts and responses came from, and under which licences."""
    rows = [
        (code(each.id), quiet(each.licence) or "not stated", code(each.revision) if each.revision else "–",
         number(each.comparisons))
        for each in facts.project.sources
    ]  # fmt: skip
    licence = facts.project.licence or "not stated"
    text = f"## Sources and licences\n\nThis dataset: {licence}."
    asked = facts.statement["responsible"]
    if asked["source"]:
        text += (
            f" The prompts, as raters were told: {quiet(asked['source'])} ({quiet(asked['source_licence'])})."
        )
    if rows:
        text += " Prompts and responses keep the licence of their source:\n\n"
        text += table(("source", "licence", "revision", "comparisons"), rows)
    odds = at_odds(facts.project.licence, [each.as_json() for each in facts.project.sources])
    if odds and facts.project.licence_override:
        text += (
            f"\n\n**Commercial use**: {', '.join(map(quiet, odds))} allows none. This dataset is under {licence} "
            "all the same; "
            f"{facts.project.responsible} says why: {facts.project.licence_override}"
        )
    return text


def _prompts(counts: Mapping[str, Any]) -> str:
    """That a prompt is asked more than once; empty where none is."""
    if counts["prompts"] == counts["comparisons"]:
        return ""
    return (
        f"**Prompts**: the {plural(counts['comparisons'], 'comparison')} ask "
        f"{plural(counts['prompts'], 'different prompt')}. Rows of one prompt may share responses too, and the same "
        "response can be chosen in one and rejected in another: whoever trains on single responses (`unpaired`) joins "
        "them first."
    )


def _near(facts: CardFacts) -> str:
    """How prompts that are nearly the same were kept on one side."""
    near = facts.counts["near_prompts"]
    if facts.manifest["rules"]["near_prompts"] == "apart":
        return " Prompts that are nearly the same may be on both sides."
    if not near["with_near"]:
        return ""
    return (
        f" {number(near['with_near'])} prompts are nearly the same as another (the same words, or most runs of three "
        f"words in common) and are on one side with it; {number(near['moved'])} of all changed sides for that."
    )
