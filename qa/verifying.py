"""Whether an Index is what it says it is; and its store made anew from the records."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from qa.database import Database
from qa.embedding import content_hash, searchable_text, sentences_for_probing
from qa.errors import IndexStateError
from qa.generations import Generation, as_stored, write_lock
from qa.index import Index, read_manifest
from qa.local_store import damaged_files
from qa.sqlite_file import REMEDY
from qa.store import StoredPassage
from qa.stores import Vectors, readable_vectors

__all__ = ["repair", "verify"]

_ROUND = 1024
_PROBES = 200
_LISTED = 20  # problems of one kind that are told one by one
# Called with the number of passages done, and of passages in all.
Steps = Callable[[int, int], None]


def verify(folder: Path, progress: Steps | None = None) -> list[str]:
    """Check an Index: checksums of files, counts, and that every passage is a piece of its article.

    Returns a line for each problem, [] for a sound Index. Raises IndexStateError where there is none.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise IndexStateError(f"{folder}: no index here; name the folder of an index")
    damaged = [f"{path}: missing or damaged" for path in damaged_files(folder, manifest.store)]
    if damaged:
        return damaged
    index = Index.open(folder)
    try:
        return [*_problems_of_records(index.database, progress), *_problems_of_counts(index)]
    finally:
        index.close()


def _problems_of_records(database: Database, progress: Steps | None) -> list[str]:
    problems = database.file.problems()
    total = len(database.numbers())
    try:
        for done, (number, passage, known) in enumerate(database.contents(), 1):
            if progress and done % _ROUND == 0:
                progress(done, total)
            if not 0 <= passage.start < passage.end <= len(passage.article.text):
                problems.append(f"passage {number}: not a piece of article {passage.article.article_id}")
            elif content_hash(searchable_text(passage)) != known:
                problems.append(f"passage {number}: not the text that was indexed")
    except (IndexStateError, KeyError, sqlite3.DatabaseError) as error:
        problems.append(str(error))
    rest = len(problems) - _LISTED
    return problems[:_LISTED] + ([f"and {rest} problems more"] if rest > 0 else [])


def _problems_of_counts(index: Index) -> Iterator[str]:
    counted, told = index.database.counts(), index.manifest.counts
    if counted != told:
        yield f"the records count {counted}, the manifest {told}"
    numbers = index.database.numbers()
    for kind, found in zip(("vectors", "words"), index.store.numbers(), strict=True):
        missing = np.setdiff1d(numbers, found)
        beyond = np.setdiff1d(found, numbers)
        if len(missing) or len(beyond):
            yield f"{kind}: {len(missing)} passages are missing, {len(beyond)} are no more"


def repair(folder: Path, encoder: Encoder, progress: Steps | None = None) -> tuple[int, int]:
    """Make the vectors and words of an Index anew from its records, which must be sound.

    Vectors whose files are sound are taken over. Returns how many passages there are, and how many
    had to be embedded again. Raises IndexStateError when there is no Index, or its records are damaged.
    """
    with write_lock(folder):
        manifest = read_manifest(folder)
        if manifest is None:
            raise IndexStateError(f"{folder}: no index here; name the folder of an index")
        generation = Generation(folder, encoder.name, encoder.dimension, anew=True)
        try:
            if problems := generation.database.file.problems():
                raise IndexStateError(f"{folder}: damaged records ({problems[0]}); {REMEDY}")
            known = readable_vectors(folder, encoder.dimension, manifest.store)
            done = _fill(generation, known, encoder, progress)
            generation.publish()
            generation.compact(
                lambda: encoder.encode(sentences_for_probing(generation.database, _PROBES), "query")
            )
        finally:
            generation.close()
    return done


def _fill(
    generation: Generation, known: Vectors | None, encoder: Encoder, progress: Steps | None
) -> tuple[int, int]:
    """Put all passages of the records into a store that is empty."""
    database = generation.database
    total, embedded = len(database.numbers()), 0
    passages = ((number, passage) for number, passage, _ in database.contents())
    while group := list(islice(passages, _ROUND)):
        stored = [as_stored(number, passage, searchable_text(passage)) for number, passage in group]
        vectors = _known_vectors(known, stored)
        if vectors is None:
            vectors = encoder.encode([passage.text for passage in stored])
            embedded += len(stored)
        generation.store.upsert(stored, vectors)
        if progress:
            progress(stored[-1].number, total)
    return total, embedded


def _known_vectors(known: Vectors | None, stored: Sequence[StoredPassage]) -> FloatArray | None:
    """Return the vectors that passages had, None where one of them is not there any more."""
    try:
        return known([passage.number for passage in stored]) if known else None
    except KeyError:
        return None
