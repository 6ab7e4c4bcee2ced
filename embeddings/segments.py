"""A segment: vectors in a FAISS file that never changes, mapped into memory, with their rows beside it.

    000012.faiss             the vectors, in the order of their numbers
    000012.npy               the rows: number, day and source of each
    000012-000015.npy        the numbers that were removed later, as of commit 000015

A mapped index must never be added to: FAISS would abort the process.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray

__all__ = ["ROW", "IntArray", "Rows", "Segment", "SegmentInfo", "Select", "half_floats", "write_segment"]

# A day is a number (20250328), 0 where it is not known; a source is a code that the caller gave.
ROW = np.dtype([("number", "<i8"), ("day", "<i4"), ("source", "<i4")])
Rows = NDArray[np.void]
IntArray = NDArray[np.int64]
# Tells of each of n rows whether it may be found, shape (n,).
Select = Callable[[Rows], NDArray[np.bool_]]
# What the stubs of faiss do not know.
_Exact: Any = faiss.SearchParameters
_Approximate: Any = faiss.SearchParametersIVF
_Bitmap: Any = faiss.IDSelectorBitmap
_read_index: Any = faiss.read_index
_count_threads: Any = faiss.omp_get_max_threads
_set_threads: Any = faiss.omp_set_num_threads


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """What is to be known of a segment to open it.

    ``lists`` is the number of inverted lists, 0 where every vector is compared; of them ``probes`` are
    looked into, with ``recall`` of the ten nearest as measured when it was written. ``removed`` names
    the file of the numbers that do not count any more, "" where all count.
    """

    name: str
    rows: int
    lists: int = 0
    probes: int = 0
    recall: float = 1.0
    removed: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return tuple(filter(None, (f"{self.name}.faiss", f"{self.name}.npy", self.removed)))


class Segment:
    """An opened segment. Raises ValueError when a file is missing or damaged."""

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        path = folder / f"{info.name}.faiss"
        try:
            self._index = _read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            self.rows: Rows = np.load(path.with_suffix(".npy"), mmap_mode="r", allow_pickle=False)
            removed = np.load(folder / info.removed, allow_pickle=False) if info.removed else None
        except (RuntimeError, OSError, ValueError, EOFError) as error:
            raise ValueError(f"{path} is not a segment of vectors: {error}") from error
        if self.rows.dtype != ROW or not len(self.rows) == self._index.ntotal == info.rows:
            raise ValueError(f"{path} is not the segment of {info.rows} vectors that it should be")
        if info.lists:
            self._index.make_direct_map()
        self.info = info
        self.dimension = int(self._index.d)
        self.numbers: IntArray = np.ascontiguousarray(self.rows["number"])
        self.live = np.ones(len(self.rows), dtype=np.bool_)
        if removed is not None:
            self.live[self.places(removed)] = False
        self.count = int(self.live.sum())
        self._live_bits = None if self.count == len(self.rows) else _bits(self.live)

    def places(self, numbers: IntArray) -> IntArray:
        """Return the places of those of the numbers that are here, removed ones included."""
        if not len(self.numbers):
            return np.empty(0, np.int64)
        places = np.searchsorted(self.numbers, numbers).clip(max=len(self.numbers) - 1)
        return np.asarray(places[self.numbers[places] == numbers], dtype=np.int64)

    def find(self, numbers: IntArray) -> tuple[NDArray[np.bool_], IntArray]:
        """Tell which of the numbers are here and live, shape (n,), and the places of these."""
        if not len(self.numbers):
            return np.zeros(len(numbers), dtype=np.bool_), np.empty(0, np.int64)
        places = np.searchsorted(self.numbers, numbers).clip(max=len(self.numbers) - 1)
        here = (self.numbers[places] == numbers) & self.live[places]
        return here, np.asarray(places[here], dtype=np.int64)

    def vectors(self, places: IntArray) -> FloatArray:
        """Return the vectors at places, shape (n, dimension)."""
        if not len(places):
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(places), dtype=np.float32)

    def search(self, vector: FloatArray, top_k: int, select: Select | None) -> tuple[IntArray, FloatArray]:
        """Return numbers and cosines of the nearest vectors, each of shape (found,), best first."""
        bits, passing = self._live_bits, self.count
        if select is not None:
            chosen = select(self.rows) & self.live
            bits, passing = _bits(chosen), int(chosen.sum())
        top_k = min(top_k, passing)
        if top_k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = self._parameters(None if bits is None else _Bitmap(bits), passing)
        with _one_thread():
            scores, places = self._index.search(vector.reshape(1, -1), top_k, params=parameters)
        found = places[0] >= 0
        return self.numbers[places[0][found]], scores[0][found]

    def _parameters(self, selector: Any, passing: int) -> Any:
        if not self.info.lists:
            return None if selector is None else _Exact(sel=selector)
        # Where few rows pass, as many more lists are looked into: as many vectors are compared.
        probes = min(self.info.lists, -(-self.info.probes * len(self.rows) // passing))
        return _Approximate(nprobe=probes, **({} if selector is None else {"sel": selector}))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have this thread search alone: threads of OpenMP that it would wake wait in loops."""
    threads = _count_threads()
    _set_threads(1)
    try:
        yield
    finally:
        _set_threads(threads)


def _bits(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(mask, bitorder="little")


def half_floats(dimension: int) -> Any:
    """Make an empty FAISS index that compares every vector, kept as half floats."""
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def write_segment(folder: Path, info: SegmentInfo, index: Any, rows: Rows) -> None:
    """Write a FAISS index and its rows, in order of number, to the disk."""
    path = folder / f"{info.name}.faiss"
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # FAISS tells the reason in the middle of a line about its source code
        reason = str(error).rpartition(": ")[2] or str(error)
        raise OSError(None, reason, str(path)) from error
    write_array(path.with_suffix(".npy"), rows)
    sync(path)


def write_array(path: Path, values: NDArray[Any]) -> None:
    """Write an array to the disk."""
    np.save(path, values, allow_pickle=False)
    sync(path)


def sync(path: Path) -> None:
    """Make a file, and that its folder has it, outlast a power cut."""
    for place in (path, path.parent):
        if os.name == "nt" and place.is_dir():
            continue
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def rows_of(numbers: Sequence[int], days: Sequence[int], sources: Sequence[int]) -> Rows:
    """Put the columns of rows together."""
    rows = np.empty(len(numbers), dtype=ROW)
    rows["number"], rows["day"], rows["source"] = numbers, days, sources
    return rows
