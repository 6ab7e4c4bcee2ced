"""The store of an Index by its kind: in files beside the records, or in Milvus."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

from embeddings.encoder import FloatArray
from qa.errors import IndexStateError, InputError
from qa.local_store import KIND, LocalStore, LocalStoreWriter, emptied, sound_vectors
from qa.store import State, Store, StoreWriter

__all__ = ["Vectors", "open_store", "open_writer", "readable_vectors"]

# Gives vectors of passages by number, shape (n, dimension); raises KeyError where one is missing.
Vectors = Callable[[Sequence[int]], FloatArray]


def open_store(folder: Path, dimension: int, state: State) -> Store:
    """Open a store in one state, for reading. Raises IndexStateError."""
    if state["kind"] == KIND:
        return LocalStore(folder, dimension, state)
    store: Store = _milvus().MilvusStore(dimension, state)
    return store


def open_writer(
    folder: Path, dimension: int, state: State | None, address: str | None, *, anew: bool = False
) -> StoreWriter:
    """Open the one writer of a store; ``anew`` begins without the passages of ``state``.

    ``address`` is that of a new store in Milvus, None for files. Raises IndexStateError when the store is
    damaged or cannot be reached, or an Index has another one already.
    """
    kept = state.get("address") if state else None
    if address:
        address = _milvus().checked_address(address)
        if state and address != kept:
            raise IndexStateError(
                f"{folder}: its vectors and words are in {kept or 'files beside it'}, not {address}; "
                "name another index folder for another store"
            )
    if kept or (address and not state):
        module = _milvus()
        empty = not state or anew
        begun = module.empty_state(kept or address, state["name"] if state else 0) if empty else state
        writer: StoreWriter = module.MilvusStoreWriter(folder, dimension, begun)
        return writer
    return LocalStoreWriter(folder, dimension, emptied(state) if state and anew else state)


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
