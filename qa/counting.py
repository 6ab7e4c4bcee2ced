"""How many Articles mention a phrase: exact over the whole Index, verified on the characters.

A phrase is looked for as it is printed, in headlines and text, whatever its width, case and script.
The lexical index narrows down where it can stand; an Article counts once, however often it was
printed, and is in a scope when one of its printings is.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.catalogue import Catalogue, Printings
from qa.index import Index
from qa.lexical import Filters
from qa.passages import passage_at, sentence_spans
from qa.records import Article, Citation
from qa.segmentation import bigrams, fold

__all__ = ["ArticleCount", "Mentions", "Scope", "count_articles"]

_NO_DAY = 99_999_999
_PIECE = re.compile(r"(?:[^\W_]|(?<=[0-9])[.,](?=[0-9]))+")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which printings count; ``first`` and ``last`` are days, inclusive, None where open.

    ``words`` are those that told the days, ``reference`` the day from which they were counted. All of
    ``sources`` must be the newspaper's name: two different ones leave nothing. So it is with ``sections``,
    of which a 版 at the end does not count (要闻版).
    """

    sources: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    page: str | None = None
    sections: tuple[str, ...] = ()
    words: str = ""
    reference: str | None = None

    def narrowed(self, filters: Filters) -> "Scope":
        """Return the Scope of what satisfies the filters too."""
        if not filters:
            return self
        first = max(filter(None, (self.first, filters.date_from)), default=None)
        last = min(filter(None, (self.last, filters.date_to)), default=None)
        same = (first, last) == (self.first, self.last)
        sources = tuple(dict.fromkeys(filter(None, (*self.sources, filters.source))))
        sections = (*self.sections, *filter(None, (filters.section,)))
        return Scope(sources, first, last, self.page, sections, self.words if same else "", self.reference)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What to count: Articles that hold all of the ``phrases``, or with ``any_of`` one of them."""

    phrases: tuple[str, ...] = ()
    any_of: bool = False
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class ArticleCount:
    """The number of Articles that mention what was asked for, and the first of them.

    ``printings`` counts reprints in the scope too. Where the scope has a time, ``undated`` is the
    number of further Articles whose day is not known; ``elsewhere`` is the number of those outside the
    scope. ``citations`` are the first sentences with a phrase, an Article each, in order of
    publication; of an Article that has it only in its headlines, the first sentence of all.
    """

    asked: Mentions
    total: int
    printings: int
    undated: int
    elsewhere: int
    citations: tuple[Citation, ...]


def count_articles(
    index: Index, catalogue: Catalogue, asked: Mentions, *, limit: int, newest_first: bool = False
) -> ArticleCount:
    """Count the Articles of an Index that mention what is asked for, and cite the first ``limit`` of them."""
    printings = catalogue.printings
    mentioning = _mentioning(index, catalogue, asked)
    eligible = mentioning[printings.shown] & _within_paper(index, printings, mentioning, asked.scope)
    within = eligible & _within_days(printings, asked.scope)
    timed = asked.scope.first or asked.scope.last
    inside = np.unique(printings.shown[within])
    undated = np.setdiff1d(printings.shown[eligible & (printings.days == 0)], inside) if timed else inside[:0]
    order = _by_day(printings, within, newest_first)[:limit]
    articles = [index.database.article(printings.articles[place]) for place in order]
    quotable = [article for article in articles if article.text]
    return ArticleCount(
        asked,
        total=len(inside),
        printings=int(within.sum()),
        undated=len(undated),
        elsewhere=int(mentioning.sum()) - len(inside) - len(undated),
        citations=tuple(_cite(index, article, asked, n) for n, article in enumerate(quotable, 1)),
    )


def _mentioning(index: Index, catalogue: Catalogue, asked: Mentions) -> NDArray[np.bool_]:
    """Tell of each Article whether it mentions what is asked for, shape (n,)."""
    if not asked.phrases:
        return np.ones(len(catalogue.printings.articles), dtype=np.bool_)
    found = [_holding(index, catalogue, fold(phrase)) for phrase in asked.phrases]
    held: NDArray[np.int64] = np.sum(found, axis=0)
    return held >= (1 if asked.any_of else len(found))


def _holding(index: Index, catalogue: Catalogue, folded: str) -> NDArray[np.bool_]:
    """Tell of each Article whether it holds a folded phrase, shape (n,)."""
    articles = catalogue.printings.articles
    numbers = _narrow(index, folded)
    places = np.arange(len(articles)) if numbers is None else catalogue.printings.articles_with(numbers)
    # A bigram is a term of the index, which knows who has it.
    if not (len(folded) == 2 and _CHINESE.fullmatch(folded)):
        search = _pattern(folded).search
        found = [bool(search(catalogue.folded(articles[place]))) for place in places]
        places = places[np.array(found, dtype=np.bool_)]
    return np.isin(np.arange(len(articles)), places)


def _pattern(folded: str) -> re.Pattern[str]:
    """Match a folded phrase as it is printed: 8.1万 is not part of 38.1万, nor ai of said."""
    body = r"[^\S\n]+".join(map(re.escape, folded.split()))
    before = r"(?<![0-9a-z])(?<![0-9][.,])" if folded[0].isascii() and folded[0].isalnum() else ""
    behind = r"(?![0-9a-z]|[.,][0-9])" if folded[-1].isascii() and folded[-1].isalnum() else ""
    return re.compile(before + body + behind)


def _narrow(index: Index, folded: str) -> list[int] | None:
    """Return the numbers of Passages, one at least of every Article that may hold a folded phrase.

    None stands for all. Long paragraphs are cut at punctuation, so that only what stands between two
    marks is sure to be in one Passage: of a phrase with marks in it the rarest such piece is taken. A
    single character at the edge of a piece may be half of a bigram in the text.
    """
    best: tuple[int, list[str]] | None = None
    for piece in _PIECE.findall(folded):
        terms = [term for term in bigrams(piece) if len(term) > 1 or term.isascii()]
        if terms:
            rarity = min(index.store.document_frequencies("bigrams", terms)[1].values())
            best = min(best or (rarity, terms), (rarity, terms), key=lambda pair: pair[0])
    if best:
        return index.store.containing("bigrams", best[1])
    character = _CHINESE.search(folded)
    return index.store.containing_character(character.group()[0]) if character else None


def _within_paper(
    index: Index, printings: Printings, mentioning: NDArray[np.bool_], scope: Scope
) -> NDArray[np.bool_]:
    """Tell of each printing whether it is in the newspaper, page and section of a scope, shape (k,)."""
    within = np.ones(len(printings.shown), dtype=np.bool_)
    for source in scope.sources:
        within &= printings.sources == source
    if scope.page or scope.sections:  # kept in the records alone
        wanted = {section.removesuffix("版") for section in scope.sections}
        for place in np.flatnonzero(within & mentioning[printings.shown]):
            article = index.database.article_as_read(printings.ids[place])
            page, section = (article.page or "").lstrip("0"), (article.section or "").removesuffix("版")
            within[place] = scope.page in {None, page} and wanted <= {section}
    return within


def _within_days(printings: Printings, scope: Scope) -> NDArray[np.bool_]:
    """Tell of each printing whether its day is in a scope, shape (k,)."""
    if not (scope.first or scope.last):
        return np.ones(len(printings.days), dtype=np.bool_)
    return (_day(scope.first, 1) <= printings.days) & (printings.days <= _day(scope.last, _NO_DAY))


def _day(day: str | None, missing: int) -> int:
    return int(day.replace("-", "")) if day else missing


def _by_day(printings: Printings, within: NDArray[np.bool_], newest_first: bool) -> list[int]:
    """Return the places of the Articles with a printing within, by the day of the first, undated last."""
    days, shown = printings.days[within], printings.shown[within]
    order = dict.fromkeys(shown[np.lexsort((shown, np.where(days == 0, _NO_DAY, days)))].tolist())
    if not newest_first:
        return list(order)
    dated = set(shown[days > 0].tolist())
    return [place for place in reversed(order) if place in dated] + [p for p in order if p not in dated]


def _cite(index: Index, article: Article, asked: Mentions, number: int) -> Citation:
    """Cite the first sentence that holds most of the phrases."""
    patterns = [_pattern(fold(phrase)) for phrase in asked.phrases]
    folded = fold(article.text)
    spans = sentence_spans(folded) or [(0, len(folded))]
    start, end = max(spans, key=lambda span: sum(bool(p.search(folded, *span)) for p in patterns))
    passage = passage_at((p for _, p in index.database.passages_of(article.article_id)), start)
    return Citation(number, article, passage.passage_id, start, end, article.text[start:end], 1.0)
