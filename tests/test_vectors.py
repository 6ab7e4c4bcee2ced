from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import vector_writer
from embeddings.approximate import LISTED_RECALL, nearest, number_of_lists
from embeddings.encoder import FloatArray
from embeddings.segments import rows_of
from embeddings.vector_writer import VectorWriter
from embeddings.vectors import VectorStore

DIMENSION = 16
number_sets = st.lists(st.integers(0, 2**40), unique=True, min_size=1, max_size=60)


def unit_vectors(count: int, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)


def clustered(count: int, seed: int = 0) -> FloatArray:
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(40, DIMENSION))
    vectors = centres[generator.integers(0, 40, count)] + 0.4 * generator.normal(size=(count, DIMENSION))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def put(writer: VectorWriter, numbers: list[int], vectors: FloatArray) -> None:
    days = [20250101 + number % 2 for number in numbers]
    writer.add(rows_of(numbers, days, [number % 3 for number in numbers]), vectors)


def reader(folder: Path, writer: VectorWriter) -> VectorStore:
    return VectorStore(folder, DIMENSION, writer.infos)


@settings(deadline=None, max_examples=40)
@given(number_sets, st.integers(0, 99), st.integers(1, 70), st.booleans(), st.integers(1, 20))
def test_search_is_that_of_brute_force(
    tmp_path_factory: pytest.TempPathFactory,
    numbers: list[int],
    seed: int,
    top_k: int,
    filtered: bool,
    step: int,
) -> None:
    vectors = unit_vectors(len(numbers), seed)
    folder = tmp_path_factory.mktemp("vectors")
    writer = VectorWriter(folder, DIMENSION, [])
    for begin in range(0, len(numbers), step):  # several segments
        put(writer, numbers[begin : begin + step], vectors[begin : begin + step])
        writer.commit(f"{begin:06d}")
    store, query = reader(folder, writer), unit_vectors(1, seed + 1000)[0]
    found, cosines = store.search(query, top_k, (lambda rows: rows["source"] == 1) if filtered else None)
    rows = [row for row, number in enumerate(numbers) if not filtered or number % 3 == 1]
    true = {numbers[row]: float(vectors[row] @ query) for row in rows}
    assert len(found) == len(cosines) == len(set(found.tolist())) == min(top_k, len(rows))
    np.testing.assert_allclose(cosines, sorted(true.values(), reverse=True)[: len(found)], atol=2e-3)
    np.testing.assert_allclose(cosines, [true[number] for number in found.tolist()], atol=2e-3)
    np.testing.assert_allclose(store.get(numbers), vectors, atol=1e-3)


def test_what_is_removed_is_neither_found_nor_given(tmp_path: Path) -> None:
    writer, vectors = VectorWriter(tmp_path, DIMENSION, []), unit_vectors(40)
    put(writer, list(range(40)), vectors)
    before = writer.commit("1")
    writer.remove([*range(10), 99])
    writer.commit("2")
    store, old = reader(tmp_path, writer), VectorStore(tmp_path, DIMENSION, before)
    assert store.numbers().tolist() == list(range(10, 40))
    assert store.search(vectors[3], 40)[0].tolist().count(3) == 0
    assert old.search(vectors[3], 1)[0].tolist() == [3], "who opened it before reads on"
    with pytest.raises(KeyError, match="3"):
        store.get([20, 3])
    put(writer, [3], vectors[:1])
    np.testing.assert_allclose(writer.get([3]), vectors[:1], atol=1e-3)
    writer.commit("3")
    np.testing.assert_allclose(reader(tmp_path, writer).get([3]), vectors[:1], atol=1e-3)
    writer.remove(range(40))
    assert writer.commit("4") == []


def test_segments_are_merged_before_they_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_writer, "_MOST_SEGMENTS", 4)
    writer, vectors = VectorWriter(tmp_path, DIMENSION, []), unit_vectors(60)
    for number in range(60):
        put(writer, [number], vectors[number : number + 1])
        assert len(writer.commit(f"{number:02d}")) <= 4
    np.testing.assert_allclose(reader(tmp_path, writer).get(list(range(60))), vectors, atol=1e-3)


def test_many_vectors_are_put_into_lists_of_the_recall_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_writer, "EXACT", 500)
    writer, vectors, queries = VectorWriter(tmp_path, DIMENSION, []), clustered(3000), clustered(50, 1)
    put(writer, list(range(3000)), vectors)
    writer.commit("1")
    assert writer.compact("2", lambda: queries)
    assert not writer.compact("3", lambda: queries), "once is enough"
    (info,) = writer.infos
    store = reader(tmp_path, writer)
    assert (info.rows, info.lists) == (3000, number_of_lists(3000))
    assert 32 <= info.probes < info.lists
    true = nearest([(np.arange(3000), vectors)], queries)
    found = [len(np.intersect1d(store.search(q, 10)[0], t)) / 10 for q, t in zip(queries, true, strict=True)]
    assert np.mean(found) == pytest.approx(info.recall, abs=0.02)
    assert info.recall >= LISTED_RECALL - 0.02
    chosen = store.search(queries[0], 10, lambda rows: rows["source"] == 1)[0]
    assert (chosen % 3 == 1).all()
    assert len(chosen) == 10
    writer.remove(range(0, 3000, 2))
    writer.commit("4")
    assert writer.compact("5", lambda: queries), "half of it is gone"
    assert reader(tmp_path, writer).numbers().tolist() == list(range(1, 3000, 2))


def test_the_nearest_are_exact_whatever_the_chunks() -> None:
    vectors, queries = unit_vectors(300), unit_vectors(5, 1)
    whole = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    chunks = [(np.arange(b, b + 50), vectors[b : b + 50]) for b in range(0, 300, 50)]
    np.testing.assert_array_equal(np.sort(nearest(chunks, queries)), np.sort(whole))


def test_vectors_of_another_shape_are_refused_with_the_shape(tmp_path: Path) -> None:
    writer = VectorWriter(tmp_path, DIMENSION, [])
    with pytest.raises(ValueError, match=r"expected vectors of shape \(1, 16\), got \(1, 8\)"):
        put(writer, [1], np.zeros((1, 8), np.float32))
    put(writer, [1], unit_vectors(1))
    with pytest.raises(ValueError, match="vectors of 16 dimensions, not 8"):
        VectorStore(tmp_path, 8, writer.commit("1"))


@pytest.mark.parametrize("damage", ["missing", "empty", "noise", "truncated"])
@pytest.mark.parametrize("name", ["1.faiss", "1.npy"])
def test_a_file_that_is_no_segment_is_told(tmp_path: Path, damage: str, name: str) -> None:
    writer = VectorWriter(tmp_path, DIMENSION, [])
    put(writer, [1, 2, 3], unit_vectors(3))
    infos = writer.commit("1")
    whole = (tmp_path / name).read_bytes()
    contents = {"empty": b"", "noise": b"not a store" * 9, "truncated": whole[: len(whole) // 2]}
    (tmp_path / name).unlink()
    if damage in contents:
        (tmp_path / name).write_bytes(contents[damage])
    with pytest.raises(ValueError, match=r"1\.faiss is not a segment of vectors"):
        VectorStore(tmp_path, DIMENSION, infos)
