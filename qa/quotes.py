"""Quote to QuoteLookup: whether a sentence stands in the archive, where, in what words, and who says it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.alignment import Edit, Letters, edits_between, find_nearest, letters_of
from qa.errors import QuestionError
from qa.index import Index
from qa.lexical import Filters
from qa.passages import passage_at, sentence_spans
from qa.records import Article, Difference, Span
from qa.reprints import publication_order
from qa.segmentation import bigrams, fold
from qa.speakers import Speaker, find_speaker

__all__ = ["MAX_QUOTE", "QuoteLookup", "QuoteMatch", "look_up"]

MAX_QUOTE = 20_000
_SHORTEST = 2  # letters
# From development data, by eval/quote_threshold.py; the figures stand in docs/decisions.md.
NEAR = 0.65
_TERMS = 64  # bigrams that the Index is asked for, the rarest of the quote
_PASSAGES = 100
# Passages that score less than this share of the best hold too little of the quote.
_SCORE = 0.3
_ALIGNED = 5  # articles that a quote which stands nowhere is compared with
_CLOSING = "。！？；…”’」』》）!?;)"
_OPENING = "“‘「『《（("


@dataclass(frozen=True, slots=True)
class QuoteMatch:
    """A piece of an Article that a quote is, or is like: ``article.text[start:end]``.

    ``similarity`` (0 to 1) is 1 less the share of letters to be edited. ``differences`` are those of
    letters; ``apart_from`` tells in what else the two differ where their letters are the same:
    ``punctuation``, ``form`` (width, case, script), or nothing but ``spacing``.
    """

    article: Article
    passage_id: str
    start: int
    end: int
    similarity: float
    differences: tuple[Difference, ...] = ()
    apart_from: tuple[str, ...] = ()
    speaker: Speaker | None = None

    @property
    def text(self) -> str:
        """The printed characters."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class QuoteLookup:
    """What became of a quote: ``exact`` and ``near`` have the articles it stands in, the nearest first.

    ``exact`` is letter for letter, in the order of publication. Where it is ``absent``, ``matches`` has
    the nearest sentence, which is not the quote.
    """

    quote: str
    kind: Literal["exact", "near", "absent"]
    matches: tuple[QuoteMatch, ...]


def look_up(index: Index, quote: str, filters: Filters) -> QuoteLookup:
    """Look a quote up, whatever its punctuation, white space, width, case and script.

    Raises QuestionError when it has fewer than two letters, or more than MAX_QUOTE characters.
    """
    quote = quote.encode("utf-8", "ignore").decode("utf-8").strip()
    if len(quote) > MAX_QUOTE:
        message = f"引文有{len(quote):,}字，请缩短到{MAX_QUOTE:,}字以内 (the quote is too long)"
        raise QuestionError(message)
    letters = letters_of(quote)
    if len(letters.folded) < _SHORTEST:
        raise QuestionError("引文太短，请粘贴一句话 (the quote is too short; paste a sentence)")
    candidates = list(_candidates(index, quote, filters))
    exact = [match for article in candidates if (match := _exact(index, quote, letters, article))]
    if exact:
        return QuoteLookup(quote, "exact", tuple(sorted(exact, key=lambda m: publication_order(m.article))))
    lettered = [article for article in candidates if letters_of(article.text).folded]
    found = [_nearest(index, quote, letters, article) for article in lettered[:_ALIGNED]]
    found.sort(key=lambda match: -match.similarity)
    near = tuple(match for match in found if match.similarity >= NEAR)
    if near:
        return QuoteLookup(quote, "near", near)
    return QuoteLookup(quote, "absent", tuple(map(_whole_sentences, found[:1])))


def _candidates(index: Index, quote: str, filters: Filters) -> Iterator[Article]:
    """Yield the Articles that hold the rarest bigrams of a quote, best first."""
    _, counts = index.store.document_frequencies("bigrams", tuple(dict.fromkeys(bigrams(fold(quote)))))
    rarest = sorted((term for term, count in counts.items() if count), key=lambda term: counts[term])
    hits = index.store.search_lexical("bigrams", rarest[:_TERMS], _PASSAGES, filters)
    numbers = [number for number, score in hits if score >= _SCORE * hits[0][1]]
    passages = index.database.passages(numbers)
    yield from {passages[n].article.article_id: passages[n].article for n in numbers}.values()


def _readings(article: Article) -> list[Letters]:
    """The letters of an Article, and those without the credit lines that stand between its paragraphs."""
    lines = [
        (stop - len(paragraph.credit), stop)
        for paragraph, (_, stop) in zip(article.paragraphs, article.paragraph_offsets, strict=True)
        if paragraph.credit
    ]
    readings = [letters_of(article.text)]
    return [*readings, letters_of(article.text, lines)] if lines else readings


def _exact(index: Index, quote: str, letters: Letters, article: Article) -> QuoteMatch | None:
    for reading in _readings(article):
        found = reading.folded.find(letters.folded)
        if found >= 0:
            start, end = reading.span(found, found + len(letters.folded))
            apart = _apart_from(
                quote, letters, article.text, reading.places[found : found + len(letters.folded)]
            )
            return _match(index, quote, article, (start, end), 1.0, apart_from=apart)
    return None


def _nearest(index: Index, quote: str, letters: Letters, article: Article) -> QuoteMatch:
    pattern = letters.folded
    found = [
        (find_nearest(pattern, reading.folded), reading) for reading in _readings(article) if reading.folded
    ]
    (first, last, distance), reading = min(found, key=lambda pair: pair[0][2])
    differences = [
        _difference(quote, letters, article.text, reading, edit, first)
        for edit in edits_between(reading.folded[first:last], pattern)
    ]
    similarity = 1 - distance / max(len(pattern), last - first)
    return _match(
        index, quote, article, reading.span(first, last), similarity, differences=tuple(differences)
    )


def _difference(
    quote: str, letters: Letters, text: str, reading: Letters, edit: Edit, first: int
) -> Difference:
    start, end = reading.span(first + edit.start, first + edit.end)
    other_start, other_end = letters.span(edit.other_start, edit.other_end)
    return Difference(edit.operation, start, end, text[start:end], quote[other_start:other_end])


def _match(
    index: Index,
    quote: str,
    article: Article,
    span: Span,
    similarity: float,
    *,
    differences: tuple[Difference, ...] = (),
    apart_from: tuple[str, ...] = (),
) -> QuoteMatch:
    start, end = _with_marks(quote, article.text, span)
    passage = passage_at((p for _, p in index.database.passages_of(article.article_id)), start)
    speaker = find_speaker(article, start, end)
    return QuoteMatch(article, passage.passage_id, start, end, similarity, differences, apart_from, speaker)


def _with_marks(quote: str, text: str, span: Span) -> Span:
    """Take in as many of the marks around a span as the quote has there."""
    start, end = span
    for _ in range(len(quote) - len(quote.lstrip(_OPENING))):
        start -= start > 0 and text[start - 1] in _OPENING
    for _ in range(len(quote) - len(quote.rstrip(_CLOSING))):
        end += end < len(text) and text[end] in _CLOSING
    return start, end


def _apart_from(quote: str, letters: Letters, text: str, places: Sequence[int]) -> tuple[str, ...]:
    """Tell in what a quote and what is printed differ besides their folded letters."""
    quoted, printed = quote[letters.places[0] : letters.places[-1] + 1], text[places[0] : places[-1] + 1]
    if quoted == printed:
        return ()
    told = []
    if _marks(quoted) != _marks(printed):
        told.append("punctuation")
    if [quote[place] for place in letters.places] != [text[place] for place in places]:
        told.append("form")
    return tuple(told) or ("spacing",)


def _marks(text: str) -> str:
    return re.sub(r"[^\W_]|\s", "", fold(text))


def _whole_sentences(match: QuoteMatch) -> QuoteMatch:
    """Widen a match to the sentences it touches."""
    article = match.article
    touched = [
        s
        for s in sentence_spans(article.text)
        if s[1] > match.start and s[0] < max(match.end, match.start + 1)
    ]
    start, end = touched[0][0], touched[-1][1]
    return QuoteMatch(article, match.passage_id, start, end, match.similarity)
