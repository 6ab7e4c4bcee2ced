"""Answers to what is asked of the archive itself."""

from collections.abc import Iterator

import pytest

from qa import Answer, Article, Assistant

NOTICE = "海岛供水公司公告：本周三夜间检修水管，零点到六点停水，请各户提前储水，多有不便敬请谅解。"
LAMP = Article.from_text(
    "海岛灯塔昨晚重新点亮。守灯人林海生说，灯塔停用了三年，修理花了38.1万元。",
    headline="灯塔亮了",
    date="2025-03-05",
    source="海岛日报",
    page="4",
    byline=("本报记者 于大川",),
)
MUSEUM = Article.from_text("灯塔明年改成展馆。", headline="展馆", date="2025-05-01", source="山城晚报")
UNDATED = Article.from_text("旧灯塔的照片。", headline="老照片")
ARTICLES = [
    LAMP,
    MUSEUM,
    UNDATED,
    Article.from_text(NOTICE, headline="停水", date="2025-02-28", source="海岛日报"),
    Article.from_text(NOTICE, headline="停水公告", date="2025-03-02", source="山城晚报"),
]


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles(ARTICLES) as made:
        yield made


def check(answer: Answer) -> None:
    for citation in answer.citations + answer.nearest:
        assert citation.article.text[citation.start : citation.end] == citation.quote
    for citation in answer.citations:
        assert f"[{citation.number}]" in answer.text
    assert answer.answered is bool(answer.citations)
    assert (answer.reason is None) is answer.answered


@pytest.mark.parametrize(
    ("question", "text", "short"),
    [
        (
            "2025年3月有多少篇报道提到灯塔",
            "2025年3月，档案里有1篇报道提到“灯塔”。[1]另有1篇没有日期，未计入。",
            "1篇",
        ),
        (
            "今年有多少篇报道提到停水",
            (
                "今年（2025年1月1日至2025年12月31日，按档案里最新的2025年5月1日推算），"
                "档案里有1篇报道提到“停水”（含转载共刊出2次）。[1]"
            ),
            "1篇",
        ),
        (
            "哪些报道提到灯塔",
            (
                "档案里有3篇报道提到“灯塔”：《灯塔亮了》（海岛日报 2025-03-05 第4版）[1]；"
                "《展馆》（山城晚报 2025-05-01）[2]；《老照片》[3]。"
            ),
            "3篇",
        ),
        (
            "山城晚报有没有报道提到灯塔",
            "《山城晚报》有1篇报道提到“灯塔”：《展馆》（山城晚报 2025-05-01）[1]。",
            "有",
        ),
        (
            "最近一次提到灯塔是什么时候",
            "档案里有3篇报道提到“灯塔”，最近的一篇是《展馆》（山城晚报 2025-05-01）[1]。",
            "2025-05-01",
        ),
        (
            "最早提到灯塔的报道是哪篇",
            "档案里有3篇报道提到“灯塔”，最早的一篇是《灯塔亮了》（海岛日报 2025-03-05 第4版）[1]。",
            "灯塔亮了",
        ),
        ("档案里一共有多少篇报道", "档案里有4篇报道（含转载共刊出5次）。[1][2][3][4]", "4篇"),
    ],
)
def test_counts(assistant: Assistant, question: str, text: str, short: str) -> None:
    answer = assistant.ask(question)
    check(answer)
    assert (answer.text, answer.short_answer, answer.confidence) == (text, short, 1.0)


@pytest.mark.parametrize(
    ("question", "reason", "nearest"),
    [
        ("有多少篇报道提到火星", "档案里没有提到“火星”的报道。", 0),
        (
            "2019年有多少篇报道提到灯塔",
            "2019年，档案里没有提到“灯塔”的报道。另有1篇没有日期，未计入。范围之外有2篇。",
            2,
        ),
        ("人民日报有多少篇报道提到灯塔", "档案里没有《人民日报》。", 2),
    ],
)
def test_a_count_of_nothing(assistant: Assistant, question: str, reason: str, nearest: int) -> None:
    answer = assistant.ask(question)
    check(answer)
    assert (answer.answered, answer.short_answer) == (False, None)
    assert (answer.reason, len(answer.nearest)) == (reason, nearest)


def test_the_filters_of_ask_narrow_a_count(assistant: Assistant) -> None:
    answer = assistant.ask(
        "有多少篇报道提到灯塔", source="海岛日报", date_from="2025-03-01", date_to="2025-03-31"
    )
    assert answer.text == "2025年3月1日至2025年3月31日，《海岛日报》有1篇报道提到“灯塔”。[1]"


def test_a_question_that_counts_something_told_goes_the_ordinary_way(assistant: Assistant) -> None:
    assert assistant.ask("修理灯塔花了多少万元").short_answer == "38.1万元"


def test_who_said_it(assistant: Assistant) -> None:
    answer = assistant.ask("“灯塔停用了三年，修理花了38.1万元”这句话是谁说的")
    check(answer)
    assert (answer.short_answer, answer.confidence) == ("林海生", 1.0)
    assert answer.text == (
        "这句话一字不差地见于《灯塔亮了》（海岛日报 2025-03-05 第4版），说话人是守灯人林海生。"
        "原文：灯塔停用了三年，修理花了38.1万元[1]"
    )


def test_nobody_is_told_to_have_said_it(assistant: Assistant) -> None:
    answer = assistant.ask("“海岛灯塔昨晚重新点亮”这句话是谁说的")
    check(answer)
    assert answer.short_answer == "灯塔亮了"
    assert "没有写明是谁说的，文章署名本报记者 于大川。" in answer.text


def test_near(assistant: Assistant) -> None:
    answer = assistant.ask("守燈人林海生說，燈塔停用了五年，修理花了38.1万元。")
    check(answer)
    assert answer.answered
    assert answer.confidence < 1
    assert "没有一字不差的这句话" in answer.text
    assert "“五”原文作“三”" in answer.text
    assert [d.quoted for d in answer.citations[0].differences] == ["五"]


def test_a_reprint_is_told(assistant: Assistant) -> None:
    answer = assistant.ask("“零点到六点停水，请各户提前储水”这句话出自哪篇报道？")
    check(answer)
    assert answer.short_answer == "停水"
    assert "另转载1次（山城晚报 2025-03-02）" in answer.text


def test_absent(assistant: Assistant) -> None:
    answer = assistant.ask("“灯塔明年拆掉，守灯人搬去城里住”这句话是谁说的")
    check(answer)
    assert answer.reason == "档案里没有这句话。"
    assert len(answer.nearest) == 1


def test_a_long_text_that_is_not_printed_so_is_an_ordinary_question(assistant: Assistant) -> None:
    answer = assistant.ask("海岛灯塔重新点亮以后守灯人林海生说修理灯塔花的钱")
    assert "这句话" not in answer.text
