"""Estimates for the config ``soft`` that SQL cannot make."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from rlhf_collect.stats.dawid_skene import posterior

TIE, BOTH_BAD, CATEGORIES = 1, 3, 4
DIGITS = 6
"""Published digits: the last ones differ between machines."""


def estimate(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``estimated`` with the posterior of Dawid and Skene, each criterion by itself.

    A tie and a both-bad count half for either side, as they do in the share of the votes.
    """
    given = con.table("numbered_vote").order("criterion, pair_id, rater_no").to_arrow_table()
    criteria = given["criterion"].to_numpy(zero_copy_only=False)
    for criterion in np.unique(criteria):
        part = given.filter(pa.array(criteria == criterion))
        pairs, first, item = np.unique(
            part["pair_id"].to_numpy(zero_copy_only=False), return_index=True, return_inverse=True
        )
        found = posterior(
            item,
            part["rater_no"].to_numpy(),
            part["label"].to_numpy().astype(np.int64),
            categories=CATEGORIES,
        )
        turned = part["turned"].to_numpy(zero_copy_only=False)[first]
        better = found.chances[np.arange(len(pairs)), np.where(turned, 2, 0)]
        better += (found.chances[:, TIE] + found.chances[:, BOTH_BAD]) / 2
        con.register(
            "newly_estimated", pa.table({"pair_id": pairs.tolist(), "first_better": better.round(DIGITS)})
        )
        con.table("newly_estimated").insert_into("estimated")
        con.unregister("newly_estimated")
