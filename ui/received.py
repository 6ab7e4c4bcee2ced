"""Answers that come back from a page or a program: nothing in them is believed before it is checked.

What was answered may be exported, or judged by a reader. The archive may have changed meanwhile, and
anyone may send anything: quotes are compared with the articles once more, and what is told of an
article is taken from the archive itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from qa.errors import InputError
from qa.query import MAX_QUESTION
from qa.records import Answer, Article, Citation
from qa.statements import Statement

__all__ = ["NUMBER", "FindArticle", "ReceivedAnswer", "ReceivedCitation", "check_answer"]

FindArticle = Callable[[str], Article]
_MAX_CITATIONS = 100
_MAX_TEXT = 100_000


def _check_number(value: object) -> object:
    if isinstance(value, (bool, str)):  # which pydantic would turn into one
        raise ValueError("Input should be a number")  # noqa: TRY004 (what pydantic makes a refusal of)
    return value


NUMBER = BeforeValidator(_check_number)
Whole = Annotated[int, NUMBER]
Share = Annotated[float, Field(allow_inf_nan=False), NUMBER]
Text = Annotated[str, Field(max_length=_MAX_TEXT)]


@dataclass(frozen=True, slots=True)
class ReceivedCitation:
    """A citation as in the JSON of an answer; what else that tells of the article is not needed."""

    article_id: str
    start: Whole
    end: Whole
    quote: Text
    number: Whole = 1
    passage_id: str = ""
    score: Share = 0.0


@dataclass(frozen=True, slots=True)
class ReceivedStatement:
    """A sentence that a language model wrote, as in the JSON of an answer."""

    text: Text
    citations: Annotated[tuple[Whole, ...], Field(max_length=_MAX_CITATIONS)]
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class ReceivedAnswer:
    """An answer as `/api/ask` and `wenbao ask --json` give it; fields not named here are left aside."""

    question: Annotated[str, Field(max_length=MAX_QUESTION)]
    answered: Annotated[bool, Field(strict=True)]
    text: Text
    short_answer: Text | None = None
    confidence: Share = 0.0
    reason: Text | None = None
    citations: Annotated[tuple[ReceivedCitation, ...], Field(max_length=_MAX_CITATIONS)] = ()
    nearest: Annotated[tuple[ReceivedCitation, ...], Field(max_length=_MAX_CITATIONS)] = ()
    statements: Annotated[tuple[ReceivedStatement, ...], Field(max_length=_MAX_CITATIONS)] = ()


def check_answer(received: ReceivedAnswer, find_article: FindArticle) -> Answer:
    """Return the Answer with the Articles of the archive.

    Raises InputError where a quote does not stand in the archive as it is said to.
    """
    return Answer(
        question=received.question,
        answered=received.answered,
        text=received.text,
        short_answer=received.short_answer,
        confidence=received.confidence,
        reason=received.reason,
        citations=tuple(_check_citation(one, find_article) for one in received.citations),
        nearest=tuple(_check_citation(one, find_article) for one in received.nearest),
        statements=tuple(Statement(one.text, one.citations, one.reason) for one in received.statements),
    )


def _check_citation(received: ReceivedCitation, find_article: FindArticle) -> Citation:
    try:
        article = find_article(received.article_id)
    except KeyError:
        raise InputError(
            f"引文[{received.number}]的文章已不在档案里，请重新提问 "
            f"(citation {received.number}: no article {received.article_id!r} in the archive; ask again)"
        ) from None
    start, quote = received.start, received.quote
    printed = start >= 0 and article.text.startswith(quote, start) and received.end == start + len(quote)
    if not (quote and printed):
        raise InputError(
            f"引文[{received.number}]与档案原文不符，请重新提问 "
            f"(citation {received.number} is not what the article says there; ask again)"
        )
    return Citation(
        received.number,
        article,
        received.passage_id,
        received.start,
        received.end,
        received.quote,
        received.score,
    )
