"""An Index whose vectors and words are in Milvus Lite; the contract of the store itself is in test_store.py."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from embeddings.universal import UniversalSentenceEncoder
from qa import Article, Assistant
from qa.backups import back_up, restore
from qa.building import add_articles, remove_articles
from qa.errors import IndexStateError, InputError
from qa.index import Index, read_manifest
from qa.lexical import Filters
from qa.stores import choose_store
from qa.verifying import repair, verify

NEEDED = 'needs Milvus Lite: pip install "wenbao[milvus]"'
pymilvus = pytest.importorskip("pymilvus", reason=NEEDED)
pytest.importorskip("milvus_lite", reason=NEEDED)

ARTICLES = [
    Article.from_text(
        f"{subject}昨天重新开放。\n管理员说，{subject}修了三年。", headline=subject, date="2025-03-28"
    )
    for subject in ("灯塔", "码头", "渔船", "果园")
]


@pytest.fixture
def folder(tmp_path: Path, encoder: UniversalSentenceEncoder) -> Path:
    made = tmp_path / "my.index"
    choose_store(made, f"milvus+lite://{tmp_path}/passages.db", None)
    add_articles(made, ARTICLES[:3], encoder)
    return made


def collections(folder: Path) -> list[str]:
    with closing(pymilvus.MilvusClient(str(folder.parent / "passages.db"))) as client:
        return list(client.list_collections())


def test_the_same_assistant_answers_and_follows_changes(
    folder: Path, tmp_path: Path, encoder: UniversalSentenceEncoder
) -> None:
    assert not (folder / "vectors").exists()
    with Assistant.open(folder) as assistant:
        assert assistant.ask("码头修了几年？").short_answer == "三年"
        remove_articles(folder, [ARTICLES[1].article_id], encoder)
        assert {hit.passage.article.headline for hit in assistant.search("重新开放")} == {"灯塔", "渔船"}
        add_articles(folder, ARTICLES[3:], encoder)
        assert assistant.search("果园重新开放")[0].passage.article.headline == "果园"
        assert assistant.search("果园", date_to="2025-03-01") == []
        assert assistant.count("修了三年").total == 3
    assert verify(folder) == []


def test_another_process_reads_and_writes_on(tmp_path: Path) -> None:
    """Each command is a process of its own, to which Milvus Lite comes anew."""
    page = tmp_path / "页.txt"
    program = "from qa.cli import main; main()"
    store = ["--store", f"milvus+lite://{tmp_path}/passages.db"]

    def run(*arguments: str) -> str:
        command = [sys.executable, "-c", program, *arguments, "--index", str(tmp_path / "index")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    page.write_text("　　灯塔昨天重新开放。\n", encoding="utf-8")
    run("index", str(page), *store)
    page.write_text("　　码头昨天重新开放。\n", encoding="utf-8")
    run("index", str(page))
    assert "码头" in run("search", "重新开放")
    assert "灯塔" not in run("search", "重新开放")


def test_both_stores_find_the_same(folder: Path, tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    add_articles(tmp_path / "files", ARTICLES[:3], encoder)
    there, here = Index.open(folder), Index.open(tmp_path / "files")
    for words in (["码头"], ["管理员", "渔船"], ["重新", "灯塔", "开放"]):
        found = there.store.search_lexical("words", words, 9, Filters())
        expected = here.store.search_lexical("words", words, 9, Filters())
        assert dict(found) == pytest.approx(dict(expected), rel=0.05)
    there.close()
    here.close()


def test_a_collection_is_made_anew_from_the_records(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    (before,) = collections(folder)
    assert repair(folder, encoder) == (3, 0)
    (after,) = collections(folder)
    assert after != before
    assert verify(folder) == []
    with closing(pymilvus.MilvusClient(str(folder.parent / "passages.db"))) as client:
        client.drop_collection(after)
    with pytest.raises(IndexStateError, match="wenbao repair"):
        Index.open(folder)
    assert repair(folder, encoder) == (3, 3)
    assert verify(folder) == []


def test_a_copy_never_writes_to_the_collection_of_the_original(
    folder: Path, tmp_path: Path, encoder: UniversalSentenceEncoder
) -> None:
    back_up(folder, tmp_path / "backup")
    copy = tmp_path / "copy"
    restore(tmp_path / "backup", copy)
    with pytest.raises(IndexStateError, match="copy of an index in Milvus; run `wenbao repair`"):
        add_articles(copy, ARTICLES[3:], encoder)
    assert repair(copy, encoder) == (3, 0)
    remove_articles(copy, [ARTICLES[0].article_id], encoder)
    assert verify(folder) == []
    assert verify(copy) == []
    assert len(collections(folder)) == 2


def test_an_index_keeps_its_store(folder: Path, tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    manifest = read_manifest(folder)
    assert manifest
    choose_store(folder, f"milvus+lite://{tmp_path}/passages.db", manifest.store)
    with pytest.raises(IndexStateError, match="name another index folder"):
        choose_store(folder, "milvus://localhost:19530", manifest.store)
    add_articles(tmp_path / "files", ARTICLES[:1], encoder)
    other = read_manifest(tmp_path / "files")
    assert other
    with pytest.raises(IndexStateError, match="are in files beside it, not milvus://"):
        choose_store(tmp_path / "files", "milvus://localhost:19530", other.store)


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    choose_store(tmp_path / "index", "milvus://127.0.0.1:1", None)
    with pytest.raises(IndexStateError, match="see that the server runs") as raised:
        add_articles(tmp_path / "index", ARTICLES[:1], encoder)
    assert "\n" not in str(raised.value)
    with pytest.raises(IndexStateError, match="no index here"):
        Index.open(tmp_path / "index")


@pytest.mark.parametrize(
    "address", ["", "milvus://host", "http://host:19530", "milvus://me:secret@host:1", "milvus+lite:///a.sql"]
)
def test_what_is_no_address_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match="MILVUS_TOKEN"):
        choose_store(tmp_path, address, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", '{"address": "milvus://host:1"}', '{"address": 1, "id": 2}'])
def test_a_damaged_choice_is_told(folder: Path, encoder: UniversalSentenceEncoder, text: str) -> None:
    (folder / "milvus.json").write_text(text, encoding="utf-8")
    with pytest.raises(IndexStateError, match="delete it and run `wenbao repair`"):
        add_articles(folder, ARTICLES[3:], encoder)
    (folder / "milvus.json").unlink()
    assert repair(folder, encoder) == (3, 0)
    assert json.loads((folder / "milvus.json").read_text(encoding="utf-8"))["address"].endswith("passages.db")
