"""Two runs of the same questions: differences with intervals and a paired test, questions won and lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from eval.measures import statistics
from eval.resampling import (
    FloatArray,
    bootstrap_weights,
    percentile_interval,
    point_value,
    randomisation_p_value,
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
    before = {name: statistic for name, (statistic, _) in statistics(first).items()}
    after = {name: statistic for name, (statistic, _) in statistics(second).items()}
    resampled: dict[str, list[FloatArray]] = {name: [] for name in before if name in after}
    for weights in bootstrap_weights(clusters):
        for name, values in resampled.items():
            values.append(after[name](weights) - before[name](weights))
    p_values = _p_values([*first, *second], clusters)
    found = {}
    for name, values in resampled.items():
        left, right = (point_value(side[name], len(first)) for side in (before, after))
        low, high = percentile_interval(np.concatenate(values))
        found[name] = Difference(left, right, right - left, low, high, p_values[name])
    return found


def _p_values(both: Sequence[Result], clusters: Sequence[str]) -> dict[str, float]:
    """Test each measure; ``both`` are the results of one run, then those of the other.

    A Statistic over both of them takes one run, or any exchange between the two, by its weights.
    """
    measured = {name: statistic for name, (statistic, _) in statistics(both).items()}
    ones, zeros = np.ones((1, len(clusters))), np.zeros((1, len(clusters)))
    as_they_are = np.hstack([ones, zeros]), np.hstack([zeros, ones])
    exchanged: dict[str, list[FloatArray]] = {name: [] for name in measured}
    for left, right in chain([as_they_are], swap_weights(clusters)):
        for name, statistic in measured.items():
            exchanged[name].append(statistic(right) - statistic(left))
    differences = {name: np.concatenate(values) for name, values in exchanged.items()}
    return {name: randomisation_p_value(float(d[0]), d[1:]) for name, d in differences.items()}


def _outcome(pair: Pair) -> int:
    """Return 1 where the second run did better by the first measure that differs, -1 worse, else 0."""
    for name in DECISIVE:
        before, after = pair.first.scores.get(name, 0.0), pair.second.scores.get(name, 0.0)
        if before != after:
            return 1 if after > before else -1
    return 0
