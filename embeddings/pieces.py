"""The pieces of words that the bundled encoder knows, and its vector of each.

The vectors are those of the model's input layer: they do not depend on what stands around a piece.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray

__all__ = ["PIECE_WIDTH", "cut_pieces", "piece_vectors"]

PIECE_WIDTH = 512
# Stands in for characters that the tokenizer would write as several (… as ...), so that offsets hold.
_PLACEHOLDER = "·"


def cut_pieces(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut a text into m pieces.

    Returns their numbers, of shape (m,), and for every character the index of the piece it stands in,
    of shape (characters,); white space is given to the first piece.
    """
    normal = "".join(map(_normalise, text))
    tokenizer = _model().sp
    ids = np.array(tokenizer.encode(normal), dtype=np.int64)
    lengths = [len(piece.replace("▁", "")) for piece in tokenizer.encode(normal, out_type=str)]
    places = np.repeat(np.arange(len(ids)), lengths)
    piece_of = np.zeros(len(text), dtype=np.int64)
    printed = np.flatnonzero([not c.isspace() for c in normal])
    # The tokenizer drops what cannot be seen; the characters after it then move by one piece at most.
    count = min(len(printed), len(places))
    piece_of[printed[:count]] = places[:count]
    piece_of[printed[count:]] = max(len(ids) - 1, 0)
    return ids, piece_of


def piece_vectors(ids: Sequence[int] | NDArray[np.int64]) -> FloatArray:
    """Return the vectors of pieces, of shape (n, PIECE_WIDTH), float32."""
    backend = _model()
    numbers = np.asarray(ids, dtype=np.int64)
    # The table is stored in blocks, each with its own scale: piece n is in block n modulo their number.
    block = numbers % len(backend.scale)
    vectors = backend.table[numbers] * backend.scale[block, None] + backend.lo[block, None]
    return np.asarray(vectors, dtype=np.float32)


@cache
def _model() -> Any:
    from embeddings.universal import load_backend  # noqa: PLC0415 (loads a tokenizer library)

    return load_backend()


@cache
def _normalise(character: str) -> str:
    normal = unicodedata.normalize("NFKC", character)
    return normal if len(normal) == 1 else _PLACEHOLDER
