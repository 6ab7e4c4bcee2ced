"""Questions in English: what they ask for, and what of them stands in Chinese text."""

import pytest

from qa.english import english_type, english_units, is_english, provinces_in
from qa.interpretation import AnswerType
from qa.query import read_question


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("How many disputes did Jiangxi resolve?", True),
        ("江西化解了多少纠纷？", False),
        ("什么是AI and ML", False),
        ("GDP", False),
        ("5G 2024", False),
    ],
)
def test_a_question_is_english_without_a_chinese_character(question: str, english: bool) -> None:
    assert read_question(question).english is is_english(question.lower()) is english


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many disputes were resolved?", "quantity"),
        ("at what altitude is the telescope?", "quantity"),
        ("what percentage of the cases was closed?", "ratio"),
        ("what is the efficiency of the cell?", "ratio"),
        ("how long did the ferry stop?", "duration"),
        ("when does the line open?", "date"),
        ("on which day did it close?", "date"),
        ("who is the mayor?", "person"),
        ("what position does she hold?", "role"),
        ("where did the storm land?", "place"),
        ("which city hosts the games?", "place"),
        ("which company built the line?", "organisation"),
        ("why did the festival close early?", "explain"),
        ("how did they find the boat?", "explain"),
        ("what is the program called?", "name"),
        ("is the bridge open?", "yesno"),
        ("tell me about the lighthouse", "other"),
    ],
)
def test_the_question_word_tells_the_type(question: str, kind: AnswerType) -> None:
    assert english_type(question) == kind


def test_the_measure_words_asked_for() -> None:
    assert "人" in english_units("quantity", "how many people came?")
    assert english_units("quantity", "how much did it cost?") == ("元",)
    assert "%" in english_units("ratio", "what percentage?")
    assert (
        english_units("person", "who are the people?") == english_units("quantity", "how many caves?") == ()
    )


def test_provinces_and_years_hold_in_english_too() -> None:
    query = read_question("How many disputes did Inner Mongolia and Shaanxi resolve in 2023?")
    assert (query.places, query.times, query.years) == (("内蒙古", "陕西"), ("2023年",), ("2023",))
    assert {"内蒙古", "陕西", "2023"} <= set(query.words)
    assert provinces_in("the henanese") == ()


def test_only_what_may_stand_in_chinese_text_is_a_term() -> None:
    assert read_question("Who wrote the App for 5G and GDP?").words == ("5", "g", "gdp")
