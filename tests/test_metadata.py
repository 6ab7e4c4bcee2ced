from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InputError
from qa.metadata import (
    Metadata,
    complete_metadata,
    is_day,
    metadata_of_name,
    metadata_of_page,
    page_number,
    read_sidecar,
)
from qa.pages import split_lines
from qa.records import Article, Page

told = st.none() | st.sampled_from(["甲", "乙"])
some = st.builds(Metadata, told, told, told, told)
NOTHING = Page("a.txt", "", ())


def complete(article: Article, name: str = "a.txt", **options: str) -> Article:
    return complete_metadata([article], NOTHING, Metadata(**options), name)[0]


def article_of(text: str, **known: str) -> Article:
    return Article.from_text(text, headline="灯塔", **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "source", "date", "page", "section"),
    [
        ("海岛日报-20250328-02.txt", "海岛日报", "2025-03-28", "2", None),
        ("海岛日报 2025-03-28 第12版.txt", "海岛日报", "2025-03-28", "12", None),
        ("晚报_2025.03.28_A02.txt", "晚报", "2025-03-28", "A02", None),
        ("晚报_2025-03-28_A02_要闻.pdf", "晚报", "2025-03-28", "A02", "要闻"),
        ("晚报2025年03月28日04版.txt", "晚报", "2025-03-28", "4", None),
        ("20250328-02.txt", None, "2025-03-28", "2", None),
        ("20250328.txt", None, "2025-03-28", None, None),
        ("晚报20250328.txt", "晚报", "2025-03-28", None, None),
        ("晚报-20250231-01.txt", "晚报", None, "1", None),
        ("晚报-20251301.txt", None, None, None, None),
        ("page-7.txt", None, None, None, None),
        ("000_5d882022b27b58b6.txt", None, None, None, None),
    ],
)
def test_what_a_file_name_tells(
    name: str, source: str | None, date: str | None, page: str | None, section: str | None
) -> None:
    assert metadata_of_name(name) == Metadata(source, date, page, section)


@pytest.mark.parametrize(
    ("printed", "number"),
    [("02", "2"), ("00", "0"), ("a02", "A02"), ("四", "4"), ("十", "10"), ("十二", "12"), ("二十一", "21")],
)
def test_page_numbers_have_one_form(printed: str, number: str) -> None:
    assert page_number(printed) == number


@given(some, some, some)
def test_the_first_that_tells_a_thing_wins(one: Metadata, two: Metadata, three: Metadata) -> None:
    assert one.or_else(two).or_else(three) == one.or_else(two.or_else(three))
    assert one.or_else(two).source == (one.source or two.source)
    assert Metadata().or_else(one) == one.or_else(Metadata()) == one


def test_options_then_the_article_then_the_name() -> None:
    name = "名字报-20250328-02-要闻.txt"
    by_name = complete(article_of("灯。"), name)
    assert (by_name.source, by_name.date, by_name.page, by_name.section) == (
        "名字报", "2025-03-28", "2", "要闻",
    )  # fmt: skip
    own = complete(article_of("灯。", source="自己报", page="7"), name)
    assert (own.source, own.date, own.page) == ("自己报", "2025-03-28", "7")
    given_ = complete(
        article_of("灯。", source="自己报"), name, source="选项报", date="2024-01-02", section="副刊"
    )
    assert (given_.source, given_.date, given_.page, given_.section) == ("选项报", "2024-01-02", "2", "副刊")


@pytest.mark.parametrize(
    ("text", "name", "date", "reported"),
    [
        ("本报北京3月27日讯 记者林海生报道，灯亮了。", "报-20250328-01.txt", "2025-03-28", "2025-03-27"),
        ("新华社北京３月２７日电（记者于大川）灯亮了。", "报-20250328-01.txt", "2025-03-28", "2025-03-27"),
        ("灯亮了。\n（据新华社广州12月31日电）", "报-20250101-01.txt", "2025-01-01", "2024-12-31"),
        ("新华社2023年5月2日电 灯亮了。", "报-20250328-01.txt", "2025-03-28", "2023-05-02"),
        ("本报北京3月27日讯 灯亮了。", "报-2025.txt", "2025-03-27", "2025-03-27"),
        ("本报北京3月27日讯 灯亮了。", "a.txt", None, None),
        ("本报北京2月30日讯 灯亮了。", "报-20250328-01.txt", "2025-03-28", None),
        ("5月1日电影节开幕，灯亮了。", "报-20250328-01.txt", "2025-03-28", None),
        ("灯在3月20日亮了，到3月27日又灭了。", "报-20250328-01.txt", "2025-03-28", None),
        ("灯在2019年3月20日亮了。", "a.txt", None, None),
    ],
)
def test_the_dateline_is_kept_apart_from_the_day_of_publication(
    text: str, name: str, date: str | None, reported: str | None
) -> None:
    article = complete(article_of(text), name)
    assert (article.date, article.reported) == (date, reported)


def test_a_dateline_printed_apart_is_read_first() -> None:
    article = Article("1", "a.txt", "灯塔", article_of("灯亮了。").paragraphs, dateline="本报海岛3月26日讯")
    assert complete(article, "报-20250328-01.txt").reported == "2025-03-26"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2025年3月28日 星期五 第4版 要闻", Metadata(None, "2025-03-28", "4", "要闻")),
        (
            "04 法治　海岛日报　2025年3月28日　星期五　责编/林海生",
            Metadata("海岛日报", "2025-03-28", "4", "法治"),
        ),
        ("2025 年 3 月 28 日 星期五 农历乙巳年二月廿九 第十二版", Metadata(None, "2025-03-28", "12", None)),
        ("2025年3月28日，灯塔又亮了。", Metadata()),
        ("2025年3月28日（星期五）上午，海岛上来了" + "很多人，" * 12, Metadata()),
    ],
)
def test_the_folio_of_a_page(line: str, expected: Metadata) -> None:
    body = "\n".join(["灯塔又亮了。"] * 20)
    assert metadata_of_page(split_lines("a.txt", f"{line}\n{body}")) == expected
    assert metadata_of_page(split_lines("a.txt", f"{body}\n{line}\n")) == expected
    assert metadata_of_page(split_lines("a.txt", f"{body}\n{line}\n{body}")) == Metadata()


def test_the_folio_wins_over_the_name_and_the_pages_own_number_stands_between() -> None:
    text = "2025年3月28日 星期五 A3版\n灯塔又亮了。\n"
    page = Page("a.pdf", text, split_lines("a.pdf", text).lines, number="7")
    (article,) = complete_metadata([article_of("灯。")], page, Metadata(), "报-20240101-09.pdf")
    assert (article.source, article.date, article.page) == ("报", "2025-03-28", "A3")
    numbered = Page("a.pdf", "", (), number="7")
    (article,) = complete_metadata([article_of("灯。")], numbered, Metadata(), "报-20240101.pdf")
    assert article.page == "7"


@pytest.mark.parametrize(
    ("name", "number", "page"), [("05", "1", "5"), ("05", "3", "7"), ("A09", "2", "A10"), ("01", "12", "12")]
)
def test_the_name_of_a_file_of_several_pages_tells_the_first(name: str, number: str, page: str) -> None:
    pages = Page("a.pdf", "", (), number=number)
    (article,) = complete_metadata([article_of("灯。")], pages, Metadata(), f"报-20240101-{name}.pdf")
    assert article.page == page


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_nearest_sidecar_wins_key_by_key_and_none_above_the_root_is_read(tmp_path: Path) -> None:
    write(tmp_path / "wenbao.toml", 'source = "外面报"\nsection = "外面"\n')
    write(tmp_path / "archive" / "wenbao.toml", 'source = "海岛日报"\npage = "1"\n')
    write(tmp_path / "archive" / "day" / "wenbao.toml", "date = 2025-03-28\npage = 2\n")
    page = tmp_path / "archive" / "day" / "deep" / "a.txt"
    assert read_sidecar(page, [tmp_path / "archive"]) == Metadata("海岛日报", "2025-03-28", "2", None)
    assert read_sidecar(page, [tmp_path]) == Metadata("海岛日报", "2025-03-28", "2", "外面")
    assert read_sidecar(page, []) == Metadata()
    assert read_sidecar(tmp_path / "archive" / "day" / "a.txt", []) == Metadata(None, "2025-03-28", "2")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("source = ", r"wenbao\.toml: cannot be read .*write it as TOML"),
        ('sauce = "海岛日报"', "unknown key 'sauce'; the keys are source, date, page, section"),
        ('date = "28.3.2025"', "'28.3.2025' is not a date; write it as 2025-03-28"),
        ("date = 2025-03-28T10:00:00", "is not a date"),
        ("source = ['a']", r"source is \['a'\]; write it as a text"),
        ("page = true", "page is True; write it as a text"),
    ],
)
def test_a_wrong_sidecar_is_told(tmp_path: Path, text: str, told: str) -> None:
    write(tmp_path / "wenbao.toml", text)
    with pytest.raises(InputError, match=told):
        read_sidecar(tmp_path / "a.txt", [tmp_path])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-28", True), ("2024-02-29", True), ("2025-02-29", False), ("20250328", False),
        ("2025-W13-5", False), ("2025-3-28", False), ("昨天", False), ("", False),
    ],
)  # fmt: skip
def test_only_days_of_the_calendar_are_days(text: str, expected: bool) -> None:
    assert is_day(text) is expected
