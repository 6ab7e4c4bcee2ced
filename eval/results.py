"""Outcomes to Results: every question with its scores, and one line of JSON each."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.metrics import character_f1, citation_precision, citation_recall, evidence_hit, exact_match
from eval.ranking import retrieval_scores
from eval.runs import Outcome
from qa.records import Citation

__all__ = ["Quote", "Result", "result_from_json", "result_to_json", "score"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted sentence with what is known of its article."""

    text: str
    headline: str = ""
    source: str | None = None
    date: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One gold question, what it got, and its scores; a line of ``wenbao eval --json``.

    ``scores`` maps the name of a measure to 0..1 and holds the measures that count for this question:
    ``abstention_recall``, say, only for one without answer. ``rank`` is that of the first relevant
    unit. ``quotes`` are the citations of an answer, the nearest evidence of an abstention.
    ``cluster`` is the same for questions that are not independent of each other.
    """

    id: str
    type: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    cluster: str
    headline: str
    evidence: str
    rank: int | None
    answered: bool
    missing: bool
    short_answer: str | None
    confidence: float | None
    reason: str | None
    quotes: tuple[Quote, ...]
    scores: dict[str, float]
    elapsed_ms: float


def score(outcomes: Sequence[Outcome]) -> list[Result]:
    """Return a Result for every Outcome, in their order."""
    rankings = {o.question.id: o.ranking for o in outcomes if o.ranking is not None}
    found = retrieval_scores(rankings)
    return [_result(outcome, found.get(outcome.question.id, {})) for outcome in outcomes]


def result_to_json(result: Result) -> dict[str, Any]:
    """Return the JSON object of a Result; scores have six digits."""
    scores = {name: round(value, 6) for name, value in result.scores.items()}
    return asdict(result) | {"scores": scores, "elapsed_ms": round(result.elapsed_ms, 2)}


def result_from_json(row: dict[str, Any]) -> Result:
    """Return the Result of a JSON object. Raises TypeError or KeyError for one of another shape."""
    quotes = tuple(Quote(**quote) for quote in row["quotes"])
    return Result(**row | {"answers": tuple(row["answers"]), "quotes": quotes})


def _result(outcome: Outcome, retrieval: dict[str, float]) -> Result:
    question, answer = outcome.question, outcome.answer
    return Result(
        id=question.id,
        type=question.type,
        question=question.question,
        answers=question.answers,
        answerable=question.answerable,
        cluster=question.cluster,
        headline=question.headline,
        evidence=question.evidence,
        rank=outcome.ranking.rank if outcome.ranking else None,
        answered=outcome.answered,
        missing=outcome.missing,
        short_answer=answer.short_answer if answer else None,
        confidence=round(answer.confidence, 4) if answer else None,
        reason=answer.reason if answer else None,
        quotes=tuple(map(_quote, answer.citations or answer.nearest)) if answer else (),
        scores=retrieval | _answer_scores(outcome),
        elapsed_ms=outcome.elapsed_ms,
    )


def _answer_scores(outcome: Outcome) -> dict[str, float]:
    """Return the scores that count: a missing answer is neither right nor an abstention."""
    question, answer = outcome.question, outcome.answer
    if answer is None and not outcome.missing:
        return {}
    quotes = [citation.quote for citation in answer.citations] if answer and answer.answered else []
    short_answer = answer.short_answer if answer and answer.answered else None
    abstained = answer is not None and not answer.answered
    scores: dict[str, float] = {}
    if question.answerable:
        scores |= {
            "evidence1": float(evidence_hit(quotes, question.answers, 1)),
            "evidence3": float(evidence_hit(quotes, question.answers, 3)),
            "em": float(exact_match(short_answer, question.answers)),
            "f1": character_f1(short_answer, question.answers),
            "citation_recall": citation_recall(quotes, question),
            "answered": float(outcome.answered),
        }
    else:
        scores["abstention_recall"] = float(abstained)
    if outcome.answered:
        scores["citation_precision"] = citation_precision(quotes, question)
    if abstained:
        scores["abstention_precision"] = float(not question.answerable)
    return scores


def _quote(citation: Citation) -> Quote:
    article = citation.article
    return Quote(citation.quote, article.headline, article.source, article.date, article.page)
