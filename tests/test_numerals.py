"""One number, however it is written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.numerals import find_numerals, value_of
from qa.segmentation import fold

DIGITS = "零一二三四五六七八九"


def below_myriad(value: int) -> str:
    """Write a number below ten thousand in Chinese."""
    written, gap = "", False
    for power, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            written += ("零" if gap and written else "") + DIGITS[digit] + sign
        gap = not digit
    return written


def in_chinese(value: int) -> str:
    """Write a whole number below a billion billions in Chinese."""
    written = ""
    for unit, sign in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, value = divmod(value, unit)
        if part:
            gap = "零" if written and part < 1000 else ""
            written += gap + (in_chinese(part) if part >= 10**4 else below_myriad(part)) + sign
    return written or "零"


def found(text: str) -> list[tuple[str, str]]:
    folded = fold(text)
    return [(numeral.digits, text[numeral.start : numeral.end]) for numeral in find_numerals(folded)]


@pytest.mark.parametrize(
    ("text", "numerals"),
    [
        ("产值一百二十亿元", [("12000000000", "一百二十亿")]),
        ("产值120亿元", [("12000000000", "120亿")]),
        ("产值１２，０００，０００，０００元", [("12000000000", "１２，０００，０００，０００")]),
        ("1.2万件和1.2万亿元", [("12000", "1.2万"), ("1200000000000", "1.2万亿")]),
        ("十二点五亿", [("1250000000", "十二点五亿")]),
        ("百分之三十、三成、三成五", [("30", "百分之三十"), ("30", "三成"), ("35", "三成五")]),
        ("两千人，廿一岁，1亿2000万", [("2000", "两千"), ("21", "廿一"), ("120000000", "1亿2000万")]),
        ("一万五，两千五，三百零五", [("15000", "一万五"), ("2500", "两千五"), ("305", "三百零五")]),
        ("二〇二五年，一九九八年", [("2025", "二〇二五"), ("1998", "一九九八")]),
        ("九萬人", [("90000", "九萬")]),
    ],
)
def test_numerals_and_where_they_stand(text: str, numerals: list[tuple[str, str]]) -> None:
    assert found(text) == numerals


@pytest.mark.parametrize(
    "text",
    [
        "一个",
        "三四十人",
        "千万不要",
        "万一",
        "十四五",
        "三三两两",
        "一成立",
        "五成员",
        "百万富翁",
        "十",
        "零",
    ],
)
def test_what_has_no_one_value_is_no_numeral(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("24", 24),
        ("十", 10),
        ("十二", 12),
        ("二十四", 24),
        ("一百零二", 102),
        ("三百二十", 320),
        ("两千", 2000),
    ],
)
def test_the_value_of_one_numeral(numeral: str, number: int) -> None:
    assert value_of(numeral) == number


@pytest.mark.parametrize("numeral", ["", "二四", "亿万", "十百", "1.2.3", "灯"])
def test_what_is_not_well_formed_has_no_value(numeral: str) -> None:
    assert value_of(numeral) is None


@given(st.integers(1, 10**15))
def test_every_way_of_writing_has_the_same_value(value: int) -> None:
    written = in_chinese(value)
    wide = str(value).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    forms = [written, str(value), f"{value:,}", wide]
    forms += [f"{value / Decimal(unit):f}{sign}" for unit, sign in ((10**4, "万"), (10**8, "亿"))]
    assert {value_of(fold(form)) for form in forms} == {Decimal(value)}


@given(st.integers(11, 9999), st.integers(1, 9), st.sampled_from(["万", "亿"]))
def test_a_numeral_is_found_whole_between_other_words(value: int, tenth: int, sign: str) -> None:
    written = f"{in_chinese(value)}点{DIGITS[tenth]}{sign}"
    expected = Decimal(f"{value}.{tenth}") * {"万": 10**4, "亿": 10**8}[sign]
    assert found(f"共有{written}吨") == [(f"{expected:.0f}", written)]


@given(st.integers(1, 99))
def test_a_share_counts_in_hundredths(value: int) -> None:
    share = f"百分之{in_chinese(value)}"
    assert found(share + "的人") == [(str(value), share)]


@given(st.text(alphabet="〇零一二三四五六七八九两廿卅十百千万亿点成半分之百0123456789.,，年") | st.text())
def test_any_text_is_read_and_every_numeral_stands_in_it(text: str) -> None:
    folded, position = fold(text), 0
    for numeral in find_numerals(folded):
        assert position <= numeral.start < numeral.end <= len(text)
        position = numeral.end
        assert numeral.digits == f"{Decimal(numeral.digits)}"
