"""Columns of the published files: one explicit description per config, and the forms derived from it.

Nothing is inferred, ever: the Arrow schema, the manifest's schema and the card's ``features`` all
come from the same list of columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from rlhf_collect.ids import content_hash

SECOND_RATERS = "second_rater_decisions"
"""Counts, in a manifest, decisions of second raters; only where there are any."""


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


TEXTS = pa.list_(_required("element", pa.string()))
"""A list of text, such as ``tags``."""
GROUPS = pa.list_(_required("element", TEXTS))
"""A ranking: groups of completion ids, best first."""
SCORES = pa.list_(_required("element", pa.float64()))
"""A number for every completion, in import order."""
MESSAGES = pa.list_(
    _required("element", pa.struct([_required("role", pa.string()), _required("content", pa.string())]))
)
"""Turns of a conversation, the form trainers read."""
POINTS = pa.list_(
    _required("element", pa.struct([_required("id", pa.string()), _required("points", pa.int16())]))
)
"""Points of every completion, in import order."""
REASONS = pa.list_(
    _required("element", pa.struct([_required("id", pa.string()), _required("reason", pa.string())]))
)
"""Reasons given for completions with one touch."""
FLAGS = pa.list_(
    _required("element", pa.struct([_required("target", pa.string()), _required("flag", pa.string())]))
)
"""What was flagged: about the prompt or a completion."""
COMPLETIONS = pa.list_(
    _required(
        "element",
        pa.struct(
            [_required("id", pa.string()), _required("model", pa.string()), _required("content", MESSAGES)]
        ),
    )
)
"""The completions of a comparison, in import order."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One published column."""

    name: str
    """Its name, part of the contract with trainers."""
    kind: pa.DataType
    """Its Arrow type."""
    meaning: str
    """One sentence for the card."""
    nullable: bool = False
    """Whether it may be null."""
    beside: str = ""
    """What it means too where second raters decided: said only there, so that no other version changes by a word."""

    def meaning_in(self, counts: Mapping[str, Any]) -> str:
        """What it means in a version with these ``counts`` of its manifest."""
        return self.meaning + (self.beside if counts.get(SECOND_RATERS) else "")


@dataclass(frozen=True, kw_only=True)
class Config:
    """One config of a published version: a folder of Parquet files with one schema."""

    name: str
    """Name of config and folder."""
    key: str
    """Column that names a row for ever."""
    about: str
    """One sentence for the card: what a row is and what it is for."""
    columns: tuple[Column, ...]
    """In published order."""
    script: str
    """SQL file that makes ``row_<name>``, a table or view: these columns and ``split``."""

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema every file of the config has."""
        return pa.schema([pa.field(each.name, each.kind, each.nullable) for each in self.columns])

    def extends(self, other: Config) -> bool:
        """Whether its columns begin with all columns of another."""
        return self.columns[: len(other.columns)] == other.columns


def type_name(kind: pa.DataType) -> str:
    """A type in the words of the manifest, such as ``list<struct<role: string, content: string>>``.

    What is inside a list or struct is never null and therefore not said.
    """
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        inner = ", ".join(
            f"{kind.field(i).name}: {type_name(kind.field(i).type)}" for i in range(kind.num_fields)
        )
        return f"struct<{inner}>"
    return {"float": "float32", "double": "float64", "date32[day]": "date32"}.get(str(kind), str(kind))


def schema_as_json(schema: pa.Schema) -> list[dict[str, Any]]:
    """The manifest's form of a schema: ``[{"name", "type", "nullable"}]``."""
    return [
        {"name": each.name, "type": type_name(each.type), "nullable": bool(each.nullable)} for each in schema
    ]


def schema_sha256(schema: pa.Schema) -> str:
    """Hash of the manifest's form of a schema."""
    return content_hash(schema_as_json(schema))


def features_as_yaml(schema: pa.Schema) -> list[dict[str, Any]]:
    """The ``features`` of the card's ``dataset_info``, as ``datasets`` 5.2 reads them."""
    return [{"name": each.name, **_feature(each.type)} for each in schema]


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if not pa.types.is_list(kind):
        return {"dtype": type_name(kind)}
    inner = kind.value_type
    if pa.types.is_struct(inner):
        fields = [inner.field(i) for i in range(inner.num_fields)]
        return {"list": [{"name": each.name, **_feature(each.type)} for each in fields]}
    return {"list": _feature(inner) if pa.types.is_list(inner) else type_name(inner)}
