"""What an archive holds: counts by newspaper and month, and lists of articles, newest first."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.errors import QuestionError
from qa.records import Article

SECTIONS = ["要闻", "副刊", "要闻", None, "要闻版"]
DAYS = ["2024-01-05", "2024-01-31", "2024-03-01", None, "2025-03-28"]


def make(number: int, date: str | None) -> Article:
    source = None if number == 2 else ("江岸日报", "晨屿晚报")[number % 2]
    return Article.from_text(
        f"第{number}篇说的是第{number}件事。" * 3,
        headline=f"标题{number}",
        source=source,
        date=date,
        section=SECTIONS[number],
    )


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles(make(number, day) for number, day in enumerate(DAYS)) as opened:
        yield opened


def test_overview_counts_articles_newspapers_and_months(assistant: Assistant) -> None:
    overview = assistant.overview()
    assert overview.articles == 5
    assert Counter(dict(overview.newspapers)) == {"江岸日报": 2, "晨屿晚报": 2}
    assert overview.sections == (("要闻", 2), ("副刊", 1), ("要闻版", 1))
    assert overview.months == (("2024-01", 2), ("2024-03", 1), ("2025-03", 1))
    assert (overview.first, overview.last) == ("2024-01-05", "2025-03-28")


def test_overview_of_nothing() -> None:
    with Assistant.from_articles([]) as assistant:
        overview = assistant.overview()
        assert (overview.articles, overview.newspapers, overview.sections, overview.months) == (0, (), (), ())
        assert (overview.first, overview.last) == (None, None)
        assert assistant.browse().total == 0


def test_articles_are_listed_newest_first_page_by_page(assistant: Assistant) -> None:
    pages = [assistant.browse(offset=offset, limit=2) for offset in (0, 2, 4, 6)]
    assert [page.total for page in pages] == [5] * 4
    dates = [article.date for page in pages for article in page.articles]
    assert dates == ["2025-03-28", "2024-03-01", "2024-01-31", "2024-01-05", None]


def test_articles_are_listed_within_filters(assistant: Assistant) -> None:
    assert assistant.browse(source="江岸日报").total == 2
    assert [article.headline for article in assistant.browse(section="要闻").articles] == ["标题2", "标题0"]
    assert assistant.browse(section="要闻", source="江岸日报").total == 1
    found = assistant.browse(date_from="2024-01-31", date_to="2024-12-31")
    assert [article.date for article in found.articles] == ["2024-03-01", "2024-01-31"]
    with pytest.raises(QuestionError, match="not a date"):
        assistant.browse(date_from="yesterday")


def test_articles_of_a_file_are_found_and_can_be_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "江岸日报-20250211-03.txt"
    file.write_text("灯会办到正月十五\n\n　　本报讯 灯会办到正月十五，看灯的人很多。\n", encoding="utf-8")
    with Assistant.from_articles([make(0, None)]) as assistant:
        assistant.add([file])
        found = assistant.articles_in(file)
        assert [article.headline for article in found] == ["灯会办到正月十五"]
        assert assistant.articles_in(tmp_path / "other.txt") == []
        assistant.remove(article.article_id for article in found)
        assert assistant.articles_in(file) == []
        assert assistant.browse().total == 1
