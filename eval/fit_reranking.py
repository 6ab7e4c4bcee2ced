"""Fit the weights of qa/reranking.py: `python -m eval.fit_reranking BENCH_FOLDER`.

Every context of a development set is an article. The first passages that the lists find are ranked by
listwise softmax: the weights, none of them negative, maximise the probability of those that hold an answer.
The figures printed are of articles that were not fitted on, and of CMRC 2018's trial set, where it is there.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.optimize import minimize

from embeddings.encoder import Encoder
from embeddings.loading import load_encoder
from eval.command import SAMPLE_GOLD
from eval.examples import is_source, opened_index, part_of
from eval.gold import GoldQuestion, read_gold
from eval.metrics import normalise
from qa.errors import QuestionError
from qa.index import Index
from qa.lexical import Filters
from qa.query import read_question
from qa.records import Passage
from qa.reranking import LOOKS, RERANKED, look_at
from qa.retrieval import retrieve
from qa.segmentation import fold
from qa.weighing import weigh_terms

SETS = ("drcd_dev.json", "ats_news_train.json")
FIGURES_ONLY = "cmrc2018_trial.json"
QUESTIONS = 1500
# The bundled sample is small but the only one with the headlines of newspapers: it counts this many times.
SAMPLE_REPEATS = 3
PARTS = ("lists", *LOOKS)
# Each choice of parts is fitted by itself, to show what a part is worth.
CHOICES = ((0,), (0, 1), (0, 2), (0, 1, 2))
# Scores are multiplied by this before the softmax; the L2 penalty holds weights of no use near 0.
SHARPNESS, PENALTY = 10.0, 0.3

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranked:
    """What is seen of the passages found for a question, of shape (n, len(PARTS)).

    ``answers`` tells which of them hold an answer, ``own`` which are of the question's article, ``fitted``
    whether the weights are fitted on it.
    """

    parts: Matrix
    answers: NDArray[np.bool_]
    own: NDArray[np.bool_]
    fitted: bool


def main(bench: Path) -> None:
    """Fit each choice of parts and print what it gives."""
    encoder = load_encoder()
    asked = {name: ask_all(bench / name, encoder) for name in SETS}
    asked["sample"] = ask_all(SAMPLE_GOLD, encoder)
    training = [one for name in SETS for one in asked[name]] + asked["sample"] * SAMPLE_REPEATS
    training = [one for one in training if one.fitted]
    shown = {name: [one for one in all_ if not one.fitted] for name, all_ in asked.items()}
    if (bench / FIGURES_ONLY).exists():
        shown[FIGURES_ONLY] = ask_all(bench / FIGURES_ONLY, encoder)
    title = "first passage answers, one of eight does; first is of the article"
    table = Table("weights", *shown, title=title)
    for columns in CHOICES:
        weights = fit(training, columns)
        table.add_row(describe(weights), *(measure(all_, weights) for all_ in shown.values()))
    Console(width=150).print(table)


def ask_all(path: Path, encoder: Encoder) -> list[Ranked]:
    """Ask the answerable ones of QUESTIONS of a set over all its articles, or over the sample's pages."""
    gold = read_gold(path).sample(QUESTIONS)
    with opened_index(gold, encoder) as index:
        questions = track([q for q in gold.questions if q.answerable], description=path.name)
        return [one for question in questions if (one := ask(question, index, encoder))]


def ask(question: GoldQuestion, index: Index, encoder: Encoder) -> Ranked | None:
    """Look at the passages found for a question; None for one that is refused or finds nothing."""
    try:
        query = read_question(question.question)
    except QuestionError:
        return None
    hits = retrieve(index, encoder, query, top_k=RERANKED, filters=Filters())
    if not hits:
        return None
    terms = weigh_terms(index, query)
    parts = [[hit.score, *look_at(hit.passage, terms)] for hit in hits]
    own = [is_source(hit, question) for hit in hits]
    answers = [mine and holds_answer(hit.passage, question) for hit, mine in zip(hits, own, strict=True)]
    fitted = part_of(question) == ("network" if question.article_id else "models")
    return Ranked(np.array(parts), np.array(answers), np.array(own), fitted)


def holds_answer(passage: Passage, question: GoldQuestion) -> bool:
    """Whether an answer stands in a passage, in either script."""
    text = normalise(fold(passage.text))
    return any(normalise(fold(answer)) in text for answer in question.answers)


def fit(all_ranked: Sequence[Ranked], columns: Sequence[int]) -> Matrix:
    """Return the weights of PARTS, of shape (len(PARTS),), 0 but for ``columns``; that of the lists is 1."""
    groups = [
        (SHARPNESS * ranked.parts[:, columns], ranked.answers)
        for ranked in all_ranked
        if ranked.answers.any() and not ranked.answers.all()
    ]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        value, gradient = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for features, right in groups:
            scores = features @ weights
            exponents = np.exp(scores - scores.max())
            total, correct = exponents.sum(), exponents[right].sum()
            value += float(np.log(total / correct))
            gradient = gradient + features.T @ (exponents / total - exponents * right / correct)
        return value, gradient

    start, bounds = np.ones(len(columns)), [(0, None)] * len(columns)
    weights = np.zeros(len(PARTS))
    weights[list(columns)] = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(weights / weights[0])


def measure(all_ranked: Sequence[Ranked], weights: Matrix) -> str:
    """How often the first passage answers, one of the first eight does, and the first is of the article."""
    figures = np.zeros(3)
    for ranked in all_ranked:
        order = np.argsort(-(ranked.parts @ weights), kind="stable")
        answers = ranked.answers[order]
        figures += [answers[0], answers[:8].any(), ranked.own[order[0]]]
    return "{:.3f} {:.3f}; {:.3f}".format(*(figures / max(len(all_ranked), 1)))


def describe(weights: Matrix) -> str:
    """Return the parts that have a weight, with it."""
    return ", ".join(f"{part} {weight:.2f}" for part, weight in zip(PARTS, weights, strict=True) if weight)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
