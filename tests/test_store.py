"""The contract of a store, for every kind of it: add a kind to KINDS, and all of this holds of it too."""

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored import EVERYTHING, FILTERED, ROWS

from embeddings.encoder import FloatArray
from qa.errors import IndexStateError
from qa.lexical import Filters
from qa.local_store import LocalStoreWriter
from qa.store import State, Store, StoredPassage, StoreWriter
from qa.stores import choose_store, open_store, open_writer

DIMENSION = 16
PASSAGES = [StoredPassage(*row) for row in ROWS]


@dataclass(frozen=True)
class Kind:
    """How a kind of store is opened: its writer from a State or none, and a reader of a State."""

    writer: Callable[[Path, State | None], StoreWriter]
    reader: Callable[[Path, State], Store]


def files(folder: Path, state: State | None) -> StoreWriter:
    return LocalStoreWriter(folder, DIMENSION, state)


def lite(folder: Path, state: State | None) -> StoreWriter:
    pytest.importorskip("milvus_lite", reason='needs Milvus Lite: pip install "wenbao[milvus]"')
    choose_store(folder, f"milvus+lite://{folder}/passages.db", state)
    return open_writer(folder, DIMENSION, state)


def server(folder: Path, state: State | None) -> StoreWriter:
    if "WENBAO_MILVUS" not in os.environ:
        pytest.skip("needs a server: WENBAO_MILVUS=milvus://localhost:19530")
    choose_store(folder, os.environ["WENBAO_MILVUS"], state)
    return open_writer(folder, DIMENSION, state)


def reader(folder: Path, state: State) -> Store:
    return open_store(folder, DIMENSION, state)


KINDS = {made.__name__: Kind(made, reader) for made in (files, lite, server)}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def vectors_for(numbers: Sequence[int]) -> FloatArray:
    made = np.array([np.random.default_rng(n).standard_normal(DIMENSION) for n in numbers], np.float32)
    made = made.reshape(len(numbers), DIMENSION)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def put(writer: StoreWriter, passages: Sequence[StoredPassage]) -> None:
    writer.upsert(passages, vectors_for([passage.number for passage in passages]))


def written(
    kind: Kind, folder: Path, passages: Sequence[StoredPassage] = PASSAGES
) -> tuple[StoreWriter, State]:
    writer = kind.writer(folder, None)
    put(writer, passages)
    return writer, writer.commit()


def numbers(found: Sequence[tuple[int, float]]) -> list[int]:
    return [number for number, _ in found]


def test_passages_are_found_by_vector_and_by_word(kind: Kind, tmp_path: Path) -> None:
    _, state = written(kind, tmp_path)
    store = kind.reader(tmp_path, state)
    for passage in PASSAGES:
        found = store.search_dense(vectors_for([passage.number])[0], 4, EVERYTHING)
        assert found[0][0] == passage.number
        assert found[0][1] == pytest.approx(1, abs=0.01)
        assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)
    assert numbers(store.search_lexical("bigrams", ["灯塔"], 9, EVERYTHING)) == [7, 3]
    assert numbers(store.search_lexical("words", ["公交车"], 9, EVERYTHING)) == [2**40]
    assert store.search_lexical("words", [], 9, EVERYTHING) == []
    assert store.document_frequencies("bigrams", ["灯塔", "火车"]) == (4, {"灯塔": 2, "火车": 0})
    assert sorted(store.containing("bigrams", ["灯塔"])) == [3, 7]
    assert sorted(store.containing_character("灯")) == [3, 7, 9]
    assert [kind.tolist() for kind in store.numbers()] == [[3, 7, 9, 2**40]] * 2
    np.testing.assert_allclose(store.vectors_of([9, 3]), vectors_for([9, 3]), atol=0.01)
    with pytest.raises(KeyError):
        store.vectors_of([4])
    assert store.stats().passages == 4
    recall = store.stats().recall
    assert math.isnan(recall) or 0 < recall <= 1
    store.close()


@pytest.mark.parametrize(("filters", "expected"), FILTERED)
def test_filters_select_in_both_searches(
    kind: Kind, tmp_path: Path, filters: Filters, expected: set[int]
) -> None:
    store = kind.reader(tmp_path, written(kind, tmp_path)[1])
    assert set(numbers(store.search_dense(vectors_for([9])[0], 9, filters))) == expected
    assert set(numbers(store.search_lexical("bigrams", ["灯塔", "守灯", "公交"], 9, filters))) == expected
    store.close()


def test_a_store_of_before_sections_says_so_until_it_is_made_anew(kind: Kind, tmp_path: Path) -> None:
    _, state = written(kind, tmp_path, [replace(passage, section=None) for passage in PASSAGES])
    before = {name: value for name, value in state.items() if name != "sections"}
    writer = kind.writer(tmp_path, before)
    put(writer, [StoredPassage(11, "灯塔关闭", "海岛日报", "2025-05-01", "要闻")])
    store = kind.reader(tmp_path, writer.commit())
    found = store.search_lexical("bigrams", ["灯塔"], 9, Filters(source="海岛日报"))
    assert set(numbers(found)) == {3, 7, 11}
    near = store.search_dense(vectors_for([9])[0], 9, Filters(source="海岛日报"))
    assert set(numbers(near)) == {3, 7, 11}
    with pytest.raises(IndexStateError, match="wenbao repair"):
        store.search_lexical("bigrams", ["灯塔"], 9, Filters(section="要闻"))
    with pytest.raises(IndexStateError, match="wenbao repair"):
        store.search_dense(vectors_for([9])[0], 9, Filters(section="要闻"))
    store.close()


def test_a_reader_keeps_its_state_and_the_next_has_the_change(kind: Kind, tmp_path: Path) -> None:
    writer, state = written(kind, tmp_path)
    before = kind.reader(tmp_path, state)
    writer.delete([3, 12345])
    put(writer, [StoredPassage(11, "灯塔关闭", "海岛日报", "2025-05-01")])
    np.testing.assert_allclose(writer.vectors_of([11, 7]), vectors_for([11, 7]), atol=0.01)
    with pytest.raises(KeyError):
        writer.vectors_of([3])
    assert set(numbers(before.search_lexical("bigrams", ["灯塔"], 9, EVERYTHING))) == {3, 7}
    later = writer.commit()
    after = kind.reader(tmp_path, later)
    assert set(numbers(before.search_dense(vectors_for([3])[0], 9, EVERYTHING))) == {3, 7, 9, 2**40}
    writer.clean(later)
    assert set(numbers(after.search_lexical("bigrams", ["灯塔"], 9, EVERYTHING))) == {7, 11}
    assert set(numbers(after.search_dense(vectors_for([3])[0], 9, EVERYTHING))) == {7, 9, 11, 2**40}
    assert set(numbers(before.search_lexical("bigrams", ["灯塔"], 9, EVERYTHING))) == {3, 7}, "still open"
    writer.close()


def test_what_was_not_committed_is_gone_with_the_next_writer(kind: Kind, tmp_path: Path) -> None:
    writer, state = written(kind, tmp_path)
    put(writer, [StoredPassage(11, "灯塔关闭")])
    writer.commit()  # and then SQLite did not commit
    again = kind.writer(tmp_path, state)
    again.clean(state)
    put(again, [StoredPassage(11, "码头关闭")])
    store = kind.reader(tmp_path, again.commit())
    assert store.containing("bigrams", ["码头"]) == [11]
    assert sorted(store.containing("bigrams", ["灯塔"])) == [3, 7]


def test_an_upsert_takes_the_place_of_the_same_number(kind: Kind, tmp_path: Path) -> None:
    writer, _ = written(kind, tmp_path)
    for text in ("第一稿写灯塔", "第二稿写码头"):
        writer.upsert([StoredPassage(3, text)], vectors_for([77]))
    store = kind.reader(tmp_path, writer.commit())
    assert store.containing("bigrams", ["码头"]) == [3]
    assert store.containing("bigrams", ["灯塔"]) == [7]
    ((number, cosine),) = store.search_dense(vectors_for([77])[0], 1, EVERYTHING)
    assert number == 3
    assert cosine == pytest.approx(1, abs=0.01)
    assert store.stats().passages == 4


def test_an_empty_store(kind: Kind, tmp_path: Path) -> None:
    store = kind.reader(tmp_path, kind.writer(tmp_path, None).commit())
    assert store.search_dense(vectors_for([1])[0], 5, EVERYTHING) == []
    assert store.search_lexical("words", ["灯塔"], 5, EVERYTHING) == []
    assert store.vectors_of([]).shape == (0, DIMENSION)
    assert store.stats().passages == 0


operations = st.lists(
    st.tuples(st.sampled_from("udc"), st.sets(st.integers(1, 40), min_size=1, max_size=12)), max_size=12
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations)
def test_any_order_of_changes_holds_what_a_dictionary_holds(
    kind: Kind, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, set[int]]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    writer, model = kind.writer(folder, None), set()
    state = writer.commit()
    for what, chosen in changes:
        if what == "u":
            put(writer, [StoredPassage(n, f"第{n}篇") for n in sorted(chosen)])
            model |= chosen
        elif what == "d":
            writer.delete(sorted(chosen))
            model -= chosen
        else:
            writer.compact(lambda: vectors_for([1]))
            state = writer.commit()
            writer.clean(state)
    state = writer.commit()
    writer.clean(state)
    store = kind.reader(folder, state)
    assert [kind.tolist() for kind in store.numbers()] == [sorted(model)] * 2
    found = store.search_dense(vectors_for([1])[0], 50, EVERYTHING)
    assert set(numbers(found)) == model
    store.close()
