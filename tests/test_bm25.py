"""BM25 as an inner product of sparse vectors."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.bm25 import inverse_document_frequency, passage_weights, query_weights, term_id

passages = st.lists(
    st.lists(st.sampled_from("灯塔码头渔船"), min_size=1, max_size=12), min_size=1, max_size=8
)


@given(passages, st.sets(st.sampled_from("灯塔码头渔船空"), min_size=1))
def test_the_inner_product_is_the_formula(texts: list[list[str]], query: set[str]) -> None:
    average = sum(map(len, texts)) / len(texts)
    holding = {term: sum(term in text for text in texts) for term in query}
    weights = query_weights(len(texts), holding)
    for text in texts:
        product = sum(
            weight * weights.get(place, 0) for place, weight in passage_weights(text, average).items()
        )
        expected = 0.0
        for term, tf in Counter(text).items():
            if term in query:
                idf = math.log(1 + (len(texts) - holding[term] + 0.5) / (holding[term] + 0.5))
                expected += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(text) / average))
        assert product == pytest.approx(expected)


def test_a_term_that_nothing_holds_has_no_weight() -> None:
    assert query_weights(9, {"灯塔": 0}) == {}
    assert inverse_document_frequency(9, 1) > inverse_document_frequency(9, 8) > 0


@given(st.text())
def test_places_are_those_that_milvus_takes(term: str) -> None:
    assert 0 <= term_id(term) < 2**32 - 1
