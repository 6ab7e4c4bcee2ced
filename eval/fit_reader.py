"""Fit the linear models of qa/reading.py: `python -m eval.fit_reader BENCH_FOLDER`.

Sentences and typed spans are ranked by listwise softmax: the weights maximise the probability of
the right ones among all of a question. Every answer type has weights of its own, held near the
common ones by an L2 penalty. The answer check is a logistic regression on whether the evidence found
holds the answer; its negatives are questions whose article is hidden, and SQuAD 2.0's unanswerable
ones. The scores of the network (qa/neural.py) are among the features, so only articles that it was
not trained on take part; a part of these gives the figures printed (eval/examples.py).
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy.optimize import minimize

from embeddings.loading import load_encoder
from eval.command import SAMPLE_GOLD
from eval.examples import Example, collect
from eval.metrics import character_f1, exact_match
from qa.evidence import SENTENCE_FEATURES, Evidence
from qa.reading import ANSWER_FEATURES, Models, answer_features, rank_evidence, rank_spans
from qa.segmentation import fold
from qa.spans import SPAN_FEATURES, MeasuredSpan

Scored = list[tuple[MeasuredSpan, float]]
Matrix = NDArray[np.float64]
# Questions of each set; SQuAD 2.0 gives its unanswerable ones as near misses.
SETS = {
    "drcd_dev.json": 800,
    "ats_news_train.json": 800,
    "squad2_zh_dev.json": 500,
    "cmrc2018_trial.json": 800,
}
# The bundled sample is small but the only one laid out as newspapers are: it counts this many times.
SAMPLE_REPEATS = 8
OUTPUT = Path(__file__).parents[1] / "qa" / "reader.json"
# Spans that count as right have at least this character F1 with an answer.
RIGHT_SPAN = 0.85
# Share of the answerable questions that must stay above the threshold.
KEPT = 0.975
# Share of unanswerable questions for which the confidence is calibrated.
UNANSWERABLE = 0.2
PENALTY_COMMON, PENALTY_TYPE, PENALTY_ANSWER = 1.0, 20.0, 100.0


def main(bench: Path) -> None:
    """Fit all three models, write them, and print figures on the held-out fifth."""
    console, encoder, examples = Console(), load_encoder(), []
    for name, size in SETS.items():
        examples += collect(bench / name, size, encoder)
    sample = collect(SAMPLE_GOLD, 1000, encoder)
    examples += [e for e in sample if e.training] * SAMPLE_REPEATS + [e for e in sample if not e.training]
    training = [e for e in examples if e.training]
    sentence = fit_sentences(training)
    unread = Models(
        sentence, {"": np.zeros(1 + len(SPAN_FEATURES))}, np.zeros(len(ANSWER_FEATURES)), 0.0, 0.0
    )
    distinct = {id(e): e for e in examples}
    spans = {key: find_spans(e, unread) for key, e in track(distinct.items(), description="spans")}
    models = replace(unread, span=fit_spans(training, spans))
    models = fit_answer(training, rescore(spans, models), models)
    write(models)
    report(console, [e for e in examples if not e.training], rescore(spans, models), models)
    console.print("of these, the bundled sample:")
    report(console, [e for e in sample if not e.training], rescore(spans, models), models)


def fit_softmax(groups: Sequence[tuple[str, Matrix, NDArray[np.bool_]]], width: int) -> dict[str, Matrix]:
    """Fit weights of shape (width,) for each type: common ones plus a penalised difference.

    A group is (type, features of shape (n, width), which rows are right).
    """
    kinds = sorted({kind for kind, _, _ in groups})
    place = {kind: 1 + row for row, kind in enumerate(kinds)}
    features = np.concatenate([f for _, f, _ in groups])
    right = np.concatenate([r for _, _, r in groups])
    sizes = np.array([len(f) for _, f, _ in groups])
    group_of = np.repeat(np.arange(len(groups)), sizes)
    kind_of = np.repeat([place[kind] for kind, _, _ in groups], sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        table = flat.reshape(len(kinds) + 1, width)
        scores = ((table[0] + table[kind_of]) * features).sum(axis=1)
        scores -= np.maximum.reduceat(scores, starts)[group_of]
        exponents = np.exp(scores)
        total = np.add.reduceat(exponents, starts)
        correct = np.add.reduceat(exponents * right, starts)
        residual = exponents / total[group_of] - exponents * right / correct[group_of]
        weighted = residual[:, None] * features
        gradient = np.zeros_like(table)
        np.add.at(gradient, kind_of, weighted)
        gradient[0] = weighted.sum(axis=0)
        penalties = np.full((len(kinds) + 1, 1), PENALTY_TYPE)
        penalties[0] = PENALTY_COMMON
        gradient += penalties * table
        value = float(np.log(total / correct).sum() + 0.5 * (penalties * table**2).sum())
        return value, gradient.ravel()

    fitted = minimize(loss, np.zeros((len(kinds) + 1) * width), jac=True, method="L-BFGS-B").x
    table = fitted.reshape(len(kinds) + 1, width)
    return {"": table[0]} | {kind: table[0] + table[row] for kind, row in place.items()}


def fit_sentences(examples: Sequence[Example]) -> dict[str, Matrix]:
    """Fit the sentence weights on answerable questions whose answer is among the evidence."""
    groups = []
    for e in examples:
        right = np.array([e.is_right(s) for s in e.evidence], dtype=bool)
        if right.any() and not right.all():
            groups.append((e.query.type, np.array([s.features for s in e.evidence]), right))
    return fit_softmax(groups, len(SENTENCE_FEATURES))


def find_spans(example: Example, models: Models) -> Scored:
    """Find the spans of the best sentences of a question."""
    ranked = rank_evidence(example.query, example.evidence, models)
    return rank_spans(example.query, ranked, example.weights, models)


def rescore(spans: dict[int, Scored], models: Models) -> Callable[[Example], Scored]:
    """Return a function that gives the spans of an example, scored by ``models``, best first."""

    def scored(example: Example) -> Scored:
        weights = models.span.get(example.query.type, models.span[""])
        table = models.sentence.get(example.query.type, models.sentence[""])
        again = [
            (s, float(weights[0] * (table @ s.evidence.features) + weights[1:] @ s.features))
            for s, _ in spans[id(example)]
        ]
        return sorted(again, key=lambda pair: -pair[1])

    return scored


def fit_spans(examples: Sequence[Example], spans: dict[int, Scored]) -> dict[str, Matrix]:
    """Fit the span weights; the first one is that of the sentence's score."""
    unfitted = Models(fit_sentences(examples), {}, np.zeros(0), 0.0, 0.0)
    groups = []
    for e in examples:
        table = unfitted.sentence.get(e.query.type, unfitted.sentence[""])
        right = np.array(
            [
                e.is_right(s.evidence) and character_f1(fold(s.text), e.answers) >= RIGHT_SPAN
                for s, _ in spans[id(e)]
            ],
            dtype=bool,
        )
        if right.any() and not right.all():
            rows = [(float(table @ s.evidence.features), *s.features) for s, _ in spans[id(e)]]
            groups.append((e.query.type, np.array(rows), right))
    return fit_softmax(groups, 1 + len(SPAN_FEATURES))


def chosen(example: Example, spans: Scored, models: Models) -> Evidence:
    """Return the sentence the program would quote first."""
    return spans[0][0].evidence if spans else rank_evidence(example.query, example.evidence, models)[0][0]


def fit_answer(examples: Sequence[Example], spans_of: Callable[[Example], Scored], models: Models) -> Models:
    """Fit the answer check by logistic regression and set its threshold."""
    rows, told, answerable = [], [], []
    for e in examples:
        if e.evidence:
            rows.append(answer_features(e.query, rank_evidence(e.query, e.evidence, models), spans_of(e)))
            told.append(e.answerable and any(map(e.holds_answer, e.evidence)))
            answerable.append(e.answerable)
    features, target = np.array(rows), np.array(told, dtype=float)
    scale = features.std(axis=0) + 1e-9

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        logits = (features / scale) @ weights[:-1] + weights[-1]
        probability = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        error = probability - target
        penalty = PENALTY_ANSWER * weights[:-1]
        value = np.logaddexp(0, logits).sum() - (target * logits).sum() + 0.5 * (penalty @ weights[:-1])
        return float(value), np.append((features / scale).T @ error + penalty, error.sum())

    fitted = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    # Unanswerable questions are many here; a confidence is for an archive of which few are asked.
    fitted[-1] += np.log(target.mean() ** -1 - 1) - np.log(UNANSWERABLE / (1 - UNANSWERABLE))
    probability = 1 / (1 + np.exp(-((features / scale) @ fitted[:-1] + fitted[-1])))
    threshold = float(np.quantile(probability[answerable], 1 - KEPT))
    return replace(models, answer=fitted[:-1] / scale, answer_bias=float(fitted[-1]), threshold=threshold)


def write(models: Models) -> None:
    """Write the weights with the features they belong to, in the form `load_models` reads."""

    def rounded(weights: Matrix) -> list[float]:
        return [round(float(weight), 5) for weight in weights]

    stored = {
        "features": {
            "sentence": list(SENTENCE_FEATURES),
            "span": list(SPAN_FEATURES),
            "answer": list(ANSWER_FEATURES),
        },
        "sentence": {kind: rounded(w) for kind, w in models.sentence.items()},
        "span": {kind: rounded(w) for kind, w in models.span.items()},
        "answer": rounded(models.answer),
        "answer_bias": round(models.answer_bias, 5),
        "threshold": round(models.threshold, 4),
    }
    OUTPUT.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def report(
    console: Console,
    examples: Sequence[Example],
    spans_of: Callable[[Example], Scored],
    models: Models,
) -> None:
    """Print, on held-out articles, how often sentence and span are right and how well the check tells."""
    by_type: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    kept, declined = [], []
    for e in examples:
        if not e.evidence:
            continue
        spans, ranked = spans_of(e), rank_evidence(e.query, e.evidence, models)
        logit = float(models.answer @ answer_features(e.query, ranked, spans)) + models.answer_bias
        answered = 1 / (1 + np.exp(-logit)) >= models.threshold
        if e.answerable:
            kept.append(answered)
            short = fold(spans[0][0].text) if spans else ""
            figures = (
                float(e.holds_answer(chosen(e, spans, models))),
                float(exact_match(short, e.answers)),
                character_f1(short, e.answers),
            )
            by_type[e.query.type].append(figures)
            by_type["all"].append(figures)
        else:
            declined.append(not answered)
    for kind, figures_of_kind in sorted(by_type.items()):
        evidence, exact, f1 = np.mean(figures_of_kind, axis=0)
        console.print(
            f"{kind:14} n {len(figures_of_kind):5}  evidence {evidence:.3f}  EM {exact:.3f}  F1 {f1:.3f}"
        )
    console.print(
        f"answered {np.mean(kept):.3f} of answerable, declined {np.mean(declined):.3f} of unanswerable,"
        f" threshold {models.threshold:.3f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
