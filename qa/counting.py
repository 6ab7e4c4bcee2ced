"""How many Articles mention a phrase: exact over the whole Index, verified on the characters.

A phrase is looked for as it is printed, in headlines and text, whatever its width, case and script.
The lexical index narrows down where it can stand; an Article counts once, however often it was
printed, and is in a scope when one of its printings is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from qa.database import Database
from qa.index import Index
from qa.lexical import Filters
from qa.passages import passage_at, sentence_spans
from qa.records import Article, Citation
from qa.segmentation import bigrams, fold

__all__ = ["ArticleCount", "FoldedTexts", "Mentions", "Scope", "count_articles"]

_CACHED = 32_768  # folded articles of some 2 kB
_PIECE = re.compile(r"(?:[^\W_]|(?<=[0-9])[.,](?=[0-9]))+")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which printings count; ``first`` and ``last`` are days, inclusive, None where open.

    ``words`` are those that told the days, ``reference`` the day from which they were counted. All of
    ``sources`` must be the newspaper's name: two different ones leave nothing.
    """

    sources: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    page: str | None = None
    section: str | None = None
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
        return Scope(
            sources, first, last, self.page, self.section, self.words if same else "", self.reference
        )


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


class FoldedTexts:
    """Headlines and text of Articles, folded, kept for the next count."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.of = lru_cache(_CACHED)(self._load)

    def _load(self, article_id: str) -> str:
        article = self._database.article(article_id)
        return fold(f"{article.kicker}\n{article.headline}\n{article.subtitle}\n{article.text}")


@dataclass(frozen=True, slots=True)
class _Printing:
    lead: str
    article_id: str
    source: str | None
    date: str | None


def count_articles(
    index: Index, texts: FoldedTexts, asked: Mentions, *, limit: int, newest_first: bool = False
) -> ArticleCount:
    """Count the Articles of an Index that mention what is asked for, and cite the first ``limit`` of them."""
    printings = _mentioning(index, texts, asked)
    inside: dict[str, list[_Printing]] = {}
    undated: set[str] = set()
    for printing in printings:
        within = _within(index.database, printing, asked.scope)
        if within:
            inside.setdefault(printing.lead, []).append(printing)
        elif within is None:
            undated.add(printing.lead)
    undated -= inside.keys()
    days = {lead: min(printing.date or "9999" for printing in group) for lead, group in inside.items()}
    order = sorted(inside, key=lambda lead: (days[lead], lead))
    if newest_first:
        order = sorted(inside, key=lambda lead: (days[lead] != "9999", days[lead], lead), reverse=True)
    articles = [index.database.article(lead) for lead in order[:limit]]
    return ArticleCount(
        asked,
        total=len(inside),
        printings=sum(map(len, inside.values())),
        undated=len(undated),
        elsewhere=len({printing.lead for printing in printings} - inside.keys() - undated),
        citations=tuple(_cite(index, article, asked, n) for n, article in enumerate(articles, 1)),
    )


def _mentioning(index: Index, texts: FoldedTexts, asked: Mentions) -> set[_Printing]:
    """Return all printings of the Articles that mention what is asked for."""
    if not asked.phrases:
        return _printings(index, index.database.numbers(Filters()).tolist())
    found = [_holding(index, texts, fold(phrase)) for phrase in asked.phrases]
    return set.union(*found) if asked.any_of else set.intersection(*found)


def _holding(index: Index, texts: FoldedTexts, folded: str) -> set[_Printing]:
    printings = _printings(index, _narrow(index, folded))
    if len(folded) == 2 and _CHINESE.fullmatch(folded):
        return printings  # the phrase is a bigram, and the index knows who has it
    pattern = _pattern(folded)
    holding = {lead for lead in {p.lead for p in printings} if pattern.search(texts.of(lead))}
    return {printing for printing in printings if printing.lead in holding}


def _printings(index: Index, numbers: Iterable[int]) -> set[_Printing]:
    return {_Printing(*row) for row in index.database.printings(numbers)}


def _pattern(folded: str) -> re.Pattern[str]:
    """Match a folded phrase as it is printed: 8.1万 is not part of 38.1万, nor ai of said."""
    body = r"[^\S\n]+".join(map(re.escape, folded.split()))
    before = r"(?<![0-9a-z])(?<![0-9][.,])" if folded[0].isascii() and folded[0].isalnum() else ""
    behind = r"(?![0-9a-z]|[.,][0-9])" if folded[-1].isascii() and folded[-1].isalnum() else ""
    return re.compile(before + body + behind)


def _narrow(index: Index, folded: str) -> list[int]:
    """Return the numbers of Passages, one at least of every Article that may hold a folded phrase.

    Long paragraphs are cut at punctuation, so that only what stands between two marks is sure to be
    in one Passage: of a phrase with marks in it the rarest such piece is taken. A single character at the
    edge of a piece may be half of a bigram in the text.
    """
    best: tuple[int, list[str]] | None = None
    for piece in _PIECE.findall(folded):
        terms = [term for term in bigrams(piece) if len(term) > 1 or term.isascii()]
        if terms:
            rarity = min(index.lexical.document_frequencies("bigrams", terms)[1].values())
            best = min(best or (rarity, terms), (rarity, terms), key=lambda pair: pair[0])
    if best:
        return index.lexical.containing("bigrams", best[1])
    if character := _CHINESE.search(folded):
        return index.lexical.containing_character(character.group()[0])
    return [int(number) for number in index.database.numbers(Filters())]


def _within(database: Database, printing: _Printing, scope: Scope) -> bool | None:
    """Whether a printing is in the scope, None where its day is not known and all else holds."""
    if any(printing.source != source for source in scope.sources):
        return False
    if scope.page or scope.section:
        article = database.article_as_read(printing.article_id)
        if scope.page and (article.page or "").lstrip("0") != scope.page:
            return False
        if scope.section and (article.section or "").removesuffix("版") != scope.section:
            return False
    if not (scope.first or scope.last):
        return True
    if printing.date is None:
        return None
    return (scope.first or "") <= printing.date <= (scope.last or "9999")


def _cite(index: Index, article: Article, asked: Mentions, number: int) -> Citation:
    """Cite the first sentence that holds most of the phrases."""
    patterns = [_pattern(fold(phrase)) for phrase in asked.phrases]
    folded = fold(article.text)
    spans = sentence_spans(folded) or [(0, len(folded))]
    start, end = max(spans, key=lambda span: sum(bool(p.search(folded, *span)) for p in patterns))
    passage = passage_at((p for _, p in index.database.passages_of(article.article_id)), start)
    return Citation(number, article, passage.passage_id, start, end, article.text[start:end], 1.0)
