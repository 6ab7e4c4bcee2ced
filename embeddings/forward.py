"""The bundled encoder's forward pass, with what depends on a piece alone worked out once for each piece.

The model is a deep averaging network over three convolutions of 2, 3 and 5 pieces. Its input layer
and the products of the first convolution depend on a piece and its place in the window alone: they
are worked out for the distinct pieces of a call, and looked up for each of its pieces. Texts stand
one after the other with rows of zeros between, so that a window is a slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray

__all__ = ["Forward", "Pieces"]

_WIDTH = 256
_EMBEDDING = 512
# Pieces in a window and those of them before the piece itself, as in the model.
_WINDOWS = ((2, 0), (3, 1), (5, 2))
_GAP = 4  # rows of zeros: a window of 5 reaches two pieces to either side
_FEATURES = _EMBEDDING + len(_WINDOWS) * _WIDTH

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What depends on each of u pieces alone, and a last row of zeros, that stands for no piece.

    ``embedded`` of shape (u + 1, 512); for each window ``projected`` of shape (u + 1, 256), and
    ``parts``, its product with the first convolution for each place of the window, each (u + 1, 256).
    ``sums`` and ``squares`` of shape (u + 1,) are over the embedded row.
    """

    embedded: FloatArray
    projected: list[FloatArray]
    parts: list[list[FloatArray]]
    sums: FloatArray
    squares: FloatArray

    @classmethod
    def room_for(cls, count: int) -> "Pieces":
        """Make room for so many pieces, all zeros."""

        def zeros(*shape: int) -> FloatArray:
            return np.zeros((count + 1, *shape), dtype=np.float32)

        return cls(
            zeros(_EMBEDDING),
            [zeros(_WIDTH) for _ in _WINDOWS],
            [[zeros(_WIDTH) for _ in range(n)] for n, _ in _WINDOWS],
            zeros(),
            zeros(),
        )


class Forward:
    """The pass over the weights of the package's own backend."""

    def __init__(self, backend: Any) -> None:
        self._weights = backend
        # (256, n * 256): the product of a row with every place of the window at once.
        self._second = [_side_by_side(w, n) for w, (n, _) in zip(backend.w2, _WINDOWS, strict=True)]
        self._first = [_side_by_side(w, n) for w, (n, _) in zip(backend.w1, _WINDOWS, strict=True)]

    def fill(self, pieces: Pieces, ids: IntArray, begin: int) -> None:
        """Work out what depends on pieces alone, for ids of shape (u,), into the rows from ``begin`` on."""
        w, own = self._weights, slice(begin, begin + len(ids))
        chunk = ids % len(w.scale)
        embedded = w.table[ids] * w.scale[chunk, None] + w.lo[chunk, None]
        x = embedded @ w.proj_W + w.proj_b
        x -= x.mean(axis=1, keepdims=True)
        x *= (1 / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + w.eps))[:, None]
        x = x * w.ln_g_all + w.ln_b_all
        pieces.embedded[own] = embedded
        pieces.sums[own] = embedded.sum(axis=1)
        pieces.squares[own] = np.einsum("ij,ij->i", embedded, embedded)
        for branch, (n, _) in enumerate(_WINDOWS):
            projected = pieces.projected[branch][own]
            projected[:] = x[:, branch * _WIDTH : (branch + 1) * _WIDTH]
            product = projected @ self._first[branch]
            for k in range(n):
                pieces.parts[branch][k][own] = product[:, k * _WIDTH : (k + 1) * _WIDTH]

    def encode(self, pieces: Pieces, texts: Sequence[IntArray]) -> FloatArray:
        """Return unit vectors, shape (n, 512), of texts given as rows of ``pieces``."""
        none = len(pieces.sums) - 1
        lengths = np.array([len(text) for text in texts])
        starts = np.cumsum(lengths + _GAP) - lengths
        rows = np.full(starts[-1] + lengths[-1] + _GAP, none, dtype=np.int64)
        for start, text in zip(starts, texts, strict=True):
            rows[start : start + len(text)] = text
        blank = rows == none
        features = np.empty((len(rows), _FEATURES), dtype=np.float32)
        np.take(pieces.embedded, rows, axis=0, out=features[:, :_EMBEDDING], mode="clip")
        for branch in range(len(_WINDOWS)):
            begin = _EMBEDDING + branch * _WIDTH
            self._convolve(pieces, branch, rows, blank, features[:, begin : begin + _WIDTH])
        convolved = features[:, _EMBEDDING:]
        sums = pieces.sums[rows] + convolved.sum(axis=1)
        squares = pieces.squares[rows] + np.einsum("ij,ij->i", convolved, convolved)
        mean = sums / _FEATURES
        scale = 1 / np.sqrt(np.maximum(squares / _FEATURES - mean * mean, 0) + self._weights.eps)
        pooled = np.empty((len(texts), _FEATURES), dtype=np.float32)
        for row, (start, length) in enumerate(zip(starts, lengths, strict=True)):
            own = slice(start, start + length)
            pooled[row] = scale[own] @ features[own] - scale[own] @ mean[own]
        return self._finish(pooled, lengths)

    def _convolve(
        self, pieces: Pieces, branch: int, rows: IntArray, blank: NDArray[np.bool_], out: FloatArray
    ) -> None:
        """Write both convolutions of one window, with their residuals, into ``out``, shape (m, 256)."""
        n, before = _WINDOWS[branch]
        w, count = self._weights, len(rows)
        around = np.concatenate([rows[:1].repeat(before), rows, rows[:1].repeat(n - 1 - before)])
        hidden = np.take(pieces.parts[branch][0], around[:count], axis=0)
        for k in range(1, n):
            hidden += np.take(pieces.parts[branch][k], around[k : k + count], axis=0)
        hidden += w.b1[branch]
        np.maximum(hidden, 0, out=hidden)
        hidden += np.take(pieces.projected[branch], rows, axis=0)
        hidden[blank] = 0
        product = hidden @ self._second[branch]
        out[:] = w.b2[branch]
        for k in range(n):
            shift = k - before
            target = out[max(-shift, 0) : count - max(shift, 0)]
            target += product[max(shift, 0) : count + min(shift, 0), k * _WIDTH : (k + 1) * _WIDTH]
        np.maximum(out, 0, out=out)
        out += hidden

    def _finish(self, pooled: FloatArray, lengths: IntArray) -> FloatArray:
        """Return the vectors of texts from the sums of their normalised pieces, shape (n, features)."""
        w, counts = self._weights, lengths.astype(np.float32)[:, None]
        mean = (pooled * w.ln_g + counts * w.ln_b) @ w.cnn_W + counts * w.cnn_b
        mean /= np.sqrt(counts)
        first = np.maximum(mean @ w.d0, 0)
        second = np.maximum(mean @ w.p1 + first @ w.d1, 0)
        third = np.maximum(second @ w.d2, 0)
        vectors = np.tanh(second @ w.p3 + third @ w.d3)
        vectors /= np.sqrt(np.maximum(np.einsum("ij,ij->i", vectors, vectors), w.eps))[:, None]
        return np.asarray(vectors, dtype=np.float32)


def _side_by_side(weight: FloatArray, places: int) -> FloatArray:
    """Turn (places * 256, 256), one below the other, to (256, places * 256)."""
    return np.ascontiguousarray(np.concatenate(np.split(weight, places), axis=1))
