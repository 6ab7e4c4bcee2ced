import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import qa.index as index_module
from embeddings.universal import UniversalSentenceEncoder
from qa import Article, Assistant
from qa.building import add_articles
from qa.database import Change
from qa.errors import IndexStateError
from qa.index import FORMAT, Index, default_index_path, new_generation, read_manifest, write_lock
from qa.lexical import Filters

ROOT = Path(__file__).parents[1]
LIGHTHOUSE = Article.from_text("灯塔昨晚重新点亮。", headline="灯塔", file="a.txt", date="2025-03-28")
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
    return {path.name for path in folder.iterdir()} - {"writer.lock"}


def ids(folder: Path) -> list[str]:
    """Open the Index and return the ids of its Articles, after all three stores agreed with each other."""
    index = Index.open(folder)
    found = index.database.article_ids()
    numbers = index.database.numbers(Filters()).tolist()
    assert len(index.vectors) == len(numbers) == index.manifest.counts["passages"]
    assert index.vectors.get(numbers).shape == (len(numbers), index.manifest.dimension)
    assert index.lexical.document_frequencies("words", [])[0] == len(numbers)
    index.close()
    return found


def test_a_new_generation_is_published_and_the_old_one_removed(
    folder: Path, encoder: UniversalSentenceEncoder
) -> None:
    assert names(folder) == {"manifest.json", "generation-000001"}
    assert {path.name for path in (folder / "generation-000001").iterdir()} == {
        "records.sqlite", "vectors.faiss", "words",
    }  # fmt: skip
    add_articles(folder, [HARBOUR], encoder)
    assert names(folder) == {"manifest.json", "generation-000002"}
    assert ids(folder) == [LIGHTHOUSE.article_id, HARBOUR.article_id]
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.format, manifest.encoder, manifest.dimension) == (FORMAT, encoder.name, 512)
    assert manifest.counts == {"files": 0, "articles": 2, "passages": 2}


def test_a_reader_keeps_its_generation_while_the_next_is_published(
    folder: Path, encoder: UniversalSentenceEncoder
) -> None:
    reader = Index.open(folder)
    add_articles(folder, [HARBOUR], encoder)
    assert reader.database.article_ids() == [LIGHTHOUSE.article_id]
    assert reader.database.article(LIGHTHOUSE.article_id) == LIGHTHOUSE
    assert [number for number, _ in reader.lexical.search("bigrams", ["灯塔", "码头"], 9, Filters())] == [1]
    assert len(reader.vectors) == 1
    reader.close()


def test_opening_while_a_writer_publishes_finds_the_new_generation(
    folder: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = read_manifest(folder)
    add_articles(folder, [HARBOUR], encoder)
    told = iter([stale])
    monkeypatch.setattr(index_module, "read_manifest", lambda path: next(told, None) or read_manifest(path))
    opened = Index.open(folder)
    assert opened.manifest.generation == "generation-000002"
    opened.close()


def test_articles_are_removed_from_all_stores(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    add_articles(folder, [HARBOUR], encoder)
    with new_generation(folder, encoder.name, encoder.dimension) as generation:
        generation.apply(
            Change(removed=[LIGHTHOUSE.article_id, "nobody"]), [], np.empty((0, 512), np.float32)
        )
    assert ids(folder) == [HARBOUR.article_id]
    index = Index.open(folder)
    assert index.lexical.search("bigrams", ["灯塔"], 9, Filters()) == []
    assert index.vectors.search(encoder.encode(["灯塔"])[0], 9)[0].tolist() == [2]
    index.close()


@pytest.mark.parametrize("error", [RuntimeError("stop"), KeyboardInterrupt()])
def test_an_error_while_writing_leaves_the_old_generation_and_no_leftovers(
    folder: Path, encoder: UniversalSentenceEncoder, error: BaseException
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def remove_and_fail() -> None:
        with new_generation(folder, encoder.name, encoder.dimension) as generation:
            generation.apply(Change(removed=[LIGHTHOUSE.article_id]), [], np.empty((0, 512), np.float32))
            raise error

    with pytest.raises(type(error)):
        remove_and_fail()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
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


@pytest.mark.parametrize("step", ["os.fsync", "qa.index._describe"])
def test_an_interrupt_while_publishing_leaves_the_old_generation(
    folder: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            add_articles(folder, [HARBOUR], encoder)
    assert names(folder) == {"manifest.json", "generation-000001"}
    assert ids(folder) == [LIGHTHOUSE.article_id]


def test_an_interrupt_after_publishing_leaves_the_new_generation(
    folder: Path, encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = index_module.Generation.publish

    def interrupted(generation: index_module.Generation) -> None:
        whole(generation)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(index_module.Generation, "publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            add_articles(folder, [HARBOUR], encoder)
    assert len(ids(folder)) == 2
    add_articles(folder, [HARBOUR], encoder)
    assert names(folder) == {"manifest.json", "generation-000003"}


def test_a_killed_writer_leaves_the_old_generation(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    program = (
        "import os, sys\nimport numpy as np\nfrom pathlib import Path\n"
        "from qa.database import Change\nfrom qa.index import new_generation\n"
        "with new_generation(Path(sys.argv[1]), 'multilingual-use-v3', 512) as generation:\n"
        f"    change = Change(removed=['{LIGHTHOUSE.article_id}'])\n"
        "    generation.apply(change, [], np.empty((0, 512), np.float32))\n"
        "    os._exit(9)\n"
    )
    assert run_program(program, folder).returncode == 9
    assert (folder / "generation-000002").is_dir(), "the writer was in the middle of it"
    assert ids(folder) == [LIGHTHOUSE.article_id]
    add_articles(folder, [HARBOUR], encoder)
    assert names(folder) == {"manifest.json", "generation-000002"}
    assert len(ids(folder)) == 2


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 0xFF
    path.write_bytes(contents)


def rewrite(**changes: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")

    return change


def write(text: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    return change


GENERATION = "generation-000001"


@pytest.mark.parametrize(
    ("place", "damage", "told"),
    [
        ("manifest.json", write("{"), "damaged manifest"),
        ("manifest.json", write(""), "damaged manifest"),
        ("manifest.json", write("[]"), "damaged manifest"),
        ("manifest.json", write(json.dumps({"format": FORMAT})), "damaged manifest"),
        ("manifest.json", truncate, "damaged manifest"),
        ("manifest.json", lambda path: path.write_bytes(b"\xff\xfe\x00"), "damaged manifest"),
        ("manifest.json", rewrite(generation=7), "damaged manifest"),
        ("manifest.json", rewrite(files=[]), "damaged manifest"),
        ("manifest.json", rewrite(encoder="another"), "damaged manifest"),
        ("manifest.json", rewrite(format=1), f"index format 1, this program reads {FORMAT}"),
        ("manifest.json", rewrite(format=None), "index format None"),
        ("manifest.json", Path.unlink, "half-written index without a manifest"),
        (f"{GENERATION}/records.sqlite", truncate, "records.sqlite: missing or damaged"),
        (f"{GENERATION}/records.sqlite", flip, "records.sqlite: missing or damaged"),
        (f"{GENERATION}/records.sqlite", Path.unlink, "records.sqlite: missing or damaged"),
        (f"{GENERATION}/vectors.faiss", truncate, "vectors.faiss: missing or damaged"),
        (f"{GENERATION}/vectors.faiss", flip, "vectors.faiss: missing or damaged"),
        (f"{GENERATION}/words", shutil.rmtree, "words"),
        (f"{GENERATION}/words/meta.json", flip, "meta.json: missing or damaged"),
        (GENERATION, shutil.rmtree, "missing or damaged"),
    ],
)
def test_a_damaged_index_is_one_clear_line(
    folder: Path, encoder: UniversalSentenceEncoder, place: str, damage: Callable[[Path], None], told: str
) -> None:
    damage(folder / place)
    after = sorted(folder.rglob("*"))
    for open_index in (Index.open, Assistant.open):
        with pytest.raises(IndexStateError) as caught:
            open_index(folder)
        message = str(caught.value)
        assert told in message
        assert str(folder) in message
        assert "index" in message.partition(";")[2], "says what to do"
        assert "\n" not in message
    assert sorted(folder.rglob("*")) == after, "opening changes nothing"


@pytest.mark.parametrize(
    "place", ["manifest.json", f"{GENERATION}/records.sqlite", f"{GENERATION}/vectors.faiss"]
)
def test_a_damaged_index_is_not_written_to(
    folder: Path, encoder: UniversalSentenceEncoder, place: str
) -> None:
    truncate(folder / place)
    with pytest.raises(IndexStateError, match="damaged"):
        add_articles(folder, [HARBOUR], encoder)
    assert names(folder) == {"manifest.json", "generation-000001"}


@pytest.mark.parametrize("place", ["records.sqlite", "vectors.faiss", "words/meta.json"])
def test_files_too_large_to_hash_are_told_when_they_cannot_be_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(index_module, "_HASHED_BYTES", 0)
    path = folder / GENERATION / place
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
    assert names(folder) == {"manifest.json", "generation-000001"}


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
        "from qa.errors import IndexStateError\nfrom qa.index import write_lock\n"
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
        with pytest.raises(IndexStateError, match=r"cannot be written .*; choose another folder"):
            add_articles(tmp_path / "new", [HARBOUR], encoder)
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_place_of_the_folder(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    (tmp_path / "file").write_text("灯塔", encoding="utf-8")
    with pytest.raises(IndexStateError, match=r"cannot be written .*; choose another folder"):
        add_articles(tmp_path / "file", [HARBOUR], encoder)
    with pytest.raises(IndexStateError, match="no index here"):
        Index.open(tmp_path / "file")


def test_nothing_saved_is_a_pickle(folder: Path) -> None:
    generation = folder / GENERATION
    assert np.frombuffer((generation / "vectors.faiss").read_bytes()[:4], dtype="S4")[0] == b"IxM2"
    connection = sqlite3.connect(generation / "records.sqlite")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert json.loads((generation / "words" / "meta.json").read_text(encoding="utf-8"))


def test_the_default_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WENBAO_INDEX", str(tmp_path))
    assert default_index_path() == tmp_path
    monkeypatch.delenv("WENBAO_INDEX")
    assert default_index_path().is_absolute()
    assert "wenbao" in default_index_path().parts
