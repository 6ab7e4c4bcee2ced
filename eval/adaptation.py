"""Adapting an encoder to an archive, and what that gains: `python -m eval.adaptation BENCH_FOLDER`.

The archive offers the pairs itself: the headline of an article with each of its paragraphs, and paragraphs
that stand one below the other. A tenth of the articles is held out: their headlines, and the gold questions
about them, are to find a paragraph of their article first among those of all articles (R@1).
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.adapter import Adapter, fit_adapter
from embeddings.encoder import Encoder, FloatArray
from embeddings.loading import load_encoder
from eval.gains import Gain, measure_gain
from eval.gold import read_gold
from qa.errors import InputError
from qa.records import Article

__all__ = ["adapt", "pairs_of"]

_HELD_OUT = 10  # every tenth article
_FEWEST = 50  # articles with a headline and two paragraphs, less teach nothing
_SHORTEST = 10  # characters of a paragraph


@dataclass(frozen=True, slots=True)
class Pairs:
    """Queries and paragraphs with the numbers of their articles, and which are held out.

    Queries are headlines and gold questions; ``paragraph_of`` is the paragraph that answers a query, -1
    for a headline, which goes with all of its article.
    """

    queries: list[str]
    query_article: NDArray[np.int64]
    paragraph_of: NDArray[np.int64]
    paragraphs: list[str]
    article: NDArray[np.int64]

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return len(set(self.article.tolist()))


def pairs_of(articles: Iterable[Article], gold: Iterable[tuple[str, str]] = ()) -> Pairs:
    """Return the pairs of articles; ``gold`` are questions with the sentence that answers them.

    Raises InputError where there are too few articles to learn from.
    """
    queries: list[tuple[str, int, int]] = []
    paragraphs: list[tuple[str, int]] = []
    for number, article in enumerate(articles):
        texts = [p.text for p in article.paragraphs if p.role == "body" and len(p.text) >= _SHORTEST]
        headline = " ".join(part for part in (article.kicker, article.headline, article.subtitle) if part)
        if headline and texts:
            queries.append((headline, number, -1))
        paragraphs += [(text, number) for text in texts]
    if len(queries) < _FEWEST:
        raise InputError(
            f"{len(queries)} articles with a headline: to adapt to them, index {_FEWEST} at least"
        )
    for question, evidence in gold:
        where = next((row for row, (text, _) in enumerate(paragraphs) if evidence and evidence in text), None)
        if where is not None:
            queries.append((question, paragraphs[where][1], where))
    return Pairs(
        [query for query, _, _ in queries],
        np.array([number for _, number, _ in queries]),
        np.array([row for _, _, row in queries]),
        [text for text, _ in paragraphs],
        np.array([number for _, number in paragraphs]),
    )


def adapt(encoder: Encoder, pairs: Pairs) -> tuple[Adapter, Gain]:
    """Fit an adapter to nine tenths of the articles and measure it on the queries of the tenth."""
    queries, paragraphs = encoder.encode(pairs.queries, "query"), encoder.encode(pairs.paragraphs)
    held_out = pairs.query_article % _HELD_OUT == 0
    adapter = fit_adapter(encoder.name, _differences(pairs, queries, paragraphs))
    truth = pairs.query_article[held_out]
    before = _finds_own(queries[held_out], paragraphs, truth, pairs.article)
    after = _finds_own(adapter.apply(queries[held_out]), adapter.apply(paragraphs), truth, pairs.article)
    return adapter, measure_gain(before, after, [str(number) for number in truth])


def _differences(pairs: Pairs, queries: FloatArray, paragraphs: FloatArray) -> list[FloatArray]:
    """Return the differences of headlines and paragraphs, of neighbours, and of gold, none held out."""
    told = pairs.article % _HELD_OUT != 0
    headline = {
        int(number): row
        for row, (number, answer) in enumerate(zip(pairs.query_article, pairs.paragraph_of, strict=True))
        if answer < 0
    }
    under = [row for row in np.flatnonzero(told) if int(pairs.article[row]) in headline]
    above = [headline[int(pairs.article[row])] for row in under]
    next_to = np.flatnonzero((pairs.article[:-1] == pairs.article[1:]) & told[:-1])
    asked = np.flatnonzero((pairs.paragraph_of >= 0) & (pairs.query_article % _HELD_OUT != 0))
    return [
        queries[above] - paragraphs[under],
        paragraphs[next_to] - paragraphs[next_to + 1],
        queries[asked] - paragraphs[pairs.paragraph_of[asked]],
    ]


def _finds_own(
    queries: FloatArray, paragraphs: FloatArray, truth: NDArray[np.int64], article: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return for each query 1 where the nearest paragraph is of its article, else 0."""
    nearest = np.concatenate([(rows @ paragraphs.T).argmax(axis=1) for rows in np.array_split(queries, 8)])
    return np.asarray(article[nearest] == truth, np.float64)


def main(bench: Path) -> None:
    """Adapt to the newspaper of 1998, and measure the adapter there and on encyclopaedia articles."""
    encoder, began = load_encoder(), time.perf_counter()
    lines = (bench / "rmrb199801_articles.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    news = [
        Article.from_text("\n".join(row["paragraphs"]), headline=" ".join(row["headline_lines"]))
        for row in rows
    ]
    adapter, gain = adapt(encoder, pairs_of(news))
    print(f"{gain.queries} headlines held out: {gain.told}, {time.perf_counter() - began:.0f} s")
    gold = read_gold(bench / "cmrc2018_trial.json")
    numbers = {article.article_id: number for number, article in enumerate(gold.articles)}
    truth = np.array([numbers[str(question.article_id)] for question in gold.questions])
    questions = encoder.encode([question.question for question in gold.questions], "query")
    contexts = encoder.encode([article.text for article in gold.articles])
    for name, change in _both(adapter):
        found = _finds_own(change(questions), change(contexts), truth, np.arange(len(contexts)))
        print(f"cmrc2018_trial {name}: R@1 {found.mean():.4f}")


def _both(adapter: Adapter) -> Sequence[tuple[str, Callable[[FloatArray], FloatArray]]]:
    return (("before", lambda vectors: vectors), ("after", adapter.apply))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
