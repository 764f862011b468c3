"""PandaLM's three annotators as files to import; the texts are stand-ins, the choices are theirs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.flows.running import comparisons_file

COLUMNS = Path(__file__).parent.parent / "data" / "pandalm_annotators.csv"
COMPARISONS = 999
SAID = {"1": "a", "2": "b"}


def pandalm_files(folder: Path) -> tuple[Path, Path]:
    """A file of the 999 comparisons and one of the 2,997 judgements on them."""
    judgements = folder / "pandalm-judgements.jsonl"
    with COLUMNS.open(encoding="utf-8", newline="") as columns, judgements.open("w", encoding="utf-8") as out:
        for row in csv.DictReader(columns):
            for rater in ("annotator1", "annotator2", "annotator3"):
                side = SAID.get(row[rater])
                choice = f"c{row['idx']}-{side}" if side else "tie"
                line = {"comparison": f"c{row['idx']}", "rater": rater, "choice": choice}
                out.write(json.dumps(line) + "\n")
    return comparisons_file(folder / "pandalm-comparisons.jsonl", COMPARISONS), judgements
