"""How far the confidence of answers can be trusted: calibration and risk-coverage.

All of it is over the questions that were answered; an answer is right where its first citation holds
a gold answer (evidence@1), which is what the confidence speaks of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.resampling import FloatArray, Statistic

__all__ = [
    "BINS",
    "Bin",
    "CurvePoint",
    "calibration_error",
    "reliability_bins",
    "risk_coverage_area",
    "risk_coverage_curve",
]

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how many, their mean confidence, and the share that is right."""

    size: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What comes of showing only answers of at least ``confidence``.

    ``coverage`` is the share of all questions that are then answered, ``risk`` the share of wrong
    ones among these answers.
    """

    confidence: float
    coverage: float
    risk: float


def calibration_error(confidence: FloatArray, right: FloatArray) -> Statistic:
    """Return the expected calibration error: the mean distance of confidence and accuracy over the bins.

    ECE = sum over bins of size / total * |accuracy - mean confidence| (Naeini et al., AAAI 2015), over
    BINS bins of equal mass (Nixon et al. 2019), whose borders are those of the whole set in resamples
    too. ``confidence`` and ``right``: shape (questions,), NaN for the ones that were not answered.
    """
    answered = ~np.isnan(confidence)
    gaps = np.where(answered, confidence - right, 0.0)
    membership = np.full(len(confidence), -1)
    membership[answered] = _bin_numbers(confidence[answered])
    columns = gaps[:, None] * (membership[:, None] == np.arange(BINS))

    def statistic(weights: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            error: FloatArray = np.abs(weights @ columns).sum(axis=1, keepdims=True) / (
                weights @ answered[:, None]
            )
        return error

    return statistic


def risk_coverage_area(confidence: FloatArray, right: FloatArray) -> Statistic:
    """Return the area under the risk-coverage curve (AURC; Geifman and El-Yaniv, ICLR 2019).

    It is the mean, over the answered questions, of the risk of showing the answers that are at least
    as confident: 0 is perfect. Arguments as for `calibration_error`.
    """
    rows = np.flatnonzero(~np.isnan(confidence))
    order = rows[np.argsort(-confidence[rows], kind="stable")]
    wrong = 1 - right[order]
    # Where each run of equal confidence ends: answers that cannot be told apart are shown together.
    ends = np.searchsorted(-confidence[order], -confidence[order], side="right") - 1

    def statistic(weights: FloatArray) -> FloatArray:
        taken = weights[:, order]
        total, errors = np.cumsum(taken, axis=1), np.cumsum(taken * wrong, axis=1)
        with np.errstate(invalid="ignore"):
            risk = np.where(total > 0, errors / total, 0.0)[:, ends]
            area: FloatArray = (taken * risk).sum(axis=1, keepdims=True) / taken.sum(axis=1, keepdims=True)
        return area

    return statistic


def reliability_bins(confidence: Sequence[float], right: Sequence[float]) -> list[Bin]:
    """Return the bins of the calibration error that hold an answer, least confident first."""
    told, truth = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    numbers = _bin_numbers(told)
    members = [numbers == number for number in np.unique(numbers)]
    return [Bin(int(m.sum()), float(told[m].mean()), float(truth[m].mean())) for m in members]


def risk_coverage_curve(
    confidence: Sequence[float], right: Sequence[float], questions: int
) -> list[CurvePoint]:
    """Return a point for each confidence that was told, highest first; ``questions`` counts all asked."""
    told, truth = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    order = np.argsort(-told, kind="stable")
    shown, errors = np.arange(1, len(told) + 1), np.cumsum(1 - truth[order])
    last = np.append(np.diff(told[order]) != 0, True)[: len(told)]
    return [
        CurvePoint(float(told[order][row]), float(shown[row] / questions), float(errors[row] / shown[row]))
        for row in np.flatnonzero(last)
    ]


def _bin_numbers(confidence: FloatArray) -> NDArray[np.int64]:
    """Return the bin of each answer, 0 to BINS - 1: as many in each as can be, equal confidences together."""
    places = np.searchsorted(np.sort(confidence), confidence, side="left")
    return places * BINS // max(len(confidence), 1)
