"""Quoted sentences as an answer shows them."""

import pytest

from qa.excerpts import excerpt
from qa.query import read_question
from qa.records import Article
from tests.measured import evidence_of

DAY = "2025-03-28"


def shown(
    question: str, sentence: str, answer: str | None = None, before: str = "", headline: str = ""
) -> str:
    article = Article.from_text(before + sentence, date=DAY, headline=headline)
    until = sentence.index(answer) + len(answer) if answer else None
    return excerpt(read_question(question), evidence_of(article, sentence), until)


@pytest.mark.parametrize(
    ("sentence", "answer", "expected"),
    [
        ("灯会来了3万人，人均花费80元，比上届多两成。", "3万人", "灯会来了3万人。"),
        ("灯会来了3万人，但多数人没有买票，人均花费不过80元。", "3万人", "灯会来了3万人，但多数人没有买票。"),
        ("何海明说，灯会来了3万人，人均花费80元。", "何海明", "何海明说，灯会来了3万人。"),
        ("“灯会来了3万人，人均花费80元，”何海明说。", "3万人", "“灯会来了3万人，人均花费80元，”何海明说。"),
        ("灯会来了3万人；", "3万人", "灯会来了3万人。"),
        ("本报讯 记者沈月 灯会来了3万人。", "3万人", "灯会来了3万人。"),
        ("新华社江岸3月27日电（记者沈月）灯会来了3万人。", None, "灯会来了3万人。"),
    ],
)
def test_a_sentence_ends_with_the_clause_that_answers(
    sentence: str, answer: str | None, expected: str
) -> None:
    assert shown("灯会来了多少人？", sentence, answer) == expected


def test_clauses_with_other_words_of_the_question_are_kept() -> None:
    sentence = "婚姻类占三成，数量最多，其次是邻里纠纷和劳动争议。"
    assert shown("哪类纠纷数量最多？", sentence, "婚姻类") == sentence


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("去年灯会来了3万人，今年更多。", "去年（2024年）灯会来了3万人，今年（2025年）更多。"),
        ("灯会昨晚开幕。", "灯会昨晚（2025年3月27日）开幕。"),
        ("2024年灯会来了3万人。", "2024年灯会来了3万人。"),
        ("去年来了3万人，去年花了80元。", "去年（2024年）来了3万人，去年花了80元。"),
    ],
)
def test_years_that_depend_on_the_day_of_issue_are_told(sentence: str, expected: str) -> None:
    assert shown("灯会来了多少人？", sentence) == expected


def test_the_same_year_is_the_one_told_before() -> None:
    found = shown("灯会来了多少人？", "同一年，灯会来了3万人。", before="2023年修了灯塔。")
    assert found == "同一年（2023年），灯会来了3万人。"


@pytest.mark.parametrize(
    ("question", "sentence", "headline", "expected"),
    [
        ("江西的油茶林有多少亩？", "全省油茶林有5万亩。", "江西油茶丰收", "江西：全省油茶林有5万亩。"),
        ("江西的油茶林有多少亩？", "江西油茶林有5万亩。", "江西油茶丰收", "江西油茶林有5万亩。"),
        ("江西的油茶林有多少亩？", "湖南油茶林有5万亩。", "江西油茶丰收", "湖南油茶林有5万亩。"),
        ("江西的油茶林有多少亩？", "全省油茶林有5万亩。", "油茶丰收", "全省油茶林有5万亩。"),
        ("“望海号”捕了多少鱼？", "平台捕鱼60吨。", "“望海号”开捕", "“望海号”：平台捕鱼60吨。"),
        ("How many mu in Jiangxi?", "全省油茶林有5万亩。", "江西油茶丰收", "全省油茶林有5万亩。"),
    ],
)
def test_a_name_that_the_sentence_leaves_out_is_told(
    question: str, sentence: str, headline: str, expected: str
) -> None:
    assert shown(question, sentence, headline=headline) == expected


def test_a_credit_is_no_sentence() -> None:
    assert shown("卸货的照片是谁拍摄的？", "本报通讯员 白帆摄") == "本报通讯员 白帆摄"
