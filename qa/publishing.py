"""Groups of Articles into a generation: linked, with their vectors, and published one after the other."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from qa.database import Database
from qa.embedding import Embedded, Embedder, Entry, cut_entries, sentences_for_probing
from qa.generations import Generation, new_generation
from qa.linking import plan_change, with_continuations
from qa.parallel import one_ahead
from qa.records import Article

__all__ = ["Group", "Summary", "Writer", "open_for_writing"]

# Sentences that stand for questions when the recall of approximate search is measured.
_PROBES = 200


@dataclass(slots=True)
class Summary:
    """What an indexing run did; a member of an archive is a file.

    ``removed`` counts the files that are gone and took their articles with them; ``skipped`` names what
    was left out, each with the reason.
    """

    files: int = 0
    unchanged: int = 0
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    removed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that are written together, the ids that they replace, and the files that are then read.

    ``complete`` tells that with it the Index is in a state that may be seen.
    """

    articles: Sequence[Article]
    removed: Sequence[str]
    files: dict[str, str]
    complete: bool


@dataclass(slots=True)
class Writer:
    """Writes groups into a generation; ``summary`` counts what is published."""

    generation: Generation
    encoder: Encoder
    summary: Summary
    _counted: list[tuple[int, int, int]] = field(default_factory=list)

    def write_all(self, groups: Iterable[Group]) -> None:
        """Write groups, the next of which is embedded meanwhile."""
        embedder = Embedder(self.generation.database, self.encoder)
        for group, embedded in one_ahead(lambda group: embedder.embed(group.articles), groups):
            self._write(group, embedded)

    def remove(self, article_ids: Iterable[str], files: Sequence[str] = ()) -> None:
        """Remove Articles, whole, and forget that files were read."""
        database = self.generation.database
        self._write(
            Group((), with_continuations(database, article_ids), {}, complete=False), Embedded({}, {})
        )
        database.forget_files(files)
        self.generation.publish()
        self._counted.clear()

    def _write(self, group: Group, embedded: Embedded) -> None:
        change = plan_change(self.generation.database, group.articles, group.removed)
        entries: list[Entry] = []
        for article in change.shown:
            cut = embedded.entries.get(article.article_id)
            ready = cut is not None and all(entry.passage.article == article for entry in cut)
            entries += cut if cut is not None and ready else cut_entries(article)
        vectors, count = self._vectors(entries, embedded)
        self.generation.apply(change, entries, vectors)
        for name, digest in group.files.items():
            self.generation.database.put_file(name, digest)
        self._counted.append((len(change.added), len(entries), count))
        if group.complete:
            self.generation.publish()
            for articles, passages, new in self._counted:
                self.summary.articles += articles
                self.summary.passages += passages
                self.summary.embedded += new
            self._counted.clear()

    def _vectors(self, entries: Sequence[Entry], embedded: Embedded) -> tuple[FloatArray, int]:
        """Return the vectors of entries, shape (n, dimension), and how many of them are newly embedded."""
        database, store = self.generation.database, self.generation.store
        texts = {entry.content_hash: entry.text for entry in entries}
        vectors = {key: embedded.vectors[key] for key in texts if key in embedded.vectors}
        rest = [key for key in texts if key not in vectors]
        known = {key: n for key in rest if (n := database.number_of_content(key)) is not None}
        vectors |= zip(known, store.vectors_of(list(known.values())), strict=True)
        new = [key for key in rest if key not in known]
        if new:  # seldom: what was stored when the group was embedded is there no more
            vectors |= zip(new, self.encoder.encode([texts[key] for key in new]), strict=True)
        matrix = np.array([vectors[entry.content_hash] for entry in entries], dtype=np.float32)
        return matrix.reshape(len(entries), self.encoder.dimension), len(vectors) - len(known)


def open_for_writing(folder: Path, encoder: Encoder) -> AbstractContextManager[Generation]:
    """Open an Index, made if there is none, for its one writer. Raises IndexStateError."""

    def probes(database: Database) -> FloatArray:
        return encoder.encode(sentences_for_probing(database, _PROBES), "query")

    return new_generation(folder, encoder.name, encoder.dimension, probes)
