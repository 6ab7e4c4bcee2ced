"""Words of time to ranges of days: 2024年, 去年10月, 昨日, 近三年, “十四五”期间."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from qa.numerals import value_of
from qa.segmentation import fold

__all__ = ["Period", "TimeWord", "find_times", "first_time", "resolve", "times_told"]

_DIGIT = "[一二三四五六七八九]"
_YEAR = r"(?P<year>(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})"
_RELATIVE = "今年|本年|去年|前年|大前年|明年|后年"
_MONTH = rf"(?:1[0-2]|0?[1-9]|十[一二]?|{_DIGIT})(?=月)"
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]|[二三]?十{_DIGIT}?|{_DIGIT})(?=[日号])"
_PART = "上半年|下半年|前三季度|第?[一二三四1-4]季度"
_TIME = re.compile(
    # What something is compared with (比2024年增长) is not what is told.
    rf"(?<![\d比较])(?:(?:{_YEAR}(?=年|度|[-—~至到]\d{{4}}年)年?|(?P<relative>{_RELATIVE}))"
    rf"(?:(?P<part>{_PART})|(?P<so_far>以来)|(?P<month>{_MONTH})月(?:(?P<day>{_DAY})[日号])?)?"
    rf"|(?<!个)(?P<bare_month>{_MONTH})月(?:(?P<bare_day>{_DAY})[日号])?"
    r"|(?P<month_word>本月|上个?月|下个?月)|(?P<day_word>[昨今明][天日晚]|[前后]天)|(?P<week>[上本下]周)"
    rf"|(?:最?近|过去)(?P<count>\d+|[两十]|{_DIGIT}十?)(?P<unit>年|个?月|天|日)"
    r"|[“\"]?(?P<plan>十[一二三四五六]?|[六七八九])五[”\"]?(?:期间|时期|以来|期末|末)"
    r"|(?P<until>截至目前|到目前为止|目前|迄今|至今(?![年天日晚])))"
)
_JOIN = re.compile("[-—~至到]{1,2}")
_SINCE, _BEFORE = re.compile("以来|以后|之后|起"), re.compile("以前|之前")
_YEARS_AWAY = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "大前年": -3, "明年": 1, "后年": 2}
_AWAY = {"前": -2, "昨": -1, "上": -1, "今": 0, "本": 0, "明": 1, "下": 1, "后": 2}
# A day without a year (12月30日) that would lie further ahead than this is one of the year before.
_AHEAD = timedelta(days=60)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A closed range of days."""

    first: date
    last: date

    def __str__(self) -> str:
        """Write it as a paper would: 2024年, 2025年3月, 2025年3月27日, 2021年至2023年."""
        first, last = self.first, self.last
        if self == self.whole_years:
            return f"{first.year}年" if first.year == last.year else f"{first.year}年至{last.year}年"
        if self == self.whole_months and (first.year, first.month) == (last.year, last.month):
            return f"{first.year}年{first.month}月"
        days = [f"{day.year}年{day.month}月{day.day}日" for day in dict.fromkeys((first, last))]
        return "至".join(days)

    def overlaps(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last

    @property
    def whole_months(self) -> "Period":
        """The range of whole months that holds this one."""
        return Period(self.first.replace(day=1), _days(self.last.year, self.last.month, 0).last)

    @property
    def whole_years(self) -> "Period":
        """The range of whole years that holds this one."""
        return Period(date(self.first.year, 1, 1), date(self.last.year, 12, 31))

    @property
    def years(self) -> list[str]:
        """The years it lies in; none of a range without a beginning."""
        return (
            [str(year) for year in range(self.first.year, self.last.year + 1)] if self.first.year > 1 else []
        )


@dataclass(frozen=True, slots=True)
class TimeWord:
    """Words of time at ``text[start:end]``, and the days they mean where that is known."""

    start: int
    end: int
    wording: str
    period: Period | None = None


def find_times(folded: str) -> tuple[TimeWord, ...]:
    """Return the words of time in a folded text, in order; a range (2021年至2023年) is one."""
    return tuple(_join(folded, (TimeWord(*m.span(), m[0]) for m in _TIME.finditer(folded))))


def resolve(wording: str, day: str | None) -> Period | None:
    """Return the days that words of time mean in a text of ``day`` (ISO 8601).

    None where they depend on the day and it is not known, and for words that mean no time.
    """
    reference = date.fromisoformat(day) if day else None
    periods = [_period(match, reference, None) for match in _TIME.finditer(fold(wording))]
    known = [period for period in periods if period]
    return Period(known[0].first, known[-1].last) if known and len(known) == len(periods) else None


@lru_cache(maxsize=64)
def _told(text: str, day: str | None) -> tuple[TimeWord, ...]:
    """Return the times of a text published on ``day``; a month without a year is of the year told last."""
    reference, year = date.fromisoformat(day) if day else None, None
    found = []
    for match in _TIME.finditer(fold(text)):
        period = None if match["until"] else _period(match, reference, year)
        if period:
            found.append(TimeWord(*match.span(), match[0], period))
            year = period.first.year if match["year"] or match["relative"] else year
    return tuple(_join(text, found))


def times_told(text: str, day: str | None, start: int, end: int) -> list[TimeWord]:
    """Return the times that ``text[start:end]`` speaks of.

    These are the times in it; else the years of the last one before it; else the year of publication.
    """
    told = _told(text, day)
    inside = [word for word in told if start <= word.start < end]
    if inside:
        return inside
    before = [word for word in told if word.start < start]
    if before and before[-1].period:
        last = before[-1]
        years = before[-1].period.whole_years
        return [TimeWord(last.start, last.end, last.wording, years)]
    if day:
        years = Period(date.fromisoformat(day), date.fromisoformat(day)).whole_years
        return [TimeWord(start, start, "", years)]
    return []


def first_time(text: str, day: str | None) -> TimeWord | None:
    """Return the first time that a text of ``day`` tells; 以来 and 以前 leave its range open at one end."""
    for word in _told(text, day):
        first, last = (word.period.first, word.period.last) if word.period else (date.max, date.min)
        if first > last:
            continue
        if match := _SINCE.match(text, word.end):
            last = date.max
        elif match := _BEFORE.match(text, word.end):
            first, last = date.min, first - _ONE_DAY
        end = match.end() if match else word.end
        return TimeWord(word.start, end, text[word.start : end], Period(first, last))
    return None


def _join(text: str, words: Iterable[TimeWord]) -> Iterator[TimeWord]:
    """Make one of two words of time with 至 or a dash between them."""
    previous: TimeWord | None = None
    for word in words:
        if previous and _JOIN.fullmatch(text, previous.end, word.start):
            period = (
                Period(previous.period.first, word.period.last) if previous.period and word.period else None
            )
            previous = TimeWord(previous.start, word.end, text[previous.start : word.end], period)
            continue
        if previous:
            yield previous
        previous = word
    if previous:
        yield previous


def _period(match: re.Match[str], day: date | None, year: int | None) -> Period | None:
    """Return the days of one match; ``year`` is that of a month which has none of its own."""
    try:
        if match["plan"]:
            # The sixth plan began in 1981, and each covers five years.
            first = 1951 + 5 * _number(match["plan"])
            return Period(date(first, 1, 1), date(first + 4, 12, 31))
        if match["year"]:
            return _within(match, _number(match["year"]), day)
        if match["bare_month"]:
            return _without_year(match, day, year)
        return _from_day(match, day) if day else None
    except (ValueError, OverflowError):
        return None  # no day of the calendar


def _without_year(match: re.Match[str], day: date | None, year: int | None) -> Period | None:
    month, number = _number(match["bare_month"]), _number(match["bare_day"])
    if year is None and day:
        year = day.year - (date(day.year, month, number or 1) > day + _AHEAD)
    return _days(year, month, number) if year else None


def _from_day(match: re.Match[str], day: date) -> Period:
    if match["relative"]:
        return _within(match, day.year + _YEARS_AWAY[match["relative"]], day)
    if match["month_word"]:
        months = day.year * 12 + day.month - 1 + _AWAY[match["month_word"][0]]
        return _days(months // 12, months % 12 + 1, 0)
    if match["week"]:
        monday = day + timedelta(days=7 * _AWAY[match["week"][0]] - day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if match["count"]:
        return Period(_ago(day, _number(match["count"]), match["unit"]), day)
    if match["day_word"]:
        day += _AWAY[match["day_word"][0]] * _ONE_DAY
        return Period(day, day)
    return Period(date.min, day)


def _within(match: re.Match[str], year: int, day: date | None) -> Period:
    """Return the year, or the part of it that is named."""
    if match["month"]:
        return _days(year, _number(match["month"]), _number(match["day"]))
    first, last = 1, 12
    if part := match["part"]:
        if part.endswith("半年"):
            first, last = (1, 6) if part[0] == "上" else (7, 12)
        elif part[0] == "前":
            last = 9
        else:
            first = 3 * _number(part.removeprefix("第")[0]) - 2
            last = first + 2
    until = day if match["so_far"] and day else _days(year, last, 0).last
    return Period(date(year, first, 1), until)


def _days(year: int, month: int, day: int) -> Period:
    """Return a day, or the whole month for day 0."""
    if day:
        return Period(date(year, month, day), date(year, month, day))
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _ago(day: date, count: int, unit: str) -> date:
    if unit in {"天", "日"}:
        return day - count * _ONE_DAY
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "年" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _number(numeral: str | None) -> int:
    return int(value_of(numeral or "") or 0)
