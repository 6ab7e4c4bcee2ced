"""Why a question gets no answer: what was asked, and what the archive has instead."""

from collections.abc import Iterator

import pytest

from qa.assistant import Assistant
from qa.records import Article

ARTICLES = (
    Article.from_text(
        "2024年，江西各级综治中心排查矛盾纠纷38.7万件，化解38.1万件。\n江西省综治中心主任唐俊说，群众少跑了路。",
        headline="江西综治中心解纠纷",
        date="2025-03-28",
    ),
    Article.from_text(
        "第24届晨屿灯会昨晚开幕，当晚迎来游客3.2万人次。\n晨屿市副市长何海明出席开幕式。",
        headline="晨屿灯会亮灯",
        date="2025-02-10",
    ),
    Article.from_text("晨屿市博物馆闭馆修缮，展品有1200件。", headline="博物馆闭馆"),
    Article.from_text("晨屿第二医院去年做手术1.2万台。", headline="第二医院开新楼", date="2025-02-11"),
    Article.from_text("上海的渡轮明天起停航，渡轮有三艘。", headline="渡轮停航", date="2025-02-12"),
)


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles(ARTICLES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("2023年江西综治中心化解了多少矛盾纠纷？", "档案里有2024年的，没有2023年的。"),
        ("第23届晨屿灯会来了多少游客？", "档案里有第24届的，没有第23届的。"),
        ("晨屿第一医院去年做了多少台手术？", "档案里有第二医院的，没有第一医院的。"),
        ("晨屿市市长是谁？", "档案里说到了何海明，但不是所问的“市长”。"),
        ("秦望舒在江西化解了多少纠纷？", "档案里最接近的报道没有提到“秦望舒”。"),
        ("木星有多少颗卫星？", "档案中没有找到与问题有关的内容。"),
    ],
)
def test_the_reason_names_what_was_asked_and_what_there_is(
    assistant: Assistant, question: str, reason: str
) -> None:
    given = assistant.ask(question)
    assert given.reason == reason
    assert given.text == f"档案未能回答这个问题：{reason}"


def test_another_province_is_named_though_something_else_is_told_of_the_one_asked_for(
    assistant: Assistant,
) -> None:
    given = assistant.ask("上海综治中心排查了多少矛盾纠纷？")
    assert given.reason == "档案里有江西的，没有上海的。"
    assert "江西" in given.nearest[0].quote


def test_a_related_article_without_the_thing_asked_for(assistant: Assistant) -> None:
    given = assistant.ask("晨屿市副市长何海明今年多大年纪？")
    assert given.reason is not None
    assert given.reason.startswith("档案里有相关的报道，但没有说到")
    assert given.nearest


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How many disputes did Jiangxi resolve in 2019?", "the archive has 2024, not 2019."),
        ("Who plays the violin in Vienna?", "nothing in the archive has to do with the question."),
    ],
)
def test_an_english_question_gets_its_reason_in_english(
    assistant: Assistant, question: str, reason: str
) -> None:
    given = assistant.ask(question)
    assert given.reason == reason
    assert given.text == f"The archive does not answer this: {reason}"
