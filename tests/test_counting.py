"""Articles counted: against a plain reading of all texts, within scopes, with reprints and without dates."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa import Article, Assistant, QuestionError
from qa.counting import Mentions, Scope, count_articles
from qa.lexical import Filters
from qa.passages import cut_passages
from qa.records import Paragraph
from qa.segmentation import fold

NOTICE = "海岛供水公司公告：本周三夜间检修水管，零点到六点停水，请各户提前储水，多有不便敬请谅解。"
LAMP = replace(
    Article.from_text(
        "灯塔重新点亮，ＡＩ值守。修理花了38.1万元。", headline="守灯人", date="2025-03-05", source="海岛日报"
    ),
    page="04",
    section="要闻",
)
LAMP_AGAIN = Article.from_text("燈塔明年開放參觀。", headline="展館", date="2025-05-01", source="山城晚报")
LAMP_UNDATED = Article.from_text("旧灯塔的照片。守灯人在照片里。", source="海岛日报")
NOTICE_FIRST = Article.from_text(NOTICE, headline="停水", date="2025-02-28", source="海岛日报")
NOTICE_AGAIN = Article.from_text(NOTICE, headline="停水公告", date="2025-03-02", source="山城晚报")
ALL = [LAMP, LAMP_AGAIN, LAMP_UNDATED, NOTICE_FIRST, NOTICE_AGAIN]


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles(ALL) as made:
        yield made


def totals(assistant: Assistant, phrase: str, scope: Scope) -> tuple[int, ...]:
    asked = Mentions((phrase,), scope=scope)
    with assistant._serving.reading() as snapshot:
        count = count_articles(snapshot.index, snapshot.catalogue, asked, limit=20)
    return count.total, count.printings, count.undated, count.elsewhere


@pytest.mark.parametrize(
    ("phrases", "total"),
    [
        (("灯塔",), 3),
        (("燈塔",), 3),
        (("守灯人",), 2),  # in a headline, and in a text
        (("灯",), 3),
        (("AI",), 1),
        (("I",), 0),
        (("38.1万元",), 1),
        (("8.1万元",), 0),
        (("灯塔重新点亮,AI",), 1),
        (("照片。守灯人",), 1),
        (("停水",), 1),
        (("灯塔", "守灯人"), 2),
        (("灯塔", "停水"), 0),
        (("灯塔人",), 0),
        (("20250305",), 0),
        (("2025年3月5日",), 0),  # the day is not among the words of the article
        ((), 4),
    ],
)
def test_phrases(assistant: Assistant, phrases: tuple[str, ...], total: int) -> None:
    assert assistant.count(*phrases).total == total


def test_any_of_several(assistant: Assistant) -> None:
    assert assistant.count("灯塔", "停水", any_of=True).total == 4


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), (3, 3, 0, 0)),
        (Scope(first="2025-03-01", last="2025-03-31"), (1, 1, 1, 1)),
        (Scope(first="2025-03-06"), (1, 1, 1, 1)),
        (Scope(last="2024-12-31"), (0, 0, 1, 2)),
        (Scope(sources=("海岛日报",)), (2, 2, 0, 1)),
        (Scope(sources=("海岛日报",), first="2025-01-01"), (1, 1, 1, 1)),
        (Scope(sources=("海岛日报", "山城晚报")), (0, 0, 0, 3)),
        (Scope(page="4"), (1, 1, 0, 2)),
        (Scope(page="5"), (0, 0, 0, 3)),
        (Scope(sections=("要闻",)), (1, 1, 0, 2)),
        (Scope(sections=("要闻", "要闻版")), (1, 1, 0, 2)),
        (Scope(sections=("要闻", "副刊")), (0, 0, 0, 3)),
        (Scope(sources=("海岛日报",)).narrowed(Filters(section="要闻")), (1, 1, 0, 2)),
    ],
)
def test_scopes(assistant: Assistant, scope: Scope, expected: tuple[int, ...]) -> None:
    assert totals(assistant, "灯塔", scope) == expected


def test_an_article_is_in_a_scope_when_one_of_its_printings_is(assistant: Assistant) -> None:
    assert totals(assistant, "停水", Scope()) == (1, 2, 0, 0)
    assert totals(assistant, "停水", Scope(first="2025-03-01")) == (1, 1, 0, 0)
    assert totals(assistant, "停水", Scope(("山城晚报",))) == (1, 1, 0, 0)
    assert totals(assistant, "停水", Scope(first="2025-03-03")) == (0, 0, 0, 1)


def test_citations_are_the_first_sentences_with_a_phrase(assistant: Assistant) -> None:
    count = assistant.count("灯塔", limit=2)
    assert [(c.number, c.article.headline, c.quote) for c in count.citations] == [
        (1, "守灯人", "灯塔重新点亮，ＡＩ值守。"),
        (2, "展館", "燈塔明年開放參觀。"),
    ]
    last = assistant.count("守灯人").citations[-1]
    assert (last.article, last.quote) == (LAMP_UNDATED, "守灯人在照片里。")
    for citation in count.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote
        assert citation.passage_id.startswith(citation.article_id)


def test_the_newest_comes_first_where_that_is_asked_for(assistant: Assistant) -> None:
    asked = Mentions(("灯塔",))
    with assistant._serving.reading() as snapshot:
        count = count_articles(snapshot.index, snapshot.catalogue, asked, limit=9, newest_first=True)
    assert [c.article for c in count.citations] == [LAMP_AGAIN, LAMP, LAMP_UNDATED]


def test_a_blank_phrase(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="blank"):
        assistant.count("灯塔", " ")


def test_a_phrase_over_the_border_of_passages() -> None:
    chance = random.Random(1)  # noqa: S311
    syllables = "海岛灯塔码头渔船守望晨光潮水北湾南山"
    sentence = "，".join("".join(chance.choices(syllables, k=9)) for _ in range(120)) + "。"
    article = Article.from_text(sentence, headline="长句")
    first, second, *_ = cut_passages(article)
    border = article.text[first.end - 4 : second.start + 4]
    with Assistant.from_articles([article]) as assistant:
        assert assistant.count(border).total == 1


def test_counts_are_those_of_a_plain_reading() -> None:
    chance = random.Random(2)  # noqa: S311
    words = ["灯塔", "码头", "渔船", "AI", "5G", "38.1万", "3月", "守灯人", "燈", "，", "。", " "]
    articles = [
        replace(
            Article.from_text("".join(chance.choices(words, k=12)) + str(number), file=str(number)),
            paragraphs=(Paragraph("".join(chance.choices(words, k=12))),),
            headline="".join(chance.choices(words[:8], k=2)),
        )
        for number in range(60)
    ]
    with Assistant.from_articles(articles) as assistant:
        stored = list(assistant.articles())
        for phrase in [
            "灯塔",
            "灯",
            "塔码",
            "灯塔码头",
            "渔船，守",
            "灯塔。渔船",
            "守灯人守灯人",
            "万灯",
            "码头灯",
        ]:
            plain = sum(fold(phrase) in fold(f"{a.headline}\n{a.text}") for a in stored)
            assert assistant.count(phrase).total == plain, phrase


def test_an_article_without_text_counts_and_is_not_quoted() -> None:
    with Assistant.from_articles([LAMP, Article.from_text("", headline="空白")]) as made:
        count = made.count()
        assert (count.total, [c.article for c in count.citations]) == (2, [LAMP])
