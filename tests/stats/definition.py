"""Agreement straight from its definition: loops over pairs of values, sharing no code with the product."""

from __future__ import annotations

from collections import Counter
from itertools import permutations


def _distance(one: int, two: int, level: str, all_values: Counter[int]) -> float:
    if one == two:
        return 0.0
    if level == "nominal":
        return 1.0
    if level == "interval":
        return float((one - two) ** 2)
    if level == "ratio":
        return ((one - two) / (one + two)) ** 2
    low, high = min(one, two), max(one, two)
    between = sum(all_values[value] for value in range(low, high + 1))
    return (between - (all_values[low] + all_values[high]) / 2) ** 2


def alpha_by_pairs(comparisons: list[list[int]], level: str = "nominal") -> float | None:
    """Krippendorff's alpha as 1 - mean distance within comparisons / mean distance overall."""
    paired = [one for one in comparisons if len(one) >= 2]
    values = [value for one in paired for value in one]
    count = Counter(values)
    overall = sum(_distance(one, two, level, count) for one, two in permutations(values, 2))
    if not overall:
        return None
    overall /= len(values) * (len(values) - 1)
    within = sum(
        _distance(one, two, level, count) / (len(each) - 1)
        for each in paired
        for one, two in permutations(each, 2)
    ) / len(values)
    return 1 - within / overall


def pairwise_by_pairs(comparisons: list[list[int]]) -> float | None:
    """Share of equal ordered pairs of values within comparisons."""
    pairs = [one == two for each in comparisons for one, two in permutations(each, 2)]
    return sum(pairs) / len(pairs) if pairs else None
