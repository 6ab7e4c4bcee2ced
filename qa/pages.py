"""A file's text -> Page, and the geometry of its printed lines.

Widths are in full-width cells: a Chinese character is one cell, a half-width character half a cell.
Indents are counted in half cells, so that one ideographic space is 2 and one plain space is 1.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa.errors import InputError
from qa.records import Line, Page

__all__ = ["PrintedLine", "body_size", "cells", "join_lines", "measure_lines", "read_each", "split_lines"]

_HALF_WIDTH = re.compile("[\x00-\u1fff]")
_TOKEN = re.compile(r"[0-9A-Za-z.,%+\-]{2,24}")
_NEIGHBOURS = 6  # lines on each side from which the local column width is read
_LAST_MARKS = "。！？!?…”’』」）)"
_FRAME_LEADS = (1, 3, 5)  # one plain space before an indent of 0, 2 or 4 half cells


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One printed line, trimmed, with its geometry.

    ``indent`` is in half cells, the frame's own space not counted; ``width`` (indent included),
    ``gap`` and ``excess`` are in cells: how much the line falls short of the narrower column around
    it (a line is full where the next token would not have fitted), and by how much it is wider than
    the wider one. ``parted`` is true where a blank line above it tells of a new paragraph. ``size`` is
    in points, 0 where unknown; ``caption`` tells that the line is set below a picture. ``number``
    counts the lines of the page from 0.
    """

    text: str
    start: int
    end: int
    indent: int
    width: float
    gap: float
    excess: float
    frame: int
    parted: bool
    size: float = 0.0
    caption: bool = False
    number: int = 0


def split_lines(file: str, text: str) -> Page:
    """Split a file's text into its non-empty lines; offsets are characters of ``text``."""
    lines, position = [], 0
    for raw in text.splitlines(keepends=True):
        content = raw.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        if content.strip():
            lines.append(Line(content, position, position + len(content)))
        position += len(raw)
    return Page(file, text, tuple(lines))


def read_each(
    count: int, read: Callable[[int], Page | None], skip: Callable[[InputError], None]
) -> Iterator[Page]:
    """Yield ``read(number)`` of each page of a file, without those that have nothing on them.

    Pages that cannot be read are told to ``skip`` at the end, each reason once; where no page could be
    read, the first of their InputErrors is raised.
    """
    unread: dict[str, InputError] = {}
    found = False
    for number in range(count):
        try:
            page = read(number)
        except InputError as error:
            unread.setdefault(str(error), error)
            continue
        if page:
            found = True
            yield page
    for reason in unread.values():
        if not found:
            raise reason
        skip(reason)


def body_size(sizes: Iterable[tuple[float, int]]) -> float:
    """Return the type size in which most characters are set; takes pairs of size and count."""
    counts: Counter[float] = Counter()
    for size, count in sizes:
        counts[round(size, 1)] += count
    return max(counts, key=lambda size: (counts[size], size), default=0.0)


def cells(text: str) -> float:
    """Return the printed width of a text in full-width cells."""
    return len(text) - 0.5 * len(_HALF_WIDTH.findall(text))


def join_lines(texts: list[str]) -> str:
    """Join hard-wrapped lines: nothing between Chinese characters, a space between Latin words."""
    parts = texts[:1]
    for before, after in pairwise(texts):
        latin = before[-1:].isascii() and after[:1].isascii() and after[:1].isalpha()
        parts.append(" " + after if latin and (before[-1].isalpha() or before[-1] in ",;:") else after)
    return "".join(parts)


def measure_lines(page: Page) -> list[PrintedLine]:
    """Return the lines of a page with indents, widths, frames and local column widths."""
    blank = [_blank_between(page.text, a, b) for a, b in pairwise(page.lines)]
    placed = any(line.size for line in page.lines)  # set from places on the page, frames divided
    spaced = not placed and sum(blank) > 0.7 * len(
        blank
    )  # a blank line after every line: blank lines tell nothing
    frame, rows = 0, []
    for number, line in enumerate(page.lines):
        lead = line.text[: len(line.text) - len(line.text.lstrip())]
        indent = sum(1 if mark < "\u2000" else 2 for mark in lead)
        parted = number > 0 and blank[number - 1]
        marked = indent in _FRAME_LEADS and lead[0] == " " and not placed
        if marked and indent == 1 and not spaced and number:
            marked = _ends_before(page.lines[number - 1].text, line.text)
        if marked:
            indent -= 1
        if number and (parted if placed else not parted and (spaced or marked)):
            frame += 1
        text = line.text.strip()
        start = line.start + len(lead)
        rows.append((text, start, indent, cells(text) + indent / 2, frame, parted and not spaced))
    columns = _columns([row[3] for row in rows], [row[4] for row in rows])
    measured = []
    for number, (text, start, indent, width, frame, parted) in enumerate(rows):
        follower = rows[number + 1][0] if number + 1 < len(rows) else ""
        token = _TOKEN.match(follower)
        narrow, wide = columns[number]
        gap = narrow - width - (cells(token.group()) - 1 if token else 0)
        end = start + len(text)
        size, caption = page.lines[number].size, page.lines[number].caption
        measured.append(
            PrintedLine(
                text, start, end, indent, width, gap, width - wide, frame, parted, size, caption, number
            )
        )
    return measured


def _ends_before(above: str, line: str) -> bool:
    """Tell whether a line with one space before it begins a frame, not a word in mid-sentence."""
    return above.strip()[-1] in _LAST_MARKS or cells(above.strip()) < cells(line.strip()) - 1.5


def _blank_between(text: str, first: Line, second: Line) -> bool:
    """Tell whether a blank line stands between two neighbouring lines."""
    between = text[first.end : second.start]
    return len(between.replace("\r\n", "\n")) > 1


def _columns(widths: list[float], frames: list[int]) -> list[tuple[float, float]]:
    """Return the widths of the column around each line: the narrower of above and below, and of both.

    It is the second largest width among the neighbours in the frame: a column may change its width
    inside an article, and a last line or one wide heading must not decide.
    """
    columns = []
    for number, frame in enumerate(frames):
        above = range(max(0, number - _NEIGHBOURS), number)
        below = range(number + 1, min(len(widths), number + 1 + _NEIGHBOURS))
        sides = [[widths[k] for k in side if frames[k] == frame] for side in (above, below)]
        narrow = [sorted(side)[-2] for side in sides if len(side) > 1]
        both = sorted(sides[0] + sides[1])
        wide = both[-2] if len(both) > 1 else max(widths[number], 1.0)
        columns.append((min(narrow, default=wide), wide))
    return columns
