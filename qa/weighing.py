"""The terms of a question weighed by their rarity in an Index, and how much of them a text tells."""

import re
from dataclasses import dataclass

from qa.bm25 import inverse_document_frequency
from qa.index import Index
from qa.query import Query
from qa.segmentation import with_plain_numerals
from qa.variants import variants_of

__all__ = ["TermWeights", "coverage", "weigh_terms"]

# Years aside, which the texts of today write in digits.
_FIGURE_TERM = re.compile(r"\d(?!(?<=[12])[09]\d\d$)")
_VARIANT = 0.5


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Inverse document frequency of a question's words and bigrams in an Index."""

    words: dict[str, float]
    bigrams: dict[str, float]


def weigh_terms(index: Index, query: Query) -> TermWeights:
    """Return BM25's inverse document frequencies, ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson)."""

    def weigh(total: int, counts: dict[str, int]) -> dict[str, float]:
        return {term: inverse_document_frequency(total, n) for term, n in counts.items()}

    return TermWeights(
        weigh(*index.store.document_frequencies("words", query.words)),
        weigh(*index.store.document_frequencies("bigrams", query.bigrams)),
    )


def coverage(weights: dict[str, float], text: str) -> float:
    """Return the weighted share of terms that stand in ``text``; 1.0 when there are no terms.

    A figure stands there however it is written: 12000000000 as 120亿. A variant of a word (主任 for 负责人)
    counts half.
    """
    if any(_FIGURE_TERM.match(term) and term not in text for term in weights):
        text = f"{text}\n{with_plain_numerals(text)}"
    told = 0.0
    for term, weight in weights.items():
        if term in text:
            told += weight
        elif any(variant in text for variant in variants_of(term)):
            told += weight * _VARIANT
    total = sum(weights.values())
    return told / total if total else 1.0
