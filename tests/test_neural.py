"""The neural reader: what it returns belongs to the passages, whatever they hold."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import neural
from qa.neural import MAX_CHARACTERS, PassageReading, SpanScores, load_network, read_passages
from qa.passages import sentence_spans
from qa.query import read_question
from qa.records import Article, Hit, Passage
from qa.segmentation import fold

NETWORK = Path(neural.__file__).parent / "reader.onnx"


def read_texts(question: str, *texts: str) -> dict[str, PassageReading]:
    query = read_question(question)
    articles = [Article.from_text(text) for text in texts]
    hits = [Hit(Passage(str(n), a, 0, len(a.text)), 1.0, {}) for n, a in enumerate(articles)]
    words, bigrams = dict.fromkeys(query.words, 2.0), dict.fromkeys(query.bigrams, 2.0)
    return read_passages(query, words, bigrams, hits)


def test_the_sentence_and_the_span_that_answer_are_found() -> None:
    text = "渔港昨天开海。去年江西各级中心化解纠纷38.1万件。白沙湾的灯塔高27米。"
    reading = read_texts("江西各级中心化解了多少纠纷？", text, "灯塔昨夜停电。")["0"]
    best = max(reading.sentences, key=lambda span: reading.sentences[span])
    assert "38.1万件" in text[slice(*best)]
    scores = reading.span_scores(best)
    assert scores is not None
    start, end = scores.best(1)[0]
    assert "38.1" in text[best[0] + start : best[0] + end]


def test_sentences_of_all_passages_and_no_answer_share_one_probability() -> None:
    readings = read_texts("江西化解了多少纠纷？", "江西化解纠纷38.1万件。灯塔。", "渔港开海。")
    total = sum(np.exp(value) for reading in readings.values() for value in reading.sentences.values())
    assert 0.0 < total < 1.0


def test_a_passage_reads_the_same_beside_longer_ones() -> None:
    alone = read_texts("灯塔有多高？", "白沙湾的灯塔高27米。")["0"]
    beside = read_texts("灯塔有多高？", "白沙湾的灯塔高27米。", "渔港开海，" * 40 + "。")["0"]
    assert np.allclose(alone.starts, beside.starts, atol=1e-3)
    assert np.allclose(alone.ends, beside.ends, atol=1e-3)


def test_nothing_is_read_of_no_hits() -> None:
    assert read_texts("灯塔有多高？") == {}


def test_a_long_passage_is_read_to_its_limit() -> None:
    reading = read_texts("灯塔有多高？", "灯塔高27米。" * 100)["0"]
    assert len(reading.starts) == MAX_CHARACTERS
    assert reading.span_scores((MAX_CHARACTERS - 2, MAX_CHARACTERS + 6)) is None


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["多少钱", "谁是市长？", "ａ", "为什么停航", "<script>？"]),
    st.lists(st.text(max_size=80), min_size=1, max_size=3),
)
def test_any_text_can_be_read(question: str, texts: list[str]) -> None:
    readings = read_texts(question, *texts)
    for number, text in enumerate(texts):
        reading, folded = readings[str(number)], fold(Article.from_text(text).text)
        spans = sentence_spans(folded)
        assert list(reading.sentences) == reading.join(spans)
        assert {place for span in spans for place in span} >= {
            place for span in reading.sentences for place in span
        }
        assert np.isfinite(reading.starts).all()
        for sentence, value in reading.sentences.items():
            assert value <= 0.0
            scores = reading.span_scores(sentence)
            assert scores is not None
            assert all(0 <= a < b <= sentence[1] - sentence[0] for a, b in scores.best(3))


def test_the_best_spans_are_the_most_probable_ones_in_order() -> None:
    scores = SpanScores(np.log(np.array([0.1, 0.7, 0.2])), np.log(np.array([0.1, 0.3, 0.6])))
    assert scores.best(2) == [(1, 3), (1, 2)]
    assert scores.of(1, 3) == pytest.approx(np.log(0.42))


def test_the_expected_gain_of_a_span_is_its_mean_overlap_with_the_likely_ones() -> None:
    # (0, 2) has 0.6 of the probability, (0, 4) 0.4: half of two, a third of six characters in common.
    starts, ends = np.log(np.array([1.0, 1e-9, 1e-9, 1e-9])), np.log(np.array([1e-9, 0.6, 1e-9, 0.4]))
    scores = SpanScores(starts, ends)
    assert scores.expected_f1(0, 2) == pytest.approx(0.6 + 0.4 * 2 * 2 / (2 + 4), abs=1e-4)
    assert scores.expected_f1(0, 4) == pytest.approx(0.4 + 0.6 * 2 * 2 / (2 + 4), abs=1e-4)
    assert scores.expected_f1(2, 4) == pytest.approx(0.4 * 2 * 2 / (2 + 4), abs=1e-4)


def test_of_the_proposed_spans_the_most_probable_one_leads() -> None:
    # Two long spans that overlap share more than the single short one is worth.
    starts = np.log(np.array([0.4, 0.3, 0.3, 1e-9, 1e-9, 1e-9]))
    ends = np.log(np.array([0.5, 1e-9, 1e-9, 1e-9, 0.25, 0.25]))
    scores = SpanScores(starts, ends)
    first, second = scores.proposals(2)
    assert first == scores.best(1)[0] == (0, 1)
    assert second == max(scores.best(24), key=lambda span: scores.expected_f1(*span))


SENTENCES = {(0, 3): np.log(0.5), (3, 6): np.log(0.1), (6, 9): np.log(0.3)}


@pytest.mark.parametrize(
    ("start", "end", "joined"),
    [
        (1, 2, [(0, 3), (3, 6), (6, 9)]),
        (1, 4, [(0, 6), (6, 9)]),
        (1, 8, [(0, 9)]),
        (7, 8, [(0, 3), (3, 6), (6, 9)]),
    ],
)
def test_sentences_that_the_best_span_reaches_over_are_one(
    start: int, end: int, joined: list[tuple[int, int]]
) -> None:
    starts, ends = np.zeros(9, np.float32), np.zeros(9, np.float32)
    starts[start], ends[end] = 5.0, 5.0
    reading = PassageReading.of_scores(SENTENCES, starts, ends)
    assert list(reading.sentences) == joined == reading.join(list(SENTENCES))
    assert all(reading.sentences[span] == SENTENCES.get(span, SENTENCES[0, 3]) for span in joined)


@pytest.fixture
def other_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(neural, "files", lambda package: tmp_path)
    load_network.cache_clear()
    yield tmp_path / "reader.onnx"
    load_network.cache_clear()


def test_a_network_of_other_features_is_refused(other_network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(NETWORK, other_network)
    assert load_network().characters
    load_network.cache_clear()
    monkeypatch.setattr(neural, "QUESTION_FEATURES", ("something else",))
    with pytest.raises(ValueError, match="other features"):
        load_network()
