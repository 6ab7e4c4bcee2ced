import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.universal import UniversalSentenceEncoder
from qa import Article, Assistant, local_store
from qa.building import add_articles, remove_articles
from qa.database import Change
from qa.errors import IndexStateError
from qa.generations import Generation, new_generation, write_lock
from qa.index import FORMAT, Index, default_index_path, read_manifest
from qa.lexical import Filters
from qa.store import State, Store
from qa.stores import open_store

ROOT = Path(__file__).parents[1]
LIGHTHOUSE = Article.from_text("灯塔昨晚重新点亮。", headline="灯塔", file="a.txt", date="2025-03-28")
FERRY = Article.from_text("渡船今天试航。", headline="渡船", file="c.txt")
HARBOUR = Article.from_text("码头今天停工修理。", headline="码头", file="b.txt", source="海岛日报")


@pytest.fixture
def folder(tmp_path: Path, encoder: UniversalSentenceEncoder) -> Path:
    made = tmp_path / "my.index"
    add_articles(made, [LIGHTHOUSE], encoder)
    return made


def run_program(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {
        "writer.lock",
        "records.sqlite-wal",
        "records.sqlite-shm",
    }


def generation_of(folder: Path) -> int:
    manifest = read_manifest(folder)
    assert manifest is not None
    return manifest.generation


def contents(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal", ".lock"))
    }


def ids(folder: Path) -> list[str]:
    """Open the Index and return the ids of its Articles, after all three stores agreed with each other."""
    index = Index.open(folder)
    found = index.database.article_ids()
    numbers = index.database.numbers().tolist()
    assert [kind.tolist() for kind in index.store.numbers()] == [numbers, numbers]
    assert len(numbers) == index.manifest.counts["passages"] == index.store.stats().passages
    assert index.store.vectors_of(numbers).shape == (len(numbers), index.manifest.dimension)
    index.close()
    return found


def test_a_new_generation_is_published_and_the_old_one_removed(
    folder: Path, encoder: UniversalSentenceEncoder
) -> None:
    assert names(folder) == {"records.sqlite", "vectors", "words-000001"}
    add_articles(folder, [HARBOUR], encoder)
    assert names(folder) == {"records.sqlite", "vectors", "words-000002"}
    assert {path.name for path in (folder / "vectors").iterdir()} == {
        "000001.faiss", "000001.npy", "000002.faiss", "000002.npy",
    }  # fmt: skip
    assert ids(folder) == [LIGHTHOUSE.article_id, HARBOUR.article_id]
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.format, manifest.generation, manifest.encoder) == (FORMAT, 2, encoder.name)
    assert manifest.counts == {"files": 0, "articles": 2, "passages": 2}


def test_what_changes_nothing_is_no_generation(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    before = contents(folder)
    add_articles(folder, [], encoder)
    assert remove_articles(folder, ["nobody"], encoder) == 0
    assert contents(folder) == before


def test_a_reader_keeps_its_generation_while_the_next_is_published(
    folder: Path, encoder: UniversalSentenceEncoder
) -> None:
    reader = Index.open(folder)
    add_articles(folder, [HARBOUR], encoder)
    assert reader.database.article_ids() == [LIGHTHOUSE.article_id]
    assert reader.database.article(LIGHTHOUSE.article_id) == LIGHTHOUSE
    found = reader.store.search_lexical("bigrams", ["灯塔", "码头"], 9, Filters())
    assert [number for number, _ in found] == [1]
    assert reader.store.stats().passages == 1
    assert not reader.is_newest()
    reader.close()


def test_opening_while_a_writer_publishes_finds_the_new_generation(
    folder: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish_first(path: Path, dimension: int, state: State) -> Store:
        monkeypatch.setattr("qa.index.open_store", open_store)
        add_articles(folder, [HARBOUR], encoder)
        return open_store(path, dimension, state)

    monkeypatch.setattr("qa.index.open_store", publish_first)
    opened = Index.open(folder)
    assert opened.manifest.generation == 2
    opened.close()


def test_articles_are_removed_from_all_stores(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    add_articles(folder, [HARBOUR], encoder)
    with new_generation(folder, encoder.name, encoder.dimension) as generation:
        generation.apply(
            Change(removed=[LIGHTHOUSE.article_id, "nobody"]), [], np.empty((0, 512), np.float32)
        )
    assert ids(folder) == [HARBOUR.article_id]
    index = Index.open(folder)
    assert index.store.search_lexical("bigrams", ["灯塔"], 9, Filters()) == []
    found = index.store.search_dense(encoder.encode(["灯塔"])[0], 9, Filters())
    assert [number for number, _ in found] == [2]
    index.close()


@pytest.mark.parametrize("error", [RuntimeError("stop"), KeyboardInterrupt()])
def test_an_error_while_writing_leaves_the_old_generation_and_no_leftovers(
    folder: Path, encoder: UniversalSentenceEncoder, error: BaseException
) -> None:
    before = contents(folder)

    def remove_and_fail() -> None:
        with new_generation(folder, encoder.name, encoder.dimension) as generation:
            generation.apply(Change(removed=[LIGHTHOUSE.article_id]), [], np.empty((0, 512), np.float32))
            raise error

    with pytest.raises(type(error)):
        remove_and_fail()
    assert contents(folder) == before
    assert ids(folder) == [LIGHTHOUSE.article_id]
    add_articles(folder, [HARBOUR], encoder)
    assert len(ids(folder)) == 2


def test_an_error_while_the_first_generation_is_written_leaves_no_index(
    tmp_path: Path, encoder: UniversalSentenceEncoder
) -> None:
    with pytest.raises(KeyboardInterrupt), new_generation(tmp_path / "new", encoder.name, 512):
        raise KeyboardInterrupt
    assert names(tmp_path / "new") == set()
    assert read_manifest(tmp_path / "new") is None


@pytest.mark.parametrize(
    "step", ["embeddings.segments.sync", "qa.local_store._link_words", "qa.generations.manifest_text"]
)
def test_an_interrupt_while_publishing_leaves_the_old_generation(
    folder: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = contents(folder)
    with monkeypatch.context() as patch:
        patch.setattr(step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            add_articles(folder, [HARBOUR], encoder)
    assert contents(folder) == before
    assert ids(folder) == [LIGHTHOUSE.article_id]


def test_an_interrupt_after_publishing_leaves_the_new_generation(
    folder: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Generation.publish

    def interrupted(generation: Generation) -> None:
        whole(generation)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Generation, "publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            add_articles(folder, [HARBOUR], encoder)
    assert len(ids(folder)) == 2
    add_articles(folder, [FERRY], encoder)
    assert len(ids(folder)) == 3
    assert generation_of(folder) == 3


def test_a_killed_writer_leaves_the_old_generation(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    program = (
        "import os, sys\nimport numpy as np\nfrom pathlib import Path\n"
        "from qa.database import Change\nfrom qa.generations import new_generation\n"
        "with new_generation(Path(sys.argv[1]), 'multilingual-use-v3', 512) as generation:\n"
        f"    change = Change(removed=['{LIGHTHOUSE.article_id}'])\n"
        "    generation.apply(change, [], np.empty((0, 512), np.float32))\n"
        "    generation.store.commit()\n"
        "    os._exit(9)\n"
    )
    assert run_program(program, folder).returncode == 9
    assert (folder / "words-000002").is_dir(), "the writer was in the middle of it"
    assert ids(folder) == [LIGHTHOUSE.article_id]
    add_articles(folder, [HARBOUR], encoder)
    assert names(folder) == {"records.sqlite", "vectors", "words-000002"}
    assert len(ids(folder)) == 2


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 0xFF
    path.write_bytes(contents)


def manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Change the stored manifest; what ``change`` returns takes its place."""

    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            (text,) = connection.execute("SELECT value FROM manifest").fetchone()
            changed = json.dumps(change(json.loads(text)))
            connection.execute("UPDATE manifest SET value = ?", (changed,))
            connection.commit()

    return damage


def flip_head(path: Path) -> None:
    path.write_bytes(b"?" * 100 + path.read_bytes()[100:])


RECORDS = "records.sqlite"
DAMAGES = [
    (RECORDS, manifest(lambda values: []), "damaged manifest"),
    (RECORDS, manifest(lambda values: {"format": FORMAT}), "damaged manifest"),
    (RECORDS, manifest(lambda values: values | {"encoder": "another"}), "damaged manifest"),
    (
        RECORDS,
        manifest(lambda values: values | {"format": 99}),
        f"index format 99, this program reads {FORMAT}",
    ),
    (RECORDS, truncate, "records.sqlite: damaged"),
    (RECORDS, flip_head, "records.sqlite: damaged"),
    (RECORDS, Path.unlink, "records.sqlite: missing"),
    ("vectors/000001.faiss", truncate, "000001.faiss: missing or damaged"),
    ("vectors/000001.faiss", flip, "000001.faiss: missing or damaged"),
    ("vectors/000001.npy", flip, "000001.npy: missing or damaged"),
    ("vectors", shutil.rmtree, "missing or damaged"),
    ("words-000001", shutil.rmtree, "missing or damaged"),
    ("words-000001/meta.json", flip, "meta.json: missing or damaged"),
]


@pytest.mark.parametrize(("place", "damage", "told"), DAMAGES)
def test_a_damaged_index_is_one_clear_line_and_not_written_to(
    folder: Path, encoder: UniversalSentenceEncoder, place: str, damage: Callable[[Path], None], told: str
) -> None:
    damage(folder / place)
    after = contents(folder)
    for use in (Index.open, Assistant.open, lambda path: add_articles(path, [HARBOUR], encoder)):
        with pytest.raises(IndexStateError) as caught:
            use(folder)
        message = str(caught.value)
        assert told in message
        assert str(folder) in message
        assert "index" in message.partition(";")[2], "says what to do"
        assert "\n" not in message
    assert contents(folder) == after


def test_an_index_of_an_earlier_format_is_told(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 3}', encoding="utf-8")
    for use in (Index.open, lambda path: add_articles(path, [HARBOUR], encoder)):
        with pytest.raises(IndexStateError, match=f"index format 3, this program reads {FORMAT}; delete it"):
            use(tmp_path)


@pytest.mark.parametrize("place", ["vectors/000001.faiss", "vectors/000001.npy", "words-000001/meta.json"])
def test_files_too_large_to_hash_are_told_when_they_cannot_be_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(local_store, "_HASHED_BYTES", 0)
    path = folder / place
    path.write_bytes(b"?" * path.stat().st_size)
    with pytest.raises(IndexStateError, match="damaged"):
        Assistant.open(folder).search("灯塔")


def test_no_index_is_told_with_the_way_to_make_one(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexStateError, match="no index here; make one with `wenbao index") as caught:
            Index.open(place)
        assert str(place) in str(caught.value)
    assert not (tmp_path / "nowhere").exists()


def test_an_index_is_written_with_its_own_encoder_only(folder: Path) -> None:
    with pytest.raises(IndexStateError) as caught, new_generation(folder, "another/model", 512):
        pytest.fail("was opened for writing")
    for told in (str(folder), "'multilingual-use-v3'", "'another/model'", "another index folder"):
        assert told in str(caught.value)
    assert ids(folder) == [LIGHTHOUSE.article_id]


def test_a_second_writer_is_told_of_the_first(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    with write_lock(folder):
        with pytest.raises(IndexStateError, match="another process is writing this index; wait") as caught:
            add_articles(folder, [HARBOUR], encoder)
        assert str(folder) in str(caught.value)
        assert ids(folder) == [LIGHTHOUSE.article_id], "readers are not in the way"
    add_articles(folder, [HARBOUR], encoder)
    assert len(ids(folder)) == 2


def test_a_second_writer_in_another_process(folder: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from qa.errors import IndexStateError\nfrom qa.generations import write_lock\n"
        "try:\n    with write_lock(Path(sys.argv[1])): print('written')\n"
        "except IndexStateError as error: print(error)\n"
    )
    with write_lock(folder):
        assert "another process is writing" in run_program(program, folder).stdout
    assert run_program(program, folder).stdout == "written\n"


def test_a_folder_that_may_not_be_written(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user writes everywhere")
        with pytest.raises(
            IndexStateError, match=r"cannot be written .*; make room or choose another folder"
        ):
            add_articles(tmp_path / "new", [HARBOUR], encoder)
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_place_of_the_folder(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    (tmp_path / "file").write_text("灯塔", encoding="utf-8")
    with pytest.raises(IndexStateError, match=r"cannot be written .*; make room or choose another folder"):
        add_articles(tmp_path / "file", [HARBOUR], encoder)
    with pytest.raises(IndexStateError, match="no index here"):
        Index.open(tmp_path / "file")


def test_nothing_saved_is_a_pickle(folder: Path) -> None:
    assert (folder / "vectors" / "000001.faiss").read_bytes()[:4] == b"IxSQ"
    np.load(folder / "vectors" / "000001.npy", allow_pickle=False)
    with closing(sqlite3.connect(folder / RECORDS)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert json.loads((folder / "words-000001" / "meta.json").read_text(encoding="utf-8"))


def test_the_default_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WENBAO_INDEX", str(tmp_path))
    assert default_index_path() == tmp_path
    monkeypatch.delenv("WENBAO_INDEX")
    assert default_index_path().is_absolute()
    assert "wenbao" in default_index_path().parts
