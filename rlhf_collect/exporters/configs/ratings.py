"""``ratings``: one row per judgement, the raw truth behind every other config."""

from __future__ import annotations

import pyarrow as pa

from rlhf_collect.exporters.columns import FLAGS, GROUPS, POINTS, REASONS, TEXTS, Column, Config

RATINGS = Config(
    name="ratings",
    key="judgement_id",
    about="One row per judgement and criterion, as given: the raw truth, for analysis and not for a trainer.",
    script="ratings.sql",
    columns=(
        Column(name="judgement_id", kind=pa.string(), meaning="names the row for ever in this dataset"),
        Column(name="comparison_id", kind=pa.string(), meaning="the comparison judged"),
        Column(
            name="rater",
            kind=pa.string(),
            nullable=True,
            meaning="pseudonym, valid in this dataset only; null with fewer than 5 raters, for who was erased, and "
            "where `excluded`",
        ),
        Column(name="criterion", kind=pa.string(), meaning="the aspect judged"),
        Column(name="choice", kind=pa.string(), meaning="id of a completion, `tie` or `both_bad`"),
        Column(
            name="strength",
            kind=pa.int8(),
            nullable=True,
            meaning="-3 to 3, negative for the first completion as imported (never as shown), 0 for a tie; "
            "null for both_bad and for more than two completions",
        ),
        Column(
            name="ranking",
            kind=GROUPS,
            nullable=True,
            meaning="groups of completion ids, best first; null where none was given",
        ),
        Column(
            name="presentation",
            kind=TEXTS,
            nullable=True,
            meaning="completion ids in the order shown; null for imported judgements that brought none",
        ),
        Column(
            name="rationale",
            kind=pa.string(),
            nullable=True,
            meaning="the reason in the rater's words, with their consent only",
            beside="; of a decision always, as who decides is told",
        ),
        Column(
            name="submitted_on",
            kind=pa.date32(),
            meaning="day of the judgement; of an imported one without a date, of its import",
        ),
        Column(name="is_gold", kind=pa.bool_(), meaning="true for a control comparison with a known answer"),
        Column(
            name="guideline_version",
            kind=pa.string(),
            meaning="guidelines it was given under; empty for an imported one",
        ),
        Column(name="interface_version", kind=pa.string(), meaning="interface it was given in"),
        Column(
            name="repeat_no",
            kind=pa.int16(),
            meaning="0 for a first judgement; later ones measure self-consistency and count nowhere else",
        ),
        Column(
            name="degree",
            kind=pa.int8(),
            nullable=True,
            meaning="-4 to 4, signed like `strength`, as said on a scale of four degrees (1 negligibly better or "
            "unsure, 2 slightly, 3 better, 4 significantly; `strength` 1, 1, 2, 3); null on any other scale",
        ),
        Column(
            name="points",
            kind=POINTS,
            nullable=True,
            meaning="points of every completion in import order, more being better; `ranking` and `choice` "
            "follow from them; null where none were asked",
        ),
        Column(
            name="reasons",
            kind=REASONS,
            meaning="reasons chosen for a completion from a list; empty when none",
        ),
        Column(
            name="flags",
            kind=FLAGS,
            meaning="what the rater flagged about the comparison, `target` being `prompt` or the id of a "
            "completion; the same on each criterion; empty when nothing",
        ),
        Column(
            name="order_asked",
            kind=pa.bool_(),
            nullable=True,
            meaning="true when the ranking was the order shown and the rater, asked, said it is meant so; "
            "null where no ranking was asked",
        ),
        Column(
            name="role",
            kind=pa.string(),
            meaning="`rater`, or `lead` for a decision about a contested comparison, which is nobody's vote: no score, "
            "count or agreement has it",
            beside="; `second_rater` for one by a rater whom a lead named to decide, who saw what others said, without "
            "names; a lead's holds before theirs",
        ),
        Column(
            name="excluded",
            kind=pa.bool_(),
            meaning="true for a judgement left out by a written decision, after notice and open to appeal: no other "
            "config, score, count or agreement has it",
        ),
    ),
)
