"""Follow-up questions, completed from the turns before them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import QuestionError
from qa.followups import Turn, complete_question
from qa.query import MAX_QUESTION, read_question
from qa.records import Answer

CENTRE = ("江西综治中心化解了多少纠纷？", "38.1万件")
HEAD = ("江西省综治中心主任是谁？", "唐俊")
HOME = ("哪里素有“木匠之乡”之称？", "赣州市南康区")
RACE = ("2024年荆屿马拉松男子全程冠军是谁？", "基普鲁托·科里尔")


@pytest.mark.parametrize(
    ("turn", "question", "whole"),
    [
        (CENTRE, "那2023年呢？", "2023年江西综治中心化解了多少纠纷？"),
        (CENTRE, "2023年呢", "2023年江西综治中心化解了多少纠纷？"),
        (CENTRE, "那湖南呢？", "湖南综治中心化解了多少纠纷？"),
        (CENTRE, "那排查呢？", "江西综治中心排查了多少纠纷？"),
        (CENTRE, "排查了多少？", "江西综治中心排查了多少？"),
        (CENTRE, "那主任是谁？", "江西综治中心主任是谁？"),
        (CENTRE, "该中心在哪里？", "江西综治中心在哪里？"),
        (("2024年晨屿的海带产量是多少？", "3万吨"), "2023年增速？", "2023年晨屿的海带增速是多少？"),
        (CENTRE, "还有呢？", "江西综治中心化解了多少纠纷？"),
        (CENTRE, "為什麼？", "江西综治中心化解了纠纷，为什么？"),
        (HEAD, "他是什么职务？", "唐俊是什么职务？"),
        (HOME, "那里有多少家具企业？", "赣州市南康区有多少家具企业？"),
        (HOME, "它有多少家具从业人员？", "赣州市南康区有多少家具从业人员？"),
        (RACE, "女子呢？", "2024年荆屿马拉松女子全程冠军是谁？"),
        (RACE, "2025年呢？", "2025年荆屿马拉松男子全程冠军是谁？"),
        (("沈月担任什么职务？", "船长"), "她多大年纪？", "沈月多大年纪？"),
        (("北京知识产权法院院长是谁？", None), "那副院长是谁？", "北京知识产权法院副院长是谁？"),
        (("淮屿地铁4号线哪天通车？", "6月18日"), "那5号线呢？", "淮屿地铁5号线哪天通车？"),
        (("青禾县2023年柑橘产量有多少？", "41万吨"), "该县有多少果农？", "青禾县有多少果农？"),
    ],
)
def test_what_is_left_out_is_taken_from_the_turn_before(turn: Turn, question: str, whole: str) -> None:
    assert complete_question(question, [turn]) == whole


@pytest.mark.parametrize(
    "question",
    [
        "湖南省调解了多少件矛盾纠纷？",
        "渡轮停航多久？",
        "“琼护6号”救起了几名船员？",
        "其他城市有灯会吗？",
        "吉他手是谁？",
    ],
)
def test_a_question_that_stands_by_itself_is_left_alone(question: str) -> None:
    assert complete_question(question, [CENTRE, HEAD]) == question


def test_without_history_nothing_is_added() -> None:
    assert complete_question("那2023年呢？", []) == "那2023年呢？"


def test_a_chain_of_follow_ups() -> None:
    turns = ["2024年江西综治中心化解了多少纠纷？", "那湖南呢？", "2023年呢？"]
    assert complete_question("那排查呢？", turns) == "2023年湖南综治中心排查了多少纠纷？"


def test_a_turn_may_be_an_answer() -> None:
    read = read_question("江西省综治中心主任是谁？").interpretation
    answer = Answer("那主任是谁？", True, "唐俊说[1]", "唐俊", 0.9, None, interpretation=read)
    for turn in (answer, (answer.question, answer)):
        assert complete_question("他多大年纪？", [turn]) == "唐俊多大年纪？"


def test_turns_that_were_refused_are_passed_over() -> None:
    assert complete_question("他多大年纪？", [HEAD, "？", "题" * 2000]) == "唐俊多大年纪？"
    with pytest.raises(QuestionError):
        complete_question("？", [HEAD])


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.text(alphabet="那他它呢为什么谁多少2023年江西中心是了？，该", max_size=20) | st.text(max_size=20),
        max_size=3,
    )
)
def test_whatever_was_asked_before_a_question_can_be_completed(history: list[str]) -> None:
    for question in ("那2023年呢？", "他是谁？", "为什么？", "有多少家？"):
        assert 0 < len(complete_question(question, history)) <= MAX_QUESTION
