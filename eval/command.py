"""The command `wenbao eval`, also `python -m eval`."""

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from eval.comparison import compare_runs, comparison_to_json
from eval.comparison_page import comparison_page
from eval.evaluation import (
    SAMPLE_GOLD,
    SAMPLE_PAGES,
    Evaluation,
    Settings,
    carry_out,
    hash_gold,
    read_gold_set,
)
from eval.gold import GoldSet
from eval.measures import MEASURES, SummaryRow, summarise
from eval.report_page import report_page
from eval.reports import comparison_table, figures_table, types_table
from eval.results import score
from eval.run_folder import (
    describe_run,
    first_difference,
    read_kept,
    read_run,
    replayed_files,
    result_lines,
    write_files,
    write_run,
)
from qa.errors import InputError, WenbaoError
from qa.index import default_index_path
from qa.options import LlmModelOption, LlmOption, LlmTimeoutOption, RerankerOption, UnsupportedOption

__all__ = ["SAMPLE_GOLD", "SAMPLE_PAGES", "evaluate"]

GoldOption = Annotated[
    Path | None,
    typer.Option(
        "--gold",
        help="Gold questions: JSON lines; a SQuAD/CMRC file or a BEIR folder, which bring their own "
        "articles; TREC topics, with --qrels. Without it, the bundled sample.",
    ),
]
QrelsOption = Annotated[
    Path | None,
    typer.Option("--qrels", help="Judgements, for TREC topics; or others than a BEIR folder's test.tsv."),
]
IndexOption = Annotated[
    Path | None,
    typer.Option(
        "--index",
        help="The index to ask. Without it, the default index; for the sample and for sets that bring "
        "their articles, one made for the run.",
    ),
]
AnswersOption = Annotated[
    Path | None,
    typer.Option("--answers", help="Score these answers (`ask --batch --json`) instead of asking."),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Ask only so many questions, spread over the file.")
]
RetrievalOption = Annotated[
    bool, typer.Option("--retrieval-only", help="Measure the search alone: no answers, no abstentions.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", help="Keep the run in this folder: record, answers, TREC files, report.html."),
]
RequireOption = Annotated[
    list[str] | None,
    typer.Option("--require", help="A figure that must be reached, as evidence1=0.9; may be repeated."),
]
ReplayOption = Annotated[
    Path | None,
    typer.Option("--replay", help="Ask the questions of a kept run again and compare the answers."),
]
CompareOption = Annotated[
    tuple[Path, Path] | None, typer.Option("--compare", help="Compare two kept runs of the same questions.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Write one JSON object a question, then one of the summary.")
]


def evaluate(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    gold: GoldOption = None,
    qrels: QrelsOption = None,
    index: IndexOption = None,
    answers: AnswersOption = None,
    limit: LimitOption = None,
    retrieval_only: RetrievalOption = False,
    reranker: RerankerOption = None,
    output: OutputOption = None,
    require: RequireOption = None,
    replay: ReplayOption = None,
    compare: CompareOption = None,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
    llm_timeout: LlmTimeoutOption = 60.0,
    unsupported: UnsupportedOption = "drop",
    json_lines: JsonOption = False,
) -> None:
    """Ask gold questions and measure retrieval, evidence, answers, citations, abstention and confidence.

    Exit status: 0 done; 1 no question found what answers it, a required figure was missed, or a replay
    differs; 2 wrong usage or unreadable input.
    """
    try:
        if (compare or replay) and (
            gold or qrels or index or answers or limit or retrieval_only or reranker or require or llm
        ):
            raise InputError("--compare and --replay take their questions from the runs: give no others")
        if compare:
            sound = _compare(*compare, output, json_lines)
        elif replay:
            sound = _replay(replay, json_lines)
        else:
            required = _parse_required(require or [])
            paths = _absolute(gold), _absolute(qrels), _absolute(index), _absolute(answers)
            writer = llm, llm_model, llm_timeout, unsupported
            settings = Settings(*paths, limit, retrieval_only, reranker, *writer)
            rows = _evaluate(settings, output, json_lines)
            sound = _found_something(rows[-1], gold or SAMPLE_GOLD) and _reaches(rows[-1], required)
    except WenbaoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if not sound:
        raise typer.Exit(1)


def _evaluate(settings: Settings, output: Path | None, json_lines: bool) -> list[SummaryRow]:
    gold = read_gold_set(settings)
    if not (settings.index or settings.answers or gold.articles or settings.gold is None):
        settings = replace(settings, index=str(default_index_path().resolve()))
    evaluation = _carry_out_with_bar(settings, gold)
    results = score(evaluation.outcomes)
    rows = summarise(results)
    record = describe_run(evaluation, rows)
    if output:
        write_run(output, evaluation, results, record, report_page(record, results, rows))
    if json_lines:
        for line in result_lines(results, record):
            typer.echo(line)
    else:
        console = _console()
        console.print(types_table(rows))
        console.print(figures_table(rows[-1], Path(gold.file).name))
        if output:
            told = f"kept in {output}; the report: {output / 'report.html'}"
            console.print(told, markup=False, soft_wrap=True)
    return rows


def _replay(folder: Path, json_lines: bool) -> bool:
    """Ask a kept run again; True where the files that count are the same to the byte."""
    kept = read_run(folder)
    gold = read_gold_set(kept.settings)
    if hash_gold(gold) != kept.record["gold"]["sha256"]:
        raise InputError(f"{gold.file}: not the questions of {folder} any more; evaluate anew with --output")
    evaluation = _carry_out_with_bar(kept.settings, gold)
    now = describe_run(evaluation, [])
    for part in ("index", "program"):
        if now[part] != kept.record[part]:
            typer.echo(f"note: the {part} is not that of {folder}", err=True)
    differing = {
        name: first_difference(read_kept(folder, name), text)
        for name, text in replayed_files(evaluation).items()
    }
    if json_lines:
        typer.echo(json.dumps({"first_differing_line": differing}))
    else:
        for name, line in differing.items():
            typer.echo(f"{name}: {f'differs from line {line} on' if line else 'the same to the byte'}")
    return not any(differing.values())


def _compare(first: Path, second: Path, output: Path | None, json_lines: bool) -> bool:
    comparison = compare_runs(read_run(first), read_run(second))
    if output:
        write_files(output, {"comparison.html": comparison_page(comparison)})
    if json_lines:
        typer.echo(json.dumps(comparison_to_json(comparison), ensure_ascii=False))
        return True
    console = _console()
    console.print(comparison_table(comparison))
    for word, pairs in (("won", comparison.won), ("lost", comparison.lost)):
        ids = " ".join(pair.first.id for pair in pairs)
        console.print(f"{word}: {len(pairs)}  {ids}", markup=False, soft_wrap=True)
    if output:
        console.print(f"the page: {output / 'comparison.html'}", markup=False, soft_wrap=True)
    return True


def _parse_required(told: list[str]) -> dict[str, float]:
    """Read ``name=value`` options. Raises InputError that lists the names."""
    required = {}
    for text in told:
        name, _, value = text.partition("=")
        try:
            required[name] = float(value)
        except ValueError:
            required[name] = math.nan
        if name not in MEASURES or not 0 <= required[name] <= 1:
            names = ", ".join(MEASURES)
            raise InputError(
                f"--require {text}: give NAME=VALUE with a value of 0 to 1 and a name of {names}"
            )
    return required


def _reaches(row: SummaryRow, required: dict[str, float]) -> bool:
    """Tell whether every required figure is reached, and name on standard error those that are not."""
    missed = False
    for name, bound in required.items():
        figure, more = row.figures.get(name), MEASURES[name].more_is_better
        if figure is None or (figure.value < bound if more else figure.value > bound):
            value = "not measured" if figure is None else f"{figure.value:.4f}"
            typer.echo(f"{name} is {value}, required {'>=' if more else '<='} {bound:g}", err=True)
            missed = True
    return not missed


def _found_something(row: SummaryRow, gold: Path) -> bool:
    """Tell whether retrieval found anything that was asked for; nothing at all is the wrong index."""
    found = row.figures.get("recall10")
    if found is None or found.value > 0:
        return True
    typer.echo(f"{gold}: no question found what answers it; are these the questions of this index?", err=True)
    return False


def _carry_out_with_bar(settings: Settings, gold: GoldSet) -> Evaluation:
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("asking", total=len(gold.questions))
        return carry_out(
            settings, gold, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


def _absolute(path: Path | None) -> str | None:
    return str(path.resolve()) if path else None


def _console() -> Console:
    # A pipe has no width of its own and rich would cut the columns at 80 characters.
    return Console() if sys.stdout.isatty() else Console(width=160)
