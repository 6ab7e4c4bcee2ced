"""The encoder of a name: the bundled one, a sentence-transformers model, or an adapter over either.

And the reranker of a name, which is a model of sentence-transformers.
"""

from pathlib import Path

from embeddings.adapter import ADAPTER_SUFFIX, AdaptedEncoder, load_adapter
from embeddings.encoder import DEFAULT_ENCODER, Encoder, EncoderUnavailableError
from embeddings.reranker import Reranker

__all__ = ["load_encoder", "load_reranker"]


def load_encoder(name: str | None = None) -> Encoder:
    """Load the bundled encoder (``None`` or ``multilingual-use-v3``) or a sentence-transformers model.

    A file of an adapter (`wenbao adapt`) is loaded with the encoder that it was made for. Any other name
    is a folder or a model name that sentence-transformers knows; that library, and torch with it, is
    imported only then. Raises EncoderUnavailableError when the model or the adapter is not on disk.
    """
    if name is None or name == DEFAULT_ENCODER:
        from embeddings.universal import UniversalSentenceEncoder  # noqa: PLC0415 (loads weights)

        return UniversalSentenceEncoder()
    file, _, digest = name.partition("#")
    if file.endswith(ADAPTER_SUFFIX):
        adapter = load_adapter(Path(file))
        if digest not in {"", adapter.digest}:
            message = f"adapter {file} is not the one that the index was made with: index again with it"
            raise EncoderUnavailableError(message)
        return AdaptedEncoder(load_encoder(adapter.encoder), adapter, Path(file))
    from embeddings.transformer import TransformerEncoder  # noqa: PLC0415 (imports torch)

    return TransformerEncoder(name)


def load_reranker(name: str) -> Reranker:
    """Load a CrossEncoder of sentence-transformers by folder or name; imports torch.

    Raises RerankerUnavailableError when the model is not on disk, or gives more than one score.
    """
    from embeddings.cross_encoder import CrossEncoderReranker  # noqa: PLC0415 (imports torch)

    return CrossEncoderReranker(name)
