import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InputError
from qa.records import Article
from qa.tables import parse_columns, read_csv, read_json, read_json_lines

ROW = {
    "标题": "灯塔重新开放",
    "正文": "灯塔昨天开放。\n来的人很多。",
    "日期": "2025年3月8日",
    "记者": "林荷、何平",
}


class Skipped(list[str]):
    def __call__(self, error: InputError) -> None:
        self.append(str(error))


def refuse(error: InputError) -> None:
    raise error


def lines(*rows: Any) -> str:
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)


def one(row: dict[str, Any], **columns: str) -> Article:
    (article,) = read_json_lines("a.jsonl", lines(row), columns, refuse)
    return article


def test_chinese_columns() -> None:
    article = one(ROW | {"来源": "海岛日报", "版次": 2, "版名": "要闻"})
    assert (article.headline, article.byline) == ("灯塔重新开放", ("林荷", "何平"))
    assert [(p.text, p.role, p.spans) for p in article.paragraphs] == [
        ("灯塔昨天开放。", "body", ()),
        ("来的人很多。", "body", ()),
    ]
    assert (article.source, article.date, article.page, article.section) == (
        "海岛日报",
        "2025-03-08",
        "2",
        "要闻",
    )
    assert article.file == "a.jsonl"


def test_english_columns_in_any_case() -> None:
    article = one(
        {"Title": "t", "CONTENT": "灯塔。", "Author": ["林荷", "何平"], "paper": "甲报", "Page": "A2"}
    )
    assert (article.headline, article.text, article.byline) == ("t", "灯塔。", ("林荷", "何平"))
    assert (article.source, article.page, article.date) == ("甲报", "A2", None)


def test_paragraphs_may_be_a_list_of_texts_or_objects() -> None:
    article = one(
        {"paragraphs": ["甲。", "", {"text": "小标题", "role": "subhead"}, {"text": "乙。", "role": "?"}]}
    )
    assert [(p.text, p.role) for p in article.paragraphs] == [
        ("甲。", "body"),
        ("小标题", "subhead"),
        ("乙。", "body"),
    ]


def test_named_columns_win_over_the_usual_names() -> None:
    columns = parse_columns("title=t，正文=words")
    assert columns == {"headline": "t", "text": "words"}
    article = one({"title": "不是", "t": "这是标题", "text": "不是", "words": "这是正文。"}, **columns)
    assert (article.headline, article.text) == ("这是标题", "这是正文。")


@pytest.mark.parametrize("text", ["", "title", "title=", "color=red", "title=a,,text=b"])
def test_columns_that_make_no_sense(text: str) -> None:
    with pytest.raises(InputError, match="is not FIELD=COLUMN; fields are headline, text"):
        parse_columns(text)


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2025-03-08", "2025-03-08"),
        ("2025/3/8 10:20", "2025-03-08"),
        ("2025-03-08T10:20:00Z", "2025-03-08"),
        ("20250308", "2025-03-08"),
        (20250308, "2025-03-08"),
        ("2025.3.8", "2025-03-08"),
        ("2025-02-30", None),
        ("昨天", None),
        ("202503081", None),
        (None, None),
    ],
)
def test_dates(told: Any, day: str | None) -> None:
    assert one({"text": "甲。", "date": told}).date == day


@pytest.mark.parametrize(
    "value", [[ROW, ROW], {"total": 2, "tags": [{"x": 1}], "data": [ROW, ROW]}, {"a": [ROW], "b": [ROW, ROW]}]
)
def test_json_lists_wherever_they_are(value: Any) -> None:
    articles = read_json("a.json", json.dumps(value), {}, refuse)
    assert [a.headline for a in articles] == ["灯塔重新开放"] * 2


def test_json_of_one_article_and_json_lines_by_the_wrong_name() -> None:
    assert len(read_json("a.json", json.dumps(ROW), {}, refuse)) == 1
    assert len(read_json("a.json", lines(ROW, ROW), {}, refuse)) == 2


def test_a_broken_line_is_named_and_the_rest_is_read() -> None:
    skipped = Skipped()
    text = lines(ROW, '{"标题": "断', "", [1], {"正文": " "}, {"标题": "无"}, "[" * 100_000, ROW)
    assert len(read_json_lines("a.jsonl", text, {}, skipped)) == 2
    assert skipped == [
        "a.jsonl:2: broken JSON; export the line again; left out",
        "a.jsonl:4: not an object with named columns; left out",
        "a.jsonl:5: no text in column '正文'; left out",
        "a.jsonl:6: no column of text; left out",
        "a.jsonl:7: broken JSON; export the line again; left out",
    ]


def test_many_broken_lines_are_told_in_few() -> None:
    skipped = Skipped()
    read_json_lines("a.jsonl", lines(ROW, *["{"] * 1000), {}, skipped)
    assert len(skipped) == 21
    assert skipped[-1] == "a.jsonl: 980 more rows like these left out"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "a.json: broken JSON .*export it again"),
        ("[" * 100_000, "a.json: broken JSON"),
        ("[]", "a.json: no rows"),
        ("[1, 2]", r"a.json, item 1: not an object .*\(and 1 more rows\)"),
        ("3", "a.json, item 1: not an object"),
        ('[{"甲": 1, "乙": 2}]', "a.json: no column of text among 甲, 乙; .*--columns text=COLUMN"),
    ],
)
def test_json_without_an_article(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_json("a.json", text, {}, refuse)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv(mark: str) -> None:
    text = f'标题{mark}正文{mark}日期\r\n甲{mark}"第一段，“引”。\r\n第二段{mark}。"{mark}2025-03-08\r\n乙{mark}丙。\r\n'
    first, second = read_csv("a.csv", text, {}, refuse)
    assert [p.text for p in first.paragraphs] == ["第一段，“引”。", f"第二段{mark}。"]
    assert (first.date, second.headline, second.text, second.date) == ("2025-03-08", "乙", "丙。", None)


def test_csv_without_a_column_of_text_tells_the_columns_and_the_remedy() -> None:
    with pytest.raises(
        InputError, match=r"a\.csv: no column of text among 编号, 名; .*--columns text=COLUMN"
    ):
        read_csv("a.csv", "编号,名\n1,甲\n", {}, refuse)
    with pytest.raises(InputError, match=r"no column '词' among 编号, 正文"):
        read_csv("a.csv", "编号,正文\n1,甲\n", {"text": "词"}, refuse)


def test_a_field_of_a_million_characters_is_told_and_the_next_row_read() -> None:
    skipped = Skipped()
    (article,) = read_csv("a.csv", f"正文\n{'长' * 1_000_000}\n短。\n", {}, skipped)
    assert article.text == "短。"
    assert len(skipped) == 1
    assert "a.csv:2: broken row" in skipped[0]


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["text", "title", "date", "author", "page", "甲"]), VALUES))
def test_whatever_the_values_are_there_is_an_article_or_one_line(row: dict[str, Any]) -> None:
    for text in (json.dumps([row]), json.dumps(row)):
        try:
            articles = read_json("a.json", text, {}, Skipped())
        except InputError as error:
            assert "\n" not in str(error).replace(repr(row), "")  # noqa: PT017 (either outcome is right)
        else:
            assert all(p.text.strip() for a in articles for p in a.paragraphs)
