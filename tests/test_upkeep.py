"""Verify, repair, backup and restore."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from embeddings.universal import UniversalSentenceEncoder
from qa import Article, Assistant
from qa.backups import back_up, restore
from qa.building import add_articles, remove_articles
from qa.errors import IndexStateError
from qa.index import Index
from qa.lexical import Filters
from qa.verifying import repair, verify

ARTICLES = [
    Article.from_text(
        f"{subject}昨天重新开放。\n管理员说，{subject}修了三年。" * 9, headline=subject, date="2025-03-28"
    )
    for subject in ("灯塔", "码头", "渔船", "果园")
]


@pytest.fixture
def folder(tmp_path: Path, encoder: UniversalSentenceEncoder) -> Path:
    made = tmp_path / "my.index"
    add_articles(made, ARTICLES[:3], encoder)
    remove_articles(made, [ARTICLES[0].article_id], encoder)
    return made


def execute(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "records.sqlite")) as connection:
        connection.execute(sql)
        connection.commit()


def found(folder: Path, term: str) -> list[str]:
    index = Index.open(folder)
    numbers = [number for number, _ in index.store.search_lexical("bigrams", [term], 9, Filters())]
    headlines = [passage.article.headline for passage in index.database.passages(numbers).values()]
    index.close()
    return headlines


def delete_vectors(folder: Path) -> None:
    for path in (folder / "vectors").glob("*.faiss"):
        path.unlink()


def delete_words(folder: Path) -> None:
    for path in folder.glob("words-*"):
        shutil.rmtree(path)


def cut_words(folder: Path) -> None:
    path = next(next(folder.glob("words-*")).glob("*.term"))
    path.write_bytes(path.read_bytes()[:-3])


def test_a_sound_index_has_no_problems(folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    assert verify(folder, lambda *step: steps.append(step)) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (delete_vectors, "missing or damaged"),
        (delete_words, "missing or damaged"),
        (cut_words, ".term: missing or damaged"),
        (lambda f: execute(f, "UPDATE passages SET end = end + 100000"), "not a piece of article"),
        (lambda f: execute(f, "UPDATE passages SET end = end - 1"), "not the text that was indexed"),
        (
            lambda f: execute(f, "UPDATE articles SET record = replace(record, '三', '四')"),
            "damaged (article",
        ),
        (
            lambda f: execute(f, "DELETE FROM passages WHERE number = 2"),
            "vectors: 0 passages are missing, 1 are no more",
        ),
        (lambda f: execute(f, "INSERT INTO files VALUES ('a', 'b')"), "the records count"),
        (lambda f: execute(f, "INSERT INTO bands VALUES (1, 999)"), "without its articles"),
    ],
)
def test_what_is_damaged_is_told(folder: Path, damage: Callable[[Path], None], told: str) -> None:
    damage(folder)
    problems = verify(folder)
    assert any(told in problem for problem in problems), problems
    assert all("\n" not in problem for problem in problems)


@pytest.mark.parametrize(
    ("damage", "embedded"), [(delete_words, False), (cut_words, False), (delete_vectors, True)]
)
def test_a_store_is_made_anew_from_the_records(
    folder: Path, encoder: UniversalSentenceEncoder, damage: Callable[[Path], None], embedded: bool
) -> None:
    damage(folder)
    with pytest.raises(IndexStateError, match="wenbao repair"):
        Index.open(folder)
    passages, again = repair(folder, encoder)
    assert (passages, again) == (2, 2 if embedded else 0)
    assert verify(folder) == []
    assert set(found(folder, "修了")) == {"码头", "渔船"}
    with Assistant.open(folder) as assistant:
        assert assistant.search("码头重新开放")[0].passage.article.headline == "码头"
    add_articles(folder, [ARTICLES[3]], encoder)
    assert verify(folder) == []


def test_damaged_records_are_not_repaired(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    execute(folder, "INSERT INTO bands VALUES (1, 999)")
    before = sorted(path.name for path in (folder / "vectors").iterdir())
    with pytest.raises(IndexStateError, match=r"damaged records .*; restore a backup"):
        repair(folder, encoder)
    assert sorted(path.name for path in (folder / "vectors").iterdir()) == before


def test_a_backup_of_an_index_that_is_open_and_written_to(
    folder: Path, tmp_path: Path, encoder: UniversalSentenceEncoder
) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            add_articles(folder, [ARTICLES[3]], encoder)
            remove_articles(folder, [ARTICLES[3].article_id], encoder)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        generations = [back_up(folder, tmp_path / f"copy{number}") for number in range(5)]
    finally:
        stop.set()
        writer.join()
    assert generations == sorted(generations)
    for number in range(5):
        assert verify(tmp_path / f"copy{number}") == []
        assert {"码头", "渔船"} <= set(found(tmp_path / f"copy{number}", "修了"))


def test_a_backup_comes_back(folder: Path, tmp_path: Path) -> None:
    generation = back_up(folder, tmp_path / "copy")
    shutil.rmtree(folder)
    assert restore(tmp_path / "copy", folder) == generation
    assert verify(folder) == []


def test_nothing_is_written_over_and_no_damaged_backup_restored(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexStateError, match="something is there already"):
        back_up(folder, folder)
    back_up(folder, tmp_path / "copy")
    with pytest.raises(IndexStateError, match="something is there already"):
        restore(tmp_path / "copy", folder)
    cut_words(tmp_path / "copy")
    with pytest.raises(IndexStateError, match=r"damaged backup .*; name another"):
        restore(tmp_path / "copy", tmp_path / "new")
    with pytest.raises(IndexStateError, match="no backup of an index here"):
        restore(tmp_path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("use", [verify, lambda folder: back_up(folder, folder / "copy")])
def test_where_there_is_no_index(tmp_path: Path, use: Callable[[Path], object]) -> None:
    with pytest.raises(IndexStateError, match="no index here"):
        use(tmp_path)
