"""Figures for people who read a terminal: tables of a run and of a comparison."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from eval.comparison import Comparison
from eval.measures import MEASURES, Figure, SummaryRow

__all__ = ["BY_TYPE", "comparison_table", "figures_table", "percent", "signed", "types_table"]

# What is told for each type of question: few enough for a line, and no measure that one type alone cannot
# show (abstentions that were due) or that some ten answers cannot (calibration).
BY_TYPE = (
    "recall1", "ndcg10", "evidence1", "em", "f1", "citation_precision", "citation_recall", "answered",
    "abstention_recall",
)  # fmt: skip


def figures_table(row: SummaryRow, title: str) -> Table:
    """Return a line for each measure of all questions: value and 95 % interval in percent, its meaning."""
    table = Table("measure", title=escape(title))
    for label in ("%", "95 % interval", "questions"):
        table.add_column(label, justify="right")
    table.add_column("meaning")
    for name, measure in MEASURES.items():
        if figure := row.figures.get(name):
            interval = f"{percent(figure.low)}–{percent(figure.high)}"
            meaning = measure.meaning + ("" if measure.more_is_better else " (less is better)")
            table.add_row(measure.label, percent(figure.value), interval, str(figure.n), meaning)
    return table


def types_table(rows: Sequence[SummaryRow]) -> Table:
    """Return a line for each row, the last (that of all questions) set apart; shares in percent.

    A column with no figure in any row is left out.
    """
    names = [name for name in BY_TYPE if any(name in row.figures for row in rows)]
    table = Table("type")
    labels = (MEASURES[name].label for name in names)
    for label in ("n", "unanswerable", *labels, "median ms", "p95 ms"):
        table.add_column(label, justify="right")
    for position, row in enumerate(rows, start=1):
        figures = [_value(row.figures.get(name)) for name in names]
        times = [_milliseconds(row.median_ms), _milliseconds(row.p95_ms)]
        last = position == len(rows) - 1
        table.add_row(escape(row.type), str(row.n), str(row.unanswerable), *figures, *times, end_section=last)
    return table


def comparison_table(comparison: Comparison) -> Table:
    """Return a line for each measure: both runs, their difference with its interval, and the p-value."""
    names = escape(comparison.first.name), escape(comparison.second.name)
    table = Table("measure", title=" → ".join(names))
    for label in (*names, "difference", "95 % interval", "p"):
        table.add_column(label, justify="right")
    for name, d in comparison.differences.items():
        interval = f"{signed(d.low)} to {signed(d.high)}"
        values = (percent(d.first), percent(d.second), signed(d.difference), interval, f"{d.p_value:.4f}")
        table.add_row(MEASURES[name].label, *values)
    return table


def percent(value: float) -> str:
    """Return a share as percent with one digit."""
    return f"{value * 100:.1f}"


def signed(value: float) -> str:
    """Return a difference of shares in points of percent, with its sign."""
    return f"{value * 100:+.1f}"


def _value(figure: Figure | None) -> str:
    return percent(figure.value) if figure else "–"


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
