"""Fit the fusion weights of qa/retrieval.py: `python -m eval.fit_retrieval BENCH_FOLDER`.

Every context of a development set is an article; a grid of weights is measured by R@1 (the best
passage is of the question's article). The weights that are best on the mean of the sets win.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from embeddings.loading import load_encoder
from eval.gold import read_gold
from qa.assistant import Assistant
from qa.errors import QuestionError

SETS = ("drcd_dev.json", "ats_news_train.json")
QUESTIONS = 1000
GRID = tuple(itertools.product((1.0,), (0.5, 0.7, 1.0, 1.4), (0.0, 0.3, 0.5, 0.7, 1.0, 1.4)))


def main(bench: Path) -> None:
    """Measure the grid on each set and print it, best mean first."""
    load_encoder()
    results = {name: measure(bench / name) for name in SETS}
    table = Table("words", "bigrams", "vectors", *SETS, "mean")
    means = np.mean(list(results.values()), axis=0)
    for row in np.argsort(-means):
        figures = (*(results[name][row] for name in SETS), means[row])
        table.add_row(*map(str, GRID[row]), *(f"{figure:.4f}" for figure in figures))
    Console().print(table)


def measure(path: Path) -> NDArray[np.float64]:
    """Return R@1 of every weighting in GRID on one set."""
    gold = read_gold(path).sample(QUESTIONS)
    right = np.zeros(len(GRID))
    with Assistant.from_articles(gold.articles) as assistant:
        for question in track(gold.questions, description=path.name):
            try:
                hits = assistant.search(question.question, top_k=200)
            except QuestionError:
                continue
            parts = np.array([[h.parts["words"], h.parts["bigrams"], h.parts["vectors"]] for h in hits])
            scores = (parts / np.maximum(parts.max(axis=0), 1e-9)) @ np.array(GRID).T
            best = scores.argmax(axis=0)
            right += [hits[row].passage.article.article_id == question.article_id for row in best]
    return right / len(gold.questions)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
