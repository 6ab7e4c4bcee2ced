"""Where the gap of a question is, and what type of thing fills it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.gaps import asks_in_words, count_asked, find_gap, units_asked
from qa.interpretation import AnswerType
from qa.segmentation import fold

# The gap stands in brackets.
QUESTIONS: tuple[tuple[AnswerType, str], ...] = (
    ("quantity", "渡口每天运送[多少]乘客"),
    ("quantity", "灯塔有[多高]"),
    ("quantity", "渔船开了[多远]"),
    ("quantity", "仓库里有[几]只猫"),
    ("quantity", "他[几]岁开始学琴"),
    ("ratio", "投递准点率是[多少]"),
    ("ratio", "今年的游客增长了[百分之多少]"),
    ("quantity", "公交票价增加[多少]"),
    ("ratio", "女船员占[几]成"),
    ("rank", "小岛的产量排[第几]"),
    ("rank", "她是[第几]位守灯人"),
    ("duration", "渡轮停航[多久]"),
    ("duration", "修桥花了[多长]时间"),
    ("duration", "他在岛上住了[几]年"),
    ("duration", "这条路[几]个月完工"),
    ("date", "渔港[什么]时候开海"),
    ("date", "大桥是[哪年]通车的"),
    ("date", "图书馆[何]时迁址"),
    ("person", "守灯人是[谁]"),
    ("person", "[哪位]船长救了他们"),
    ("person", "海事局局长[叫什么名字]"),
    ("agent", "[谁]印发了《渡口安全要点》"),
    ("agent", "灯会由[谁]主办"),
    ("agent", "灯会的主办方是[谁]"),
    ("role", "沈月担任[什么]职务"),
    ("role", "林小海是[什么]人"),
    ("organisation", "新规由[哪个部门]发布"),
    ("organisation", "馆里请来了[哪所学校]的学生"),
    ("place", "灯会在[哪里]举行"),
    ("place", "[哪个省]的海带最多"),
    ("explain", "渡轮[为什么]停航"),
    ("explain", "[怎样]报名"),
    ("explain", "会议提出了[哪三]方面要求"),
    ("list", "平台有[哪三大]子产品"),
    ("list", "展览有[哪些]展品"),
    ("name", "馆员用[什么]软件登记借书"),
    ("name", "这出戏叫[什么]"),
    ("role", "她的职业是[什么]"),
    ("place", "灯会的地点是[什么]"),
    ("organisation", "[哪个部门]负责修灯塔"),
    ("place", "[哪个国家]的船队赢了"),
    ("explain", "渡轮停航有[什么]影响"),
    ("name", "渡轮是[什么]颜色"),
    ("name", "岸边的白点为[何]"),
    ("date", "小岛在民国[几]年通电"),
    ("yesno", "大桥[是否]通车"),
    ("yesno", "渔港开海了[吗]"),
)


@pytest.mark.parametrize(("kind", "marked"), QUESTIONS, ids=[marked for _, marked in QUESTIONS])
@pytest.mark.parametrize("ending", ["", "?"])
def test_the_question_word_tells_the_type_and_is_the_gap(kind: AnswerType, marked: str, ending: str) -> None:
    before, _, rest = marked.partition("[")
    gap, _, after = rest.partition("]")
    question = before + gap + after + ending
    if kind == "explain" and gap == "为什么":
        gap, before = "什么", before + "为"
    found, start, end = find_gap(question)
    assert (found, question[:start], question[start:end], question[end:]) == (
        kind,
        before,
        gap,
        after + ending,
    )


def test_what_asks_nothing_has_its_gap_at_the_end() -> None:
    assert find_gap("介绍一下灯塔") == ("other", 6, 6)


@pytest.mark.parametrize(
    ("question", "kind", "gap"),
    [
        ("灯会开幕时间", "date", 6),
        ("灯会开幕时间?", "date", 6),
        ("开幕时间是 ?", "date", 5),
        ("灯塔的高度", "quantity", 5),
    ],
)
def test_a_noun_that_asks_alone_has_the_gap_behind_it(question: str, kind: AnswerType, gap: int) -> None:
    assert find_gap(question) == (kind, gap, gap)
    assert not asks_in_words(question)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("船会为什么修灯塔", "explain"),
        ("灯塔停用为什么?", "explain"),
        ("岛西为什么地形", "name"),
        ("群岛最大的港口为何?", "place"),
        ("谁在几个月前修了灯塔", "person"),
        ("是否停航的事该问谁", "person"),
    ],
)
def test_words_that_stand_in_statements_too(question: str, kind: AnswerType) -> None:
    assert find_gap(question)[0] == kind


def test_a_sentence_that_ends_in_such_a_noun_asks_nothing() -> None:
    assert find_gap("渡轮公司公布了恢复航行的时间。")[0] == "other"


@pytest.mark.parametrize("question", ["小镇被誉为什么", "老街被称为什么", "新船命名为什么"])
def test_what_something_is_called_is_no_question_of_why(question: str) -> None:
    assert find_gap(question)[0] == "name"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("几月几日开馆", "date"),
        ("几月开馆", "date"),
        ("几个月开馆", "duration"),
        ("多少个月建成", "duration"),
    ],
)
def test_a_month_of_the_year_is_no_length_of_time(question: str, kind: AnswerType) -> None:
    assert find_gap(question)[0] == kind


@pytest.mark.parametrize(
    ("question", "count"),
    [("有哪三大子产品", 3), ("分为哪两个区", 2), ("哪十个城市", 10), ("有哪些展品", 0), ("有哪几个区", 0)],
)
def test_the_number_of_things_asked_for(question: str, count: int) -> None:
    assert count_asked(question) == count


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("有多少家企业", ("家",)),
        ("排查了多少件矛盾", ("件",)),
        ("提高了多少个百分点", ("%", "百分点")),
        ("来了多少人次", ("人次",)),
        ("种了多少亩水稻", ("亩",)),
        ("建了几公里步道", ("公里",)),
        ("投资了多少亿元", ("亿元",)),
        ("他几岁开始学琴", ("岁",)),
        ("中国排第几", ("第",)),
        ("来了多少游客", ("人", "名", "位", "人次")),
        ("修船花了多少钱", ("元", "美元", "欧元", "块钱")),
        ("水库面积有多少", ("亩", "平方米", "平方公里", "平方千米", "公顷")),
        ("灯塔有多高", ("米", "公里")),
        ("每天发电多少", ("千瓦时", "度")),
        ("化解了多少纠纷", ()),
        ("守灯人是谁", ()),
        ("停航多久", ()),
        ("台风受伤人数", ("人", "名", "位", "人次")),
        ("昨夜的震级", ("级",)),
        ("海岛人口出生率", ("%", "‰")),
    ],
)
def test_the_measure_words_that_an_answer_must_carry(question: str, units: tuple[str, ...]) -> None:
    kind, start, _ = find_gap(question)
    found = units_asked(kind, question, start)
    assert set(units) <= set(found)
    assert bool(units) == bool(found)


@settings(deadline=None)
@given(
    st.text(alphabet="多少几什么哪谁为何怎样第吗是否天年月日个家三江船0247%?，。 ", max_size=40) | st.text()
)
def test_any_text_has_a_gap_inside_it(text: str) -> None:
    folded = fold(text)
    kind, start, end = find_gap(folded)
    assert 0 <= start <= end <= len(folded)
    assert isinstance(units_asked(kind, folded, start), tuple)
    assert 0 <= count_asked(folded) <= 10
