import random
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import FloatArray, TextKind
from embeddings.universal import UniversalSentenceEncoder
from qa import Article, Assistant, building
from qa.building import Summary, add_articles, index_paths
from qa.embedding import searchable_text
from qa.errors import IndexStateError, InputError
from qa.index import Index, read_manifest
from qa.lexical import Filters
from qa.passages import cut_passages
from qa.rebuilding import read_articles

BINARY = b"\x00\xff\x89" + random.Random(1).randbytes(2048)  # noqa: S311 (bytes of no meaning)
SUBJECTS = ["灯塔", "码头", "渔船", "学校", "果园", "铁路", "医院", "图书馆"]


class CountingEncoder:
    """The bundled encoder, with every text it was given; ``interrupt_at`` is the call that gets Ctrl-C."""

    def __init__(self, encoder: UniversalSentenceEncoder) -> None:
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.interrupt_at: int | None = None
        self.calls = 0
        self.texts: list[str] = []
        self._encoder = encoder

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        self.calls += bool(texts)
        if self.calls == self.interrupt_at:
            raise KeyboardInterrupt
        self.texts += texts
        return self._encoder.encode(texts, kind)


@pytest.fixture
def counting(encoder: UniversalSentenceEncoder) -> CountingEncoder:
    return CountingEncoder(encoder)


def page_of(subject: str) -> str:
    return f"　　{subject}昨天重新开放，来的人很多。\n　　管理员说，{subject}已经修了三年。\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, subject in enumerate(SUBJECTS[:4]):
        (folder / f"海岛日报-2025032{number}-0{number + 1}.txt").write_text(
            page_of(subject), encoding="utf-8"
        )
    return folder


def stored(index: Path) -> list[Article]:
    opened = Index.open(index)
    articles = [opened.database.article(key) for key in opened.database.article_ids()]
    numbers = opened.database.numbers().tolist()
    passages = opened.database.passages(numbers)
    assert sorted(passages) == sorted(numbers)
    vectors = opened.store.vectors_of(numbers)
    opened.close()
    assert len(vectors) == sum(len(cut_passages(article)) for article in articles)
    return articles


def texts_of(articles: Iterable[Article]) -> str:
    return "\n".join(article.text for article in articles)


def test_a_folder_becomes_an_index(tmp_path: Path, pages: Path, counting: CountingEncoder) -> None:
    told: list[tuple[int, int, str]] = []
    summary = index_paths(tmp_path / "index", [pages], counting, progress=lambda *step: told.append(step))
    articles = stored(tmp_path / "index")
    assert (summary.files, summary.unchanged, summary.articles) == (4, 0, len(articles))
    assert summary.passages == summary.embedded == len(counting.texts) >= 4
    assert (summary.skipped, summary.interrupted) == ([], False)
    assert [article.date for article in articles] == ["2025-03-20", "2025-03-21", "2025-03-22", "2025-03-23"]
    assert {article.source for article in articles} == {"海岛日报"}
    assert [article.page for article in articles] == ["1", "2", "3", "4"]
    assert all(Path(article.file).is_absolute() for article in articles)
    assert [step[:2] for step in told] == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert told[1][2] == "海岛日报-20250321-02.txt"


def test_the_vectors_are_those_of_the_passages(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    index_paths(tmp_path / "index", [pages], encoder)
    opened = Index.open(tmp_path / "index")
    for number, passage in opened.database.passages(opened.database.numbers().tolist()).items():
        expected = encoder.encode([searchable_text(passage)])[0]
        np.testing.assert_allclose(opened.store.vectors_of([number])[0], expected, atol=1e-3)
    opened.close()


def test_a_page_is_read_again_when_its_corrections_change(
    tmp_path: Path, pages: Path, counting: CountingEncoder
) -> None:
    index = tmp_path / "index"
    index_paths(index, [pages], counting)
    before = len(stored(index))
    page = min(pages.glob("*.txt"))
    beside = page.with_name(page.name + ".corrections")

    beside.write_text("split 2  # the keeper's words\n", encoding="utf-8")
    summary = index_paths(index, [pages], counting)
    assert (summary.files, summary.unchanged, summary.skipped) == (4, 3, [])
    assert len(stored(index)) == before + 1

    beside.write_text("# the same, on another line\nsplit 2\n", encoding="utf-8")
    assert index_paths(index, [pages], counting).unchanged == 4

    beside.write_text("split 2\nsplit 77\n", encoding="utf-8")
    summary = index_paths(index, [pages], counting)
    ((name, reason),) = summary.skipped
    assert name == page.as_posix()
    assert reason == f"{beside}:2: the page has the lines 1 to 2; left out"

    beside.unlink()
    assert index_paths(index, [pages], counting).unchanged == 3
    assert len(stored(index)) == before


def test_unchanged_files_are_neither_read_nor_embedded_again(
    tmp_path: Path, pages: Path, counting: CountingEncoder
) -> None:
    index_paths(tmp_path / "index", [pages], counting)
    before = stored(tmp_path / "index")
    counting.texts.clear()
    summary = index_paths(tmp_path / "index", [pages], counting)
    assert summary == Summary(files=4, unchanged=4)
    assert counting.texts == []
    assert stored(tmp_path / "index") == before


def test_a_changed_file_replaces_its_articles_and_embeds_only_what_changed(
    tmp_path: Path, pages: Path, counting: CountingEncoder
) -> None:
    index_paths(tmp_path / "index", [pages], counting)
    changed = min(pages.iterdir())
    changed.write_text(page_of("果园"), encoding="utf-8")
    counting.texts.clear()
    summary = index_paths(tmp_path / "index", [pages], counting)
    assert (summary.files, summary.unchanged) == (4, 3)
    assert summary.embedded == len(counting.texts) >= 1
    assert all("果园" in text for text in counting.texts)
    found = texts_of(stored(tmp_path / "index"))
    assert "果园" in found
    assert "灯塔" not in found
    assert "码头" in found
    opened = Index.open(tmp_path / "index")
    assert opened.store.search_lexical("bigrams", ["灯塔"], 9, Filters()) == []
    opened.close()


def test_moving_a_file_embeds_nothing(tmp_path: Path, pages: Path, counting: CountingEncoder) -> None:
    index_paths(tmp_path / "index", [pages], counting)
    counting.texts.clear()
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in pages.iterdir():
        path.rename(moved / path.name)
    summary = index_paths(tmp_path / "index", [moved], counting)
    assert (summary.files, summary.unchanged, summary.embedded) == (4, 0, 0)
    assert summary.passages >= 4
    assert counting.texts == []
    files = {article.file for article in stored(tmp_path / "index")}
    assert {(moved / path.name).resolve().as_posix() for path in moved.iterdir()} <= files


def test_the_same_text_twice_is_embedded_once(tmp_path: Path, counting: CountingEncoder) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(page_of("灯塔"), encoding="utf-8")
    summary = index_paths(tmp_path / "index", [tmp_path / "a.txt", tmp_path / "b.txt"], counting)
    assert (summary.files, summary.passages) == (2, summary.embedded), "the second is a reprint of the first"
    assert len(counting.texts) == summary.embedded


def test_a_file_named_twice_is_indexed_once(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    index_paths(tmp_path / "index", [pages, *pages.iterdir()], encoder)
    assert len(stored(tmp_path / "index")) == 4


def test_bad_files_are_skipped_and_named(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    bad = {
        "image.txt": BINARY,
        "void.txt": b"",
        "space.txt": b" \n\n",
        "cut.txt": "灯塔".encode("utf-16")[:-1],
    }
    for name, contents in bad.items():
        (pages / name).write_bytes(contents)
    summary = index_paths(tmp_path / "index", [pages, tmp_path / "gone.txt"], encoder)
    assert {Path(name).name for name, _ in summary.skipped} == {*bad, "gone.txt"}
    for name, reason in summary.skipped:
        assert Path(name).name in reason
        assert "\n" not in reason
    assert len(stored(tmp_path / "index")) == summary.articles == 4


def test_nothing_but_bad_files_is_an_error_and_makes_no_index(
    tmp_path: Path, encoder: UniversalSentenceEncoder
) -> None:
    (tmp_path / "pages").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "pages" / name).write_bytes(BINARY)
    for paths, told in (
        ([tmp_path / "pages"], r"a\.txt: neither .*\(none of the 2 files could be read\)$"),
        ([tmp_path / "gone.txt"], r"gone\.txt: no such file or folder; check the path$"),
    ):
        with pytest.raises(InputError, match=told):
            index_paths(tmp_path / "index", paths, encoder)
        with pytest.raises(IndexStateError, match="no index here"):
            Index.open(tmp_path / "index")


def test_nothing_but_bad_files_leaves_an_index_as_it_is(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    index_paths(tmp_path / "index", [pages], encoder)
    before = read_manifest(tmp_path / "index")
    with pytest.raises(InputError, match=r"gone\.txt"):
        index_paths(tmp_path / "index", [tmp_path / "gone.txt"], encoder)
    assert read_manifest(tmp_path / "index") == before


def test_a_folder_without_text_files(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    with pytest.raises(InputError, match="no text file") as caught:
        index_paths(tmp_path / "index", [tmp_path], encoder)
    assert str(tmp_path) in str(caught.value)
    assert not (tmp_path / "index").exists()


def test_members_of_an_archive_are_files_of_their_own(tmp_path: Path, counting: CountingEncoder) -> None:
    archive = tmp_path / "issue.zip"

    def pack(subjects: Iterable[str]) -> None:
        with zipfile.ZipFile(archive, "w") as packed:
            for number, subject in enumerate(subjects):
                packed.writestr(f"海岛日报-2025032{number}-01.txt", page_of(subject))

    pack(SUBJECTS[:3])
    summary = index_paths(tmp_path / "index", [archive], counting)
    assert (summary.files, summary.articles, summary.skipped) == (3, 3, [])
    assert [a.date for a in stored(tmp_path / "index")] == ["2025-03-20", "2025-03-21", "2025-03-22"]
    pack([SUBJECTS[0], SUBJECTS[5], SUBJECTS[2], SUBJECTS[6]])
    summary = index_paths(tmp_path / "index", [archive], counting)
    assert (summary.files, summary.unchanged, summary.articles) == (4, 2, 2), "only members that changed"
    found = texts_of(stored(tmp_path / "index"))
    assert [subject in found for subject in SUBJECTS[:7]] == [True, False, True, False, False, True, True]


def test_other_columns_are_another_reading(tmp_path: Path, counting: CountingEncoder) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("编号,甲,乙\n1,灯塔开放了。,码头开放了。\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no column of text among 编号, 甲, 乙; .*--columns text=COLUMN"):
        index_paths(tmp_path / "index", [path], counting)
    for column, text in (("甲", "灯塔开放了。"), ("乙", "码头开放了。")):
        summary = index_paths(tmp_path / "index", [path], counting, columns={"text": column})
        assert (summary.unchanged, summary.articles) == (0, 1)
        assert texts_of(stored(tmp_path / "index")) == text


def test_one_broken_row_does_not_keep_the_others_out(tmp_path: Path, counting: CountingEncoder) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "灯塔开放了。"}\n{"text"\n', encoding="utf-8")
    summary = index_paths(tmp_path / "index", [path], counting)
    assert summary.articles == 1
    assert summary.skipped == [(str(path), f"{path}:2: broken JSON; export the line again; left out")]


def test_a_file_of_more_articles_than_a_round(
    tmp_path: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_ROUND", 3)
    path = tmp_path / "rows.csv"
    path.write_text("正文\n" + "".join(f"{subject}昨天开放。\n" for subject in SUBJECTS), encoding="utf-8")
    for _ in range(2):
        summary = index_paths(tmp_path / "index", [path], encoder)
        assert len(stored(tmp_path / "index")) == len(SUBJECTS)
    assert summary.unchanged == 1
    path.write_text("正文\n灯塔昨天关门。\n", encoding="utf-8")
    index_paths(tmp_path / "index", [path], encoder)
    assert texts_of(stored(tmp_path / "index")) == "灯塔昨天关门。"


def test_an_interrupt_keeps_what_is_done_and_the_next_run_goes_on(
    tmp_path: Path, pages: Path, counting: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_ROUND", 1)
    counting.interrupt_at = 3
    summary = index_paths(tmp_path / "index", [pages], counting)
    assert summary.interrupted
    assert [article.page for article in stored(tmp_path / "index")] == ["1", "2"]
    counting.texts.clear()
    counting.interrupt_at = None
    summary = index_paths(tmp_path / "index", [pages], counting)
    assert (summary.files, summary.unchanged, summary.interrupted) == (4, 2, False)
    assert not any("灯塔" in text or "码头" in text for text in counting.texts)
    assert [article.page for article in stored(tmp_path / "index")] == ["1", "2", "3", "4"]


def test_an_interrupt_in_the_middle_of_writing_leaves_the_index_as_it_was(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_paths(tmp_path / "index", [min(pages.iterdir())], encoder)
    before = stored(tmp_path / "index")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("qa.lexical.LexicalStore.write", interrupt)
        assert index_paths(tmp_path / "index", [pages], encoder).interrupted
    assert stored(tmp_path / "index") == before
    index_paths(tmp_path / "index", [pages], encoder)
    assert len(stored(tmp_path / "index")) == 4


def test_an_index_made_in_rounds_is_the_same_as_one_made_at_once(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_paths(tmp_path / "once", [pages], encoder)
    monkeypatch.setattr(building, "_ROUND", 1)
    index_paths(tmp_path / "rounds", [pages], encoder)
    assert stored(tmp_path / "once") == stored(tmp_path / "rounds")


def test_articles_are_added_and_replaced_by_id(tmp_path: Path, counting: CountingEncoder) -> None:
    lighthouse = Article.from_text(page_of("灯塔"), headline="灯塔", source="旧名")
    harbour = Article.from_text(page_of("码头"), headline="码头")
    summary = add_articles(tmp_path / "index", [lighthouse, harbour], counting)
    assert (summary.articles, summary.embedded) == (2, 2)
    renamed = Article.from_text(page_of("灯塔"), headline="灯塔", source="新名")
    assert renamed.article_id == lighthouse.article_id
    summary = add_articles(tmp_path / "index", [renamed], counting)
    assert (summary.articles, summary.embedded) == (1, 0), "the text is as it was"
    assert stored(tmp_path / "index") == [harbour, renamed]
    opened = Index.open(tmp_path / "index")
    assert len(opened.store.search_lexical("bigrams", ["灯塔"], 9, Filters(source="新名"))) == 1
    assert opened.store.search_lexical("bigrams", ["灯塔"], 9, Filters(source="旧名")) == []
    opened.close()


def test_articles_come_from_any_iterable_in_rounds(
    tmp_path: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_ROUND", 3)
    originals = [Article.from_text(page_of(subject), headline=subject) for subject in SUBJECTS]
    summary = add_articles(tmp_path / "index", iter([*originals, originals[0]]), encoder)
    assert summary.articles == 9
    assert sorted(a.headline for a in stored(tmp_path / "index")) == sorted(SUBJECTS)
    assert add_articles(tmp_path / "empty", [], encoder) == Summary()
    assert stored(tmp_path / "empty") == []


def test_source_and_date_given_win_over_the_name(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    path = min(pages.iterdir())
    (by_name,) = read_articles(path)
    assert (by_name.source, by_name.date, by_name.page) == ("海岛日报", "2025-03-20", "1")
    (given,) = read_articles(path, source="山城晚报", date="2024-01-02")
    assert (given.source, given.date, given.page) == ("山城晚报", "2024-01-02", "1")
    index_paths(tmp_path / "index", [path], encoder)
    summary = index_paths(tmp_path / "index", [path], encoder, source="山城晚报")
    assert (summary.unchanged, summary.articles) == (0, 1), "other options are another reading"
    assert [(a.source, a.date) for a in stored(tmp_path / "index")] == [("山城晚报", "2025-03-20")]


@pytest.mark.parametrize("day", ["昨天", "2025-02-30", "20250328", "28.3.2025"])
def test_a_date_that_is_no_date_is_refused_before_anything_is_written(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder, day: str
) -> None:
    with pytest.raises(InputError, match="is not a date; write it as 2025-03-28"):
        index_paths(tmp_path / "index", [pages], encoder, date=day)
    with pytest.raises(InputError, match=f"灯塔: {day!r} is not a date"):
        Assistant.from_articles([Article.from_text("灯塔。", headline="灯塔", date=day)])
    with pytest.raises(IndexStateError, match="no index here"):
        Index.open(tmp_path / "index")


def test_a_file_without_an_article_is_told(tmp_path: Path) -> None:
    path = tmp_path / "void.txt"
    path.write_text(" \n", encoding="utf-8")
    with pytest.raises(InputError, match=r"void\.txt"):
        read_articles(path)


def test_a_passage_is_found_by_its_headlines_and_date_too() -> None:
    article = Article.from_text("正文。", kicker="引题", headline="主题", subtitle="副题", date="2025-03-08")
    assert searchable_text(cut_passages(article)[0]) == "引题 主题 副题\n2025年3月8日\n正文。"
    assert searchable_text(cut_passages(Article.from_text("正文。"))[0]) == "正文。"


def test_what_is_gone_from_a_folder_is_removed(
    tmp_path: Path, pages: Path, counting: CountingEncoder
) -> None:
    index_paths(tmp_path / "index", [pages], counting)
    first, second, *_ = sorted(pages.iterdir())
    first.unlink()
    second.rename(second.with_name("海岛日报-20250329-07.txt"))
    counting.texts.clear()
    summary = index_paths(tmp_path / "index", [pages], counting)
    assert (summary.files, summary.unchanged, summary.articles, summary.removed) == (3, 2, 1, 2)
    assert [article.page for article in stored(tmp_path / "index")] == ["3", "4", "7"]
    assert "灯塔" not in texts_of(stored(tmp_path / "index"))
    assert index_paths(tmp_path / "index", [pages], counting) == Summary(files=3, unchanged=3)


def test_what_cannot_be_seen_is_not_gone(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    archive = pages / "issue.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("海岛日报-20250401-01.txt", page_of("果园"))
        packed.writestr("海岛日报-20250402-01.txt", page_of("铁路"))
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text(page_of("医院"), encoding="utf-8")
    index_paths(tmp_path / "index", [pages, elsewhere], encoder)
    elsewhere.unlink()
    whole = archive.read_bytes()
    archive.write_bytes(whole[:60])
    summary = index_paths(tmp_path / "index", [pages], encoder)
    assert summary.removed == 0, "a damaged archive keeps its members, other folders are not looked at"
    archive.write_bytes(whole)
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("海岛日报-20250401-01.txt", page_of("果园"))
    assert index_paths(tmp_path / "index", [pages], encoder).removed == 1
    found = texts_of(stored(tmp_path / "index"))
    assert ("果园" in found, "铁路" in found, "医院" in found) == (True, False, True)
