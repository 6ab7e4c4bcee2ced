"""Series: a sentence that announces several points, and the paragraphs that tell them one by one."""

import re
from collections.abc import Sequence

from qa.index import Index
from qa.passages import sentence_spans
from qa.records import Article, Hit, Span

__all__ = ["announced_series", "complete_series"]

# 张军提出三方面要求。 at the end of a paragraph: the next three paragraphs are the three.
_ANNOUNCEMENT = re.compile(
    r"(?P<count>[两二三四五六七八九]|[2-9])(?:个?方面|项|点|条|大|个|种)[^。！？]{0,10}[。：:]?$"
)
_DIGITS = "0123456789零一二三四五六七八九"


def announced_series(article: Article, start: int, end: int) -> list[Span]:
    """Return the first sentences of the paragraphs that ``article.text[start:end]`` announces.

    Empty when the sentence announces nothing, does not end its paragraph, or too few body paragraphs
    follow it.
    """
    match = _ANNOUNCEMENT.search(article.text, start, end)
    ends = [last for _, last in article.paragraph_offsets]
    if not match or end not in ends:
        return []
    count = _DIGITS.index(match["count"].replace("两", "二")) % 10
    here = ends.index(end)
    following = article.paragraphs[here + 1 : here + 1 + count]
    if len(following) < count or any(p.role != "body" or not p.text.strip() for p in following):
        return []
    offsets = article.paragraph_offsets[here + 1 : here + 1 + count]
    return [sentence_spans(article.text, first, last)[0] for first, last in offsets]


def complete_series(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits and, behind them, the passages with the points that the best one announces.

    The words of the question stand in the announcement; its points need not repeat any of them.
    """
    if not hits:
        return []
    best = hits[0]
    article, found = best.passage.article, {hit.passage.passage_id for hit in hits}
    points = [
        start
        for span in sentence_spans(article.text, best.passage.start, best.passage.end)
        for start, _ in announced_series(article, *span)
    ]
    if not points:
        return list(hits)
    missing = [
        Hit(passage, 0.0, dict.fromkeys(best.parts, 0.0))
        for _, passage in index.database.passages_of(article.article_id)
        if passage.passage_id not in found and any(passage.start <= point < passage.end for point in points)
    ]
    return [*hits, *missing]
