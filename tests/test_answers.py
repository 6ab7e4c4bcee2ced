"""Answers and abstentions over small articles."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa.answers import answer, check_citations
from qa.assistant import Assistant
from qa.citing import untold_figures
from qa.query import read_question
from qa.records import Answer, Article, Citation, Paragraph
from qa.weighing import TermWeights

ARTICLES = (
    Article.from_text(
        "江西去年把综治中心建到了县里。2024年，江西各级综治中心一共排查矛盾纠纷38.7万件，化解38.1万件。\n"
        "江西省综治中心主任唐俊说，群众少跑了路。南康区综治中心调解了109起商标侵权案。",
        headline="一扇门里解纠纷",
        source="江岸日报",
        date="2025-03-28",
    ),
    Article.from_text(
        "记者从有关部门获悉，2024年江西各级综治中心化解矛盾纠纷38.1万件。",
        headline="江西综治中心晒成绩单",
        source="晨屿晚报",
        date="2025-04-02",
    ),
    Article.from_text(
        "第24届晨屿灯会昨晚在白沙湾开幕，当晚迎来游客3.2万人次。\n灯会由晨屿市文化馆主办，将持续20天。\n"
        "晨屿市副市长何海明出席开幕式并致辞。",
        headline="晨屿灯会亮灯",
        source="晨屿晚报",
        date="2025-02-10",
    ),
    Article.from_text(
        "因为台风逼近，白沙湾渡轮昨天停航两天。\n渡轮公司经理沈月说，船票可以全额退还。", headline="渡轮停航", source="江岸日报"
    ),
    Article.from_text(
        "江岸图书馆新馆有“听潮”“望山”两个阅览室，藏书12万册，还可以借阅古籍、地图和唱片。", headline="新馆迎客"
    ),
    Article(
        "harbour",
        "page.txt",
        "渔港开海",
        (
            Paragraph("渔港昨天开海，老船长林海生第一个出港。"),
            Paragraph("图为渔民在码头卸货。", "caption", credit="本报通讯员 白帆摄"),
        ),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles(ARTICLES) as opened:
        yield opened


def assert_sound(given: Answer) -> None:
    """What must hold of every answer, right or wrong."""
    quoted = given.citations or given.nearest
    assert [citation.number for citation in quoted] == list(range(1, len(quoted) + 1))
    assert all(c.article.text[c.start : c.end] == c.quote for c in quoted)
    assert all(c.quote for c in quoted)
    assert 0.0 <= given.confidence <= 1.0
    if given.answered:
        assert given.citations
        assert given.reason is None
        assert given.short_answer
        assert given.nearest == ()
        assert all(f"[{c.number}]" in given.text for c in given.citations)
        assert untold_figures(given.text, read_question(given.question), given.citations) == []
    else:
        assert given.citations == ()
        assert given.short_answer is None
        assert given.reason
        assert given.reason in given.text


@pytest.mark.parametrize(
    ("question", "short", "quoted"),
    [
        ("江西综治中心化解了多少纠纷", "38.1万件", "化解"),
        ("2024年江西各级综治中心排查了多少矛盾纠纷？", "38.7万件", "排查"),
        ("江西省综治中心主任是谁？", "唐俊", "主任唐俊"),
        ("晨屿市副市长是谁？", "何海明", "副市长何海明"),
        ("第24届晨屿灯会来了多少游客？", "3.2万人次", "第24届"),
        ("晨屿灯会在哪里开幕？", "白沙湾", "白沙湾开幕"),
        ("灯会持续多久？", "20天", "持续20天"),
        ("谁主办了灯会？", "晨屿市文化馆", "文化馆主办"),
        ("新馆可以借阅什么？", "古籍、地图和唱片", "借阅"),
        ("新馆藏书多少册？", "12万册", "藏书12万册"),
        ("沈月担任什么职务？", "渡轮公司经理", "沈月"),
        ("渔民卸货的照片是谁拍摄的？", "白帆", "白帆摄"),
    ],
)
def test_the_short_answer_stands_in_the_first_quote(
    assistant: Assistant, question: str, short: str, quoted: str
) -> None:
    given = assistant.ask(question)
    assert_sound(given)
    assert given.short_answer == short
    assert short in given.citations[0].quote
    assert quoted in given.citations[0].quote


def test_a_cause_begins_behind_the_word_that_announces_it(assistant: Assistant) -> None:
    given = assistant.ask("渡轮为什么停航？")
    assert_sound(given)
    assert given.short_answer is not None
    assert given.short_answer.startswith("台风逼近")
    assert given.citations[0].quote.startswith("因为台风逼近")


def test_quotation_marks_of_the_answer_come_in_pairs(assistant: Assistant) -> None:
    given = assistant.ask("新馆有哪两个阅览室？")
    assert given.short_answer == "“听潮”“望山”"


def test_articles_that_agree_are_all_cited(assistant: Assistant) -> None:
    given = assistant.ask("江西综治中心化解了多少纠纷")
    assert_sound(given)
    assert {c.article.headline for c in given.citations} == {"一扇门里解纠纷", "江西综治中心晒成绩单"}
    assert all("38.1万件" in c.quote for c in given.citations)
    assert given.text == "2024年，江西综治中心化解了38.1万件纠纷。[1][2]"


def test_a_figure_within_another_is_no_agreement() -> None:
    articles = [
        Article.from_text("综治中心化解矛盾纠纷8.1万件。", headline="甲"),
        Article.from_text("据说综治中心化解矛盾纠纷38.1万件，群众少跑了路。", headline="乙"),
    ]
    with Assistant.from_articles(articles) as assistant:
        given = assistant.ask("综治中心化解了多少矛盾纠纷？")
    assert given.short_answer is not None
    assert f"纠纷{given.short_answer}" in given.citations[0].quote
    assert "[1][2]" not in given.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2023年江西各级综治中心化解了多少矛盾纠纷？", ("2024", "2023")),
        ("上海综治中心化解了多少纠纷？", ("上海",)),
        ("晨屿市市长是谁？", ("何海明", "市长")),
        ("第23届晨屿灯会来了多少游客？", ("第23",)),
        ("秦望舒在江西化解了多少纠纷？", ("秦望舒",)),
        ("江岸图书馆新馆的阅览室有多少平方米？", ("没有说到",)),
        ("木星有多少颗卫星？", ("没有找到",)),
        ("量子计算机用什么语言编程？", ("没有",)),
    ],
)
def test_an_abstention_says_why(assistant: Assistant, question: str, told: tuple[str, ...]) -> None:
    given = assistant.ask(question)
    assert_sound(given)
    assert not given.answered
    assert given.reason is not None
    assert all(word in given.reason for word in told)


def test_an_abstention_shows_what_came_nearest(assistant: Assistant) -> None:
    given = assistant.ask("2023年江西各级综治中心化解了多少矛盾纠纷？")
    assert given.nearest
    assert all("江西" in citation.article.text for citation in given.nearest)


def test_no_evidence_at_all_is_an_abstention() -> None:
    given = answer(read_question("江西化解了多少纠纷？"), [], TermWeights({}, {}))
    assert_sound(given)
    assert (given.answered, given.nearest, given.confidence) == (False, (), 0.0)


def test_the_question_is_told_back(assistant: Assistant) -> None:
    assert assistant.ask("  江西综治中心\n化解了多少纠纷 ").question == "江西综治中心 化解了多少纠纷"


@pytest.mark.parametrize(
    "tampered",
    [
        {"quote": "江西各级综治中心化解矛盾纠纷99.9万件。"},
        {"start": 1},
        {"end": 3},
        {"quote": "", "end": 0},
        {"article": ARTICLES[2]},
    ],
)
def test_a_citation_that_is_not_what_the_article_says_is_dropped(tampered: dict[str, object]) -> None:
    article = ARTICLES[1]
    sound = Citation(1, article, "p-0", 0, len(article.text), article.text, 1.0)
    changed = replace(sound, **tampered)  # type: ignore[arg-type]
    assert check_citations([changed, sound]) == (sound,)
    assert check_citations([changed]) == ()


def test_questions_and_articles_in_either_script() -> None:
    traditional = Article.from_text(
        "臺南綜治中心化解糾紛５２件，主任林國華說辦結率達９８％。", headline="臺南綜治中心"
    )
    with Assistant.from_articles([traditional]) as assistant:
        for question in ("台南综治中心化解了多少纠纷？", "臺南綜治中心化解了多少糾紛？"):
            given = assistant.ask(question)
            assert_sound(given)
            assert given.short_answer == "５２件"
            assert given.citations[0].quote == traditional.text


def test_a_traditional_question_over_simplified_text(assistant: Assistant) -> None:
    given = assistant.ask("江西綜治中心化解了多少糾紛")
    assert_sound(given)
    assert given.short_answer == "38.1万件"
    assert given.question == "江西綜治中心化解了多少糾紛"
