"""Rerankers: a question and texts in, how well each text answers it out."""

from collections.abc import Sequence
from typing import Protocol

from embeddings.encoder import FloatArray

__all__ = ["Reranker", "RerankerUnavailableError"]


class RerankerUnavailableError(Exception):
    """The named model cannot be loaded, or is none; the message says what to do."""


class Reranker(Protocol):
    """Reads a question together with each text, which is dearer and better than comparing vectors."""

    def score(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Return one score in 0..1 a text, of shape (len(texts),); more is better."""
        ...
