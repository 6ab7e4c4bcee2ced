"""The text of an answer: one line that a person would write, or a list, with the numbers of its Citations.

The line is the question told as a statement where that is certain (qa/phrasing.py), else the quoted
sentence as far as it is needed (qa/excerpts.py). Before it stand who says it and, of a figure, since when
it holds; what other articles say otherwise stands beside it, each with its day.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.circumstances import time_of, who_says
from qa.evidence import Evidence
from qa.excerpts import excerpt
from qa.phrasing import make_lead, make_statement
from qa.query import Query
from qa.records import Article
from qa.segmentation import fold
from qa.spans import MeasuredSpan
from qa.tagging import tag

__all__ = [
    "compose_line",
    "compose_list",
    "compose_points",
    "compose_quotes",
    "compose_side_by_side",
    "items_of",
]

# Below this confidence the question's own wording is not put on an answer (`python -m eval.fit_agreement`).
_SURE = 0.5
_DATED = frozenset({"quantity", "ratio", "rank"})
_FEWEST_ITEMS = 2
_JOINTS = frozenset({"、", "和", "及", "与", "以及"})
_NEIGHBOURS = re.compile(r"(?<=[”》」])(?=[“《「])")


def compose_line(query: Query, span: MeasuredSpan, short: str, confidence: float) -> str:
    """Return one line that answers with ``short``, the text of a typed span."""
    evidence = span.evidence
    article, (start, end) = evidence.article, (evidence.start, evidence.end)
    place = (start + span.candidate.start, start + span.candidate.end)
    statement = make_statement(query, span, short) if confidence >= _SURE else None
    if statement is None:
        who = who_says(article, (start, end))
        return (f"{who}：" if who else "") + excerpt(query, evidence, span.candidate.end)
    told = [who_says(article, place) if query.type != "role" else ""]
    if query.type in _DATED and not query.times:
        told.append(time_of(article, (start, end), place[0]))
    line = "，".join([*filter(None, told), f"{statement}。"])
    return line if fold(line).count(fold(short)) == 1 else f"{statement}。"


def compose_list(query: Query, evidence: Evidence, short: str) -> str | None:
    """Return a list, one item a line, under the question told as its head; None where it is none."""
    items, lead = items_of(short), make_lead(query, evidence)
    if lead is None or len(items) < _FEWEST_ITEMS or (query.count and query.count != len(items)):
        return None
    return "\n".join([f"{lead}：", *(f"- {item}" for item in items)])


def items_of(short: str) -> list[str]:
    """Return the items of an enumeration, as they are printed; the text itself where it is none."""
    cuts = [0]
    for token in tag(short):
        if token.word in _JOINTS and token.label in {"w", "c"}:
            cuts += [token.start, token.end]
    pieces = [short[start:end] for start, end in pairwise([*cuts, len(short)])]
    return [item for piece in pieces[::2] for item in _NEIGHBOURS.split(piece.strip()) if item]


def compose_points(query: Query, points: Sequence[Evidence]) -> str:
    """Return a list of quoted sentences with their numbers, under the question as its head if that can be."""
    lead = make_lead(query, points[0]) or "原文列出以下几点"
    told = [f"- {excerpt(query, point)}[{number}]" for number, point in enumerate(points, 1)]
    return "\n".join([f"{lead}：", *told])


def compose_quotes(query: Query, cited: Sequence[Evidence]) -> str:
    """Return quoted sentences one after the other, each with its number."""
    told = []
    for number, evidence in enumerate(cited, 1):
        who = who_says(evidence.article, (evidence.start, evidence.end))
        told.append(f"{f'{who}：' if who else ''}{excerpt(query, evidence)}[{number}]")
    return "".join(told)


def compose_side_by_side(lines: Sequence[tuple[str, Article]]) -> str:
    """Return the lines of articles that differ, below one another with paper and day."""
    told = [f"- {_printed_in(article)}：{line}" for line, article in lines]
    return "\n".join(["几篇报道说法不同：", *told])


def _printed_in(article: Article) -> str:
    year, month, day = (article.date or "--").split("-")
    when = f"{year}年{int(month)}月{int(day)}日" if article.date else "日期不明"
    return f"{when}《{article.source}》" if article.source else when
