"""Decisions about raters and appeals: for how long, and what they may rest on (spec welfare, 3.11 and 3.12)."""

from __future__ import annotations

from datetime import timedelta

EXCLUDE = "exclude_from_dataset"
"""The kind of a decision that leaves out judgements."""
IN_EFFECT, SUSPENDED, LIFTED = "in_effect", "suspended", "lifted"
"""Where a decision stands that is announced no more."""
UPHELD, PARTLY, REJECTED = "upheld", "partly", "rejected"
"""How a second person answers an appeal."""
WITHDRAWN, TIMED_OUT = "withdrawn", "timed_out_upheld"
"""How it ends without an answer: by the rater, or by time."""
DECISION, CONTROL = "decision", "control"
"""What is contested: a decision, or the known answer of a comparison."""
WINDOW = timedelta(days=30)
"""For how long after its notice a decision can be contested. A known answer can be as long as it measures."""
LIMIT = timedelta(days=14)
"""After so long without an answer an appeal is upheld."""
TARGET_DAYS = 7
"""Days within which it should be answered; after them leads are alerted."""
LEAST_REASONS = 40
"""Characters a decision has to give reasons in."""
MOST_REASONS = 10_000
"""Characters of reasons, and of what a rater says against them."""
FIGURES = (
    "peer_agreement",
    "beside_others",
    "gold_accuracy",
    "self_consistency",
    "first_shown",
    "tie_share",
    "drift",
    "alpha_without",
    "identical_answers",
)
"""What a decision may cite beside single known answers: figures from answers only, never from time."""
FORGOTTEN = "erased"
"""Stands for the evidence once the person it is about is erased."""
CONTROL_MARK = "control:"
"""Begins what cites a known answer, by its comparison."""
JUDGEMENT_MARK = "judgement:"
"""Begins the same as it is kept: by the rater's own judgement, which says nothing about the import."""
