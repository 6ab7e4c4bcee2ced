"""Records in SQLite: the one source of truth about files, Articles and Passages of an Index."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.continuations import join_halves, marks_of
from qa.errors import IndexStateError
from qa.records import Article, Passage
from qa.reprints import publication_order, reprint_of
from qa.sqlite_file import REMEDY, SqliteFile
from qa.storage import article_from_record, article_to_record

__all__ = ["Change", "Database", "Place"]

_SCHEMA = """
CREATE TABLE manifest (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL);
CREATE TABLE files (path TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE articles (
    position INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT UNIQUE NOT NULL, file TEXT NOT NULL,
    source TEXT, date TEXT, record TEXT NOT NULL, checksum INTEGER NOT NULL,
    marked INTEGER NOT NULL, lead TEXT, part INTEGER NOT NULL
);
CREATE INDEX articles_by_file ON articles (file);
CREATE INDEX articles_by_issue ON articles (date, source);
CREATE INDEX articles_by_lead ON articles (lead, json_extract(record, '$.section'));
CREATE TABLE bands (
    key INTEGER NOT NULL, position INTEGER NOT NULL REFERENCES articles (position) ON DELETE CASCADE,
    PRIMARY KEY (key, position)
) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (position);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, passage_id TEXT UNIQUE NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, content_hash TEXT NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id);
CREATE INDEX passages_by_content ON passages (content_hash);
"""
# SQLite takes at most 32,766 variables in a statement.
_BLOCK = 30_000


@dataclass(frozen=True, slots=True)
class Place:
    """How a stored Article is shown: by itself, or under the Article ``lead``.

    Under it, it is its continuation number ``part`` (from 1), or with ``part`` 0 a reprint of it.
    ``marked`` tells that it names a page on which it goes on or began.
    """

    article_id: str
    lead: str | None = None
    part: int = 0
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of the Articles of an Index, in the order of its fields.

    ``hidden`` lose their passages; ``bands`` are the keys by which each is found as a reprint; ``shown``
    are the whole Articles that are to be cut into passages anew.
    """

    removed: Iterable[str] = ()
    hidden: Iterable[str] = ()
    added: Sequence[Article] = ()
    places: Sequence[Place] = ()
    bands: Mapping[str, Sequence[int]] = field(default_factory=dict)
    shown: Sequence[Article] = ()


class Database:
    """The records in one SQLite file. Readers on several threads may share it; only one process writes it.

    A reader keeps the state that it opened. Reading raises IndexStateError when the file is damaged.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.file = SqliteFile(path, _SCHEMA if writable else None)
        self._connection = self.file.connection
        self._rows = self.file.rows
        self._rows("SELECT 1 FROM files LIMIT 1")  # SQLite reads a file only when it is asked something
        self._cached_article = lru_cache(maxsize=4096)(self._load_article)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def commit(self) -> None:
        """Make what was written so far durable."""
        self._connection.commit()

    def rollback(self) -> None:
        """Forget what was not committed."""
        self._connection.rollback()

    def manifest(self) -> str | None:
        """Return what was last put as the manifest, None before the first."""
        rows = self._rows("SELECT value FROM manifest")
        return rows[0][0] if rows else None

    # Writing

    def put_manifest(self, value: str) -> None:
        """Put a text in the place of the manifest."""
        self._connection.execute("INSERT OR REPLACE INTO manifest VALUES (1, ?)", (value,))

    def put_file(self, path: str, digest: str) -> None:
        """Remember the digest under which a file was last read."""
        self._connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (path, digest))

    def put_article(self, article: Article) -> None:
        """Store an Article as it was read, shown by itself; its id must be new."""
        record = article_to_record(article)
        row = (article.article_id, article.file, article.source, article.date, record, _checksum(record))
        self._connection.execute(
            "INSERT INTO articles (article_id, file, source, date, record, checksum, marked, part) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            (*row, bool(marks_of(article))),
        )

    def apply(self, change: Change) -> list[int]:
        """Write a Change, but for passages to come; returns the numbers of the Passages that are gone."""
        numbers = self.remove_articles(change.removed)
        for article_id in change.hidden:
            rows = self._rows("DELETE FROM passages WHERE article_id = ? RETURNING number", (article_id,))
            numbers += [number for (number,) in rows]
        for article in change.added:
            self.put_article(article)
        self._connection.executemany(
            "UPDATE articles SET lead = ?, part = ? WHERE article_id = ?",
            [(place.lead, place.part, place.article_id) for place in change.places],
        )
        position = "(SELECT position FROM articles WHERE article_id = ?)"
        for article_id, keys in change.bands.items():
            self._connection.execute(f"DELETE FROM bands WHERE position = {position}", (article_id,))  # noqa: S608
            self._connection.executemany(
                f"INSERT OR IGNORE INTO bands VALUES (?, {position})",  # noqa: S608
                [(key, article_id) for key in keys],
            )
        self._cached_article.cache_clear()
        return numbers

    def put_passage(self, passage: Passage, content_hash: str) -> int:
        """Store a Passage and return its number, never used before."""
        cursor = self._connection.execute(
            "INSERT INTO passages (passage_id, article_id, start, end, content_hash) VALUES (?, ?, ?, ?, ?)",
            (passage.passage_id, passage.article.article_id, passage.start, passage.end, content_hash),
        )
        return int(cursor.lastrowid or 0)

    def forget_files(self, names: Iterable[str]) -> None:
        """Forget that files were read; their Articles are removed by `remove_articles`."""
        self._connection.executemany("DELETE FROM files WHERE path = ?", ((name,) for name in names))

    def remove_articles(self, article_ids: Iterable[str]) -> list[int]:
        """Remove Articles with their Passages; returns the numbers of the Passages."""
        numbers: list[int] = []
        for article_id in article_ids:
            rows = self._rows("SELECT number FROM passages WHERE article_id = ?", (article_id,))
            numbers += [number for (number,) in rows]
            self._connection.execute("DELETE FROM articles WHERE article_id = ?", (article_id,))
        return numbers

    # Reading

    def counts(self) -> dict[str, int]:
        """Count files, Articles shown and passages."""
        tables = ("files", "articles WHERE lead IS NULL", "passages")
        return {
            table.split()[0]: int(self._rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608
            for table in tables
        }

    def digest(self, path: str) -> str | None:
        """Return the digest under which a file was last read."""
        rows = self._rows("SELECT digest FROM files WHERE path = ?", (path,))
        return rows[0][0] if rows else None

    def files_under(self, folder: str) -> list[str]:
        """Return the names of the files read from a folder."""
        sql = "SELECT path FROM files WHERE substr(path, 1, ?) = ?"
        return [row[0] for row in self._rows(sql, (len(folder) + 1, f"{folder}/"))]

    def article_ids(self, file: str | None = None) -> list[str]:
        """Return the ids of all Articles shown, or of all read from a file, in the order they were added."""
        if file is None:
            rows = self._rows("SELECT article_id FROM articles WHERE lead IS NULL ORDER BY position")
        else:
            rows = self._rows("SELECT article_id FROM articles WHERE file = ? ORDER BY position", (file,))
        return [row[0] for row in rows]

    def place(self, article_id: str) -> Place | None:
        """Return how an Article is shown, None when there is none of that id."""
        return next(iter(self._places("article_id = ?", article_id)), None)

    def places_under(self, article_id: str) -> list[Place]:
        """Return what is shown under an Article: its continuations in order, and its reprints."""
        return self._places("lead = ?", article_id)

    def issue(self, source: str | None, date: str) -> list[Place]:
        """Return the Articles of one newspaper's issue."""
        return self._places("date = ? AND source IS ?", date, source)

    def _places(self, condition: str, *values: str | None) -> list[Place]:
        sql = f"SELECT article_id, lead, part, marked FROM articles WHERE {condition} ORDER BY part, position"  # noqa: S608
        return [Place(name, lead, part, bool(marked)) for name, lead, part, marked in self._rows(sql, values)]

    def bands(self, article_id: str) -> list[int]:
        """Return the keys by which an Article is found as a reprint."""
        sql = "SELECT key FROM bands JOIN articles USING (position) WHERE article_id = ?"
        return [key for (key,) in self._rows(sql, (article_id,))]

    def with_bands(self, keys: Sequence[int]) -> list[str]:
        """Return the ids of the Articles that have one of the keys, those shown by themselves first."""
        marks = ",".join("?" * len(keys))
        sql = (
            "SELECT article_id FROM articles WHERE position IN "  # noqa: S608
            f"(SELECT position FROM bands WHERE key IN ({marks})) ORDER BY lead IS NOT NULL, position"
        )
        return [name for (name,) in self._rows(sql, keys)]

    def article(self, article_id: str) -> Article:
        """Return an Article, whole and with its reprints. Raises KeyError when there is none of that id."""
        return self._cached_article(article_id)

    def article_as_read(self, article_id: str) -> Article:
        """Return an Article as it was read from its page. Raises KeyError when there is none of that id."""
        rows = self._rows("SELECT record, checksum FROM articles WHERE article_id = ?", (article_id,))
        if not rows:
            raise KeyError(article_id)
        record, checksum = rows[0]
        if _checksum(record) != checksum:
            raise IndexStateError(f"{self.file.path}: damaged (article {article_id}); {REMEDY}")
        return article_from_record(record)

    def _load_article(self, article_id: str) -> Article:
        article = self.article_as_read(article_id)
        under = self.places_under(article_id)
        parts = [self.article_as_read(place.article_id) for place in under if place.part]
        reprints = sorted((self.article(p.article_id) for p in under if not p.part), key=publication_order)
        return replace(join_halves([article, *parts]), reprints=tuple(map(reprint_of, reprints)))

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """Return the Passages of the given numbers."""
        found: dict[int, Passage] = {}
        for begin in range(0, len(numbers), _BLOCK):
            block = [int(number) for number in numbers[begin : begin + _BLOCK]]
            marks = ",".join("?" * len(block))
            sql = f"SELECT number, passage_id, article_id, start, end FROM passages WHERE number IN ({marks})"  # noqa: S608
            for number, passage_id, article_id, start, end in self._rows(sql, block):
                found[number] = Passage(passage_id, self.article(article_id), start, end)
        return found

    def printings(self) -> list[tuple[str, str, str, str]]:
        """Return (id of the Article shown, own id, source, date) of every printing; "" where not known."""
        sql = (
            "SELECT coalesce(lead, article_id), article_id, coalesce(source, ''), coalesce(date, '') "
            "FROM articles WHERE part = 0"
        )
        return self._rows(sql)

    def passage_articles(self) -> list[tuple[int, str]]:
        """Return (number, id of its Article) of every Passage, in order of number."""
        return self._rows("SELECT number, article_id FROM passages ORDER BY number")

    def passages_of(self, article_id: str) -> Iterator[tuple[int, Passage]]:
        """Yield (number, Passage) of one Article, in order."""
        sql = "SELECT number, passage_id, start, end FROM passages WHERE article_id = ? ORDER BY start"
        for number, passage_id, start, end in self._rows(sql, (article_id,)):
            yield number, Passage(passage_id, self.article(article_id), start, end)

    def number_of_content(self, content_hash: str) -> int | None:
        """Return the number of a Passage that was embedded from the same content."""
        rows = self._rows("SELECT number FROM passages WHERE content_hash = ? LIMIT 1", (content_hash,))
        return int(rows[0][0]) if rows else None

    def numbers(self) -> NDArray[np.int64]:
        """Return the numbers of all Passages, in order, shape (n,)."""
        rows = self._rows("SELECT number FROM passages ORDER BY number")
        return np.array([number for (number,) in rows], dtype=np.int64)

    def contents(self) -> Iterator[tuple[int, Passage, str]]:
        """Yield (number, Passage, hash of what it was indexed by) of all Passages, article by article."""
        sql = "SELECT number, passage_id, article_id, start, end, content_hash FROM passages ORDER BY number"
        with closing(self._connection.execute(sql)) as cursor:
            for number, passage_id, article_id, start, end, content_hash in cursor:
                yield number, Passage(passage_id, self.article(article_id), start, end), content_hash


def _checksum(record: str) -> int:
    return zlib.crc32(record.encode("utf-8", "surrogatepass"))
