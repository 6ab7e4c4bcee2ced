"""The newest generation of an Index, for many threads: each asks of one generation from start to end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from qa.catalogue import Catalogue
from qa.index import Index

__all__ = ["Serving", "Snapshot"]


class Snapshot:
    """A generation that is being read: its ``index``, and the ``catalogue`` of what is in it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.catalogue = Catalogue(index.database)
        self.readers = 0


class Serving:
    """Opens an Index, and its next generation as soon as there is one.

    Raises IndexStateError when it is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._newest = Snapshot(Index.open(folder))

    @property
    def encoder(self) -> str:
        """The name of the encoder that the Index was built with."""
        return self._newest.index.manifest.encoder

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Give the newest generation, which stays open until the block ends."""
        with self._lock:
            if not self._newest.index.is_newest():
                old, self._newest = self._newest, Snapshot(Index.open(self._folder))
                _close_unread(old)
            snapshot = self._newest
            snapshot.readers += 1
        try:
            yield snapshot
        finally:
            with self._lock:
                snapshot.readers -= 1
                if snapshot is not self._newest:
                    _close_unread(snapshot)

    def close(self) -> None:
        """Close the files."""
        self._newest.index.close()


def _close_unread(snapshot: Snapshot) -> None:
    if not snapshot.readers:
        snapshot.index.close()
