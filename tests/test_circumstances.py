"""Since when a figure holds, and who says it."""

import pytest

from qa.circumstances import time_of, who_says
from qa.passages import sentence_spans
from qa.records import Article

DAY = "2025-03-28"


def time_told(text: str, figure: str, date: str | None = DAY) -> str:
    article = Article.from_text(text, date=date)
    place = article.text.index(figure)
    sentence = next(span for span in sentence_spans(article.text) if span[0] <= place < span[1])
    return time_of(article, sentence, place)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024年，江岸化解纠纷81件。", "2024年"),
        ("2024年，江岸排查纠纷90件，化解81件。", "2024年"),
        ("江岸在2024年里化解纠纷81件。", "2024年"),
        ("去年，江岸化解纠纷81件。", "2024年"),
        ("截至今年2月底，江岸化解纠纷81件。", "截至2025年2月底"),
        ("从3月1日起，每月收81件。", "从2025年3月1日起"),
        ("今年前2个月，江岸化解纠纷81件。", "2025年前2个月"),
        ("今年以来，江岸化解纠纷81件。", "2025年以来"),
        ("2024年，江岸排查纠纷90件。其中化解81件。", "2024年"),
        ("截至2月底，江岸排查纠纷90件。其中化解81件。", "截至2025年2月底"),
        # What follows is of another time, or none is told.
        ("江岸化解纠纷81件。", ""),
        ("中心2022年启用，目前化解纠纷81件。", ""),
        ("2016年推出这项服务，化解纠纷81件。", ""),
        ("2016年起步，累计化解纠纷81件。", ""),
        ("3月26日开了会。其中化解81件。", ""),
        ("比2023年多，化解纠纷81件。", ""),
        ("2024年开会。\n其中化解81件。", ""),
    ],
)
def test_the_time_of_a_figure(text: str, told: str) -> None:
    assert time_told(text, "81件") == told


def test_what_depends_on_a_day_of_issue_that_is_not_known() -> None:
    assert time_told("去年，江岸化解纠纷81件。", "81件", date=None) == ""
    assert time_told("2024年开始。截至2月底，化解纠纷81件。", "81件", date=None) == "截至2月底"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("据局长何海明介绍，化解纠纷81件。", "据局长何海明介绍"),
        ("局长何海明介绍，化解纠纷81件。", "据局长何海明介绍"),
        ("局长何海明说：“化解纠纷81件。”", "局长何海明说"),
        ("“去年排查90件。化解纠纷81件。”局长何海明告诉记者。", "局长何海明告诉记者"),
        ("化解纠纷81件，何海明说。", "何海明说"),
        ("何海明问：“是81件吗？”", ""),
        ("化解纠纷81件。", ""),
    ],
)
def test_who_says_a_figure(text: str, who: str) -> None:
    article = Article.from_text(text)
    place = article.text.index("81件")
    assert who_says(article, (place, place + 3)) == who


def test_who_is_named_in_the_piece_itself_needs_no_telling() -> None:
    article = Article.from_text("局长何海明说，化解纠纷81件。")
    assert who_says(article, (0, len(article.text))) == ""
