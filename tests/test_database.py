import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.database import Database
from qa.errors import IndexStateError
from qa.passages import cut_passages
from qa.records import Article, Paragraph

spans = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple)
paragraphs = st.builds(
    Paragraph,
    text=st.text(max_size=20),
    role=st.sampled_from(["body", "subhead", "caption"]),
    spans=spans,
    credit=st.text(max_size=5),
)
maybe = st.none() | st.text(max_size=8)
articles = st.builds(
    Article,
    article_id=st.text(max_size=8),
    file=st.text(max_size=8),
    headline=st.text(max_size=8),
    paragraphs=st.lists(paragraphs, max_size=4).map(tuple),
    kicker=st.text(max_size=8),
    subtitle=st.text(max_size=8),
    byline=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    dateline=st.text(max_size=8),
    source=maybe,
    date=maybe,
    page=maybe,
    confidence=st.floats(0, 1),
    section=maybe,
    reported=maybe,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "records.sqlite", writable=True)
    yield opened
    opened.close()


def put(database: Database, article: Article) -> list[int]:
    database.put_article(article)
    return [database.put_passage(passage, passage.text) for passage in cut_passages(article)]


def article_of(name: str, source: str | None = None, date: str | None = None) -> Article:
    return Article.from_text(
        f"{name}点亮了。" * 40 + f"\n{name}又灭了。",
        headline=name,
        source=source,
        date=date,
        file=f"{name}.txt",
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(articles, max_size=5, unique_by=lambda article: article.article_id))
def test_articles_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, originals: list[Article]
) -> None:
    path = tmp_path_factory.mktemp("records") / "records.sqlite"
    writer = Database(path, writable=True)
    for article in originals:
        writer.put_article(article)
    writer.commit()
    writer.close()
    reader = Database(path)
    assert reader.article_ids() == [article.article_id for article in originals]
    for article in originals:
        found = reader.article(article.article_id)
        assert found == article
        assert (found.text, found.paragraph_offsets) == (article.text, article.paragraph_offsets)
    reader.close()


def test_passages_come_back_by_number_and_by_article(database: Database) -> None:
    article, other = article_of("灯塔"), article_of("码头")
    numbers, other_numbers = put(database, article), put(database, other)
    assert len(set(numbers + other_numbers)) == len(numbers) + len(other_numbers) > 2
    found = database.passages([*numbers, 10**6])
    assert list(found.values()) == cut_passages(article)
    assert list(database.passages_of(other.article_id)) == list(
        zip(other_numbers, cut_passages(other), strict=True)
    )
    assert database.passages([]) == {}


def test_more_numbers_than_a_statement_takes(database: Database) -> None:
    numbers = put(database, article_of("灯塔"))
    assert sorted(database.passages([*range(40_000), *range(40_000, 40_005)])) == numbers


def test_an_unknown_id_is_a_key_error(database: Database) -> None:
    with pytest.raises(KeyError, match="nobody"):
        database.article("nobody")
    assert list(database.passages_of("nobody")) == []


def test_removing_an_article_removes_its_passages_and_never_gives_their_numbers_again(
    database: Database,
) -> None:
    first, second = article_of("灯塔"), article_of("码头")
    numbers, kept = put(database, first), put(database, second)
    last = put(database, article_of("渔船"))
    assert database.article(first.article_id) == first
    assert sorted(database.remove_articles([first.article_id, "nobody"])) == numbers
    assert database.passages(numbers) == {}
    assert sorted(database.passages(kept)) == kept
    assert database.counts() == {"files": 0, "articles": 2, "passages": len(kept) + len(last)}
    database.remove_articles([article_of("渔船").article_id])
    assert min(put(database, first)) > max(last)


def test_an_id_can_be_put_once(database: Database) -> None:
    database.put_article(article_of("灯塔"))
    with pytest.raises(sqlite3.IntegrityError):
        database.put_article(article_of("灯塔"))


def test_files_and_their_digests(database: Database) -> None:
    assert database.digest("a.txt") is None
    database.put_file("a.txt", "1")
    database.put_file("a.txt", "2")
    assert database.digest("a.txt") == "2"
    assert database.counts()["files"] == 1
    put(database, article_of("灯塔"))
    assert database.article_ids("灯塔.txt") == [article_of("灯塔").article_id]
    assert database.article_ids("a.txt") == []


def test_the_number_of_content_embedded_before(database: Database) -> None:
    article = article_of("灯塔")
    numbers = put(database, article)
    assert [database.number_of_content(p.text) for p in cut_passages(article)] == numbers
    assert database.number_of_content("别的") is None


def test_numbers_and_contents_in_order(database: Database) -> None:
    article, other = article_of("灯塔", "海岛日报", "2025-03-28"), article_of("码头")
    numbers = put(database, article) + put(database, other)
    assert database.numbers().tolist() == numbers
    assert str(database.numbers().dtype) == "int64"
    passages = cut_passages(article) + cut_passages(other)
    assert list(database.contents()) == [(n, p, p.text) for n, p in zip(numbers, passages, strict=True)]


def test_a_reader_keeps_the_state_it_opened_and_knows_of_the_next(tmp_path: Path, database: Database) -> None:
    put(database, article_of("灯塔"))
    database.put_manifest("1")
    database.commit()
    reader = Database(tmp_path / "records.sqlite")
    assert not reader.file.changed()
    numbers = put(database, article_of("码头"))
    assert not reader.file.changed(), "nothing is committed yet"
    database.put_manifest("2")
    database.commit()
    assert reader.file.changed()
    assert reader.manifest() == "1"
    assert reader.passages(numbers) == {}
    reader.close()


def test_a_changed_record_is_told_when_it_is_read(tmp_path: Path, database: Database) -> None:
    put(database, article_of("灯塔"))
    database.commit()
    database.close()
    path = tmp_path / "records.sqlite"
    path.write_bytes(path.read_bytes().replace("灯塔又灭了".encode(), "灯塔又亮了".encode()))
    reader = Database(path)
    with pytest.raises(IndexStateError, match=r"records\.sqlite: damaged \(article .*\); restore a backup"):
        reader.article(article_of("灯塔").article_id)
    reader.close()


def test_a_reader_cannot_write(tmp_path: Path, database: Database) -> None:
    database.commit()
    reader = Database(tmp_path / "records.sqlite")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.put_file("a.txt", "1")
    reader.close()
    with pytest.raises(sqlite3.OperationalError):
        Database(tmp_path / "missing.sqlite")


@pytest.mark.parametrize("contents", [b"?" * 5000, b""])
def test_a_file_that_is_no_database_is_told_at_once(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "records.sqlite").write_bytes(contents)
    with pytest.raises(
        IndexStateError, match=r"records\.sqlite: damaged .*; restore a backup of the index, or delete it"
    ):
        Database(tmp_path / "records.sqlite")


def read_all(path: Path, article_ids: list[str]) -> None:
    reader = Database(path)
    try:
        for article_id in article_ids:
            reader.article(article_id)
    finally:
        reader.close()


def test_a_page_damaged_in_the_middle_is_told_when_it_is_read(tmp_path: Path, database: Database) -> None:
    articles = [article_of(f"灯塔{number}") for number in range(60)]
    for article in articles:
        put(database, article)
    database.commit()
    database.close()
    path = tmp_path / "records.sqlite"
    contents = path.read_bytes()
    path.write_bytes(contents[:8192] + b"?" * (len(contents) - 8192))
    with pytest.raises(IndexStateError, match="damaged"):
        read_all(path, [article.article_id for article in articles])
