"""Words of questions, and the ones that the text may have in their place."""

import pytest

from qa.assistant import Assistant
from qa.records import Article
from qa.segmentation import fold
from qa.variants import variants_of
from qa.weighing import coverage


def test_variants_are_folded_words_other_than_the_word_itself() -> None:
    assert variants_of("灯塔") == ()
    for word in ("负责人", "比例", "占比", "职务"):
        assert word not in variants_of(word)
        assert all(fold(variant) == variant for variant in variants_of(word))


@pytest.mark.parametrize(("text", "share"), [("负责人何海明", 1.0), ("主任何海明", 0.5), ("船员何海明", 0.0)])
def test_a_variant_counts_half(text: str, share: float) -> None:
    assert coverage({"负责人": 2.0}, text) == share


@pytest.mark.parametrize(
    ("text", "share"), [("产值120亿元", 1.0), ("产值一百二十亿元", 1.0), ("产值12亿元", 0.0)]
)
def test_a_figure_is_covered_however_it_is_written(text: str, share: float) -> None:
    assert coverage({"12000000000": 2.0}, text) == share


def test_wordings_and_numerals_that_mean_the_same_find_the_same_evidence() -> None:
    articles = [
        Article.from_text(
            "青禾县柑橘产值达到120亿元，占全县农业产值的62%。县柑橘办主任何海明说，果农有2.3万户。"
        ),
        Article.from_text(
            "苇港市渔业产值达到45亿元，占全市农业产值的38%。市渔业办主任沈月说，渔民有1.1万户。"
        ),
    ]
    same = (
        (
            "哪个县的柑橘产值达到一百二十亿元？",
            "哪个县的柑橘产值达到120亿元？",
            "哪个縣的柑橘產值達到１２０億元？",
        ),
        ("青禾县柑橘的占比是多少？", "青禾县柑橘的比例是多少？", "青禾县柑橘的比重是多少？"),
        ("青禾县的果农有几户？", "青禾县的果农有多少户？", "青禾縣的果農有多少戶？"),
    )
    with Assistant.from_articles(articles) as assistant:
        for questions in same:
            answers = [assistant.ask(question) for question in questions]
            cited = {(c.article_id, c.start, c.end) for a in answers for c in a.citations[:1]}
            assert all(answer.answered for answer in answers), questions
            assert len(cited) == len({answer.short_answer for answer in answers}) == 1, questions
