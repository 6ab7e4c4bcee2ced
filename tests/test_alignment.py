"""Letters and their places, the nearest piece of a text, and the edits between two texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.alignment import Letters, edits_between, find_nearest, letters_of

words = st.text("甲乙丙丁", min_size=1, max_size=8)


def distance(one: str, other: str) -> int:
    """The edit distance by its definition, row by row."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row = row, [number]
        for place, against in enumerate(other):
            row.append(min(above[place + 1] + 1, row[-1] + 1, above[place] + (letter != against)))
    return row[-1]


@given(words, st.text("甲乙丙丁", min_size=1, max_size=12))
def test_no_piece_is_nearer_than_the_nearest(pattern: str, text: str) -> None:
    start, end, told = find_nearest(pattern, text)
    pieces = {text[i:j] for i in range(len(text) + 1) for j in range(i, len(text) + 1)}
    assert told == distance(pattern, text[start:end]) == min(distance(pattern, piece) for piece in pieces)


def test_a_piece_changed_at_its_edge_keeps_its_length() -> None:
    assert find_nearest("错塔昨晚重新点错", "海岛上灯塔昨晚重新点亮了") == (3, 11, 2)


def test_a_long_pattern() -> None:
    text = "".join(chr(0x4E00 + number * 7919 % 5000) for number in range(3000))
    assert find_nearest(text[100:2900], text) == (100, 2900, 0)


@given(words, words)
def test_edits_make_the_one_of_the_other(one: str, other: str) -> None:
    made, place = "", 0
    for edit in edits_between(one, other):
        made += one[place : edit.start] + other[edit.other_start : edit.other_end]
        place = edit.end
    assert made + one[place:] == other


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("“王　春”说：好！", "王春说好"),
        ("３８．１萬件，占９９．８％。", "38.1万件占99.8%"),
        ("ＡＩ 与 Wi-Fi。1,200", "ai与wifi1200"),
        ("。……！", ""),
    ],
)
def test_letters(text: str, letters: str) -> None:
    assert letters_of(text).folded == letters


@given(st.text("王春3.，“ \n萬Ａ", max_size=30))
def test_letters_stand_at_their_places(text: str) -> None:
    letters = letters_of(text)
    assert len(letters.folded) == len(letters.places)
    for start in range(len(letters.folded)):
        first, last = letters.span(start, start + 1)
        assert letters_of(text[first:last]).folded == letters.folded[start] or letters.folded[start] == "."


def test_spans_left_out_and_empty_spans() -> None:
    letters = letters_of("甲乙摄影丙", [(2, 4)])
    assert letters == Letters("甲乙丙", [0, 1, 4])
    assert letters.span(1, 3) == (1, 5)
    assert letters.span(2, 2) == (4, 4)
    assert letters.span(3, 3) == (5, 5)
