"""Any sentence-transformers bi-encoder, by folder or by name, behind the Encoder protocol.

Importing this module imports torch; `load_encoder` does so only when such a model is chosen.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from embeddings.encoder import EncoderUnavailableError, FloatArray, TextKind

__all__ = ["TransformerEncoder"]


class TransformerEncoder:
    """Encoder over a sentence-transformers model, with the query and document prompts it asks for."""

    def __init__(self, name: str) -> None:
        folder = Path(name).expanduser()
        self.name = str(folder.resolve()) if folder.is_dir() else name
        try:
            self._model = SentenceTransformer(self.name, local_files_only=True)
        except (OSError, ValueError) as error:
            message = (
                f"encoder {name!r} is not on this disk: fetch it with `hf download {name}` "
                "or name the folder it was saved to"
            )
            raise EncoderUnavailableError(message) from error
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderUnavailableError(
                f"encoder {name!r} does not tell its dimension: choose a bi-encoder"
            )
        self.dimension = int(dimension)

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        """Return unit vectors of shape (n, dimension), float32."""
        encode = self._model.encode_query if kind == "query" else self._model.encode_document
        vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)
