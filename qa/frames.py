"""Columns, headlines and captions -> frames in reading order -> the Page that is made of them.

A frame is a headline with the columns beneath it, columns without a headline, or a caption. Places and
sizes are in points from the top left corner; ``body`` is the type size of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.bylines import is_byline
from qa.columns import Box, Column, Run, around, find_headlines, split_captions, stack_columns
from qa.pages import body_size
from qa.records import Line, Page

__all__ = ["lay_out"]

_LEVEL = 5.0  # of the body: columns whose tops differ less begin together, a byline above one of them
_GUTTER = 4.0  # of the body: the widest space between neighbouring columns
_NEAR = 2.5  # of the body: the widest space between parts that go together
_MARGIN = 0.08  # of the page's height: where running heads and feet stand
_RUNNING_HEAD = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|第?\s*[A-Z]?\d{1,3}\s*版|^[-—·\s]*\d{1,3}[-—·\s]*$")
_SENTENCE = re.compile("[。！？；，]")


@dataclass(slots=True)
class _Frame:
    """A headline (None: none) and what belongs to it."""

    headline: Column | None
    columns: list[Column]
    caption: bool = False


def lay_out(
    file: str, number: str | None, runs: Sequence[Run], pictures: Sequence[Box], height: float
) -> Page:
    """Return the Page of some runs: its lines in reading order, a blank line between frames.

    ``pictures`` are the boxes of images and drawings, ``height`` that of the page. The first line of a
    paragraph that is indented in print begins with two ideographic spaces.
    """
    body = body_size((run.size, len(run.text)) for run in runs)
    kept = [run for run in runs if not _is_running_head(run, height, body)] or list(runs)
    empty = [picture for picture in pictures if not any(_holds(picture, run.box) for run in kept)]
    headlines, text = find_headlines(kept, body)
    columns, captions = split_captions(stack_columns(text, headlines, body), empty, body)
    frames = _frames(headlines, columns, _with_captions(empty, captions, body), body)
    frames += [_Frame(None, [caption], caption=True) for caption in captions]
    frames.sort(key=lambda frame: _place(frame, body))
    edges = [min(run.box.left for run in column.runs) for column in columns if len(column.runs) >= 4]
    lines: list[Line] = []
    parts: list[str] = []
    position = 0
    for frame in frames:
        for line in _lines(frame, edges, body):
            lines.append(replace(line, start=position, end=position + len(line.text)))
            parts.append(line.text + "\n")
            position += len(parts[-1])
        parts.append("\n")
        position += 1
    return Page(file, "".join(parts), tuple(lines), number)


def _is_running_head(run: Run, height: float, body: float) -> bool:
    """Tell whether a line names the day or the page in a margin of the page; it is no article text."""
    marginal = run.box.bottom < _MARGIN * height or run.box.top > (1 - _MARGIN) * height
    return marginal and len(run.text) <= 40 and bool(_RUNNING_HEAD.search(run.text)) and run.size < 2 * body


def _holds(picture: Box, box: Box) -> bool:
    """Tell whether the middle of a box lies within a picture, which then is a frame or a ground."""
    across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return picture.left < across < picture.right and picture.top < down < picture.bottom


def _place(frame: _Frame, body: float) -> tuple[int, float]:
    """Return the sorting key of a frame: from the top, and what begins level from the left."""
    boxes = [column.box for column in (frame.headline, *frame.columns) if column]
    return round(min(box.top for box in boxes) / (_LEVEL * body)), min(box.left for box in boxes)


def _with_captions(pictures: list[Box], captions: list[Column], body: float) -> list[Box]:
    """Return the boxes of the pictures, each with the caption below it, and of the other captions."""
    boxes = list(pictures)
    for caption in captions:
        box = caption.box
        above = [b for b in boxes if box.under(b) and abs(box.top - b.bottom) <= _NEAR * body]
        boxes = [b for b in boxes if b not in above]
        boxes.append(around([box, *above]))
    return boxes


def _frames(headlines: list[Column], columns: list[Column], pictures: list[Box], body: float) -> list[_Frame]:
    """Give every column to a headline, or to a frame of its own."""
    texts = [column.box for column in (*headlines, *columns)]
    owners = _owners([*texts, *pictures], len(headlines), len(texts), body)[: len(texts)]
    frames = {owner: _Frame(None, []) for owner in owners}
    for number, headline in enumerate(headlines):
        frames[number].headline = headline
    for column, owner in zip(columns, owners[len(headlines) :], strict=True):
        frames[owner].columns.append(column)
    return list(frames.values())


def _owners(boxes: list[Box], headlines: int, texts: int, body: float) -> list[int]:
    """Return the number of the frame of each box; ``headlines`` stand first, pictures after the ``texts``.

    A column or picture belongs with what is right above it. Where nothing is, it belongs with a neighbour
    that begins level with it or a headline that reaches above it, else with whatever is above it.
    """
    owners = {number: number for number in range(headlines)}
    missing = sorted(range(headlines, len(boxes)), key=lambda k: (boxes[k].top, boxes[k].left))
    ceilings = {number: _ceiling(number, boxes, body) for number in missing}
    relatives: dict[int, list[int]] = {}
    for number, ceiling in ceilings.items():
        box = boxes[number]
        apart = ceiling is None or not headlines <= ceiling < texts
        if ceiling is not None and _goes_on(boxes[ceiling], box, apart, body):
            relatives[number] = [ceiling]
        else:
            relatives[number] = [k for k in range(headlines) if _touches(boxes[k], box, body)]
            relatives[number] += [k for k in missing if k != number and _level(boxes[k], box, body)]
    sure = {number for number, ceiling in ceilings.items() if relatives[number] == [ceiling]}
    while missing := [number for number in missing if number not in owners]:
        options = {k: {owners[r] for r in relatives[k] if r in owners} for k in missing}
        found = min(missing, key=lambda k: (not options[k], k not in sure, len(options[k])))
        if options[found]:
            owners[found] = min(options[found], key=lambda o: _strangeness(boxes, owners, o, found))
        else:
            below = [(k, owners[c]) for k in missing if (c := ceilings[k]) is not None and c in owners]
            number, owner = next(iter(below), (found, found))
            owners[number] = owner
    return [owners[number] for number in range(len(boxes))]


def _strangeness(boxes: list[Box], owners: dict[int, int], owner: int, number: int) -> float:
    """Return how badly a column suits a frame: its headline off the middle, its top not that of others."""
    box, headline = boxes[number], boxes[owner]
    others = [boxes[k] for k, o in owners.items() if o == owner and k != owner]
    left = min(b.left for b in (*others, box, headline))
    right = max(b.right for b in (*others, box, headline))
    off = min(abs(headline.left + headline.right - left - right) / 2, abs(headline.left - left))
    return off + 3 * min((abs(b.top - box.top) for b in others), default=0.0)


def _ceiling(number: int, boxes: list[Box], body: float) -> int | None:
    """Return the nearest box above, None if there is none."""
    box = boxes[number]
    above = [
        k for k, b in enumerate(boxes) if b.bottom <= box.top + body / 2 and b.under(box) and k != number
    ]
    return max(above, key=lambda k: boxes[k].bottom, default=None)


def _goes_on(above: Box, box: Box, apart: bool, body: float) -> bool:
    """Tell whether a column goes on right below a box: a headline or picture (``apart``), or other text.

    Text above must have the same edge, or span the column.
    """
    space = box.top - above.bottom
    if apart:
        return space <= 4 * body
    spanned = above.left < box.left + body and above.right > box.right - body
    return space <= _NEAR * body and (spanned or abs(above.left - box.left) < body)


def _touches(headline: Box, box: Box, body: float) -> bool:
    """Tell whether a headline right above a column reaches a little into its width."""
    return headline.beside(box) < -body and -3 * body <= box.top - headline.bottom <= 4 * body


def _level(box: Box, other: Box, body: float) -> bool:
    """Tell whether two columns are neighbours that begin level with one another."""
    near = not box.under(other) and box.beside(other) <= _GUTTER * body
    return near and abs(box.top - other.top) <= _LEVEL * body


def _lines(frame: _Frame, edges: list[float], body: float) -> Iterator[Line]:
    """Yield the lines of a frame in reading order, paragraph indents as two ideographic spaces."""
    if frame.headline:
        for run in sorted(frame.headline.runs, key=lambda run: (round(run.box.top / body), run.box.left)):
            yield Line(run.text, 0, 0, run.size)
    placed: list[tuple[Run, float, float]] = []  # with the space before and after, in characters
    for column in _in_order(frame.columns):
        box = column.box
        left = min((edge for edge in edges if box.left - 2.6 * body < edge <= box.left), default=box.left)
        placed += [(r, (r.box.left - left) / r.size, (box.right - r.box.right) / r.size) for r in column.runs]
    for number, (run, before, after) in enumerate(placed):
        following = placed[number + 1][1] if number + 1 < len(placed) else 1.0
        centred = abs(before - after) < 0.6 and following > 0.8 and not _SENTENCE.search(run.text)
        indented = before >= 1.5 and not centred and not (frame.caption and number == 0)
        yield Line("\u3000" * round(before * indented) + run.text, 0, 0, run.size, frame.caption)


def _in_order(columns: list[Column]) -> list[Column]:
    """Order the columns of a frame: from the left, those above a column that spans several before it."""
    boxes = [column.box for column in columns]
    spanning = [
        any(a.under(box) and b.under(box) and not a.under(b) for a in boxes for b in boxes) for box in boxes
    ]
    tops = sorted(box.top for box, spans in zip(boxes, spanning, strict=True) if spans)
    narrow = [column for column, spans in zip(columns, spanning, strict=True) if not spans]
    keyed = [
        ((sum(top <= c.box.top for top in tops), -1.0, c.box.top), c) for c in columns if c not in narrow
    ]
    for band in range(len(tops) + 1):
        members = [column for column in narrow if sum(top <= column.box.top for top in tops) == band]
        leading, members = _split_leading(members)
        keyed += [((band, -0.5, column.box.top), column) for column in leading]
        for column in members:
            left = min(c.box.left for c in members if c.box.under(column.box))
            keyed.append(((band, left, column.box.top), column))
    return [column for _, column in sorted(keyed, key=lambda item: item[0])]


def _by_top(columns: list[Column]) -> list[Column]:
    return sorted(columns, key=lambda column: column.box.top)


def _split_leading(columns: list[Column]) -> tuple[list[Column], list[Column]]:
    """Part a byline set between headline and columns, in the middle, from the column that it stands on."""
    if len(columns) < 2:
        return [], columns
    first, *others = _by_top(columns)
    start = min(column.box.top for column in others)
    leading = [run for run in first.runs if run.box.bottom <= start]
    if not all(is_byline(run.text) for run in leading):
        return [], columns
    rest = first.runs[len(leading) :]
    return ([Column(tuple(leading))] if leading else []), [*others, *([Column(rest)] if rest else [])]
