"""The Assistant: one object over an Index that builds, searches and answers."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from embeddings.encoder import Encoder, EncoderUnavailableError
from embeddings.loading import load_encoder
from qa.answering import Archive, answer_question, find_hits
from qa.building import Summary, add_articles, index_paths, remove_articles
from qa.catalogue import Catalogue
from qa.counting import ArticleCount, Mentions, Scope, count_articles
from qa.errors import EncoderError, QuestionError
from qa.followups import Turn, complete_question
from qa.fusion import read_weights
from qa.index import Index, read_manifest
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.listing import ArticleList, Overview, articles_in_file, describe_archive, list_articles
from qa.neural import load_network
from qa.observation import Observer, observe
from qa.query import read_question
from qa.quotes import QuoteLookup, look_up
from qa.rebuilding import Progress
from qa.records import Answer, Article, Hit
from qa.segmentation import load_dictionary
from qa.tables import Columns
from qa.tagging import load_tagger
from qa.writing import Writing  # noqa: TC001 (part of the interface)

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

    Make one with `build`, `open` or `from_articles`. ``last_summary`` tells of the last indexing run;
    ``writing``, when it is set, has answers told by a language model; ``observers`` are told of questions.
    """

    def __init__(self, folder: Path, index: Index, encoder: Encoder) -> None:
        self._folder = folder
        self._index = index
        self._encoder = encoder
        self._catalogue = Catalogue(index.database)
        self._retired: list[Index] = []
        self._weights = read_weights(folder, encoder.name)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self.last_summary: Summary | None = None
        self.writing: Writing | None = None
        self.observers: list[Observer] = []

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
        return find_hits(self._archive, read_question(query), top_k, filters)

    @property
    def _archive(self) -> Archive:
        return Archive(self._index, self._catalogue, self._encoder, self._weights)

    def interpret(self, question: str, *, history: Sequence[Turn] = ()) -> Interpretation:
        """Return how a question is understood; change what is wrong, and `ask` with it.

        Raises QuestionError when the question is empty or far too long.
        """
        return read_question(complete_question(question, history)).interpretation

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        interpretation: Interpretation | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> Answer:
        """Answer a question with checked citations, or abstain with the reason.

        ``history`` is what was asked before, oldest first: questions, Answers, or questions with their
        short answers; a follow-up (那2023年呢？) is completed from it. ``interpretation`` is how to
        understand the question, that of `interpret` as its user changed it. With ``writing`` set, a
        language model tells what the archive answers. Raises QuestionError when the question is empty or
        far too long, or a date or a time is none.
        """
        filters = Filters.checked(source, date_from, date_to)
        answers = answer_question(self._archive, question, history, interpretation, filters, self.writing)
        *_, answer = observe(question, self.observers, answers)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> Iterator[Answer]:
        """Yield the Answer of `ask` as it grows: the archive's own, then what ``writing`` tells of it."""
        filters = Filters.checked(source, date_from, date_to)
        answers = answer_question(self._archive, question, history, None, filters, self.writing)
        return observe(question, self.observers, answers)

    def look_up(
        self,
        quote: str,
        *,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> QuoteLookup:
        """Tell whether a sentence stands in the archive, where, how far off it is, and who says it.

        Raises QuestionError when it is too short or far too long, or a date is not a date.
        """
        return look_up(self._index, quote, Filters.checked(source, date_from, date_to))

    def count(
        self,
        *phrases: str,
        any_of: bool = False,
        limit: int = 20,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> ArticleCount:
        """Count the Articles that mention all of the phrases, or with ``any_of`` one; without any, all.

        The number is exact, the first ``limit`` Articles are cited. Raises QuestionError when a phrase is
        blank, or a date is not a date.
        """
        if not all(phrase.strip() for phrase in phrases):
            raise QuestionError("要数的词语是空的 (a phrase to count is blank; leave it out or write it)")
        scope = Scope().narrowed(Filters.checked(source, date_from, date_to))
        mentions = Mentions(tuple(phrase.strip() for phrase in phrases), any_of, scope)
        return count_articles(self._index, self._catalogue, mentions, limit=limit)

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

    def overview(self) -> Overview:
        """Count what the archive holds: newspapers and months."""
        return describe_archive(self._index.database)

    def browse(
        self,
        *,
        offset: int = 0,
        limit: int = 20,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> ArticleList:
        """Return a part of the Articles, newest first. Raises QuestionError when a date is not a date."""
        filters = Filters.checked(source, date_from, date_to)
        return list_articles(self._index.database, filters, offset, limit)

    def articles_in(self, file: str | Path) -> list[Article]:
        """Return the Articles that were read from a file, which may be an archive of files."""
        return articles_in_file(self._index.database, Path(file).resolve().as_posix())

    def _reload(self) -> None:
        # Questions on other threads may still read the one before: it is closed a reload later.
        for index in self._retired:
            index.close()
        self._retired, self._index = [self._index], Index.open(self._folder)
        self._catalogue = Catalogue(self._index.database)

    def close(self) -> None:
        """Close the Index, and delete it if it was a temporary one."""
        for index in (self._index, *self._retired):
            index.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> "Assistant":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
