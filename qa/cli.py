"""The command line: `wenbao index | articles | search | ask`, and the commands of other modules.

`chat` and `eval` come from the packages above this one through the entry points `wenbao.commands`,
so that nothing here imports them.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import entry_points
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from qa.assistant import Assistant
from qa.building import Summary
from qa.contracts import answer_to_json, article_to_json, hit_to_json
from qa.errors import InputError, QuestionError, WenbaoError
from qa.files import FORMATS, find_files
from qa.index import default_index_path
from qa.lexical import Filters
from qa.lookup_commands import count, quote
from qa.metadata import Metadata
from qa.options import (
    ERR,
    OUT,
    ColumnsOption,
    FromOption,
    IndexOption,
    JsonOption,
    SourceOption,
    ToOption,
    write_json,
)
from qa.rebuilding import rebuild_files
from qa.records import Answer, Article
from qa.tables import parse_columns

__all__ = ["application", "main"]


@contextmanager
def _file_progress() -> Iterator[Callable[[int, int, str], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("files", total=None)

        def progress(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(name))

        yield progress


def index(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of page text.")],
    index: IndexOption = None,
    encoder: Annotated[
        str | None, typer.Option("--encoder", help="A sentence-transformers model by name or folder.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="The newspaper's name.")] = None,
    date: Annotated[str | None, typer.Option("--date", help="The day of publication (2025-03-28).")] = None,
    columns: ColumnsOption = None,
    json_output: JsonOption = False,
) -> None:
    """Build an index of files and folders, or bring it up to date."""
    folder = index or default_index_path()
    named = parse_columns(columns) if columns else {}
    with _file_progress() as progress:
        assistant = Assistant.build(
            paths, index=folder, encoder=encoder, source=source, date=date, columns=named, progress=progress
        )
    summary = assistant.last_summary or Summary()
    assistant.close()
    if json_output:
        write_json(asdict(summary) | {"index": str(folder)})
    else:
        _print_summary(summary, folder)
    if summary.interrupted:
        raise typer.Exit(1)


def _print_summary(summary: Summary, folder: Path) -> None:
    table = Table(
        "files", "unchanged", "articles", "passages", "embedded", "skipped", title=escape(str(folder))
    )
    figures = (summary.files, summary.unchanged, summary.articles, summary.passages, summary.embedded)
    table.add_row(*map(str, figures), str(len(summary.skipped)))
    OUT.print(table)
    for _, reason in summary.skipped:
        ERR.print(f"skipped: {escape(reason)}")
    if summary.interrupted:
        ERR.print("interrupted: what is listed is indexed; run the command again for the rest")


def articles(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders of page text.")] = None,
    index: IndexOption = None,
    columns: ColumnsOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show the articles rebuilt from pages, or those of an index."""
    shown = 0
    if paths:
        for article in _rebuilt(paths, parse_columns(columns) if columns else {}):
            _show_article(article, json_output)
            shown += 1
    else:
        with Assistant.open(index or default_index_path()) as assistant:
            for article in assistant.articles():
                _show_article(article, json_output)
                shown += 1
    if not shown:
        raise typer.Exit(1)


def _rebuilt(paths: list[Path], columns: dict[str, str]) -> Iterator[Article]:
    read = False
    skipped: list[str] = []
    for rebuilt in rebuild_files(list(find_files(paths)), paths, Metadata(), columns):
        yield from rebuilt.articles
        skipped += rebuilt.skipped
        read = read or bool(rebuilt.articles)
    if not read:
        named = ", ".join(map(str, paths))
        formats = ", ".join(FORMATS)
        raise InputError("; ".join(skipped) or f"{named}: no text file ({formats}) in it; name the files")
    for reason in skipped:
        ERR.print(f"skipped: {escape(reason)}")


def _show_article(article: Article, json_output: bool) -> None:
    if json_output:
        write_json(article_to_json(article))
        return
    OUT.print(f"[bold]{escape(article.headline or '（无标题）')}[/bold]  [dim]{article.article_id}[/dim]")
    lines = [article.kicker, article.subtitle, "　".join(article.byline)]
    lines.append("　".join(part for part in (article.source, article.date, article.page) if part))
    for line in filter(None, lines):
        OUT.print(f"  {escape(line)}")
    for paragraph in article.paragraphs:
        style = {"subhead": "bold", "caption": "italic"}.get(paragraph.role, "")
        OUT.print(f"    {escape(paragraph.text)} {escape(paragraph.credit)}".rstrip(), style=style)
    OUT.print()


def search(
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    index: IndexOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=1000, help="How many passages.")] = 10,
    source: SourceOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show the passages found for a query, with their scores."""
    with Assistant.open(index or default_index_path()) as assistant:
        hits = assistant.search(query, top_k=top_k, source=source, date_from=date_from, date_to=date_to)
    for rank, hit in enumerate(hits, 1):
        if json_output:
            write_json(hit_to_json(hit, rank))
            continue
        article = hit.passage.article
        told = "　".join(part for part in (article.source, article.date) if part)
        OUT.print(f"[bold]{rank}. {escape(article.title)}[/bold]  {escape(told)}  [dim]{hit.score:.3f}[/dim]")
        OUT.print(f"   {escape(hit.passage.text)}")
    if not hits:
        ERR.print("nothing found")
        raise typer.Exit(1)


def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    index: IndexOption = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help='JSON lines {"id", "question"}; one answer a line.')
    ] = None,
    source: SourceOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    json_output: JsonOption = False,
) -> None:
    """Answer a question with cited sentences, or say why the archive does not."""
    if (question is None) == (batch is None):
        raise InputError("give either a question or --batch FILE")
    questions = [(None, question)] if question is not None else _read_batch(batch or Path())
    Filters.checked(source, date_from, date_to)  # in a batch too, a wrong date is wrong usage
    answered = False
    with Assistant.open(index or default_index_path()) as assistant:
        for question_id, text in questions:
            try:
                answer = assistant.ask(text, source=source, date_from=date_from, date_to=date_to)
            except QuestionError as error:
                if batch is None:
                    raise
                # One bad question of a batch is an answer not given, no reason to stop the others.
                answer = Answer(
                    text,
                    answered=False,
                    text=str(error),
                    short_answer=None,
                    confidence=0.0,
                    reason=str(error),
                )
            answered = answered or answer.answered
            if json_output:
                write_json(answer_to_json(answer, question_id))
            else:
                _show_answer(answer)
    if not answered:
        raise typer.Exit(1)


def _read_batch(path: Path) -> list[tuple[Any, str]]:
    questions = []
    try:
        # Only line feeds end a line: JSON strings may hold U+2028 and the like, at which splitlines() cuts.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                questions.append((row.get("id"), "" + row["question"]))  # adding to it tells that it is text
            except (ValueError, KeyError, TypeError, AttributeError):
                message = f'{path}:{number}: not a question; each line is {{"id": ..., "question": "..."}}'
                raise InputError(message) from None
    if not questions:
        raise InputError(f'{path}: no questions in it; write {{"id": ..., "question": "..."}} a line')
    return questions


def _show_answer(answer: Answer) -> None:
    if answer.answered:
        OUT.print(f"[bold green]{escape(answer.short_answer or '')}[/bold green]")
        OUT.print(escape(answer.text))
    else:
        OUT.print(f"[yellow]{escape(answer.text)}[/yellow]")
    for citation in answer.citations or answer.nearest:
        article = citation.article
        told = [
            article.title,
            article.source,
            article.date,
            article.page and f"第{article.page}版",
            article.file,
        ]
        OUT.print(f"  [dim]\\[{citation.number}] {escape('　'.join(part for part in told if part))}[/dim]")
        if not answer.answered:
            OUT.print(f"      {escape(citation.quote)}")


def application() -> typer.Typer:
    """Put the commands together, those of other packages included."""
    app = typer.Typer(
        help="问报 wenbao: ask a newspaper archive, get cited answers.",
        no_args_is_help=True,
        add_completion=False,
    )
    for command in (index, articles, search, ask, quote, count):
        app.command()(command)
    for entry in entry_points(group="wenbao.commands"):
        app.command(entry.name)(entry.load())
    return app


def main() -> None:
    """Run the command line; an error that a user can put right is one line and exit status 2."""
    # What a terminal cannot show is written as its escape, which in JSON means the same.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        application()()
    except WenbaoError as error:
        ERR.print(escape(str(error)), style="red")
        sys.exit(2)
