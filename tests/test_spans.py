"""Candidates measured against the gap of the question."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evidence import Evidence
from qa.query import Query, read_question
from qa.records import Article, Hit, Passage
from qa.spans import SIGNS, SPAN_FEATURES, MeasuredSpan, measure_spans
from qa.weighing import TermWeights


def evidence_of(sentence: str) -> Evidence:
    article = Article.from_text(sentence)
    hit = Hit(
        Passage("p-0", article, 0, len(article.text)), 1.0, {"words": 0.0, "bigrams": 0.0, "vectors": 0.0}
    )
    return Evidence(hit, 0, len(article.text), article.text, ())


def even_weights(query: Query) -> TermWeights:
    return TermWeights(dict.fromkeys(query.words, 1.0), dict.fromkeys(query.bigrams, 1.0))


def measured(question: str, sentence: str) -> dict[str, MeasuredSpan]:
    query = read_question(question)
    return {span.text: span for span in measure_spans(query, even_weights(query), evidence_of(sentence))}


def feature(span: MeasuredSpan, name: str) -> float:
    return span.features[SPAN_FEATURES.index(name)]


def test_every_span_has_all_features_and_the_signs_lead() -> None:
    spans = measured("中心化解了多少纠纷？", "2024年，中心排查纠纷38.7万件，化解38.1万件。")
    assert {"38.7万件", "38.1万件"} <= spans.keys()
    assert all(len(span.features) == len(SPAN_FEATURES) for span in spans.values())
    assert SPAN_FEATURES[: len(SIGNS)] == SIGNS
    assert len(set(SPAN_FEATURES)) == len(SPAN_FEATURES)


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [("化解了多少纠纷？", "38.1万件", "38.7万件"), ("排查了多少纠纷？", "38.7万件", "38.1万件")],
)
@pytest.mark.parametrize("name", ["near words", "left match", "own words", "beside gap word"])
def test_the_figure_beside_the_word_asked_for_measures_higher(
    question: str, answer: str, other: str, name: str
) -> None:
    spans = measured(question, "中心排查38.7万件，化解38.1万件，都是纠纷。")
    assert feature(spans[answer], name) > feature(spans[other], name)


def test_what_follows_the_gap_is_matched_too() -> None:
    spans = measured("多少人参加了开海节？", "3000人参加了开海节，200人去了灯塔。")
    assert feature(spans["3000人"], "right match") > feature(spans["200人"], "right match")


@pytest.mark.parametrize(
    ("question", "sentence", "name", "differs"),
    [
        ("晨屿市市长是谁？", "晨屿市副市长何海明致辞。", "何海明", True),
        ("晨屿市副市长是谁？", "晨屿市副市长何海明致辞。", "何海明", False),
        ("晨屿市市长是谁？", "晨屿市市长何海明致辞。", "何海明", False),
    ],
)
def test_another_modifier_before_the_title_is_seen(
    question: str, sentence: str, name: str, differs: bool
) -> None:
    assert measured(question, sentence)[name].modifier_differs is differs


@pytest.mark.parametrize(
    ("question", "sentence", "span", "differs"),
    [
        ("有多少家企业参加？", "参加的企业有120家。", "120家", False),
        ("有多少家单位进驻？", "进驻单位1744个。", "1744个", False),
        ("有多少家企业参加？", "参加的企业投了3亿元。", "3亿元", True),
        ("修船花了多少钱？", "修船用了3天，请了20人。", "20人", True),
        ("修船花了多少钱？", "修船花了2.6万元。", "2.6万元", False),
        ("中心化解了多少纠纷？", "中心化解纠纷38.1万件。", "38.1万件", False),
    ],
)
def test_a_figure_of_another_unit_is_seen(question: str, sentence: str, span: str, differs: bool) -> None:
    assert measured(question, sentence)[span].unit_differs is differs


def test_what_a_value_was_is_told_from_what_it_became() -> None:
    spans = measured("补贴是多少钱？", "补贴由200元提高到350元。")
    assert (feature(spans["200元"], "former value"), feature(spans["350元"], "former value")) == (1.0, 0.0)


def test_a_list_of_as_many_items_as_asked_for_agrees() -> None:
    spans = measured("打造出哪三大子产品？", "打造出政知宝、银知宝和企知宝，还有潮声、望山。")
    counts = {text: feature(span, "count agrees") for text, span in spans.items() if "、" in text}
    assert counts["政知宝、银知宝和企知宝"] == 1.0
    assert 0.0 in counts.values()


def test_what_the_question_says_itself_is_marked() -> None:
    spans = measured("除了沈月，谁去了灯塔？", "沈月和唐俊去了灯塔。")
    assert (feature(spans["沈月"], "in question"), feature(spans["唐俊"], "in question")) == (1.0, 0.0)


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(
        ["多少钱", "谁是市长", "哪里", "哪三个", "为什么停航", "什么时候", "谁印发了要点", "照片是谁拍的"]
    ),
    st.text(
        "排查化解38.1万件，。、“”《》市长副何海明因为台风3月27日在南康区元\u3000 和", min_size=1, max_size=40
    ).filter(str.strip),
)
def test_features_are_finite_for_any_sentence(question: str, sentence: str) -> None:
    spans = measured(question, sentence)
    for text, span in spans.items():
        assert text == span.evidence.sentence[span.candidate.start : span.candidate.end]
        assert all(math.isfinite(value) for value in span.features)
