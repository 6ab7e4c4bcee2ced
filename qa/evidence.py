"""Hits to Evidence: the sentences of the found passages, each measured against the question."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.neural import PassageReading, SpanScores, read_passages
from qa.passages import sentence_spans
from qa.periods import times_told
from qa.query import Query
from qa.records import Article, Hit, Passage, Span
from qa.segmentation import fold
from qa.weighing import TermWeights, coverage

__all__ = [
    "SENTENCE_FEATURES",
    "Evidence",
    "collect_evidence",
    "years_of",
]

SENTENCE_FEATURES = (
    "words", "bigrams", "words with opening", "bigrams with opening", "words with context",
    "longest match", "entities", "entities with context", "focus", "words in article", "passage score",
    "passage rank", "length", "year told", "other year", "read", "read probability", "unread",
)  # fmt: skip
# A sentence that the network did not read, or gave up on, is this improbable (logarithm).
_IMPROBABLE = -12.0
# The first sentence of an article counts up to this many characters.
_OPENING = 120
# 怎样做到取热不取水？ asks what the next sentence answers.
_QUESTION = re.compile(r"[？?][”」』]?$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a Hit: ``article.text[start:end]``; ``features`` are those of SENTENCE_FEATURES.

    ``scores`` are the network's of its characters, None where it did not read them.
    """

    hit: Hit
    start: int
    end: int
    sentence: str
    features: tuple[float, ...]
    scores: SpanScores | None = field(default=None, compare=False, repr=False)

    @property
    def article(self) -> Article:
        """The Article the sentence stands in."""
        return self.hit.passage.article


def longest_match(question: str, text: str) -> int:
    """Return the length of the longest piece of ``question`` that stands in ``text``."""
    best = 0
    for start in range(len(question)):
        while start + best < len(question) and question[start : start + best + 1] in text:
            best += 1
    return best


def years_of(article: Article, start: int, end: int) -> set[str]:
    """Return the years that ``article.text[start:end]`` speaks of, as `times_told` tells them."""
    told = times_told(article.text, article.date, start, end)
    return {year for word in told if word.period for year in word.period.years}


def collect_evidence(query: Query, hits: Sequence[Hit], weights: TermWeights) -> list[Evidence]:
    """Cut Hits into sentences and measure each; subheads and captions count like any sentence."""
    best_score = max((hit.score for hit in hits), default=1.0) or 1.0
    readings = read_passages(query, weights.words, weights.bigrams, hits)
    collected = []
    for rank, hit in enumerate(hits):
        passage, article = hit.passage, hit.passage.article
        around = fold(f"{article.kicker} {article.headline} {article.subtitle} {passage.text}")
        opening = _opening(article)
        shared = _passage_features(query, weights, hit, around, (hit.score / best_score, 1 / (rank + 1)))
        credit_spans = _credit_spans(article)
        reading = readings.get(passage.passage_id)
        for start, end in _sentences(passage, reading):
            credit = next((span for span in credit_spans if span[1] <= start < span[2]), None)
            if query.asks_for_photographer and credit is None:
                continue
            if _QUESTION.search(article.text, start, end):
                continue
            sentence = article.text[start:end]
            # Of whom a photograph is, its caption tells; of whom it is by, the credit below.
            matched = article.text[credit[0] : credit[2]] if credit and query.asks_for_byline else sentence
            own = _sentence_features(query, weights, fold(matched), opening, around)
            year = _year_features(query, article, start, end)
            place = (start - passage.start, end - passage.start)
            read = _read_features(reading, place)
            features = (*own, *shared, min(len(sentence), 120) / 60, *year, *read)
            scores = reading.span_scores(place) if reading else None
            collected.append(Evidence(hit, start, end, sentence, features, scores))
    return collected


def _sentences(passage: Passage, reading: PassageReading | None) -> list[Span]:
    """The sentences of a passage, as spans of its article; those that the network reads as one, as one."""
    spans = sentence_spans(passage.text)
    joined = reading.join(spans) if reading else spans
    return [(passage.start + start, passage.start + end) for start, end in joined]


def _read_features(reading: PassageReading | None, place: Span) -> tuple[float, float, float]:
    """The network's logarithm of the probability that a sentence answers, and the probability."""
    if reading is None or place not in reading.sentences:
        return _IMPROBABLE / 3, 0.0, 1.0
    logarithm = max(reading.sentences[place], _IMPROBABLE)
    return logarithm / 3, math.exp(logarithm), 0.0


def _credit_spans(article: Article) -> list[tuple[int, int, int]]:
    """Where captions with a credit begin, where the credit begins, and where it ends."""
    return [
        (first, first + len(paragraph.text) + 1, last)
        for paragraph, (first, last) in zip(article.paragraphs, article.paragraph_offsets, strict=True)
        if paragraph.credit
    ]


def _sentence_features(
    query: Query, weights: TermWeights, folded: str, opening: str, around: str
) -> tuple[float, ...]:
    words = coverage(weights.words, folded)
    opened = (coverage(weights.words, folded + opening), coverage(weights.bigrams, folded + opening))
    gain = coverage(weights.words, folded + around) - words
    match = longest_match(query.folded, folded) / max(len(query.folded), 1)
    return words, coverage(weights.bigrams, folded), *opened, gain, match, _named(query, folded)


def _opening(article: Article) -> str:
    """The headlines and the first sentence, folded: what an article is about, later sentences leave out."""
    first = sentence_spans(article.text, 0, min(len(article.text), _OPENING))[:1]
    opening = "".join(article.text[start:end] for start, end in first)
    return fold(f"\n{article.kicker}\n{article.headline}\n{article.subtitle}\n{opening}")


def _named(query: Query, folded: str) -> float:
    """The share of the question's names that stand in a text; 0.5 when it names nothing."""
    names = [entity.word for entity in query.entities]
    return sum(name in folded for name in names) / len(names) if names else 0.5


def _passage_features(
    query: Query, weights: TermWeights, hit: Hit, around: str, standing: tuple[float, float]
) -> tuple[float, ...]:
    focus = float(query.focus in around) if query.focus else 0.5
    article = fold(hit.passage.article.text) + around
    return _named(query, around), focus, coverage(weights.words, article), *standing


def _year_features(query: Query, article: Article, start: int, end: int) -> tuple[float, float]:
    """Whether the year asked for is told in or before the sentence, and whether another one is."""
    if not query.years:
        return 0.5, 0.0
    told = years_of(article, start, end)
    agrees = bool(told & set(query.years))
    return float(agrees), float(bool(told) and not agrees)
