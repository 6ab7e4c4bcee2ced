"""The store of an Index: vectors and words of its passages, addressed by passage number.

SQLite is the truth about articles and passages. A store only finds them, and may be made anew from
there; so there may be several kinds of store, in files beside the records or on a cluster.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray
from qa.errors import IndexStateError
from qa.lexical import FieldName, Filters

__all__ = [
    "Probes",
    "Scored",
    "State",
    "Store",
    "StoreStats",
    "StoreWriter",
    "StoredPassage",
    "check_sections",
    "day_number",
    "keeps_sections",
]

# (passage number, score), best first.
Scored = list[tuple[int, float]]
# What names one state of a store, as JSON; it is kept in the manifest, inside the transaction of the records.
State = dict[str, Any]
# Gives query vectors of shape (m, dimension) to measure recall with; called only when it is measured.
Probes = Callable[[], FloatArray]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as a store is given it: the text it is found by, and what filters are about.

    Numbers are positive, below 2**53, and never used again for another text.
    """

    number: int
    text: str
    source: str | None = None
    date: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What a state of a store holds: passages, bytes on its disk, and how its vectors are searched.

    ``recall`` is the share of the ten nearest vectors that a search finds, as measured when the
    state was written; 1.0 for an exact search, NaN where it is not measured.
    """

    passages: int
    bytes: int
    vectors: str
    recall: float


class Store(Protocol):
    """One state of a store, for reading; what is written later does not show in it.

    Safe to use from several threads. Reading raises IndexStateError where the store is damaged or
    cannot be reached.
    """

    dimension: int

    def search_dense(self, vector: FloatArray, top_k: int, filters: Filters) -> Scored:
        """Return the nearest passages with their cosines; ``vector`` is a unit vector, shape (dimension,)."""
        ...

    def search_lexical(
        self, field: FieldName, query_terms: Sequence[str], top_k: int, filters: Filters
    ) -> Scored:
        """Return passages that hold any of the terms with their BM25 (k1 1.2, b 0.75), best first."""
        ...

    def vectors_of(self, numbers: Sequence[int]) -> FloatArray:
        """Return vectors like those given, shape (n, dimension). Raises KeyError where one is missing."""
        ...

    def document_frequencies(
        self, field: FieldName, query_terms: Sequence[str]
    ) -> tuple[int, dict[str, int]]:
        """Return the number of passages, and for each term the number of passages that hold it."""
        ...

    def containing(self, field: FieldName, query_terms: Sequence[str]) -> list[int]:
        """Return the numbers of all passages that hold every one of the terms, in no order."""
        ...

    def containing_character(self, character: str) -> list[int]:
        """Return the numbers of all passages with a Chinese character, in no order."""
        ...

    def numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all passages that have vectors, and of all that have words, in order."""
        ...

    def stats(self) -> StoreStats:
        """Tell what the state holds."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class StoreWriter(Protocol):
    """The one writer of a store. What it does shows to nobody before `commit`.

    An Index writes so: upsert and delete, `commit`, then one transaction in SQLite that has the
    records and the State, then `clean`. If the program dies anywhere between, the next writer is made
    of the State that SQLite names, and cleans first: what that does not name is gone.
    """

    def upsert(self, passages: Sequence[StoredPassage], vectors: FloatArray) -> None:
        """Put passages with their unit vectors, shape (n, dimension), in place of any of the same number."""
        ...

    def delete(self, numbers: Sequence[int]) -> None:
        """Remove passages; numbers that are not there are passed over."""
        ...

    def vectors_of(self, numbers: Sequence[int]) -> FloatArray:
        """Return vectors as `Store.vectors_of` does, those not yet committed included."""
        ...

    def commit(self) -> State:
        """Make what was done durable and return its State; states before stay readable until `clean`."""
        ...

    def compact(self, probes: Probes) -> bool:
        """Bring the vectors into the form that searches fastest, if it is worth while; `commit` follows.

        Returns whether anything was done.
        """
        ...

    def clean(self, state: State | None) -> None:
        """Do away with what ``state`` does not need; None needs nothing. Readers of others may be at work."""
        ...

    def close(self) -> None:
        """Let go of files and connections; what was not committed is lost."""
        ...


def keeps_sections(state: State) -> bool:
    """Tell whether a store knows the sections of its passages; those of earlier versions do not."""
    return "sections" in state


def check_sections(state: State, filters: Filters) -> None:
    """Raise IndexStateError where passages of one section are asked for and the store knows of none."""
    if filters.section and not keeps_sections(state):
        raise IndexStateError("this index was written before sections could be chosen; run `wenbao repair`")


def day_number(day: str | None) -> int:
    """Return a day of ISO 8601 as a number that grows with it (2025-03-28 as 20250328), 0 for none."""
    return int(day.replace("-", "")) if day else 0
