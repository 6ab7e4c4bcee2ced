"""The models of an Assistant, loaded side by side; one that is missing is an error its user can put right."""

from concurrent.futures import ThreadPoolExecutor

from embeddings.encoder import Encoder, EncoderUnavailableError
from embeddings.loading import load_encoder, load_reranker
from embeddings.reranker import Reranker, RerankerUnavailableError
from qa.errors import EncoderError, RerankerError
from qa.neural import load_network
from qa.segmentation import load_dictionary
from qa.tagging import load_tagger

__all__ = ["open_encoder", "open_reranker"]


def open_encoder(name: str | None) -> Encoder:
    """Load the encoder, and beside it the dictionary, tagger and network that every question needs too.

    Raises EncoderError when it is not on disk.
    """
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load_encoder, name)
        load_dictionary()
        load_tagger()
        load_network()
        try:
            return loading.result()
        except EncoderUnavailableError as error:
            raise EncoderError(str(error)) from error


def open_reranker(name: str | None) -> Reranker | None:
    """Load the reranker of a name, none without one. Raises RerankerError when it is not on disk."""
    try:
        return load_reranker(name) if name else None
    except RerankerUnavailableError as error:
        raise RerankerError(str(error)) from error
