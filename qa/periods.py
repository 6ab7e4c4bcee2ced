"""Words of time to a closed range of days: 2025年3月, 今年, 去年3月至5月, 2024年以来.

今年 and the like are counted from a reference day, for an archive the day of its newest article: what is
asked for is what the archive holds, whenever it is asked.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from qa.figures import number_of, year_in_digits

__all__ = ["Period", "find_period"]

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_POINT = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})年(?:度|份)?|(?P<named>今年|去年|前年))?"
    rf"(?:(?P<month>\d{{1,2}}|{_NUMERAL})月(?!刊)份?(?:(?P<day>\d{{1,2}}|{_NUMERAL})[日号])?"
    r"|(?P<half>[上下])半年|第?(?P<quarter>[一二三四1234])季度)?"
    rf"|(?P<near>本月|这个月|上个?月|今[天日]|昨[天日])|(?:最近|近|过去)(?P<count>\d+|{_NUMERAL}|两)个?(?P<unit>年|月|周|天|日)"
)
_UNTIL = re.compile(r"\s*(?:至|到|-|—+|~|－)\s*")
_SINCE = re.compile(r"(?:以来|以后|之后|起)")
_BEFORE = re.compile(r"(?:以前|之前)")
_YEARS_BACK = {"今年": 0, "去年": 1, "前年": 2}
_DAYS = {"周": 7, "天": 1, "日": 1}
_FIRST, _LAST = date.min, date.max


@dataclass(frozen=True, slots=True)
class Period:
    """A closed range of days, ISO 8601; an end that is not told is None.

    ``words`` are those that told it, ``words_at`` where they stand; ``reference`` is the day from which
    they were counted, None where they say all themselves.
    """

    first: str | None
    last: str | None
    words: str
    words_at: tuple[int, int]
    reference: str | None = None


def find_period(folded: str, newest: str | None) -> Period | None:
    """Return the first period that a text tells, None where it tells none that can be made out.

    ``newest`` is the reference day; where there is none, what is counted from it cannot be made out.
    """
    reference = date.fromisoformat(newest) if newest else None
    for match in _POINT.finditer(folded):
        days = _days(match, reference, None) if match.group() else None
        if days is None:
            continue
        (first, last), end = days, match.end()
        if (until := _UNTIL.match(folded, end)) and (other := _POINT.match(folded, until.end())):
            later = _days(other, reference, first.year) if other.group() else None
            if later and later[1] >= first:
                last, end = later[1], other.end()
        elif since := _SINCE.match(folded, end):
            last, end = _LAST, since.end()
        elif before := _BEFORE.match(folded, end):
            first, last, end = _FIRST, first - timedelta(days=1), before.end()
        return Period(
            first.isoformat() if first > _FIRST else None,
            last.isoformat() if last < _LAST else None,
            folded[match.start() : end],
            (match.start(), end),
            None if match["year"] else newest,
        )
    return None


def _days(match: re.Match[str], reference: date | None, year: int | None) -> tuple[date, date] | None:
    """Return the first and the last day of a point in time; ``year`` is that of the point before it."""
    counted = match["count"] or match["near"] or match["named"]
    if match["year"] or (year and not counted):
        return _days_of_year(match, int(year_in_digits(match["year"])) if match["year"] else year or 0)
    if reference is None:
        return None
    if match["count"]:
        return _last_days(number_of(match["count"]), match["unit"], reference)
    if match["near"]:
        return _near(match["near"], reference)
    found = _days_of_year(match, reference.year - _YEARS_BACK.get(match["named"] or "", 0))
    # A month without a year is the latest one that is not after the reference day.
    later = found and not match["named"] and found[0] > reference
    return _days_of_year(match, reference.year - 1) if later else found


def _days_of_year(match: re.Match[str], year: int) -> tuple[date, date] | None:
    month, length = 1, 12
    if match["half"]:
        month, length = (1 if match["half"] == "上" else 7), 6
    elif match["quarter"]:
        month, length = 3 * number_of(match["quarter"]) - 2, 3
    elif match["month"]:
        month, length = number_of(match["month"]), 1
    if not 1 <= month <= 12:
        return None
    first, last = _months(year, month, length)
    if match["day"]:
        day = number_of(match["day"])
        return (first.replace(day=day),) * 2 if 1 <= day <= last.day else None
    return first, last


def _months(year: int, month: int, length: int) -> tuple[date, date]:
    last = month + length - 1
    return date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1])


def _near(word: str, reference: date) -> tuple[date, date]:
    if word in {"本月", "这个月"}:
        return _months(reference.year, reference.month, 1)
    if word.startswith("上"):
        before = reference.replace(day=1) - timedelta(days=1)
        return _months(before.year, before.month, 1)
    day = reference - timedelta(days=word.startswith("昨"))
    return day, day


def _last_days(count: int, unit: str, reference: date) -> tuple[date, date] | None:
    """Return the years or months up to that of the reference day (近三年: this and two more), or the days."""
    if not 1 <= count <= 1000:
        return None
    if unit == "年":
        return date(reference.year - count + 1, 1, 1), reference
    if unit == "月":
        months = reference.year * 12 + reference.month - count
        return date(months // 12, months % 12 + 1, 1), reference
    return reference - timedelta(days=count * _DAYS[unit] - 1), reference
