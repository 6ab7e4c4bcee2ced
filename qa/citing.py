"""What an answer says must stand in its quotes: its figures, its times, and the question's words in it."""

import re
from collections.abc import Sequence

from qa.evidence import Evidence
from qa.names import tells_of_place
from qa.numerals import find_numerals
from qa.periods import find_times, resolve, times_told
from qa.query import Query
from qa.records import Citation
from qa.segmentation import fold, with_plain_numerals, words

__all__ = ["untold_figures", "untold_words"]

_NUMBERS = re.compile(r"\[\d+\]")
_ISSUE = re.compile(r"^- .{0,40}?：", re.MULTILINE)


def untold_words(text: str, query: Query, evidence: Evidence) -> list[str]:
    """Return the names, times and words of ``text``, a part of the question, that the quote does not tell.

    A time is told by its own words or by those that mean it (去年 in a paper of 2025 for 2024年).
    """
    folded, quote = fold(text), fold(evidence.sentence)
    quote = f"{quote}\n{with_plain_numerals(quote)}"
    untold = []
    for wording in map(fold, query.times):
        if wording not in quote and not _tells_time(wording, query, evidence):
            untold.append(wording)
        folded = folded.replace(wording, "\n").replace(wording.removesuffix("年"), "\n")
    places = [place for place in query.places if tells_of_place(place, quote)]
    named = [entity.word for entity in query.entities if entity.word in folded]
    return untold + [
        word
        for word in (*named, *words(folded))
        if word not in quote and not any(word in place for place in places)
    ]


def _tells_time(wording: str, query: Query, evidence: Evidence) -> bool:
    """Whether the quote tells of a time within the one asked for."""
    article = evidence.article
    asked = resolve(wording, query.reference or article.date)
    told = [word.period for word in times_told(article.text, article.date, evidence.start, evidence.end)]
    return asked is not None and any(p and asked.first <= p.first and p.last <= asked.last for p in told)


def untold_figures(text: str, query: Query, citations: Sequence[Citation]) -> list[str]:
    """Return the figures and times of an answer's text that no cited quote tells.

    A time is told by its own words, or by words that mean the same days in a paper of that day (去年, or
    the year told before); the question's own times are held to by qa/constraints.py.
    """
    folded = fold(_ISSUE.sub("- ", _NUMBERS.sub("", text)))
    quotes = "\n".join(fold(citation.quote) for citation in citations)
    periods = [
        word.period
        for c in citations
        for word in times_told(c.article.text, c.article.date, _opening(c), c.end)
        if word.period
    ]
    untold, rest = [], folded
    for word in find_times(folded):
        period = resolve(word.wording, None)
        known = word.wording in quotes or word.wording in map(fold, query.times)
        if not known and not any(period and period.overlaps(told) for told in periods):
            untold.append(word.wording)
        rest = rest.replace(word.wording, "\n" * len(word.wording), 1)
    told = {numeral.value for numeral in find_numerals(quotes)}
    return untold + [rest[n.start : n.end] for n in find_numerals(rest) if n.value not in told]


def _opening(citation: Citation) -> int:
    """Where the paragraph of a quote begins: its first sentence may tell the time of the rest."""
    return citation.article.text.rfind("\n", 0, citation.start) + 1
