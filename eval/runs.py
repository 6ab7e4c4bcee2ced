"""Asking gold questions: what an assistant found and answered, or what an answers file tells."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from eval.gold import GoldQuestion, GoldSet
from eval.ranking import Ranking, rank_hits
from qa.errors import InputError, QuestionError
from qa.records import Answer, Article, Citation, Hit

__all__ = ["DEPTH", "Asked", "Outcome", "read_answers", "run"]

DEPTH = 100  # passages looked at for each question: as deep as retrieval reads its lists


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

    ``ranking`` is None where nothing was searched, ``answer`` where only retrieval was run; where an
    answer was due and did not come, ``missing`` tells so. ``elapsed_ms`` is the time of asking, of
    searching where only retrieval was run.
    """

    question: GoldQuestion
    ranking: Ranking | None = None
    answer: Answer | None = None
    missing: bool = False
    elapsed_ms: float = 0.0

    @property
    def answered(self) -> bool:
        """Whether the question got an answer, right or wrong."""
        return self.answer is not None and self.answer.answered


def run(
    assistant: Asked,
    gold_set: GoldSet,
    *,
    retrieval_only: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Search for and ask every question, one Outcome each, in the order of the set.

    ``progress`` is called with the questions done and their number. A question that the assistant
    refuses finds nothing and gets an abstention with that reason, as in ``wenbao ask --batch``; all
    other errors pass through.
    """
    outcomes: list[Outcome] = []
    for question in gold_set.questions:
        outcomes.append(_ask(assistant, question, retrieval_only=retrieval_only or gold_set.retrieval_only))
        if progress:
            progress(len(outcomes), len(gold_set.questions))
    return outcomes


def read_answers(path: Path, gold_set: GoldSet) -> list[Outcome]:
    """Return the Outcomes that an answers file tells (the form of ``wenbao ask --batch --json``).

    Answers belong to questions by ``id``; those of other questions are passed over, and a question
    without one is missing. Raises InputError for a broken line or when no answer is to these questions.
    """
    answers: dict[str, Answer] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error}); check the path") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
                answers[str(row["id"])] = _answer_from_json(row)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InputError(
                    f"{path}:{number}: not an answer ({type(error).__name__}: {error}); "
                    "each line is one of `wenbao ask --batch FILE --json`"
                ) from error
    if not any(question.id in answers for question in gold_set.questions):
        raise InputError(f"{path}: no answer to any question of {gold_set.file}; their ids must be the same")
    given = [(question, answers.get(question.id)) for question in gold_set.questions]
    return [
        Outcome(
            question, answer=answer, missing=answer is None, elapsed_ms=answer.elapsed_ms if answer else 0.0
        )
        for question, answer in given
    ]


def _ask(assistant: Asked, question: GoldQuestion, *, retrieval_only: bool) -> Outcome:
    try:
        started = perf_counter()
        ranking = rank_hits(assistant.search(question.question, top_k=DEPTH), question)
        elapsed_ms = (perf_counter() - started) * 1000
        if retrieval_only:
            return Outcome(question, ranking, elapsed_ms=elapsed_ms)
        started = perf_counter()
        answer = assistant.ask(question.question)
        return Outcome(question, ranking, answer, elapsed_ms=(perf_counter() - started) * 1000)
    except QuestionError as error:
        refusal = str(error)
    ranking = rank_hits([], question)
    if retrieval_only:
        return Outcome(question, ranking)
    return Outcome(question, ranking, Answer(question.question, False, refusal, None, 0.0, refusal))


def _answer_from_json(row: dict[str, Any]) -> Answer:
    """Return an answer of one JSON object; of its articles only what the object tells."""
    return Answer(
        question=str(row.get("question") or ""),
        answered=bool(row["answered"]),
        text=str(row.get("text") or ""),
        short_answer=row.get("short_answer"),
        confidence=float(row.get("confidence") or 0.0),
        reason=row.get("reason"),
        citations=tuple(map(_citation_from_json, row.get("citations") or ())),
        nearest=tuple(map(_citation_from_json, row.get("nearest") or ())),
        elapsed_ms=float(row.get("elapsed_ms") or 0.0),
    )


def _citation_from_json(row: dict[str, Any]) -> Citation:
    article = Article(
        article_id=str(row.get("article_id") or ""),
        file=str(row.get("file") or ""),
        headline=str(row.get("headline") or ""),
        paragraphs=(),
        byline=tuple(row.get("byline") or ()),
        source=row.get("source"),
        date=row.get("date"),
        page=row.get("page"),
    )
    return Citation(
        number=int(row.get("number") or 0),
        article=article,
        passage_id=str(row.get("passage_id") or ""),
        start=int(row.get("start") or 0),
        end=int(row.get("end") or 0),
        quote=str(row["quote"]),
        score=float(row.get("score") or 0.0),
    )
