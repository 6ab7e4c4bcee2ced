"""Pages of PDF and image files as pictures, and the places of a quote's characters on them."""

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from qa.columns import Box
from qa.errors import InputError
from qa.images import page_image
from qa.pdf import ASCENT, DESCENT, PDFIUM, Glyph, read_glyphs
from qa.scans import MAX_PIXELS

__all__ = ["FoundQuote", "find_quote", "picture_of_image", "picture_of_pdf"]

_WIDTH = 1500  # pixels: a broadsheet can be read at it, enlarged
_SEARCHED_PAGES = 60  # of a bound volume, beginning with the page that the article names
_LEAST_PIECE = 4  # characters: fewer stand in too many places
_ENOUGH = 0.8  # share of a quote's characters that makes a page the one
_LEVEL = 0.3  # of the size: how far two baselines of one line may be apart
_GAP = 1.5  # of the size: a wider gap ends a box


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A page of a PDF, its number from 0, and the boxes of a quote on it, in shares of width and height."""

    page: int
    boxes: tuple[Box, ...]


def find_quote(file: str, data: bytes, quote: str, likely: int) -> FoundQuote | None:
    """Return where a quote is printed, the page ``likely`` looked at first; None where it is not found.

    Raises InputError when the PDF cannot be opened.
    """
    wanted = "".join(quote.split())
    with PDFIUM, _opened(file, data) as document:
        count = len(document)
        pages = sorted(range(count), key=lambda number: (number != likely, number))[:_SEARCHED_PAGES]
        for number in pages:
            page = document[number]
            text = page.get_textpage()
            glyphs = [
                g for g in read_glyphs(text, text.count_chars(), page.get_height()) if g.character.strip()
            ]
            places = _places(wanted, "".join(glyph.character for glyph in glyphs))
            if wanted and len(places) >= _ENOUGH * len(wanted):
                boxes = _boxes([glyphs[place] for place in places])
                return FoundQuote(
                    number, tuple(_share(box, page.get_width(), page.get_height()) for box in boxes)
                )
    return None


def picture_of_pdf(file: str, data: bytes, number: int) -> bytes:
    """Return page ``number`` (from 0) as PNG. Raises InputError when there is none or it is damaged."""
    with PDFIUM, _opened(file, data) as document:
        if not 0 <= number < len(document):
            raise InputError(f"{file}: no page {number + 1}; it has {len(document)}")
        page = document[number]
        width, height = max(page.get_width(), 1.0), max(page.get_height(), 1.0)
        scale = min(_WIDTH / width, math.sqrt(MAX_PIXELS / (width * height)))
        return _png(page.render(scale=scale, grayscale=True).to_pil())


def picture_of_image(file: str, data: bytes, number: int) -> bytes:
    """Return page ``number`` (from 0) of an image as PNG. Raises InputError when it cannot be read."""
    picture = page_image(file, data, number)
    if picture.width > _WIDTH:
        picture = picture.resize((_WIDTH, max(picture.height * _WIDTH // picture.width, 1)))
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _opened(file: str, data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise InputError(f"{file}: the PDF cannot be opened any more; fetch or export it again") from error


def _places(wanted: str, printed: str) -> list[int]:
    """Return the places in ``printed`` of the characters of ``wanted``, piece by piece, the longest first.

    Lines of one column follow each other in a PDF, so that a quote is mostly found in one piece; where
    columns tear it, each piece is looked for by itself. Characters in no piece have no place.
    """
    found: list[int] = []
    start = 0
    while start < len(wanted):
        place, length = _longest(wanted[start:], printed, found[-1] + 1 if found else 0)
        found += range(place, place + length)
        start += length or 1
    return found


def _longest(wanted: str, printed: str, following: int) -> tuple[int, int]:
    """Return place and length of the longest beginning of ``wanted`` in ``printed``, at best the next on."""
    least = wanted[:_LEAST_PIECE]
    best = (following, _common(wanted, printed, following))  # even a short rest may follow at once
    place = printed.find(least)
    while place >= 0 and len(least) == _LEAST_PIECE:
        best = max(best, (place, _common(wanted, printed, place)), key=lambda piece: piece[1])
        place = printed.find(least, place + 1)
    return best


def _common(wanted: str, printed: str, place: int) -> int:
    length = 0
    for one, other in zip(wanted, printed[place : place + len(wanted)], strict=False):
        if one != other:
            break
        length += 1
    return length


def _boxes(glyphs: Sequence[Glyph]) -> Iterator[Box]:
    """Yield the boxes of characters, those side by side on a line in one."""
    begun: list[Glyph] = []
    for glyph in glyphs:
        if begun and not _side_by_side(begun[-1], glyph):
            yield _around(begun)
            begun = []
        begun.append(glyph)
    if begun:
        yield _around(begun)


def _side_by_side(before: Glyph, after: Glyph) -> bool:
    level = abs(after.baseline - before.baseline) <= _LEVEL * after.size
    return level and after.left - before.left >= 0 and after.left - before.right <= _GAP * after.size


def _around(glyphs: Sequence[Glyph]) -> Box:
    size, baseline = max(glyph.size for glyph in glyphs), glyphs[0].baseline
    return Box(glyphs[0].left, baseline - ASCENT * size, glyphs[-1].right, baseline + DESCENT * size)


def _share(box: Box, width: float, height: float) -> Box:
    return Box(box.left / width, box.top / height, box.right / width, box.bottom / height)
