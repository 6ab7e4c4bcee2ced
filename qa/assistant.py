"""The Assistant: one object over an Index that builds, searches and answers."""

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from embeddings.encoder import Encoder, EncoderUnavailableError
from embeddings.loading import load_encoder
from qa.answers import answer
from qa.building import Summary, add_articles, index_paths, remove_articles
from qa.errors import EncoderError
from qa.evidence import collect_evidence, weigh_terms
from qa.index import Index, read_manifest
from qa.lexical import Filters
from qa.neural import load_network
from qa.query import read_question
from qa.rebuilding import Progress
from qa.records import Answer, Article, Hit
from qa.retrieval import retrieve
from qa.segmentation import load_dictionary
from qa.series import complete_series
from qa.tables import Columns
from qa.tagging import load_tagger

__all__ = ["Assistant"]

# Passages whose sentences are read for an answer.
_READ_PASSAGES = 8


def _encoder(name: str | None) -> Encoder:
    """Load the encoder, and beside it the dictionary, tagger and network that every question needs too."""
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load_encoder, name)
        load_dictionary()
        load_tagger()
        load_network()
        try:
            return loading.result()
        except EncoderUnavailableError as error:
            raise EncoderError(str(error)) from error


class Assistant:
    """Answers questions from an Index. Safe to ask from several threads; a context manager.

    Make one with `build`, `open` or `from_articles`. ``last_summary`` tells what the last indexing
    run of this object did.
    """

    def __init__(self, folder: Path, index: Index, encoder: Encoder) -> None:
        self._folder = folder
        self._index = index
        self._encoder = encoder
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self.last_summary: Summary | None = None

    @classmethod
    def build(
        cls,
        paths: Sequence[str | Path],
        *,
        index: str | Path,
        encoder: str | None = None,
        source: str | None = None,
        date: str | None = None,
        columns: Columns | None = None,
        progress: Progress | None = None,
    ) -> "Assistant":
        """Index files and folders at ``index``, or bring an Index there up to date, and open it.

        ``columns`` tells in which columns of a table the fields of an Article are, such as
        ``{"headline": "标题", "text": "正文"}``. The files left out are told by `last_summary`. Raises
        InputError when no file can be read, IndexStateError or EncoderError.
        """
        folder = Path(index)
        manifest = read_manifest(folder)
        model = _encoder(encoder or (manifest.encoder if manifest else None))
        summary = index_paths(
            folder, paths, model, source=source, date=date, columns=columns, progress=progress
        )
        assistant = cls(folder, Index.open(folder), model)
        assistant.last_summary = summary
        return assistant

    @classmethod
    def open(cls, index: str | Path) -> "Assistant":
        """Open an Index. Raises IndexStateError when it is missing or damaged."""
        opened = Index.open(Path(index))
        return cls(Path(index), opened, _encoder(opened.manifest.encoder))

    @classmethod
    def from_articles(cls, articles: Iterable[Article], *, encoder: str | None = None) -> "Assistant":
        """Make an Assistant over Articles; its Index lives in a temporary folder until `close`."""
        temporary = tempfile.TemporaryDirectory(prefix="wenbao-")
        model = _encoder(encoder)
        add_articles(Path(temporary.name), articles, model)
        assistant = cls(Path(temporary.name), Index.open(Path(temporary.name)), model)
        assistant._temporary = temporary
        return assistant

    def search(
        self,
        query: str,
        *,
        top_k: int = 10,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> list[Hit]:
        """Return the ``top_k`` best passages, best first; dates are ISO 8601 and inclusive.

        Raises QuestionError when the query is empty or far too long, or a date is not a date.
        """
        filters = Filters.checked(source, date_from, date_to)
        return retrieve(self._index, self._encoder, read_question(query), top_k=top_k, filters=filters)

    def ask(
        self,
        question: str,
        *,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> Answer:
        """Answer a question with checked citations, or abstain with the reason.

        Raises QuestionError when the question is empty or far too long, or a date is not a date.
        """
        began = time.perf_counter()
        filters = Filters.checked(source, date_from, date_to)
        query = read_question(question)
        index = self._index
        hits = retrieve(index, self._encoder, query, top_k=_READ_PASSAGES, filters=filters)
        hits = complete_series(index, hits)
        weights = weigh_terms(index, query)
        found = answer(query, collect_evidence(query, hits, weights), weights)
        return replace(found, elapsed_ms=(time.perf_counter() - began) * 1000)

    def add(
        self,
        paths: Sequence[str | Path],
        *,
        source: str | None = None,
        date: str | None = None,
        columns: Columns | None = None,
        progress: Progress | None = None,
    ) -> Summary:
        """Index more files and folders, or read changed ones again."""
        summary = index_paths(
            self._folder,
            paths,
            self._encoder,
            source=source,
            date=date,
            columns=columns,
            progress=progress,
        )
        self.last_summary = summary
        self._reload()
        return summary

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove Articles by id; returns how many there were. A reprint takes the place of one removed."""
        removed = remove_articles(self._folder, article_ids, self._encoder)
        self._reload()
        return removed

    def article(self, article_id: str) -> Article:
        """Return an Article. Raises KeyError when there is none of that id."""
        return self._index.database.article(article_id)

    def articles(self) -> Iterator[Article]:
        """Yield all Articles in the order they were added."""
        database = self._index.database
        return (database.article(article_id) for article_id in database.article_ids())

    def _reload(self) -> None:
        old, self._index = self._index, Index.open(self._folder)
        old.close()

    def close(self) -> None:
        """Close the Index, and delete it if it was a temporary one."""
        self._index.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> "Assistant":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
