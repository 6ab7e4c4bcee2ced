"""Encoders: texts in, L2-normalised float32 vectors of shape (n, dimension) out."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFAULT_ENCODER", "Encoder", "EncoderUnavailableError", "FloatArray", "TextKind"]

FloatArray = NDArray[np.float32]
TextKind = Literal["document", "query"]

DEFAULT_ENCODER = "multilingual-use-v3"


class EncoderUnavailableError(Exception):
    """The named model cannot be loaded; the message says how to get it."""


class Encoder(Protocol):
    """Turns texts into vectors. ``name`` identifies the model in an Index; ``dimension`` is its width."""

    name: str
    dimension: int

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        """Return unit vectors of shape (len(texts), dimension); queries may get a prompt of their own."""
        ...
