"""The first Hits put in order by how much of the question each tells, or by a CrossEncoder.

BM25 lets a rare word that stands there often outweigh two that are missing. The weights come from
eval/fit_reranking.py.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embeddings.reranker import Reranker
from qa.embedding import searchable_text
from qa.query import Query
from qa.records import Hit, Passage
from qa.segmentation import fold
from qa.weighing import TermWeights, coverage

__all__ = ["LOOKS", "RERANKED", "look_at", "rerank", "rerank_by_model"]

# What is seen of a passage, and its weight beside the score that the lists gave it, which is 0..1.
LOOKS = {"told_words": 0.59, "told_bigrams": 0.68}
# How many of the fused list are put in order.
RERANKED = 20


def rerank(query: Query, hits: Sequence[Hit], terms: TermWeights) -> list[Hit]:
    """Put the first RERANKED Hits in order by their score and what is seen of them, which is added to it.

    Those of an English question stay: of its words next to none stand in Chinese text.
    """
    if query.english:
        return list(hits)
    seen = []
    for hit in hits[:RERANKED]:
        looks = look_at(hit.passage, terms)
        score = hit.score + float(np.dot(looks, list(LOOKS.values())))
        seen.append(Hit(hit.passage, score, hit.parts | dict(zip(LOOKS, looks, strict=True))))
    # Equal scores stay in the order of before, so that two runs agree.
    return sorted(seen, key=lambda hit: -hit.score) + list(hits[RERANKED:])


def rerank_by_model(query: Query, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """Put the first RERANKED Hits in order by the scores of a model, which take the place of theirs.

    The Hits behind them have the score 0.
    """
    first = hits[:RERANKED]
    scores = reranker.score(query.text, [searchable_text(hit.passage) for hit in first]).tolist()
    read = [
        Hit(hit.passage, score, hit.parts | {"reranker": score})
        for hit, score in zip(first, scores, strict=True)
    ]
    return sorted(read, key=lambda hit: -hit.score) + [replace(hit, score=0.0) for hit in hits[RERANKED:]]


def look_at(passage: Passage, terms: TermWeights) -> tuple[float, float]:
    """Return the shares of a question's words and bigrams told with the headlines: LOOKS, each 0..1."""
    article = passage.article
    text = fold(f"{article.kicker}\n{article.headline}\n{article.subtitle}\n{passage.text}")
    return coverage(terms.words, text), coverage(terms.bigrams, text)
