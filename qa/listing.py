"""What an archive holds, as a reader meets it: newspapers, months, and lists of articles."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.database import Database
from qa.lexical import Filters
from qa.records import Article

__all__ = ["ArticleList", "Overview", "Tally", "articles_in_file", "describe_archive", "list_articles"]

_TALLY = """
SELECT coalesce(source, ''), substr(coalesce(date, ''), 1, 7), count(*), min(date), max(date)
FROM articles WHERE lead IS NULL GROUP BY 1, 2
"""
# A part of the record. `articles_by_lead` has it too; where an earlier version made that, this is slower.
_SECTION = "json_extract(record, '$.section')"
_SECTIONS = f"SELECT {_SECTION}, count(*) FROM articles WHERE lead IS NULL GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
_NEWEST_FIRST = "ORDER BY date IS NULL, date DESC, source, position LIMIT ? OFFSET ?"

Tally = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of Articles shown: in all, of each newspaper, each section and each month (2025-03).

    Newspapers and sections come with the most Articles first, months in order; what has no newspaper, no
    section or no date is in none of them. ``first`` and ``last`` are days, ISO 8601.
    """

    articles: int
    newspapers: Tally
    sections: Tally
    months: Tally
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class ArticleList:
    """A part of the Articles that satisfy some filters, newest first; ``total`` counts them all."""

    total: int
    articles: Sequence[Article]


def describe_archive(database: Database) -> Overview:
    """Count what is in an archive."""
    newspapers, months = Counter[str](), Counter[str]()
    days: list[str] = []
    total = 0
    for source, month, number, first, last in database.file.rows(_TALLY):
        total += number
        newspapers[source] += number
        months[month] += number
        days += [day for day in (first, last) if day]
    return Overview(
        total,
        tuple((name, number) for name, number in newspapers.most_common() if name),
        tuple((name, number) for name, number in database.file.rows(_SECTIONS) if name),
        tuple(sorted((month, number) for month, number in months.items() if month)),
        min(days, default=None),
        max(days, default=None),
    )


def list_articles(database: Database, filters: Filters, offset: int, limit: int) -> ArticleList:
    """Return ``limit`` Articles that satisfy the filters, from number ``offset`` on, newest first."""
    wanted = {
        "source = ?": filters.source,
        f"{_SECTION} = ?": filters.section,
        "date >= ?": filters.date_from,
        "date <= ?": filters.date_to,
    }
    held = {clause: value for clause, value in wanted.items() if value}
    where = " AND ".join(["FROM articles WHERE lead IS NULL", *held])
    [(total,)] = database.file.rows(f"SELECT count(*) {where}", [*held.values()])
    rows = database.file.rows(f"SELECT article_id {where} {_NEWEST_FIRST}", [*held.values(), limit, offset])
    return ArticleList(total, [database.article(article_id) for (article_id,) in rows])


def articles_in_file(database: Database, file: str) -> list[Article]:
    """Return the Articles read from a file, or from the members of an archive, in order."""
    names = [file, *database.files_under(file)]
    return [database.article(article_id) for name in names for article_id in database.article_ids(name)]
