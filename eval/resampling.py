"""Resampling of questions: bootstrap intervals, and the randomisation test for two runs.

Every figure is a Statistic: a function of how often each question counts. A resample is then a row
of weights, and many are computed at once. Questions about one article are not independent of each
other, so that whole clusters of them are drawn (cluster bootstrap: Field and Welsh, Journal of the
Royal Statistical Society B 69, 2007), and exchanged, together.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "RESAMPLES",
    "SEED",
    "SWAPS",
    "FloatArray",
    "Statistic",
    "bootstrap_weights",
    "mean_statistic",
    "percentile_interval",
    "point_value",
    "randomisation_p_value",
    "swap_weights",
]

FloatArray = NDArray[np.float64]
# Weights of shape (rows, questions) to one value a row; NaN where the weights leave nothing to measure.
Statistic = Callable[[FloatArray], FloatArray]

RESAMPLES = 1000
SWAPS = 10_000
SEED = 0
CHUNK_CELLS = 2_000_000  # weights made at a time: 16 MB


def mean_statistic(values: FloatArray) -> Statistic:
    """Return the weighted mean over the questions whose value is not NaN; ``values``: shape (questions,)."""
    counted = ~np.isnan(values)
    filled = np.where(counted, values, 0.0)

    def statistic(weights: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            result: FloatArray = (weights @ filled) / (weights @ counted)
        return result

    return statistic


def point_value(statistic: Statistic, questions: int) -> float:
    """Return a statistic of the questions as they are, each counted once."""
    return float(statistic(np.ones((1, questions)))[0])


def bootstrap_weights(clusters: Sequence[str], resamples: int = RESAMPLES) -> Iterator[FloatArray]:
    """Yield weights of shape (rows, questions) of ``resamples`` rows in all, the same in every run.

    Each row draws as many clusters as there are, with replacement (Efron, Annals of Statistics 7, 1979).
    """
    names, membership = np.unique(np.asarray(clusters), return_inverse=True)
    generator = np.random.default_rng(SEED)
    for rows in _chunks(resamples, len(clusters)):
        drawn = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), size=rows)
        yield drawn[:, membership].astype(np.float64)


def percentile_interval(values: FloatArray) -> tuple[float, float]:
    """Return the 95 % percentile interval of bootstrap values (Efron 1979); NaN values are left out."""
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def swap_weights(clusters: Sequence[str], swaps: int = SWAPS) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield weights over the questions of two runs, put one after the other: shape (rows, 2 * questions).

    The first of each pair chooses one run's outcome of every question, the second the other's; by a
    fair coin for each cluster. The rows are the same in every run.
    """
    names, membership = np.unique(np.asarray(clusters), return_inverse=True)
    generator = np.random.default_rng(SEED)
    for rows in _chunks(swaps, 2 * len(clusters)):
        heads = generator.integers(0, 2, size=(rows, len(names)))[:, membership].astype(np.float64)
        yield np.hstack([heads, 1 - heads]), np.hstack([1 - heads, heads])


def randomisation_p_value(observed: float, differences: FloatArray) -> float:
    """Return the two-sided p-value of a paired randomisation test (Smucker et al., CIKM 2007).

    It is the share of exchanges whose difference is at least as large as the one observed, that one
    included (Phipson and Smyth 2010: a p-value is never 0).
    """
    differences = differences[~np.isnan(differences)]
    # Sums in another order differ in the last digits.
    as_large = np.abs(differences) >= abs(observed) - 1e-12
    return float((as_large.sum() + 1) / (len(differences) + 1))


def _chunks(rows: int, columns: int) -> Iterator[int]:
    size = max(CHUNK_CELLS // max(columns, 1), 1)
    for start in range(0, rows, size):
        yield min(size, rows - start)
