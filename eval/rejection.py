"""How often what is not told is declined: `python -m eval.rejection RGB_FILE`.

Each question of RGB (Chen et al., 2024) comes with passages that tell the answer and others, mostly on
the same event, that do not. It is asked of an archive of its negative passages alone, and of one with
its positive passages added.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.metrics import evidence_hit
from qa.assistant import Assistant
from qa.records import Answer, Article

__all__ = ["ask_of", "main", "measure"]


def main(path: Path) -> None:
    """Print the shares over all questions of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    figures = list(measure(track(rows, description=path.name)))
    table = Table(title=f"{path.name}: {len(figures)} questions")
    for column in ("declined without an answer", "answered with one", "the first quote holds it"):
        table.add_column(column, justify="right")
    table.add_row(*(f"{sum(column) / len(figures):.3f}" for column in zip(*figures, strict=True)))
    Console().print(table)


def measure(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[bool, bool, bool]]:
    """Yield for each question: declined over its negatives; answered and rightly quoted with positives."""
    for row in rows:
        alone = ask_of(row["query"], row["negative"])
        helped = ask_of(row["query"], [*row["positive"], *row["negative"]])
        first = [helped.citations[0].quote] if helped.citations else []
        yield not alone.answered, helped.answered, evidence_hit(first, list(answers_of(row)), 1)


def answers_of(row: dict[str, Any]) -> Iterator[str]:
    """Yield the gold answers of a question; one that has several parts lists the wordings of each."""
    for answer in row["answer"]:
        yield from [answer] if isinstance(answer, str) else answer


def ask_of(question: str, passages: Sequence[str]) -> Answer:
    """Ask a question of an archive of these passages."""
    with Assistant.from_articles([Article.from_text(text) for text in passages]) as assistant:
        return assistant.ask(question)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
