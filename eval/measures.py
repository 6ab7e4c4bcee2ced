"""The measures by name, and their figures over a set of Results: means, calibration, intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.calibration import calibration_error, risk_coverage_area
from eval.metrics import percentile
from eval.resampling import (
    FloatArray,
    Statistic,
    bootstrap,
    mean_statistic,
    percentile_intervals,
    point_values,
)
from eval.results import Result

__all__ = [
    "MEASURES",
    "OVERALL",
    "Figure",
    "Measure",
    "Measured",
    "SummaryRow",
    "is_right",
    "measure",
    "summarise",
    "summary_to_json",
]

OVERALL = "all"
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its label, what it says in a line, and whether more of it is better."""

    label: str
    meaning: str
    more_is_better: bool = True


MEASURES = {
    "recall1": Measure("R@1", "the share of what answers that is found first"),
    "recall5": Measure("R@5", "the share of it among the first 5"),
    "recall10": Measure("R@10", "the share of it among the first 10"),
    "mrr10": Measure("MRR@10", "mean of 1 / rank of the first that answers, 0 beyond 10"),
    "ndcg10": Measure("nDCG@10", "discounted gain of the first 10 against the best order"),
    "evidence1": Measure("evidence@1", "the first citation holds a gold answer"),
    "evidence3": Measure("evidence@3", "one of the first three citations does"),
    "em": Measure("EM", "the short answer is a gold answer"),
    "f1": Measure("F1", "characters of the short answer in common with a gold answer"),
    "citation_precision": Measure("citation precision", "share of an answer's citations that support it"),
    "citation_recall": Measure("citation recall", "share of the gold evidence that is cited"),
    "answered": Measure("answered", "answerable questions that got an answer"),
    "abstention_precision": Measure("abstention precision", "abstentions that were due"),
    "abstention_recall": Measure("abstention recall", "unanswerable questions that were declined"),
    "ece": Measure("ECE", "distance of confidence and accuracy of the answers", more_is_better=False),
    "aurc": Measure("AURC", "mean risk over the risk-coverage curve", more_is_better=False),
}


MEANS = tuple(name for name in MEASURES if name not in ("ece", "aurc"))  # means of Result.scores


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures that count for some of the questions, by name, with the Statistic that gives them all.

    ``counted`` tells for which questions each counts; shape (questions, names).
    """

    names: list[str]
    counted: NDArray[np.bool_]
    statistic: Statistic


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over ``n`` questions: its value and the 95 % interval from ``low`` to ``high``."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The figures of the questions of one type, or of all; times in milliseconds.

    ``clusters`` counts the articles they are about: from a handful of them no interval is to be trusted.
    ``figures`` maps the names of MEASURES to 0..1 and lacks what was not measured or counts for none
    of the questions.
    """

    type: str
    n: int
    unanswerable: int
    clusters: int
    figures: dict[str, Figure]
    median_ms: float | None
    p95_ms: float | None


def summarise(results: Sequence[Result]) -> list[SummaryRow]:
    """Return a row for each question type, in the order they came, and last the row of all."""
    types = dict.fromkeys(result.type for result in results)
    groups = [(name, [r for r in results if r.type == name]) for name in types]
    return [_summary_row(name, group) for name, group in [*groups, (OVERALL, list(results))]]


def is_right(result: Result) -> bool:
    """Whether an answered question is answered rightly, as calibration and risk count it: evidence@1."""
    return result.scores.get("evidence1", 0.0) > 0


def measure(results: Sequence[Result]) -> Measured:
    """Return what there is to measure in the Results, in the order of MEASURES."""
    confidence = np.array([r.confidence if r.answered else NAN for r in results], dtype=np.float64)
    right = np.array([float(is_right(r)) if r.answered else NAN for r in results])
    values = np.array([[r.scores.get(name, NAN) for name in MEANS] for r in results])
    parts = (
        mean_statistic(values),
        calibration_error(confidence, right),
        risk_coverage_area(confidence, right),
    )
    counted = ~np.isnan(np.column_stack([values, confidence, confidence]))
    kept = np.flatnonzero(counted.any(axis=0))

    def statistic(weights: FloatArray) -> FloatArray:
        return np.column_stack([part(weights) for part in parts])[:, kept]

    return Measured([list(MEASURES)[i] for i in kept], counted[:, kept], statistic)


def summary_to_json(rows: Sequence[SummaryRow]) -> dict[str, Any]:
    """Return the last line of ``wenbao eval --json``: a flat object for each row, under ``summary``."""
    return {"summary": [_row_to_json(row) for row in rows]}


def _summary_row(name: str, results: list[Result]) -> SummaryRow:
    times = [result.elapsed_ms for result in results if result.elapsed_ms > 0]
    return SummaryRow(
        type=name,
        n=len(results),
        unanswerable=sum(not result.answerable for result in results),
        clusters=len({result.cluster for result in results}),
        figures=_figures(results),
        median_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
    )


def _figures(results: list[Result]) -> dict[str, Figure]:
    measured = measure(results)
    clusters = np.array([result.cluster for result in results])
    values = point_values(measured.statistic, len(results)).tolist()
    intervals = percentile_intervals(bootstrap(measured.statistic, clusters.tolist())).tolist()
    figures = {}
    for name, counted, value, (low, high) in zip(
        measured.names, measured.counted.T, values, intervals, strict=True
    ):
        if value in (0.0, 1.0):
            low, high = _one_sided(value, len(np.unique(clusters[counted])))  # noqa: PLW2901
        figures[name] = Figure(value, low, high, int(counted.sum()))
    return figures


def _one_sided(value: float, clusters: int) -> tuple[float, float]:
    """Return the interval of a figure that no question departs from, which a bootstrap takes for certain.

    The exact one of Clopper and Pearson (Biometrika 26, 1934) for all or none of so many clusters.
    """
    margin = 1 - 0.025 ** (1 / clusters)
    return (1 - margin, 1.0) if value else (0.0, margin)


def _row_to_json(row: SummaryRow) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": row.type,
        "n": row.n,
        "unanswerable": row.unanswerable,
        "clusters": row.clusters,
    }
    told |= {name: round(figure.value, 4) for name, figure in row.figures.items()}
    told |= {"median_ms": _rounded(row.median_ms), "p95_ms": _rounded(row.p95_ms)}
    intervals = {name: [round(f.low, 4), round(f.high, 4)] for name, f in row.figures.items()}
    return told | {"intervals": intervals}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
