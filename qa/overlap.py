"""What a question and a text have in common, character by character: the reader's own features.

Shared words, bigrams and trigrams weighted by their inverse document frequency, their density around
a character and in its sentence, and the wording beside the question's gap.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.query import Query
from qa.records import Span

__all__ = ["CHARACTER_FEATURES", "QUESTION_FEATURES", "character_features", "question_features"]

CHARACTER_FEATURES = (
    "word", "bigram", "trigram", "character", "words near", "words around", "words of sentence",
    "bigrams of sentence", "words of passage", "bigrams of passage", "digit", "letter", "sign",
    "behind the wording before the gap", "before the wording behind the gap", "position",
)  # fmt: skip
QUESTION_FEATURES = ("word", "bigram", "gap", "nearness to gap", "before gap")
_COLUMN = {name: column for column, name in enumerate(CHARACTER_FEATURES)}
_NEAR, _AROUND = 8, 24
# The wording beside the gap is looked for in pieces of two to six characters; the three characters
# next to where it stands are marked.
_SHORTEST, _LONGEST, _BESIDE = 2, 6, 3
_EDGES_BEFORE = " ,，。的了是为有达共叫由在"
_EDGES_AFTER = " ,，。?？的了是为有达共叫由在"

Features = NDArray[np.float32]


def character_features(
    query: Query,
    words: Mapping[str, float],
    bigrams: Mapping[str, float],
    text: str,
    sentences: Sequence[Span],
    headline: str,
) -> Features:
    """Measure the characters of a folded passage: shape (characters, len(CHARACTER_FEATURES)).

    ``words`` and ``bigrams`` are the question's with their inverse document frequencies; those of the
    folded headline count for the passage as a whole. ``sentences`` are spans of ``text``.
    """
    features = np.zeros((len(text), len(CHARACTER_FEATURES)), np.float32)
    starts = np.array([start for start, _ in sentences])
    for kind, terms in (("word", words), ("bigram", bigrams)):
        total, highest = sum(terms.values()) or 1.0, max(terms.values(), default=1.0) or 1.0
        covered, covered_by_sentence = 0.0, np.zeros(len(sentences))
        for term, weight in terms.items():
            places = list(_occurrences(text, term))
            for place in places:
                column = features[place : place + len(term), _COLUMN[kind]]
                np.maximum(column, weight / highest, out=column)
            found_in = set(np.searchsorted(starts, places, "right").tolist()) - {0}
            covered_by_sentence[[number - 1 for number in found_in]] += weight
            covered += weight * (bool(places) or term in headline)
        features[:, _COLUMN[f"{kind}s of passage"]] = covered / total
        for (start, end), share in zip(sentences, covered_by_sentence / total, strict=True):
            features[start:end, _COLUMN[f"{kind}s of sentence"]] = share
    matched = features[:, _COLUMN["word"]]
    features[:, _COLUMN["words near"]] = _density(matched, _NEAR)
    features[:, _COLUMN["words around"]] = _density(matched, _AROUND)
    _mark_characters(features, query, text)
    _mark_beside_gap(features, query, text)
    return features


def question_features(query: Query, words: Mapping[str, float], bigrams: Mapping[str, float]) -> Features:
    """Measure the characters of a folded question: shape (characters, len(QUESTION_FEATURES))."""
    question = query.folded
    features = np.zeros((len(question), len(QUESTION_FEATURES)), np.float32)
    for column, terms in enumerate((words, bigrams)):
        highest = max(terms.values(), default=1.0) or 1.0
        for term, weight in terms.items():
            for place in _occurrences(question, term):
                stretch = features[place : place + len(term), column]
                np.maximum(stretch, weight / highest, out=stretch)
    start, end = len(query.before), len(question) - len(query.after)
    places = np.arange(len(question))
    distance = np.where(places < start, start - places, np.where(places >= end, places - end + 1, 0))
    features[start:end, 2] = 1
    features[:, 3] = 0.5 ** (distance / 4)
    features[:, 4] = places < start
    return features


def _mark_characters(features: Features, query: Query, text: str) -> None:
    question = query.folded
    for trigram in {question[place : place + 3] for place in range(len(question) - 2)}:
        for place in _occurrences(text, trigram):
            features[place : place + 3, _COLUMN["trigram"]] = 1
    codes = _codes(text)
    digit, letter = (codes >= ord("0")) & (codes <= ord("9")), (codes >= ord("a")) & (codes <= ord("z"))
    features[:, _COLUMN["character"]] = np.isin(codes, _codes(question))
    features[:, _COLUMN["digit"]] = digit
    features[:, _COLUMN["letter"]] = letter
    features[:, _COLUMN["sign"]] = ~(((codes >= 0x3400) & (codes <= 0x9FFF)) | digit | letter)
    features[:, _COLUMN["position"]] = np.arange(len(text)) / max(len(text), 1)


def _mark_beside_gap(features: Features, query: Query, text: str) -> None:
    before, after = query.before.strip(_EDGES_BEFORE), query.after.strip(_EDGES_AFTER)
    behind, ahead = _COLUMN["behind the wording before the gap"], _COLUMN["before the wording behind the gap"]
    for length in range(_SHORTEST, min(_LONGEST, len(before)) + 1):
        for place in _occurrences(text, before[-length:]):
            end = place + length
            features[end : end + _BESIDE, behind] = length / _LONGEST
    for length in range(_SHORTEST, min(_LONGEST, len(after)) + 1):
        for place in _occurrences(text, after[:length]):
            features[max(place - _BESIDE, 0) : place, ahead] = length / _LONGEST


def _occurrences(text: str, term: str) -> Iterator[int]:
    place = text.find(term)
    while place >= 0:
        yield place
        place = text.find(term, place + 1)


def _density(matched: Features, radius: int) -> Features:
    """Return the mean of ``matched`` around each place, weighted by a triangle of that radius."""
    if not len(matched):
        return matched
    triangle = 1 - np.abs(np.arange(-radius, radius + 1)) / (radius + 1)
    smoothed = np.convolve(matched, triangle, "full")[radius : radius + len(matched)] / radius
    return smoothed.astype(np.float32)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
