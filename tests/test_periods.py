"""Words of time as days: the grammar, the reference day, and what is no time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.periods import find_period

NEWEST = "2025-03-28"


@pytest.mark.parametrize(
    ("text", "days", "words"),
    [
        ("2025年3月有多少篇", ("2025-03-01", "2025-03-31"), "2025年3月"),
        ("2024年2月", ("2024-02-01", "2024-02-29"), "2024年2月"),
        ("在二〇二五年三月二十八日", ("2025-03-28", "2025-03-28"), "二〇二五年三月二十八日"),
        ("2024年度", ("2024-01-01", "2024-12-31"), "2024年度"),
        ("2025年1月至3月", ("2025-01-01", "2025-03-31"), "2025年1月至3月"),
        ("2023年到2024年", ("2023-01-01", "2024-12-31"), "2023年到2024年"),
        ("2025年1月1日-2月3日", ("2025-01-01", "2025-02-03"), "2025年1月1日-2月3日"),
        ("2025年上半年", ("2025-01-01", "2025-06-30"), "2025年上半年"),
        ("2024年第三季度", ("2024-07-01", "2024-09-30"), "2024年第三季度"),
        ("2024年以来", ("2024-01-01", None), "2024年以来"),
        ("2024年之前", (None, "2023-12-31"), "2024年之前"),
    ],
)
def test_periods_that_say_all_themselves(text: str, days: tuple[str, str], words: str) -> None:
    found = find_period(text, NEWEST)
    assert found is not None
    assert (found.first, found.last) == days
    assert found.words == words == text[slice(*found.words_at)]
    assert found.reference is None
    assert find_period(text, None) == found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("今年", ("2025-01-01", "2025-12-31")),
        ("去年3月至5月", ("2024-03-01", "2024-05-31")),
        ("2024年到今年", ("2024-01-01", "2025-12-31")),
        ("本月", ("2025-03-01", "2025-03-31")),
        ("上个月", ("2025-02-01", "2025-02-28")),
        ("昨天", ("2025-03-27", "2025-03-27")),
        ("近三年", ("2023-01-01", "2025-03-28")),
        ("最近3个月", ("2025-01-01", "2025-03-28")),
        ("最近一周", ("2025-03-22", "2025-03-28")),
        ("3月", ("2025-03-01", "2025-03-31")),
        ("12月", ("2024-12-01", "2024-12-31")),
        ("下半年", ("2024-07-01", "2024-12-31")),
    ],
)
def test_periods_counted_from_the_reference_day(text: str, days: tuple[str, str]) -> None:
    found = find_period(text, NEWEST)
    assert found is not None
    assert (found.first, found.last) == days
    if not text.startswith("2024年"):
        assert found.reference == NEWEST
        assert find_period(text, None) is None


@pytest.mark.parametrize("text", ["", "没有时间", "2025年13月", "2025年2月30日", "3月刊", "第3版", "近0年"])
def test_no_such_time(text: str) -> None:
    assert find_period(text, NEWEST) is None


@given(st.text("二〇0123年月日近今去上半季度至到以来 第个天", max_size=20))
def test_any_text_gives_days_in_order_or_none(text: str) -> None:
    found = find_period(text, NEWEST)
    assert found is None or (found.first or "") <= (found.last or "9999")
