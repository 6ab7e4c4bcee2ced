"""The records that pass between the stages: Page, Article, Passage, Hit, Citation, Answer.

All are frozen; a stage makes new ones and never changes what it was given. Text offsets are in
characters (Unicode code points), half open: ``text[start:end]``.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from qa.interpretation import Interpretation
from qa.statements import Statement

__all__ = [
    "Answer",
    "Article",
    "Citation",
    "Continuation",
    "Difference",
    "Hit",
    "Line",
    "Page",
    "Paragraph",
    "Passage",
    "Reprint",
    "Role",
    "Span",
]

Span = tuple[int, int]
Role = Literal["body", "subhead", "caption"]


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a Page: ``page.text[start:end]``, line break not included.

    ``size`` is the type size in points, 0 where the format has none; ``caption`` tells that the line
    is set below a picture.
    """

    text: str
    start: int
    end: int
    size: float = 0.0
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One input unit as printed: its raw characters and its non-empty lines in order.

    Where the lines have sizes, ``text`` was set in reading order from their places on the page, and a
    blank line divides its frames. ``number`` is the number of the page in its file; ``confidence``, 0
    to 1, tells how sure its characters are: less than 1 where they were read from a picture.
    """

    file: str
    text: str
    lines: tuple[Line, ...]
    number: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an Article with its role.

    ``spans`` are character offsets into the raw file, one for each printed line that the paragraph
    was joined from; white space aside, the raw characters of the spans are ``text`` (and ``credit``).
    ``credit`` is the photographer's line of a caption, empty for all other roles.
    """

    text: str
    role: Role = "body"
    spans: tuple[Span, ...] = ()
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where an Article goes on in another file: the part that was read there as an Article of its own.

    From span number ``span`` of paragraph number ``paragraph`` (both from 0) on, until the next
    Continuation, spans are offsets into ``file``.
    """

    article_id: str
    file: str
    page: str | None
    paragraph: int
    span: int


@dataclass(frozen=True, slots=True)
class Reprint:
    """Another printing of an Article that is stored under its first publication."""

    article_id: str
    source: str | None
    date: str | None
    page: str | None
    file: str
    headline: str


@dataclass(frozen=True)
class Article:
    """A whole article, rebuilt from a Page or given as it is.

    ``date`` is the day of publication, ISO 8601 (``2025-03-28``); ``reported`` is the day that the
    dateline tells, mostly the one before. ``dateline`` is the printed dateline (``本报北京3月27日讯``)
    where it stands apart from the body. ``confidence`` (0 to 1) tells how sure the reconstruction is
    of the article's borders and headline. ``partial`` tells that its beginning or end is printed on
    a page that is not there; ``continued`` names the pages it was put together from, after the first.
    """

    article_id: str
    file: str
    headline: str
    paragraphs: tuple[Paragraph, ...]
    kicker: str = ""
    subtitle: str = ""
    byline: tuple[str, ...] = ()
    dateline: str = ""
    source: str | None = None
    date: str | None = None
    page: str | None = None
    confidence: float = 1.0
    section: str | None = None
    reported: str | None = None
    partial: bool = False
    continued: tuple[Continuation, ...] = ()
    reprints: tuple[Reprint, ...] = ()

    @cached_property
    def text(self) -> str:
        """The paragraphs, one a line; the credit of a caption on a line of its own below it."""
        return "\n".join(part for p in self.paragraphs for part in (p.text, p.credit) if part)

    @cached_property
    def paragraph_offsets(self) -> tuple[Span, ...]:
        """Where each paragraph (its credit included) stands in ``text``."""
        offsets, position = [], 0
        for paragraph in self.paragraphs:
            length = sum(len(part) + 1 for part in (paragraph.text, paragraph.credit) if part)
            offsets.append((position, position + max(length - 1, 0)))
            position += length
        return tuple(offsets)

    def printed_at(self, offset: int) -> tuple[str, str | None]:
        """Return the file and the page on which the character of ``text`` at ``offset`` is printed."""
        file, page = self.file, self.page
        for part in self.continued:
            if part.paragraph >= len(self.paragraphs):
                break  # nothing but the mark stands there
            torn = self.paragraphs[part.paragraph].spans[: part.span]
            if offset < self.paragraph_offsets[part.paragraph][0] + sum(end - start for start, end in torn):
                break
            file, page = part.file, part.page
        return file, page

    @property
    def title(self) -> str:
        """The headline to show: the headline itself, else the beginning of the text."""
        return self.headline or self.kicker or (self.text[:24] + "…")

    @classmethod
    def from_text(  # noqa: PLR0913 (one keyword for each thing known of an article)
        cls,
        text: str,
        *,
        headline: str = "",
        kicker: str = "",
        subtitle: str = "",
        byline: tuple[str, ...] = (),
        source: str | None = None,
        date: str | None = None,
        page: str | None = None,
        section: str | None = None,
        file: str = "",
    ) -> "Article":
        """Make an Article of clean text: every non-empty line is a body paragraph.

        Spans are offsets into ``text``. ``article_id`` is a hash of file, headlines and text, so that
        the same article has the same id in every run.
        """
        paragraphs, position = [], 0
        for line in text.splitlines(keepends=True):
            stripped = line.strip()
            if stripped:
                start = position + line.index(stripped)
                paragraphs.append(Paragraph(stripped, "body", ((start, start + len(stripped)),)))
            position += len(line)
        return cls(
            article_id=hash_article(file, kicker, headline, subtitle, *(p.text for p in paragraphs)),
            file=file,
            headline=headline,
            paragraphs=tuple(paragraphs),
            kicker=kicker,
            subtitle=subtitle,
            byline=byline,
            source=source,
            date=date,
            page=page,
            section=section,
        )


def hash_article(*parts: str) -> str:
    """Return a stable 16-digit hexadecimal id of the given texts (SHA-256, truncated)."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole paragraphs of one Article (or a part of a long one): ``article.text[start:end]``."""

    passage_id: str
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters of the passage; headline and date are not among them."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A Passage found for a question; ``score`` is made of ``parts`` (words, bigrams, vectors ...)."""

    passage: Passage
    score: float
    parts: dict[str, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where a quote is not what is printed: ``article.text[start:end]`` is ``printed``.

    ``insert``: the quote adds ``quoted``; ``delete``: it leaves ``printed`` out; ``replace``: both.
    """

    operation: Literal["insert", "delete", "replace"]
    start: int
    end: int
    printed: str
    quoted: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A quoted sentence: ``article.text[start:end] == quote``. ``number`` counts from 1 in an Answer.

    ``differences`` are those of a sentence that was looked up and is printed in other letters.
    """

    number: int
    article: Article
    passage_id: str
    start: int
    end: int
    quote: str
    score: float
    differences: tuple[Difference, ...] = ()

    @property
    def article_id(self) -> str:
        """The id of the quoted article."""
        return self.article.article_id


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: a cited answer, or an abstention with its reason.

    When ``answered`` is false, ``citations`` is empty, ``reason`` says why, and ``nearest`` holds the
    nearest evidence. ``confidence`` (0 to 1) is that of the archive answering the question;
    ``interpretation`` tells how the question was understood. ``statements`` are the sentences of an answer
    that a language model wrote; ``note`` says what became of what it was asked for, if not all was well.
    """

    question: str
    answered: bool
    text: str
    short_answer: str | None
    confidence: float
    reason: str | None
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    interpretation: Interpretation | None = None
    statements: tuple[Statement, ...] = ()
    note: str | None = None
    elapsed_ms: float = field(default=0.0, compare=False)
