"""Files to an Index: read, rebuild, cut and embed what is new; leave the rest as it is."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from itertools import islice
from pathlib import Path

from embeddings.encoder import Encoder
from qa.database import Database
from qa.errors import IndexStateError, InputError
from qa.files import FORMATS, find_files, sample_pages
from qa.index import read_manifest
from qa.metadata import Metadata, check_day
from qa.ocr import ocr_installed
from qa.publishing import Group, Summary, Writer, open_for_writing
from qa.rebuilding import OrderedMap, Progress, Rebuilt, Task, rebuild_files
from qa.records import Article
from qa.tables import Columns

__all__ = ["Summary", "add_articles", "index_paths", "remove_articles"]

# Articles written in one round: enough to keep the encoder's batches full.
_ROUND = 256
# Raised whenever pages are rebuilt or cut in another way, so that unchanged files are read again.
READING = "3"


def add_articles(folder: Path, articles: Iterable[Article], encoder: Encoder) -> Summary:
    """Add Articles to the Index at ``folder``, made if there is none; one of the same id is replaced."""
    summary = Summary()
    with open_for_writing(folder, encoder) as generation:
        Writer(generation, encoder, summary).write_all(_groups_of(articles))
    return summary


def _groups_of(articles: Iterable[Article]) -> Iterator[Group]:
    pending = map(_dated, articles)
    while group := {article.article_id: article for article in islice(pending, _ROUND)}:
        yield Group(list(group.values()), list(group), {}, complete=True)


def remove_articles(folder: Path, article_ids: Iterable[str], encoder: Encoder) -> int:
    """Remove Articles, whole, from the Index at ``folder``; returns how many there were.

    Where a reprint group loses its first publication, the next one takes its place.
    """
    with open_for_writing(folder, encoder) as generation:
        known = [name for name in dict.fromkeys(article_ids) if generation.database.place(name)]
        if known:
            Writer(generation, encoder, Summary()).remove(known)
    return len(known)


def _dated(article: Article) -> Article:
    check_day(article.date, article.title)
    return article


def index_paths(  # noqa: PLR0913 (one keyword for each option)
    folder: Path,
    paths: Sequence[str | Path],
    encoder: Encoder,
    *,
    source: str | None = None,
    date: str | None = None,
    columns: Columns | None = None,
    progress: Progress | None = None,
    over: OrderedMap | None = None,
) -> Summary:
    """Bring the Index at ``folder`` up to date with files and folders; unchanged files are not read again.

    ``columns`` tells in which columns of a table the fields of an Article are, ``over`` by whom pages are
    rebuilt. An interrupt (Ctrl-C) keeps what is done so far; the next run goes on from there. Raises
    InputError when no file at all could be read, or ``date`` is not a date.
    """
    check_day(date, "date of publication")
    summary = Summary()
    own = os.path.realpath(folder)  # the index may lie among the pages
    files = [file for file in find_files(paths) if not Path(os.path.realpath(file)).is_relative_to(own)]
    if not files:
        named, formats = ", ".join(map(str, paths)), ", ".join(FORMATS)
        raise InputError(f"{named}: no text file ({formats}) in it; name the files or another folder")
    try:
        with open_for_writing(folder, encoder) as generation:
            writer = Writer(generation, encoder, summary)
            if any(not Path(os.path.realpath(file)).is_relative_to(sample_pages()) for file in files):
                _remove_sample(writer)
            reader = _Reader(generation.database, summary)
            told = Metadata(source, date)
            rebuilt = rebuild_files(
                files, paths, told, columns or {}, wanted=reader.is_new, progress=progress, over=over
            )
            writer.write_all(reader.groups(rebuilt))
            if summary.skipped and not (summary.articles or summary.unchanged):
                more = f" (none of the {len(files)} files could be read)" if len(files) > 1 else ""
                raise InputError(summary.skipped[0][1] + more)
            gone = reader.missing(paths)
            if gone:
                writer.remove([key for name in gone for key in generation.database.article_ids(name)], gone)
            summary.removed = len(gone)
    except KeyboardInterrupt:
        summary.interrupted = True
        if read_manifest(folder) is None:
            raise IndexStateError(
                f"{folder}: interrupted before anything was indexed; run the command again"
            ) from None
    return summary


def _remove_sample(writer: Writer) -> None:
    """Let the bundled sample make way for a user's own files: its invented news must not answer for them."""
    database = writer.generation.database
    names = database.files_under(sample_pages().as_posix())
    if names:
        writer.remove([key for name in names for key in database.article_ids(name)], names)


@dataclass(slots=True)
class _Reader:
    """Puts what is rebuilt into groups, and knows which files were there."""

    database: Database
    summary: Summary
    digests: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def is_new(self, task: Task) -> bool:
        """Count a file, and tell whether it, or what is told of it, has changed since it was read."""
        self.summary.files += 1
        self.seen.add(task.source.name)
        digest = _digest(task)
        if self.database.digest(task.source.name) == digest:
            self.summary.unchanged += 1
            return False
        self.digests[task.source.name] = digest
        return True

    def groups(self, files: Iterable[Rebuilt]) -> Iterator[Group]:
        """Yield the Articles of files, some _ROUND of them together."""
        pending: dict[str, list[Article]] = {}
        for rebuilt in files:
            self.summary.skipped += [(rebuilt.name, reason) for reason in rebuilt.skipped]
            if rebuilt.articles:
                pending[rebuilt.name] = rebuilt.articles
            if sum(map(len, pending.values())) >= _ROUND:
                yield from self._groups_of_files(pending)
                pending = {}
        if pending:
            yield from self._groups_of_files(pending)

    def _groups_of_files(self, files: dict[str, list[Article]]) -> Iterator[Group]:
        """Yield groups for files; what takes the place of Articles is seen when all of it is there."""
        removed = [key for name in files for key in self.database.article_ids(name)]
        digests = {name: self.digests.pop(name) for name in files}
        articles = [article for group in files.values() for article in group]
        for begin in range(0, len(articles), _ROUND):
            last = begin + _ROUND >= len(articles)
            yield Group(
                articles[begin : begin + _ROUND],
                () if begin else removed,
                digests if last else {},
                complete=last or not removed,
            )

    def missing(self, paths: Sequence[str | Path]) -> list[str]:
        """Return the files that were read from the folders and archives among ``paths`` and are no more."""
        roots = [Path(os.path.realpath(path)) for path in paths if Path(path).exists()]
        known = [name for root in roots for name in self.database.files_under(root.as_posix())]
        unread = {os.path.realpath(name) for name, _ in self.summary.skipped}
        return [
            name for name in dict.fromkeys(known) if name not in self.seen and _is_missing(Path(name), unread)
        ]


def _is_missing(path: Path, unread: set[str]) -> bool:
    """Tell whether a file is gone, or a member of an archive; one of ``unread`` keeps its members."""
    if path.exists():
        return False
    there = next(parent for parent in path.parents if parent.exists())
    return there.is_dir() or str(there) not in unread


def _digest(task: Task) -> str:
    """Identify a reading of a file: its bytes, what is told of it, and the way this program reads pages."""
    corrections = [[page, *map(str, told)] for page, told in sorted(task.source.corrections.items())]
    told = json.dumps(
        [READING, ocr_installed(), astuple(task.told), sorted(task.columns.items()), corrections]
    )
    return hashlib.sha256(told.encode() + b"\x1e" + task.source.data).hexdigest()
