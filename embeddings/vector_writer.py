"""Writes the vectors of an Index: a buffer in memory, written out as a segment; segments merged."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from embeddings.approximate import make_lists, measure_probes, nearest, number_of_lists, sample_size
from embeddings.encoder import FloatArray
from embeddings.segments import (
    ROW,
    IntArray,
    Rows,
    Segment,
    SegmentInfo,
    half_floats,
    write_array,
    write_segment,
)
from embeddings.vectors import VectorStore

__all__ = ["EXACT", "VectorWriter"]

# Up to so many vectors every one is compared; docs/stores.md has the measurement.
EXACT = 50_000
_MOST_SEGMENTS = 12
# Vectors outside the inverted lists, or removed ones, that make it worth while to write all anew.
_SHARE = 0.25
_CHUNK = 32_768


class VectorWriter:
    """The one writer of a folder of vectors; `commit` gives the segments that hold what was written.

    Nothing that is there is changed: whoever has the segments of an earlier commit reads on.
    """

    def __init__(self, folder: Path, dimension: int, infos: Sequence[SegmentInfo]) -> None:
        self._folder = folder
        self._store = VectorStore(folder, dimension, infos)
        self._added: dict[int, tuple[Rows, FloatArray]] = {}
        self._removed: set[int] = set()

    def add(self, rows: Rows, vectors: FloatArray) -> None:
        """Take rows of shape (n,) and vectors of shape (n, dimension), in place of those there."""
        if vectors.shape != (len(rows), self._store.dimension):
            message = f"expected vectors of shape {(len(rows), self._store.dimension)}, got {vectors.shape}"
            raise ValueError(message)
        self.remove(rows["number"])
        copies = np.array(vectors, dtype=np.float32)
        self._added |= {int(row["number"]): (row, vector) for row, vector in zip(rows, copies, strict=True)}

    def remove(self, numbers: Sequence[int] | IntArray) -> None:
        """Forget the vectors of ``numbers``; those that are not there are passed over."""
        for number in map(int, numbers):
            self._added.pop(number, None)
            self._removed.add(number)

    def get(self, numbers: Sequence[int]) -> FloatArray:
        """Return the vectors of ``numbers``, shape (n, dimension). Raises KeyError if one is missing."""
        stored = [n for n in numbers if n not in self._added]
        if gone := self._removed & set(stored):
            raise KeyError(min(gone))
        found = dict(zip(stored, self._store.get(stored), strict=True))
        vectors = [found[n] if n in found else self._added[n][1] for n in numbers]
        return np.array(vectors, dtype=np.float32).reshape(len(numbers), self._store.dimension)

    def commit(self, name: str) -> list[SegmentInfo]:
        """Write out what was added and removed, under a name not used before; returns all segments."""
        self._folder.mkdir(exist_ok=True)
        infos = [info for segment in self._store.segments if (info := self._without_removed(segment, name))]
        if self._added:
            numbers = sorted(self._added)
            rows = np.array([self._added[n][0] for n in numbers], dtype=ROW)
            infos.append(self._write(name, rows, [np.array([self._added[n][1] for n in numbers])]))
        self._added.clear()
        self._removed.clear()
        self._open(infos)
        if len(infos) > _MOST_SEGMENTS:
            self._merge_small(f"{name}m")
        return self.infos

    @property
    def infos(self) -> list[SegmentInfo]:
        """The segments as of the last commit or compaction."""
        return [segment.info for segment in self._store.segments]

    def compact(self, name: str, queries: Callable[[], FloatArray]) -> bool:
        """Write all vectors into one segment if that is worth while; returns whether it was done.

        More than EXACT of them are put into inverted lists, whose recall is measured with the query
        vectors that ``queries`` gives, of shape (m, dimension).
        """
        segments, count = self._store.segments, len(self._store)
        listed = sum(segment.count for segment in segments if segment.info.lists)
        stored = sum(len(segment.rows) for segment in segments)
        unlisted = count - listed
        growth = unlisted > max(EXACT, _SHARE * listed)
        if not growth and stored - count <= _SHARE * stored:
            return False
        if count > EXACT:
            self._open([self._write_lists(name, queries())])
        else:
            info = self._copy(name, self._store.numbers())
            self._open([info] if info else [])
        return True

    def _open(self, infos: Sequence[SegmentInfo]) -> None:
        self._store = VectorStore(self._folder, self._store.dimension, infos)

    def _without_removed(self, segment: Segment, name: str) -> SegmentInfo | None:
        """Write the numbers removed from a segment; None where nothing is left of it."""
        gone = segment.find(np.fromiter(self._removed, np.int64, len(self._removed)))[1]
        if not len(gone):
            return segment.info
        live = segment.live.copy()
        live[gone] = False
        if not live.any():
            return None
        file = f"{segment.info.name}-{name}.npy"
        write_array(self._folder / file, segment.numbers[~live])
        return replace(segment.info, removed=file)

    def _merge_small(self, name: str) -> None:
        """Make one segment of the smaller half of all, so that each vector is written a few times only."""
        segments = sorted(self._store.segments, key=lambda segment: segment.count)
        small = [s for s in segments[: _MOST_SEGMENTS // 2 + 1] if not s.info.lists]
        kept = [s.info for s in self._store.segments if s not in small]
        numbers = np.sort(np.concatenate([s.numbers[s.live] for s in small]))
        info = self._copy(name, numbers)
        self._open([*kept, info] if info else kept)

    def _copy(self, name: str, numbers: IntArray) -> SegmentInfo | None:
        if not len(numbers):
            return None
        return self._write(name, self._store.rows(numbers), (own for _, own in self._chunks(numbers)))

    def _write(self, name: str, rows: Rows, chunks: Iterator[FloatArray] | list[FloatArray]) -> SegmentInfo:
        index = half_floats(self._store.dimension)
        for vectors in chunks:
            index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        info = SegmentInfo(name, len(rows))
        write_segment(self._folder, info, index, rows)
        return info

    def _chunks(self, numbers: IntArray) -> Iterator[tuple[IntArray, FloatArray]]:
        for begin in range(0, len(numbers), _CHUNK):
            own = numbers[begin : begin + _CHUNK]
            yield own, self._store.get(own)

    def _write_lists(self, name: str, queries: FloatArray) -> SegmentInfo:
        numbers = self._store.numbers()
        lists = number_of_lists(len(numbers))
        chosen = np.random.default_rng(0).permutation(numbers)[: sample_size(lists)]
        index = make_lists(self._store.get(np.sort(chosen)), lists)
        for _, vectors in self._chunks(numbers):
            index.add(vectors)
        probes, recall = measure_probes(index, numbers, queries, nearest(self._chunks(numbers), queries))
        info = SegmentInfo(name, len(numbers), lists, probes, round(recall, 4))
        write_segment(self._folder, info, index, self._store.rows(numbers))
        return info
