"""What must hold of evidence for it to speak of what was asked: people, places, editions, year, title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.evidence import Evidence, years_of
from qa.figures import number_of
from qa.query import Query
from qa.records import Article
from qa.segmentation import fold
from qa.spans import MeasuredSpan
from qa.tagging import tag

__all__ = ["Violation", "find_span_violation", "find_violations"]

ConstraintKind = Literal["person", "place", "name", "edition", "year", "title", "figure"]
# A question of these types has no answer in sentences without a figure, a date or a name.
_COUNTED = frozenset({"quantity", "ratio", "rank", "duration", "date"})
_NEEDS_SPAN = _COUNTED | {"person", "agent", "role", "place", "organisation"}
_NAMES = frozenset({"PER", "LOC", "ORG", "nz", "nw"})
_FIGURE = re.compile(r"[\d０-９〇零一二三四五六七八九十百千万亿两半]")
_PLACE_ENDING = re.compile(r"(?<=..)[省市县区州盟旗镇乡村]$")
# 第24届, 二期, 4号线: things numbered alike are different things. 第一 is often 首 in the text.
_EDITION = re.compile(
    r"第(?:[二三四五六七八九十百\d][一二三四五六七八九十百\d]*|一(?=[届期]|医院|中学|人民))[届次期号医中人]?"
    r"|(?<![\d.])[一二三四五六\d]+(?:期|号线|号院)"
)
_NUMERAL = re.compile(r"[一二三四五六七八九十百\d]+")
_QUOTED = re.compile(r"[“「『《]([^“”「」『』《》]{2,20})[”」』》]")
_TITLE = re.compile(r"(?:长|主任|书记|主席|总裁|经理|院士|教练|冠军|总干事|司机|董事)$")


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that evidence breaks: what was ``asked`` for, and what is ``told`` instead (or "")."""

    kind: ConstraintKind
    asked: str
    told: str = ""


def find_violations(query: Query, evidence: Sequence[Evidence]) -> list[Violation | None]:
    """Return for each sentence the first constraint of the question that it or its article breaks."""
    of_article: dict[str, Violation | None] = {}
    found = []
    for one in evidence:
        key = one.article.article_id
        if key not in of_article:
            of_article[key] = _article_violation(query, one.article)
        found.append(of_article[key] or _sentence_violation(query, one))
    return found


def _article_violation(query: Query, article: Article) -> Violation | None:
    parts = (article.kicker, article.headline, article.subtitle, *article.byline, article.text)
    around = fold(" ".join(parts))
    people = [entity.word for entity in query.entities if entity.label == "PER"]
    kinds: tuple[tuple[ConstraintKind, Sequence[str]], ...] = (
        ("person", people),
        ("place", query.places),
        ("name", _QUOTED.findall(query.folded)),
    )
    for kind, names in kinds:
        for name in names:
            if _PLACE_ENDING.sub("", name) not in around:
                return Violation(kind, name)
    for number, kind_of_thing, written in _editions(query.folded):
        kinds_told = {told for other, told, _ in _editions(around) if other == number}
        if kind_of_thing not in kinds_told and (kind_of_thing or not kinds_told):
            return Violation("edition", written)
    return None


def _editions(folded: str) -> list[tuple[int, str, str]]:
    """Return number, kind (届, 期 or nothing) and wording of what a text numbers; 首届 is 第一届."""
    found = []
    for written in _EDITION.findall(folded.replace("首届", "第一届")):
        numeral = _NUMERAL.findall(written)[0]
        found.append((number_of(numeral), written.partition(numeral)[2], written))
    return found


def _sentence_violation(query: Query, evidence: Evidence) -> Violation | None:
    numbered = _editions(fold(evidence.sentence))
    for number, kind, written in _editions(query.folded):
        alike = {told: wording for told, other, wording in numbered if other == kind and kind in {*"届期次"}}
        if alike and number not in alike:
            return Violation("edition", written, next(iter(alike.values())))
    years = years_of(evidence.article, evidence.start, evidence.end)
    if query.years and years and not years & set(query.years):
        return Violation("year", "、".join(query.years), max(years))
    return None


def find_span_violation(query: Query, evidence: Evidence, span: MeasuredSpan | None) -> Violation | None:
    """Return what keeps the best span from being the answer: no figure, another unit, another title."""
    if span is None:
        return Violation("figure", query.focus) if query.type in _NEEDS_SPAN else None
    if span.candidate.label == "proposed" and not _is_of_type(query, evidence, span):
        return Violation("figure", query.focus)
    if query.type in _COUNTED and span.unit_differs:
        return Violation("figure", query.focus, span.text)
    if query.type in {"person", "agent"}:
        if span.modifier_differs:
            return Violation("title", query.focus, span.text)
        if _TITLE.search(query.focus) and query.focus not in fold(evidence.hit.passage.text):
            return Violation("title", query.focus, span.text)
    return None


def _is_of_type(query: Query, evidence: Evidence, span: MeasuredSpan) -> bool:
    """Whether a span has a figure where one is asked for, and a name where an organisation is."""
    if query.type in _COUNTED:
        return bool(_FIGURE.search(span.text))
    if query.type != "organisation" or span.text.isascii():
        return True
    start, end = span.candidate.start, span.candidate.end
    names = [token for token in tag(evidence.sentence) if token.label in _NAMES]
    return any(token.start < end and start < token.end for token in names)
