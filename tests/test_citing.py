"""What is said must stand in the quotes: words of the question, figures, times."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.citing import untold_figures, untold_words
from qa.query import read_question
from qa.records import Article, Citation
from tests.measured import evidence_of

DAY = "2025-03-28"
QUERY = read_question("江岸化解了多少纠纷？")


def cite(text: str, quote: str | None = None) -> Citation:
    article = Article.from_text(text, date=DAY)
    quote = quote or text
    start = article.text.index(quote)
    return Citation(1, article, "p", start, start + len(quote), quote, 1.0)


@pytest.mark.parametrize(
    ("told", "quote"),
    [
        ("江岸化解了381件纠纷。[1]", "江岸化解纠纷381件。"),
        ("江岸化解了三百八十一件纠纷。[1]", "江岸化解纠纷381件。"),
        ("2024年，江岸化解了381件纠纷。[1]", "去年，江岸化解纠纷381件。"),
        ("截至2025年2月底，江岸化解了381件纠纷。[1]", "截至2月底，江岸化解纠纷381件。"),
        ("去年（2024年）化解纠纷381件。[1][2]", "去年化解纠纷381件。"),
        ("几篇报道说法不同：\n- 2025年4月2日《江岸日报》：化解381件。[1]", "化解381件。"),
    ],
)
def test_figures_and_times_of_the_quote(told: str, quote: str) -> None:
    assert untold_figures(told, QUERY, [cite(quote)]) == []


@pytest.mark.parametrize(
    ("told", "quote", "untold"),
    [
        ("江岸化解了382件纠纷。[1]", "江岸化解纠纷381件。", ["382"]),
        ("2023年，江岸化解了381件纠纷。[1]", "去年，江岸化解纠纷381件。", ["2023年"]),
        ("江岸化解了38万件纠纷。[1]", "江岸化解纠纷38件。", ["38万"]),
        ("化解了381件。[381]", "化解38件。", ["381"]),
    ],
)
def test_others_are_named(told: str, quote: str, untold: list[str]) -> None:
    assert untold_figures(told, QUERY, [cite(quote)]) == untold


def test_a_time_of_the_question_and_of_the_paragraph() -> None:
    asked = read_question("2022年江岸化解了多少纠纷？")
    assert untold_figures("2022年江岸化解了81件纠纷。", asked, [cite("化解纠纷81件。")]) == []
    cited = cite("2021年，排查90件。化解81件。", "化解81件。")
    assert untold_figures("2021年，江岸化解了81件纠纷。", QUERY, [cited]) == []
    assert untold_figures("2021年，江岸化解了81件纠纷。", QUERY, [replace(cited, article=cite("化解81件。").article, start=0, end=6)]) == ["2021年"]  # fmt: skip


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_any_other_figure_is_found(told: int, quoted: int) -> None:
    found = untold_figures(f"化解了{told}件。[1]", QUERY, [cite(f"化解{quoted}件。")])
    assert (found == []) == (told == quoted)


@pytest.mark.parametrize(
    ("question", "quote", "untold"),
    [
        ("江岸化解了", "江岸化解纠纷381件。", []),
        ("江岸调解了", "江岸化解纠纷381件。", ["调解"]),
        ("唐俊化解了", "江岸化解纠纷381件。", ["唐俊"]),
        ("2024年江岸化解了", "去年江岸化解381件。", []),
        ("2023年江岸化解了", "去年江岸化解381件。", ["2023年"]),
        ("江西省化解了", "江西化解381件。", []),
    ],
)
def test_words_of_the_question_must_stand_in_the_quote(question: str, quote: str, untold: list[str]) -> None:
    query = read_question(f"{question}多少？")
    found = untold_words(question, query, evidence_of(Article.from_text(quote, date=DAY)))
    assert set(untold) <= set(found)
    assert bool(untold) == bool(found)
