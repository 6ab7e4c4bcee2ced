"""Figures of the whole program on what nothing was trained on: `python -m eval.held_out BENCH_FOLDER`.

Of each development set the questions on articles that took no part in the network's training are asked,
over all articles of the set. Two thirds of these fitted the linear models; "figures" are of the others.
"""

import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.evaluation import Settings, carry_out, read_gold_set
from eval.examples import part_of
from eval.results import Result, score

__all__ = ["ask_held_out", "main"]

SETS = ("cmrc2018_trial.json", "drcd_dev.json", "ats_news_train.json")
MEASURES = ("recall1", "evidence1", "em", "f1", "answered")


def ask_held_out(path: Path, progress: Progress) -> list[tuple[bool, Result]]:
    """Ask what was not trained on of a set; each result with whether nothing at all was fitted on it."""
    settings = Settings(gold=str(path))
    gold = read_gold_set(settings)
    kept = {q.id: part_of(q) == "figures" for q in gold.questions if part_of(q) != "network"}
    gold = replace(gold, questions=tuple(q for q in gold.questions if q.id in kept and q.answerable))
    task = progress.add_task(path.name)
    evaluation = carry_out(
        settings, gold, lambda done, total: progress.update(task, completed=done, total=total)
    )
    return [(kept[result.id], result) for result in score(evaluation.outcomes)]


def main(bench: Path) -> None:
    """Print a table of the figures."""
    table = Table("set", "part", "questions", *MEASURES)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for name in SETS:
            asked = ask_held_out(bench / name, progress)
            for part, results in (
                ("all", [result for _, result in asked]),
                ("figures", [result for figures, result in asked if figures]),
            ):
                figures = (sum(r.scores[measure] for r in results) / len(results) for measure in MEASURES)
                table.add_row(name, part, str(len(results)), *(f"{figure:.3f}" for figure in figures))
    Console().print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
