"""Runs of print with their places -> a Page in reading order: columns, headlines above them, captions.

Runs are stacked to columns; what is set much larger than the body is a headline and owns the columns
beneath it. A headline with its columns is a frame, and so is a caption. Places and sizes are in points
(any other unit does as well) from the top left corner; ``body`` is the type size of the text.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from qa.bylines import caption_label, is_byline, is_photo_credit

__all__ = ["Box", "Column", "Run", "around", "find_headlines", "split_captions", "stack_columns"]

_HEADLINE = 1.45  # of the body: so large a line is a headline wherever it stands
_DISPLAY = 1.12  # of the body: so large a line is part of a headline, or a subhead, by its place
_LEADING = 1.6  # of the body: the widest space between two lines of one column
_WIDE = 1.25  # of the usual column: a line so wide spans columns
_GUTTER = 4.0  # of the body: the widest space between neighbouring columns
_FIRST_LINE = 20.0  # of the body: how far the next column may be from a byline that fills no line
_OVERLAP = 0.3  # of the narrower: what shares so much of its width stands above or below


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page; ``top`` is less than ``bottom``."""

    left: float
    top: float
    right: float
    bottom: float

    def under(self, other: "Box") -> bool:
        """Tell whether this box shares enough of its width with another to stand in one column with it."""
        shared = min(self.right, other.right) - max(self.left, other.left)
        return shared > _OVERLAP * min(self.right - self.left, other.right - other.left)

    def beside(self, other: "Box") -> float:
        """Return the width of the space between this box and one beside it, negative if they overlap."""
        return max(other.left - self.right, self.left - other.right)


def around(boxes: list[Box]) -> Box:
    """Return the smallest box around some boxes."""
    left, top = min(b.left for b in boxes), min(b.top for b in boxes)
    return Box(left, top, max(b.right for b in boxes), max(b.bottom for b in boxes))


@dataclass(frozen=True, slots=True)
class Run:
    """Characters set on one line without a gap as wide as a gutter."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Column:
    """Runs set one below the other."""

    runs: tuple[Run, ...]

    @property
    def box(self) -> Box:
        """The rectangle around all runs."""
        return around([run.box for run in self.runs])


def column_width(runs: list[Run], body: float) -> float:
    """Return the usual width of a column, in steps of half a character."""
    counts: Counter[int] = Counter()
    for run in runs:
        if run.size < _DISPLAY * body:
            counts[round(2 * (run.box.right - run.box.left) / body)] += len(run.text)
    return max(counts, key=lambda width: (counts[width], width)) * body / 2


def find_headlines(runs: list[Run], body: float) -> tuple[list[Column], list[Run]]:
    """Divide runs into headlines, each with kicker, subtitle and byline, and the runs of the columns."""
    width = _WIDE * column_width(runs, body)
    large = [
        r for r in runs if (r.size >= _DISPLAY * body and _width(r) > width) or r.size >= _HEADLINE * body
    ]
    text = [run for run in runs if run.size < _DISPLAY * body]
    middle = [run for run in runs if run.size >= _DISPLAY * body and run not in large]
    while joined := [run for run in middle if _joins_headline(run, large, text, body)]:
        large += joined
        middle = [run for run in middle if run not in joined]
    apart = [run for run in middle if _stands_apart(run, [*text, *middle], large, body)]
    subheads = {round(run.size, 1) for run in middle if run not in apart}
    for run in middle:  # what is set as subheads are elsewhere on the page is one, whatever is above it
        (large if run in apart and round(run.size, 1) not in subheads else text).append(run)
    text.sort(key=lambda run: (run.box.top, run.box.left))
    headlines = [list(headline.runs) for headline in _stack_headlines(large, text)]
    columns: list[Run] = []
    for run in text:
        home = _headline_of_byline(run, headlines, text, body) if is_byline(run.text) else None
        (columns if home is None else home).append(run)
    return [Column(tuple(headline)) for headline in headlines], columns


def _width(run: Run) -> float:
    return run.box.right - run.box.left


def _joins_headline(run: Run, large: list[Run], text: list[Run], body: float) -> bool:
    """Tell whether a somewhat larger line is the kicker or subtitle of a headline, not a subhead below it."""
    box = run.box
    for head in large:
        gap = max(head.box.top - box.bottom, box.top - head.box.bottom)
        if gap <= 1.5 * run.size and box.under(head.box):
            level = [t for t in text if abs(t.box.top - box.top) < body and t.box.under(head.box)]
            if head.box.top > box.top or not level:
                return True
    return False


def _stands_apart(run: Run, text: list[Run], large: list[Run], body: float) -> bool:
    """Tell whether a somewhat larger line has more space above it than the lines of a column have."""
    box = run.box
    below = [t.box for t in text if 0 < t.box.top - box.top < 5 * body and t.box.under(box)]
    left, right = min([box.left, *(b.left for b in below)]), max([box.right, *(b.right for b in below)])
    column = Box(left, box.top, right, box.bottom)
    above = [t.box for t in (*text, *large) if t.box.bottom <= box.top + body / 2 and column.under(t.box)]
    ceiling = max(above, key=lambda b: b.bottom, default=None)
    if ceiling is None:
        return True
    return box.top - ceiling.bottom > _LEADING * body and not any(ceiling is head.box for head in large)


def _stack_headlines(large: list[Run], text: list[Run]) -> list[Column]:
    """Put the lines of one headline together."""
    groups: list[list[Run]] = []
    for run in sorted(large, key=lambda run: (round(run.box.top), run.box.left)):
        near = [group for group in groups if _same_headline(group, run, text)]
        merged = [member for group in near for member in group]
        groups = [group for group in groups if group not in near]
        groups.append([*merged, run])
    return [Column(tuple(group)) for group in groups]


def _same_headline(group: list[Run], run: Run, text: list[Run]) -> bool:
    """Tell whether a large line carries on the headline above it, no text standing between them."""
    above = Column(tuple(group)).box
    if not run.box.under(above) or run.box.top - above.bottom > 1.2 * max(run.size, group[-1].size):
        return False
    middle = (above.bottom + run.box.top) / 2
    return not any(t.box.top < middle < t.box.bottom and t.box.under(run.box) for t in text)


def _headline_of_byline(
    run: Run, headlines: list[list[Run]], text: list[Run], body: float
) -> list[Run] | None:
    """Return the headline below which a byline stands on a line of its own, above the columns."""
    box = run.box
    below = [t.box for t in text if body / 2 < t.box.top - box.top < 3 * body and t.box.under(box)]
    aligned = any(abs(b.left - box.left) < 2.5 * body for b in below)  # the first line of a column
    level = [t.box for t in text if t is not run and abs(t.box.top - box.top) < body]
    if any(box.beside(b) < (_FIRST_LINE if aligned else _GUTTER) * body for b in level):
        return None
    near = []
    for headline in headlines:
        above = Column(tuple(headline)).box
        if -body / 2 <= box.top - above.bottom <= 2 * _LEADING * body and box.beside(above) < 10 * body:
            near.append((max(box.beside(above), 0.0), headline))
    return min(near, key=lambda item: item[0], default=(0.0, None))[1]


def stack_columns(runs: list[Run], headlines: list[Column], body: float) -> list[Column]:
    """Stack runs, in order from the top, to columns; a line that spans two of them ends both."""
    rows: list[list[Run]] = []
    for run in runs:
        if rows and run.box.top - rows[-1][0].box.top < body / 2:
            rows[-1].append(run)
        else:
            rows.append([run])
    done: list[list[Run]] = []
    live: list[list[Run]] = []
    for row in rows:
        top = row[0].box.top
        done += [column for column in live if top - column[-1].box.bottom > _LEADING * body]
        live = [column for column in live if top - column[-1].box.bottom <= _LEADING * body]
        claims = [[c for c in live if _carries_on(c, run, headlines, body)] for run in row]
        wanted = Counter(id(column) for claim in claims for column in claim)
        fresh = []
        for run, claim in zip(row, claims, strict=True):
            if len(claim) == 1 and wanted[id(claim[0])] == 1:
                claim[0].append(run)
            else:
                fresh.append([run])
        closed = {id(c) for claim in claims for c in claim if len(claim) > 1 or wanted[id(c)] > 1}
        done += [column for column in live if id(column) in closed]
        live = [column for column in live if id(column) not in closed] + fresh
    return [Column(tuple(column)) for column in done + live]


def _carries_on(column: list[Run], run: Run, headlines: list[Column], body: float) -> bool:
    """Tell whether a run may be the next line of a column."""
    box, last = Column(tuple(column[-8:])).box, column[-1].box
    if not run.box.under(box) or run.box.top < last.top + body / 2:
        return False
    slack = 1.5 * body
    if len(column) > 2 and (run.box.left < box.left - slack or run.box.right > box.right + slack):
        return False
    middle = (last.bottom + run.box.top) / 2
    return not any(h.box.top < middle < h.box.bottom and h.box.under(run.box) for h in headlines)


def split_captions(
    columns: list[Column], pictures: list[Box], body: float
) -> tuple[list[Column], list[Column]]:
    """Take the captions out of the columns: what is numbered, or set right below a picture."""
    texts: list[Column] = []
    captions: list[Column] = []
    for column in columns:
        rest, start = list(column.runs), 0
        while start < len(rest):
            first = rest[start]
            beneath = any(_beneath(first.box, picture, body) for picture in pictures)
            end = _caption_end(rest, start)
            if caption_label(first.text) or (beneath and _is_caption(rest, start, end, body)):
                if start:
                    texts.append(Column(tuple(rest[:start])))
                captions.append(Column(tuple(rest[start:end])))
                rest, start = rest[end:], 0
            else:
                start += 1
        if rest:
            texts.append(Column(tuple(rest)))
    return texts, captions


def _beneath(box: Box, picture: Box, body: float) -> bool:
    """Tell whether a line stands right below a picture and within its width."""
    inside = picture.left - body <= box.left and box.right <= picture.right + body
    return inside and -body / 2 <= box.top - picture.bottom <= 2 * body


def _caption_end(runs: list[Run], start: int) -> int:
    """Return where a caption ends: at a wider space, another size, or text below its credits."""
    leading = [b.box.top - a.box.bottom for a, b in pairwise(runs[start : start + 3])]
    for end in range(start + 1, len(runs)):
        above, run = runs[end - 1], runs[end]
        credited = is_photo_credit(above.text) and not is_photo_credit(run.text)
        spaced = run.box.top - above.box.bottom > min(leading) + 0.4 * above.size
        resized = not is_photo_credit(run.text) and abs(run.size - above.size) > 0.04 * above.size
        if credited or spaced or resized or caption_label(run.text):
            return end
    return len(runs)


def _is_caption(runs: list[Run], start: int, end: int, body: float) -> bool:
    """Tell whether lines below a picture are its caption, not the column that goes on there."""
    smaller = runs[start].size < 0.97 * body
    return smaller or (end - start <= 8 and (end < len(runs) or runs[end - 1].text.endswith("摄")))
