"""Questions as they are read."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.errors import QuestionError
from qa.gaps import find_gap
from qa.query import MAX_QUESTION, read_question


def test_a_question_is_read_into_its_parts() -> None:
    query = read_question("2024年江西综治中心化解了多少件纠纷？")
    assert (query.type, query.before, query.after) == ("quantity", "2024年江西综治中心化解了", "件纠纷?")
    assert (query.years, query.units, query.gap_word) == (("2024",), ("件",), "化解")
    assert {"江西", "化解", "纠纷", "2024"} <= set(query.words)
    assert {"综治", "纠纷"} <= set(query.bigrams)
    assert "多少" not in query.words
    assert not query.asks_for_byline


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("“智融宝”的年利率是多少？", "年利率"),
        ("渡轮公司的经理是谁？", "经理"),
        ("江西有多少家单位进驻中心？", "单位"),
        ("灯会来了多少游客", "游客"),
    ],
)
def test_the_focus_is_the_noun_at_the_gap(question: str, focus: str) -> None:
    assert read_question(question).focus == focus


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("小镇有多少家企业？", ("家",)),
        ("小镇有多少家具从业人员？", ()),
        ("仓库里有多少个箱子？", ("个",)),
    ],
)
def test_a_measure_word_is_one_only_by_itself(question: str, units: tuple[str, ...]) -> None:
    assert read_question(question).units == units


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("2023年和2024年各修了多少座桥？", ("2023", "2024")),
        ("2024年度修了多少座桥？2024年呢？", ("2024",)),
        ("二〇二四年修了多少座桥？", ("2024",)),
        ("哪里有2024个箱子？", ()),
        ("2024.5公里的路在哪里？", ()),
        ("编号120245的船叫什么？", ()),
        ("２０２４年修了多少座桥？", ("2024",)),
    ],
)
def test_years_are_told_from_other_numbers(question: str, years: tuple[str, ...]) -> None:
    assert read_question(question).years == years


@pytest.mark.parametrize(
    ("question", "photographer", "byline"),
    [
        ("开海节的照片是谁拍摄的？", True, True),
        ("谁拍了渔港的照片？", True, True),
        ("灯会的图片是哪位记者拍的？", True, True),
        ("这张图的摄影是谁？", True, True),
        ("开海节的报道是哪位记者采写的？", False, True),
        ("谁在开海节上讲了话？", False, False),
    ],
)
def test_photographers_and_reporters_are_meant_only_where_asked_for(
    question: str, photographer: bool, byline: bool
) -> None:
    query = read_question(question)
    assert (query.asks_for_photographer, query.asks_for_byline) == (photographer, byline)
    assert query.type == "person"


LABELLED = Path(__file__).with_name("question_types.tsv").read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.parametrize("line", LABELLED)
def test_questions_are_typed_as_a_person_did(line: str) -> None:
    kind, _, question = line.partition("\t")
    assert read_question(question).type == kind


def test_names_in_the_question_are_entities() -> None:
    labels = {entity.word: entity.label for entity in read_question("沈月在江西省担任什么职务？").entities}
    assert labels == {"沈月": "PER", "江西省": "LOC"}


def test_a_list_has_the_count_asked_for() -> None:
    assert read_question("平台有哪三大子产品？").count == 3


def test_traditional_and_full_width_questions_are_read_as_simplified_ones() -> None:
    traditional, simplified = (
        read_question("江西綜治中心化解了多少糾紛？"),
        read_question("江西综治中心化解了多少纠纷?"),
    )
    assert traditional.text == "江西綜治中心化解了多少糾紛？"
    assert (traditional.folded, traditional.words, traditional.type) == (
        simplified.folded,
        simplified.words,
        simplified.type,
    )


def test_white_space_is_joined() -> None:
    assert read_question("  江西\n综治中心\t在哪里 ").text == "江西 综治中心 在哪里"


@pytest.mark.parametrize("question", ["", " \n\t　", "？", "……！？", "“”", "——", "\u200b"])
def test_a_question_without_a_word_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        read_question(question)


def test_a_question_far_too_long_is_refused() -> None:
    with pytest.raises(QuestionError, match="10,000"):
        read_question("灯" * 10_000)
    assert read_question("灯" * MAX_QUESTION).text == "灯" * MAX_QUESTION


@pytest.mark.parametrize("question", ["多少", "谁", "什么", "为什么？"])
def test_a_question_of_nothing_but_its_gap_can_still_be_searched(question: str) -> None:
    query = read_question(question)
    assert query.words or query.bigrams


# Characters of all kinds, lone surrogates included, and texts that look like questions.
TEXTS = st.text(st.characters(exclude_categories=())) | st.text(
    "江西谁多少哪里什么年2024、家的，。？ \n照片第", max_size=60
)


@settings(deadline=None)
@given(TEXTS)
@example("\ud83d")
@example("江西\udc00谁")
@example("İstanbul在哪里")
@example("ﬁ谁")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        query = read_question(text)
    except QuestionError:
        return
    _, start, end = find_gap(query.folded)
    assert query.before + query.folded[start:end] + query.after == query.folded
    assert len(query.folded) == len(query.text)
    assert query.bigrams or query.english
    assert all(
        query.text[e.start : e.end] == e.word or query.folded[e.start : e.end] == e.word
        for e in query.entities
    )
