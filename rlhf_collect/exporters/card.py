"""``README.md`` of a version: the header the Hub and ``datasets`` read, and a page people read.

Generated whole from the manifest, the project's disclosed facts and the agreement report. It holds
counts and never the content of a row, so that withdrawal can be complete.
"""

from __future__ import annotations

from typing import Any

import yaml

from rlhf_collect.exporters import card_changes, card_data, card_effects, card_people
from rlhf_collect.exporters.card_facts import CardFacts
from rlhf_collect.exporters.columns import features_as_yaml
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.labour.card import conditions, header_block
from rlhf_collect.exporters.manifest import Manifest, row_counts

__all__ = ["CARD", "CardFacts", "naming_repository", "write_card"]

CARD = "README.md"
"""The card's file."""

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
# Names the Hub knows; any other goes under ``license_name``.
# fmt: off
_HUB_LICENCES = frozenset((
    "apache-2.0", "mit", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0",
    "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-4.0", "odc-by", "odbl", "pddl", "etalab-2.0",
    "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "bsd", "bsd-2-clause",
    "bsd-3-clause", "gpl-3.0", "lgpl-3.0", "agpl-3.0", "mpl-2.0", "unlicense", "unknown", "other",
))
# fmt: on
_SECTIONS = (
    card_people.opening,
    card_people.asked,
    conditions,
    card_data.answers,
    card_people.agreement,
    card_effects.along_with,
    card_data.files,
    card_data.pictures,
    card_data.loading,
    card_data.deriving,
    card_data.sources,
    card_people.limits,
    card_changes.changes,
    card_people.withdrawal,
)


def write_card(facts: CardFacts) -> str:
    """The whole card: YAML header and Markdown body."""
    header = yaml.safe_dump(_header(facts), sort_keys=False, allow_unicode=True, width=1000)
    body = "\n\n".join(text.strip() for section in _SECTIONS if (text := section(facts)))
    return f"---\n{header}---\n\n{body}\n"


def naming_repository(card: str, manifest: Manifest, repo: str) -> str:
    """The card with its section on loading written for ``repo``, everything else as it stands."""
    before, found, rest = card.rpartition(f"\n{card_data.LOADING}\n")
    _, following, after = rest.partition("\n\n## ")
    told = card_data.loading_from(row_counts(manifest), manifest["version"], repo)
    return f"{before}\n{told}{following}{after}" if found else card


def _header(facts: CardFacts) -> dict[str, Any]:
    project = facts.project
    languages = facts.manifest["languages"]
    return {
        **_licence(project.licence),
        **({"language": languages} if languages else {}),
        "pretty_name": project.title,
        "size_categories": [_size(max(sum(each.values()) for each in facts.rows.values()))],
        "task_categories": ["text-generation"],
        "annotations_creators": ["expert-generated" if project.engagement == "staff" else "crowdsourced"],
        "tags": ["human-feedback", "preference", "rlhf", "dpo", "labour-statement"],
        "labour_statement": header_block(facts.statement),
        "configs": _configs(facts),
        "dataset_info": _dataset_info(facts),
    }


def _licence(name: str) -> dict[str, str]:
    if not name:
        return {"license": "unknown"}
    if name.lower() in _HUB_LICENCES:
        return {"license": name.lower()}
    return {"license": "other", "license_name": name}


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "1M<n<10M")


def _configs(facts: CardFacts) -> list[dict[str, Any]]:
    names = [config.name for config in CONFIGS if config.name in facts.rows]
    return [
        {
            "config_name": name,
            **({"default": True} if name == names[0] else {}),
            "data_files": [
                {"split": split, "path": f"{name}/{split}-*.parquet"} for split in facts.rows[name]
            ],
        }
        for name in names
    ]


def _dataset_info(facts: CardFacts) -> list[dict[str, Any]]:
    return [
        {
            "config_name": config.name,
            "features": features_as_yaml(config.schema),
            "splits": [
                {"name": split, "num_examples": rows, "num_bytes": facts.memory_bytes[config.name][split]}
                for split, rows in facts.rows[config.name].items()
            ],
        }
        for config in CONFIGS
        if config.name in facts.rows
    ]
