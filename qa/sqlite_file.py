"""One SQLite file in WAL mode: readers keep the state that they opened, whatever is committed after."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from qa.errors import IndexStateError

__all__ = ["REMEDY", "SqliteFile"]

_CANNOT_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR}
REMEDY = "restore a backup of the index, or delete it and index the files again"


class SqliteFile:
    """A connection that several threads may share; with ``schema`` for the one writer.

    Reading raises IndexStateError when the file is damaged.
    """

    def __init__(self, path: Path, schema: str | None = None) -> None:
        self.path = path
        if schema and not path.exists():
            _create(path, schema)
        self.connection = _connect(path)
        self._watch: sqlite3.Connection | None = None
        self._opened = 0
        if schema:
            self.connection.execute("PRAGMA foreign_keys = ON")
        else:
            self._watch = _connect(path)
            self._opened = self._version(self._watch)
            self.connection.execute("PRAGMA query_only = ON")
            self.connection.execute("BEGIN")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a statement."""
        try:
            with closing(self.connection.execute(sql, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.DatabaseError as error:
            if self._watch is None and error.sqlite_errorcode & 0xFF in _CANNOT_WRITE:
                raise
            raise IndexStateError(f"{self.path}: damaged ({error}); {REMEDY}") from error

    def changed(self) -> bool:
        """Tell whether anything was committed to the file since this reader opened it."""
        return self._watch is not None and self._version(self._watch) != self._opened

    def _version(self, watch: sqlite3.Connection) -> int:
        try:
            with closing(watch.execute("PRAGMA data_version")) as cursor:
                return int(cursor.fetchone()[0])
        except sqlite3.DatabaseError as error:
            raise IndexStateError(f"{self.path}: damaged ({error}); {REMEDY}") from error

    def backup(self, path: Path) -> None:
        """Copy the state that this reader sees to another file."""
        with closing(sqlite3.connect(path)) as target:
            self.connection.backup(target)

    def problems(self) -> list[str]:
        """Check the whole file; returns a line for each thing that SQLite finds wrong with it."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
        missing = [f"a row of {row[0]} without its {row[2]}" for row in self.rows("PRAGMA foreign_key_check")]
        return found + missing

    def close(self) -> None:
        """Close the file."""
        if self._watch:
            self._watch.close()
        self.connection.close()


def _create(path: Path, schema: str) -> None:
    """Make an empty file; it is given its name when it is whole, so that no crash leaves half of one."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(new)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(schema)
    new.replace(path)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file for several threads; in a folder that cannot be written, as one that does not change."""
    mode = "rw" if os.access(path.parent, os.W_OK) else "ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
