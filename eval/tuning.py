"""Fusion weights for an encoder, from gold questions or from the headlines of an archive.

Every pairing of a query with its article is asked of an index; a grid of weights is measured by R@1 (the
best passage is of the query's article). Headlines are asked of a copy of the articles without them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from eval.fit_retrieval import GRID
from eval.gains import Gain, measure_gain
from qa.assistant import Assistant
from qa.errors import InputError, QuestionError
from qa.fusion import FusionWeights
from qa.records import Article

__all__ = ["headline_queries", "tune"]

_DEPTH = 200  # passages whose parts are weighed anew
_FEWEST = 20

Queries = Sequence[tuple[str, str]]  # a query, and the id of its article


def headline_queries(articles: Sequence[Article]) -> tuple[list[Article], Queries]:
    """Return the articles without their headlines, and the headlines as queries for them."""
    bare = [replace(article, kicker="", headline="", subtitle="", reprints=()) for article in articles]
    return bare, [(article.headline, article.article_id) for article in articles if article.headline]


def tune(assistant: Assistant, queries: Queries, current: FusionWeights) -> tuple[FusionWeights, Gain]:
    """Measure the grid and choose. Raises InputError where there are too few queries to tell."""
    if len(queries) < _FEWEST:
        raise InputError(
            f"{len(queries)} questions to tune on: give {_FEWEST} at least, or index more articles"
        )
    grid = (current, *(FusionWeights(*weights) for weights in GRID))
    table = np.array([[w.words, w.bigrams, w.vectors] for w in grid]).T
    found = np.array([_first_is_right(assistant, query, article_id, table) for query, article_id in queries])
    # Of weights that are equally good, those of before stay.
    best = int(found.mean(axis=0).argmax())
    return grid[best], measure_gain(found[:, 0], found[:, best], [name for _, name in queries])


def _first_is_right(
    assistant: Assistant, query: str, article_id: str, table: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for each column of weights 1 where the best passage is of the article, else 0."""
    try:
        hits = assistant.search(query, top_k=_DEPTH)
    except QuestionError:
        hits = []
    if not hits:
        return np.zeros(table.shape[1])
    parts = np.array([[hit.parts["words"], hit.parts["bigrams"], hit.parts["vectors"]] for hit in hits])
    best = (parts / np.maximum(parts.max(axis=0), 1e-9) @ table).argmax(axis=0)
    return np.array([float(hits[row].passage.article.article_id == article_id) for row in best])
