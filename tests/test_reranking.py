"""The first Hits put in order by what they tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.passages import cut_passages
from qa.query import read_question
from qa.records import Article, Hit
from qa.reranking import LOOKS, RERANKED, look_at, rerank
from qa.weighing import TermWeights

QUESTION = read_question("海岛灯塔停用了几年")
TERMS = TermWeights(dict.fromkeys(QUESTION.words, 2.0), dict.fromkeys(QUESTION.bigrams, 1.0))


def hit(text: str, score: float, headline: str = "") -> Hit:
    (passage,) = cut_passages(Article.from_text(text, headline=headline))
    return Hit(passage, score, {"words": 1.0})


def test_what_tells_more_of_the_question_comes_first() -> None:
    first = hit("海岛游客多。海岛游客很多。海岛海岛。", 1.0)
    second = hit("海岛灯塔停用了三年。", 0.8)
    ordered = rerank(QUESTION, [first, second], TERMS)
    assert [one.passage for one in ordered] == [second.passage, first.passage]
    words, bigrams = look_at(second.passage, TERMS)
    assert ordered[0].parts == {"words": 1.0, "told_words": words, "told_bigrams": bigrams}
    assert ordered[0].score == pytest.approx(
        0.8 + LOOKS["told_words"] * words + LOOKS["told_bigrams"] * bigrams
    )


def test_a_headline_counts_for_the_passages_below_it() -> None:
    bare, headed = hit("停用了三年。", 0.5), hit("停用了三年。", 0.5, headline="海岛灯塔")
    assert look_at(headed.passage, TERMS) > look_at(bare.passage, TERMS)


def test_a_question_in_english_keeps_the_order_of_the_lists() -> None:
    hits = [hit("海岛游客多。", 1.0), hit("海岛灯塔停用了三年。", 0.8)]
    assert rerank(read_question("How many years was the lighthouse closed?"), hits, TERMS) == hits


@given(
    st.lists(st.tuples(st.text("海岛灯塔停用三年游客多", min_size=1), st.floats(0, 1)), max_size=2 * RERANKED)
)
def test_every_hit_stays_and_those_further_down_stay_behind(rows: list[tuple[str, float]]) -> None:
    hits = [hit(text, score) for text, score in sorted(rows, key=lambda row: -row[1])]
    ordered = rerank(QUESTION, hits, TERMS)
    assert ordered[RERANKED:] == hits[RERANKED:]
    assert sorted(h.passage.text for h in ordered) == sorted(h.passage.text for h in hits)
    scores = [h.score for h in ordered[:RERANKED]]
    assert scores == sorted(scores, reverse=True)
