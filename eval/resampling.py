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
    "bootstrap",
    "bootstrap_weights",
    "mean_statistic",
    "percentile_intervals",
    "point_values",
    "randomisation_p_values",
    "swap_weights",
]

FloatArray = NDArray[np.float64]
# Weights of shape (rows, questions) to figures of shape (rows, figures), one or more; a figure is NaN
# where the weights leave nothing to measure.
Statistic = Callable[[FloatArray], FloatArray]

RESAMPLES = 1000
SWAPS = 10_000
SEED = 0
CHUNK_CELLS = 2_000_000  # weights made at a time: 16 MB


def mean_statistic(values: FloatArray) -> Statistic:
    """Return the weighted means of the columns of ``values``, of shape (questions, figures), NaN left out."""
    counted = ~np.isnan(values)
    filled = np.where(counted, values, 0.0)

    def statistic(weights: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            means: FloatArray = (weights @ filled) / (weights @ counted)
        return means

    return statistic


def point_values(statistic: Statistic, questions: int) -> FloatArray:
    """Return the figures of the questions as they are, each counted once; shape (figures,)."""
    figures: FloatArray = statistic(np.ones((1, questions)))[0]
    return figures


def bootstrap(statistic: Statistic, clusters: Sequence[str]) -> FloatArray:
    """Return the figures of RESAMPLES bootstrap samples; shape (RESAMPLES, figures)."""
    return np.vstack([statistic(weights) for weights in bootstrap_weights(clusters)])


def bootstrap_weights(clusters: Sequence[str], resamples: int = RESAMPLES) -> Iterator[FloatArray]:
    """Yield weights of shape (rows, questions) of ``resamples`` rows in all, the same in every run.

    Each row draws as many clusters as there are, with replacement (Efron, Annals of Statistics 7, 1979).
    """
    names, membership = np.unique(np.asarray(clusters), return_inverse=True)
    generator = np.random.default_rng(SEED)
    for rows in _chunks(resamples, len(clusters)):
        drawn = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), size=rows)
        yield drawn[:, membership].astype(np.float64)


def percentile_intervals(values: FloatArray) -> FloatArray:
    """Return the 95 % percentile intervals (Efron 1979) of figures of shape (resamples, figures).

    Shape (figures, 2), low and high; resamples that left nothing to measure are left out.
    """
    intervals: FloatArray = np.nanpercentile(values, [2.5, 97.5], axis=0).T
    return intervals


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


def randomisation_p_values(observed: FloatArray, differences: FloatArray) -> FloatArray:
    """Return the two-sided p-values of a paired randomisation test (Smucker et al., CIKM 2007).

    ``observed`` has the shape (figures,), ``differences`` (exchanges, figures). A p-value is the share
    of exchanges whose difference is at least as large as the one observed, that one included (Phipson
    and Smyth 2010: it is never 0); exchanges that left nothing to measure are left out.
    """
    told = ~np.isnan(differences)
    # Sums in another order differ in the last digits.
    as_large = told & (np.abs(differences) >= np.abs(observed) - 1e-12)
    p_values: FloatArray = (as_large.sum(axis=0) + 1) / (told.sum(axis=0) + 1)
    return p_values


def _chunks(rows: int, columns: int) -> Iterator[int]:
    size = max(CHUNK_CELLS // max(columns, 1), 1)
    for start in range(0, rows, size):
        yield min(size, rows - start)
