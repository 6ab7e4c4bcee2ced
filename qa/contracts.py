"""Records as JSON objects: the shapes that other programs rely on (`--json`, `/api/ask`)."""

from dataclasses import asdict
from typing import Any

from qa.counting import ArticleCount
from qa.interpretation import Interpretation
from qa.quotes import QuoteLookup, QuoteMatch
from qa.records import Answer, Article, Citation, Hit

__all__ = [
    "answer_to_json",
    "article_to_json",
    "citation_to_json",
    "count_to_json",
    "hit_to_json",
    "lookup_to_json",
]


def article_to_json(article: Article) -> dict[str, Any]:
    """Return one line of ``wenbao articles --json``; spans are character offsets into the raw file.

    Where an article goes on in another file, ``continued`` tells from which span on they are offsets
    into that one.
    """
    return {
        "article_id": article.article_id,
        "file": article.file,
        "headline": article.headline,
        "kicker": article.kicker,
        "subtitle": article.subtitle,
        "byline": list(article.byline),
        "dateline": article.dateline,
        "source": article.source,
        "date": article.date,
        "page": article.page,
        "paragraphs": [
            {"text": p.text, "role": p.role, "spans": [list(span) for span in p.spans]}
            | ({"credit": p.credit} if p.credit else {})
            for p in article.paragraphs
        ],
        "confidence": round(article.confidence, 4),
        "section": article.section,
        "reported": article.reported,
        "partial": article.partial,
        "continued": [asdict(continuation) for continuation in article.continued],
        "reprints": [asdict(reprint) for reprint in article.reprints],
    }


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """Return one element of an answer's ``citations``; start and end are offsets into the article's text.

    ``page`` and ``file`` are those on which the quote begins; ``differences`` are there only where a
    sentence that was looked up is printed in other letters.
    """
    told = {"differences": [asdict(one) for one in citation.differences]} if citation.differences else {}
    return told | {
        "number": citation.number,
        **_printed_at(citation.article, citation.start),
        "passage_id": citation.passage_id,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "score": round(citation.score, 4),
    }


def _printed_at(article: Article, offset: int) -> dict[str, Any]:
    """Return the article of a quote, and where the character of its text at ``offset`` is printed."""
    file, page = article.printed_at(offset)
    return {
        "article_id": article.article_id,
        "headline": article.headline,
        "byline": list(article.byline),
        "source": article.source,
        "date": article.date,
        "page": page,
        "file": file,
    }


def answer_to_json(answer: Answer, question_id: str | int | None = None) -> dict[str, Any]:
    """Return one line of ``wenbao ask --json``; ``id`` is there only where a batch gave one."""
    head: dict[str, Any] = {} if question_id is None else {"id": question_id}
    return head | {
        "question": answer.question,
        "answered": answer.answered,
        "text": answer.text,
        "short_answer": answer.short_answer,
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason,
        "citations": [citation_to_json(c) for c in answer.citations],
        "nearest": [citation_to_json(c) for c in answer.nearest],
        "interpretation": _interpretation_to_json(answer.interpretation) if answer.interpretation else None,
        "statements": [asdict(statement) for statement in answer.statements],
        "note": answer.note,
        "elapsed_ms": round(answer.elapsed_ms, 2),
    }


def _interpretation_to_json(interpretation: Interpretation) -> dict[str, Any]:
    values = asdict(interpretation)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def hit_to_json(hit: Hit, rank: int) -> dict[str, Any]:
    """Return one line of ``wenbao search --json``; start and end are offsets into the article's text.

    ``page`` and ``file`` are those on which the passage begins.
    """
    passage, article = hit.passage, hit.passage.article
    file, page = article.printed_at(passage.start)
    return {
        "rank": rank,
        "score": round(hit.score, 4),
        "parts": {name: round(part, 4) for name, part in hit.parts.items()},
        "passage_id": passage.passage_id,
        "article_id": article.article_id,
        "headline": article.headline,
        "source": article.source,
        "date": article.date,
        "page": page,
        "file": file,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }


def lookup_to_json(found: QuoteLookup) -> dict[str, Any]:
    """Return the line of ``wenbao quote --json``."""
    return {
        "quote": found.quote,
        "kind": found.kind,
        "matches": [_match_to_json(match) for match in found.matches],
    }


def _match_to_json(match: QuoteMatch) -> dict[str, Any]:
    article, speaker = match.article, match.speaker
    return {
        **_printed_at(article, match.start),
        "passage_id": match.passage_id,
        "text": match.text,
        "start": match.start,
        "end": match.end,
        "similarity": round(match.similarity, 4),
        "differences": [asdict(one) for one in match.differences],
        "apart_from": list(match.apart_from),
        "speaker": asdict(speaker) if speaker else None,
        "reprints": [asdict(reprint) for reprint in article.reprints],
    }


def count_to_json(count: ArticleCount) -> dict[str, Any]:
    """Return the line of ``wenbao count --json``; ``articles`` are the first of them, cited."""
    scope = count.asked.scope
    return {
        "phrases": list(count.asked.phrases),
        "any_of": count.asked.any_of,
        "source": scope.sources[0] if scope.sources else None,
        "section": scope.sections[0] if scope.sections else None,
        "date_from": scope.first,
        "date_to": scope.last,
        "total": count.total,
        "printings": count.printings,
        "undated": count.undated,
        "elsewhere": count.elsewhere,
        "articles": [
            citation_to_json(citation)
            | {"reprints": [asdict(reprint) for reprint in citation.article.reprints]}
            for citation in count.citations
        ],
    }
