"""What several articles say to one question: the same, another figure or day, or something else."""

from collections.abc import Sequence

import pytest

from qa.agreement import Value, value_of_span
from qa.assistant import Assistant
from qa.records import Answer, Article
from tests.measured import evidence_of, measured

DAY = "2025-03-28"
QUESTION = "江岸灯会来了多少游客？"


def value(question: str, text: str, span: str, date: str | None = DAY) -> Value:
    return value_of_span(*measured(question, evidence_of(Article.from_text(text, date=date)), span))


@pytest.mark.parametrize(
    ("one", "other", "agrees", "differs"),
    [
        ("3.2万人", "32000人", True, False),
        ("三万人", "3万人", True, False),
        ("3万人", "3万名", True, False),
        ("3万人", "5万人", False, True),
        ("3万人", "3.01万人", False, False),  # rounded
        ("近3万人", "3万人", False, False),
        ("3万人", "3万元", False, False),
        ("3万人", "5万元", False, False),
    ],
)
def test_figures_are_compared_by_value(one: str, other: str, agrees: bool, differs: bool) -> None:
    values = [value("灯会来了多少？", f"灯会来了{told}。", told) for told in (one, other)]
    assert values[0].agrees(values[1]) is agrees
    assert values[0].differs(values[1]) is differs


def test_days_are_compared_by_what_they_mean() -> None:
    told = value("灯会何时开幕？", "灯会3月27日开幕。", "3月27日")
    assert told.agrees(value("灯会何时开幕？", "灯会昨天开幕。", "昨天"))
    assert told.differs(value("灯会何时开幕？", "灯会3月20日开幕。", "3月20日"))
    assert not told.differs(value("灯会何时开幕？", "灯会于2025年3月开幕。", "2025年3月"))


def test_names_are_compared_without_marks() -> None:
    whole = Value(name="江岸市何海明")
    assert whole.agrees(Value(name="何海明"))
    assert not whole.agrees(Value(name="何海"))
    assert not whole.differs(Value(name="沈月"))


def article(text: str, headline: str, date: str | None = None, source: str | None = None) -> Article:
    return Article.from_text(text, headline=headline, date=date, source=source)


def ask(question: str, articles: Sequence[Article]) -> Answer:
    with Assistant.from_articles(articles) as assistant:
        given = assistant.ask(question)
    assert given.answered
    assert all(c.article.text[c.start : c.end] == c.quote for c in given.citations)
    return given


FIRST = article("江岸灯会昨晚开幕，灯会来了游客3.2万人。", "江岸灯会开幕", "2025-02-10", "江岸日报")


def test_the_same_figure_elsewhere_is_one_line_with_several_numbers() -> None:
    again = article("记者获悉，江岸灯会来了游客32000人，比上届多。", "灯会真热闹", "2025-02-11", "晨屿晚报")
    given = ask(QUESTION, [FIRST, again])
    assert {c.article.headline for c in given.citations} == {"江岸灯会开幕", "灯会真热闹"}
    assert given.text.endswith("[1][2]")
    assert "\n" not in given.text


def test_another_figure_for_the_same_thing_is_shown_beside_it_with_both_days() -> None:
    other = article(
        "记者获悉，江岸灯会来了游客5.8万人，比上届多。", "江岸灯会真热闹", "2025-02-11", "晨屿晚报"
    )
    given = ask(QUESTION, [FIRST, other])
    lines = given.text.split("\n")
    assert given.short_answer
    assert given.short_answer in given.citations[0].quote
    assert lines[0] == "几篇报道说法不同："
    assert {line.partition("：")[0] for line in lines[1:]} == {
        "- 2025年2月10日《江岸日报》",
        "- 2025年2月11日《晨屿晚报》",
    }
    assert given.short_answer in lines[1]
    assert lines[1].endswith("[1]")
    assert lines[2].endswith("[2]")


def test_a_figure_for_something_else_is_not_shown() -> None:
    given = ask(QUESTION, [FIRST, article("江岸车站昨天来了旅客5.8万人。", "车站繁忙", "2025-02-11")])
    assert [c.article.headline for c in given.citations] == ["江岸灯会开幕"]
    assert "5.8" not in given.text


def test_a_reprint_is_no_second_witness() -> None:
    text = (
        "江岸灯会昨晚开幕，灯会来了游客3.2万人。今年的灯会设在白沙湾，一共有二十组大型彩灯，从码头一直排到"
        "灯塔脚下，入夜以后满湾通明，渔船也挂起了红灯笼，老人孩子都来看热闹。"
    )
    first = article(text, "江岸灯会开幕", "2025-02-10", "江岸日报")
    given = ask(QUESTION, [first, article(text, "江岸灯会亮灯", "2025-02-11", "晨屿晚报")])
    assert len(given.citations) == 1
    assert len(given.citations[0].article.reprints) == 1
