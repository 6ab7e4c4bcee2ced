"""The command `wenbao eval`, also `python -m eval`."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from eval.gold import GoldSet, read_gold
from eval.reports import outcome_to_json, summary_table, summary_to_json
from eval.runs import Outcome, SummaryRow, run, summarise
from qa.assistant import Assistant
from qa.errors import WenbaoError
from qa.index import default_index_path

__all__ = ["SAMPLE_GOLD", "SAMPLE_PAGES", "evaluate", "open_assistant"]

SAMPLE_GOLD = Path(__file__).parent / "sample" / "gold.jsonl"
SAMPLE_PAGES = Path(__file__).parent / "sample" / "pages"


def evaluate(
    gold: Annotated[
        Path | None,
        typer.Option(
            "--gold",
            help="Gold questions: JSON lines, or a SQuAD/CMRC file, which brings its own articles. "
            "Without it, the bundled sample questions over the bundled sample pages.",
        ),
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            help="The index to ask. Without it, the default index; for a SQuAD/CMRC file and "
            "for the sample, a temporary one.",
        ),
    ] = None,
    json_lines: Annotated[
        bool, typer.Option("--json", help="Write one JSON object a question, then one of the summary.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Ask only so many questions, spread over the file.")
    ] = None,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Measure the search alone: no answers, no abstentions.")
    ] = False,
) -> None:
    """Ask gold questions and measure retrieval, evidence, answers, abstention and time.

    Exit status: 0 done, 1 no question found what answers it, 2 wrong usage or unreadable input.
    """
    try:
        gold_set = read_gold(gold or SAMPLE_GOLD)
        if limit:
            gold_set = gold_set.sample(limit)
        with ExitStack() as stack:
            assistant = open_assistant(gold_set, index, stack, sample=gold is None)
            outcomes = _run_with_bar(assistant, gold_set, retrieval_only)
    except WenbaoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    rows = summarise(outcomes, retrieval_only=retrieval_only)
    _print_report(gold_set, outcomes, rows, json_lines)
    if rows[-1].mrr10 == 0:
        typer.echo(
            f"{gold_set.file}: no question found what answers it; are these the questions of this index?",
            err=True,
        )
        raise typer.Exit(1)


def open_assistant(gold_set: GoldSet, index: Path | None, stack: ExitStack, *, sample: bool) -> Assistant:
    """Return the assistant to ask; ``stack`` closes it and removes what was made for it.

    Raises IndexStateError where the chosen or the default index cannot be opened.
    """
    if index is None and sample:
        folder = stack.enter_context(TemporaryDirectory(prefix="wenbao-"))
        return stack.enter_context(Assistant.build([SAMPLE_PAGES], index=Path(folder) / "index"))
    if index is None and gold_set.articles:
        return stack.enter_context(Assistant.from_articles(gold_set.articles))
    return stack.enter_context(Assistant.open(index or default_index_path()))


def _run_with_bar(assistant: Assistant, gold_set: GoldSet, retrieval_only: bool) -> list[Outcome]:
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("asking", total=len(gold_set.questions))
        return run(
            assistant,
            gold_set,
            retrieval_only=retrieval_only,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _print_report(
    gold_set: GoldSet, outcomes: list[Outcome], rows: list[SummaryRow], json_lines: bool
) -> None:
    if json_lines:
        for line in (*map(outcome_to_json, outcomes), summary_to_json(rows)):
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    # A pipe has no width of its own and rich would cut the columns at 80 characters.
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(summary_table(rows, Path(gold_set.file).name))
    refused = sum(outcome.error is not None for outcome in outcomes)
    if refused:
        console.print(f"{refused} questions were refused and score nothing; --json tells why.")
