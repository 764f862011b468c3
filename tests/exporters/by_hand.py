"""The rows of a version, worked out once more from its published judgements: one vote at a time, without SQL."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

from rlhf_collect.exporters.rules import Rules

Row = dict[str, Any]
Pair = tuple[str, str]


def side_on(judgement: Row, pair: Pair, completions: int) -> str | None:
    """What a judgement says of a pair: one of its ids, ``tie``, ``both_bad``, or ``None`` for nothing."""
    choice: str = judgement["choice"]
    if completions == 2 or choice == "both_bad":
        return choice
    if judgement["ranking"] is None:
        return choice if choice == "tie" or choice in pair else None
    first, second = (
        next(place for place, group in enumerate(judgement["ranking"]) if each in group) for each in pair
    )
    return "tie" if first == second else pair[first > second]


def agreement(answers: Counter[str]) -> float | None:
    """Chance that two answers are the same."""
    n = answers.total()
    return sum(each * (each - 1) for each in answers.values()) / (n * (n - 1)) if n > 1 else None


def wins(rules: Rules, answers: Counter[str], answer: str) -> bool:
    """Whether an answer decides under the rules."""
    heard = Counter(answers)
    if rules.ties == "ignore":
        del heard["tie"]
    own = heard[answer]
    others = max((count for each, count in heard.items() if each != answer), default=0)
    total = heard.total()
    decides = {"plurality": own > others, "majority": 2 * own > total, "unanimous": own == total}
    return own > 0 and decides[rules.decision]


def held_back(rules: Rules, n: int, agreed: float | None) -> bool:
    """Whether too few raters, or too little agreement, keep a row back."""
    return n < rules.min_raters or (rules.min_agreement > 0 and (agreed or 0) < rules.min_agreement)


class Judged:
    """One comparison on one criterion."""

    def __init__(self, comparison: Row, judgements: list[Row], rules: Rules) -> None:
        self.ids = [each["id"] for each in comparison["completions"]]
        self.text = {each["id"]: each["content"] for each in comparison["completions"]}
        self.rules, self.judgements = rules, judgements
        self.answers = {
            pair: Counter(
                said for each in judgements if (said := side_on(each, pair, len(self.ids))) is not None
            )
            for pair in combinations(self.ids, 2)
        }
        self.answers = {pair: answers for pair, answers in self.answers.items() if answers}

    def share(self, completion: str) -> float:
        """Of its pairs, how many a completion won; half a pair for a tie or a both-bad."""
        mine = [answers for pair, answers in self.answers.items() if completion in pair]
        halves = sum(2 * a[completion] + a["tie"] + a["both_bad"] for a in mine)
        return halves / (2 * sum(a.total() for a in mine))

    def ranking(self) -> list[list[str]]:
        """Ids by share."""
        shares = {each: self.share(each) for each in self.ids}
        return [
            [each for each in self.ids if shares[each] == share]
            for share in sorted(set(shares.values()), reverse=True)
        ]

    def wanted(self, pair: Pair) -> bool:
        """Whether ``rules.pairs`` asks for the pair."""
        order = self.ranking()
        first, second = sorted(
            next(place for place, group in enumerate(order) if each in group) for each in pair
        )
        return {
            "all": True,
            "adjacent": second - first == 1,
            "best_worst": first == 0 < second == len(order) - 1,
        }[self.rules.pairs]

    def pairs(self) -> list[tuple[str, str, float, float, int]]:
        """``chosen, rejected, score_chosen, score_rejected, n_raters`` of every row of ``preference``."""
        rows = []
        for pair, answers in self.answers.items():
            n = answers.total()
            for winner, loser in (pair, pair[::-1]):
                if (
                    wins(self.rules, answers, winner)
                    and not held_back(self.rules, n, agreement(answers))
                    and self.wanted(pair)
                ):
                    rows.append((winner, loser, answers[winner] / n, answers[loser] / n, n))
        return rows

    def labels(self) -> dict[str, bool]:
        """Completion to its label in ``unpaired``."""
        choices = Counter(each["choice"] for each in self.judgements)
        if wins(self.rules, choices, "both_bad"):
            labels = dict.fromkeys(self.ids, False)
        elif len(self.ids) == 2:
            return {each: each == won for won, lost, *_ in self.pairs() for each in (won, lost)}
        else:
            labels = {each: share > 0.5 for each in self.ids if (share := self.share(each)) != 0.5}
        return {each: label for each, label in labels.items() if not self._held(each)}

    def _held(self, completion: str) -> bool:
        mine = [answers for pair, answers in self.answers.items() if completion in pair]
        couples = sum(a.total() * (a.total() - 1) for a in mine)
        same = sum(count * (count - 1) for a in mine for count in a.values())
        return held_back(self.rules, len(self.judgements), same / couples if couples else None)
