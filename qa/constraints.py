"""What must hold of evidence for it to speak of what was asked: people, places, editions, year, title."""

import re
from dataclasses import dataclass
from typing import Literal

from qa.evidence import Evidence, years_of
from qa.query import Query
from qa.records import Article
from qa.segmentation import fold, words
from qa.spans import MeasuredSpan
from qa.tagging import tag

__all__ = ["Violation", "find_span_violation", "find_violation"]

# A question of these types has no answer in sentences without a figure or a date.
_NEEDS_SPAN = frozenset({"quantity", "ratio", "rank", "duration", "date"})
_PLACE_ENDING = re.compile(r"(?<=..)[省市县区州盟旗镇乡村]$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# 第24届, 二期, 4号线: things numbered alike are different things.
_EDITION = re.compile(
    r"第[一二三四五六七八九十百\d]+(?![几个家名位])|(?<![\d.])[一二三四五六\d]+(?:期|号线|号院)"
)
_TITLE = re.compile(r"(?:长|主任|书记|主席|总裁|经理|院士|教练|冠军|总干事|司机|董事)$")


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that evidence breaks: what was ``asked`` for, and what is ``told`` instead (or "")."""

    kind: Literal["person", "place", "edition", "year", "title", "figure"]
    asked: str
    told: str = ""


def find_violation(query: Query, evidence: Evidence) -> Violation | None:
    """Return the first constraint of the question that a sentence and its article break, if any."""
    around = _around(evidence.article)
    for person in (fold(e.word) for e in query.entities if e.label == "PER"):
        if person not in around:
            return Violation("person", person)
    for place in _places(query):
        if _PLACE_ENDING.sub("", place) not in around:
            return Violation("place", place)
    for edition in _EDITION.findall(query.folded):
        if edition not in around:
            return Violation("edition", edition)
    years = years_of(evidence.article, evidence.start, evidence.end)
    if query.years and years and not years & set(query.years):
        return Violation("year", "、".join(query.years), max(years))
    return None


def find_span_violation(query: Query, evidence: Evidence, span: MeasuredSpan | None) -> Violation | None:
    """Return what keeps the best span from being the answer: no figure, another unit, another title."""
    if span is None:
        return Violation("figure", query.focus) if query.type in _NEEDS_SPAN else None
    if query.type in _NEEDS_SPAN and span.unit_differs:
        return Violation("figure", query.focus, span.text)
    if query.type in {"person", "agent"}:
        if span.modifier_differs:
            return Violation("title", query.focus, span.text)
        if _TITLE.search(query.focus) and query.focus not in fold(evidence.hit.passage.text):
            return Violation("title", query.focus, span.text)
    return None


def _around(article: Article) -> str:
    parts = (article.kicker, article.headline, article.subtitle, *article.byline, article.text)
    return fold(" ".join(parts))


def _places(query: Query) -> list[str]:
    """The places a question names, also inside the names of organisations (上海 in 上海综治中心)."""
    places = []
    for entity in query.entities:
        if entity.label == "LOC":
            # 淮屿 of 淮屿4号 is the place; the number belongs to what is there.
            places += _CHINESE.findall(fold(entity.word))[:1]
        elif entity.label == "ORG":
            inner = [w for w in words(fold(entity.word)) if len(w) > 1 and _is_place(w)]
            places += [w for w in inner if not any(w != other and w in other for other in inner)]
    return places


def _is_place(word: str) -> bool:
    tokens = tag(word)
    return len(tokens) == 1 and tokens[0].label == "LOC"
