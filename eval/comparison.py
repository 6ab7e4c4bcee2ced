"""Two runs of the same questions: differences with intervals and a paired test, questions won and lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.measures import measure
from eval.resampling import (
    FloatArray,
    bootstrap,
    percentile_intervals,
    point_values,
    randomisation_p_values,
    swap_weights,
)
from eval.results import Result
from eval.run_folder import Run
from qa.errors import InputError

__all__ = ["Comparison", "Difference", "Pair", "compare_runs", "comparison_to_json"]

# What tells a question won from one lost: the first of these that differs.
DECISIVE = ("evidence1", "abstention_recall", "f1", "ndcg10")


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of both runs: ``difference`` is second minus first, with its 95 % interval.

    ``p_value`` is that of the paired randomisation test, not corrected for the number of measures.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Pair:
    """What the two runs made of one question."""

    first: Result
    second: Result


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, their differences by measure, and the questions that the second won and lost."""

    first: Run
    second: Run
    differences: dict[str, Difference]
    won: list[Pair]
    lost: list[Pair]


def compare_runs(first: Run, second: Run) -> Comparison:
    """Compare two runs. Raises InputError where they did not ask the same questions of the same gold."""
    pairs = _pair(first, second)
    signs = [_outcome(pair) for pair in pairs]
    return Comparison(
        first,
        second,
        _differences([pair.first for pair in pairs], [pair.second for pair in pairs]),
        won=[pair for pair, sign in zip(pairs, signs, strict=True) if sign > 0],
        lost=[pair for pair, sign in zip(pairs, signs, strict=True) if sign < 0],
    )


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the JSON object of ``wenbao eval --compare A B --json``."""
    return {
        "first": str(comparison.first.folder),
        "second": str(comparison.second.folder),
        "differences": {
            name: {
                "first": round(d.first, 4),
                "second": round(d.second, 4),
                "difference": round(d.difference, 4),
                "interval": [round(d.low, 4), round(d.high, 4)],
                "p_value": round(d.p_value, 4),
            }
            for name, d in comparison.differences.items()
        },
        "won": [pair.first.id for pair in comparison.won],
        "lost": [pair.first.id for pair in comparison.lost],
    }


def _pair(first: Run, second: Run) -> list[Pair]:
    if first.record["gold"]["sha256"] != second.record["gold"]["sha256"]:
        raise InputError(
            f"{first.folder} and {second.folder}: runs of different gold questions "
            f"({len(first.results)} and {len(second.results)}); compare runs of the same ones"
        )
    others = {result.id: result for result in second.results}
    return [Pair(result, others[result.id]) for result in first.results]


def _differences(first: Sequence[Result], second: Sequence[Result]) -> dict[str, Difference]:
    """Measure both runs on the same resamples of their questions."""
    clusters = [result.cluster for result in first]
    before, after = measure(first), measure(second)
    names = [name for name in before.names if name in after.names]
    columns = [[side.names.index(name) for name in names] for side in (before, after)]

    def difference(weights: FloatArray) -> FloatArray:
        return after.statistic(weights)[:, columns[1]] - before.statistic(weights)[:, columns[0]]

    intervals = percentile_intervals(bootstrap(difference, clusters)).tolist()
    p_values = _p_values([*first, *second], clusters)
    left = point_values(before.statistic, len(first))[columns[0]].tolist()
    right = point_values(after.statistic, len(first))[columns[1]].tolist()
    return {
        name: Difference(old, new, new - old, low, high, p_values[name])
        for name, old, new, (low, high) in zip(names, left, right, intervals, strict=True)
    }


def _p_values(both: Sequence[Result], clusters: Sequence[str]) -> dict[str, float]:
    """Test each measure; ``both`` are the results of one run, then those of the other.

    A Statistic over both of them takes one run, or any exchange between the two, by its weights.
    """
    measured = measure(both)

    def difference(left: FloatArray, right: FloatArray) -> FloatArray:
        return measured.statistic(right) - measured.statistic(left)

    ones, zeros = np.ones((1, len(clusters))), np.zeros((1, len(clusters)))
    observed = difference(np.hstack([ones, zeros]), np.hstack([zeros, ones]))[0]
    exchanged = np.vstack([difference(left, right) for left, right in swap_weights(clusters)])
    return dict(zip(measured.names, randomisation_p_values(observed, exchanged).tolist(), strict=True))


def _outcome(pair: Pair) -> int:
    """Return 1 where the second run did better by the first measure that differs, -1 worse, else 0."""
    for name in DECISIVE:
        before, after = pair.first.scores.get(name, 0.0), pair.second.scores.get(name, 0.0)
        if before != after:
            return 1 if after > before else -1
    return 0
