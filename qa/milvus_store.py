"""The store on a Milvus server, or in a file of Milvus Lite; a collection for each Index.

A row is a passage: its vector, its BM25 weights as sparse vectors, and what filters are about. A row
shows from the ``generation`` on that it was written for. What is removed is listed in the State, and
so hidden at once, but stays for another generation: readers of the one before still find it.
"""

import json
import math
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray
from qa.addresses import choose, has_choice, is_lite, read_choice
from qa.bm25 import passage_weights, query_weights
from qa.lexical import FieldName, Filters
from qa.milvus import MOST_TERMS, Collection, Row
from qa.segmentation import fold, terms
from qa.store import Probes, Scored, State, StoredPassage, StoreStats, check_sections, day_number

__all__ = ["KIND", "MilvusStore", "MilvusStoreWriter"]

KIND = "milvus"
_ROWS = 500  # in one message: some 6 MB
_CACHED_TERMS = 100_000
_COUNTED_AT_ONCE = 16


def _key(kind: FieldName | Literal["characters", "section"], term: str) -> int:
    """Return 63 bits that stand for a term, for looking up which passages hold it."""
    digest = blake2b(f"{kind}:{term}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _numbers(numbers: Sequence[int]) -> str:
    return f"[{', '.join(str(int(number)) for number in numbers)}]"


def _shown(state: State) -> str:
    """Return the expression for rows that show in a State."""
    expression = f"generation <= {state['name']}"
    hidden = sorted({*state["removed"][0], *state["removed"][1]})
    return f"{expression} and number not in {_numbers(hidden)}" if hidden else expression


def _passing(filters: Filters) -> str:
    clauses = []
    if filters.source:
        clauses.append(f" and source == {json.dumps(filters.source, ensure_ascii=False)}")
    if filters.section:
        clauses.append(f" and array_contains(terms, {_key('section', filters.section)})")
    if filters.date_from or filters.date_to:
        first, last = max(day_number(filters.date_from), 1), day_number(filters.date_to) or 99_999_999
        clauses.append(f" and day >= {first} and day <= {last}")
    return "".join(clauses)


class MilvusStore:
    """One state of the store in Milvus. Raises IndexStateError when it cannot be reached or is not there."""

    def __init__(self, dimension: int, state: State) -> None:
        self.dimension = dimension
        self._state = state
        self._address = state["address"]
        self._collection = Collection(self._address, state["collection"])
        self._shown = _shown(state)
        self._count = lru_cache(_CACHED_TERMS)(self._count_rows)
        try:
            self._collection.load()
            self._total = self._collection.count(self._shown)
        except BaseException:
            self._collection.close()
            raise

    def search_dense(self, vector: FloatArray, top_k: int, filters: Filters) -> Scored:
        """Return the nearest passages with their cosines, best first."""
        check_sections(self._state, filters)
        return self._collection.search("vector", vector, top_k, self._shown + _passing(filters))

    def search_lexical(
        self, field: FieldName, query_terms: Sequence[str], top_k: int, filters: Filters
    ) -> Scored:
        """Return passages that hold any of the terms with their BM25, best first."""
        check_sections(self._state, filters)
        weights = query_weights(*self.document_frequencies(field, tuple(dict.fromkeys(query_terms))))
        if not weights:
            return []
        return self._collection.search(field, weights, top_k, self._shown + _passing(filters))

    def vectors_of(self, numbers: Sequence[int]) -> FloatArray:
        """Return vectors, shape (n, dimension). Raises KeyError where one is missing."""
        return _vectors_of(self._collection, numbers, self.dimension)

    def document_frequencies(
        self, field: FieldName, query_terms: Sequence[str]
    ) -> tuple[int, dict[str, int]]:
        """Return the number of passages, and for each term the number of passages that hold it."""
        keys = [_key(field, term) for term in query_terms]
        with ThreadPoolExecutor(_COUNTED_AT_ONCE) as pool:
            return self._total, dict(zip(query_terms, pool.map(self._count, keys), strict=True))

    def _count_rows(self, key: int) -> int:
        return self._collection.count(f"{self._shown} and array_contains(terms, {key})")

    def containing(self, field: FieldName, query_terms: Sequence[str]) -> list[int]:
        """Return the numbers of all passages that hold every one of the terms, in no order."""
        keys = [_key(field, term) for term in dict.fromkeys(query_terms)]
        return self._collection.numbers(f"{self._shown} and array_contains_all(terms, {_numbers(keys)})")

    def containing_character(self, character: str) -> list[int]:
        """Return the numbers of all passages with a Chinese character, in no order."""
        key = _key("characters", character)
        return self._collection.numbers(f"{self._shown} and array_contains(terms, {key})")

    def numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all passages, twice: a row has its vector and its words."""
        numbers = np.sort(np.array(self._collection.numbers(self._shown), dtype=np.int64))
        return numbers, numbers

    def stats(self) -> StoreStats:
        """Tell what the state holds, none of it on this disk; the recall of a server is not measured."""
        exact = is_lite(self._address)
        told = "all compared" if exact else "searched by the index of the server"
        return StoreStats(self._total, 0, told, 1.0 if exact else math.nan)

    def close(self) -> None:
        """Let go of the connection."""
        self._collection.close()


class MilvusStoreWriter:
    """The one writer of the store in Milvus, made of the State that SQLite names, or of none.

    With none, or ``anew``, it makes a collection at the address that was chosen. The names of the
    collections of an Index begin with an id that is in the file of that choice: a copy of the folder
    made by `wenbao backup` has no such file, so that it never writes to the collection of another.
    """

    def __init__(self, folder: Path, dimension: int, state: State | None, *, anew: bool = False) -> None:
        if anew and state and not has_choice(folder):
            choose(folder, state["address"])
        chosen = read_choice(folder)
        self._prefix = f"wenbao_{chosen.id}_"
        self._made = state is not None and not anew
        if state is None or anew:
            name = f"{self._prefix}{uuid.uuid4().hex}"
            state = _empty_state(chosen.address, name, state["name"] if state else 0)
        self._state = state
        self._dimension = dimension
        self._collection = Collection(state["address"], state["collection"])
        if self._made:
            self._collection.load()
        self._put: set[int] = set()
        self._new: set[int] = set()  # those of them that no generation before has
        self._removed: set[int] = set()

    def upsert(self, passages: Sequence[StoredPassage], vectors: FloatArray) -> None:
        """Put passages with their unit vectors, shape (n, dimension), in place of any of the same number."""
        cut = [terms(passage.text) for passage in passages]
        self._make(cut)
        averages = self._state["average_lengths"]
        for begin in range(0, len(passages), _ROWS):
            block = slice(begin, begin + _ROWS)
            numbers = [passage.number for passage in passages[block]]
            shown_from = self._collection.values(numbers, "generation")
            rows = [
                _row(passage, shown_from.get(passage.number, self._next), vector, cut_terms, averages)
                for passage, vector, cut_terms in zip(
                    passages[block], vectors[block], cut[block], strict=True
                )
            ]
            self._collection.upsert(rows)
            self._put.update(numbers)
            self._new.update(number for number in numbers if number not in shown_from)
            self._removed.difference_update(numbers)

    @property
    def _next(self) -> int:
        return int(self._state["name"]) + 1

    def _make(self, cut: Sequence[tuple[list[str], list[str]]]) -> None:
        """Make the collection, where there is none; its first passages tell how long a passage is.

        The weights of a row have the average length in them and are not written anew when it changes.
        """
        if not self._made:
            self._collection.create(self._dimension)
            self._made = True
        if not self._state["average_lengths"] and cut:
            words, bigram_terms = (sum(map(len, column)) / len(cut) for column in zip(*cut, strict=True))
            lengths = {"words": max(words, 1.0), "bigrams": max(bigram_terms, 1.0)}
            self._state = {**self._state, "average_lengths": lengths}

    def delete(self, numbers: Sequence[int]) -> None:
        """Remove passages; numbers that are not there are passed over."""
        new = self._new.intersection(numbers)
        if new:
            self._collection.delete(f"number in {_numbers(sorted(new))}")
        self._new -= new
        self._put.difference_update(numbers)
        self._removed.update(set(numbers) - new)

    def vectors_of(self, numbers: Sequence[int]) -> FloatArray:
        """Return vectors, those not yet committed included. Raises KeyError where one is missing."""
        for number in self._removed.intersection(numbers):
            raise KeyError(number)
        return _vectors_of(self._collection, numbers, self._dimension)

    def commit(self) -> State:
        """Return the next State: what Milvus has acknowledged is durable, and shows where SQLite names it."""
        self._make(())
        removed = [sorted({*self._state["removed"][1]} - self._put), sorted(self._removed)]
        self._state = {**self._state, "name": self._next, "removed": removed}
        self._put.clear()
        self._new.clear()
        self._removed.clear()
        return self._state

    def compact(self, probes: Probes) -> bool:  # noqa: ARG002 (Milvus compacts by itself)
        """Leave the form of vectors to the server."""
        return False

    def clean(self, state: State | None) -> None:
        """Delete other collections, and rows that neither ``state`` nor readers of the one before need."""
        own, kept = self._state["collection"], state["collection"] if state else None
        for name in self._collection.siblings(self._prefix):
            if name != kept:
                self._collection.drop(name)
        if state and kept == own:
            self._collection.delete(f"generation > {state['name']}")
            if state["removed"][0]:
                self._collection.delete(f"number in {_numbers(state['removed'][0])}")

    def close(self) -> None:
        """Let go of the connection."""
        self._collection.close()


def _empty_state(address: str, collection: str, name: int) -> State:
    return {
        "kind": KIND,
        "name": name,
        "address": address,
        "collection": collection,
        "average_lengths": {},
        "removed": [[], []],  # what the commit before removed, and what this one did
        "sections": True,  # keys of them are among the terms
        "files": {},
    }


def _row(
    passage: StoredPassage,
    generation: int,
    vector: FloatArray,
    cut: tuple[list[str], list[str]],
    average_lengths: dict[str, float],
) -> Row:
    words, bigrams = cut
    keys = {_key("words", term) for term in words} | {_key("bigrams", term) for term in bigrams}
    keys |= {_key("characters", character) for character in fold(passage.text) if not character.isascii()}
    section = [_key("section", passage.section)] if passage.section else []
    return {
        "number": passage.number,
        "generation": generation,
        "source": passage.source or "",
        "day": day_number(passage.date),
        "vector": vector,
        "words": passage_weights(words, average_lengths["words"]),
        "bigrams": passage_weights(bigrams, average_lengths["bigrams"]),
        "terms": [*section, *sorted(keys)][:MOST_TERMS],
    }


def _vectors_of(collection: Collection, numbers: Sequence[int], dimension: int) -> FloatArray:
    vectors = np.empty((len(numbers), dimension), dtype=np.float32)
    for begin in range(0, len(numbers), _ROWS):
        block = numbers[begin : begin + _ROWS]
        found = collection.values(block, "vector")
        vectors[begin : begin + len(block)] = [found[int(number)] for number in block]
    return vectors
