import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.segmentation import bigrams, fold, terms, with_plain_numerals, words

any_text = st.text(st.characters(), max_size=60)  # surrogates included


@settings(deadline=None)
@given(any_text)
def test_folding_keeps_the_length_and_is_the_same_in_every_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded == "".join(fold(character) for character in text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺灣東部地震", "台湾东部地震"),
        ("ＧＤＰ增长５．２％", "gdp增长5.2%"),
        ("AI晶片與Ｃ羅", "ai晶片与c罗"),
        ("㍿ﬁİ", "㍿ﬁİ"),
        ("\ud800灯\x00", "\ud800灯\x00"),
    ],
)
def test_folding_of_width_case_and_script(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="江西综治中心的了3.8万,aB 。", max_size=30))
def test_terms_are_parts_of_the_folded_text(text: str) -> None:
    folded = fold(text)
    found_words, found_bigrams = terms(text)
    assert found_words == words(folded)
    assert found_bigrams == bigrams(folded)
    assert all(word in with_plain_numerals(folded) for word in found_words)
    assert all(bigram in folded for bigram in found_bigrams)
    for term in found_words + found_bigrams:
        assert not any(character.isspace() for character in term)
    if found_words:
        assert found_bigrams, "whatever has words has bigrams too"


def test_words_hold_long_words_and_the_shorter_ones_in_them_but_no_function_words() -> None:
    found = words("中华人民共和国的首都是北京")
    assert {"中华", "人民", "共和国", "中华人民共和国", "首都", "北京"} <= set(found)
    assert not {"的", "是"} & set(found)
    assert words("什么是多少") == []


def test_numbers_and_latin_words_stay_whole() -> None:
    assert words("gdp增长5.2,共1,234.5元") == ["gdp", "增长", "5.2", "共", "1234.5", "元"]
    assert bigrams("gdp增长快5.2%") == ["gdp", "增长", "长快", "5.2"]
    assert bigrams("灯") == ["灯"]
    assert bigrams("。！ ") == words("。！ ") == []


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("产值一百二十亿元", "产值120亿元"),
        ("产值12,000,000,000元", "产值120亿元"),
        ("两千三百人", "2300人"),
        ("百分之三十的人", "30的人"),
        ("二〇二四年", "2024年"),
    ],
)
def test_a_number_is_one_word_however_it_is_written(written: str, otherwise: str) -> None:
    assert words(written) == words(otherwise)


def test_plain_digits_are_left_as_they_are() -> None:
    assert with_plain_numerals("007号船3.50米，三四十人") == "007号船3.50米，三四十人"


def test_both_scripts_and_widths_meet_in_the_same_terms() -> None:
    assert terms("臺灣的ＧＤＰ") == terms("台湾的gdp")
