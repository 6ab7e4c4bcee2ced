import pytest

from embeddings.encoder import DEFAULT_ENCODER, EncoderUnavailableError
from embeddings.loading import load_encoder
from embeddings.universal import UniversalSentenceEncoder


@pytest.mark.parametrize("name", [None, DEFAULT_ENCODER])
def test_the_bundled_encoder_is_the_default(name: str | None) -> None:
    encoder = load_encoder(name)
    assert isinstance(encoder, UniversalSentenceEncoder)
    assert (encoder.name, encoder.dimension) == ("multilingual-use-v3", 512)


def test_a_model_that_is_not_on_disk_is_told_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderUnavailableError, match="hf download nobody/no-such-model") as caught:
        load_encoder("nobody/no-such-model")
    assert "'nobody/no-such-model'" in str(caught.value)
    assert "\n" not in str(caught.value)
