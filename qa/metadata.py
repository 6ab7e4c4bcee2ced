"""Source, date, page and section of an Article: from options, a sidecar file, the text, the file's name.

Each thing is taken from the first of these that tells it. The date is the day of publication; the day
that a dateline tells (``本报北京3月27日讯``), mostly the one before, is kept apart in ``reported`` and
stands in for the date only where nothing else tells one and the year is known.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from qa.errors import InputError
from qa.records import Article, Page

__all__ = [
    "SIDECAR",
    "Metadata",
    "check_day",
    "complete_metadata",
    "is_day",
    "metadata_of_name",
    "metadata_of_page",
    "page_number",
    "read_sidecar",
]

SIDECAR = "wenbao.toml"

_NAME = re.compile(
    r"(?P<source>.*?)[-_ ]*"
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_.年]?(?P<month>0[1-9]|1[0-2])[-_.月]?(?P<day>0[1-9]|[12]\d|3[01])日?"
    r"(?:[-_ ]*(?:第|page|p)?0*(?P<page>[A-Za-z]?\d{1,3})版?)?(?!\d)"
    r"(?:[-_ ]+(?P<section>[\u4e00-\u9fff]{2,8}))?"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATELINE = re.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    r"(?:综合|专|急)?(?:讯|电|消息)(?=记者|通讯员|[^\u4e00-\u9fff]|$)"
)
_DATELINE_LEAD = 40  # characters of a paragraph in which a dateline stands

# The line at the head or foot of a printed page that tells issue and page; a day of the week is what
# sets it apart from dates in the news.
_FOLIO_LINES = 6
_FOLIO_WIDTH = 60
_FOLIO = re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
_WEEKDAY = re.compile(r"(?:星期|周)[一二三四五六日天]")
_FOLIO_PAGE = re.compile(
    r"第?\s*(?P<page>[A-Za-z]?\d{1,3}|[一二三四五六七八九十]{1,3})\s*版|^(?P<bare>[A-Za-z]?\d{1,3})$"
)
_FOLIO_PIECE = re.compile(r"[^\s|｜·•/、，,;；:：—–-]+")
_SOURCE = re.compile(r"[\u4e00-\u9fff]{1,8}报")
_SECTION = re.compile(r"[\u4e00-\u9fff]{2,8}")
_NO_SECTION = re.compile(
    r"[年月日版期电话]|责编|编辑|美编|校对|主编|农历|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]"
)

_NUMERALS = "零一二三四五六七八九"


def is_day(text: str) -> bool:
    """Tell whether ``text`` is a day of the calendar written as YYYY-MM-DD, the only form that is stored.

    The other forms of ISO 8601 (20250328, 2025-W13-5) would not be in order with it as texts.
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_day(day: str | None, name: str) -> None:
    """Raise InputError where the day of what is called ``name`` is told, and is none."""
    if day and not is_day(day):
        raise InputError(f"{name}: {day!r} is not a date; write it as 2025-03-28")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is told of the Articles of a page; None where it is not told."""

    source: str | None = None
    date: str | None = None
    page: str | None = None
    section: str | None = None

    def or_else(self, other: "Metadata") -> "Metadata":
        """Return this, with what it does not tell taken from ``other``."""
        return Metadata(*(getattr(self, f.name) or getattr(other, f.name) for f in fields(self)))


def page_number(text: str) -> str:
    """Return a page's number in figures: ``02`` is 2, ``十二`` is 12; what has a letter (``A02``) stays."""
    text = re.sub(r"\s", "", text).upper()
    if text[:1].isascii():
        return text.lstrip("0") or "0"
    tens, ten, ones = text.rpartition("十")
    tenfold = (_NUMERALS.index(tens) if tens else 1) if ten else 0
    return str(10 * tenfold + (_NUMERALS.index(ones) if ones else 0))


def metadata_of_name(name: str) -> Metadata:
    """Read what a file name tells, such as ``某报-20250328-02.txt`` or ``rmrb_2024-05-11_A12.pdf``."""
    found = _NAME.match(Path(name).stem)
    if not found:
        return Metadata()
    return Metadata(
        source=found["source"].strip("-_ ") or None,
        date=_day(found["year"], found["month"], found["day"]),
        page=page_number(found["page"]) if found["page"] else None,
        section=found["section"],
    )


def _day(year: str | int, month: str | int, day: str | int) -> str | None:
    """Return a day of the calendar as YYYY-MM-DD, None if there is no such day."""
    text = f"{int(year):04d}-{int(month):02d}-{int(day):02d}"
    return text if is_day(text) else None


def read_sidecar(path: Path, roots: Iterable[Path]) -> Metadata:
    """Return what the files ``wenbao.toml`` tell of a file; the nearest wins.

    They are looked for in the file's folder and in those above it, up to the one of ``roots`` (the
    folders that were named) that holds it. Such a file has the keys source, date, page and section,
    each of them optional. Raises InputError when one cannot be read, or has other keys or values.
    """
    path = path.resolve()
    within = [root for root in map(Path.resolve, roots) if path.is_relative_to(root)]
    told = Metadata()
    for folder in path.parents:
        if folder != path.parent and not any(folder.is_relative_to(root) for root in within):
            break
        if (folder / SIDECAR).is_file():
            told = told.or_else(_sidecar(folder / SIDECAR))
    return told


def _sidecar(path: Path) -> Metadata:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); write it as TOML in UTF-8") from error
    known = [field.name for field in fields(Metadata)]
    if unknown := sorted(values.keys() - set(known)):
        raise InputError(f"{path}: unknown key {unknown[0]!r}; the keys are {', '.join(known)}")
    told = {}
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, str | int | date):
            raise InputError(f"{path}: {key} is {value!r}; write it as a text in quotation marks")
        told[key] = str(value).strip()
    if "date" in told and not is_day(told["date"]):
        raise InputError(f"{path}: {told['date']!r} is not a date; write it as 2025-03-28")
    return Metadata(**told)


def metadata_of_page(page: Page) -> Metadata:
    """Read the folio of a printed page: the line at its head or foot with the full date and the weekday."""
    for line in (*page.lines[:_FOLIO_LINES], *page.lines[-_FOLIO_LINES:]):
        day = _FOLIO.search(line.text) if len(line.text) <= _FOLIO_WIDTH else None
        if day and _WEEKDAY.search(line.text):
            rest = _WEEKDAY.sub(" ", line.text[: day.start()] + " " + line.text[day.end() :])
            told = _folio_pieces(_FOLIO_PIECE.findall(rest))
            return replace(told, date=_day(day["year"], day["month"], day["day"]))
    return Metadata()


def _folio_pieces(pieces: Iterable[str]) -> Metadata:
    source = number = section = None
    for piece in pieces:
        page = _FOLIO_PAGE.search(piece)
        if page:
            number = number or page_number(page["page"] or page["bare"])
        elif _SOURCE.fullmatch(piece):
            source = source or piece
        elif _SECTION.fullmatch(piece) and not _NO_SECTION.search(piece):
            section = section or piece
    return Metadata(source=source, page=number, section=section)


def complete_metadata(articles: Iterable[Article], page: Page, told: Metadata, name: str) -> list[Article]:
    """Return the Articles of a page with source, date, page and section.

    ``told`` is what options and sidecar files tell, which wins over what an Article has of its own,
    over the page's folio and over the file's ``name``. Of a file of several pages, the name tells the first.
    """
    by_name = metadata_of_name(name)
    numbered = Metadata(page=_page_in_file(by_name.page, page.number))
    shared = metadata_of_page(page).or_else(numbered).or_else(by_name)
    year = _YEAR.search(Path(name).stem)
    completed = []
    for article in articles:
        own = Metadata(article.source, article.date, article.page, article.section)
        known = told.or_else(own).or_else(shared)
        reported = _reported(article, known.date, int(year.group()) if year else None)
        completed.append(
            replace(
                article,
                source=known.source,
                date=known.date or reported,
                page=known.page,
                section=known.section,
                reported=reported,
            )
        )
    return completed


def _page_in_file(first: str | None, number: str | None) -> str | None:
    """Return the printed number of page ``number`` (from 1) of a file whose first page is ``first``."""
    figures = re.search(r"\d+$", first or "")
    if not first or not number or not figures or not number.isdigit():
        return number or first
    return f"{first[: figures.start()]}{int(figures.group()) + int(number) - 1:0{len(figures.group())}d}"


def _reported(article: Article, published: str | None, year: int | None) -> str | None:
    """Return the day that an Article's dateline tells, None without a dateline or a year for it.

    The year is the dateline's own, else the one that puts the day on or before that of publication,
    else ``year``.
    """
    found = _dateline(article)
    if found is None:
        return None
    if found["year"]:
        return _day(found["year"], found["month"], found["day"])
    if published is None:
        return _day(year, found["month"], found["day"]) if year else None
    issued = int(published[:4])
    day = _day(issued, found["month"], found["day"])
    return day if day and day <= published else _day(issued - 1, found["month"], found["day"])


def _dateline(article: Article) -> re.Match[str] | None:
    """Find the dateline: printed apart, else at the opening of the text, else at its end."""
    body = [p.text for p in article.paragraphs if p.role == "body"]
    places = [article.dateline, *article.byline]
    if body:
        places += [body[0][:_DATELINE_LEAD], body[-1][-_DATELINE_LEAD:]]
    return next((found for place in places if (found := _DATELINE.search(place))), None)
