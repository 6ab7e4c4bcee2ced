"""Files to an Index: read, rebuild, cut and embed what is new; leave the rest as it is."""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from qa.database import Change
from qa.errors import IndexStateError, InputError
from qa.files import FORMATS, find_files, sample_pages
from qa.generations import Entry, Generation, new_generation
from qa.linking import plan_change, with_continuations
from qa.metadata import Metadata, is_day
from qa.ocr import ocr_installed
from qa.passages import cut_passages
from qa.rebuilding import Progress, Rebuilt, Task, rebuild_files
from qa.records import Article, Passage
from qa.tables import Columns

__all__ = [
    "Summary",
    "add_articles",
    "index_paths",
    "remove_articles",
    "searchable_text",
]

# Articles written in one round: enough to keep the encoder's batches full.
_ROUND = 256
# Raised whenever pages are rebuilt or cut in another way, so that unchanged files are read again.
READING = "3"


@dataclass(slots=True)
class Summary:
    """What an indexing run did; a member of an archive is a file.

    ``skipped`` names what was left out, each with the reason.
    """

    files: int = 0
    unchanged: int = 0
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    interrupted: bool = False


def searchable_text(passage: Passage) -> str:
    """What a Passage is found by: its article's headlines and date, then its text."""
    article = passage.article
    head = " ".join(part for part in (article.kicker, article.headline, article.subtitle) if part)
    date = ""
    if article.date:
        year, month, day = article.date.split("-")
        date = f"{int(year)}年{int(month)}月{int(day)}日"
    return "\n".join(part for part in (head, date, passage.text) if part)


def _content_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Round:
    """A change on its way into a generation, with the Passages shown and the vectors of these, row by row."""

    change: Change
    entries: list[Entry]
    vectors: FloatArray
    embedded: int


def _prepare(
    generation: Generation, encoder: Encoder, articles: Sequence[Article], removed_ids: Iterable[str]
) -> _Round:
    """Link, cut and embed Articles; the vector of content embedded before is taken from the generation."""
    change = plan_change(generation.database, articles, removed_ids)
    entries = [
        Entry(passage, text := searchable_text(passage), _content_hash(text))
        for article in change.shown
        for passage in cut_passages(article)
    ]
    texts = {entry.content_hash: entry.text for entry in entries}
    known = {key: n for key in texts if (n := generation.database.number_of_content(key)) is not None}
    new = [key for key in texts if key not in known]
    vectors = dict(zip(known, generation.store.vectors_of(list(known.values())), strict=True))
    vectors |= zip(new, encoder.encode([texts[key] for key in new]), strict=True)
    matrix = np.array([vectors[entry.content_hash] for entry in entries], dtype=np.float32)
    return _Round(change, entries, matrix.reshape(len(entries), encoder.dimension), len(new))


def _write(generation: Generation, written: _Round, summary: Summary) -> None:
    generation.apply(written.change, written.entries, written.vectors)
    summary.articles += len(written.change.added)
    summary.passages += len(written.entries)
    summary.embedded += written.embedded


def add_articles(folder: Path, articles: Iterable[Article], encoder: Encoder) -> Summary:
    """Add Articles to the Index at ``folder``, made if there is none; one of the same id is replaced."""
    summary = Summary()
    pending = map(_dated, articles)
    with new_generation(folder, encoder.name, encoder.dimension) as generation:
        while group := {article.article_id: article for article in islice(pending, _ROUND)}:
            _write(generation, _prepare(generation, encoder, list(group.values()), group), summary)
    return summary


def remove_articles(folder: Path, article_ids: Iterable[str], encoder: Encoder) -> int:
    """Remove Articles, whole, from the Index at ``folder``; returns how many there were.

    Where a reprint group loses its first publication, the next one takes its place.
    """
    with new_generation(folder, encoder.name, encoder.dimension) as generation:
        known = [name for name in dict.fromkeys(article_ids) if generation.database.place(name)]
        _remove(generation, encoder, known)
    return len(known)


def _remove(generation: Generation, encoder: Encoder, article_ids: Iterable[str]) -> None:
    removed = with_continuations(generation.database, article_ids)
    _write(generation, _prepare(generation, encoder, [], removed), Summary())


def _dated(article: Article) -> Article:
    _check_day(article.date, article.title)
    return article


def _check_day(day: str | None, name: str) -> None:
    if day and not is_day(day):
        raise InputError(f"{name}: {day!r} is not a date; write it as 2025-03-28")


def index_paths(
    folder: Path,
    paths: Sequence[str | Path],
    encoder: Encoder,
    *,
    source: str | None = None,
    date: str | None = None,
    columns: Columns | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Bring the Index at ``folder`` up to date with files and folders; unchanged files are not read again.

    ``columns`` tells in which columns of a table the fields of an Article are. An interrupt (Ctrl-C)
    keeps what is done so far; the next run goes on from there. Raises InputError when no file at all
    could be read, or ``date`` is not a date.
    """
    _check_day(date, "date of publication")
    summary = Summary()
    files = list(find_files(paths))
    if not files:
        named, formats = ", ".join(map(str, paths)), ", ".join(FORMATS)
        raise InputError(f"{named}: no text file ({formats}) in it; name the files or another folder")
    with new_generation(folder, encoder.name, encoder.dimension) as generation:
        if any(not Path(os.path.realpath(file)).is_relative_to(sample_pages()) for file in files):
            _remove_sample(generation, encoder)
        try:
            writer = _Writer(generation, encoder, summary)
            told = Metadata(source, date)
            for rebuilt in rebuild_files(
                files, paths, told, columns or {}, wanted=writer.is_new, progress=progress
            ):
                writer.take(rebuilt)
            writer.flush()
        except KeyboardInterrupt:
            summary.interrupted = True
        if summary.skipped and not (summary.articles or summary.unchanged or summary.interrupted):
            more = f" (none of the {len(files)} files could be read)" if len(files) > 1 else ""
            raise InputError(summary.skipped[0][1] + more)
    return summary


def _remove_sample(generation: Generation, encoder: Encoder) -> None:
    """Let the bundled sample make way for a user's own files: its invented news must not answer for them."""
    names = generation.database.files_under(sample_pages().as_posix())
    if names:
        _remove(generation, encoder, [k for name in names for k in generation.database.article_ids(name)])
        generation.database.forget_files(names)


@dataclass(slots=True)
class _Writer:
    """Takes what is rebuilt into a generation, in rounds; ``pending`` waits for its round, by file."""

    generation: Generation
    encoder: Encoder
    summary: Summary
    digests: dict[str, str] = field(default_factory=dict)
    pending: dict[str, list[Article]] = field(default_factory=dict)

    def is_new(self, task: Task) -> bool:
        """Count a file, and tell whether it, or what is told of it, has changed since it was read."""
        self.summary.files += 1
        digest = _digest(task)
        if self.generation.database.digest(task.source.name) == digest:
            self.summary.unchanged += 1
            return False
        self.digests[task.source.name] = digest
        return True

    def take(self, rebuilt: Rebuilt) -> None:
        self.summary.skipped += [(rebuilt.name, reason) for reason in rebuilt.skipped]
        if rebuilt.articles:
            self.pending[rebuilt.name] = rebuilt.articles
        if sum(map(len, self.pending.values())) >= _ROUND:
            self.flush()

    def flush(self) -> None:
        database = self.generation.database
        removed = [key for name in self.pending for key in database.article_ids(name)]
        articles = iter([article for group in self.pending.values() for article in group])
        while group := list(islice(articles, _ROUND)):
            written = _prepare(self.generation, self.encoder, group, removed)
            try:
                _write(self.generation, written, self.summary)
            except KeyboardInterrupt:
                message = (
                    "interrupted in the middle of writing; the index is as it was, run the command again"
                )
                raise IndexStateError(message) from None
            removed = []
        for name in self.pending:
            database.put_file(name, self.digests.pop(name))
        self.pending.clear()


def _digest(task: Task) -> str:
    """Identify a reading of a file: its bytes, what is told of it, and the way this program reads pages."""
    corrections = [[page, *map(str, told)] for page, told in sorted(task.source.corrections.items())]
    told = json.dumps(
        [READING, ocr_installed(), astuple(task.told), sorted(task.columns.items()), corrections]
    )
    return hashlib.sha256(told.encode() + b"\x1e" + task.source.data).hexdigest()
