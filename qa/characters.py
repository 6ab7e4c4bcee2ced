"""Texts to arrays: what the network of qa/neural.py is given of each character.

Frozen features come from models that are bundled anyway: LAC's hidden states, and the default encoder's
vectors of the pieces that characters stand in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.pieces import PIECE_WIDTH, cut_pieces, piece_vectors
from qa.records import Span
from qa.tagging import STATE_WIDTH, hidden_states

__all__ = ["FIRST_CHARACTER", "FrozenFeatures", "freeze", "mark_sentences", "set_side_by_side"]

# Numbers of characters: 0 pads, 1 is any character that was rare in the training data.
_UNKNOWN, FIRST_CHARACTER = 1, 2


@dataclass(frozen=True, slots=True)
class FrozenFeatures:
    """Of a text of n characters and m pieces: states (n, 256) as half floats, pieces (m,), piece_of (n,)."""

    states: NDArray[np.float16]
    pieces: NDArray[np.int64]
    piece_of: NDArray[np.int64]


@lru_cache(maxsize=128)  # at most 170 kB a text
def freeze(text: str) -> FrozenFeatures:
    """Measure a folded text; passages that are read again are measured once."""
    return FrozenFeatures(hidden_states(text).astype(np.float16), *cut_pieces(text))


def set_side_by_side(
    texts: Sequence[str],
    frozen: Sequence[FrozenFeatures],
    measured: Sequence[NDArray[np.float32]],
    numbers: Mapping[str, int],
) -> dict[str, NDArray[Any]]:
    """Set folded texts in arrays, one a row, padded with zeros to the longest (of at least one character).

    ``measured`` are features of shape (characters, width); a text may be shorter than what was measured
    of it: it is then read to its end only. ``numbers`` gives each known character its number.
    """
    count, length = len(texts), max([1, *map(len, texts)])
    pieces = max([1, *(len(text.pieces) for text in frozen)])
    rows: dict[str, NDArray[Any]] = {
        "characters": np.zeros((count, length), np.int64),
        "states": np.zeros((count, length, STATE_WIDTH), np.float32),
        "vectors": np.zeros((count, pieces, PIECE_WIDTH), np.float32),
        "piece_of": np.zeros((count, length), np.int64),
        "features": np.zeros((count, length, measured[0].shape[1]), np.float32),
        "mask": np.zeros((count, length), np.float32),
    }
    for row, (text, its, features) in enumerate(zip(texts, frozen, measured, strict=True)):
        end = len(text)
        rows["characters"][row, :end] = [numbers.get(character, _UNKNOWN) for character in text]
        rows["states"][row, :end] = its.states[:end]
        rows["vectors"][row, : len(its.pieces)] = piece_vectors(its.pieces)
        rows["piece_of"][row, :end] = its.piece_of[:end]
        rows["features"][row, :end] = features[:end]
        rows["mask"][row, :end] = 1
    return rows


def mark_sentences(spans: Sequence[Sequence[Span]], length: int) -> NDArray[np.float32]:
    """Return (texts, sentences, length): 1 where a character stands in a sentence of its text."""
    marks = np.zeros((len(spans), max([1, *map(len, spans)]), length), np.float32)
    for row, sentences in enumerate(spans):
        for number, (start, end) in enumerate(sentences):
            marks[row, number, start:end] = 1
    return marks
