"""Asking an assistant every gold question, and summing up what came back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from eval.gold import GoldQuestion, GoldSet
from eval.metrics import (
    character_f1,
    evidence_hit,
    exact_match,
    is_relevant,
    mean,
    percentile,
    recall_at,
    reciprocal_rank,
    relevant_rank,
)
from qa.errors import QuestionError
from qa.records import Answer, Hit

__all__ = ["Asked", "Outcome", "SummaryRow", "run", "summarise"]

DEPTH = 10  # hits looked at for each question: the k of MRR@10
OVERALL = "all"


class Asked(Protocol):
    """What an evaluation needs of an assistant (`qa.assistant.Assistant` is one)."""

    def ask(self, question: str) -> Answer:
        """Return the answer to the question."""
        ...

    def search(self, query: str, *, top_k: int) -> list[Hit]:
        """Return the best hits, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one gold question got.

    ``rank`` is that of the first relevant hit (None: not among the first ten, or the question is
    unanswerable). ``answer`` is None where only retrieval was run or the question was refused, which
    ``error`` then tells of. The scores are those of the metrics; an abstention scores nothing.
    ``elapsed_ms`` is the time of asking, of searching where only retrieval was run.
    """

    question: GoldQuestion
    rank: int | None
    answer: Answer | None = None
    evidence1: bool = False
    evidence3: bool = False
    exact_match: bool = False
    f1: float = 0.0
    elapsed_ms: float = 0.0
    error: str | None = None

    @property
    def answered(self) -> bool:
        """Whether the question got an answer, right or wrong."""
        return self.answer is not None and self.answer.answered


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """Means over the questions of one type, or over all.

    Shares are 0 to 1: ``abstained`` is over the unanswerable questions, all others over the answerable
    ones; None where there are none of these, or where only retrieval was run. Times in milliseconds.
    """

    type: str
    n: int
    unanswerable: int
    recall1: float | None
    recall5: float | None
    mrr10: float | None
    evidence1: float | None
    evidence3: float | None
    exact_match: float | None
    f1: float | None
    answered: float | None
    abstained: float | None
    median_ms: float | None
    p95_ms: float | None


def run(
    assistant: Asked,
    gold_set: GoldSet,
    *,
    retrieval_only: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Search for and ask every question, one Outcome each, in the order of the set.

    ``progress`` is called with the questions done and their number. A question that the assistant
    refuses gets an Outcome of its own that scores nothing; all other errors pass through.
    """
    outcomes: list[Outcome] = []
    for question in gold_set.questions:
        outcomes.append(_ask(assistant, question, retrieval_only=retrieval_only))
        if progress:
            progress(len(outcomes), len(gold_set.questions))
    return outcomes


def summarise(outcomes: Sequence[Outcome], *, retrieval_only: bool = False) -> list[SummaryRow]:
    """Return a row for each question type, in the order they came, and last the row of all."""
    types = dict.fromkeys(outcome.question.type for outcome in outcomes)
    groups = [(name, [o for o in outcomes if o.question.type == name]) for name in types]
    return [_summary_row(name, group, retrieval_only) for name, group in [*groups, (OVERALL, list(outcomes))]]


def _ask(assistant: Asked, question: GoldQuestion, *, retrieval_only: bool) -> Outcome:
    try:
        started = perf_counter()
        hits = assistant.search(question.question, top_k=DEPTH)
        elapsed = perf_counter() - started
        # Nothing in the corpus is relevant to a question it does not answer, its context included.
        relevance = (question.answerable and is_relevant(hit.passage, question) for hit in hits[:DEPTH])
        rank = relevant_rank(relevance)
        if retrieval_only:
            return Outcome(question, rank, elapsed_ms=elapsed * 1000)
        started = perf_counter()
        answer = assistant.ask(question.question)
        elapsed = perf_counter() - started
    except QuestionError as error:
        return Outcome(question, None, error=str(error))
    return _score(question, rank, answer, elapsed * 1000)


def _score(question: GoldQuestion, rank: int | None, answer: Answer, elapsed_ms: float) -> Outcome:
    if not answer.answered:
        return Outcome(question, rank, answer, elapsed_ms=elapsed_ms)
    quotes = [citation.quote for citation in answer.citations]
    return Outcome(
        question,
        rank,
        answer,
        evidence1=evidence_hit(quotes, question.answers, 1),
        evidence3=evidence_hit(quotes, question.answers, 3),
        exact_match=exact_match(answer.short_answer, question.answers),
        f1=character_f1(answer.short_answer, question.answers),
        elapsed_ms=elapsed_ms,
    )


def _summary_row(name: str, outcomes: list[Outcome], retrieval_only: bool) -> SummaryRow:
    answerable = [o for o in outcomes if o.question.answerable]
    unanswerable = [o for o in outcomes if not o.question.answerable]
    times = [o.elapsed_ms for o in outcomes if o.error is None]

    def asked_mean(values: Iterable[float]) -> float | None:
        return None if retrieval_only else mean(values)

    return SummaryRow(
        type=name,
        n=len(outcomes),
        unanswerable=len(unanswerable),
        recall1=mean(recall_at(o.rank, 1) for o in answerable),
        recall5=mean(recall_at(o.rank, 5) for o in answerable),
        mrr10=mean(reciprocal_rank(o.rank, DEPTH) for o in answerable),
        evidence1=asked_mean(o.evidence1 for o in answerable),
        evidence3=asked_mean(o.evidence3 for o in answerable),
        exact_match=asked_mean(o.exact_match for o in answerable),
        f1=asked_mean(o.f1 for o in answerable),
        answered=asked_mean(o.answered for o in answerable),
        abstained=asked_mean(not o.answered for o in unanswerable),
        median_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
    )
