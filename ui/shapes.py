"""The JSON that the routes answer with, as `/openapi.json` describes it; `qa/contracts.py` makes it."""

from dataclasses import dataclass, field
from typing import Any

from qa.interpretation import Interpretation
from qa.records import Continuation, Difference, Reprint, Role
from qa.statements import Statement

__all__ = ["AnswerShape", "ArticleShape", "HitsShape", "described"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationShape:
    """A quoted sentence; `start` and `end` are its offsets into the text of its article.

    `differences` are there where a sentence that was looked up is printed in other letters.
    """

    number: int
    article_id: str
    headline: str
    byline: list[str]
    source: str | None
    date: str | None
    page: str | None
    file: str
    passage_id: str
    quote: str
    start: int
    end: int
    score: float
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShape:
    """An answer, or with `answered` false an abstention: its `reason` and the `nearest` evidence."""

    question: str
    answered: bool
    text: str
    short_answer: str | None
    confidence: float
    reason: str | None
    citations: list[CitationShape]
    nearest: list[CitationShape]
    interpretation: Interpretation | None
    statements: list[Statement]
    note: str | None
    elapsed_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HitShape:
    """A passage; `start` and `end` are its offsets into the text of its article."""

    rank: int
    score: float
    parts: dict[str, float]
    passage_id: str
    article_id: str
    headline: str
    source: str | None
    date: str | None
    page: str | None
    file: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class HitsShape:
    """What was found for a query, best first."""

    query: str
    hits: list[HitShape]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphShape:
    """A paragraph; `spans` are offsets into the raw file, `credit` is there where a photograph has one."""

    text: str
    role: Role
    spans: list[tuple[int, int]]
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleShape:
    """A whole article; its text is the paragraphs, one a line."""

    article_id: str
    file: str
    headline: str
    kicker: str
    subtitle: str
    byline: list[str]
    dateline: str
    source: str | None
    date: str | None
    page: str | None
    paragraphs: list[ParagraphShape]
    confidence: float
    section: str | None
    reported: str | None
    partial: bool
    continued: list[Continuation]
    reprints: list[Reprint]


def described(shape: type) -> dict[int | str, dict[str, Any]]:
    """Return how a route says that it answers with a shape."""
    return {200: {"model": shape}}
