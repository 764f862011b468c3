"""One word for each thing: those of docs/glossary.md, and not their cousins."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import duckdb
import pytest

from rlhf_collect.api import forms
from rlhf_collect.web.texts import TEXTS
from tests.house.source import PACKAGE, commands, nodes, options

PROJECT = {"campaign", "study"}
PERSON = {"worker", "labeler", "labeller", "annotator", "crowdworker"}
JUDGED = {"annotation", "vote", "battle", "task", "record", "honeypot", "dimension"}
PROGRAMMING = {"query", "context", "output", "lock", "dump", "owner", "user", "answer"}
"""Never words that mean something else in code; a table or a form has no such excuse."""
NEVER = PROJECT | PERSON | JUDGED | PROGRAMMING
SAID_BY_RATERS = {"answer"}
"""What a rater answers to the criteria of one comparison, as the API's ``answers`` has it."""
OF_A_DATASET = {"preference", "chosen", "rejected"}


def words(name: str) -> set[str]:
    """The words of a name or text, plurals as one."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    return {re.sub(r"(?<=[^s])s$", "", re.sub("ies$", "y", each.lower())) for each in parts}


def bad(names: Iterable[str], never: set[str]) -> dict[str, set[str]]:
    return {name: words(name) & never for name in names if words(name) & never}


def schema_names() -> set[str]:
    with duckdb.connect() as connection:
        connection.execute((PACKAGE / "storage" / "schema.sql").read_text(encoding="utf-8"))
        rows = connection.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
    return {name for row in rows for name in row}


def test_words_are_told_apart():
    assert words("answers_sha256") == {"answer", "sha"}
    assert words("LabelersOfStudies") == {"labeler", "of", "study"}


def test_tables_and_columns_have_our_words():
    names = schema_names()
    assert {"comparison", "judgement", "presentation", "lease_ends"} <= names
    assert bad(names, NEVER - SAID_BY_RATERS) == {}


def test_the_store_knows_judgements_and_no_training_rows():
    assert bad(schema_names(), OF_A_DATASET) == {}


def test_forms_of_the_api_have_our_words():
    models = [
        each for each in vars(forms).values() if isinstance(each, type) and issubclass(each, forms.Form)
    ]
    assert len(models) > 5
    assert bad({name for model in models for name in model.model_fields}, NEVER - SAID_BY_RATERS) == {}


def test_commands_and_their_options_have_our_words():
    names = {name for command, each in commands().items() for name in (command, *options(each))}
    assert bad(names, NEVER) == {}


@pytest.mark.parametrize(
    "never", [PROJECT, PERSON, JUDGED - {"annotation", "task", "record"}], ids=["project", "person", "judged"]
)
def test_names_in_the_code_have_our_words_but_where_sources_have_their_own(never: set[str]):
    names = {
        node.name if hasattr(node, "name") else node.arg if isinstance(node, ast.arg) else ast.unparse(node)
        for module, node in nodes((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.arg, ast.Name))
        if not module.startswith("rlhf_collect/importers/")
    }
    assert len(names) > 1000
    assert bad(names, never) == {}


def test_raters_read_of_responses_and_never_of_what_they_are_called_inside():
    inside = PROJECT | PERSON | JUDGED | {"completion", "assignment", "lease", "overlap", "gold"}
    assert bad(TEXTS["en"].values(), inside) == {}
    assert "Response" in TEXTS["en"]["response"]
