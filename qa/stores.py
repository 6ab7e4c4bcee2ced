"""The store of an Index by its kind: in files beside the records, or in Milvus."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

from embeddings.encoder import FloatArray
from qa.addresses import checked_address, choose, has_choice, read_choice
from qa.errors import IndexStateError, InputError
from qa.local_store import KIND, LocalStore, LocalStoreWriter, emptied, sound_vectors
from qa.store import State, Store, StoreWriter

__all__ = ["Vectors", "choose_store", "open_store", "open_writer", "readable_vectors"]

# Gives vectors of passages by number, shape (n, dimension); raises KeyError where one is missing.
Vectors = Callable[[Sequence[int]], FloatArray]


def open_store(folder: Path, dimension: int, state: State) -> Store:
    """Open a store in one state, for reading. Raises IndexStateError."""
    if state["kind"] == KIND:
        return LocalStore(folder, dimension, state)
    store: Store = _milvus().MilvusStore(dimension, state)
    return store


def choose_store(folder: Path, address: str, state: State | None) -> None:
    """Let the vectors and words of a new Index be kept in Milvus; ``state`` is that of one that is there.

    Raises InputError for what is no address, IndexStateError when the Index has another store already.
    """
    address = checked_address(address)
    if state is None:
        if not has_choice(folder) or read_choice(folder).address != address:
            choose(folder, address)
    elif state.get("address") != address:
        raise IndexStateError(
            f"{folder}: its vectors and words are in {state.get('address', 'files beside it')}, "
            f"not {address}; name another index folder"
        )


def open_writer(folder: Path, dimension: int, state: State | None, *, anew: bool = False) -> StoreWriter:
    """Open the one writer of a store; ``anew`` begins without the passages of ``state``.

    Raises IndexStateError when the store is damaged or cannot be reached.
    """
    if state["kind"] == KIND if state else not has_choice(folder):
        return LocalStoreWriter(folder, dimension, emptied(state) if state and anew else state)
    writer: StoreWriter = _milvus().MilvusStoreWriter(folder, dimension, state, anew=anew)
    return writer


def readable_vectors(folder: Path, dimension: int, state: State) -> Vectors | None:
    """Return the vectors of a state that may be damaged, None where they cannot be read."""
    if state["kind"] == KIND:
        sound = sound_vectors(folder, dimension, state)
        return sound.get if sound else None
    try:
        return open_store(folder, dimension, state).vectors_of
    except IndexStateError:
        return None


def _milvus() -> ModuleType:
    try:
        from qa import milvus_store  # noqa: PLC0415 (pymilvus takes seconds, and is an extra)
    except ModuleNotFoundError as error:
        if error.name != "pymilvus":
            raise
        raise InputError('a store in Milvus needs pymilvus: pip install "wenbao[milvus]"') from error
    return milvus_store
