"""The same sums by well-known libraries, where they are installed: ``make bench`` puts them in a folder of their own.

They get the votes as arrays, read already; ours reads the store as well. krippendorff is under the GPL, which is why
none of them stands among what the service or its tests run on.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd

VOTES = """
SELECT j.label, j.arrival_no - 1 AS place, dense_rank() OVER (ORDER BY j.comparison_key) - 1 AS item,
  dense_rank() OVER (ORDER BY j.rater_key) - 1 AS rater, a.model AS first, b.model AS second
FROM current_judgement j
JOIN completion a ON a.comparison_key = j.comparison_key AND a.slot = 0
JOIN completion b ON b.comparison_key = j.comparison_key AND b.slot = 1
"""
REPLICATES, ROUNDS = 1000, 20
"""Rounds of Dawid and Skene: each library ends by a rule of its own, so both are told how many."""


def peers(connection: duckdb.DuckDBPyConnection) -> dict[str, Callable[[], Any]]:
    """What each library that is there does of ours, by name; of one that is not there, nothing."""
    votes = connection.sql(VOTES).df()
    counts = np.zeros((votes["item"].max() + 1, 3))
    np.add.at(counts, (votes["item"].to_numpy(), votes["label"].to_numpy()), 1)
    asked = {
        "krippendorff": lambda library: _krippendorff(library, counts),
        "evalica": lambda library: _evalica(library, votes),
        "crowdkit.aggregation": lambda library: _crowdkit(library, votes),
    }
    found: dict[str, Callable[[], Any]] = {}
    for name, make in asked.items():
        try:
            library = importlib.import_module(name)
        except ImportError as missing:
            print(f"{name} is left out: {missing}. `make bench` installs it.")
            continue
        found |= make(library)
    return found


def _krippendorff(library: Any, counts: Any) -> dict[str, Callable[[], Any]]:
    return {
        "krippendorff: alpha, no interval": lambda: library.alpha(
            value_counts=counts, level_of_measurement="nominal", value_domain=[0, 1, 2]
        )
    }


def _evalica(library: Any, votes: pd.DataFrame) -> dict[str, Callable[[], Any]]:
    matrix = votes.pivot_table(index="place", columns="item", values="label", aggfunc="first")
    winner = {0: library.Winner.X, 1: library.Winner.Draw, 2: library.Winner.Y}
    winners = [winner[label] for label in votes["label"]]
    first, second = votes["first"].tolist(), votes["second"].tolist()
    return {
        "evalica: alpha, 1,000 replicates": lambda: library.alpha_bootstrap(
            matrix, n_resamples=REPLICATES, random_state=0
        ),
        "evalica: Bradley-Terry, no interval": lambda: library.bradley_terry(first, second, winners),
    }


def _crowdkit(library: Any, votes: pd.DataFrame) -> dict[str, Callable[[], Any]]:
    table = votes.rename(columns={"item": "task", "rater": "worker"})[["task", "worker", "label"]]
    asked = library.DawidSkene(n_iter=ROUNDS, tol=float("-inf"))
    return {"crowd-kit: Dawid-Skene, 20 rounds": lambda: asked.fit(table)}


def dawid_skene(connection: duckdb.DuckDBPyConnection) -> Any:
    """Ours of the same votes, beside crowd-kit's."""
    from rlhf_collect.stats.dawid_skene import posterior  # noqa: PLC0415 - beside what it is for

    votes = connection.sql(VOTES).df()
    item, rater, label = (votes[name].to_numpy() for name in ("item", "rater", "label"))
    return posterior(item, rater, label, categories=3, tolerance=-1.0, most_rounds=ROUNDS)
