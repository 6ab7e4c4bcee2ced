"""The command line: `wenbao search | ask`, and the commands of other modules.

`chat` and `eval` come from the packages above this one through the entry points `wenbao.commands`,
so that nothing here imports them.
"""

import json
import sys
from importlib.metadata import entry_points
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from qa.assistant import Assistant
from qa.contracts import answer_to_json, hit_to_json
from qa.endpoint import endpoint_writing
from qa.errors import InputError, QuestionError, WenbaoError
from qa.index import default_index_path
from qa.lexical import Filters
from qa.lookup_commands import count, quote
from qa.models_command import models
from qa.options import (
    FromOption,
    IndexOption,
    JsonOption,
    LlmModelOption,
    LlmOption,
    LlmTimeoutOption,
    RerankerOption,
    SectionOption,
    SourceOption,
    ToOption,
    UnsupportedOption,
)
from qa.page_commands import articles, index
from qa.printing import err, out, show_answer, write_json
from qa.records import Answer
from qa.upkeep_commands import backup, repair, restore, verify

__all__ = ["application", "main"]


def search(  # noqa: PLR0913, PLR0917 (one for each option)
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    index: IndexOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=1000, help="How many passages.")] = 10,
    source: SourceOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    section: SectionOption = None,
    reranker: RerankerOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show the passages found for a query, with their scores."""
    with Assistant.open(index or default_index_path(), reranker=reranker) as assistant:
        hits = assistant.search(
            query, top_k=top_k, source=source, date_from=date_from, date_to=date_to, section=section
        )
    for rank, hit in enumerate(hits, 1):
        if json_output:
            write_json(hit_to_json(hit, rank))
            continue
        article = hit.passage.article
        told = "　".join(part for part in (article.source, article.date) if part)
        out.print(f"[bold]{rank}. {escape(article.title)}[/bold]  {escape(told)}  [dim]{hit.score:.3f}[/dim]")
        out.print(f"   {escape(hit.passage.text)}")
    if not hits:
        err.print("nothing found")
        raise typer.Exit(1)


def ask(  # noqa: PLR0913, PLR0917 (likewise)
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    index: IndexOption = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help='JSON lines {"id", "question"}; one answer a line.')
    ] = None,
    source: SourceOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    section: SectionOption = None,
    reranker: RerankerOption = None,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
    llm_timeout: LlmTimeoutOption = 60.0,
    unsupported: UnsupportedOption = "drop",
    json_output: JsonOption = False,
) -> None:
    """Answer a question with cited sentences, or say why the archive does not."""
    if (question is None) == (batch is None):
        raise InputError("give either a question or --batch FILE")
    questions = [(None, question)] if question is not None else _read_batch(batch or Path())
    Filters.checked(source, date_from, date_to, section)  # in a batch too, a wrong date is wrong usage
    answered = False
    writing = endpoint_writing(llm, llm_model, llm_timeout, unsupported)
    with Assistant.open(index or default_index_path(), reranker=reranker) as assistant:
        assistant.writing = writing
        for question_id, text in questions:
            try:
                answer = assistant.ask(
                    text, source=source, date_from=date_from, date_to=date_to, section=section
                )
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
                show_answer(answer)
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


def application() -> typer.Typer:
    """Put the commands together, those of other packages included."""
    app = typer.Typer(
        help="问报 wenbao: ask a newspaper archive, get cited answers.",
        no_args_is_help=True,
        add_completion=False,
    )
    for command in (index, articles, search, ask, quote, count, models, verify, repair, backup, restore):
        app.command()(command)
    for entry in entry_points(group="wenbao.commands"):
        command = entry.load()
        if isinstance(command, typer.Typer):  # a command with commands of its own: wenbao user add
            app.add_typer(command, name=entry.name)
        else:
            app.command(entry.name)(command)
    return app


def main() -> None:
    """Run the command line; an error that a user can put right is one line and exit status 2."""
    # What a terminal cannot show is written as its escape, which in JSON means the same.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        application()()
    except WenbaoError as error:
        err.print(escape(str(error)), style="red")
        sys.exit(2)
