"""Any sentence-transformers bi-encoder, by folder or by name, behind the Encoder protocol.

Importing this module imports torch; `load_encoder` does so only when such a model is chosen.
"""

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer

from embeddings.encoder import EncoderUnavailableError, FloatArray, TextKind
from embeddings.known import find_known
from embeddings.specification import Specification, read_specification

__all__ = ["TransformerEncoder"]

# Starting processes takes seconds: fewer texts are encoded in this one.
_WORTH_PROCESSES = 512


class TransformerEncoder:
    """Encoder over a sentence-transformers model, with the query and document prompts it asks for.

    The name may carry settings: ``BAAI/bge-m3?dimension=512&device=cuda`` (`embeddings.specification`).
    """

    def __init__(self, name: str) -> None:
        told = read_specification(name)
        folder = Path(told.model).expanduser()
        model = str(folder.resolve()) if folder.is_dir() else told.model
        self.name = told.named(model)
        self._model = _load(model, told, name)
        self._prompts = _prompts(self._model, model, told)
        self._processes = told.processes
        self._pool: Any = None
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderUnavailableError(
                f"encoder {name!r} does not tell its dimension: choose a bi-encoder"
            )
        self.dimension = int(dimension)

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        """Return unit vectors of shape (n, dimension), float32."""
        encode = self._model.encode_query if kind == "query" else self._model.encode_document
        pool = self._start_processes() if len(texts) >= _WORTH_PROCESSES and self._processes > 1 else None
        prompt = self._prompts.get(kind)
        vectors = encode(
            list(texts), prompt=prompt, pool=pool, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def _start_processes(self) -> Any:
        if self._pool is None:
            devices = [str(self._model.device)] * self._processes
            self._pool = self._model.start_multi_process_pool(devices)
            weakref.finalize(self, SentenceTransformer.stop_multi_process_pool, self._pool)
        return self._pool


def _load(model: str, told: Specification, name: str) -> SentenceTransformer:
    try:
        loaded = SentenceTransformer(
            model,
            local_files_only=True,
            device=told.device,
            backend=told.backend,
            truncate_dim=told.dimension,
        )
    except ImportError as error:
        message = f"encoder {name!r}: pip install 'sentence-transformers[{told.backend}]' for this backend"
        raise EncoderUnavailableError(message) from error
    except (OSError, ValueError) as error:
        message = (
            f"encoder {name!r} is not on this disk: fetch it with `hf download {told.model}` "
            "or name the folder it was saved to"
        )
        raise EncoderUnavailableError(message) from error
    except RuntimeError as error:
        raise EncoderUnavailableError(f"encoder {name!r}: {str(error).splitlines()[0]}") from error
    if told.tokens:
        loaded.max_seq_length = told.tokens
    return loaded


def _prompts(loaded: SentenceTransformer, model: str, told: Specification) -> dict[TextKind, str]:
    """Return the prompts that are told, else those that its makers ask for where its files have none."""
    known = find_known(model)
    prompts: dict[TextKind, str] = {}
    own = {kind for kind, prompt in (loaded.prompts or {}).items() if prompt}
    for kind, given, asked in (
        ("query", told.query, known and known.query),
        ("document", told.document, known and known.document),
    ):
        prompt = given if given is not None else asked if asked and kind not in own else None
        if prompt is not None:
            prompts[kind] = prompt  # type: ignore[index]
    return prompts
