"""Results for people (a table) and for programs (JSON objects)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from eval.runs import Outcome, SummaryRow

__all__ = ["outcome_to_json", "summary_table", "summary_to_json"]

SHARES = {
    "recall1": "R@1",
    "recall5": "R@5",
    "mrr10": "MRR@10",
    "evidence1": "evidence@1",
    "evidence3": "evidence@3",
    "exact_match": "EM",
    "f1": "F1",
    "answered": "answered",
    "abstained": "abstained",
}
TIMES = {"median_ms": "median ms", "p95_ms": "p95 ms"}


def summary_table(rows: Sequence[SummaryRow], title: str) -> Table:
    """Return a table with a line for each row, the last (that of all questions) set apart.

    Shares are in percent; ``abstained`` is over the unanswerable questions, the others over the rest.
    A column with no figure in any row is left out.
    """
    columns = {
        name: label
        for name, label in (SHARES | TIMES).items()
        if any(getattr(row, name) is not None for row in rows)
    }
    table = Table(title=title)
    table.add_column("type")
    for label in ("n", "unanswerable", *columns.values()):
        table.add_column(label, justify="right")
    for position, row in enumerate(rows, start=1):
        figures = [_figure(getattr(row, name), share=name in SHARES) for name in columns]
        table.add_row(
            row.type, str(row.n), str(row.unanswerable), *figures, end_section=position == len(rows) - 1
        )
    return table


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """Return one line of ``wenbao eval --json``; scores are 0 to 1, quotes the first three citations'."""
    question, answer = outcome.question, outcome.answer
    return {
        "id": question.id,
        "type": question.type,
        "question": question.question,
        "answers": list(question.answers),
        "rank": outcome.rank,
        "answered": outcome.answered,
        "short_answer": answer.short_answer if answer else None,
        "confidence": round(answer.confidence, 4) if answer else None,
        "reason": answer.reason if answer else None,
        "quotes": [citation.quote for citation in answer.citations[:3]] if answer else [],
        "evidence1": outcome.evidence1,
        "evidence3": outcome.evidence3,
        "exact_match": outcome.exact_match,
        "f1": round(outcome.f1, 4),
        "elapsed_ms": round(outcome.elapsed_ms, 2),
        "error": outcome.error,
    }


def summary_to_json(rows: Sequence[SummaryRow]) -> dict[str, Any]:
    """Return the last line of ``wenbao eval --json``: the rows of the table, rounded, under ``summary``."""
    return {"summary": [{name: _rounded(value) for name, value in asdict(row).items()} for row in rows]}


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _figure(value: float | None, *, share: bool) -> str:
    if value is None:
        return "–"
    return f"{value * 100:.1f}" if share else f"{value:.0f}"
