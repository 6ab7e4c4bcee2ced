"""Lines and lists that answers are made of."""

import pytest

from qa.composing import (
    compose_line,
    compose_list,
    compose_points,
    compose_quotes,
    compose_side_by_side,
    items_of,
)
from qa.query import read_question
from qa.records import Article
from tests.measured import evidence_of, measured

DAY = "2025-03-28"


def line(question: str, text: str, span: str, confidence: float = 0.9) -> str:
    query, found = measured(question, evidence_of(Article.from_text(text, date=DAY)), span)
    return compose_line(query, found, span, confidence)


def test_a_statement_with_the_time_of_its_figure() -> None:
    text = "2024年，江岸化解纠纷381件，比上年多两成。"
    assert line("江岸化解了多少纠纷？", text, "381件") == "2024年，江岸化解了381件纠纷。"
    assert line("2024年江岸化解了多少纠纷？", text, "381件") == "2024年江岸化解了381件纠纷。"


def test_a_statement_with_the_one_who_says_it() -> None:
    told = line("江岸化解了多少纠纷？", "局长何海明介绍，江岸化解纠纷381件。", "381件")
    assert told == "据局长何海明介绍，江岸化解了381件纠纷。"


def test_an_answer_that_is_not_sure_enough_keeps_the_wording_of_the_article() -> None:
    text = "江岸化解纠纷381件，人人称好，都说办得快。"
    assert line("江岸化解了多少纠纷？", text, "381件", 0.4) == "江岸化解纠纷381件。"


def test_a_quote_out_of_a_longer_speech_has_its_speaker() -> None:
    article = Article.from_text("局长何海明说：“人手不多。去年来了300人。”", date=DAY)
    query, span = measured("江岸请了多少人？", evidence_of(article, "去年来了300人。”"), "300人")
    assert compose_line(query, span, "300人", 0.9).startswith("局长何海明说：去年（2024年）来了300人。")


@pytest.mark.parametrize(
    ("question", "short", "expected"),
    [
        ("江岸聚焦哪三个领域？", "食品、设施、古树", "江岸聚焦以下三个领域：\n- 食品\n- 设施\n- 古树"),
        ("江岸聚焦哪些领域？", "食品、设施和古树", "江岸聚焦以下领域：\n- 食品\n- 设施\n- 古树"),
        ("江岸聚焦哪三个领域？", "食品、设施", None),
        ("江岸聚焦哪些领域？", "食品", None),
        ("江岸聚焦食品吗？", "食品、设施", None),
    ],
)
def test_a_list_has_an_item_a_line(question: str, short: str, expected: str | None) -> None:
    evidence = evidence_of(Article.from_text("江岸聚焦食品、设施、古树三个领域。"))
    assert compose_list(read_question(question), evidence, short) == expected


@pytest.mark.parametrize(
    ("short", "items"),
    [
        ("古籍、地图和唱片", ["古籍", "地图", "唱片"]),
        ("“听潮”“望山”", ["“听潮”", "“望山”"]),
        ("“听潮”、“望山”", ["“听潮”", "“望山”"]),
        ("和平路、解放路", ["和平路", "解放路"]),
        ("白沙湾", ["白沙湾"]),
    ],
)
def test_items_of_an_enumeration(short: str, items: list[str]) -> None:
    assert items_of(short) == items


def test_points_and_quotes_have_their_numbers() -> None:
    article = Article.from_text("狠抓落实。\n优质高效。", date=DAY)
    cited = [evidence_of(article, sentence) for sentence in ("狠抓落实。", "优质高效。")]
    query = read_question("何海明提出了哪两点要求？")
    assert compose_points(query, cited) == "何海明提出了以下两点要求：\n- 狠抓落实。[1]\n- 优质高效。[2]"
    assert compose_points(read_question("怎么办？"), cited).startswith("原文列出以下几点：\n- 狠抓落实。[1]")
    assert compose_quotes(query, cited) == "狠抓落实。[1]优质高效。[2]"


def test_what_differs_stands_side_by_side_with_paper_and_day() -> None:
    first = Article.from_text("甲", source="江岸日报", date=DAY)
    second = Article.from_text("乙")
    told = compose_side_by_side([("来了3万人。[1]", first), ("来了5万人。[2]", second)])
    assert told.split("\n")[1:] == [
        "- 2025年3月28日《江岸日报》：来了3万人。[1]",
        "- 日期不明：来了5万人。[2]",
    ]
