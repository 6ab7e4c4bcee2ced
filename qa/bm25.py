"""BM25 as sparse vectors: the inner product of a passage's weights and a query's is its BM25.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, with the constants
and the inverse document frequency that tantivy has.
"""

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

__all__ = ["K1", "B", "inverse_document_frequency", "passage_weights", "query_weights", "term_id"]

K1 = 1.2
B = 0.75
_IDS = 2**32 - 1  # Milvus takes indices of sparse vectors below this


def term_id(term: str) -> int:
    """Return the place of a term in a sparse vector: its CRC-32 modulo 2^32 - 1.

    Two of some 20,000 words share a place with another one; they are taken for one word.
    """
    return zlib.crc32(term.encode("utf-8", "surrogatepass")) % _IDS


def inverse_document_frequency(total: int, holding: int) -> float:
    """Return ln(1 + (N - n + 0.5) / (n + 0.5)) for a term that ``holding`` of ``total`` passages hold."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def passage_weights(terms: Sequence[str], average_length: float) -> dict[int, float]:
    """Return tf (k1 + 1) / (tf + k1 (1 - b + b length / average length)) by place, for each term."""
    counts = Counter(map(term_id, terms))
    norm = K1 * (1 - B + B * len(terms) / average_length)
    return {place: tf * (K1 + 1) / (tf + norm) for place, tf in counts.items()}


def query_weights(total: int, holding: Mapping[str, int]) -> dict[int, float]:
    """Return the inverse document frequency by place, for each term that any passage holds."""
    found: dict[int, float] = {}
    for term, count in holding.items():
        if count:
            found[term_id(term)] = inverse_document_frequency(total, count)
    return found
