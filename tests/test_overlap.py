"""What a question and a text have in common."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.overlap import CHARACTER_FEATURES, QUESTION_FEATURES, character_features, question_features
from qa.passages import sentence_spans
from qa.query import Query, read_question
from qa.segmentation import fold

TEXT = "江西各级中心排查纠纷38.7万件，化解38.1万件。灯塔高27米。"


def measured(question: str, text: str, headline: str = "") -> np.ndarray:
    query = read_question(question)
    words, bigrams = dict.fromkeys(query.words, 1.0), dict.fromkeys(query.bigrams, 1.0)
    return character_features(query, words, bigrams, text, sentence_spans(text), headline)


def column(features: np.ndarray, name: str) -> np.ndarray:
    return np.asarray(features[:, CHARACTER_FEATURES.index(name)])


def marked(features: np.ndarray, name: str, text: str = TEXT) -> str:
    return "".join(c for c, value in zip(text, column(features, name), strict=True) if value)


def test_shared_words_are_marked_where_they_stand() -> None:
    features = measured("江西化解了多少纠纷？", TEXT)
    assert marked(features, "word") == "江西纠纷化解"
    assert "化解" in marked(features, "bigram")
    assert marked(features, "digit") == "38738127"


def test_a_sentence_has_the_share_of_the_words_that_stand_in_it() -> None:
    features = measured("江西化解了多少纠纷？", TEXT)
    shares = column(features, "words of sentence")
    assert shares[0] == 1.0
    assert shares[TEXT.index("灯塔")] == 0.0
    assert (column(features, "words of passage") == 1.0).all()


def test_words_of_the_headline_count_for_the_passage_alone() -> None:
    features = measured("江西灯塔多高？", "高27米。", headline="江西灯塔")
    assert (column(features, "words of passage") == 1.0).all()
    assert column(features, "words of sentence").max() < 1.0


def test_what_follows_the_wording_before_the_gap_is_marked() -> None:
    features = measured("江西化解了多少纠纷？", TEXT)
    assert marked(features, "behind the wording before the gap").startswith("38.")


def test_the_gap_of_a_question_is_marked() -> None:
    query: Query = read_question("江西化解了多少纠纷？")
    features = question_features(query, {"江西": 2.0, "化解": 1.0}, {})
    assert features.shape == (len(query.folded), len(QUESTION_FEATURES))
    gap = "".join(c for c, row in zip(query.folded, features, strict=True) if row[2])
    assert gap == "多少"
    assert features[0, 0] == 1.0
    assert features[query.folded.index("化"), 0] == 0.5


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(["多少钱", "谁是市长？", "在哪里", "a", "为什么停航"]),
    st.text("排查化解38.1万件，。、“”市长何海明aA　 \n𠮷", max_size=50),
)
def test_features_are_finite_for_any_text(question: str, text: str) -> None:
    features = measured(question, fold(text))
    assert features.shape == (len(text), len(CHARACTER_FEATURES))
    assert np.isfinite(features).all()
