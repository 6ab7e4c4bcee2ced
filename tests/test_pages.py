from hypothesis import given
from hypothesis import strategies as st

from qa.pages import cells, join_lines, measure_lines, split_lines


def test_lines_keep_their_offsets() -> None:
    text = "第一行\r\n\r\n　　第二行 \n\n"
    page = split_lines("a.txt", text)
    assert [line.text for line in page.lines] == ["第一行", "　　第二行 "]
    assert all(text[line.start : line.end] == line.text for line in page.lines)
    assert page.file == "a.txt"


@given(st.text())
def test_no_printed_character_is_lost(text: str) -> None:
    page = split_lines("a", text)
    assert all(text[line.start : line.end] == line.text for line in page.lines)
    assert "".join("".join(line.text.split()) for line in page.lines) == "".join(text.split())


def test_half_width_characters_take_half_a_cell() -> None:
    assert cells("第27条ab") == 4.0


def test_join_keeps_a_space_between_latin_words_only() -> None:
    assert join_lines(["采用 open", "source 软件", "建成"]) == "采用 open source 软件建成"
    assert join_lines(["达到47", "5万件"]) == "达到475万件"
    assert join_lines([]) == ""


def test_frames_begin_at_a_single_space_without_a_blank_line() -> None:
    page = split_lines("a", " 甲文第一行\n\n甲文第二行\n 　　乙文第一行\n\n乙文第二行\n")
    lines = measure_lines(page)
    assert [line.frame for line in lines] == [0, 0, 1, 1]
    assert [line.indent for line in lines] == [0, 0, 4, 0]


def test_a_space_in_mid_sentence_begins_no_frame() -> None:
    page = split_lines("a", "今年春天镇上的居民\n 一早就去了河边散步\n一直走到了很晚。\n")
    assert {line.frame for line in measure_lines(page)} == {0}


def test_gap_tells_full_lines_from_last_lines() -> None:
    rows = ["　　春天来了，河边的柳树", "发了新芽，孩子们在树下", "放风筝，老人在旁边看着", "说笑。"]
    gaps = [line.gap for line in measure_lines(split_lines("a", "\n".join(rows)))]
    assert max(gaps[:3]) <= 1.0 < gaps[3]


def test_blank_lines_part_paragraphs_only_where_not_all_lines_have_them() -> None:
    some = measure_lines(split_lines("a", "甲一\n甲二\n\n乙一\n乙二\n"))
    every = measure_lines(split_lines("a", "甲一\n\n甲二\n\n乙一\n\n乙二\n"))
    assert [line.parted for line in some] == [False, False, True, False]
    assert not any(line.parted for line in every)
