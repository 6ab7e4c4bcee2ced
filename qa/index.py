"""The Index directory: a manifest and one generation of records, vectors and words.

    my.index/
        manifest.json            format, encoder, generation, counts, checksums
        generation-000001/       records.sqlite, vectors.faiss, words/

A generation is never changed once the manifest names it. An update writes the next one beside it
and switches by replacing the manifest, so that a reader or a crash sees the old state or the new.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_data_dir

from embeddings.encoder import FloatArray
from embeddings.vectors import VectorStore
from qa.database import Change, Database
from qa.errors import IndexStateError
from qa.lexical import LexicalStore
from qa.records import Passage

__all__ = [
    "FORMAT",
    "Entry",
    "Generation",
    "Index",
    "Manifest",
    "default_index_path",
    "new_generation",
    "read_manifest",
    "write_lock",
]

FORMAT = 3
_RECORDS, _VECTORS, _WORDS = "records.sqlite", "vectors.faiss", "words"
_TEMPORARY = "manifest.json.new"
# Hashing at opening time is bounded: files above this are checked by their size alone.
_HASHED_BYTES = 16 * 1024 * 1024


def default_index_path() -> Path:
    """Return ``$WENBAO_INDEX``, else a folder in the user's data directory."""
    named = os.environ.get("WENBAO_INDEX")
    return Path(named) if named else Path(user_data_dir("wenbao")) / "index"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an Index directory holds. ``files`` maps a path in the generation to its size and SHA-256."""

    format: int
    generation: str
    encoder: str
    dimension: int
    counts: dict[str, int]
    files: dict[str, dict[str, Any]]


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest, or None where there is no Index. Raises IndexStateError when it is damaged."""
    path = folder / "manifest.json"
    if not path.exists():
        if folder.is_dir() and any(folder.glob("generation-*")):
            raise IndexStateError(
                f"{folder}: half-written index without a manifest; delete it and index again"
            )
        return None
    damaged = IndexStateError(f"{path}: damaged manifest; delete {folder} and index the files again")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        found, checksum = values.get("format"), values.pop("checksum", None)
    except (ValueError, AttributeError, OSError) as error:
        raise damaged from error
    if found != FORMAT:
        message = f"{folder}: index format {found}, this program reads {FORMAT}; index the files again"
        raise IndexStateError(message)
    if checksum != _checksum(values):
        raise damaged
    return Manifest(**values)


def _checksum(values: dict[str, Any]) -> str:
    """Return the SHA-256 of a manifest's values, in an order of their own."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _describe(folder: Path) -> dict[str, dict[str, Any]]:
    described = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".lock":
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            described[path.relative_to(folder).as_posix()] = {"bytes": path.stat().st_size, "sha256": digest}
    return described


def _check(folder: Path, manifest: Manifest) -> None:
    generation = folder / manifest.generation
    for name, expected in manifest.files.items():
        path = generation / name
        try:
            sound = path.stat().st_size == expected["bytes"]
            if sound and expected["bytes"] <= _HASHED_BYTES:
                sound = hashlib.sha256(path.read_bytes()).hexdigest() == expected["sha256"]
        except OSError:
            sound = False
        if not sound:
            raise IndexStateError(f"{path}: missing or damaged; delete {folder} and index the files again")


class Index:
    """One opened generation: its ``database``, ``vectors`` and ``lexical`` stores, for reading."""

    def __init__(
        self, manifest: Manifest, database: Database, vectors: VectorStore, lexical: LexicalStore
    ) -> None:
        self.manifest = manifest
        self.database = database
        self.vectors = vectors
        self.lexical = lexical

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Open an Index. Raises IndexStateError when it is missing or damaged."""
        manifest = read_manifest(folder)
        while manifest:
            try:
                return cls._load(folder, manifest)
            except IndexStateError:
                # A writer may have published the next generation meanwhile, and deleted this one.
                newer = read_manifest(folder)
                if newer == manifest:
                    raise
                manifest = newer
        raise IndexStateError(
            f"{folder}: no index here; make one with `wenbao index PATH... --index {folder}`"
        )

    @classmethod
    def _load(cls, folder: Path, manifest: Manifest) -> "Index":
        _check(folder, manifest)
        generation = folder / manifest.generation
        try:
            return cls(
                manifest,
                Database(generation / _RECORDS),
                VectorStore.load(generation / _VECTORS),
                LexicalStore(generation / _WORDS),
            )
        except (ValueError, sqlite3.Error) as error:
            raise IndexStateError(
                f"{folder}: damaged ({error}); delete it and index the files again"
            ) from error

    def close(self) -> None:
        """Close the files."""
        self.database.close()


@contextmanager
def write_lock(folder: Path) -> Iterator[None]:
    """Hold the one writer's lock of an Index. Raises IndexStateError when another process holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "writer.lock", timeout=0):
            yield
    except Timeout as error:
        raise IndexStateError(
            f"{folder}: another process is writing this index; wait until it is done"
        ) from error
    except OSError as error:
        raise IndexStateError(
            f"{folder}: cannot be written ({error.strerror or error}); choose another folder"
        ) from error


@dataclass(frozen=True, slots=True)
class Entry:
    """A Passage as it is indexed: the text it is found by and the hash of that text."""

    passage: Passage
    text: str
    content_hash: str


class Generation:
    """The next generation while it is written; nothing is visible to readers before `publish`."""

    def __init__(self, folder: Path, previous: Manifest | None, encoder: str, dimension: int) -> None:
        number = 1 + (int(previous.generation.rpartition("-")[2]) if previous else 0)
        self._folder = folder
        self._name = f"generation-{number:06d}"
        self._encoder = encoder
        self.path = folder / self._name
        shutil.rmtree(self.path, ignore_errors=True)
        if previous:
            shutil.copytree(folder / previous.generation, self.path, ignore=shutil.ignore_patterns("*.lock"))
            self.vectors = VectorStore.load(self.path / _VECTORS)
        else:
            self.path.mkdir(parents=True)
            self.vectors = VectorStore.empty(dimension)
        self.database = Database(self.path / _RECORDS, writable=True)
        self.lexical = LexicalStore(self.path / _WORDS)

    def apply(self, change: Change, entries: Sequence[Entry], vectors: FloatArray) -> None:
        """Write a Change, and the entries of the Articles it shows; ``vectors`` has a row for each entry."""
        removed = self.database.apply(change)
        self.vectors.remove(removed)
        numbers = [self.database.put_passage(entry.passage, entry.content_hash) for entry in entries]
        self.vectors.add(numbers, vectors)
        added = (
            (number, entry.text, entry.passage.article.source, entry.passage.article.date)
            for number, entry in zip(numbers, entries, strict=True)
        )
        self.lexical.write(removed, added)

    def publish(self) -> Manifest:
        """Make this generation the Index's, atomically."""
        counts = self.database.counts()
        self.database.commit()
        self.database.close()
        self.vectors.save(self.path / _VECTORS)
        manifest = Manifest(
            FORMAT, self._name, self._encoder, self.vectors.dimension, counts, _describe(self.path)
        )
        values = asdict(manifest)
        temporary = self._folder / _TEMPORARY
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(values | {"checksum": _checksum(values)}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / "manifest.json")
        return manifest

    def delete_older(self) -> None:
        """Delete the generations before this one, once it is published."""
        for old in self._folder.glob("generation-*"):
            if old.name != self._name:
                shutil.rmtree(old, ignore_errors=True)

    def abandon(self) -> None:
        """Forget what was written, unless the manifest names it already."""
        with suppress(sqlite3.Error):
            self.database.close()
        with suppress(IndexStateError):
            published = read_manifest(self._folder)
            if published and published.generation == self._name:
                return
        shutil.rmtree(self.path, ignore_errors=True)
        (self._folder / _TEMPORARY).unlink(missing_ok=True)


@contextmanager
def new_generation(folder: Path, encoder: str, dimension: int) -> Iterator[Generation]:
    """Write the next generation of an Index; it is published when the block ends without an error.

    Raises IndexStateError when the Index was built with another encoder, or is damaged.
    """
    with write_lock(folder):
        previous = read_manifest(folder) if (folder / "manifest.json").exists() else None
        if previous:
            _check(folder, previous)
            if previous.encoder != encoder:
                message = (
                    f"{folder}: built with encoder {previous.encoder!r}, not {encoder!r}; "
                    "name that encoder, or another index folder"
                )
                raise IndexStateError(message)
        generation = Generation(folder, previous, encoder, dimension)
        try:
            yield generation
            generation.publish()
        except BaseException:
            generation.abandon()
            raise
        generation.delete_older()
