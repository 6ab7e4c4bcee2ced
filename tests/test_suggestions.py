"""Questions that are offered: every one is answered, and by the words it was made from."""

from collections.abc import Iterator

import pytest

from qa.assistant import Assistant
from qa.lexical import Filters
from qa.records import Article
from ui.suggestions import better_questions, example_questions

DISPUTES = Article.from_text(
    "江西全省的综治中心在2024年里梳理出38.7万件矛盾纠纷，当年就化解了38.1万件。",
    headline="推开一扇门",
    source="江岸日报",
    date="2025-03-28",
)
STATION = Article.from_text(
    "今年种树3000棵。青桥镇文化站站长林望舒说，灯会办到正月十五。", headline="灯会", source="晨屿晚报"
)
WORDS = Article.from_text("天晴了，大家都高兴。", headline="天晴")


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([DISPUTES, STATION, WORDS]) as opened:
        yield opened


def test_examples_are_drawn_from_the_articles_and_answered_by_them(assistant: Assistant) -> None:
    examples = example_questions(assistant, 5)
    assert examples == [
        "江西全省的综治中心在2024年里梳理出多少件矛盾纠纷？",
        "青桥镇文化站站长是谁？",
    ], "nothing is asked of what hangs on the day (今年), or says nothing"
    answers = [assistant.ask(question) for question in examples]
    assert [answer.short_answer for answer in answers] == ["38.7万件", "林望舒"]
    assert example_questions(assistant, 1) == examples[:1]


def test_question_with_the_wrong_year_is_offered_without_it(assistant: Assistant) -> None:
    refused = assistant.ask("2019年江西综治中心化解了多少纠纷？")
    assert not refused.answered
    better = better_questions(assistant, refused, Filters())
    assert better[0] == "江西综治中心化解了多少纠纷？"
    assert all(assistant.ask(question).answered for question in better)
    assert len(better) == len(set(better)) <= 3


def test_nothing_is_offered_while_others_wait_for_an_answer(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = assistant.ask("2019年江西综治中心化解了多少纠纷？")
    monkeypatch.setattr(type(assistant.workers), "busy", True)
    assert better_questions(assistant, refused, Filters()) == []


def test_what_is_offered_is_answered_within_the_filters(assistant: Assistant) -> None:
    refused = assistant.ask("2019年江西综治中心化解了多少纠纷？", source="晨屿晚报")
    better = better_questions(assistant, refused, Filters("晨屿晚报", None, None))
    assert all(assistant.ask(question, source="晨屿晚报").answered for question in better)


def test_nothing_is_offered_where_nothing_is_near(assistant: Assistant) -> None:
    refused = assistant.ask("火星上有多少座火山？")
    assert not refused.answered
    offered = better_questions(assistant, refused, Filters())
    assert all(assistant.ask(question).answered for question in offered)


def test_empty_archive_has_no_examples() -> None:
    with Assistant.from_articles([]) as assistant:
        assert example_questions(assistant, 3) == []
