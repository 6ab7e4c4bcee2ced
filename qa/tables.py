"""Tables of articles (JSON, JSON lines, CSV) -> Articles, by the names of their columns.

The Articles have no spans: a table is not a printed page, and its text is written with escapes.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from qa.archives import Skip
from qa.errors import InputError
from qa.metadata import is_day
from qa.records import Article, Paragraph, Role, hash_article

__all__ = ["Columns", "field_of_name", "parse_columns", "read_csv", "read_json", "read_json_lines"]

# Fields of an Article and the column that each is in, where the user says so.
Columns = Mapping[str, str]

# The names that columns go by, the likeliest first.
_NAMES: dict[str, tuple[str, ...]] = {
    "headline": ("headline", "title", "标题", "主题", "题目"),
    "text": ("text", "content", "body", "paragraphs", "正文", "内容", "全文", "文本"),
    "kicker": ("kicker", "引题", "肩题"),
    "subtitle": ("subtitle", "副题", "副标题"),
    "byline": ("byline", "author", "authors", "作者", "记者"),
    "source": ("source", "paper", "newspaper", "来源", "报纸", "报纸名称"),
    "date": ("date", "publish_date", "published", "pubdate", "日期", "发布时间", "发布日期", "出版日期"),
    "page": ("page", "版面", "版次", "版号"),
    "section": ("section", "版名", "栏目"),
}
_ROLES: dict[str, Role] = {"body": "body", "subhead": "subhead", "caption": "caption"}
_DAY = re.compile(r"\s*(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})|(\d\d)(\d\d))(?!\d)")
_BETWEEN_NAMES = re.compile(r"\s*[、，,；;|/]\s*")
_TOLD = 20  # faulty rows of a file that are told one by one


def field_of_name(name: str) -> str | None:
    """Return the field of an Article that a column of this name holds."""
    plain = name.strip().lower()
    return next((field for field, names in _NAMES.items() if plain in names), None)


def parse_columns(text: str) -> dict[str, str]:
    """Read ``title=标题,text=正文``: a field (by any of its names), an equals sign and its column.

    Raises InputError for anything else.
    """
    columns = {}
    for part in re.split("[,，]", text):
        name, _, column = part.partition("=")
        field = field_of_name(name)
        if field is None or not column.strip():
            message = f"--columns {text}: {part!r} is not FIELD=COLUMN; fields are {', '.join(_NAMES)}"
            raise InputError(message)
        columns[field] = column.strip()
    return columns


def read_json(name: str, text: str, columns: Columns, skip: Skip) -> list[Article]:
    """Return the Articles of a JSON file: a list of objects, an object that holds one, or one object.

    Lines of JSON are read too. Raises InputError when it is none of these, or has no article.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if _is_object(text.lstrip().partition("\n")[0]):
            return read_json_lines(name, text, columns, skip)
        raise InputError(f"{name}: broken JSON ({error}); export it again") from error
    if isinstance(value, dict) and _column_of("text", value, columns) is None:
        lists = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        value = max(lists, key=len, default=value)
    rows = value if isinstance(value, list) else [value]
    return _articles(name, ((f"{name}, item {n}", row) for n, row in enumerate(rows, 1)), columns, skip)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read_json_lines(name: str, text: str, columns: Columns, skip: Skip) -> list[Article]:
    """Return the Articles of JSON lines; a broken line is told as ``file:line``, the rest is read.

    Raises InputError when there is no article in it.
    """

    def rows() -> Iterator[tuple[str, Any]]:
        # Only line feeds end a line: JSON strings may hold U+2028 and the like.
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield f"{name}:{number}", json.loads(line)
                except (ValueError, RecursionError):
                    yield f"{name}:{number}", "broken JSON; export the line again"

    return _articles(name, rows(), columns, skip)


def read_csv(name: str, text: str, columns: Columns, skip: Skip) -> list[Article]:
    """Return the Articles of a table with a header line, divided by commas, semicolons or tabs.

    Raises InputError when there is no column of text, or no article in it.
    """
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))

    def rows() -> Iterator[tuple[str, Any]]:
        try:
            reader.fieldnames  # noqa: B018 (reads the header)
        except csv.Error as error:
            raise InputError(f"{name}:1: broken header ({error}); export the table again") from error
        while True:
            place = f"{name}:{reader.line_num + 1}"
            try:
                yield place, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield place, f"broken row ({error}); export it again"

    return _articles(name, rows(), columns, skip)


def _articles(name: str, rows: Iterator[tuple[str, Any]], columns: Columns, skip: Skip) -> list[Article]:
    """Make the Articles of rows, each with its place; a row that is text tells its own fault."""
    articles, faults, headers = [], [], []
    for place, row in rows:
        if not isinstance(row, dict):
            faults.append(f"{place}: {row if isinstance(row, str) else 'not an object with named columns'}")
        elif (column := _column_of("text", row, columns)) is None:
            headers.append((place, [str(key) for key in row if key is not None]))
            faults.append(f"{place}: no column of text")
        elif paragraphs := _paragraphs(row[column]):
            articles.append(_article(name, row, paragraphs, columns))
        else:
            faults.append(f"{place}: no text in column {column!r}")
    if not articles:
        raise InputError(_nothing(name, headers, faults, columns))
    for fault in faults[:_TOLD]:
        skip(InputError(f"{fault}; left out"))
    if len(faults) > _TOLD:
        skip(InputError(f"{name}: {len(faults) - _TOLD:,} more rows like these left out"))
    return articles


def _nothing(name: str, headers: list[tuple[str, list[str]]], faults: list[str], columns: Columns) -> str:
    if headers:
        wanted = f"no column {columns['text']!r}" if "text" in columns else "no column of text"
        told = ", ".join(headers[0][1][:_TOLD])
        return f"{name}: {wanted} among {told}; name the column of the text: --columns text=COLUMN"
    more = f" (and {len(faults) - 1:,} more rows)" if len(faults) > 1 else ""
    return faults[0] + more if faults else f"{name}: no rows in it; check that it is a table of articles"


def _column_of(field: str, row: Mapping[str, Any], columns: Columns) -> str | None:
    """Return the column of a row that holds a field."""
    if field in columns:
        return columns[field] if columns[field] in row else None
    plain = {key.strip().lower(): key for key in row if isinstance(key, str)}
    return next((plain[name] for name in _NAMES[field] if name in plain), None)


def _paragraphs(value: Any) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text, or of a list of texts or of objects with text and role."""
    paragraphs = []
    for item in value if isinstance(value, list) else [value]:
        whole = item if isinstance(item, dict) else {"text": item}
        role = _ROLES.get(str(whole.get("role")), "body")
        lines = str(whole.get("text") or "").splitlines()
        paragraphs += [Paragraph(line.strip(), role) for line in lines if line.strip()]
    return tuple(paragraphs)


def _article(
    name: str, row: Mapping[str, Any], paragraphs: tuple[Paragraph, ...], columns: Columns
) -> Article:
    def told(field: str) -> list[str]:
        column = _column_of(field, row, columns)
        value = row[column] if column else None
        texts = [" ".join(str(v).split()) for v in (value if isinstance(value, list) else [value])]
        return [] if value is None else [text for text in texts if text]

    headline, kicker, subtitle = ("　".join(told(field)) for field in ("headline", "kicker", "subtitle"))
    people = [person for text in told("byline") for person in _BETWEEN_NAMES.split(text) if person]
    return Article(
        article_id=hash_article(name, kicker, headline, subtitle, *(p.text for p in paragraphs)),
        file=name,
        headline=headline,
        paragraphs=paragraphs,
        kicker=kicker,
        subtitle=subtitle,
        byline=tuple(people),
        source=" ".join(told("source")) or None,
        date=_day(" ".join(told("date"))),
        page=" ".join(told("page")) or None,
        section=" ".join(told("section")) or None,
    )


def _day(text: str) -> str | None:
    """Return the day that a text begins with (``2025年3月8日``, ``2025/3/8``, ``20250308``), if any."""
    found = _DAY.match(text)
    if not found:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    iso = f"{year}-{int(month):02d}-{int(day):02d}"
    return iso if is_day(iso) else None
