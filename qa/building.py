"""Files to an Index: read, rebuild, cut and embed what is new; leave the rest as it is."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from qa.articles import rebuild_articles
from qa.errors import IndexStateError, InputError
from qa.files import decode, find_files, metadata_of_name, read_file, sample_pages
from qa.index import Entry, Generation, new_generation
from qa.pages import split_lines
from qa.passages import cut_passages
from qa.records import Article, Passage, is_day

__all__ = ["Progress", "Summary", "add_articles", "index_paths", "read_articles", "searchable_text"]

# Called with the number of files done, of files in all, and the name of the one at hand.
Progress = Callable[[int, int, str], None]
# Articles written in one round: enough to keep the encoder's batches full.
_ROUND = 256
# Raised whenever pages are rebuilt or cut in another way, so that unchanged files are read again.
READING = "1"


@dataclass(slots=True)
class Summary:
    """What an indexing run did. ``skipped`` names each file left out with the reason."""

    files: int = 0
    unchanged: int = 0
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    interrupted: bool = False


def read_articles(path: Path, *, source: str | None = None, date: str | None = None) -> list[Article]:
    """Rebuild the Articles of one file; source, date and page come from its name unless given.

    Raises InputError when the file cannot be read or holds no text.
    """
    return _rebuild(path, read_file(path), source, date)


def _rebuild(path: Path, data: bytes, source: str | None, date: str | None) -> list[Article]:
    told = metadata_of_name(path.name)
    page = split_lines(path.as_posix(), decode(path, data))
    articles = rebuild_articles(page)
    if not articles:
        raise InputError(f"{path}: no article found in it; check that it is the text of a page")
    return [
        replace(
            a,
            source=source or a.source or told["source"],
            date=date or a.date or told["date"],
            page=told["page"],
        )
        for a in articles
    ]


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
    """Articles on their way into a generation, with their Passages and the vectors of these, row by row."""

    articles: Sequence[Article]
    entries: list[Entry]
    vectors: FloatArray
    embedded: int


def _embed(generation: Generation, encoder: Encoder, articles: Sequence[Article]) -> _Round:
    """Cut and embed Articles; the vector of content embedded before is taken from the generation."""
    entries = [
        Entry(passage, text := searchable_text(passage), _content_hash(text))
        for article in articles
        for passage in cut_passages(article)
    ]
    texts = {entry.content_hash: entry.text for entry in entries}
    known = {key: n for key in texts if (n := generation.database.number_of_content(key)) is not None}
    new = [key for key in texts if key not in known]
    vectors = dict(zip(known, generation.vectors.get(list(known.values())), strict=True))
    vectors |= zip(new, encoder.encode([texts[key] for key in new]), strict=True)
    matrix = np.array([vectors[entry.content_hash] for entry in entries], dtype=np.float32)
    return _Round(articles, entries, matrix.reshape(len(entries), encoder.dimension), len(new))


def _write(generation: Generation, written: _Round, removed_ids: Iterable[str], summary: Summary) -> None:
    generation.replace(removed_ids, written.articles, written.entries, written.vectors)
    summary.articles += len(written.articles)
    summary.passages += len(written.entries)
    summary.embedded += written.embedded


def add_articles(folder: Path, articles: Iterable[Article], encoder: Encoder) -> Summary:
    """Add Articles to the Index at ``folder``, made if there is none; one of the same id is replaced."""
    summary = Summary()
    pending = map(_dated, articles)
    with new_generation(folder, encoder.name, encoder.dimension) as generation:
        while group := {article.article_id: article for article in islice(pending, _ROUND)}:
            _write(generation, _embed(generation, encoder, list(group.values())), group, summary)
    return summary


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
    progress: Progress | None = None,
) -> Summary:
    """Bring the Index at ``folder`` up to date with files and folders; unchanged files are not read again.

    An interrupt (Ctrl-C) keeps what is done so far; the next run goes on from there. Raises
    InputError when no file at all could be read, or ``date`` is not a date.
    """
    _check_day(date, "date of publication")
    summary = Summary()
    files = list(find_files(paths))
    if not files:
        raise InputError(
            f"{', '.join(map(str, paths))}: no text file (.txt) in it; name the files or another folder"
        )
    with new_generation(folder, encoder.name, encoder.dimension) as generation:
        if any(not file.resolve().is_relative_to(sample_pages()) for file in files):
            _remove_sample(generation)
        try:
            _index_files(generation, files, encoder, (source, date), summary, progress)
        except KeyboardInterrupt:
            summary.interrupted = True
        if len(summary.skipped) == len(files):
            more = f" (none of the {len(files)} files could be read)" if len(files) > 1 else ""
            raise InputError(summary.skipped[0][1] + more)
    return summary


def _remove_sample(generation: Generation) -> None:
    """Let the bundled sample make way for a user's own files: its invented news must not answer for them."""
    names = generation.database.files_under(sample_pages().as_posix())
    if names:
        generation.remove(key for name in names for key in generation.database.article_ids(name))
        generation.database.forget_files(names)


def _index_files(
    generation: Generation,
    files: Sequence[Path],
    encoder: Encoder,
    told: tuple[str | None, str | None],
    summary: Summary,
    progress: Progress | None,
) -> None:
    pending: dict[str, tuple[str, list[Article]]] = {}

    def flush() -> None:
        articles = [article for _, group in pending.values() for article in group]
        written = _embed(generation, encoder, articles)
        removed = [key for name in pending for key in generation.database.article_ids(name)]
        try:
            _write(generation, written, removed, summary)
        except KeyboardInterrupt:
            message = "interrupted in the middle of writing; the index is as it was, run the command again"
            raise IndexStateError(message) from None
        for name, (digest, _) in pending.items():
            generation.database.put_file(name, digest)
        pending.clear()

    for done, file in enumerate(files):
        if progress:
            progress(done, len(files), file.name)
        try:
            path = file.resolve()
            data = read_file(path)
            digest = _digest(data, told)
            summary.files += 1
            if generation.database.digest(path.as_posix()) == digest:
                summary.unchanged += 1
                continue
            pending[path.as_posix()] = (digest, _rebuild(path, data, *told))
        except InputError as error:
            summary.skipped.append((str(file), str(error)))
            continue
        if sum(len(group) for _, group in pending.values()) >= _ROUND:
            flush()
    flush()
    if progress:
        progress(len(files), len(files), "")


def _digest(data: bytes, told: tuple[str | None, str | None]) -> str:
    """Identify a reading of a file: its bytes, the options, and the way this program reads pages."""
    options = "\x1f".join([READING, *(value or "" for value in told)])
    return hashlib.sha256(options.encode() + b"\x1e" + data).hexdigest()
