"""Any sentence-transformers CrossEncoder, by folder or by name, behind the Reranker protocol.

Importing this module imports torch; `load_reranker` does so only when a reranker is named.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import CrossEncoder
from torch.nn import Sigmoid

from embeddings.encoder import FloatArray
from embeddings.reranker import RerankerUnavailableError

__all__ = ["CrossEncoderReranker"]


class CrossEncoderReranker:
    """Reranker over a CrossEncoder with one output, whose sigmoid is the score."""

    def __init__(self, name: str) -> None:
        folder = Path(name).expanduser()
        try:
            self._model = CrossEncoder(
                str(folder.resolve()) if folder.is_dir() else name, local_files_only=True
            )
        except (OSError, ValueError) as error:
            message = (
                f"reranker {name!r} is not on this disk: fetch it with `hf download {name}` "
                "or name the folder it was saved to"
            )
            raise RerankerUnavailableError(message) from error
        if all(kind.endswith("Model") for kind in self._model.config.architectures or ["Model"]):
            message = f"reranker {name!r} has no head that scores a pair of texts: choose a CrossEncoder"
            raise RerankerUnavailableError(message)
        if self._model.num_labels != 1:
            scores = f"{self._model.num_labels} scores for a pair of texts"
            raise RerankerUnavailableError(f"reranker {name!r} gives {scores}: choose one that gives one")

    def score(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Return the scores of texts, of shape (n,), float32."""
        pairs = [(question, text) for text in texts]
        scores = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))
