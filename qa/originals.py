"""An Article as it was printed: raw lines or the picture of a page, a quote marked in it."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.columns import Box
from qa.errors import InputError
from qa.files import decode, read_file
from qa.pictures import find_quote, picture_of_image, picture_of_pdf
from qa.records import Article, Span
from qa.sources import INVISIBLE, Source, format_of, open_sources

__all__ = ["Original", "RawLine", "find_original", "read_picture"]

_LINED = frozenset({"text", "markdown"})
_PICTURED = frozenset({"pdf", "image"})
# Lines shown of a file that has more, around the quote: a page dump has some thousand.
_MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of a raw file, its number from 1; each piece of its text with whether it belongs to the quote.

    ``of_article`` tells that something of the Article is printed on it.
    """

    number: int
    pieces: tuple[tuple[str, bool], ...]
    of_article: bool


@dataclass(frozen=True, slots=True)
class Original:
    """What is printed where a quote stands: raw lines, or a page (from 0) of a PDF or image file.

    ``boxes`` are the places of the quote on the page, in shares of its width and height; none where the
    page is itself a picture, or the quote was not found on it. A format without printed lines or pages
    (HTML, tables) has neither.
    """

    file: str
    page: str | None
    lines: tuple[RawLine, ...] = ()
    picture: int | None = None
    boxes: tuple[Box, ...] = ()


def find_original(article: Article, start: int, end: int) -> Original:
    """Return what is printed where ``article.text[start:end]`` stands.

    Raises InputError when the file is gone, cannot be read, or is not what it was when it was indexed.
    """
    start = min(max(start, 0), len(article.text))
    end = min(max(end, start), len(article.text))
    file, page = article.printed_at(start)
    source = _open(file)
    kind = format_of(source)
    if kind in _LINED:
        return Original(file, page, tuple(_lines(article, (start, end), source)))
    if kind == "pdf":
        likely = int(page) - 1 if page and page.isdecimal() else 0
        found = find_quote(file, source.data, article.text[start:end], likely)
        picture, boxes = (found.page, found.boxes) if found else (likely, ())
        return Original(file, page, picture=picture, boxes=boxes)
    return Original(file, page, picture=0 if kind == "image" else None)


def read_picture(article: Article, offset: int, page: int) -> bytes:
    """Return a page (from 0) of the PDF or image file where ``article.text[offset]`` is printed, as PNG.

    Raises InputError when the file is gone or has no such page.
    """
    file, _ = article.printed_at(min(max(offset, 0), len(article.text)))
    source = _open(file)
    kind = format_of(source)
    if kind not in _PICTURED:
        raise InputError(f"{file}: has no pages to show; look at its lines")
    picture = picture_of_pdf if kind == "pdf" else picture_of_image
    return picture(file, source.data, page)


def _open(file: str) -> Source:
    """Return a file, or a member of an archive, by the name that an Article has it by."""
    path = Path(file)
    if path.is_file():
        return Source(file, read_file(path))
    archive = next((parent for parent in path.parents if parent.is_file()), None)
    if archive:
        for source in open_sources(archive, _ignore):
            if source.name == file:
                return source
    raise InputError(f"{file}: no longer there; put it back to see the page")


def _ignore(_: InputError) -> None:
    """Another member of the archive that cannot be read is nobody's concern here."""


def _lines(article: Article, quote: Span, source: Source) -> Iterator[RawLine]:
    text = decode(source.name, source.data)
    places = dict(_places(article, lambda file: text if file == source.name else _text_of(file), source.name))
    quoted = {raw for offset, raw in places.items() if quote[0] <= offset < quote[1]}
    printed = sorted(places.values())
    focus = min(quoted, default=printed[0] if printed else 0)
    for number, (start, line) in enumerate(
        _window(text, focus), 1 + text.count("\n", 0, _first(text, focus))
    ):
        after = bisect_right(printed, start - 1)
        of_article = after < len(printed) and printed[after] < start + len(line)
        yield RawLine(number, tuple(_pieces(line, start, quoted)), of_article)


def _text_of(file: str) -> str:
    return decode(file, _open(file).data)


def _first(text: str, focus: int) -> int:
    """Return where the lines that are shown begin: at most half of them stand before the focus."""
    begin = focus
    for _ in range(_MOST_LINES // 2):
        begin = text.rfind("\n", 0, begin)
        if begin < 0:
            return 0
    return begin + 1


def _window(text: str, focus: int) -> Iterator[tuple[int, str]]:
    """Yield the lines around the focus, each with where it begins."""
    start = _first(text, focus)
    for _ in range(_MOST_LINES):
        if start >= len(text):
            return
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, text[start:end].rstrip("\r")
        start = end + 1


def _pieces(line: str, start: int, quoted: set[int]) -> Iterator[tuple[str, bool]]:
    """Cut a line where the quote begins or ends; spaces between its characters belong to it."""
    marked = [place for place in range(len(line)) if start + place in quoted]
    if not marked:
        yield line, False
        return
    first, last = marked[0], marked[-1] + 1
    pieces = ((line[:first], False), (line[first:last], True), (line[last:], False))
    yield from ((piece, quote) for piece, quote in pieces if piece)


def _places(article: Article, text_of: Callable[[str], str], file: str) -> Iterator[tuple[int, int]]:
    """Yield (offset in the Article's text, offset in the raw file) of its characters printed in a file.

    White space and characters that cannot be seen aside, the two are the same; InputError if not.
    """
    for number, (paragraph, (offset, _)) in enumerate(
        zip(article.paragraphs, article.paragraph_offsets, strict=True)
    ):
        told = paragraph.text + ("\n" + paragraph.credit if paragraph.credit else "")
        wanted = [(offset + place, mark) for place, mark in enumerate(told) if _is_inked(mark)]
        printed = [
            (name, place, mark)
            for name, start, end in _spans(article, number)
            for place, mark in enumerate(text_of(name)[start:end], start)
            if _is_inked(mark)
        ]
        if [mark for _, mark in wanted] != [mark for *_, mark in printed]:
            raise InputError(f"{file}: changed since it was read; index it again")
        for (place, _), (name, raw, _) in zip(wanted, printed, strict=True):
            if name == file:
                yield place, raw


def _spans(article: Article, number: int) -> Iterator[tuple[str, int, int]]:
    """Yield the spans of a paragraph, each with its file."""
    for ordinal, (start, end) in enumerate(article.paragraphs[number].spans):
        file = article.file
        for part in article.continued:
            if (part.paragraph, part.span) <= (number, ordinal):
                file = part.file
        yield file, start, end


def _is_inked(mark: str) -> bool:
    return not mark.isspace() and not INVISIBLE.match(mark)
