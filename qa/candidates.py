"""Typed answer candidates in a sentence: figures with units, dates, names, roles, lists, subjects."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from qa.figures import CLOCK, DATE, DURATION, FIGURE, RANK, RATIO
from qa.finders import (
    Candidate,
    Finder,
    by_label,
    by_pattern,
    causes,
    clauses,
    credit_names,
    lists,
    numbers_by_tag,
    objects,
    organisation_phrases,
    paired_figures,
    proper_nouns,
    quoted,
    roles,
    subjects,
)
from qa.interpretation import AnswerType
from qa.query import Query
from qa.segmentation import fold
from qa.tagging import Token

__all__ = ["find_candidates", "is_reporter"]

_REPORTER = re.compile(r"(?:记者|通讯员|实习生)[:： \u3000]*(?:[\u4e00-\u9fff]{2,4}[、 \u3000]+)*\Z")
_CREDIT_MARK = re.compile(r"(?:摄影?|供图|报道)\Z")
_MEMBERS = re.compile("[、和与及]")
_DIGIT = re.compile(r"[\d〇零一二三四五六七八九十]|[今去前明昨]")
_VAGUE = re.compile(r"[一两][^\d百千万亿]{0,2}")
_QUOTE_MARK = re.compile(r"[“”「」『』]")

_FINDERS: dict[AnswerType, tuple[Finder, ...]] = {
    "quantity": (
        by_pattern(FIGURE, "figure"),
        by_pattern(RATIO, "ratio"),
        by_pattern(CLOCK, "duration"),
        numbers_by_tag,
    ),
    "ratio": (by_pattern(RATIO, "ratio"), by_pattern(FIGURE, "figure")),
    "rank": (by_pattern(RANK, "rank"),),
    "duration": (by_pattern(CLOCK, "duration"), by_pattern(DURATION, "duration")),
    "date": (by_pattern(DATE, "date"), by_label("TIME")),
    "person": (credit_names, by_label("PER"), subjects),
    "agent": (by_label("PER"), by_label("ORG"), organisation_phrases, subjects),
    "role": (roles,),
    "place": (by_label("LOC"), by_label("ORG"), organisation_phrases, subjects),
    "organisation": (by_label("ORG"), organisation_phrases, subjects),
    "name": (quoted, proper_nouns, objects, subjects),
    "list": (lists, quoted, objects, subjects, clauses),
    "explain": (causes, clauses),
    "other": (clauses,),
}


def find_candidates(query: Query, sentence: str, tokens: Sequence[Token]) -> list[Candidate]:
    """Return the spans of ``sentence`` that have the type the question asks for, without repeats."""
    folded = fold(sentence)
    found: dict[tuple[int, int], Candidate] = {}
    for finder in _FINDERS.get(query.type, ()):
        for candidate in map(partial(_without_credit_mark, folded), finder(query, folded, tokens)):
            if candidate.start < candidate.end and _is_sound(query, folded, candidate):
                found.setdefault((candidate.start, candidate.end), candidate)
    pairs = paired_figures(query, folded) if query.type == "quantity" else []
    others = found.values()
    return pairs or [c for c in others if not (_is_part(folded, c, others) or _is_titled(folded, c, others))]


def _is_part(folded: str, candidate: Candidate, others: Iterable[Candidate]) -> bool:
    """Whether a candidate is only a part of one found whole.

    So is the last member of a subject (甲委员会、乙厅), and 2小时 in 2小时31分09秒.
    """
    last_member = folded[: candidate.start].endswith("、")
    return any(
        other.start <= candidate.start
        and candidate.end <= other.end
        and (
            (
                other.label == "subject"
                and last_member
                and other.end == candidate.end
                and other is not candidate
            )
            or (other.label == "duration" and candidate.label == "figure")
        )
        for other in others
    )


def _is_titled(folded: str, candidate: Candidate, others: Iterable[Candidate]) -> bool:
    """Whether a subject is one person's name, found by itself too, with a title before it (老船长林海生)."""
    if candidate.label != "subject" or _MEMBERS.search(folded, candidate.start, candidate.end):
        return False
    return any(
        other.label == "PER" and other.end == candidate.end and other.start > candidate.start
        for other in others
    )


def _without_credit_mark(folded: str, candidate: Candidate) -> Candidate:
    """Leave out of a name the 摄 that the tagger took for a part of it (白帆摄)."""
    mark = _CREDIT_MARK.search(folded, candidate.start + 2, candidate.end)
    return replace(candidate, end=mark.start()) if mark and candidate.label == "PER" else candidate


def _is_sound(query: Query, folded: str, candidate: Candidate) -> bool:
    span = (candidate.start, candidate.end)
    if candidate.label in {"subject", "object"}:
        return not _QUOTE_MARK.search(folded, *span)
    if candidate.label == "figure" and _VAGUE.fullmatch(folded, *span):
        # 两级 and 一线 count nothing, unless that unit is asked for.
        return folded[span[0] + 1 : span[1]] in query.units
    if query.type == "date" and query.units:
        # 近年 is no answer to which year.
        return bool(_DIGIT.search(folded, *span))
    return candidate.label != "PER" or not is_reporter(query, folded, candidate.start)


def is_reporter(query: Query, folded: str, start: int) -> bool:
    """Whether the name at ``start`` is of who reports, which is no answer to who did it."""
    return not query.asks_for_byline and bool(_REPORTER.search(folded, 0, start))
