"""The commands that read pages: `wenbao index` and `wenbao articles`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qa.assistant import Assistant
from qa.building import Summary
from qa.errors import InputError, WenbaoError
from qa.files import FORMATS, find_files
from qa.index import default_index_path
from qa.metadata import Metadata
from qa.options import ColumnsOption, IndexOption, JsonOption
from qa.printing import err, out, show_article, show_summary, write_json
from qa.rebuilding import Progress as FileProgress
from qa.rebuilding import Rebuilt, rebuild_files
from qa.reporting import write_report
from qa.tables import parse_columns
from qa.watching import changes

__all__ = ["articles", "index"]


@contextmanager
def _file_progress() -> Iterator[Callable[[int, int, str], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("files", total=None)

        def progress(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(name))

        yield progress


def index(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of page text.")],
    index: IndexOption = None,
    encoder: Annotated[
        str | None, typer.Option("--encoder", help="A sentence-transformers model by name or folder.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="The newspaper's name.")] = None,
    date: Annotated[str | None, typer.Option("--date", help="The day of publication (2025-03-28).")] = None,
    columns: ColumnsOption = None,
    store: Annotated[
        str | None,
        typer.Option("--store", help="Vectors and words in Milvus: milvus://host:19530; set once, for good."),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option("--ray", help="Read and embed on Ray: local, auto, or the address of a cluster."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and index what changes in them, until Ctrl-C.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Build an index of files and folders, or bring it up to date; files that are gone are removed."""
    folder = index or default_index_path()
    named = parse_columns(columns) if columns else {}
    with _file_progress() as progress:
        assistant = Assistant.build(
            paths,
            index=folder,
            encoder=encoder,
            source=source,
            date=date,
            columns=named,
            progress=progress,
            store=store,
            ray=ray,
        )
    with assistant:
        _tell(assistant.last_summary or Summary(), folder, json_output)
        for _ in changes(folder, paths) if watch else ():
            try:
                summary = assistant.add(paths, source=source, date=date, columns=named)
            except WenbaoError as error:  # the next change may put it right
                err.print(escape(str(error)), style="red")
            else:
                if summary.articles or summary.removed or summary.skipped:
                    _tell(summary, folder, json_output)


def _tell(summary: Summary, folder: Path, json_output: bool) -> None:
    if json_output:
        write_json(asdict(summary) | {"index": str(folder)})
        sys.stdout.flush()
    else:
        show_summary(summary, folder)
    if summary.interrupted:
        raise typer.Exit(1)


def articles(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders of page text.")] = None,
    index: IndexOption = None,
    columns: ColumnsOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write HTML to check by eye how the pages were rebuilt.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Show the articles rebuilt from pages, or those of an index."""
    shown = 0
    if report:
        if not paths or json_output:
            raise InputError("--report is made of pages and goes without --json: name the pages")
        _write_report(report, paths, parse_columns(columns) if columns else {})
        return
    if paths:
        for rebuilt in _rebuilt(paths, parse_columns(columns) if columns else {}):
            for article in rebuilt.articles:
                show_article(article, json_output)
                shown += 1
    else:
        with Assistant.open(index or default_index_path()) as assistant:
            for article in assistant.articles():
                show_article(article, json_output)
                shown += 1
    if not shown:
        raise typer.Exit(1)


def _write_report(report: Path, paths: list[Path], columns: dict[str, str]) -> None:
    with _file_progress() as progress:
        pages = (page for rebuilt in _rebuilt(paths, columns, progress) for page in rebuilt.pages)
        counts = write_report(report, pages)
    told = f"{counts.pages} pages, {counts.articles} articles, {counts.unsure} decisions to check"
    out.print(f"{escape(str(report))}: {told}")


def _rebuilt(
    paths: list[Path], columns: dict[str, str], progress: FileProgress | None = None
) -> Iterator[Rebuilt]:
    """Yield what is read; with a ``progress`` bar its pages too."""
    read = False
    skipped: list[str] = []
    files = list(find_files(paths))
    audited = progress is not None
    for rebuilt in rebuild_files(files, paths, Metadata(), columns, audited=audited, progress=progress):
        yield rebuilt
        skipped += rebuilt.skipped
        read = read or bool(rebuilt.articles)
    if not read:
        named = ", ".join(map(str, paths))
        formats = ", ".join(FORMATS)
        raise InputError("; ".join(skipped) or f"{named}: no text file ({formats}) in it; name the files")
    for reason in skipped:
        err.print(f"skipped: {escape(reason)}")
