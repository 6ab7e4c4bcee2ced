"""A sentence that announces several points, and the paragraphs that tell them."""

import pytest

from qa.assistant import Assistant
from qa.records import Article, Paragraph
from qa.series import announced_series

ANNOUNCED = (
    "岛上的渡轮公司昨天开会，经理沈月就冬季停航提出三点安排。\n"
    "票款全额退还。旅客凭手机号就能办理，不必再跑窗口。\n"
    "货船照常开行。蔬菜和药品优先上船，运费不涨。\n"
    "值班通宵不断。码头每晚留两个人，灯不熄。\n"
    "会后，船员们去检查了缆绳。"
)


def series_of(text: str) -> list[str]:
    article = Article.from_text(text)
    end = article.text.index("\n")
    start = article.text.rfind("。", 0, end - 1) + 1
    return [article.text[first:last] for first, last in announced_series(article, start, end)]


def test_the_announced_paragraphs_begin_with_the_points() -> None:
    assert series_of(ANNOUNCED) == ["票款全额退还。", "货船照常开行。", "值班通宵不断。"]


@pytest.mark.parametrize(
    "text",
    [
        ANNOUNCED.replace("三点安排。", "安排。"),
        ANNOUNCED.replace("三点", "七点"),
        ANNOUNCED.replace("提出三点安排。", "提出三点安排。大家都同意。"),
    ],
    ids=["announces nothing", "too few follow", "not at the end of its paragraph"],
)
def test_no_series_without_an_announcement_and_its_points(text: str) -> None:
    assert series_of(text) == []


def test_empty_paragraphs_and_subheads_are_no_points() -> None:
    paragraphs = (Paragraph("经理提出两点安排。"), Paragraph(""), Paragraph("票款全额退还。"))
    article = Article("a", "", "", paragraphs)
    assert announced_series(article, 0, 9) == []
    headed = Article("b", "", "", (paragraphs[0], Paragraph("退票", "subhead"), paragraphs[2]))
    assert announced_series(headed, 0, 9) == []


def test_the_points_are_the_answer() -> None:
    with Assistant.from_articles([Article.from_text(ANNOUNCED, headline="渡轮冬季停航")]) as assistant:
        answer = assistant.ask("沈月就冬季停航提出了哪三点安排？")
    assert answer.short_answer == "票款全额退还；货船照常开行；值班通宵不断"
    assert [citation.quote for citation in answer.citations] == [
        "票款全额退还。",
        "货船照常开行。",
        "值班通宵不断。",
    ]
