from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.encoder import FloatArray
from embeddings.vectors import VectorStore

DIMENSION = 16
number_sets = st.lists(st.integers(0, 2**40), unique=True, min_size=1, max_size=60)


def unit_vectors(count: int, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)


def store_of(numbers: list[int], vectors: FloatArray) -> VectorStore:
    store = VectorStore.empty(DIMENSION)
    store.add(numbers, vectors)
    return store


@settings(deadline=None, max_examples=50)
@given(number_sets, st.integers(0, 99), st.integers(1, 70), st.data())
def test_search_is_that_of_brute_force(
    numbers: list[int], seed: int, top_k: int, data: st.DataObject
) -> None:
    vectors = unit_vectors(len(numbers), seed)
    store = store_of(numbers, vectors)
    query = unit_vectors(1, seed + 1000)[0]
    allowed = data.draw(st.none() | st.sets(st.sampled_from([*numbers, 2**41])))
    selected = None if allowed is None else np.array(sorted(allowed), dtype=np.int64)
    found, cosines = store.search(query, top_k, selected)
    rows = [row for row, number in enumerate(numbers) if allowed is None or number in allowed]
    true = {numbers[row]: float(vectors[row] @ query) for row in rows}
    assert len(found) == len(cosines) == len(set(found.tolist())) == min(top_k, len(rows))
    np.testing.assert_allclose(cosines, sorted(true.values(), reverse=True)[: len(found)], atol=2e-3)
    np.testing.assert_allclose(cosines, [true[number] for number in found.tolist()], atol=2e-3)


@settings(deadline=None, max_examples=25)
@given(number_sets, st.integers(0, 99), st.data())
def test_add_remove_get_and_a_round_trip(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], seed: int, data: st.DataObject
) -> None:
    vectors = unit_vectors(len(numbers), seed)
    store = store_of(numbers, vectors)
    gone = data.draw(st.sets(st.sampled_from(numbers)))
    assert store.remove([*gone, 2**41]) == len(gone), "unknown numbers are passed over"
    path = tmp_path_factory.mktemp("store") / "vectors.faiss"
    store.save(path)
    loaded = VectorStore.load(path)
    assert (len(loaded), loaded.dimension) == (len(numbers) - len(gone), DIMENSION)
    rows = [row for row, number in enumerate(numbers) if number not in gone]
    kept = loaded.get([numbers[row] for row in rows])
    assert kept.dtype == np.float32
    np.testing.assert_allclose(kept, vectors[rows], atol=1e-3)
    np.testing.assert_array_equal(kept, store.get([numbers[row] for row in rows]))
    for number in gone:
        with pytest.raises(KeyError, match=str(number)):
            loaded.get([number])
    loaded.add(sorted(gone), unit_vectors(len(gone)))
    assert len(loaded) == len(numbers), "a loaded store takes vectors again"


def test_an_empty_store_finds_nothing() -> None:
    store = VectorStore.empty(DIMENSION)
    query = unit_vectors(1)[0]
    store.add([], np.empty((0, DIMENSION), np.float32))
    assert (len(store), store.remove([]), store.get([]).shape) == (0, 0, (0, DIMENSION))
    assert [part.shape for part in store.search(query, 5)] == [(0,), (0,)]
    store.add([7], unit_vectors(1))
    assert [part.shape for part in store.search(query, 5, np.empty(0, np.int64))] == [(0,), (0,)]
    assert [part.shape for part in store.search(query, 0)] == [(0,), (0,)]


def test_vectors_of_another_shape_are_refused_with_the_shape() -> None:
    store = VectorStore.empty(DIMENSION)
    with pytest.raises(ValueError, match=r"expected vectors of shape \(1, 16\), got \(1, 8\)"):
        store.add([1], np.zeros((1, 8), np.float32))
    with pytest.raises(ValueError, match=r"got \(2, 16\)"):
        store.add([1], unit_vectors(2))


@pytest.mark.parametrize("damage", ["missing", "empty", "noise", "truncated"])
def test_a_file_that_is_no_store_is_told(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "vectors.faiss"
    store_of([1, 2, 3], unit_vectors(3)).save(path)
    whole = path.read_bytes()
    contents = {"empty": b"", "noise": b"not a store" * 9, "truncated": whole[: len(whole) // 2]}
    path.unlink()
    if damage in contents:
        path.write_bytes(contents[damage])
    with pytest.raises(ValueError, match=r"vectors\.faiss is not a FAISS index"):
        VectorStore.load(path)
