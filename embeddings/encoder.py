"""Encoders: texts in, L2-normalised float32 vectors of shape (n, dimension) out."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFAULT_ENCODER", "Encoder", "EncoderUnavailableError", "FloatArray", "TextKind", "load_encoder"]

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


def load_encoder(name: str | None = None) -> Encoder:
    """Load the bundled encoder (``None`` or ``multilingual-use-v3``) or a sentence-transformers model.

    Any other name is a folder or a model name that sentence-transformers knows; that library, and
    torch with it, is imported only then. Raises EncoderUnavailableError when the model is not on disk.
    """
    if name is None or name == DEFAULT_ENCODER:
        from embeddings.universal import UniversalSentenceEncoder  # noqa: PLC0415 (loads weights)

        return UniversalSentenceEncoder()
    from embeddings.transformer import TransformerEncoder  # noqa: PLC0415 (imports torch)

    return TransformerEncoder(name)
