"""The command line and what the documents say about it are the same."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
from typer.core import TyperArgument

from tests.flows.running import collect_here
from tests.house.source import DOCUMENTS, PACKAGE, README, ROOT, commands, options, snippets

PROGRAM = "rlhf-collect"
ROW = re.compile(r"^\| `(?P<usage>[a-z].*?)` \| .* \|$", re.MULTILINE)
MENTION = re.compile(rf"`{PROGRAM} ([a-z].*?)`")
COMMANDS = commands()
AS_TYPED = [sys.executable, "-m", "rlhf_collect.cli"]


def command_of(usage: str) -> str:
    """The command a usage line begins with."""
    named = [name for name in COMMANDS if re.match(rf"{re.escape(name)}(?![\w-])", usage)]
    assert named, f"'{usage}' is no command"
    return max(named, key=len)


def usages() -> dict[str, str]:
    """Command → its usage in the README's table."""
    found = [row["usage"].replace("\\|", "|") for row in ROW.finditer(README)]
    return {command_of(usage): usage for usage in found}


def rows() -> dict[str, str]:
    """Command → its whole row in the README's table."""
    return {command_of(row["usage"]): row[0] for row in ROW.finditer(README)}


def typed_lines() -> list[tuple[str, list[str]]]:
    """Every command of a fenced block, as words; the place is for the report."""
    lines = []
    for path in DOCUMENTS:
        for line in "\n".join(snippets(path, "") + snippets(path, "sh")).splitlines():
            program, _, rest = line.strip().partition(" ")
            if program.endswith(PROGRAM):
                lines.append((path.name, shlex.split(rest, comments=True)))
    return lines


def mentions() -> list[tuple[str, str]]:
    """Every command named in running text: documents, messages, pages."""
    texts = [*DOCUMENTS, *PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.yaml"), *ROOT.glob("configs/*.yaml")]
    return [
        (path.name, usage) for path in texts for usage in MENTION.findall(path.read_text(encoding="utf-8"))
    ]


def test_the_table_of_the_readme_has_every_command_and_no_other():
    assert set(usages()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_usage_in_the_table_names_the_arguments_in_their_order(name: str):
    arguments = [
        (each.metavar or each.human_readable_name).removesuffix("...")
        for each in COMMANDS[name].params
        if isinstance(each, TyperArgument)
    ]
    bare = re.sub(r"\[.*?\]", "", usages()[name].removeprefix(name))
    written = [word.removesuffix("...") for word in re.sub(r"--\w+ [A-Z]+", "", bare).split()]
    assert written == arguments


def test_every_option_stands_in_the_row_of_its_command_or_in_running_text():
    prose = "\n".join(ROW.sub("", path.read_text(encoding="utf-8")) for path in DOCUMENTS)
    missing = {
        f"{name} {option}"
        for name, command in COMMANDS.items()
        for option in options(command)
        if not re.search(rf"{option}\b", rows()[name] + prose)
    }
    assert missing == set()


def test_every_option_of_a_usage_exists():
    for name, usage in usages().items():
        assert set(re.findall(r"--[a-z-]+", usage)) <= options(COMMANDS[name]), name


@pytest.mark.parametrize("option", ["--json", "--database"])
def test_the_readme_says_which_commands_lack_the_general_options(option: str):
    sentence = re.search(rf"\b[Aa]ll but ((?:`[a-z-]+`|and|[,\s])+?) take\s+`{option}", README)
    assert sentence, option
    lacking = {name for name, command in COMMANDS.items() if option not in options(command)}
    assert set(re.findall(r"`([a-z-]+)`", sentence[1])) == lacking


def test_every_command_and_option_says_what_it_does():
    for name, command in COMMANDS.items():
        assert (command.help or "").strip().endswith("."), name
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name}: {parameter.name}"


def test_every_typed_line_of_the_documents_is_understood():
    lines = typed_lines()
    assert len(lines) >= 8
    for document, words in lines:
        name = command_of(" ".join(words))
        rest = words[len(name.split()) :]
        # Parses as the shell would hand it over, and does nothing.
        assert COMMANDS[name].make_context(name, rest), (document, words)


def test_every_command_that_is_mentioned_exists():
    found = mentions()
    assert len(found) > 10
    for _, usage in found:
        command_of(usage)


def test_a_call_that_is_not_understood_is_exit_2_with_words_and_no_traceback():
    typed = subprocess.run([*AS_TYPED, "nonsense"], cwd=ROOT, capture_output=True, text=True, check=False)
    others = (["agreement"], ["agreement", "p", "--nonsense"], ["serve", "x", "--port", "0"], [])
    for words, done in ((["nonsense"], typed), *((words, collect_here(*words)) for words in others)):
        assert (done.returncode, done.stdout) == (2, ""), words
        assert "Traceback" not in done.stderr, words
        assert done.stderr.startswith("Usage: "), words


def test_a_reader_that_goes_away_is_no_failure():
    words = [*AS_TYPED, "check", "configs/demo.yaml", "--json"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait() == 0


def test_every_make_target_the_readme_names_exists():
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"demo", "test"} <= named <= rules
