"""The one writer of an Index: changes the records and the store, and publishes both as a generation."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from embeddings.encoder import FloatArray
from qa.database import Change, Database
from qa.embedding import Entry
from qa.errors import IndexStateError
from qa.index import FORMAT, RECORDS, Manifest, manifest_of, manifest_text, read_manifest
from qa.records import Passage
from qa.store import Probes, StoredPassage
from qa.stores import open_writer

__all__ = ["Generation", "as_stored", "new_generation", "write_lock"]


@contextmanager
def write_lock(folder: Path) -> Iterator[None]:
    """Hold the one writer's lock of an Index. Raises IndexStateError when another process holds it.

    A folder or disk that cannot be written to, or is full, is an IndexStateError too.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "writer.lock", timeout=0):
            yield
    except Timeout as error:
        raise IndexStateError(
            f"{folder}: another process is writing this index; wait until it is done"
        ) from error
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IndexStateError(
            f"{folder}: cannot be written ({reason}); make room or choose another folder; "
            "what was indexed before is kept"
        ) from error


def as_stored(number: int, passage: Passage, text: str) -> StoredPassage:
    """Return a Passage as a store is given it."""
    article = passage.article
    return StoredPassage(number, text, article.source, article.date, article.section)


class Generation:
    """The next generation while it is written; nothing is visible to readers before `publish`.

    With ``anew`` its store is empty: all passages of the records are to be put into it again.
    """

    def __init__(self, folder: Path, encoder: str, dimension: int, *, anew: bool = False) -> None:
        self._folder = folder
        self.database = Database(folder / RECORDS, writable=True)
        try:
            self.manifest = manifest_of(folder, self.database)
            if self.manifest and self.manifest.encoder != encoder:
                message = (
                    f"{folder}: built with encoder {self.manifest.encoder!r}, not {encoder!r}; "
                    "name that encoder, or another index folder"
                )
                raise IndexStateError(message)  # noqa: TRY301
            state = self.manifest.store if self.manifest else None
            self.store = open_writer(folder, dimension, state, anew=anew)
            self.store.clean(state)
        except BaseException:
            self.database.close()
            raise
        self._encoder = encoder
        self._dimension = dimension
        self._changed = anew or not self.manifest

    def apply(self, change: Change, entries: Sequence[Entry], vectors: FloatArray) -> None:
        """Write a Change, and the entries of the Articles it shows; ``vectors`` has a row for each entry."""
        self.store.delete(self.database.apply(change))
        stored = [
            as_stored(self.database.put_passage(entry.passage, entry.content_hash), entry.passage, entry.text)
            for entry in entries
        ]
        self.store.upsert(stored, vectors)

    def publish(self) -> None:
        """Make what was written since the last time visible, atomically; nothing where nothing was."""
        if self._changed or self.database.file.connection.in_transaction:
            self._publish()

    def _publish(self) -> None:
        state = self.store.commit()
        number = self.manifest.generation + 1 if self.manifest else 1
        counts = self.database.counts()
        manifest = Manifest(FORMAT, number, self._encoder, self._dimension, counts, state)
        self.database.put_manifest(manifest_text(manifest))
        self.database.commit()
        self.manifest = manifest
        self._changed = False
        self.store.clean(state)

    def compact(self, probes: Probes) -> None:
        """Bring the published vectors into the form that searches fastest, as a generation of its own."""
        if self.store.compact(probes):
            self._publish()

    def close(self) -> None:
        """Close the files; what was not published is forgotten."""
        self.database.rollback()
        # Read once more: an interrupt may have come between what was committed and what is known here.
        published = manifest_of(self._folder, self.database)
        self.database.close()
        self.store.clean(published.store if published else None)
        self.store.close()
        if not published:
            for path in self._folder.glob(f"{RECORDS}*"):
                path.unlink(missing_ok=True)


@contextmanager
def new_generation(
    folder: Path, encoder: str, dimension: int, probes: Callable[[Database], FloatArray] | None = None
) -> Iterator[Generation]:
    """Write the next generations of an Index; the last is published when the block ends without an error.

    ``probes`` gives query vectors, shape (m, dimension), for measuring the recall of approximate search.
    Raises IndexStateError when the Index was built with another encoder, or is damaged.
    """
    with write_lock(folder):
        read_manifest(folder)  # tells of an index of another format, and of one that is damaged
        generation = Generation(folder, encoder, dimension)
        try:
            yield generation
            generation.publish()
            if probes:
                generation.compact(lambda: probes(generation.database))
        finally:
            generation.close()
