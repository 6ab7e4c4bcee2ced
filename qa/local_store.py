"""The store in files: FAISS segments in vectors/, a tantivy index in a folder of each state.

vectors/000012.faiss ...     segments, which never change
words-000012/                the words as of commit 000012; what did not change is linked, not copied
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray
from embeddings.segments import Rows, SegmentInfo, Select, rows_of
from embeddings.vector_writer import VectorWriter
from embeddings.vectors import VectorStore
from qa.errors import IndexStateError
from qa.lexical import FieldName, Filters, LexicalStore
from qa.store import (
    Probes,
    Scored,
    State,
    StoredPassage,
    StoreStats,
    check_sections,
    day_number,
    keeps_sections,
)

__all__ = ["LocalStore", "LocalStoreWriter", "damaged_files", "emptied", "sound_vectors"]

KIND = "files"
_VECTORS = "vectors"
# The code of an origin, which is a source and a section, of a passage that has neither.
_NO_ORIGIN = -1
# Hashing at opening time is bounded: files above this are checked by their size alone.
_HASHED_BYTES = 16 * 1024 * 1024
_REMEDY = "run `wenbao repair`, or delete {folder} and index the files again"


def damaged_files(folder: Path, state: State, hashed_bytes: int | None = None) -> Iterator[Path]:
    """Yield the files of a State that are missing or not as they were written.

    The contents of files of more than ``hashed_bytes`` are not read.
    """
    for name, expected in state["files"].items():
        path = folder / name
        try:
            sound = path.stat().st_size == expected["bytes"]
            if sound and (hashed_bytes is None or expected["bytes"] <= hashed_bytes):
                sound = _sha256(path) == expected["sha256"]
        except OSError:
            sound = False
        if not sound:
            yield path


def _check(folder: Path, state: State) -> None:
    for path in damaged_files(folder, state, _HASHED_BYTES):
        raise IndexStateError(f"{path}: missing or damaged; {_REMEDY.format(folder=folder)}")


@contextmanager
def _telling_damage(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        message = f"{folder}: damaged ({error}); {_REMEDY.format(folder=folder)}"
        raise IndexStateError(message) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def emptied(state: State) -> State:
    """Return a State without passages that comes after another."""
    empty = {"kind": KIND, "words": "", "segments": [], "sources": [], "sections": [], "files": {}}
    return {"name": state["name"]} | empty


def sound_vectors(folder: Path, dimension: int, state: State) -> VectorStore | None:
    """Return the vectors of a State, None where a file of them is damaged."""
    if any(path.parent.name == _VECTORS for path in damaged_files(folder, state)):
        return None
    return VectorStore(folder / _VECTORS, dimension, _segments(state))


class LocalStore:
    """One state of the store in files. Raises IndexStateError when a file is missing or damaged."""

    def __init__(self, folder: Path, dimension: int, state: State) -> None:
        self.dimension = dimension
        self._state = state
        _check(folder, state)
        with _telling_damage(folder):
            self._vectors = VectorStore(folder / _VECTORS, dimension, _segments(state))
            self._words = LexicalStore(folder / state["words"])
        self.document_frequencies = self._words.document_frequencies
        self.containing = self._words.containing
        self.containing_character = self._words.containing_character
        self.vectors_of = self._vectors.get

    def search_lexical(
        self, field: FieldName, query_terms: Sequence[str], top_k: int, filters: Filters
    ) -> Scored:
        """Return passages that hold any of the terms with their BM25, best first."""
        check_sections(self._state, filters)
        return self._words.search(field, query_terms, top_k, filters)

    def search_dense(self, vector: FloatArray, top_k: int, filters: Filters) -> Scored:
        """Return the nearest passages with their cosines, best first."""
        check_sections(self._state, filters)
        numbers, cosines = self._vectors.search(vector, top_k, self._select(filters))
        return list(zip(numbers.tolist(), cosines.tolist(), strict=True))

    def _select(self, filters: Filters) -> Select | None:
        if not filters:
            return None
        codes = [
            code
            for code, (source, section) in enumerate(_origins(self._state))
            if filters.source in {None, "", source} and filters.section in {None, "", section}
        ]
        first, last = day_number(filters.date_from), day_number(filters.date_to)

        def select(rows: Rows) -> NDArray[np.bool_]:
            chosen = np.ones(len(rows), dtype=np.bool_)
            if filters.source or filters.section:
                chosen &= np.isin(rows["source"], codes)
            if first or last:
                chosen &= (rows["day"] >= max(first, 1)) & (rows["day"] <= (last or 99_999_999))
            return chosen

        return select

    def numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all passages that have vectors, and of all that have words, in order."""
        return self._vectors.numbers(), np.sort(np.array(self._words.numbers(), dtype=np.int64))

    def stats(self) -> StoreStats:
        """Tell what the state holds."""
        listed = [info for info in _segments(self._state) if info.lists]
        told = "; ".join(f"{i.rows:,} in {i.lists:,} lists, {i.probes} looked into" for i in listed)
        size = sum(file["bytes"] for file in self._state["files"].values())
        recall = min((info.recall for info in listed), default=1.0)
        return StoreStats(len(self._vectors), size, told or "all compared", recall)

    def close(self) -> None:
        """Nothing is held that would have to be let go of: mapped files go with the object."""


class LocalStoreWriter:
    """The one writer of the store in files, made of the State that SQLite names, or of none."""

    def __init__(self, folder: Path, dimension: int, state: State | None) -> None:
        self._folder = folder
        self._state = state or emptied({"name": 0})
        _check(folder, self._state)
        with _telling_damage(folder):
            self._vectors = VectorWriter(folder / _VECTORS, dimension, _segments(self._state))
        self._origins = _origins(self._state)
        self._added: dict[int, StoredPassage] = {}
        self._removed: set[int] = set()

    def upsert(self, passages: Sequence[StoredPassage], vectors: FloatArray) -> None:
        """Put passages with their unit vectors, shape (n, dimension), in place of any of the same number."""
        kept = keeps_sections(self._state)
        origins = [(p.source or "", (p.section or "") if kept else "") for p in passages]
        self._origins = list(dict.fromkeys([*self._origins, *filter(any, origins)]))
        codes = {origin: code for code, origin in enumerate(self._origins)}
        rows = rows_of(
            [passage.number for passage in passages],
            [day_number(passage.date) for passage in passages],
            [codes.get(origin, _NO_ORIGIN) for origin in origins],
        )
        self._vectors.add(rows, vectors)
        self._removed.update(passage.number for passage in passages)
        self._added |= {passage.number: passage for passage in passages}

    def delete(self, numbers: Sequence[int]) -> None:
        """Remove passages; numbers that are not there are passed over."""
        self._vectors.remove(numbers)
        self._removed.update(numbers)
        for number in numbers:
            self._added.pop(number, None)

    def vectors_of(self, numbers: Sequence[int]) -> FloatArray:
        """Return vectors, those not yet committed included. Raises KeyError where one is missing."""
        return self._vectors.get(numbers)

    def commit(self) -> State:
        """Write what was done as the next state, beside the one before."""
        number = int(self._state["name"]) + 1
        segments = self._vectors.commit(f"{number:06d}")
        words = self._state["words"]
        if self._added or self._removed or not words:
            words = self._write_words(f"words-{number:06d}")
        state = {
            "kind": KIND,
            "name": number,
            "words": words,
            "segments": [asdict(info) for info in segments],
            "sources": [source for source, _ in self._origins],
        }
        if keeps_sections(self._state):
            state["sections"] = [section for _, section in self._origins]
        self._state = state | {"files": self._describe(segments, words)}
        self._added.clear()
        self._removed.clear()
        return self._state

    def _write_words(self, name: str) -> str:
        folder = self._folder / name
        folder.mkdir()
        if self._state["words"]:
            _link_words(self._folder / self._state["words"], folder)
        added = ((p.number, p.text, p.source, p.date, p.section) for p in self._added.values())
        LexicalStore(folder).write(self._removed, added)
        return name

    def _describe(self, segments: Sequence[SegmentInfo], words: str) -> dict[str, dict[str, Any]]:
        """Return size and checksum of every file; those of files that were there before are known."""
        names = [f"{_VECTORS}/{file}" for info in segments for file in info.files]
        names += sorted(f"{words}/{path.name}" for path in (self._folder / words).iterdir())
        # No other file of that name was ever there, but for those that list the others.
        known = {Path(name).name: told for name, told in self._state["files"].items()}
        described = {}
        for name in names:
            path = self._folder / name
            if path.name in known and path.name not in _LISTS:
                described[name] = known[path.name]
            elif path.suffix != ".lock":
                described[name] = {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        return described

    def compact(self, probes: Probes) -> bool:
        """Put the vectors into one segment, of inverted lists where they are many, if it is worth while."""
        return self._vectors.compact(f"{int(self._state['name']):06d}c", probes)

    def clean(self, state: State | None) -> None:
        """Delete the files that ``state`` does not name; who has them open reads on."""
        kept = {self._folder / name for name in state["files"]} if state else set()
        for path in (self._folder / _VECTORS).glob("*"):
            if path not in kept:
                path.unlink(missing_ok=True)
        if not state:
            shutil.rmtree(self._folder / _VECTORS, ignore_errors=True)
        for path in self._folder.glob("words-*"):
            if not state or path.name != state["words"]:
                shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Nothing is held that would have to be let go of."""


_LISTS = ("meta.json", ".managed.json")  # tantivy writes these anew, all other files never change


def _link_words(old: Path, new: Path) -> None:
    """Give a folder the files of another: tantivy deletes and adds files but changes none."""
    for path in old.iterdir():
        if path.name in _LISTS:
            shutil.copyfile(path, new / path.name)
        elif path.suffix != ".lock":
            try:
                os.link(path, new / path.name)
            except OSError:  # no links on this file system
                shutil.copyfile(path, new / path.name)


def _origins(state: State) -> list[tuple[str, str]]:
    """Return source and section, "" where there is none, by the code that rows have."""
    sources = state["sources"]
    return [*zip(sources, state.get("sections", [""] * len(sources)), strict=True)]


def _segments(state: State) -> list[SegmentInfo]:
    return [SegmentInfo(**values) for values in state["segments"]]
