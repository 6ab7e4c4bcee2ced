"""What each printed line of a page is by its own pattern: byline, caption, heading by its size ..."""

import re
from typing import Literal

from qa.bylines import caption_label, is_byline, is_dateline, is_editors_credit, is_name_line, is_photo_credit
from qa.pages import PrintedLine, body_size

__all__ = ["FINISHED", "FULL", "Kind", "goes_on", "line_kinds", "same_size"]

Kind = Literal["body", "heading", "byline", "dateline", "caption", "credit", "editors"]

FINISHED = re.compile(
    r"(?:(?:[。！？!?…]|(?<=[A-Za-z])\.)[”’』」）)》]*(?:[（(][^（）()]{1,30}[）)])?|^[（(][^（）()]{1,30}[）)])$"
)
FULL = 1.5  # cells by which a full line may fall short: marks that may not begin or end a line
_ROLE_LEFT = re.compile(r"(?:记者|通讯员|评论员)$")  # a byline that was wrapped before the name
_BYLINE_INDENT = 6  # half cells: names set below the names above them
_REST = 6  # characters; the end of a byline that was wrapped inside a name is no longer
_DISPLAY = 1.12  # of the body's type size: a larger line is no body text, unless it is a long sentence
_SAME_SIZE = 0.05  # of the size: sizes that differ less are one
_INTRODUCTION = 40  # characters; a longer sentence in large type is an introduction, not a heading


def line_kinds(lines: list[PrintedLine]) -> list[Kind]:
    """Return what each line is by its own pattern; ``body`` stands for any ordinary line."""
    kinds: list[Kind] = []
    display = _display_lines(lines)
    below_caption = False
    for number, line in enumerate(lines):
        previous = kinds[-1] if kinds else "body"
        if number and line.frame != lines[number - 1].frame:
            below_caption = False
        kind: Kind = "body"
        begins = line.caption and (not number or line.frame != lines[number - 1].frame)
        if begins or caption_label(line.text):
            kind, below_caption = "caption", True
        elif below_caption and is_photo_credit(line.text) and (previous != "caption" or is_byline(line.text)):
            kind = "credit"
        elif is_byline(line.text) or (
            previous == "byline"
            and is_name_line(line.text)
            and (line.indent >= _BYLINE_INDENT or _is_wrapped_byline(lines[number - 1], line))
        ):
            kind = "byline"
        elif is_dateline(line.text) and _stands_alone(lines, number):
            kind = "dateline"
        elif is_editors_credit(line.text):
            kind = "editors"
        elif number in display:
            kind = "heading"
        if kind == "body" and (line.indent >= 2 or previous == "credit"):
            below_caption = False
        kinds.append(kind)
    return kinds


def goes_on(kind: Kind, previous: PrintedLine, line: PrintedLine) -> bool:
    """Tell whether a line is the rest of the heading (known by its size) or byline above it."""
    if kind == "byline":
        return _is_rest_of_byline(previous, line)
    together = line.frame == previous.frame and same_size(line, previous)
    return kind == "heading" and together and not line.text.startswith("—")


def _is_wrapped_byline(previous: PrintedLine, line: PrintedLine) -> bool:
    """Tell whether a line of names carries on a byline: the name after a role, or the rest of a name."""
    return bool(_ROLE_LEFT.search(previous.text)) or _is_rest_of_byline(previous, line)


def _is_rest_of_byline(previous: PrintedLine, line: PrintedLine) -> bool:
    """Tell whether a byline that fills its column, as the geometry of the page has it, was wrapped."""
    filled = line.size > 0 and previous.gap <= 1.0 and line.frame == previous.frame and line.indent < 2
    return filled and len(line.text) <= _REST and is_byline(previous.text + line.text)


def same_size(line: PrintedLine, other: PrintedLine) -> bool:
    """Tell whether two lines are set in the same type size, known or not."""
    return abs(line.size - other.size) <= _SAME_SIZE * other.size


def _display_lines(lines: list[PrintedLine]) -> set[int]:
    """Return the numbers of the lines that are headings by their type size."""
    body = body_size((line.size, len(line.text)) for line in lines)
    found: set[int] = set()
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and goes_on("heading", lines[end - 1], lines[end]):
            continue
        text = "".join(line.text for line in lines[start:end])
        if lines[start].size > _DISPLAY * body and not (len(text) > _INTRODUCTION and "。" in text):
            found.update(range(start, end))
        start = end
    return found


def _stands_alone(lines: list[PrintedLine], number: int) -> bool:
    """Tell whether a line that reads as a dateline is not the first of a paragraph or its middle."""
    line = lines[number]
    if line.indent >= 2 and line.gap <= FULL:
        return False
    above = lines[number - 1] if number and lines[number - 1].frame == line.frame else None
    return above is None or above.gap > FULL or bool(FINISHED.search(above.text[-40:]))
