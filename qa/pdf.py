"""PDF -> Pages: characters with places and sizes, joined to runs of one printed line; scans by OCR.

PDFium is not thread safe: who calls it holds the lock ``PDFIUM``. Places are in points from the top left
corner of the page; sizes are in points.
"""

import ctypes
import math
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from qa.columns import Box, Run
from qa.errors import InputError
from qa.frames import lay_out
from qa.pages import body_size, read_each
from qa.records import Page
from qa.scans import MAX_PIXELS, read_scan

__all__ = [
    "ASCENT",
    "DESCENT",
    "MAX_CHARACTERS",
    "MAX_PAGES",
    "MAX_RUNS",
    "PDFIUM",
    "Glyph",
    "read_glyphs",
    "read_pdf",
]

MAX_PAGES = 2000  # more than bound volumes have
MAX_CHARACTERS = 200_000  # on one page; a full broadsheet has some 15,000
MAX_RUNS = 4_000  # on one page; a full broadsheet has some 1,500, and time grows with their square

PDFIUM = threading.Lock()

_DPI = 200  # at which scans are rendered
_STAMP = 100  # characters: what programs for scanning print on their pages has less
_PASSWORD = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
_MAX_OBJECTS = 20_000  # drawings of a page that are looked at for pictures
_PICTURE = 40.0  # points; a smaller drawing is a mark or a rule
ASCENT, DESCENT = 0.88, 0.12  # of the size: the square of a Chinese character about its baseline
_LEVEL = 0.3  # of the size: how far two baselines of one line may be apart
_GUTTER = 0.8  # of the size: a wider gap between characters divides runs
_BRIDGE = 4.0  # of the size: printed spaces hold a run together up to this width
_NEXT = 1.2  # of the size: gap up to which characters that follow in the file stay together
_SPACE = 0.18  # of the size: a gap so much wider than the usual one of the run is a space
_TWICE = 0.15  # of the size: a character printed twice so near is one in a heavy face
_SAME_SIZE = 1.12  # ratio of the sizes of characters of one run


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character; ``order`` is its place in the file, ``piece`` the text object it came in."""

    character: str
    left: float
    right: float
    baseline: float
    size: float
    order: int
    piece: int


def read_pdf(file: str, data: bytes, skip: Callable[[InputError], None]) -> Iterator[Page]:
    """Yield the pages of a PDF, each in reading order; ``Page.number`` counts from 1.

    Pages without a text layer are read as pictures, blank ones left out. Pages that cannot be read are
    told to ``skip`` after the others. Raises InputError when ``data`` is no PDF, damaged, encrypted,
    without pages, of more than MAX_PAGES pages, or none of its pages can be read.
    """
    with PDFIUM:
        yield from _read_pages(file, data, skip)


def _read_pages(file: str, data: bytes, skip: Callable[[InputError], None]) -> Iterator[Page]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise InputError(_refusal(file, data, error)) from error
    try:
        count = len(document)
        if count == 0:
            raise InputError(f"{file}: a PDF without pages; export it again")
        if count > MAX_PAGES:
            raise InputError(f"{file}: {count:,} pages, more than {MAX_PAGES:,}; split it into smaller files")
        yield from read_each(count, lambda number: _read_page(file, document, number), skip)
    finally:
        document.close()


def _refusal(file: str, data: bytes, error: pypdfium2.PdfiumError) -> str:
    """Return what is wrong with a file that cannot be opened."""
    # The code may be left from the file before; an encrypted file always says so in plain characters.
    if error.err_code in _PASSWORD and b"/Encrypt" in data:
        return f"{file}: encrypted PDF; save a copy without a password"
    if b"%PDF-" not in data[:1024]:
        return f"{file}: not a PDF, whatever its name says; give the file its true suffix"
    return f"{file}: damaged or truncated PDF; fetch or export it again"


def _read_page(file: str, document: pypdfium2.PdfDocument, number: int) -> Page | None:
    """Return one page, None if nothing is printed on it. Raises InputError when it cannot be read."""
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise InputError(f"{file}: page {number + 1} is damaged; fetch or export the PDF again") from error
    try:
        characters = text.count_chars()
        if characters > MAX_CHARACTERS:
            raise InputError(f"{file}: {characters:,} characters on page {number + 1}; export it as text")
        height = page.get_height()
        glyphs = list(read_glyphs(text, characters, height))
        pictures = list(_pictures(page, height))
        inked = sum(not glyph.character.isspace() for glyph in glyphs)
        if inked <= _STAMP and _is_scan(page, pictures, inked):
            return read_scan(file, str(number + 1), _render(page))
    finally:
        text.close()
        page.close()
    if not inked:
        return None
    runs = _runs(glyphs)
    if len(runs) > MAX_RUNS:
        message = f"{file}: {len(runs):,} scattered pieces of text on page {number + 1}; export it as text"
        raise InputError(message)
    return lay_out(file, str(number + 1), runs, pictures, height)


def _is_scan(page: pypdfium2.PdfPage, pictures: list[Box], inked: int) -> bool:
    """Tell whether a page with little text, or none, is the picture of a page."""
    if not inked:
        return bool(raw.FPDFPage_CountObjects(page))
    covered = max(((p.right - p.left) * (p.bottom - p.top) for p in pictures), default=0.0)
    return bool(covered > page.get_width() * page.get_height() / 2)


def _render(page: pypdfium2.PdfPage) -> Image.Image:
    """Return the picture of a page in grey, at _DPI or what MAX_PIXELS allow."""
    width, height = max(page.get_width(), 1.0), max(page.get_height(), 1.0)
    scale = min(_DPI / 72, math.sqrt(MAX_PIXELS / (width * height)))
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture.convert("L")


def read_glyphs(text: pypdfium2.PdfTextPage, count: int, height: float) -> Iterator[Glyph]:
    """Yield the upright characters of a page in the order of the file, each place printed once."""
    x, y, matrix, box = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX(), raw.FS_RECTF()
    seen: dict[tuple[str, int, int], list[float]] = {}
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code < 0x20 or 0xD800 <= code < 0xE000 or code >= 0xFFFE or raw.FPDFText_IsGenerated(text, index):
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetLooseCharBox(text, index, box)
        raw.FPDFText_GetMatrix(text, index, matrix)
        size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        if size <= 0.5 or not math.isfinite(size) or abs(matrix.b) > abs(matrix.a):
            continue
        character = _plain(chr(code))
        places = seen.setdefault((character, round(size), round(4 * y.value / size)), [])
        if any(abs(x.value - place) < _TWICE * size for place in places):
            continue
        places.append(x.value)
        left, right = x.value, max(box.right, x.value + 0.2 * size)
        piece = ctypes.cast(raw.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value or 0
        yield Glyph(character, left, right, height - y.value, size, index, piece)


def _plain(character: str) -> str:
    """Return the ordinary form of a character for which fonts often name a look-alike radical."""
    if "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff":
        return unicodedata.normalize("NFKC", character)
    return " " if character == "\u00a0" else character


def _pictures(page: pypdfium2.PdfPage, height: float) -> Iterator[Box]:
    """Yield the boxes of the images and of the larger drawings of a page."""
    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH)
    for number, drawing in enumerate(page.get_objects(filter=kinds, max_depth=1)):
        if number >= _MAX_OBJECTS:
            return
        left, bottom, right, top = drawing.get_bounds()
        if right - left >= _PICTURE and top - bottom >= _PICTURE:
            yield Box(left, height - top, right, height - bottom)


def _runs(glyphs: list[Glyph]) -> list[Run]:
    """Join characters on one baseline to runs; a gap as wide as a gutter divides them."""
    inked = [glyph for glyph in glyphs if not glyph.character.isspace()]
    body = body_size([(glyph.size, 1) for glyph in inked])
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if rows and glyph.baseline - rows[-1][0].baseline <= _LEVEL * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    runs: list[Run] = []
    for row in rows:
        row.sort(key=lambda glyph: (glyph.left, glyph.order))
        start, last = 0, -1
        for number, glyph in enumerate(row):
            if glyph.character.isspace():
                continue
            if last >= 0 and _divided(row[last], glyph, row[last + 1 : number], body):
                runs += _run(row[start : last + 1])
                start = number
            last = number
        runs += _run(row[start : last + 1])
    return runs


def _divided(before: Glyph, after: Glyph, between: list[Glyph], body: float) -> bool:
    """Tell whether two neighbouring characters of a row belong to different runs."""
    small, large = sorted((before.size, after.size))
    if large > _SAME_SIZE * small:
        return True
    gap = after.left - before.right
    if 0 < after.order - before.order <= len(between) + 3:
        together = between or before.piece == after.piece  # set in one go
        return gap > (_BRIDGE if together else _NEXT) * small
    return gap > _GUTTER * min(small, body)


def _run(row: list[Glyph]) -> list[Run]:
    """Return the run of some characters in printed order, with spaces where gaps stand for them."""
    while row and row[0].character.isspace():
        row = row[1:]
    if not row:
        return []
    inked = [glyph for glyph in row if not glyph.character.isspace()]
    gaps = [after.left - before.right for before, after in pairwise(row)]
    usual = median(gaps) if gaps else 0.0
    parts = [row[0].character]
    for gap, before, after in zip(gaps, row[:-1], row[1:], strict=True):
        if gap - usual > _SPACE * after.size and before.character.isalnum() and after.character.isalnum():
            parts.append(" ")
        parts.append(after.character)
    size, baseline = median(g.size for g in inked), inked[0].baseline
    box = Box(row[0].left, baseline - ASCENT * size, inked[-1].right, baseline + DESCENT * size)
    return [Run("".join(parts).rstrip(), box, size)]
