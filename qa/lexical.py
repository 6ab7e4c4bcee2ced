"""Words and bigrams in tantivy: BM25 over text that we segment, addressed by passage number."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import tantivy

from qa.errors import QuestionError
from qa.metadata import is_day
from qa.segmentation import terms

__all__ = ["Filters", "LexicalStore"]

FieldName = Literal["words", "bigrams"]
Written = tuple[int, str, str | None, str | None, str | None]
_WRITER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Filters:
    """What passages must satisfy: source, section, and a closed range of publication dates (ISO 8601)."""

    source: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    section: str | None = None

    def __bool__(self) -> bool:
        return any((self.source, self.date_from, self.date_to, self.section))

    @classmethod
    def checked(
        cls, source: str | None, date_from: str | None, date_to: str | None, section: str | None = None
    ) -> "Filters":
        """Make Filters of what a user gave. Raises QuestionError for a date that is not YYYY-MM-DD."""
        for day in (date_from, date_to):
            if day and not is_day(day):
                raise QuestionError(f"日期应写作2025-03-28 ({day!r} is not a date; write it as 2025-03-28)")
        return cls(source, date_from, date_to, section)


def _day(day: str | None, missing: int) -> int:
    return int(day.replace("-", "")) if day else missing


def _section_term(section: str) -> str:
    # No name has a control character in it.
    return f"\x1f{section}"


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("day", stored=False, indexed=True, fast=True)
    # Of newspaper and section, the one as it is, the other as `_section_term` writes it.
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    for name in ("words", "bigrams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


@contextmanager
def _lockable(folder: Path) -> Iterator[Path]:
    """Give the folder or, where it may only be read, one of links to its files for the time of opening.

    tantivy opens nothing without a lock, a file in the folder; what it has opened it needs no folder for.
    """
    if os.access(folder, os.W_OK):
        yield folder
        return
    with TemporaryDirectory(prefix="wenbao-words-") as links:
        for path in folder.iterdir():
            if path.suffix != ".lock":
                Path(links, path.name).symlink_to(path.resolve())
        yield Path(links)


class LexicalStore:
    """A tantivy index in a folder of its own, created when the folder is empty."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._schema = _schema()
        try:
            with _lockable(folder) as place:
                self._index = tantivy.Index(self._schema, path=str(place))
                self._index.reload()
        except ValueError as error:
            raise ValueError(f"{folder} is not a lexical index: {error}") from error

    def write(self, removed: Iterable[int], added: Iterable[Written]) -> None:
        """Remove passages by number, add (number, searchable text, source, date, section), in one commit."""
        try:
            self._write(removed, added)
        except ValueError as error:  # what tantivy makes of a full disk and the like
            raise OSError(None, str(error), str(self._folder)) from error
        self._index.reload()

    def _write(self, removed: Iterable[int], added: Iterable[Written]) -> None:
        writer = self._index.writer(_WRITER_BYTES, 1)
        # By query: deleting by term silently matches nothing on a numeric field.
        writer.delete_documents_by_query(tantivy.Query.term_set_query(self._schema, "number", list(removed)))
        for number, text, source, day, section in added:
            word_terms, bigram_terms = terms(text)
            document = tantivy.Document()
            document.add_unsigned("number", number)
            document.add_unsigned("day", _day(day, 0))
            document.add_text("source", source or "")
            if section:
                document.add_text("source", _section_term(section))
            document.add_text("words", " ".join(word_terms))
            document.add_text("bigrams", " ".join(bigram_terms))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def search(
        self, field: FieldName, query_terms: Sequence[str], top_k: int, filters: Filters
    ) -> list[tuple[int, float]]:
        """Return (passage number, BM25 score) of passages that hold any of the terms, best first."""
        if not query_terms:
            return []
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term, "freq"))
            for term in dict.fromkeys(query_terms)
        ]
        query = tantivy.Query.boolean_query(clauses)
        if filters:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *self._filter_clauses(filters)])
        searcher = self._index.searcher()
        hits = searcher.search(query, top_k, count=False).hits
        numbers = searcher.fast_field_values("number", [address for _, address in hits])
        return [(int(number), float(score)) for number, (score, _) in zip(numbers, hits, strict=True)]

    def containing(self, field: FieldName, query_terms: Sequence[str]) -> list[int]:
        """Return the numbers of all passages that hold every one of the terms, in no order."""
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, field, term, "basic"))
                for term in dict.fromkeys(query_terms)
            ]
        )
        return self._all_numbers(query)

    def containing_character(self, character: str) -> list[int]:
        """Return the numbers of all passages with a Chinese character, alone or in a bigram, in no order."""
        return self._all_numbers(tantivy.Query.regex_query(self._schema, "bigrams", f".?{character}.?"))

    def _all_numbers(self, query: Any) -> list[int]:
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return []
        hits = searcher.search(
            tantivy.Query.const_score_query(query, 0.0), searcher.num_docs, count=False
        ).hits
        return [int(number) for number in searcher.fast_field_values("number", [place for _, place in hits])]

    def numbers(self) -> list[int]:
        """Return the numbers of all passages, in no order."""
        return self._all_numbers(tantivy.Query.all_query())

    def document_frequencies(
        self, field: FieldName, query_terms: Sequence[str]
    ) -> tuple[int, dict[str, int]]:
        """Return the number of passages, and for each term the number of passages that hold it."""
        searcher = self._index.searcher()
        return int(searcher.num_docs), {term: int(searcher.doc_freq(field, term)) for term in query_terms}

    def _filter_clauses(self, filters: Filters) -> list[tuple[Any, Any]]:
        names = [filters.source] if filters.source else []
        names += [_section_term(filters.section)] if filters.section else []
        clauses = [tantivy.Query.term_query(self._schema, "source", name, "basic") for name in names]
        if filters.date_from or filters.date_to:
            lower, upper = _day(filters.date_from, 1), _day(filters.date_to, 99_999_999)
            kind = tantivy.FieldType.Unsigned
            clauses.append(tantivy.Query.range_query(self._schema, "day", kind, lower, upper))
        # A filter must not add to the score.
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(clause, 0.0)) for clause in clauses]
