"""SQL is text, has a name and a sentence, lives in one place, and is all used."""

from __future__ import annotations

import ast
import re

import duckdb
import pytest

from rlhf_collect.storage.named_sql import all_statements, parameters, statements_of
from rlhf_collect.storage.port import Reader, Transaction
from tests.house.source import PACKAGE, nodes, trees

STATEMENTS = all_statements()
FOR_TESTS_ONLY = {"alpha_in_sql": "the second road to alpha, which tests hold NumPy's against"}
NAMING = {"read", "read_table", "read_batches", "run"}
"""Methods of the port whose first argument names a statement."""
SQL = re.compile(
    r"\s*(SELECT\b|INSERT INTO\b|UPDATE \w+ SET\b|DELETE FROM\b|MERGE INTO\b|CREATE (OR REPLACE )?\w+ |ALTER \w+ |"
    r"DROP \w+ |WITH (RECURSIVE )?\w+ AS\b|ATTACH\b|DETACH\b|COPY\b|SET \w+|PRAGMA\b|CHECKPOINT\b)"
)
BUILT = {
    "rlhf_collect/exporters/changes.py": "compares the columns of the one schema",
    "rlhf_collect/exporters/counts.py": "counts for the card, each with its name beside it",
    "rlhf_collect/exporters/engine.py": "the bounds of the engine itself",
    "rlhf_collect/exporters/filtered.py": "counts the sources of what is left, beside the reason to",
    "rlhf_collect/exporters/fingerprints.py": "selects the columns of whatever table it is given",
    "rlhf_collect/exporters/tables.py": "fills the workshop and reads the columns of the one schema",
}
"""Where a statement is put together from names the schema has, so that no file could hold it."""


def named_calls() -> list[tuple[str, str, set[str]]]:
    """Module, statement and values of every call that names a statement outright."""
    found = []
    for module, call in nodes(ast.Call):
        method = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        first = call.args[0] if call.args else None
        if method in NAMING and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.append((module, first.value, {each.arg or "**" for each in call.keywords}))
    return found


def strings() -> list[tuple[str, str]]:
    """Every text in the program but docstrings, with its module."""
    found = []
    for module, tree in trees().items():
        documented = [
            node.body[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node) is not None
        ]
        found += [
            (module, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documented
        ]
    return found


def test_the_methods_that_name_a_statement_are_those_of_the_port():
    public = {name for port in (Reader, Transaction) for name in vars(port) if not name.startswith("_")}
    assert public - {"insert", "insert_table", "on_rollback"} == NAMING


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_has_its_sentence_under_its_name(name: str):
    sentence = []
    for line in STATEMENTS[name].splitlines():
        if not line.startswith("-- "):
            break
        sentence.append(line.removeprefix("-- "))
    assert re.fullmatch(r"[A-Z].*[.:]", " ".join(sentence)), sentence


def test_every_statement_is_used():
    said = {text for module, text in strings() if module != "rlhf_collect/storage/named_sql.py"}
    assert set(STATEMENTS) - said == set(FOR_TESTS_ONLY)


def test_every_statement_that_is_named_exists_and_gets_exactly_its_values():
    calls = named_calls()
    assert len(calls) > 30
    for module, name, values in calls:
        assert name in STATEMENTS, module
        if "**" not in values:
            assert values == parameters(name), f"{module}: {name}"


def test_every_statement_can_be_planned_on_the_schema():
    with duckdb.connect() as connection:
        connection.execute((PACKAGE / "storage" / "schema.sql").read_text(encoding="utf-8"))
        for name, statement in STATEMENTS.items():
            connection.execute(f"PREPARE checked AS {statement}")
            connection.execute("DEALLOCATE checked")
            assert name


def test_sql_stands_nowhere_else():
    places = {module for module, text in strings() if SQL.match(text)}
    outside = {module for module in places if not module.startswith("rlhf_collect/storage/")}
    assert outside == set(BUILT)


def test_every_script_of_the_workshop_is_used():
    scripts = {path.name for path in (PACKAGE / "exporters" / "sql").glob("*.sql")}
    assert scripts <= {text for _, text in strings()}


PART = "-- part: few\n-- A few.\nfew AS (SELECT 1 AS n)\n\n"
USE = "-- name: all_of_them\n-- All.\nWITH {{few}}\nSELECT n FROM few;\n"


def test_a_part_stands_in_every_statement_that_names_it_without_its_sentence() -> None:
    again = USE.replace("all_of_them", "again")
    for text in statements_of("a.sql", PART + USE + again).values():
        assert text == "-- All.\nWITH few AS (SELECT 1 AS n)\nSELECT n FROM few;"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (USE, "a.sql: parts used and written differ in few"),
        (PART, "a.sql: parts used and written differ in few"),
        (PART.replace("-- A few.\n", "") + USE, "a.sql: few has no sentence"),
        (PART + USE + USE, "a.sql: all_of_them stands twice"),
    ],
)
def test_a_file_of_statements_that_does_not_add_up_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        statements_of("a.sql", text)
