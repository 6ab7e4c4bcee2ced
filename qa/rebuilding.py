"""Files to Articles, over all cores: open the files, rebuild what is in them, tell what is left out."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from qa.articles import Rebuilding
from qa.continuations import join_halves
from qa.errors import InputError
from qa.files import find_files
from qa.metadata import Metadata, complete_metadata, read_sidecar
from qa.parallel import available_cores, ordered_map
from qa.records import Article
from qa.sources import Source, open_sources, read_source
from qa.tables import Columns

__all__ = ["OrderedMap", "Progress", "Rebuilt", "Task", "read_articles", "rebuild_files"]

# Called with the number of files done, of files in all, and the name of the one at hand.
Progress = Callable[[int, int, str], None]
# Bytes that one process rebuilds (some 600 page dumps) in the time that others take to start and pay off.
_SMALL = 4_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """A source to rebuild, with what options and sidecar files tell of it and the columns of tables.

    ``audited`` asks for its pages too, and how they were rebuilt.
    """

    source: Source
    told: Metadata
    columns: Columns
    audited: bool = False


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of a source: its Articles, and a line for each part that was left out.

    ``pages`` are its pages where they were asked for, with the same Articles.
    """

    name: str
    articles: list[Article]
    skipped: list[str]
    pages: tuple[Rebuilding, ...] = ()


class OrderedMap(Protocol):
    """Applies a function to each item; `qa.parallel.ordered_map` does so in processes of this machine."""

    def __call__(
        self,
        function: Callable[[Task | Rebuilt], Rebuilt],
        items: Iterable[Task | Rebuilt],
        crashed: Callable[[Task | Rebuilt], Rebuilt],
    ) -> Generator[Rebuilt, None, None]:
        """Yield the results in order; ``crashed(item)`` is that of an item that brings its worker down."""
        ...


def read_articles(path: Path, *, source: str | None = None, date: str | None = None) -> list[Article]:
    """Rebuild the Articles of one file or folder; what the options do not tell is read from the files.

    Raises InputError when a file or a part of one cannot be read, or holds no text.
    """
    articles = []
    for rebuilt in rebuild_files(list(find_files([path])), [path], Metadata(source, date), {}):
        if rebuilt.skipped:
            raise InputError(rebuilt.skipped[0])
        articles += rebuilt.articles
    return articles


def rebuild_files(  # noqa: PLR0913 (one keyword for each choice)
    files: Sequence[Path],
    paths: Sequence[str | Path],
    told: Metadata,
    columns: Columns,
    *,
    wanted: Callable[[Task], bool] = lambda _: True,
    audited: bool = False,
    progress: Progress | None = None,
    over: OrderedMap | None = None,
) -> Iterator[Rebuilt]:
    """Yield what became of each source in the files, in order; a few files are rebuilt in this process.

    ``paths`` are those that the files were found by: sidecar files are looked for up to them.
    ``wanted`` tells whether a source is to be rebuilt, ``audited`` whether its pages are wanted too. A
    source that occurs twice is read once. ``over`` takes the place of the processes of this machine.
    """
    seen: set[str] = set()

    def steps() -> Iterator[Task | Rebuilt]:
        for done, file in enumerate(files):
            if progress:
                progress(done, len(files), file.name)
            for step in _open(file, paths, told, columns):
                if isinstance(step, Rebuilt):
                    yield step
                elif step.source.name not in seen:
                    seen.add(step.source.name)
                    if wanted(step):
                        yield replace(step, audited=audited)

    workers = available_cores() if sum(map(_size, files)) > _SMALL else 1
    over = over or partial(ordered_map, workers=workers)
    with closing(over(_rebuild, steps(), _crashed)) as results:
        yield from results
    if progress:
        progress(len(files), len(files), "")


def _open(
    file: Path, paths: Sequence[str | Path], told: Metadata, columns: Columns
) -> Iterator[Task | Rebuilt]:
    """Yield the sources of a file, and in their places what cannot be opened."""
    skipped: list[str] = []
    known = None
    try:
        for source in open_sources(file, lambda error: skipped.append(str(error))):
            known = known or told.or_else(read_sidecar(file, map(Path, paths)))
            yield Task(source, known, columns)
    except InputError as error:
        skipped.append(str(error))
    if skipped:
        yield Rebuilt(str(file), [], skipped)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # reading it will tell


def _rebuild(task: Task | Rebuilt) -> Rebuilt:
    if isinstance(task, Rebuilt):
        return task
    name = task.source.name
    skipped: list[str] = []
    try:
        read = read_source(task.source, task.columns, lambda error: skipped.append(str(error)))
    except InputError as error:
        return Rebuilt(name, [], [*skipped, str(error)])
    pages = [replace(page, articles=_completed(page, task.told, name)) for page in read]
    articles = [article for page in pages for article in page.articles]
    return Rebuilt(name, articles, skipped, tuple(pages) if task.audited else ())


def _completed(page: Rebuilding, told: Metadata, name: str) -> tuple[Article, ...]:
    found = complete_metadata(page.articles, page.page, told, name)
    return tuple(join_halves([article]) for article in found)


def _crashed(task: Task | Rebuilt) -> Rebuilt:
    name = task.name if isinstance(task, Rebuilt) else task.source.name
    return Rebuilt(name, [], [f"{name}: reading it ran out of memory or crashed; split it or leave it out"])
