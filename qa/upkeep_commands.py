"""The commands `wenbao verify`, `repair`, `backup` and `restore`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from embeddings.loading import load_encoder
from qa.backups import back_up
from qa.backups import restore as restore_backup
from qa.index import default_index_path, read_manifest
from qa.options import IndexOption, JsonOption
from qa.printing import err, out, write_json
from qa.verifying import repair as repair_index
from qa.verifying import verify as verify_index

__all__ = ["backup", "repair", "restore", "verify"]

TargetArgument = Annotated[Path, typer.Argument(help="A folder that is not there yet.")]
BackupArgument = Annotated[Path, typer.Argument(help="The folder of a backup.")]


@contextmanager
def _progress(told: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(told, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def verify(index: IndexOption = None, json_output: JsonOption = False) -> None:
    """Check an index: checksums, counts, and that every passage is a piece of its article.

    Exit status: 0 sound, 1 problems found.
    """
    folder = index or default_index_path()
    with _progress("passages") as progress:
        problems = verify_index(folder, progress)
    if json_output:
        write_json({"index": str(folder), "sound": not problems, "problems": problems})
    else:
        for problem in problems:
            out.print(escape(problem))
        out.print(f"{escape(str(folder))}: {len(problems) or 'no'} problems found")
    if problems:
        raise typer.Exit(1)


def repair(index: IndexOption = None, json_output: JsonOption = False) -> None:
    """Make the vectors and words of an index anew from its records."""
    folder = index or default_index_path()
    manifest = read_manifest(folder)
    with _progress("passages") as progress:
        passages, embedded = repair_index(
            folder, load_encoder(manifest.encoder if manifest else None), progress
        )
    if json_output:
        write_json({"index": str(folder), "passages": passages, "embedded": embedded})
    else:
        out.print(f"{escape(str(folder))}: {passages} passages, {embedded} of them embedded again")


def backup(target: TargetArgument, index: IndexOption = None, json_output: JsonOption = False) -> None:
    """Copy an index, which may be in use and written to, to a folder."""
    _tell_generation(target, back_up(index or default_index_path(), target), json_output)


def restore(source: BackupArgument, index: IndexOption = None, json_output: JsonOption = False) -> None:
    """Copy a backup, after it was verified, to the place of an index that is not there any more."""
    folder = index or default_index_path()
    _tell_generation(folder, restore_backup(source, folder), json_output)


def _tell_generation(folder: Path, generation: int, json_output: bool) -> None:
    if json_output:
        write_json({"index": str(folder), "generation": generation})
    else:
        out.print(f"{escape(str(folder))}: generation {generation}")
