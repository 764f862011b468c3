"""Choose the demo's comparisons out of PandaLM's human-labelled test set.

    python scripts/make_demo_data.py path/to/testset-v1.json [--to rlhf_collect/demo]

Writes ``pandalm.jsonl``, ``judgements.jsonl`` and ``NOTICE.md``; the same input gives the same
bytes. ``showcase.jsonl`` and ``practice.jsonl`` are written by hand and left alone. The source file is
recognised by its SHA-256: another edition of it would make the figures in the notice wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Answers = tuple[int, int, int]

SOURCE_SHA256 = "cc154f9067c7382d7ea86f8f246511a5e1ac87e1fddd845c5938d789505b07a4"
HOW_MANY = 240
MOST_OF_ONE_PROMPT = 3
TEXTS = ("instruction", "input", "response1", "response2")
LONGEST_COMPLETION = 1_000
LONGEST_PROMPT = 1_400

THEMES = {
    "email": ["Gmail"],
    "editing": ["Grammarly", "ludwig.guru", "Google Docs"],
    "words": ["merriam-webster.com", "Doulingo", "(Wolfram alpha)?"],
    "films-and-series": ["IMDB", "Netflix"],
    "music": ["Spotify"],
    "chat": ["Messenger", "Telegram", "Meetup", "Wysa"],
    "work": ["LinkedIn", "Indeed", "Jira", "Google Meet", "MS Powerpoint", "Google Sheet"],
    "mathematics": ["Wolfram alpha", "MS Excel"],
    "food": ["Tasty", "Yelp", "yelp"],
    "shopping": ["Amazon"],
    "knowledge": [
        "Wikipedia",
        "Quora",
        "Google Search",
        "CNN News",
        "Socratic by Google",
        "https://cohere.ai/",
    ],
    "learning": ["Coursera", "Goodreads", "instructables"],
    "travel": ["tripadvisor.com", "National Geographic", "Weather"],
    "social-media": ["Blogger", "Twitter", "YouTube", "Instagram", "Reddit", "Facebook"],
    "homes": ["Redfin", "sth related to real estate?"],
    "sport": ["ESPN"],
}
THEME_OF = {app: theme for theme, apps in THEMES.items() for app in apps}

UNSUITABLE_PROMPTS = (
    "Sudoku",  # nobody can read the grids
    "ABC notation",
    "offensive",
    "lyrics",  # somebody's song
    "ESRB",
    "Joker (2019)",
    "Dark Knight",
    "Squid Game",
    "Crime",
    "The Shining",
    "Fight Club",
    "emojis",
    "contract and extract",
    "witty review",
    "hallucinations",
    "Capitola",  # made-up addresses could be somebody's
    "avocado is over",  # weight
    "Lichtenberg",  # dangerous machines
    "Development studies is",  # most completions break off
    "Back To Black",  # most completions go round in circles
    "Ravens home games",  # no completion has content
)
UNSUITABLE_WORDS = re.compile(
    r"\b(kill\w*|murder\w*|dead(?! poets)|death\w*|suicid\w*|rape\w*|sex\w*|porn\w*|nazi\w*|drugs?|"
    r"cocaine|gun|guns|weapon\w*|terror\w*|war|wars|bomb\w*|blood\w*|hate[sd]?|hell|damn|idiot\w*|stupid|crazy|drunk|alcohol\w*|"
    r"abuse\w*|violen\w*|naked|nude|bitch|shit|fuck\w*|prison|slave\w*|racis\w*|religio\w*|god|jesus|allah|"
    r"cancer|depress\w*|obes\w*|trump|obama|biden|putin|weight loss|lose weight)\b",
    re.IGNORECASE,
)
BROKEN_TEXT = re.compile(
    r"https?:|www\.|\S@\S+\.\S|\(?\d{3}\)?[ -]\d{3}-\d{4}|###|<[a-z/!]|\ufffd|[\x00-\x08\x0b-\x1f]|\\n|"
    r"below is an instruction|as an ai|\[(?:insert|link)",
    re.IGNORECASE,
)
# Read by eye and left out: see the reason beside each number (idx of the source).
LEFT_OUT_BY_EYE = {
    12: "the same two words over and over",
    14: "the same two words over and over",
    459: "sombre for a first visit",
    527: "neither completion has content",
}


def is_readable(text: str) -> bool:
    """Whether a completion is whole, of readable length and not a loop of the same words."""
    text = text.strip()
    if not 4 <= len(text) <= LONGEST_COMPLETION or BROKEN_TEXT.search(text):
        return False
    lines = Counter(re.sub(r"[\W\d_]+", " ", line).strip().lower() for line in text.splitlines())
    del lines[""]
    words = text.lower().split()
    runs = Counter(tuple(words[i : i + 4]) for i in range(len(words) - 3))
    if max(lines.values(), default=0) > 2 or (runs and max(runs.values()) > 2):
        return False
    if len(re.findall(r"\d+", text)) > 40:
        return False
    cut_off = len(text) > 300 and text[-1].isalnum()
    return not cut_off


def is_suitable(row: Row) -> bool:
    """Whether a comparison may be shown to anybody on a first visit."""
    if not all(isinstance(row[key], str) for key in TEXTS) or row["idx"] in LEFT_OUT_BY_EYE:
        return False
    everything = "\n".join(row[key] for key in TEXTS)
    prompt = prompt_of(row)
    return (
        len(row["instruction"].strip()) > 10
        and len(prompt) <= LONGEST_PROMPT
        and not BROKEN_TEXT.search(prompt)
        and not any(part.lower() in prompt.lower() for part in UNSUITABLE_PROMPTS)
        and not UNSUITABLE_WORDS.search(everything)
        and is_readable(row["response1"])
        and is_readable(row["response2"])
        and row["response1"].split() != row["response2"].split()
    )


def prompt_of(row: Row) -> str:
    """Instruction and input as one user message."""
    return "\n\n".join(part for part in (row["instruction"].strip(), row["input"].strip()) if part)


def answers_of(row: Row) -> Answers:
    """What the three annotators said: 1 first, 2 second, 0 similar."""
    return row["annotator1"], row["annotator2"], row["annotator3"]


def pattern_of(row: Row) -> str:
    """How many annotators chose first, similar, second: ``300``, ``021``, ..."""
    answers = answers_of(row)
    return "".join(str(answers.count(choice)) for choice in (1, 0, 2))


def quotas(rows: list[Row]) -> dict[str, int]:
    """How many of each pattern to take, in the proportions of the whole (largest remainders)."""
    counts = Counter(map(pattern_of, rows))
    exact = {pattern: HOW_MANY * count / len(rows) for pattern, count in counts.items()}
    taken = {pattern: int(share) for pattern, share in exact.items()}
    by_remainder = sorted(exact, key=lambda pattern: (taken[pattern] - exact[pattern], pattern))
    for pattern in by_remainder[: HOW_MANY - sum(taken.values())]:
        taken[pattern] += 1
    return taken


def choose(rows: list[Row]) -> list[Row]:
    """Fill the quotas, rarest pattern first, spreading over prompts and then over model pairs."""
    wanted = quotas(rows)
    by_pattern: dict[str, list[Row]] = defaultdict(list)
    for row in filter(is_suitable, rows):
        by_pattern[pattern_of(row)].append(row)
    chosen: list[Row] = []
    prompts: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for pattern in sorted(wanted, key=lambda each: (wanted[each], each)):
        left = by_pattern[pattern]
        for _ in range(wanted[pattern]):
            left = [row for row in left if prompts[prompt_of(row)] < MOST_OF_ONE_PROMPT]
            if not left:
                sys.exit(f"Too few suitable comparisons with the pattern {pattern}.")
            best = min(left, key=lambda row: (prompts[prompt_of(row)], pairs[row["cmp_key"]], lot(row)))
            left.remove(best)
            chosen.append(best)
            prompts[prompt_of(best)] += 1
            pairs[best["cmp_key"]] += 1
    return sorted(chosen, key=lot)


def lot(row: Row) -> str:
    """A draw that is the same every time; it also mixes the order of the file."""
    return hashlib.sha256(f"demo|{row['idx']}".encode()).hexdigest()


def comparison_of(row: Row) -> Row:
    """A row in the import form."""
    name = f"pandalm-{row['idx']}"
    models = row["cmp_key"].split("_")
    return {
        "id": name,
        "prompt": [{"role": "user", "content": prompt_of(row)}],
        "completions": [
            {"id": f"{name}-{side}", "model": model, "content": row[f"response{side}"].strip()}
            for side, model in enumerate(models, start=1)
        ],
        "language": "en",
        "tags": [THEME_OF[row["motivation_app"]]],
        "metadata": {
            "source": "PandaLM testset-v1",
            "idx": row["idx"],
            "task_seen_in": row["motivation_app"],
        },
    }


def judgements_of(row: Row) -> list[Row]:
    """The three judgements of a row in the import form. Their strength was never asked."""
    name = f"pandalm-{row['idx']}"
    choices = {1: f"{name}-1", 2: f"{name}-2", 0: "tie"}
    return [
        {
            "comparison": name,
            "rater": f"pandalm-annotator-{number}",
            "criterion": "overall",
            "choice": choices[answer],
        }
        for number, answer in enumerate(answers_of(row), start=1)
    ]


def figures(rows: list[Row]) -> dict[str, str]:
    """Agreement of the three annotators, as the notice states it."""
    pairs = [pair for row in rows for pair in combinations(answers_of(row), 2)]
    decided = [pair for pair in pairs if 0 not in pair]
    totals = Counter(answer for row in rows for answer in answers_of(row))
    judged = sum(totals.values())
    # Krippendorff 2011, nominal: every comparison has three values, so each ordered pair weighs 1/2.
    seen = sum(a != b for a, b in pairs) / len(pairs)
    by_chance = 1 - sum(count * (count - 1) for count in totals.values()) / (judged * (judged - 1))
    agreeing, decided_agreeing = (sum(a == b for a, b in each) for each in (pairs, decided))
    return {
        "pairs": f"{agreeing} of {len(pairs)} ({agreeing / len(pairs):.4f})",
        "decided": f"{decided_agreeing} of {len(decided)} ({decided_agreeing / len(decided):.4f})",
        "ties": f"{totals[0]} of {judged} ({totals[0] / judged:.4f})",
        "alpha": f"{1 - seen / by_chance:.4f}",
    }


def notice(rows: list[Row], chosen: list[Row]) -> str:
    """The attribution and the account of the selection."""
    demo, whole = figures(chosen), figures(rows)
    table = "\n".join(
        f"| {words} | {demo[key]} | {whole[key]} |"
        for key, words in (
            ("pairs", "agreeing pairs of annotators"),
            ("decided", 'the same, where neither said "similar"'),
            ("ties", 'judgements that say "similar"'),
            ("alpha", "Krippendorff's alpha, nominal, three categories"),
        )
    )
    wanted = quotas(rows)
    counts = Counter(map(pattern_of, rows))
    patterns = "\n".join(
        f"| {pattern[0]} / {pattern[1]} / {pattern[2]} | {wanted[pattern]} | {counts[pattern]} |"
        for pattern in sorted(counts, reverse=True)
    )
    prompts = len({prompt_of(row) for row in chosen})
    return NOTICE.format(
        sha256=SOURCE_SHA256,
        whole=len(rows),
        chosen=len(chosen),
        judgements=3 * len(chosen),
        suitable=sum(map(is_suitable, rows)),
        by_eye=len(LEFT_OUT_BY_EYE),
        prompts=prompts,
        most=MOST_OF_ONE_PROMPT,
        longest=f"{LONGEST_COMPLETION:,}",
        table=table,
        patterns=patterns,
    )


NOTICE = """\
# Demo data

## pandalm.jsonl, judgements.jsonl

A selection from the human-labelled test set of **PandaLM**: Wang et al., *PandaLM: An Automatic
Evaluation Benchmark for LLM Instruction Tuning Optimization*, arXiv 2306.05087.

- Source: https://github.com/WeOpenML/PandaLM, commit `3871806e`, file `data/testset-v1.json`
  (SHA-256 `{sha256}`).
- Licence: Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0), copyright the PandaLM authors.
- Changes: a selection of {chosen} of the {whole} comparisons, written in the import form of this program.
  Instruction and input became one user message, spaces at the ends of texts were trimmed, ids and
  themes (tags) were added, and the three annotators became `pandalm-annotator-1` to `-3`: 1 is the
  first completion, 2 the second, 0 a tie. Words of prompts and completions are unchanged. How much
  better was never asked, so the {judgements} judgements have no strength. No time or date was in the
  source.

### What was selected

Left out by rule: outputs that are empty, not text, cut off, longer than {longest} characters, looping, or
hold links, addresses or markup; identical outputs; prompts nobody can read here (sudoku grids, tune
notation); tasks and words that may distress or offend. {by_eye} more were left out by eye, each for a
reason written in the script. {suitable} remained. From these, {chosen} on {prompts}
different prompts (at most {most} of each) were drawn so that the three annotators agree and disagree
**in the proportions of the whole**. Spreading them over prompts came first, over the ten pairs of
models second.

| first / similar / second | demo | whole |
|---|---|---|
{patterns}

| agreement | demo | whole |
|---|---|---|
{table}

The demo is therefore as agreed as its source, and no more. The source itself is not a picture of raw
agreement: its authors had removed the comparisons on which the annotators differed most, so none has
three different answers. And since broken outputs were left out, do not read the strengths of models
from the demo.

`scripts/make_demo_data.py path/to/testset-v1.json` writes these two files and this notice again, byte
for byte.

## showcase.jsonl

Written by hand for this program, to show what the rating screen renders; licensed like the program
(Apache-2.0). No model made these completions (`sample-a` and `sample-b` are placeholders) and nobody
has judged them. `images/rainfall.png` is drawn by `scripts/make_demo_chart.py` from made-up figures.

## practice.jsonl

Written by hand for this program (Apache-2.0): three comparisons with a known answer and the reason for it,
which raters may try before they begin. They are never ordinary work, never counted and never published.
"""


def main(words: list[str] | None = None) -> None:
    """Read the source, write the three files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, help="PandaLM's data/testset-v1.json")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent.parent / "rlhf_collect" / "demo")
    arguments = parser.parse_args(words)
    source = arguments.source.read_bytes()
    if hashlib.sha256(source).hexdigest() != SOURCE_SHA256:
        sys.exit(f"{arguments.source} is not the edition this script was written for. Nothing was written.")
    rows: list[Row] = json.loads(source)
    chosen = choose(rows)
    files = {
        "pandalm.jsonl": map(comparison_of, chosen),
        "judgements.jsonl": (each for row in chosen for each in judgements_of(row)),
    }
    for name, lines in files.items():
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (arguments.to / name).write_bytes(text.encode())
    (arguments.to / "NOTICE.md").write_bytes(notice(rows, chosen).encode())
    print(f"{len(chosen)} comparisons and {3 * len(chosen)} judgements in {arguments.to}")


if __name__ == "__main__":
    main()
