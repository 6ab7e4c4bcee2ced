"""What the empty chat is told: worked out once, kept until the archive changes."""

from typing import Any

import pytest

from qa.assistant import Assistant
from qa.records import Answer, Article
from ui.holdings import Holdings

ARTICLE = Article.from_text(
    "青桥镇文化站站长林望舒说，灯会办到正月十五。", headline="灯会", date="2025-02-11"
)
OTHER = Article.from_text("西岭县水利局局长乔山月说，渡槽修好了。", headline="渡槽", date="2025-03-11")


def test_overview_and_examples_are_kept_until_they_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    with Assistant.from_articles([ARTICLE]) as assistant:
        holdings = Holdings(assistant, ())
        asked: list[str] = []
        ask = assistant.ask

        def ask_and_tell(question: str, **told: Any) -> Answer:
            asked.append(question)
            return ask(question, **told)

        monkeypatch.setattr(assistant, "ask", ask_and_tell)
        assert holdings.examples() == ("青桥镇文化站站长是谁？",)
        before = len(asked)
        assert holdings.examples() == ("青桥镇文化站站长是谁？",)
        assert len(asked) == before
        assert holdings.overview().articles == 1
        assistant.remove([ARTICLE.article_id])
        assert holdings.overview().articles == 1, "kept"
        holdings.forget()
        assert holdings.overview().articles == 0
        assert holdings.examples() == ()


def test_examples_that_were_given_come_first() -> None:
    with Assistant.from_articles([ARTICLE, OTHER]) as assistant:
        assert Holdings(assistant, ["问"]).examples() == ("问",)
