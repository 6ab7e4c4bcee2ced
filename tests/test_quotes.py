"""Quotes looked up: exact, near or absent, whatever their form, over any border, in several articles."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import Article, Assistant, QuestionError
from qa.quotes import MAX_QUOTE
from qa.records import Difference, Paragraph

LIGHTHOUSE = Article.from_text(
    "海岛灯塔昨晚重新点亮，全岛三百多户人家都到码头来看。守灯人林海生说，灯塔停用了三年，修理花了38.1万元。\n"
    "“灯亮着，船就回得来。”林海生说，“今后每晚六点半准时亮灯。”\n"
    "县里还打算把旧灯室改成展馆，明年春天开放。",
    headline="海岛灯塔重新点亮",
    date="2025-03-28",
    source="海岛日报",
)
HARBOUR = Article.from_text(
    "码头本月停工修理，吊车要换成新的。工人们说，修好之前渔船改停北湾。\n灯亮着，船就回得来，这是渔民的老话。",
    headline="码头停工",
    date="2025-04-02",
    source="山城晚报",
)
PHOTO = replace(
    Article.from_text("渔民在北湾卸下头一网春鱼。\n孩子们围着竹筐数鱼，数到天黑。", date="2025-04-03"),
    paragraphs=(
        Paragraph("渔民在北湾卸下头一网春鱼。", "caption", credit="于大川 摄"),
        Paragraph("孩子们围着竹筐数鱼，数到天黑。"),
    ),
)
LONG = Article.from_text(
    "\n".join(
        f"第{number}号浮标在北纬{number}度换了新电池，巡检员记下了编号和日期。" for number in range(260)
    ),
    headline="浮标",
)


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    reprinted = Article.from_text(LONG.text, headline="浮标又登", source="山城晚报", date="2025-05-01")
    with Assistant.from_articles([LIGHTHOUSE, HARBOUR, PHOTO, LONG, reprinted]) as made:
        yield made


@pytest.mark.parametrize(
    ("quote", "apart_from"),
    [
        ("守灯人林海生说，灯塔停用了三年", ()),
        ("守灯人林海生说灯塔停用了三年", ("punctuation",)),
        ("守灯人 林海生说，\n灯塔停用了三年", ("spacing",)),
        ("守燈人林海生說，燈塔停用了三年", ("form",)),
        ("守燈人林海生說燈塔停用了三年", ("punctuation", "form")),
        ("修理花了３８．１万元。", ("form",)),
    ],
)
def test_exact_whatever_the_form(assistant: Assistant, quote: str, apart_from: tuple[str, ...]) -> None:
    found = assistant.look_up(quote)
    assert found.kind == "exact"
    (match,) = found.matches
    assert match.article == LIGHTHOUSE
    assert (match.similarity, match.differences, match.apart_from) == (1.0, (), apart_from)
    assert match.text == LIGHTHOUSE.text[match.start : match.end]


def test_over_sentences_and_paragraphs(assistant: Assistant) -> None:
    (match,) = assistant.look_up(LIGHTHOUSE.text[20:99]).matches
    assert (match.start, match.end, match.apart_from) == (20, 99, ())


def test_a_whole_article_and_more(assistant: Assistant) -> None:
    assert len(LONG.text) > 8000
    found = assistant.look_up(LONG.text)
    assert (found.kind, found.matches[0].start, found.matches[0].end) == ("exact", 0, len(LONG.text))
    assert assistant.look_up((LONG.text * 3)[:MAX_QUOTE]).kind == "absent"
    with pytest.raises(QuestionError, match="20,000"):
        assistant.look_up("长" * (MAX_QUOTE + 1))


@pytest.mark.parametrize(
    "quote",
    ["卸下头一网春鱼。孩子们围着竹筐数鱼", "卸下头一网春鱼。于大川 摄 孩子们围着竹筐数鱼"],
)
def test_over_a_credit_line(assistant: Assistant, quote: str) -> None:
    found = assistant.look_up(quote)
    assert found.kind == "exact"
    assert found.matches[0].text.replace("\n", "") == "卸下头一网春鱼。于大川 摄孩子们围着竹筐数鱼"


@pytest.mark.parametrize("quote", ["亮灯", "北湾", "38.1万元"])
def test_short_quotes_are_found_word_for_word_alone(assistant: Assistant, quote: str) -> None:
    assert assistant.look_up(quote).kind == "exact"
    assert assistant.look_up("错" + quote[-1]).kind == "absent"


@pytest.mark.parametrize("quote", ["", "。", "灯", "  ！ "])
def test_a_quote_that_is_none(assistant: Assistant, quote: str) -> None:
    with pytest.raises(QuestionError, match="too short"):
        assistant.look_up(quote)


def test_a_decimal_point_is_no_punctuation(assistant: Assistant) -> None:
    found = assistant.look_up("灯塔停用了三年，修理花了381万元")
    assert found.kind == "near"
    assert [d.printed for d in found.matches[0].differences] == ["."]


def test_several_articles_in_the_order_of_publication(assistant: Assistant) -> None:
    found = assistant.look_up("灯亮着，船就回得来")
    assert [match.article for match in found.matches] == [LIGHTHOUSE, HARBOUR]
    assert [m.article for m in assistant.look_up("灯亮着，船就回得来", source="山城晚报").matches] == [
        HARBOUR
    ]


def test_a_reprint_counts_once(assistant: Assistant) -> None:
    found = assistant.look_up("第7号浮标在北纬7度换了新电池")
    assert len(found.matches) == 1
    assert len(found.matches[0].article.reprints) == 1


def test_near_with_its_differences(assistant: Assistant) -> None:
    found = assistant.look_up("灯塔总共停用了五年，修理花了38.1元")
    assert found.kind == "near"
    match = found.matches[0]
    assert match.article == LIGHTHOUSE
    assert 0.65 <= match.similarity < 1
    start = LIGHTHOUSE.text.index("停用")
    assert match.differences == (
        Difference("insert", start, start, "", "总共"),
        Difference("replace", start + 3, start + 4, "三", "五"),
        Difference("delete", start + 14, start + 15, "万", ""),
    )
    for one in match.differences:
        assert match.article.text[one.start : one.end] == one.printed


def test_absent_with_the_nearest(assistant: Assistant) -> None:
    found = assistant.look_up("灯塔明年要拆掉，守灯人搬去城里住")
    assert found.kind == "absent"
    (nearest,) = found.matches
    assert nearest.article == LIGHTHOUSE
    assert nearest.text.endswith("。")
    assert assistant.look_up("火星探测器何日返航").matches == ()


def test_marks_around_a_quote_are_taken_in_with_it(assistant: Assistant) -> None:
    (match,) = assistant.look_up("“灯亮着，船就回得来。”林海生说").matches
    assert match.text == "“灯亮着，船就回得来。”林海生说"
    assert assistant.look_up("今后每晚六点半准时亮灯。").matches[0].text == "今后每晚六点半准时亮灯。"


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=0, max_size=60) | st.text("灯塔亮着船，。“”38.1万元\n ", max_size=40))
def test_any_text_may_be_pasted(assistant: Assistant, quote: str) -> None:
    try:
        found = assistant.look_up(quote)
    except QuestionError:
        return
    for match in found.matches:
        assert match.text
        assert 0 <= match.similarity <= 1
        assert (match.similarity == 1) == (found.kind == "exact")


def test_articles_without_words_are_no_match() -> None:
    with Assistant.from_articles([Article.from_text("……！", headline="海岛灯塔重新点亮")]) as made:
        assert made.look_up("海岛灯塔重新点亮").matches == ()
