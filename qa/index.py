"""The Index directory: records, and the store that finds them, opened for reading.

    my.index/
        records.sqlite           files, articles, passages and the manifest: the truth, and all that commits
        vectors/, words-000012/  the store: made of the records, and may be made of them anew

A generation is a state of both. What names it is the manifest, a row of the records, so that one
transaction of SQLite makes all of it visible; a reader or a crash sees the old state or the new.
"""

import hashlib
import json
import os
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_dir

from qa.database import Database
from qa.errors import IndexStateError
from qa.sqlite_file import REMEDY
from qa.store import State, Store
from qa.stores import open_store

__all__ = [
    "FORMAT",
    "RECORDS",
    "Index",
    "Manifest",
    "default_index_path",
    "manifest_of",
    "manifest_text",
    "read_manifest",
]

FORMAT = 4
RECORDS = "records.sqlite"


def default_index_path() -> Path:
    """Return ``$WENBAO_INDEX``, else a folder in the user's data directory."""
    named = os.environ.get("WENBAO_INDEX")
    return Path(named) if named else Path(user_data_dir("wenbao")) / "index"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an Index directory holds: ``generation`` counts its states, ``store`` is that of the store."""

    format: int
    generation: int
    encoder: str
    dimension: int
    counts: dict[str, int]
    store: State


def manifest_text(manifest: Manifest) -> str:
    """Return a manifest as it is stored, with a checksum."""
    values = asdict(manifest)
    return json.dumps(values | {"checksum": _checksum(values)}, ensure_ascii=False)


def manifest_of(folder: Path, database: Database) -> Manifest | None:
    """Return the manifest in a database, None before the first generation. Raises IndexStateError."""
    text = database.manifest()
    if text is None:
        return None
    damaged = IndexStateError(f"{folder}: damaged manifest; {REMEDY}")
    try:
        values = json.loads(text)
        found, checksum = values.get("format"), values.pop("checksum", None)
    except (ValueError, AttributeError) as error:
        raise damaged from error
    if found != FORMAT:
        raise _other_format(folder, found)
    if checksum != _checksum(values):
        raise damaged
    return Manifest(**values)


def _other_format(folder: Path, found: object) -> IndexStateError:
    return IndexStateError(
        f"{folder}: index format {found}, this program reads {FORMAT}; delete it and index the files again"
    )


def _checksum(values: dict[str, Any]) -> str:
    """Return the SHA-256 of a manifest's values, in an order of their own."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest, or None where there is no Index. Raises IndexStateError when it is damaged."""
    opened = _open_records(folder)
    if opened is None:
        return None
    database, manifest = opened
    database.close()
    return manifest


def _open_records(folder: Path) -> tuple[Database, Manifest] | None:
    """Open the records at their newest generation; None where there is none yet."""
    if not (folder / RECORDS).exists():
        if (folder / "manifest.json").exists():  # formats 1 to 3 had it in a file
            raise _other_format(folder, _format_of(folder / "manifest.json"))
        if any(folder.glob("words-*")):
            raise IndexStateError(f"{folder / RECORDS}: missing; {REMEDY}")
        return None
    try:
        database = Database(folder / RECORDS)
    except sqlite3.Error as error:
        raise IndexStateError(f"{folder / RECORDS}: cannot be opened ({error}); {REMEDY}") from error
    try:
        manifest = manifest_of(folder, database)
    except BaseException:
        database.close()
        raise
    if manifest is None:
        database.close()
        return None
    return database, manifest


def _format_of(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("format")
    except (ValueError, AttributeError, OSError):
        return "unknown"


class Index:
    """One opened generation: its ``database`` and its ``store``, for reading."""

    def __init__(self, manifest: Manifest, database: Database, store: Store) -> None:
        self.manifest = manifest
        self.database = database
        self.store = store

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Open an Index. Raises IndexStateError when it is missing or damaged."""
        while opened := _open_records(folder):
            database, manifest = opened
            try:
                return cls(manifest, database, open_store(folder, manifest.dimension, manifest.store))
            except IndexStateError:
                # A writer may have published the next generation meanwhile, and deleted files of this one.
                changed = database.file.changed()
                database.close()
                if not changed:
                    raise
        raise IndexStateError(
            f"{folder}: no index here; make one with `wenbao index PATH... --index {folder}`"
        )

    def is_newest(self) -> bool:
        """Tell whether no generation was published after this one."""
        return not self.database.file.changed()

    def close(self) -> None:
        """Close the files."""
        self.store.close()
        self.database.close()
