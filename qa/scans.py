"""A picture of a page -> runs of print with their places and sizes -> Page.

Lines are read from the left to the right; print set in vertical columns is left out. Places and sizes
are in pixels from the top left corner.
"""

import math
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from qa.columns import Box, Run
from qa.errors import InputError
from qa.frames import lay_out
from qa.ocr import Engine, Picture, ReadLine, load_engine, ocr_installed
from qa.pages import cells
from qa.records import Page

__all__ = ["MAX_PIXELS", "read_scan"]

MAX_PIXELS = 20_000_000  # of a picture: a broadsheet of 420 x 595 mm at 220 dpi

_LEAST_SIDE = 32  # pixels; a smaller picture is no page
_SURE = 0.6  # lines that were read with less are left out
_LEVEL = 0.2  # degrees; a page that is turned by less stays as it is
_TURNED = 10.0  # degrees; the middle line of a page that was laid askew is not turned by more
_CONTRAST = 48  # of 255, between print and paper
_GREY = 192  # of 255: photographs are darker
_PADDING = 0.15  # of the height of a line: white around it when it is read
_NEAR = 8.0  # of the height of a line: lines so far above and below it tell of a gutter
_GUTTER = 0.9  # of the height of a line: a wider gap may be a gutter
_SPACE = 0.28  # of the height of a line: a gap so much wider than the usual one is a space
_INK_HEIGHT = 0.97  # of the type size: height of the ink of a line
_BOX_HEIGHT = 1.4  # of the type size: the highest box that a line is found in
_SHORT = 10  # Chinese characters of a line that tells little of its size
_ALIKE, _SHORT_ALIKE = 1.08, 1.3  # ratio to the size of the line above of what may be the same
_BEARING = 0.1  # of the type size: white beside the first and the last character of a line
_SMALLER = 0.84  # of the body's size: what is not smaller is taken for it
_SAME_SIZE = 1.1  # ratio to the body's size of what is still taken for it
_POST = re.compile("((?:本报|新华社)?(?:特约|见习)?(?:记者|通讯员)|摄影?$)")
_BYLINE = re.compile(
    r"\W?(?:(?:本报|新华社)?(?:特约|见习)?(?:记者|通讯员)\s*[\u4e00-\u9fff·]{2,4}?\s*)+(?:摄影?)?"
)
_CLOSING, _OPENING = "，。、；：！？”’）》】」』", "“‘（《【「『"  # ink in one half of their square


@dataclass(frozen=True, slots=True)
class _Strip:
    """The ink of a line of print, and the height of the box that it was found in."""

    ink: Box
    height: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """A line that was read, its type size, and how sure its characters are."""

    text: str
    strip: _Strip
    size: float
    score: float


def read_scan(file: str, number: str | None, image: Image.Image) -> Page:
    """Return the Page of a picture of mode L; its confidence is that of its characters on average.

    Raises InputError when there is no text in the picture, or the extra ``ocr`` is not installed.
    """
    if not ocr_installed():
        raise InputError(f'{file}: a scan, not text; to read it, pip install "wenbao[ocr]"')
    where = f"{file}: page {number}" if number else file
    if min(image.size) < _LEAST_SIDE:
        raise InputError(f"{where}: a picture of {image.width} x {image.height} pixels; scan the page anew")
    engine = load_engine()
    picture, corners = _upright(image, engine.find_lines(np.asarray(image)))
    strips = [strip for line in corners if (strip := _strip(picture, line))]
    parts = _divide(strips, [_gutters(picture, strip.ink) for strip in strips])
    strips = [strip for part in parts if (strip := _tighten(picture, part))]
    readings = _settle(list(_read(engine, picture, strips)))
    if not readings:
        raise InputError(f"{where}: no text found in the picture; scan the page anew if it has some")
    body = _middle([reading.size for reading in readings], [len(reading.text) for reading in readings])
    readings = [reading for reading in readings if reading.size > body / 2]  # what is smaller are specks
    levels = _levels([reading.size for reading in readings], body)
    runs = [_run(reading, levels[reading.size]) for reading in readings]
    photographs = _photographs(picture, strips, body)
    page = lay_out(file, number, runs, photographs, float(picture.shape[0]))
    lengths = [len(reading.text) for reading in readings]
    return replace(page, confidence=float(np.average([r.score for r in readings], weights=lengths)))


def _upright(image: Image.Image, corners: NDArray[np.float64]) -> tuple[Picture, NDArray[np.float64]]:
    """Turn a page that was scanned askew, and the corners of its lines, by the middle angle of the lines."""
    along, down = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    long = np.linalg.norm(along, axis=1) > 5 * np.linalg.norm(down, axis=1)
    angle = float(np.median(np.arctan2(along[long, 1], along[long, 0]))) if long.any() else 0.0
    if not _LEVEL < abs(math.degrees(angle)) < _TURNED:
        return np.asarray(image), corners
    turned = image.rotate(math.degrees(angle), Image.Resampling.BILINEAR, fillcolor=255)
    cosine, sine = math.cos(angle), math.sin(angle)
    middle = np.array(image.size) / 2
    return np.asarray(turned), (corners - middle) @ np.array([[cosine, -sine], [sine, cosine]]) + middle


def _strip(picture: Picture, corners: NDArray[np.float64]) -> _Strip | None:
    """Return the line between four corners, None if it is empty or stands upright."""
    left, right = corners[[0, 3], 0].mean(), corners[[1, 2], 0].mean()
    top, bottom = corners[[0, 1], 1].mean(), corners[[2, 3], 1].mean()
    if bottom - top > 1.5 * (right - left):
        return None
    return _tighten(picture, Box(left, top, right, bottom))


def _tighten(picture: Picture, box: Box) -> _Strip | None:
    """Return the ink within a box, None if there is none."""
    left, top = max(math.floor(box.left), 0), max(math.floor(box.top), 0)
    ink = _ink(picture[top : math.ceil(box.bottom), left : math.ceil(box.right)])
    across, down = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(across):
        return None
    tight = Box(left + across[0], top + down[0], left + across[-1] + 1, top + down[-1] + 1)
    return _Strip(tight, box.bottom - box.top)


def _ink(part: Picture) -> NDArray[np.bool_]:
    """Tell which pixels are print: the rarer of dark and light ones."""
    if part.size == 0 or int(part.max()) - int(part.min()) < _CONTRAST:
        return np.zeros(part.shape, dtype=bool)
    dark = part < (int(part.max()) + int(part.min())) / 2
    return dark if dark.mean() <= 0.5 else ~dark


def _gaps(picture: Picture, box: Box) -> list[tuple[float, float]]:
    """Return where a line has no ink from top to bottom, from the left."""
    part = picture[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    inked = np.flatnonzero(_ink(part).any(axis=0))
    white = np.flatnonzero(np.diff(inked) > 1)
    return [(box.left + inked[k] + 1, box.left + inked[k + 1]) for k in white.tolist()]


def _gutters(picture: Picture, box: Box) -> list[tuple[float, float]]:
    """Return the places in a line where a gutter may run through it."""
    return [gap for gap in _gaps(picture, box) if gap[1] - gap[0] > _GUTTER * (box.bottom - box.top)]


def _divide(strips: Sequence[_Strip], gaps: Sequence[list[tuple[float, float]]]) -> Iterator[Box]:
    """Yield the boxes of the lines, those cut in parts that run over a gutter.

    At a gutter lines above and below begin, or have a gap themselves, and fewer run over it.
    """
    for strip, own in zip(strips, gaps, strict=True):
        box, high = strip.ink, strip.ink.bottom - strip.ink.top
        near = [
            (other.ink, its)
            for other, its in zip(strips, gaps, strict=True)
            if other is not strip
            and abs(other.ink.top - box.top) < _NEAR * high
            and 0.7 * high < other.ink.bottom - other.ink.top < 1.4 * high
        ]
        left = box.left
        for before, after in own:
            begin = [
                b for b, its in near if any(abs(a - after) < high / 2 for a in (b.left, *(g[1] for g in its)))
            ]
            across = [
                b for b, _ in near if b not in begin and b.left < before - high and b.right > after + high
            ]
            if len(begin) > len(across):
                yield Box(left, box.top, before, box.bottom)
                left = after
        yield Box(left, box.top, box.right, box.bottom)


def _read(engine: Engine, picture: Picture, strips: Sequence[_Strip]) -> Iterator[_Reading]:
    """Yield what the lines say, without those of which too little is sure."""
    for strip in strips:
        box = strip.ink
        padding = math.ceil(_PADDING * (box.bottom - box.top))
        left, top = max(int(box.left) - padding, 0), max(int(box.top) - padding, 0)
        line = engine.read_line(picture[top : int(box.bottom) + padding, left : int(box.right) + padding])
        if line.score >= _SURE and any(map(str.isalnum, line.text)):
            gaps = [(a - left, b - left) for a, b in _gaps(picture, box)]
            text = _part_names(_spaced(line, gaps, box.bottom - box.top))
            yield _Reading(text, strip, _type_size(text, strip), line.score)


def _spaced(line: ReadLine, gaps: Sequence[tuple[float, float]], height: float) -> str:
    """Return the text of a line with the spaces that were printed in it, which the engine leaves out."""
    usual = median([b - a for a, b in gaps]) if gaps else 0.0
    characters = list(line.text)
    for left, right in reversed(gaps):
        place = bisect(line.middles, (left + right) / 2)
        beside = line.text[max(place - 1, 0) : place + 1]
        if right - left > usual + _SPACE * height and len(beside) == 2 and beside.isalnum():
            characters.insert(place, " ")
    return " ".join("".join(characters).split())


def _part_names(text: str) -> str:
    """Return a line, spaces set between posts and names if it is a byline; narrow ones are lost in print."""
    return " ".join(_POST.sub(r" \1 ", text).split()) if _BYLINE.fullmatch(text) else text


def _type_size(text: str, strip: _Strip) -> float:
    """Return the type size of a line, from the height of its ink and from the pitch of its characters."""
    high = max((strip.ink.bottom - strip.ink.top) / _INK_HEIGHT, strip.height / _BOX_HEIGHT)
    half = (text[0] in _OPENING) + (text[-1] in _CLOSING)
    pitch = (strip.ink.right - strip.ink.left + _BEARING * high) / max(cells(text) - 0.5 * half, 0.5)
    return math.sqrt(high * pitch) if 1 / 1.15 < pitch / high < 1.15 else min(high, pitch)


def _settle(readings: Sequence[_Reading]) -> list[_Reading]:
    """Return lines from the top, those near the size of the line above them with the same size as it.

    A short line tells little of its size, and is taken for the size of the line above from farther off.
    """
    settled: list[_Reading] = []
    for reading in sorted(readings, key=lambda reading: reading.strip.ink.top):
        box, size = reading.strip.ink, reading.size
        above = [
            other
            for other in settled
            if box.under(other.strip.ink) and -0.5 * size < box.top - other.strip.ink.bottom < 1.5 * size
        ]
        nearest = min(above, key=lambda other: abs(math.log(other.size / size)), default=reading)
        wide = 2 * cells(reading.text) - len(reading.text)  # the number of its full-width characters
        smaller = _ALIKE if wide >= _SHORT else _SHORT_ALIKE
        same = 1 / _ALIKE < nearest.size / size < smaller
        settled.append(replace(reading, size=nearest.size) if same else reading)
    return settled


def _middle(values: Sequence[float], weights: Sequence[int]) -> float:
    """Return the weighted median."""
    order = np.argsort(values)
    sums = np.cumsum(np.asarray(weights)[order])
    return float(values[order[np.searchsorted(sums, sums[-1] / 2)]])


def _levels(sizes: Sequence[float], body: float) -> dict[float, float]:
    """Return for each measured size the one that it stands for: sizes near each other are one.

    What is near the body's is the body's; the others are taken together upward and downward from it.
    """
    levels = {size: body for size in sizes if _SMALLER * body < size < _SAME_SIZE * body}
    above = sorted(size for size in sizes if size >= _SAME_SIZE * body)
    below = sorted((size for size in sizes if size <= _SMALLER * body), reverse=True)
    for row in (above, below):
        while row:
            group = [size for size in row if max(size, row[0]) <= _SAME_SIZE**1.5 * min(size, row[0])]
            levels |= dict.fromkeys(group, median(group))
            del row[: len(group)]
    return levels


def _run(reading: _Reading, size: float) -> Run:
    """Return the run of a line, its box that of the squares of its characters."""
    ink, text = reading.strip.ink, reading.text
    left = ink.left - 0.5 * size * (text[0] in _OPENING)
    right = ink.right + 0.5 * size * (text[-1] in _CLOSING)
    middle = (ink.top + ink.bottom) / 2
    return Run(text, Box(left, middle - size / 2, right, middle + size / 2), size)


def _photographs(picture: Picture, strips: Sequence[_Strip], body: float) -> list[Box]:
    """Return the boxes of what is printed apart from the lines, and is larger than some characters."""
    import cv2  # noqa: PLC0415 (comes with the extra)

    cell = max(round(body / 2), 1)
    height, width = (side // cell for side in picture.shape)
    blocks = picture[: height * cell, : width * cell].reshape(height, cell, width, cell).min(axis=(1, 3))
    dark = (blocks < _GREY).astype(np.uint8)
    for ink in (strip.ink for strip in strips):
        dark[
            int(ink.top // cell) : int(ink.bottom // cell) + 1,
            int(ink.left // cell) : int(ink.right // cell) + 1,
        ] = 0
    _, _, shapes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    return [
        Box(left * cell, top * cell, (left + wide) * cell, (top + high) * cell)
        for left, top, wide, high, _ in shapes[1:].tolist()
        if min(wide, high) * cell >= 4 * body
    ]
