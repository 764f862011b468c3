"""Stories told once and copied for each test: a database with its versions, as it stood when the story ended."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.services.context import Context, KeyRing
from tests.making import HeldClock, let_go, open_services


@dataclass(frozen=True, kw_only=True)
class Told:
    """Where a story lies, an untouched copy of that, and what goes with it."""

    home: Path
    untouched: Path
    keys: KeyRing
    now: datetime
    answer: Any
    """What the story gave back."""


def tell(folder: Path, story: Callable[[Context, HeldClock], object]) -> Told:
    """Let a story happen in a folder."""
    clock, home = HeldClock(), folder / "home"
    home.mkdir()
    ctx = open_services(home / "collect.duckdb", clock=clock)
    answer = story(ctx, clock)
    ctx.store.close()
    shutil.copytree(home, folder / "untouched")
    return Told(home=home, untouched=folder / "untouched", keys=ctx.keys, now=clock.now, answer=answer)


def fixtures_of(story: Callable[[Context, HeldClock], object]) -> tuple[Any, Any]:
    """Two fixtures: the story, told once in a module, and services around it as it was told, anew for each test."""

    @pytest.fixture(scope="module")
    def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
        return tell(tmp_path_factory.mktemp("story"), story)

    @pytest.fixture
    def ctx(told: Told, clock: HeldClock) -> Iterator[Context]:
        with told_again(told, clock) as opened:
            yield opened

    return told, ctx


@contextmanager
def told_again(told: Told, clock: HeldClock) -> Iterator[Context]:
    """Services around the story as it was told, at the place where it was: versions are kept with their path."""
    clock.now = told.now
    shutil.rmtree(told.home)
    shutil.copytree(told.untouched, told.home)
    opened = replace(open_services(told.home / "collect.duckdb", clock=clock), keys=told.keys)
    yield opened
    let_go(opened)
