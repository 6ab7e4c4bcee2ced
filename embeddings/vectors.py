"""The vectors of an Index: exact inner-product search in FAISS, addressed by passage number."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray

__all__ = ["VectorStore"]

IntArray = NDArray[np.int64]
# The stubs of faiss do not know the keyword arguments of its parameter objects.
_SearchParameters: Any = faiss.SearchParameters


class VectorStore:
    """Unit vectors by number, kept as half floats: half the memory of float32 at the same recall@10."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self.dimension = int(index.d)

    @classmethod
    def empty(cls, dimension: int) -> "VectorStore":
        """Make a store for vectors of the given width."""
        flat = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        return cls(faiss.IndexIDMap2(flat))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, numbers: Sequence[int], vectors: FloatArray) -> None:
        """Store ``vectors`` of shape (len(numbers), dimension) under ``numbers``, which must be new."""
        if vectors.shape != (len(numbers), self.dimension):
            message = f"expected vectors of shape {(len(numbers), self.dimension)}, got {vectors.shape}"
            raise ValueError(message)
        if len(numbers):
            self._index.add_with_ids(
                np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(numbers, np.int64)
            )

    def remove(self, numbers: Sequence[int]) -> int:
        """Forget the vectors of ``numbers``; returns how many there were."""
        if not len(numbers):
            return 0
        return int(self._index.remove_ids(faiss.IDSelectorBatch(np.asarray(numbers, np.int64))))

    def get(self, numbers: Sequence[int]) -> FloatArray:
        """Return the vectors of ``numbers``, shape (n, dimension). Raises KeyError if one is missing."""
        vectors = np.empty((len(numbers), self.dimension), dtype=np.float32)
        for row, number in enumerate(numbers):
            try:
                vectors[row] = self._index.reconstruct(int(number))
            except RuntimeError as error:
                raise KeyError(number) from error
        return vectors

    def search(
        self, vector: FloatArray, top_k: int, allowed: IntArray | None = None
    ) -> tuple[IntArray, FloatArray]:
        """Return numbers and cosines, each of shape (found,), best first, among ``allowed`` if given."""
        top_k = min(top_k, len(self))
        if top_k == 0 or (allowed is not None and not len(allowed)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = None
        if allowed is not None:
            parameters = _SearchParameters(sel=faiss.IDSelectorBatch(allowed))
        scores, numbers = self._index.search(vector.reshape(1, -1), top_k, params=parameters)
        found = numbers[0] >= 0
        return numbers[0][found], scores[0][found]

    def save(self, path: Path) -> None:
        """Write the store to one file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> "VectorStore":
        """Read a store. Raises ValueError when the file is not one."""
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise ValueError(f"{path} is not a FAISS index") from error
