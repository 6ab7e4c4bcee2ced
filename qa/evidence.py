"""Hits to Evidence: the sentences of the found passages, each measured against the question."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.index import Index
from qa.passages import sentence_spans
from qa.query import Query
from qa.records import Article, Hit
from qa.segmentation import fold

__all__ = [
    "SENTENCE_FEATURES",
    "Evidence",
    "TermWeights",
    "collect_evidence",
    "coverage",
    "told_years",
    "weigh_terms",
]

SENTENCE_FEATURES = (
    "words", "bigrams", "words with context", "longest match", "entities", "entities with context",
    "focus", "words in article", "passage score", "passage rank", "length", "year told", "other year",
)  # fmt: skip
_YEAR_TOLD = re.compile(r"((?:19|20)\d\d)(?=年|[-—至到]\d{4}年|度)")


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Inverse document frequency of a question's words and bigrams in an Index."""

    words: dict[str, float]
    bigrams: dict[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a Hit: ``article.text[start:end]``; ``features`` are those of SENTENCE_FEATURES."""

    hit: Hit
    start: int
    end: int
    sentence: str
    features: tuple[float, ...]

    @property
    def article(self) -> Article:
        """The Article the sentence stands in."""
        return self.hit.passage.article


def weigh_terms(index: Index, query: Query) -> TermWeights:
    """Return BM25's inverse document frequencies, ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson)."""

    def weigh(total: int, counts: dict[str, int]) -> dict[str, float]:
        return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}

    return TermWeights(
        weigh(*index.lexical.document_frequencies("words", query.words)),
        weigh(*index.lexical.document_frequencies("bigrams", query.bigrams)),
    )


def coverage(weights: dict[str, float], text: str) -> float:
    """Return the weighted share of terms that stand in ``text``; 1.0 when there are no terms."""
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in text) / total if total else 1.0


def longest_match(question: str, text: str) -> int:
    """Return the length of the longest piece of ``question`` that stands in ``text``."""
    best = 0
    for start in range(len(question)):
        while start + best < len(question) and question[start : start + best + 1] in text:
            best += 1
    return best


def told_years(text: str, end: int) -> list[str]:
    """Return the years told in ``text`` up to ``end``, the last one first."""
    return [m[1] for m in _YEAR_TOLD.finditer(text, 0, end)][::-1]


def collect_evidence(query: Query, hits: Sequence[Hit], weights: TermWeights) -> list[Evidence]:
    """Cut Hits into sentences and measure each; subheads and captions count like any sentence."""
    best_score = max((hit.score for hit in hits), default=1.0) or 1.0
    collected = []
    for rank, hit in enumerate(hits):
        passage, article = hit.passage, hit.passage.article
        around = fold(f"{article.kicker} {article.headline} {article.subtitle} {passage.text}")
        shared = _passage_features(query, weights, hit, around, (hit.score / best_score, 1 / (rank + 1)))
        for start, end in sentence_spans(article.text, passage.start, passage.end):
            sentence = article.text[start:end]
            own = _sentence_features(query, weights, fold(_matched(query, article, start, end)), around)
            year = _year_features(query, article, start, end)
            collected.append(Evidence(hit, start, end, sentence, (*own, *shared, *_length(sentence), *year)))
    return collected


def _matched(query: Query, article: Article, start: int, end: int) -> str:
    """The text a sentence is matched by: for who took a photograph, the credit's caption goes with it."""
    if query.asks_for_byline:
        for paragraph, (first, last) in zip(article.paragraphs, article.paragraph_offsets, strict=True):
            if paragraph.credit and first + len(paragraph.text) < start < last:
                return article.text[first:last]
    return article.text[start:end]


def _sentence_features(
    query: Query, weights: TermWeights, folded: str, around: str
) -> tuple[float, float, float, float, float]:
    entities = [fold(entity.word) for entity in query.entities]
    words = coverage(weights.words, folded)
    gain = coverage(weights.words, folded + around) - words
    match = longest_match(query.folded, folded) / max(len(query.folded), 1)
    named = sum(entity in folded for entity in entities) / len(entities) if entities else 0.5
    return words, coverage(weights.bigrams, folded), gain, match, named


def _passage_features(
    query: Query, weights: TermWeights, hit: Hit, around: str, standing: tuple[float, float]
) -> tuple[float, ...]:
    entities = [fold(entity.word) for entity in query.entities]
    named = sum(entity in around for entity in entities) / len(entities) if entities else 0.5
    focus = float(query.focus in around) if query.focus else 0.5
    article = fold(hit.passage.article.text) + around
    return named, focus, coverage(weights.words, article), *standing


def _length(sentence: str) -> tuple[float]:
    return (min(len(sentence), 120) / 60,)


def _year_features(query: Query, article: Article, start: int, end: int) -> tuple[float, float]:
    """Whether the year asked for is told in or before the sentence, and whether another one is."""
    if not query.years:
        return 0.5, 0.0
    inside = {m[1] for m in _YEAR_TOLD.finditer(article.text, start, end)}
    before = told_years(article.text, start)[:1]
    told = inside or set(before) or ({article.date[:4]} if article.date else set())
    agrees = bool(told & set(query.years))
    return float(agrees), float(bool(told) and not agrees)
