"""What must hold of evidence for it to speak of what was asked: people, places, editions, times, title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qa.evidence import Evidence
from qa.names import tells_of_person, tells_of_place
from qa.numerals import value_of
from qa.periods import Period, TimeWord, resolve, times_told
from qa.query import Query
from qa.records import Article
from qa.segmentation import fold
from qa.spans import MeasuredSpan
from qa.tagging import tag

__all__ = ["Violation", "editions_in", "find_span_violation", "find_violations"]

ConstraintKind = Literal["person", "place", "name", "edition", "time", "title", "figure"]
# A question of these types has no answer in sentences without a figure, a date or a name.
_COUNTED = frozenset({"quantity", "ratio", "rank", "duration", "date"})
_MEASURED = _COUNTED - {"date"}
_NEEDS_SPAN = _COUNTED | {"person", "agent", "role", "place", "organisation"}
_NAMES = frozenset({"PER", "LOC", "ORG", "nz", "nw"})
_PERSONS = frozenset({"PER", "ORG"})
# Who is told of without a name (两名渔民, 村医, 文化馆), or with one in other letters or marked by a point.
_PERSON = re.compile(r"[员长人民者师生家手士工医匠兵儿女童妇官警匪王帝后馆局院司厅社队团厂·・•A-Za-z某]")
# A point or stretch of time: a date, a season, a dynasty, or what something was before or after.
_TIME = re.compile(
    r"[\d〇零一二三四五六七八九十百千两初]+\s*(?:[年月日号时点天岁周/.:-]|世纪|小时|分)|\d{3,4}|[春夏秋冬晨夜午季朝代昔今昨明后前末]"
    r"|[元同次隔翌去每全本当][年月日天]|早|晚|年间|时期|期间|中期|节|时候|星期|世纪|战国|[汉唐宋元清]"
)
# What goes on behind a mark is no name; names are set side by side with 、 and 和.
_SENTENCE_MARK = re.compile(r"[，。；：？！,;:?!]|\.{3}|…")
_FIGURE = re.compile(r"[\d０-９〇零一二三四五六七八九十百千万亿两半]")
# 第24届, 二期, 4号线: things numbered alike are different things. 第一 is often 首 in the text.
_EDITION = re.compile(
    r"第(?:[二三四五六七八九十百\d][一二三四五六七八九十百\d]*|一(?=[届期]|医院|中学|人民))(?:[届次期号]|医院?|中学?|人民?)?"
    r"|(?<![\d.])[一二三四五六\d]+(?:期|号线|号院)"
)
_NUMERAL = re.compile(r"[一二三四五六七八九十百\d]+")
_QUOTED = re.compile(r"[“「『《]([^“”「」『』《》]{2,20})[”」』》]")
# The women's winner is not the men's, and the best in a leading part not the best in a supporting one.
_DIVISION = re.compile(
    r"(?P<whose>[男女混])(?:子|单|双|足|排|篮|队|组|(?=冠军|[亚季]军|选手))|(?P<part>[男女](?:主|配)角)"
)
_CLAUSE_END = re.compile(r"[，。；！？,;!?]")
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
    heads = (article.kicker, article.headline, article.subtitle, *article.byline, article.dateline)
    around = fold("\n".join((*heads, article.source or "", article.text)))
    for person in query.people:
        if not tells_of_person(person, around, query.folded):
            return Violation("person", person)
    for place in query.places:
        if not tells_of_place(place, around):
            return Violation("place", place)
    for name in _QUOTED.findall(query.folded):
        if name not in around and not any(name in wording for wording in query.times):
            return Violation("name", name)
    for number, kind_of_thing, written in editions_in(query.folded):
        kinds_told = {told for other, told, _ in editions_in(around) if other == number}
        if kind_of_thing not in kinds_told and (kind_of_thing or not kinds_told):
            return Violation("edition", written)
    return None


def editions_in(folded: str) -> list[tuple[Decimal | None, str, str]]:
    """Return number, kind (届, 期 or nothing) and wording of what a text numbers; 首届 is 第一届."""
    found = []
    for written in _EDITION.findall(folded.replace("首届", "第一届")):
        numeral = _NUMERAL.findall(written)[0]
        found.append((value_of(numeral), written.partition(numeral)[2], written))
    return found


def _sentence_violation(query: Query, evidence: Evidence) -> Violation | None:
    numbered = editions_in(fold(evidence.sentence))
    for number, kind, written in editions_in(query.folded):
        alike = {told: wording for told, other, wording in numbered if other == kind and kind in {*"届期次"}}
        if alike and number not in alike:
            return Violation("edition", written, next(iter(alike.values())))
    return _time_violation(query, evidence)


def _time_violation(query: Query, evidence: Evidence) -> Violation | None:
    """Return the times asked for when the sentence tells of others alone.

    去年 is counted from the reference of the question or else from the day of the article. Of a day
    asked for, the month must hold: the sentence that answers may tell of the day after.
    """
    asked, told = _times(query, evidence)
    if not asked or not told or any(_is_asked(word, asked) for word in told):
        return None
    return _other_time(query, asked, told[-1])


def _other_time(query: Query, asked: Sequence[Period], told: TimeWord) -> Violation:
    period = told.period
    # Of a year asked for, the other year is enough to tell.
    by_year = all(one == one.whole_years for one in asked) and period and period.first.year > 1
    return Violation(
        "time", "、".join(query.times), str(period.whole_years if period and by_year else period)
    )


def _times(query: Query, evidence: Evidence) -> tuple[list[Period], list[TimeWord]]:
    """The whole months asked for, and the times that the sentence tells of."""
    article = evidence.article
    periods = [resolve(wording, query.reference or article.date) for wording in query.times]
    asked = [period.whole_months for period in periods if period]
    return asked, times_told(article.text, article.date, evidence.start, evidence.end)


def _is_asked(word: TimeWord, asked: Sequence[Period]) -> bool:
    return word.period is not None and any(map(word.period.overlaps, asked))


def find_span_violation(query: Query, evidence: Evidence, span: MeasuredSpan | None) -> Violation | None:
    """Return what keeps the best span from being the answer: no figure, another unit, title or division."""
    if span is None:
        return Violation("figure", query.focus) if query.type in _NEEDS_SPAN else None
    if not _is_of_type(query, evidence, span):
        return Violation("figure", query.focus)
    return _division_violation(query, evidence, span) or _violation_of_type(query, evidence, span)


def _violation_of_type(query: Query, evidence: Evidence, span: MeasuredSpan) -> Violation | None:
    if query.type in _COUNTED and span.unit_differs:
        return Violation("figure", query.focus, span.text)
    if query.type in _MEASURED:
        return _measured_time_violation(query, evidence, span)
    if query.type in {"person", "agent"} and _title_differs(query, evidence, span):
        return Violation("title", query.focus, span.text)
    return None


def _division_violation(query: Query, evidence: Evidence, span: MeasuredSpan) -> Violation | None:
    """Return the division asked for where the span is of another: told in its clause, or last before that."""
    asked = {_division(match): match[0] for match in _DIVISION.finditer(query.folded)}
    if len(asked) != 1:
        return None
    ((division, wording),) = asked.items()
    folded, start, end = fold(evidence.sentence), span.candidate.start, span.candidate.end
    first = max((mark.end() for mark in _CLAUSE_END.finditer(folded, 0, start)), default=0)
    stop = _CLAUSE_END.search(folded, end)
    before = [*_DIVISION.finditer(folded, 0, start)][-1:]
    behind = [*_DIVISION.finditer(folded, end, stop.start() if stop else len(folded))][:1]
    told = behind if behind and not (before and before[0].start() >= first) else before
    return Violation("title", wording, span.text) if told and _division(told[0]) != division else None


def _division(match: re.Match[str]) -> str:
    return match["part"] or match["whose"]


def _title_differs(query: Query, evidence: Evidence, span: MeasuredSpan) -> bool:
    other = _TITLE.search(query.focus) and query.focus not in fold(evidence.hit.passage.text)
    return span.modifier_differs or bool(other)


def _measured_time_violation(query: Query, evidence: Evidence, span: MeasuredSpan) -> Violation | None:
    """Return the times asked for when the figure is of another: of the last one told before it."""
    asked, told = _times(query, evidence)
    before = [word for word in told if word.start < evidence.start + span.candidate.start]
    if not asked or not before or _is_asked(before[-1], asked):
        return None
    return _other_time(query, asked, before[-1])


def _is_of_type(query: Query, evidence: Evidence, span: MeasuredSpan) -> bool:
    """Whether a span has what its type asks for: a figure, a time, the name of an organisation, a person."""
    proposed = span.candidate.label == "proposed"
    if query.type == "date":
        return not proposed or bool(_TIME.search(span.text))
    if query.type in _COUNTED:
        return not proposed or bool(_FIGURE.search(span.text))
    if query.type in {"person", "agent"} and _SENTENCE_MARK.search(span.text):
        return False
    if query.type == "person" and span.candidate.label != "PER":
        return bool(_PERSON.search(span.text)) or _holds_name(evidence, span, _PERSONS)
    if query.type == "organisation" and proposed:
        return span.text.isascii() or _holds_name(evidence, span, _NAMES)
    return True


def _holds_name(evidence: Evidence, span: MeasuredSpan, labels: frozenset[str]) -> bool:
    """Whether one of the names that the tagger found in the sentence stands in a span, or a part of one."""
    start, end = span.candidate.start, span.candidate.end
    names = [token for token in tag(evidence.sentence) if token.label in labels]
    return any(token.start < end and start < token.end for token in names)
