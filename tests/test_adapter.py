"""Adapters: fitted to pairs, kept in a file, and used as an encoder."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from embeddings.adapter import AdaptedEncoder, Adapter, fit_adapter, load_adapter, save_adapter
from embeddings.encoder import EncoderUnavailableError
from embeddings.loading import load_encoder
from embeddings.universal import UniversalSentenceEncoder
from qa import Article, Assistant, EncoderError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    matrix = np.eye(512, dtype=np.float32) + 0.01
    path = tmp_path / "mine.adapter.npz"
    save_adapter(Adapter("multilingual-use-v3", matrix), path)
    return path


def test_a_direction_in_which_pairs_differ_counts_less() -> None:
    chance = np.random.default_rng(0)
    topics = chance.normal(size=(400, 8))
    noise = np.zeros((400, 8))
    noise[:, 0] = chance.normal(scale=4.0, size=400)  # how a text is written, not what it is about
    left, right = (topics + noise).astype(np.float32), (topics - noise).astype(np.float32)
    adapter = fit_adapter("any", [(left - right)[:200], np.empty((0, 8), np.float32)])

    def first(change: bool) -> float:
        texts = [
            adapter.apply(x) if change else x / np.linalg.norm(x, axis=1, keepdims=True)
            for x in (left, right)
        ]
        nearest = (texts[0][200:] @ texts[1].T).argmax(axis=1)
        return float((nearest == np.arange(200, 400)).mean())

    assert first(True) > first(False) + 0.2


def test_vectors_stay_unit_vectors(encoder: UniversalSentenceEncoder, file: Path) -> None:
    adapted = load_encoder(str(file))
    vectors = adapted.encode(["大桥通车", "灯塔重新点亮"])

    assert vectors.dtype == np.float32
    assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-5)
    assert_allclose(
        vectors, load_adapter(file).apply(encoder.encode(["大桥通车", "灯塔重新点亮"])), atol=1e-6
    )


def test_the_name_tells_the_adapter_and_is_enough_to_load_it(file: Path) -> None:
    name = load_encoder(str(file)).name

    assert load_encoder(name).name == name
    save_adapter(Adapter("multilingual-use-v3", np.eye(512, dtype=np.float32)), file)
    assert load_encoder(str(file)).name != name
    with pytest.raises(EncoderUnavailableError, match="not the one that the index was made with"):
        load_encoder(name)


def test_an_index_is_made_and_asked_with_it(file: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# 南渡大桥通车\n\n南渡大桥6月18日建成通车，全长1576米。\n", encoding="utf-8")
    Assistant.build([page], index=tmp_path / "index", encoder=str(file)).close()
    with Assistant.open(tmp_path / "index") as assistant:
        assert assistant.ask("南渡大桥全长多少米？").short_answer == "1576米"
    file.unlink()
    with pytest.raises(EncoderError, match="wenbao adapt"):
        Assistant.open(tmp_path / "index")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 torn"])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.adapter.npz"
    path.write_bytes(content)
    with pytest.raises(EncoderUnavailableError, match="make it anew"):
        load_encoder(str(path))


def test_an_adapter_of_another_width_is_told(encoder: UniversalSentenceEncoder, tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match="8 dimensions"):
        AdaptedEncoder(encoder, Adapter(encoder.name, np.eye(8, dtype=np.float32)), tmp_path)


def test_articles_are_found_by_an_adapted_encoder_as_by_any_other(file: Path) -> None:
    article = Article.from_text("海岛灯塔昨晚重新点亮。", headline="灯塔")
    with Assistant.from_articles([article], encoder=str(file)) as assistant:
        assert assistant.search("灯塔")[0].passage.article == article
