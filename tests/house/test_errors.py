"""One family of errors, with an entry in every table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from rlhf_collect import errors
from rlhf_collect.api.problems import STATUS
from rlhf_collect.cli.main import exit_code
from rlhf_collect.errors import CollectError, Refused, Unusable
from tests.house.source import nodes

ANSWERED_BY_THEIR_ROUTE = {"NoWork"}
"""Never a problem document: the route turns them into an answer of their own."""
_BRANCH = re.compile(r"^    (?P<indent>[│ ]*)[├└]── (?P<name>\w+) +(?P<rest>.*)$", re.MULTILINE)


def written_family() -> dict[str, str]:
    """Every class of the family in the source, wherever it stands, with its module."""
    classes = {
        node.name: (module, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for module, node in nodes(ast.ClassDef)
    }
    found, grown = {"CollectError"}, True
    while grown:
        more = {name for name, (_, bases) in classes.items() if bases & found} - found
        grown = bool(more)
        found |= more
    return {name: classes[name][0] for name in found}


def family() -> list[type[CollectError]]:
    def walk(kind: type[CollectError]) -> Iterator[type[CollectError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from walk(child)

    return [kind for kind in walk(CollectError) if kind.__module__.startswith("rlhf_collect.")]


FAMILY = family()
each_class = pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)


def drawn() -> dict[str, tuple[str, str]]:
    """Class → parent and the words beside it, as the tree in the docstring of errors.py has them."""
    parents, found = ["CollectError"], {}
    for branch in _BRANCH.finditer(errors.__doc__ or ""):
        depth = len(branch["indent"]) // 4 + 1
        parents[depth:] = [branch["name"]]
        found[branch["name"]] = (parents[depth - 1], branch["rest"])
    return found


def test_the_whole_family_stands_in_one_module():
    assert {kind.__name__ for kind in FAMILY} == set(written_family())
    assert {kind.__module__ for kind in FAMILY} == {errors.__name__}


def test_every_class_has_a_code_of_its_own():
    codes = [vars(kind).get("code") for kind in FAMILY]
    assert None not in codes
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def test_codes_are_the_names_of_their_classes():
    apart = {"CollectError": "error"}
    for kind in FAMILY:
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
        assert kind.code == apart.get(kind.__name__, words)


def test_every_code_has_a_status_and_every_status_a_class():
    assert set(STATUS) == {kind.code for kind in FAMILY}


@each_class
def test_the_docstring_is_the_message(kind: type[CollectError]):
    assert (kind.__doc__ or "").strip().endswith(".")


@each_class
def test_the_exit_code_says_whether_a_rule_said_no_or_something_is_not_usable(kind: type[CollectError]):
    expected = 1 if issubclass(kind, Refused) else 2
    assert exit_code(kind.__new__(kind)) == expected
    assert kind in (CollectError, Refused, Unusable) or issubclass(kind, Refused | Unusable)


@each_class
def test_only_a_fault_of_the_service_is_a_500_and_a_call_that_is_not_usable_is_a_422(
    kind: type[CollectError],
):
    status = STATUS[kind.code]
    if issubclass(kind, Refused):
        assert 400 <= status < 500 or status == 503
    elif issubclass(kind, errors.StoreUnusable) or kind is CollectError:
        assert status == 500
    else:
        assert status == 422


def test_the_tree_in_the_docstring_is_the_family():
    real = {kind.__name__: kind.__base__.__name__ for kind in FAMILY if kind is not CollectError}
    assert {name: parent for name, (parent, _) in drawn().items()} == real


def test_the_tree_names_the_status_of_every_leaf_and_the_exit_code_of_every_branch():
    tree, by_name = drawn(), {kind.__name__: kind for kind in FAMILY}
    assert "exit 1" in tree["Refused"][1]
    assert "exit 2" in tree["Unusable"][1]
    for name in set(tree) - {"Refused", "Unusable"} - ANSWERED_BY_THEIR_ROUTE:
        assert tree[name][1].startswith(str(STATUS[by_name[name].code])), name
