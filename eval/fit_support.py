"""Fit the weights and the threshold of qa/support.py: `python -m eval.fit_support BENCH_FOLDER`.

Statements made of questions and answers (`eval.support_trials`) are measured against their passages; a
logistic regression tells those that their passage supports from those before a passage of another article.
The table tells how many of each kind are kept by facts alone, by each threshold of meaning, and by each of
place; the thresholds are those that keep some 97 of 100 supported statements.
"""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from eval.support_trials import make_trials
from qa.support import FEATURES, best_support, measure_support

SETS = ("drcd_dev.json", "ats_news_train.json")
STATEMENTS = 120  # of each set
KINDS = ("supported", "exchanged", "foreign")
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
MARGINS = (-0.4, -0.35, -0.3, -0.25, -0.2, -0.15, -0.1)


def main(bench: Path) -> None:
    """Measure the statements of each set, fit, and print weights and tables."""
    trials = [trial for name in SETS for trial in make_trials(bench / name, STATEMENTS)]
    supports = [best_support(trial.statement, trial.passages) for trial in track(trials)]
    found = [(trial, support) for trial, support in zip(trials, supports, strict=True) if support]
    kinds = np.array([trial.kind for trial, _ in found])
    features = np.array([measure_support(trial.statement, support.quotation) for trial, support in found])
    # The words of an exchanged statement all stand in the passage; it is for facts and places to tell.
    fitted = kinds != "exchanged"
    model = LogisticRegression(C=1.0)
    held_out = cross_val_predict(
        model, features[fitted], kinds[fitted] == "supported", cv=5, method="predict_proba"
    )
    probabilities = np.zeros(len(found))
    probabilities[fitted] = held_out[:, 1]
    model.fit(features[fitted], kinds[fitted] == "supported")
    probabilities[~fitted] = model.predict_proba(features[~fitted])[:, 1]
    console = Console()
    weights = ", ".join(f"{name} {value:.2f}" for name, value in zip(FEATURES, model.coef_[0], strict=True))
    console.print(f"bias {model.intercept_[0]:.2f}, {weights}")
    sound = np.array([not support.missing and support.contradicted is None for _, support in found])
    margins = np.array([support.margin for _, support in found])
    table = Table("decided by", *(f"{kind} kept" for kind in KINDS))
    decisions = {"facts": sound}
    decisions |= {f"meaning >= {least:g}": probabilities >= least for least in THRESHOLDS}
    decisions |= {f"place >= {least:g}": margins >= least for least in MARGINS}
    for name, kept in decisions.items():
        table.add_row(name, *(f"{kept[kinds == kind].mean():.3f}" for kind in KINDS))
    console.print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
