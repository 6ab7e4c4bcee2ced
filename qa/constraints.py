"""What must hold of evidence for it to speak of what was asked: the year, the places, the people."""

from dataclasses import dataclass
from typing import Literal

from qa.evidence import Evidence, told_years
from qa.query import Query
from qa.segmentation import fold, words
from qa.spans import MeasuredSpan
from qa.tagging import tag

__all__ = ["Violation", "find_violation"]

# A question of these types has no answer in sentences without a figure or a date.
_NEEDS_SPAN = frozenset({"quantity", "ratio", "rank", "duration", "date"})
_PLACE_ENDINGS = "省市县区州盟旗镇乡村"


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that evidence breaks: what was ``asked`` for, and what is ``told`` instead (or "")."""

    kind: Literal["year", "place", "person", "title", "figure"]
    asked: str
    told: str


def find_violation(query: Query, evidence: Evidence, span: MeasuredSpan | None) -> Violation | None:
    """Return the first constraint of the question that the evidence breaks, None when all hold."""
    article = evidence.article
    around = fold(
        " ".join((article.kicker, article.headline, article.subtitle, *article.byline, article.text))
    )
    for person in (e.word for e in query.entities if e.label == "PER"):
        if fold(person) not in around:
            return Violation("person", person, "")
    for place in _places(query):
        stem = place.rstrip(_PLACE_ENDINGS) if len(place) > 2 else place
        if stem not in around:
            return Violation("place", place, "")
    if span is None and query.type in _NEEDS_SPAN:
        return Violation("figure", "", "")
    if span and query.type in {"person", "agent"} and span.modifier_differs:
        return Violation("title", query.focus, span.text)
    return _year_violation(query, evidence)


def _places(query: Query) -> list[str]:
    """The places a question names, also inside the names of organisations (上海 in 上海综治中心)."""
    places = []
    for entity in query.entities:
        if entity.label == "LOC":
            places.append(fold(entity.word))
        elif entity.label == "ORG":
            for word in words(fold(entity.word)):
                tokens = tag(word)
                if len(word) > 1 and len(tokens) == 1 and tokens[0].label == "LOC":
                    places.append(word)
    return places


def _year_violation(query: Query, evidence: Evidence) -> Violation | None:
    if not query.years:
        return None
    article = evidence.article
    sentence_years = told_years(evidence.sentence, len(evidence.sentence))
    context_years = told_years(article.text, evidence.start)[:1]
    published = [article.date[:4]] if article.date else []
    told = sentence_years or [*context_years, *published]
    if not told or set(told) & set(query.years):
        return None
    return Violation("year", "、".join(query.years), told[0])
