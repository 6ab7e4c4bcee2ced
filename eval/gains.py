"""What a change gains on the same queries: R@1 before and after, the gain and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.resampling import bootstrap, mean_statistic, percentile_intervals

__all__ = ["Gain", "measure_gain"]


@dataclass(frozen=True, slots=True)
class Gain:
    """R@1 of so many queries before and after, and the 95 % interval of the gain."""

    queries: int
    before: float
    after: float
    low: float
    high: float

    @property
    def helps(self) -> bool:
        """Whether the interval of the gain is above nothing."""
        return self.low > 0

    @property
    def told(self) -> str:
        """The figures in a line."""
        interval = f"95 % interval of the gain {self.low:+.3f} to {self.high:+.3f}"
        return f"R@1 {self.before:.3f} -> {self.after:.3f} ({interval})"


def measure_gain(before: NDArray[np.float64], after: NDArray[np.float64], clusters: Sequence[str]) -> Gain:
    """Return the gain of queries that were found first (1) or not (0); both arrays have shape (queries,).

    The interval resamples ``clusters``: queries of one name stand or fall together.
    """
    statistic = mean_statistic((after - before)[:, None])
    ((low, high),) = percentile_intervals(bootstrap(statistic, clusters))
    return Gain(len(clusters), float(before.mean()), float(after.mean()), float(low), float(high))
