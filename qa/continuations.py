"""Articles printed over several pages: （下转第四版） on the one, （上接第一版） on the other.

Halves are looked for among the Articles of one issue. A half that names another page and whose other
half is not there is marked as partial.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from typing import Literal

from qa.metadata import page_number
from qa.pages import join_lines
from qa.records import Article, Continuation, Paragraph, Span

__all__ = ["Marks", "find_continuations", "join_halves", "marks_of"]

_OPENING, _CLOSING = r"[（(【〔［\[▶►→\s]*", r"[）)】〕］\]\s]*"
_NUMBER = r"第?\s*(?P<page>[A-Za-z]?\s*\d{1,3}|[一二三四五六七八九十]{1,3})\s*版"
_ONTO = re.compile(rf"{_OPENING}(?:紧?下转|续转)\s*{_NUMBER}{_CLOSING}$")
# The mark may name the headline too: （上接第一版《……》）.
_FROM_LINE = re.compile(rf"{_OPENING}(?:紧?上接|紧接)\s*{_NUMBER}(?:[^（(）)]{{0,30}}[）)】〕］\]])?\s*")
_FROM = re.compile(rf"^{_FROM_LINE.pattern}")

_LAST_MARKS = "。！？!?…”’』」）)"
_WORD = re.compile(r"[\u3400-\u9fff]+")
# Common bigrams of two halves by the smaller one, measured on 300 articles cut in two: half of the true
# pairs have 0.19 or more, one in a hundred of the false ones 0.16 or more, one in a thousand 0.27.
_LIKE = 0.2
# Bigrams of one half's headline that stand in the other half's headline.
_SAME_HEADLINE = 0.6


@dataclass(frozen=True, slots=True)
class Marks:
    """The pages that an Article names: where it goes on, and where it began; None where it names none."""

    onto: str | None = None
    begun: str | None = None

    def __bool__(self) -> bool:
        return bool(self.onto or self.begun)


def begins_elsewhere(text: str) -> bool:
    """Tell whether a paragraph opens with the mark of an Article begun on another page."""
    return _FROM.search(text) is not None


def goes_on_elsewhere(text: str) -> bool:
    """Tell whether a paragraph closes with the mark of an Article that goes on on another page."""
    return _ONTO.search(text) is not None


def marks_of(article: Article) -> Marks:
    """Return the marks printed at the end and at the beginning of an Article, or among its headlines."""
    text = [p.text for p in article.paragraphs if p.role != "caption"]
    onto = _ONTO.search(text[-1]) if text else None
    begun = _FROM.search(text[0]) if text else None
    titles = (article.kicker, article.headline, article.subtitle)
    begun = begun or next((found for title in titles if (found := _FROM_LINE.search(title))), None)
    return Marks(*(page_number(found["page"]) if found else None for found in (onto, begun)))


def find_continuations(issue: Sequence[Article]) -> dict[str, str]:
    """Return article id -> id of the Article that continues it, among the Articles of one issue.

    The halves stand on pages that at least one of them names. Where both name each other, the likest
    are taken; where only one does, they must share their words or their headline. Each Article
    continues at most one other, and no Article continues itself over some pages.
    """
    paged = [article for article in issue if article.page]
    marks = {article.article_id: marks_of(article) for article in paged}
    grams: dict[str, frozenset[str]] = {}
    pairs = []
    for first, rest in product(paged, paged):
        sides = _sides(first, rest, marks[first.article_id], marks[rest.article_id])
        if not sides:
            continue
        likeness = _likeness(first, rest, grams)
        if sides == 2 or likeness >= _LIKE or _same_headline(first, rest):
            pairs.append((sides, likeness, first.article_id, rest.article_id))
    follows: dict[str, str] = {}
    for _, _, first_id, rest_id in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], *pair[2:])):
        free = first_id not in follows and rest_id not in follows.values()
        if free and _last(follows, rest_id) != first_id:
            follows[first_id] = rest_id
    return follows


def _last(follows: dict[str, str], article_id: str) -> str:
    """Return the id of the last part of the Article that has this part."""
    while article_id in follows:
        article_id = follows[article_id]
    return article_id


def _sides(first: Article, rest: Article, first_marks: Marks, rest_marks: Marks) -> int:
    """Count the halves that name the other's page: 2, 1, or 0 where one names another page or none does.

    A half that does not say where it began must look like one: it has no byline of its own.
    """
    if not first_marks.onto and not rest_marks.begun:
        return 0
    pages = first.page or "", rest.page or ""
    named = ((first_marks.onto, pages[1]), (rest_marks.begun, pages[0]))
    if _same_page(*pages) or any(name and not _same_page(name, page) for name, page in named):
        return 0
    if rest_marks.begun is None and (rest.byline or rest.dateline):
        return 0
    return sum(name is not None for name, _ in named)


def _same_page(one: str, other: str) -> bool:
    plain = [re.sub(r"(?<![0-9])0+(?=\d)", "", page.upper()) for page in (one, other)]
    return plain[0] == plain[1]


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(word[k : k + 2] for word in _WORD.findall(text) for k in range(len(word) - 1))


def _likeness(first: Article, rest: Article, grams: dict[str, frozenset[str]]) -> float:
    """Return the bigrams that two halves have in common, by those of the smaller one; 0 to 1."""
    for article in (first, rest):
        if article.article_id not in grams:
            grams[article.article_id] = _bigrams(f"{article.headline}\n{article.text}")
    one, other = grams[first.article_id], grams[rest.article_id]
    return len(one & other) / max(1, min(len(one), len(other)))


def _same_headline(first: Article, rest: Article) -> bool:
    one, other = (_bigrams(_FROM_LINE.sub("", half.headline)) for half in (first, rest))
    return len(one & other) >= max(2.0, _SAME_HEADLINE * min(len(one), len(other)))


def join_halves(parts: Sequence[Article]) -> Article:
    """Put an Article together from its parts in printed order; it has the id of the first.

    The marks between the parts are left out. A paragraph torn in mid-sentence is made whole. What is
    left of marks makes the Article partial.
    """
    joined = reduce(_join, parts)
    return replace(joined, partial=bool(marks_of(joined)))


def _join(first: Article, rest: Article) -> Article:
    upper = _without_mark(first.paragraphs, "end")
    lower = _without_mark(rest.paragraphs, "beginning")
    paragraph, span = len(upper), 0
    if _is_torn(upper, lower):
        paragraph, span = len(upper) - 1, len(upper[-1].spans)
        texts = join_lines([upper[-1].text, lower[0].text])
        torn = Paragraph(texts, "body", upper[-1].spans + lower[0].spans)
        upper, lower = upper[:-1], (torn, *lower[1:])
    moved = tuple(replace(c, paragraph=c.paragraph + paragraph) for c in rest.continued)
    return replace(
        first,
        headline=first.headline or _FROM_LINE.sub("", rest.headline).strip(),
        byline=first.byline or rest.byline,
        dateline=first.dateline or rest.dateline,
        reported=first.reported or rest.reported,
        paragraphs=upper + lower,
        confidence=min(first.confidence, rest.confidence),
        continued=(
            *first.continued,
            Continuation(rest.article_id, rest.file, rest.page, paragraph, span),
            *moved,
        ),
    )


def _is_torn(upper: tuple[Paragraph, ...], lower: tuple[Paragraph, ...]) -> bool:
    """Tell whether the last paragraph above breaks off in mid-sentence, to go on in the first below."""
    if not upper or not lower or {upper[-1].role, lower[0].role} != {"body"}:
        return False
    return upper[-1].text[-1] not in _LAST_MARKS


def _without_mark(
    paragraphs: tuple[Paragraph, ...], place: Literal["beginning", "end"]
) -> tuple[Paragraph, ...]:
    """Leave out the mark at the beginning or the end of some paragraphs, from text and spans alike."""
    told = [number for number, paragraph in enumerate(paragraphs) if paragraph.role != "caption"]
    if not told:
        return paragraphs
    number = told[-1] if place == "end" else told[0]
    paragraph = paragraphs[number]
    found = (_ONTO if place == "end" else _FROM).search(paragraph.text)
    if not found:
        return paragraphs
    kept: tuple[Paragraph, ...] = ()
    if place == "end":
        spans = _shorten(paragraph.spans[::-1], len(paragraph.text) - found.start(), at_end=True)[::-1]
        text = paragraph.text[: found.start()]
    else:
        spans = _shorten(paragraph.spans, found.end(), at_end=False)
        text = paragraph.text[found.end() :]
    if text:
        kept = (replace(paragraph, text=text, spans=spans),)
    return paragraphs[:number] + kept + paragraphs[number + 1 :]


def _shorten(spans: tuple[Span, ...], characters: int, *, at_end: bool) -> tuple[Span, ...]:
    """Take so many characters from the spans, from the first of them on.

    Between Chinese characters lines are joined without a space, so that characters of the text and of
    the spans are the same in number.
    """
    left = list(spans)
    while left and characters:
        start, end = left[0]
        if end - start > characters:
            left[0] = (start, end - characters) if at_end else (start + characters, end)
            break
        characters -= end - start
        del left[0]
    return tuple(left)
