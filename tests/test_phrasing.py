"""Questions told as statements: only where the quote bears every word of them out."""

import pytest

from qa.phrasing import make_lead, make_statement
from qa.query import read_question
from qa.records import Article
from tests.measured import evidence_of, measured

DAY = "2025-03-28"


def told(question: str, text: str, span: str, date: str | None = DAY) -> str | None:
    query, found = measured(question, evidence_of(Article.from_text(text, date=date)), span)
    return make_statement(query, found, span)


@pytest.mark.parametrize(
    ("question", "text", "span", "statement"),
    [
        ("江岸化解了多少纠纷？", "2024年，江岸化解纠纷381件。", "381件", "江岸化解了381件纠纷"),
        ("江岸有多少家医院开了夜诊", "江岸已有83家医院开了夜诊。", "83家", "江岸有83家医院开了夜诊"),
        ("修船花了多少钱？", "修船花了2.6万元。", "2.6万元", "修船花了2.6万元"),
        ("请问修船花了多少天呢？", "修船花了20天。", "20天", "修船花了20天"),
        ("灯会持续多长时间？", "灯会持续20天。", "20天", "灯会持续20天"),
        ("办结率是多少？", "办结率达99.8%。", "99.8%", "办结率是99.8%"),
        ("办结率有多高？", "办结率达99.8%。", "99.8%", "办结率为99.8%"),
        ("江岸市市长是谁？", "江岸市市长何海明致辞。", "何海明", "江岸市市长是何海明"),
        ("谁主持了灯会？", "何海明主持了灯会。", "何海明", "何海明主持了灯会"),
        ("灯会在哪里开幕？", "灯会昨晚在白沙湾开幕。", "白沙湾", "灯会在白沙湾开幕"),
        ("何海明担任什么职务？", "江岸市市长何海明致辞。", "江岸市市长", "何海明是江岸市市长"),
        ("这座灯塔叫什么名字？", "灯塔叫“望海”。", "望海", None),  # 这座 is not in the quote
        ("灯塔叫什么名字？", "灯塔叫“望海”。", "望海", "灯塔叫“望海”"),
        ("一共有逾多少人参加？", "一共有逾300人参加。", "逾300人", "一共有逾300人参加"),
    ],
)  # fmt: skip
def test_the_answer_takes_the_place_of_what_asks(
    question: str, text: str, span: str, statement: str | None
) -> None:
    assert told(question, text, span) == statement


@pytest.mark.parametrize(
    ("question", "text", "span", "statement"),
    [
        ("灯会何时开幕？", "灯会于2024年2月9日开幕。", "2024年2月9日", "灯会于2024年2月9日开幕"),
        ("灯会是哪天开幕的？", "灯会3月27日开幕。", "3月27日", "灯会是2025年3月27日开幕的"),
        ("灯会是哪天开幕的？", "昨晚，灯会开幕。", "昨晚", "灯会是昨晚（2025年3月27日）开幕的"),
    ],
)
def test_a_day_is_told_with_its_year(question: str, text: str, span: str, statement: str) -> None:
    assert told(question, text, span) == statement


def test_a_year_that_is_not_known_is_not_told() -> None:
    # The year before it is that of something else, for all that is known.
    text = "2024年建成。灯会3月27日开幕。"
    article = Article.from_text(text)
    query, span = measured("灯会是哪天开幕的？", evidence_of(article, "灯会3月27日开幕。"), "3月27日")
    assert make_statement(query, span, "3月27日") == "灯会是3月27日开幕的"
    assert told("灯会是哪天开幕的？", "昨晚，灯会开幕。", "昨晚", date=None) is None


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("江岸化解了多少纠纷？", "全市化解纠纷381件。", "381件"),  # whose they are
        ("爆炸造成多少人伤亡？", "爆炸造成15人死亡。", "15人"),  # another thing
        ("凶手多少岁？", "凶手尚不满18岁。", "18岁"),  # another figure
        ("车速达到多少？", "车速达到40至50公里。", "50公里"),
        ("灯会来了多少人？", "灯会预计来了3万人。", "3万人"),  # no fact
        ("灯会来了多少人？", "灯会今年没有来了3万人。", "3万人"),
        ("今年灯会来了多少人？", "今年灯会来了3万人。", "3万人"),  # another year when it is told
        ("你知道灯会和渔港各来了多少人多少船？", "灯会和渔港各来了3万人。", "3万人"),  # two questions
        ("谁在码头点火？", "林海生说，白帆在码头点火。", "林海生"),  # not beside the wording
        ("臺南化解了多少糾紛？", "台南化解纠纷381件。", "381件"),  # two scripts
        ("江岸有多少人家具从业人员？", "江岸有50万人家具从业人员。", "50万人"),
    ],
)
def test_what_is_not_certain_is_left_to_the_quote(question: str, text: str, span: str) -> None:
    assert told(question, text, span) is None


def test_years_are_told_by_what_means_them() -> None:
    assert told("2024年灯会来了多少人？", "去年，灯会来了3万人。", "3万人") == "2024年灯会来了3万人"
    assert told("2024年灯会来了多少人？", "今年，灯会来了3万人。", "3万人") is None


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("江岸聚焦哪三个领域？", "江岸聚焦以下三个领域"),
        ("哪些城市办了灯会？", "以下城市办了灯会"),
        ("江岸有哪些？", "江岸有"),
        ("请问货物主要是什么？", "货物主要是"),
        ("三件套都有什么？", "三件套都有"),
        ("今年江岸有哪些灯会？", None),
        ("谁在哪些城市办了灯会？", None),
        ("What are the three fields?", None),
    ],
)
def test_the_head_of_a_list(question: str, lead: str | None) -> None:
    evidence = evidence_of(Article.from_text("江岸聚焦食品、设施、古树三个领域。"))
    assert make_lead(read_question(question), evidence) == lead
