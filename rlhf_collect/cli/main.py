"""The command line. Commands parse, ask for one operation and print; they decide nothing."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from rlhf_collect.cli import (
    alerts,
    appeals,
    collect,
    contested,
    differences,
    guidelines,
    leaderboard,
    messages,
    people,
    publishing,
    releases,
    upkeep,
    withdrawing,
)
from rlhf_collect.cli.show import complain
from rlhf_collect.errors import CollectError, Refused

app = typer.Typer(
    name="rlhf-collect",
    help="Collect human preferences, watch agreement, publish versioned datasets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (
    collect,
    people,
    releases,
    leaderboard,
    contested,
    guidelines,
    alerts,
    appeals,
    messages,
    publishing,
    withdrawing,
    differences,
    upkeep,
):
    room.register(app)


def exit_code(error: CollectError) -> int:
    """1 for a rule that said no, 2 for a call or file that cannot be used."""
    return 1 if isinstance(error, Refused) else 2


def main() -> NoReturn:
    """Run one command; every refusal is one line on stderr and an exit code, never a traceback.

    Typer itself answers a call it does not understand (exit 2) and Ctrl-C (130).
    """
    try:
        app()
    except CollectError as error:
        complain(error)
        sys.exit(exit_code(error))
    sys.exit(0)
