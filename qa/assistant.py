"""The Assistant: one object over an Index that builds, searches and answers."""

import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from embeddings.encoder import Encoder
from embeddings.reranker import Reranker
from qa.asking import READ_PASSAGES, Asked, OnHits, Reader
from qa.building import Summary, add_articles, index_paths, remove_articles
from qa.clusters import working
from qa.counting import ArticleCount, Mentions, Scope, count_articles
from qa.errors import QuestionError
from qa.followups import Turn, complete_question
from qa.fusion import read_weights
from qa.index import read_manifest
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.listing import ArticleList, Overview, articles_in_file, describe_archive, list_articles
from qa.models import open_encoder, open_reranker
from qa.observation import Observer, observe
from qa.query import read_question
from qa.quotes import QuoteLookup, look_up
from qa.rebuilding import Progress
from qa.records import Answer, Article, Hit
from qa.serving import Serving
from qa.stores import choose_store
from qa.tables import Columns
from qa.workers import Workers
from qa.writing import Writing, write_answer

__all__ = ["Assistant"]


class Assistant:
    """Answers questions from an Index. Safe to ask from several threads; a context manager.

    Every answer is of one generation of the Index, the newest when it was asked for, whoever wrote it.
    ``last_summary`` tells of the last indexing run; ``writing``, when it is set, has answers told by a
    language model; ``observers`` are told of questions; ``workers`` are the threads that compute.
    """

    def __init__(
        self, folder: Path, serving: Serving, encoder: Encoder, reranker: Reranker | None = None
    ) -> None:
        self._folder = folder
        self._serving = serving
        self._encoder = encoder
        self._reranker = reranker
        self.workers = Workers()
        self._weights = read_weights(folder, encoder.name)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self.last_summary: Summary | None = None
        self.writing: Writing | None = None
        self.observers: list[Observer] = []

    @classmethod
    def build(  # noqa: PLR0913 (one keyword for each option)
        cls,
        paths: Sequence[str | Path],
        *,
        index: str | Path,
        encoder: str | None = None,
        source: str | None = None,
        date: str | None = None,
        columns: Columns | None = None,
        progress: Progress | None = None,
        store: str | None = None,
        ray: str | None = None,
    ) -> "Assistant":
        """Index files and folders at ``index``, or bring an Index there up to date, and open it.

        ``columns`` tells in which columns of a table the fields of an Article are, such as
        ``{"headline": "标题", "text": "正文"}``. ``store`` is the address of the store of a new Index in
        Milvus, ``ray`` that of a Ray cluster that reads and embeds the pages. The files left out are
        told by `last_summary`. Raises InputError when no file can be read, IndexStateError or EncoderError.
        """
        folder = Path(index)
        manifest = read_manifest(folder)
        model = open_encoder(encoder or (manifest.encoder if manifest else None))
        if store:
            choose_store(folder, store, manifest.store if manifest else None)
        with working(ray, model) as (there, over):
            summary = index_paths(
                folder, paths, there, source=source, date=date, columns=columns, progress=progress, over=over
            )
        assistant = cls(folder, Serving(folder), model)
        assistant.last_summary = summary
        return assistant

    @classmethod
    def open(cls, index: str | Path, *, reranker: str | None = None) -> "Assistant":
        """Open an Index, with the name or folder of a ``reranker`` that puts the first passages in order.

        Raises IndexStateError when the Index is missing or damaged, EncoderError or RerankerError when a
        model is not on disk.
        """
        second = open_reranker(reranker)
        serving = Serving(Path(index))
        return cls(Path(index), serving, open_encoder(serving.encoder), second)

    @classmethod
    def from_articles(
        cls, articles: Iterable[Article], *, encoder: str | None = None, reranker: str | None = None
    ) -> "Assistant":
        """Make an Assistant over Articles; its Index lives in a temporary folder until `close`."""
        second = open_reranker(reranker)
        temporary = tempfile.TemporaryDirectory(prefix="wenbao-")
        model = open_encoder(encoder)
        add_articles(Path(temporary.name), articles, model)
        assistant = cls(Path(temporary.name), Serving(Path(temporary.name)), model, second)
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
        section: str | None = None,
    ) -> list[Hit]:
        """Return the ``top_k`` best passages, best first; dates are ISO 8601 and inclusive.

        Raises QuestionError when the query is empty or far too long, or a date is not a date.
        """
        with self._reading() as reader:
            filters = Filters.checked(source, date_from, date_to, section)
            return self.workers.run(lambda: reader.retrieve(read_question(query), top_k, filters))

    def interpret(self, question: str, *, history: Sequence[Turn] = ()) -> Interpretation:
        """Return how a question is understood; change what is wrong, and `ask` with it.

        Raises QuestionError when the question is empty or far too long.
        """
        return read_question(complete_question(question, history)).interpretation

    def ask(  # noqa: PLR0913 (likewise)
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        interpretation: Interpretation | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        section: str | None = None,
        on_hits: OnHits | None = None,
    ) -> Answer:
        """Answer a question with checked citations, or abstain with the reason.

        ``history`` is what was asked before, oldest first: questions, Answers, or questions with their
        short answers; a follow-up (那2023年呢？) is completed from it. ``interpretation`` is how to
        understand the question, that of `interpret` as its user changed it. With ``writing`` set, a language
        model tells what the archive answers. ``on_hits`` is called once with the passages found, before they
        are read, in another thread. Raises QuestionError when the question is empty or far too long, or a
        date or a time is none.
        """
        within = Filters.checked(source, date_from, date_to, section)
        asked = Asked(question, history, interpretation, within, on_hits)
        *_, answer = observe(question, self.observers, self._tell(asked))
        return answer

    def stream(  # noqa: PLR0913 (likewise)
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        interpretation: Interpretation | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        section: str | None = None,
        on_hits: OnHits | None = None,
    ) -> Generator[Answer]:
        """Yield the Answer of `ask` as it grows: the archive's own, then what ``writing`` tells of it."""
        within = Filters.checked(source, date_from, date_to, section)
        asked = Asked(question, history, interpretation, within, on_hits)
        return observe(question, self.observers, self._tell(asked))

    def _tell(self, asked: Asked) -> Iterator[Answer]:
        with self._reading() as reader:
            found = self.workers.run(lambda: reader.answer(asked))
            hits = partial(reader.retrieve, top_k=READ_PASSAGES, filters=asked.filters)
            yield from write_answer(found, hits, self.writing) if self.writing else [found]

    @contextmanager
    def _reading(self) -> Iterator[Reader]:
        with self._serving.reading() as snapshot:
            yield Reader(snapshot, self._encoder, self._weights, self._reranker)

    def look_up(
        self,
        quote: str,
        *,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        section: str | None = None,
    ) -> QuoteLookup:
        """Tell whether a sentence stands in the archive, where, how far off it is, and who says it.

        Raises QuestionError when it is too short or far too long, or a date is not a date.
        """
        with self._serving.reading() as snapshot:
            return look_up(snapshot.index, quote, Filters.checked(source, date_from, date_to, section))

    def count(
        self,
        *phrases: str,
        any_of: bool = False,
        limit: int = 20,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        section: str | None = None,
    ) -> ArticleCount:
        """Count the Articles that mention all of the phrases, or with ``any_of`` one; without any, all.

        It is exact; the first ``limit`` are cited. Raises QuestionError for a blank phrase or a wrong date.
        """
        if not all(phrase.strip() for phrase in phrases):
            raise QuestionError("要数的词语是空的 (a phrase to count is blank; leave it out or write it)")
        scope = Scope().narrowed(Filters.checked(source, date_from, date_to, section))
        mentions = Mentions(tuple(phrase.strip() for phrase in phrases), any_of, scope)
        with self._serving.reading() as snapshot:
            return count_articles(snapshot.index, snapshot.catalogue, mentions, limit=limit)

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
            self._folder, paths, self._encoder, source=source, date=date, columns=columns, progress=progress
        )
        self.last_summary = summary
        return summary

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove Articles by id; returns how many there were. A reprint takes the place of one removed."""
        return remove_articles(self._folder, article_ids, self._encoder)

    def article(self, article_id: str) -> Article:
        """Return an Article. Raises KeyError when there is none of that id."""
        with self._serving.reading() as snapshot:
            return snapshot.index.database.article(article_id)

    def articles(self) -> Iterator[Article]:
        """Yield all Articles in the order they were added."""
        with self._serving.reading() as snapshot:
            database = snapshot.index.database
            yield from map(database.article, database.article_ids())

    def overview(self) -> Overview:
        """Count what the archive holds: newspapers and months."""
        with self._serving.reading() as snapshot:
            return describe_archive(snapshot.index.database)

    def browse(
        self,
        *,
        offset: int = 0,
        limit: int = 20,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        section: str | None = None,
    ) -> ArticleList:
        """Return a part of the Articles, newest first. Raises QuestionError when a date is not a date."""
        within = Filters.checked(source, date_from, date_to, section)
        with self._serving.reading() as snapshot:
            return list_articles(snapshot.index.database, within, offset, limit)

    def articles_in(self, file: str | Path) -> list[Article]:
        """Return the Articles that were read from a file, which may be an archive of files."""
        with self._serving.reading() as snapshot:
            return articles_in_file(snapshot.index.database, Path(file).resolve().as_posix())

    def close(self) -> None:
        """Close the Index, and delete it if it was a temporary one."""
        self.workers.close()
        self._serving.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> "Assistant":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
