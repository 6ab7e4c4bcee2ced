"""Query to Hits: words, bigrams and vectors, each a list of its own, fused by weighted scores."""

from collections import defaultdict

import numpy as np

from embeddings.encoder import Encoder
from qa.fusion import FUSION, FusionWeights
from qa.index import Index
from qa.lexical import Filters
from qa.query import Query
from qa.records import Hit

__all__ = ["retrieve"]

# How deep each list is read before fusion.
_DEPTH = 100
# Of an English question only a year or a province stands in Chinese text; what it means must lead.
_ENGLISH = FusionWeights(words=0.3, bigrams=0.0, vectors=1.0)


def retrieve(
    index: Index,
    encoder: Encoder,
    query: Query,
    *,
    top_k: int,
    filters: Filters,
    weights: FusionWeights = FUSION,
) -> list[Hit]:
    """Return the ``top_k`` best Passages among those that satisfy the filters, best first.

    The parts of a Hit's score are the BM25 of words and of bigrams and the cosine of vectors, as
    they are; the score is their weighted mean after division by each list's maximum.
    """
    parts: dict[int, dict[str, float]] = defaultdict(lambda: {"words": 0.0, "bigrams": 0.0, "vectors": 0.0})
    for number, score in index.store.search_lexical("words", query.words, _DEPTH, filters):
        parts[number]["words"] = score
    for number, score in index.store.search_lexical("bigrams", query.bigrams, _DEPTH, filters):
        parts[number]["bigrams"] = score
    vector = encoder.encode([query.text], "query")[0]
    near = dict(index.store.search_dense(vector, _DEPTH, filters))
    lexical_only = sorted(set(parts) - set(near))
    for number, cosine in near.items():
        parts[number]["vectors"] = cosine
    for number, cosine in zip(lexical_only, index.store.vectors_of(lexical_only) @ vector, strict=True):
        parts[number]["vectors"] = float(cosine)
    return _fuse(index, dict(parts), _ENGLISH if query.english else weights, top_k)


def _fuse(index: Index, parts: dict[int, dict[str, float]], weights: FusionWeights, top_k: int) -> list[Hit]:
    if not parts:
        return []
    numbers = list(parts)
    columns = ("words", "bigrams", "vectors")
    table = np.array([[parts[number][column] for column in columns] for number in numbers])
    best_of_list = table.max(axis=0)
    scale = np.where(best_of_list > 0, best_of_list, 1.0)
    shares = np.array([weights.words, weights.bigrams, weights.vectors])
    scores = (table / scale) @ (shares / shares.sum())
    # Equal scores are ordered by number, so that two runs agree.
    best = sorted(range(len(numbers)), key=lambda row: (-scores[row], numbers[row]))[:top_k]
    passages = index.database.passages([numbers[row] for row in best])
    # The records are the truth: a row that a store on a server kept of a lost commit shows to nobody.
    known = [row for row in best if numbers[row] in passages]
    return [Hit(passages[numbers[row]], float(scores[row]), parts[numbers[row]]) for row in known]
