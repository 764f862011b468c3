"""A small project with every case in it, as the columnar tables a service would hand over.

Run as a program it builds a version: ``python -m tests.exporters.example FOLDER [--backwards]``.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.inputs import ProjectFacts, Snapshot, Source, VersionInputs
from rlhf_collect.exporters.labour.facts import WorkDone, WorkFacts
from rlhf_collect.exporters.prompts import SPLITS
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.tables import ordered_rows, places_with_rows, workshop

KEY = b"a key of this dataset, 32 bytes!"
DAY = date(2026, 11, 20)

JUDGEMENT_SCHEMA = pa.schema(
    [
        ("judgement_id", pa.string()),
        ("criterion", pa.string()),
        ("comparison_id", pa.string()),
        ("rater_name", pa.string()),
        ("rater_key", pa.string()),
        ("imported", pa.bool_()),
        ("nameless", pa.bool_()),
        ("rationale_consent", pa.bool_()),
        ("choice", pa.string()),
        ("strength", pa.int16()),
        ("ranking", pa.string()),
        ("presentation", pa.string()),
        ("rationale", pa.string()),
        ("submitted_on", pa.date32()),
        ("is_gold", pa.bool_()),
        ("repeat_no", pa.int16()),
        ("sequence_no", pa.int64()),
        ("guideline_version", pa.string()),
        ("interface_version", pa.string()),
        ("degree", pa.int16()),
        ("points", pa.string()),
        ("reasons", pa.string()),
        ("flags", pa.string()),
        ("order_asked", pa.bool_()),
    ]
)
EDITED_SCHEMA = pa.schema([(name, pa.string()) for name in ("judgement_id", "completion_id", "content")])
DECISION_SCHEMA = pa.schema(
    [
        ("adjudication_id", pa.string()),
        ("comparison_id", pa.string()),
        ("criterion", pa.string()),
        ("choice", pa.string()),
        ("strength", pa.int16()),
        ("reason", pa.string()),
        ("decided_on", pa.date32()),
        ("guideline_version", pa.string()),
        ("interface_version", pa.string()),
        ("holds", pa.bool_()),
        ("role", pa.string()),
        ("presentation", pa.string()),
    ]
)
COMPARISON_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("comparison_id", "prompt", "language", "tags", "metadata", "source")]
    + [("is_gold", pa.bool_())]
    + [(f"batch_{name}", pa.string()) for name in ("source", "revision", "licence")]
)
COMPLETION_SCHEMA = pa.schema(
    [
        ("comparison_id", pa.string()),
        ("place", pa.int16()),
        ("completion_id", pa.string()),
        ("model", pa.string()),
        ("content", pa.string()),
    ]
)
ROW_SCHEMA = pa.schema([(name, pa.string()) for name in ("config", "row_id", "first_version", "split")])


class Collection:
    """Comparisons and judgements, gathered one call at a time."""

    def __init__(self) -> None:
        self.comparisons: list[dict[str, Any]] = []
        self.completions: list[dict[str, Any]] = []
        self.judgements: list[dict[str, Any]] = []
        self.edited: list[dict[str, Any]] = []
        self.decisions: list[dict[str, Any]] = []

    def compare(
        self, name: str, *contents: str, prompt: str | None = None, is_gold: bool = False, **more: Any
    ) -> None:
        """Add a comparison; its completions are called ``<name>-a``, ``<name>-b``, ..."""
        turns = [{"role": "user", "content": prompt or f"What about {name}?"}]
        self.comparisons.append(
            {
                "comparison_id": name,
                "prompt": json.dumps(turns, ensure_ascii=False),
                "language": "en",
                "tags": '["science"]',
                "metadata": '{"origin": 1}',
                "source": "example",
                "is_gold": is_gold,
                "batch_source": "example",
                "batch_revision": "",
                "batch_licence": "CC-BY-4.0",
            }
            | more
        )
        for place, content in enumerate(contents or (f"One, {name}.", f"Two, {name}.")):
            self.completions.append(
                {
                    "comparison_id": name,
                    "place": place,
                    "completion_id": f"{name}-{'abcdefgh'[place]}",
                    "model": f"model-{place}",
                    "content": json.dumps([{"role": "assistant", "content": content}], ensure_ascii=False),
                }
            )

    def judge(
        self, comparison: str, rater: str, choice: str, strength: int | None = None, **more: Any
    ) -> None:
        """Add a judgement; ``choice`` is the letter of a completion, ``tie``, ``both_bad`` or ``skip``."""
        number = len(self.judgements) + 1
        letter = choice in "abcdefgh"
        order = [f"{comparison}-b", f"{comparison}-a"]
        self.judgements.append(
            {
                "judgement_id": f"01900000-0000-7000-8000-{number:012}",
                "criterion": "overall",
                "comparison_id": comparison,
                "rater_name": f"name of {rater}",
                "rater_key": f"key-of-{rater}",
                "imported": False,
                "nameless": False,
                "rationale_consent": False,
                "choice": f"{comparison}-{choice}" if letter else choice,
                "strength": strength,
                "ranking": None,
                "presentation": json.dumps(order),
                "rationale": None,
                "submitted_on": DAY + timedelta(days=number % 3),
                "is_gold": next(c["is_gold"] for c in self.comparisons if c["comparison_id"] == comparison),
                "repeat_no": 0,
                "sequence_no": number,
                "guideline_version": "3",
                "interface_version": "0.1.0",
                **dict.fromkeys(("degree", "points", "reasons", "flags", "order_asked")),
            }
            | more
        )

    def edit(self, letter: str, content: str) -> None:
        """Let the rater of the last judgement write a completion of theirs better."""
        last = self.judgements[-1]
        self.edited.append(
            {
                "judgement_id": last["judgement_id"],
                "completion_id": f"{last['comparison_id']}-{letter}",
                "content": content,
            }
        )

    def decide(self, comparison: str, choice: str, strength: int | None = None, **more: Any) -> None:
        """Let a lead decide; ``choice`` as for a judgement."""
        number = len(self.decisions) + 1
        self.decisions.append(
            {
                "adjudication_id": f"01900000-0000-7000-9000-{number:012}",
                "comparison_id": comparison,
                "criterion": "overall",
                "choice": f"{comparison}-{choice}" if choice in "abcdefgh" else choice,
                "strength": strength,
                "reason": "The other one is wrong.",
                "decided_on": DAY + timedelta(days=3),
                "guideline_version": "3",
                "interface_version": "0.1.0",
                "holds": True,
                "role": "lead",
                "presentation": None,
            }
            | more
        )

    def work(self) -> WorkFacts:
        """Four skips, and the people who gave the judgements that were not imported."""
        people = {each["rater_key"] for each in self.judgements if not each["imported"]}
        done = replace(DONE, raters=len(people), new_raters=len(people), judgements=len(self.judgements))
        return replace(WORK, since_previous=done, since_beginning=done)

    def inputs(self, *, backwards: bool = False, **more: Any) -> VersionInputs:
        """The gathered rows as a service hands them over."""
        step = -1 if backwards else 1
        settings: dict[str, Any] = {
            "project": "example",
            "version": "1.0.0",
            "previous": None,
            "judgements": pa.Table.from_pylist(self.judgements[::step], JUDGEMENT_SCHEMA),
            "comparisons": pa.Table.from_pylist(self.comparisons[::step], COMPARISON_SCHEMA),
            "completions": pa.Table.from_pylist(self.completions[::step], COMPLETION_SCHEMA),
            "edited": pa.Table.from_pylist(self.edited[::step], EDITED_SCHEMA),
            "adjudications": pa.Table.from_pylist(self.decisions[::step], DECISION_SCHEMA),
            "version_rows": ROW_SCHEMA.empty_table(),
            "rules": Rules(),
            "dataset_key": KEY,
            "snapshot": Snapshot(last_sequence=len(self.judgements), schema_migration=1),
            "project_facts": FACTS,
            "work": self.work(),
            "agreement": AGREEMENT,
            "left_out": {"skip": 4},
        }
        return VersionInputs(**settings | more)


FACTS = ProjectFacts(
    title="Example preferences",
    purpose="Compare two versions of our assistant on everyday questions.",
    engagement="staff",
    responsible="Example Lab",
    contact="mailto:lead@example.org",
    use=("reward_model",),
    licence="cc-by-4.0",
    questions={"overall": "Which response is better?"},
    guidelines={"3": "Read both responses. Choose the better one."},
    sources=(Source(id="example", revision="", licence="CC-BY-4.0", comparisons=40),),
    config_sha256="c" * 64,
    notes="A word from the lead.",
)

DONE = WorkDone(
    raters=6,
    new_raters=6,
    judgements=120,
    skips=4,
    skips_overruled=0,
    first_day="2026-11-20",
    last_day="2026-11-22",
)
WORK = WorkFacts(
    since_previous=DONE,
    since_beginning=DONE,
    second_contact_exists=True,
    prompts_source="Our own questions.",
    prompts_licence="CC0-1.0",
    declared_by="A. Lead",
    declared_on="2026-11-16",
    guideline_texts={"3": {"en": "Read both responses. Choose the better one.", "fr": "Lisez. Choisissez."}},
)

AGREEMENT: dict[str, Any] = {
    "overall": {
        "project": "example",
        "criterion": "overall",
        "raters": 6,
        "comparisons": 40,
        "judgements": 120,
        "pairs": 120,
        "percent_agreement": {"value": 0.63, "low": 0.57, "high": 0.69, "n": 120},
        "percent_agreement_no_ties": {"value": 0.81, "low": 0.74, "high": 0.88, "n": 77},
        "krippendorff_alpha": {"value": 0.41, "low": 0.33, "high": 0.49, "n": 120},
        "gwet_ac1": None,
        "position_bias": {"value": 0.51, "low": 0.42, "high": 0.6, "n": 90},
        "self_consistency": None,
        "gold_accuracy": None,
        "notes": {"gwet_ac1": "not computed here"},
        "sentence": "Two raters agree in 63 of 100 cases.",
    }
}


def many(comparisons: int = 40, raters: int = 6) -> Collection:
    """A collection with ties, both-bad, gold, repeats, rankings and rationales."""
    found = Collection()
    for number in range(comparisons):
        found.compare(f"c{number:03}", is_gold=number % 17 == 5)
        for turn in range(3):
            rater = f"rater-{(number + turn) % raters}"
            choice = ("a", "b", "tie", "a", "both_bad", "a", "b")[(number * 3 + turn * turn) % 7]
            strength = None if choice == "both_bad" else 0 if choice == "tie" else 1 + (number + turn) % 3
            found.judge(
                f"c{number:03}",
                rater,
                choice,
                strength,
                rationale=f"because {number}, é\u001f" if turn == 0 else None,
                rationale_consent=turn == 0 and number % 2 == 0,
            )
    found.judge("c000", "rater-0", "b", 1, repeat_no=1)
    found.compare("ranked", "First.", "Second.", "Third.")
    order = json.dumps([["ranked-b"], ["ranked-a", "ranked-c"]])
    for rater in ("rater-0", "rater-1"):
        found.judge("ranked", rater, "b", ranking=order)
    return found


def small(version: str = "1.0.0", **more: Any) -> VersionInputs:
    """Two judged comparisons: the least that is a version."""
    found = Collection()
    for name in ("one", "two"):
        found.compare(name)
        found.judge(name, "ada", "a", 2)
    return found.inputs(version=version, **more)


def read_rows(folder: Path, config: str, split: str = "*") -> list[dict[str, Any]]:
    """The rows of a config in file order, train before test."""
    paths = sorted((folder / config).glob(f"{split}-*.parquet"), key=lambda path: path.name, reverse=True)
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def rows_of(inputs: VersionInputs, config: str, folder: Path | None = None) -> list[dict[str, Any]]:
    """The rows of a config, train before test; with a folder, as they stand in the version built there.

    Without one nothing is written, which takes a third of the time: they are the rows that go into the files, and
    ``test_build`` holds that these are what is read back.
    """
    if folder is not None:
        build_version(inputs, folder)
        return read_rows(folder, config)
    return rows_of_each(inputs, config)[config]


def rows_of_each(inputs: VersionInputs, *configs: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of some configs as they go into the files of one version."""
    wanted = [each for each in CONFIGS if each.name in configs]
    with workshop(inputs) as made:
        held = places_with_rows(made.con)
        return {
            config.name: [
                row
                for split in SPLITS
                if (config.name, split) in held
                for batch, _ in ordered_rows(made, config, split)
                for row in batch.to_pylist()
            ]
            for config in wanted
        }


if __name__ == "__main__":
    sealed = build_version(many().inputs(backwards="--backwards" in sys.argv), Path(sys.argv[1]))
    sys.stdout.write(sealed.manifest_sha256)
