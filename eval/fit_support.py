"""Fit the weights and the threshold of qa/support.py: `python -m eval.fit_support BENCH_FOLDER`.

Statements made of questions and answers (`eval.support_trials`) are measured against their passages; a
logistic regression tells those that are supported from those that are not. Statements that lack a fact in
what is quoted are decided before and not fitted on. The table tells, for each threshold, how many of the
supported are kept, and how many of the others are caught, facts and meaning together.
"""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from eval.support_trials import Trial, make_trials
from qa.support import FEATURES, best_support, measure_support

SETS = ("drcd_dev.json", "ats_news_train.json")
STATEMENTS = 120  # of each set
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


def main(bench: Path) -> None:
    """Measure the statements of each set, fit, and print weights and table."""
    trials = [trial for name in SETS for trial in make_trials(bench / name, STATEMENTS)]
    rows = [_measure(trial) for trial in track(trials)]
    kinds = np.array([trial.kind for trial in trials])
    open_ = np.array([row is not None for row in rows])
    features = np.array([row for row in rows if row is not None])
    supported = kinds[open_] == "supported"
    model = LogisticRegression(C=1.0, class_weight="balanced")
    held_out = np.zeros(len(trials))
    held_out[open_] = cross_val_predict(model, features, supported, cv=5, method="predict_proba")[:, 1]
    model.fit(features, supported)
    console = Console()
    weights = ", ".join(f"{name} {value:.2f}" for name, value in zip(FEATURES, model.coef_[0], strict=True))
    console.print(f"bias {model.intercept_[0]:.2f}, {weights}")
    table = Table("threshold", "supported kept", "exchanged caught", "foreign caught")
    for threshold in (0.0, *THRESHOLDS):
        kept = open_ & (held_out >= threshold)
        table.add_row(
            f"{threshold:g}",
            f"{kept[kinds == 'supported'].mean():.3f}",
            *(f"{1 - kept[kinds == kind].mean():.3f}" for kind in ("exchanged", "foreign")),
        )
    console.print(table)
    margins = {kind: features[kinds[open_] == kind, -1] for kind in ("supported", "exchanged", "foreign")}
    for margin in (-0.1, -0.15, -0.2, -0.25, -0.3, -0.35, -0.4):
        console.print(f"margin < {margin}: " + ", ".join(f"{k} {(m < margin).mean():.3f}" for k, m in margins.items()))


def _measure(trial: Trial) -> tuple[float, ...] | None:
    """Return the features of a statement, None where a fact of it is missing or contradicted."""
    support = best_support(trial.statement, trial.passages)
    if support is None or support.missing or support.contradicted:
        return None
    return measure_support(trial.statement, support.quotation)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
