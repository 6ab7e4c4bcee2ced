"""Questions that no archive answers, told apart from those that only sound like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.outside import explain_outside
from qa.records import Article


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("你好！", "问候"), ("谢谢你。", "问候"), ("Hello", "问候"), ("你是谁？", "对程序自己的提问"),
        ("写一首关于春天的诗", "写作的任务"), ("請幫我寫一篇作文吧", "写作的任务"), ("讲个笑话", "写作的任务"),
        ("把这句话翻译成英文", "翻译的任务"), ("今天天气怎么样？", "天气"), ("明天北京天气如何", "天气"),
        ("今天会下雨吗", "天气"), ("现在几点了？", "时刻"), ("现在美元汇率多少", "行情"), ("12*(3+4)=?", "算术"),
        ("推荐一部好看的电影", "闲聊"), ("帮我推荐一家好吃的火锅店", "闲聊"), ("明天江岸会下雨吗？", "天气"),
        ("江岸后天下雪吗", "天气"), ("今晚有什么电视节目", "节目单"),
    ],
)  # fmt: skip
def test_what_no_archive_answers_is_told_by_its_kind(question: str, kind: str) -> None:
    reason = explain_outside(question)
    assert reason is not None
    assert reason.startswith(f"这是{kind}")


@pytest.mark.parametrize(
    "question",
    [
        "今天的天气报道有几篇", "谁写了一首诗", "写过几篇小说", "天气对春运有什么影响", "加薪后油价是多少",
        "介绍一下渔港", "谁在大会上说了你好", "翻译成英文的书叫什么", "2024年到2025年增长多少", "江岸去年下雨了吗",
        "江岸今天为什么下雨", "今天江岸有哪些新闻", "",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_asked_of_the_archive(question: str) -> None:
    assert explain_outside(question) is None


@given(st.text(max_size=60) | st.text("写一首诗天气你好今天12+-*几多少", max_size=60))
def test_any_text_is_told_in_short_time(question: str) -> None:
    reason = explain_outside(question)
    assert reason is None or len(question.strip()) > 0


def test_the_assistant_declines_it_without_near_evidence() -> None:
    articles = [Article.from_text("昨天天气晴好，灯塔照常开放。", headline="灯塔开放")]
    with Assistant.from_articles(articles) as assistant:
        declined = assistant.ask("今天天气怎么样？")
        assert not declined.answered
        assert declined.reason is not None
        assert declined.reason.startswith("这是天气，")
        assert (declined.citations, declined.nearest) == ((), ())
        assert "灯塔" in assistant.ask("昨天天气晴好时什么照常开放？").text
