"""The vectors of an Index: segments searched as one, addressed by passage number."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.encoder import FloatArray
from embeddings.segments import IntArray, Rows, Segment, SegmentInfo, Select

__all__ = ["VectorStore"]


class VectorStore:
    """One state of the vectors, for reading. Safe to use from several threads.

    Raises ValueError when a file is missing or damaged.
    """

    def __init__(self, folder: Path, dimension: int, infos: Sequence[SegmentInfo]) -> None:
        self.dimension = dimension
        self.segments = [Segment(folder, info) for info in infos]
        for segment in self.segments:
            if segment.dimension != dimension:
                raise ValueError(f"{folder}: vectors of {segment.dimension} dimensions, not {dimension}")

    def __len__(self) -> int:
        return sum(segment.count for segment in self.segments)

    def numbers(self) -> IntArray:
        """Return the numbers of all vectors, in order."""
        found = [segment.numbers[segment.live] for segment in self.segments]
        return np.sort(np.concatenate([np.empty(0, np.int64), *found]))

    def rows(self, numbers: IntArray) -> Rows:
        """Return the rows of numbers that are all here, in their order."""
        rows = np.empty(len(numbers), dtype=self.segments[0].rows.dtype if self.segments else None)
        for segment in self.segments:
            here, places = segment.find(numbers)
            rows[here] = segment.rows[places]
        return rows

    def get(self, numbers: Sequence[int] | IntArray) -> FloatArray:
        """Return the vectors of ``numbers``, shape (n, dimension). Raises KeyError if one is missing."""
        wanted = np.asarray(numbers, dtype=np.int64)
        vectors = np.empty((len(wanted), self.dimension), dtype=np.float32)
        missing = np.ones(len(wanted), dtype=np.bool_)
        for segment in self.segments:
            here, places = segment.find(wanted)
            vectors[here] = segment.vectors(places)
            missing &= ~here
        if missing.any():
            raise KeyError(int(wanted[missing][0]))
        return vectors

    def search(
        self, vector: FloatArray, top_k: int, select: Select | None = None
    ) -> tuple[IntArray, FloatArray]:
        """Return numbers and cosines, each of shape (found,), best first, among the rows selected."""
        found = [segment.search(vector, top_k, select) for segment in self.segments]
        numbers = np.concatenate([np.empty(0, np.int64), *(pair[0] for pair in found)])
        cosines = np.concatenate([np.empty(0, np.float32), *(pair[1] for pair in found)])
        best = np.lexsort((numbers, -cosines))[:top_k]
        return numbers[best], cosines[best]
