"""Evidence for a question in another language, measured by how near in meaning its sentences are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from qa.evidence import SENTENCE_FEATURES, Evidence
from qa.query import Query

__all__ = ["measure_by_meaning"]

# Cosines (bundled encoder) of Chinese sentences with an English question that have nothing in common with it,
# and of those that answer it: the median of what is found, and what the best ones reach.
_UNRELATED, _ANSWERING = 0.15, 0.45
# Sentences that are encoded: those of the best passages.
_SENTENCES = 32
_BY_MEANING = tuple(
    SENTENCE_FEATURES.index(name)
    for name in ("words", "bigrams", "words with opening", "bigrams with opening")
)
_OF_PASSAGE = SENTENCE_FEATURES.index("words in article")


def measure_by_meaning(query: Query, evidence: Sequence[Evidence], encoder: Encoder) -> list[Evidence]:
    """Return the first sentences with similarity in place of the share of words that they have in common.

    For a question that shares no word with the text, that share says nothing.
    """
    encoded = evidence[:_SENTENCES]
    if not encoded:
        return []
    vectors = encoder.encode([one.sentence for one in encoded])
    near = _share(vectors @ encoder.encode([query.text], "query")[0])
    measured = []
    for one, share in zip(encoded, near.tolist(), strict=True):
        features = list(one.features)
        for place in _BY_MEANING:
            features[place] = share
        features[_OF_PASSAGE] = float(_share(np.array([one.hit.parts["vectors"]], np.float32))[0])
        measured.append(replace(one, features=tuple(features)))
    return measured


def _share(cosines: FloatArray) -> FloatArray:
    """Map cosines to the scale of shares of words: nothing in common is 0, an answer about 1."""
    share: FloatArray = np.clip((cosines - _UNRELATED) / (_ANSWERING - _UNRELATED), 0.0, 1.0)
    return share
