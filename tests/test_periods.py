"""Words of time, and the days they mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.periods import Period, find_times, first_time, resolve, times_told
from qa.segmentation import fold

DAY = "2025-03-28"


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("wording", "period"),
    [
        ("2024年", days("2024-01-01", "2024-12-31")),
        ("２０２４年２月", days("2024-02-01", "2024-02-29")),
        ("二〇二四年三月二十五日", days("2024-03-25", "2024-03-25")),
        ("2024年上半年", days("2024-01-01", "2024-06-30")),
        ("2024年第三季度", days("2024-07-01", "2024-09-30")),
        ("2024年前三季度", days("2024-01-01", "2024-09-30")),
        ("2021年至2023年", days("2021-01-01", "2023-12-31")),
        ("2021-2023年", days("2021-01-01", "2023-12-31")),
        ("“十四五”期间", days("2021-01-01", "2025-12-31")),
        ("十三五时期", days("2016-01-01", "2020-12-31")),
    ],
)
def test_times_that_mean_the_same_on_every_day(wording: str, period: Period) -> None:
    assert resolve(wording, None) == resolve(wording, DAY) == period


@pytest.mark.parametrize(
    ("wording", "period"),
    [
        ("今年", days("2025-01-01", "2025-12-31")),
        ("去年", days("2024-01-01", "2024-12-31")),
        ("去年10月", days("2024-10-01", "2024-10-31")),
        ("今年以来", days("2025-01-01", "2025-03-28")),
        ("近三年", days("2022-03-28", "2025-03-28")),
        ("最近6个月", days("2024-09-28", "2025-03-28")),
        ("过去十天", days("2025-03-18", "2025-03-28")),
        ("昨日", days("2025-03-27", "2025-03-27")),
        ("昨晚", days("2025-03-27", "2025-03-27")),
        ("明天", days("2025-03-29", "2025-03-29")),
        ("本月", days("2025-03-01", "2025-03-31")),
        ("上个月", days("2025-02-01", "2025-02-28")),
        ("上周", days("2025-03-17", "2025-03-23")),
        ("截至今年2月", days("2025-02-01", "2025-02-28")),
        ("截至目前", days("0001-01-01", "2025-03-28")),
        ("3月27日", days("2025-03-27", "2025-03-27")),
        ("12月30日", days("2024-12-30", "2024-12-30")),
    ],
)
def test_times_that_depend_on_the_day_of_the_text(wording: str, period: Period) -> None:
    assert resolve(wording, DAY) == period
    assert resolve(wording, None) is None


@pytest.mark.parametrize("text", ["近日", "2024个箱子", "12个月", "2月30日", "灯塔", "比2023年", "较去年"])
def test_what_means_no_time(text: str) -> None:
    assert resolve(text, DAY) is None


def test_the_last_day_of_february_a_year_later() -> None:
    assert resolve("近一年", "2024-02-29") == days("2023-02-28", "2024-02-29")


def test_the_times_of_a_question_in_its_own_words() -> None:
    times = find_times(fold("“十四五”期间和去年10月，近三年来2021年到2023年"))
    assert [time.wording for time in times] == ["“十四五”期间", "去年10月", "近三年", "2021年到2023年"]


TEXT = "2023年建成，12月5日通船。渔船进港。今年扩建，比2022年大。目前停用。"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("2023年建成，12月5日通船。", ["2023年", "2023年12月5日"]),
        ("渔船进港。", ["2023年"]),
        ("今年扩建，比2022年大。", ["2025年"]),
        ("目前停用。", ["2025年"]),
    ],
)
def test_a_sentence_tells_its_own_times_or_the_years_before_it(sentence: str, told: list[str]) -> None:
    start = TEXT.index(sentence)
    assert [str(word.period) for word in times_told(TEXT, DAY, start, start + len(sentence))] == told


@pytest.mark.parametrize(("day", "told"), [(DAY, ["2025年"]), (None, [])])
def test_without_a_time_the_year_of_publication_is_told(day: str | None, told: list[str]) -> None:
    assert [str(word.period) for word in times_told("渔船进港。", day, 0, 5)] == told


@pytest.mark.parametrize(
    "wording", ["2024年", "2025年3月", "2025年3月27日", "2021年至2023年", "2025年3月1日至2025年4月2日"]
)
def test_a_period_is_written_as_it_is_read(wording: str) -> None:
    assert str(resolve(wording, None)) == wording


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_periods_overlap_where_they_share_a_day(one: date, other: date) -> None:
    first, second = Period(min(one, other), max(one, other)), Period(one, one)
    assert first.overlaps(second)
    assert second.overlaps(first)
    assert second.overlaps(Period(other, other)) is (one == other)
    assert first.whole_months.overlaps(first)
    assert resolve(str(first), None) == first


@given(
    st.text(alphabet="今去前昨明年月日上下本周近三十五四个“”期间至-2024〇二0139截目比") | st.text(),
    st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(date.isoformat),
)
def test_any_text_can_be_read(text: str, day: str | None) -> None:
    times = find_times(fold(text))
    assert all(fold(text)[time.start : time.end] == time.wording for time in times)
    for time in times:
        period = resolve(time.wording, day)
        assert period is None or isinstance(period.first, date)
    assert all(word.period for word in times_told(text, day, 0, len(text)))


@pytest.mark.parametrize(
    ("text", "days", "wording"),
    [
        ("在2025年3月有多少篇", ("2025-03-01", "2025-03-31"), "2025年3月"),
        ("2025年1月至3月", ("2025-01-01", "2025-03-31"), "2025年1月至3月"),
        ("去年3月至5月", ("2024-03-01", "2024-05-31"), "去年3月至5月"),
        ("2024年以来", ("2024-01-01", "2025-03-28"), "2024年以来"),
        ("2024年3月以来", ("2024-03-01", "9999-12-31"), "2024年3月以来"),
        ("2024年之前", ("0001-01-01", "2023-12-31"), "2024年之前"),
        ("上个月", ("2025-02-01", "2025-02-28"), "上个月"),
    ],
)
def test_the_first_time_of_a_text_may_be_open_at_one_end(
    text: str, days: tuple[str, str], wording: str
) -> None:
    found = first_time(text, "2025-03-28")
    assert found is not None
    assert found.period == Period(*map(date.fromisoformat, days))
    assert found.wording == wording == text[found.start : found.end]


@pytest.mark.parametrize("text", ["", "没有时间", "2025年13月", "2025年2月30日", "第3版"])
def test_a_text_without_a_time(text: str) -> None:
    found = first_time(text, "2025-03-28")
    assert found is None or found.wording == "2025年"
