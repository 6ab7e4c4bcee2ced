import pytest

from embeddings.universal import UniversalSentenceEncoder


@pytest.fixture(scope="session")
def encoder() -> UniversalSentenceEncoder:
    """The bundled encoder, loaded once."""
    return UniversalSentenceEncoder()
