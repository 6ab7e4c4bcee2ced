"""Typed candidates: what in a sentence may fill the gap of a question."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.candidates import find_candidates
from qa.errors import QuestionError
from qa.finders import LABELS
from qa.query import read_question
from qa.tagging import tag


def candidates(question: str, sentence: str) -> dict[str, str]:
    """Map the characters of each candidate to its label."""
    found = find_candidates(read_question(question), sentence, tag(sentence))
    return {sentence[candidate.start : candidate.end]: candidate.label for candidate in found}


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "中心化解了多少纠纷？",
            "排查纠纷38.7万件，化解38.1万件。",
            {"38.7万件": "figure", "38.1万件": "figure"},
        ),
        ("中心化解了多少纠纷？", "化解３８．１万件。", {"３８．１万件": "figure"}),
        ("办结率是多少？", "去年上报2.3万件，办结率达99.8%。", {"99.8%": "ratio"}),
        ("小岛的产量排第几？", "小岛的产量排在全省第3位。", {"第3位": "rank"}),
        ("渡轮停航多久？", "渡轮将停航两天。", {"两天": "duration"}),
        ("他跑了多长时间？", "他跑了2小时15分30秒。", {"2小时15分30秒": "duration"}),
        ("论坛是哪天召开的？", "3月27日召开了论坛。", {"3月27日": "date"}),
        ("渔港何时开海？", "渔港去年就开海了。", {"去年": "TIME"}),
        ("中心主任是谁？", "省综治中心主任唐俊说了三件事。", {"唐俊": "PER"}),
        ("灯会在哪里举行？", "灯会在南康区举行。", {"南康区": "LOC"}),
        ("指引由哪个部门发布？", "北京市知识产权局发布了指引。", {"北京市知识产权局": "ORG"}),
        ("用什么App？", "人们通过“昌治久安”App上报。", {"昌治久安": "quoted"}),
        ("书名是什么？", "他写了《潮声》一书。", {"《潮声》": "quoted"}),
        (
            "有哪三大子产品？",
            "打造出“政知宝、银知宝、企知宝”三大子产品。",
            {"政知宝、银知宝、企知宝": "list"},
        ),
        ("馆里有哪两本书？", "馆里有《潮声》《望山》两本书。", {"《潮声》《望山》": "list"}),
        ("新馆可以借哪些东西？", "新馆可以借古籍、地图和唱片。", {"古籍、地图和唱片": "list"}),
    ],
)
def test_what_has_the_type_asked_for_is_found_in_its_place(
    question: str, sentence: str, expected: dict[str, str]
) -> None:
    found = candidates(question, sentence)
    assert expected.items() <= found.items()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("渡轮停航多久？", "因为台风逼近，渡轮停航。"),
        ("灯塔有多高？", "灯塔很高。"),
        ("小岛的产量排第几？", "小岛产了3吨海带。"),
        ("渔港何时开海？", "渔港开海，沈月出席。"),
        ("渔港开海了吗？", "渔港3月27日开海了。"),
    ],
)
def test_nothing_is_found_where_nothing_has_the_type(question: str, sentence: str) -> None:
    assert candidates(question, sentence) == {}


def test_a_subject_that_is_one_name_with_a_title_is_the_name() -> None:
    assert candidates("谁第一个出港？", "昨天开海，老船长白千帆第一个出港。") == {"白千帆": "PER"}
    assert "白千帆和唐俊" in candidates("谁第一个出港？", "昨天开海，白千帆和唐俊第一个出港。")


def test_a_run_of_places_is_found_whole_and_by_its_last_part() -> None:
    found = candidates("灯会在哪里举行？", "灯会在江西省赣州市南康区举行。")
    assert {"江西省赣州市南康区", "南康区"} <= found.keys()
    assert "江西省" not in found


def test_a_province_is_found_by_those_who_ask_for_one() -> None:
    assert "江西省" in candidates("灯会在哪个省举行？", "灯会在江西省赣州市南康区举行。")


def test_a_reporter_is_no_answer_to_who_did_it() -> None:
    sentence = "唐俊告诉本报记者徐明远，群众少跑了路。"
    assert "徐明远" not in candidates("中心主任是谁？", sentence)
    assert "唐俊" in candidates("中心主任是谁？", sentence)
    assert "徐明远" in candidates("这篇报道是哪位记者采写的？", sentence)


def test_the_second_of_two_reporters_is_no_answer_either() -> None:
    assert "沈月明" not in candidates("谁去了灯塔？", "本报记者林海生、沈月明 昨天唐俊去了灯塔。")


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("本报通讯员林海生摄", {"林海生"}),
        ("本报通讯员林海生 沈月摄", {"林海生", "沈月"}),
        ("记者 林海生 摄影", {"林海生"}),
        ("本报通讯员 白帆摄", {"白帆"}),
        ("白帆摄", {"白帆"}),
    ],
)
def test_photographers_are_found_in_the_credit(credit: str, names: set[str]) -> None:
    found = candidates("开海节的照片是谁拍摄的？", credit)
    assert names <= found.keys()
    assert not any("摄" in text for text in found)


def test_two_figures_answer_a_question_for_two() -> None:
    sentence = "要点分为5个大块21条内容。"
    assert candidates("要点有几个大块多少条内容？", sentence)["5个大块21条"] == "figure"
    assert "5个大块21条" not in candidates("要点有多少条内容？", sentence)


def test_causes_are_found_only_for_questions_of_why() -> None:
    sentence = "因为台风逼近，风力达到十级，渡轮停航。"
    found = candidates("渡轮为什么停航？", sentence)
    assert {"台风逼近": "cause", "台风逼近，风力达到十级": "cause"}.items() <= found.items()
    assert "cause" not in candidates("渡轮怎样停航？", sentence).values()


def test_clauses_in_a_row_and_all_of_them_may_tell_how() -> None:
    found = candidates("渡轮怎样停航？", "台风逼近，风力达到十级，渡轮（两艘）停航，码头关灯。")
    assert {
        "台风逼近": "clause",
        "风力达到十级，渡轮（两艘）停航": "clause",
        "台风逼近，风力达到十级，渡轮（两艘）停航，码头关灯": "clause",
    }.items() <= found.items()


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("金华市委政法委常务副书记林纪平说，大家来办。", "金华市委政法委常务副书记"),
        ("林纪平担任市港务局局长，沈月任副局长。", "市港务局局长"),
    ],
)
def test_a_role_stands_before_the_name_or_behind_the_verb(sentence: str, role: str) -> None:
    assert candidates("林纪平担任什么职务？", sentence) == {role: "role"}
    assert role not in candidates("唐俊担任什么职务？", sentence)


def test_who_did_it_stands_before_what_was_done() -> None:
    found = candidates("谁印发了《港口安全要点》？", "江岸市港务局、市司法局近日印发《港口安全要点》。")
    assert found["江岸市港务局、市司法局"] == "subject"


def test_the_count_that_closes_a_list_is_no_item_of_it() -> None:
    found = candidates("新馆设有什么？", "新馆设有静音区、讨论区和哄睡区三个区。")
    assert found["静音区、讨论区和哄睡区"] == "list"


PIECES = st.sampled_from(
    [
        "谁",
        "多少",
        "哪里",
        "什么",
        "为什么",
        "哪三大",
        "几",
        "因为",
        "记者",
        "沈月",
        "林海生",
        "摄",
        "38.1万件",
        "99.8%",
        "第3位",
        "两天",
        "3月27日",
        "江西省",
        "港务局",
        "“",
        "”",
        "《",
        "》",
        "、",
        "和",
        "，",
        "。",
        "？",
        "主任",
        "担任",
        "印发",
        "的",
        "了",
        "在",
        "Ａｐｐ",
        "化解",
        "糾紛",
        "\u3000",
        "�",
        "😀",
        "\n",
    ]
)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(PIECES, max_size=8).map("".join),
    st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40),
)
@example("谁印发了", "印发了")
@example("照片是谁拍的", "记者摄")
def test_candidates_lie_in_the_sentence_and_are_not_empty(question: str, sentence: str) -> None:
    try:
        query = read_question(question)
    except QuestionError:
        return
    found = find_candidates(query, sentence, tag(sentence))
    assert all(0 <= c.start < c.end <= len(sentence) for c in found)
    assert {c.label for c in found} <= {*LABELS, "TIME"}
    assert len({(c.start, c.end) for c in found}) == len(found)
