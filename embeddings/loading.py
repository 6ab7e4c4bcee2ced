"""The encoder of a name: the bundled one, or a sentence-transformers model that is on disk."""

from embeddings.encoder import DEFAULT_ENCODER, Encoder

__all__ = ["load_encoder"]


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
