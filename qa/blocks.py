"""Page -> blocks: paragraphs, heading lines, bylines, datelines, captions and editors' credits.

Hard-wrapped lines are joined by a Viterbi search over each run of lines that no indent, frame or
blank line divides: every line either carries on a paragraph, begins one, or is a heading. Scores are
in rough log-odds, set by hand on one true page and checked on pages laid out from known articles.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa.bylines import caption_label
from qa.corrections import Forced
from qa.kinds import FINISHED, FULL, Kind, goes_on, line_kinds, same_size
from qa.pages import PrintedLine, join_lines, measure_lines
from qa.records import Page, Span

__all__ = ["Block", "find_blocks"]

_Label = Literal["carry", "begin", "heading"]

_PAUSED = re.compile(r"[，、,]$")
_HALFFINISHED = re.compile(r"[：；:;]$")
_BRACKETED = re.compile(r"[）)]$")
_MIDWAY = re.compile(r"[，。、；：！？”’』」）》…]")
_TAIL = 40  # characters of a paragraph's end that are looked at
_LABEL = 24  # characters; the longest line of text without a sentence that is taken for a heading
_IDEOGRAPHIC = 6.0  # what an indent of two ideographic spaces says for a paragraph
_SENTENCE_MARK = re.compile(r"[。！？!?；;，,…（(]")
_TIGHT = 0.5  # cells by which a line that fills its column may fall short
_PARAGRAPH_INDENT = 4  # half cells: two ideographic spaces


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of a page: a whole paragraph or caption, the lines of a heading in one size, or a line.

    ``spans`` are offsets into the raw file, one for each printed line. ``indent`` is in half cells and
    ``width`` in cells, both of the first line; ``full`` tells whether the last line fills its column.
    ``lines`` are the numbers of its first printed line, from 0, and of the one below its last.
    """

    kind: Kind
    text: str
    spans: tuple[Span, ...]
    frame: int
    indent: int
    width: float
    full: bool
    lines: tuple[int, int]


def find_blocks(page: Page, forced: Forced | None = None) -> list[Block]:
    """Return the blocks of a page in printed order; every non-empty line is in exactly one.

    Where ``forced`` has a border a block begins, and the lines that it takes for headings are such.
    """
    lines = measure_lines(page)
    kinds = line_kinds(lines)
    breaks = _force(forced, lines, kinds) if forced else set()
    ideographic = any(page.text[line.start - 1] == "\u3000" for line in lines if line.indent >= 2)
    indented = any(line.indent >= 2 for line in lines)
    unwrapped = not indented and _is_unwrapped(lines)
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        kind, end = kinds[position], position + 1
        if kind not in ("body", "caption"):
            while end < len(lines) and end not in breaks and kinds[end] == kind:
                if not goes_on(kind, lines[end - 1], lines[end]):
                    break
                end += 1
            blocks.append(_block(kind, lines[position:end]))
            position = end
            continue
        while end < len(lines) and end not in breaks and not unwrapped:
            if not _carries_on(lines[end - 1], lines[end], kinds[end]):
                break
            end += 1
        run = lines[position:end]
        if kind == "caption":
            blocks += _caption_blocks(run)
        else:
            opening = _indent_score(run[0].indent, ideographic) if indented else 0.0
            blocks += _body_blocks(run, opening, breaking=-4.0 if indented else -1.0)
        position = end
    return blocks


def _force(forced: Forced, lines: list[PrintedLine], kinds: list[Kind]) -> set[int]:
    """Make headings of the lines that are to be such, and return the lines at which a block begins."""
    breaks = set(forced.borders)
    for number, first in forced.headings.items():
        kinds[number] = "heading"
        sized = number > first and lines[number].size > 0
        if not (sized and goes_on("heading", lines[number - 1], lines[number])):
            breaks.add(number)  # without sizes each line is a block of its own
        if forced.headings.get(number + 1) != first:
            breaks.add(number + 1)
    return breaks


def _carries_on(previous: PrintedLine, line: PrintedLine, kind: Kind) -> bool:
    """Tell whether a line may belong to the same run as the line before it."""
    together = line.frame == previous.frame and not line.parted and same_size(line, previous)
    return kind == "body" and line.indent < 2 and together


def _is_unwrapped(lines: list[PrintedLine]) -> bool:
    """Tell whether a page without indents has one paragraph a line: most lines end a sentence."""
    long_lines = [line for line in lines if line.width > 12]
    ended = sum(bool(FINISHED.search(line.text)) for line in long_lines)
    return bool(long_lines) and ended >= 0.6 * len(long_lines)


def _block(kind: Kind, lines: list[PrintedLine], skip: int = 0) -> Block:
    """Make one block of some lines; the first ``skip`` characters (a label) are left out."""
    texts = [lines[0].text[skip:], *(line.text for line in lines[1:])]
    spans = [(lines[0].start + skip, lines[0].end), *((line.start, line.end) for line in lines[1:])]
    kept = tuple(span for span in spans if span[0] < span[1])
    first, full = lines[0], lines[-1].gap <= _TIGHT
    numbers = (first.number, lines[-1].number + 1)
    return Block(kind, join_lines(texts), kept, first.frame, first.indent, first.width, full, numbers)


def _caption_blocks(run: list[PrintedLine]) -> list[Block]:
    """Cut a run that begins with a caption's label into the caption and what stands below it."""
    labels = _label_lines(run, forced=_IDEOGRAPHIC, breaking=-8.0)
    end = next((number for number, label in enumerate(labels) if label == "heading"), len(run))
    caption = _block("caption", run[:end], skip=caption_label(run[0].text))
    below = [_block("credit" if FINISHED.search(line.text) else "heading", [line]) for line in run[end:]]
    return [caption, *below]


def _indent_score(indent: int, ideographic: bool) -> float:
    """Return what an indent says for a paragraph; ``ideographic`` where the page indents that way."""
    if indent < 2 or indent > _PARAGRAPH_INDENT:
        return -2.0
    if ideographic:
        return _IDEOGRAPHIC if indent == _PARAGRAPH_INDENT else 0.0
    return 2.0


def _body_blocks(run: list[PrintedLine], forced: float, breaking: float) -> list[Block]:
    """Cut a run of ordinary lines into paragraphs and heading lines."""
    labels = _label_lines(run, forced, breaking)
    blocks: list[Block] = []
    start = 0
    for number in range(1, len(run) + 1):
        if number == len(run) or labels[number] != "carry":
            paragraph = _block("body", run[start:number])
            unpunctuated = forced < _IDEOGRAPHIC and _is_label(paragraph.text)
            if labels[start] == "heading" or unpunctuated:
                blocks += [_block("heading", [line]) for line in run[start:number]]
            else:
                blocks.append(paragraph)
            start = number
    return blocks


def _is_label(text: str) -> bool:
    """Tell whether a text is too short and has too little punctuation to be a paragraph."""
    return len(text) <= _LABEL and not _SENTENCE_MARK.search(text)


def _label_lines(run: list[PrintedLine], forced: float, breaking: float) -> list[_Label]:
    """Label the lines of a run by the best-scoring sequence (Viterbi, two states).

    ``forced`` is what speaks for a paragraph at the first line, ``breaking`` what a paragraph
    costs that begins without an indent.
    """
    body, heading = forced + _opening_score(run[0]), _heading_score(run[0])
    back: list[tuple[_Label, _Label]] = []  # how a body line, a heading line was best reached
    tail = ""
    for previous, line in pairwise(run):
        tail = (tail + previous.text)[-_TAIL:]
        ended = _ending_score(previous, tail)
        into_body: list[tuple[float, _Label]] = [
            (body + _joining_score(previous), "carry"),
            (body + ended + breaking + _opening_score(line), "begin"),
            (heading + breaking + 1.0 + _opening_score(line), "heading"),
        ]
        into_heading: list[tuple[float, _Label]] = [(body + ended, "carry"), (heading, "heading")]
        (body, body_from), (heading, heading_from) = max(into_body), max(into_heading)
        back.append((body_from, heading_from))
        heading += _heading_score(line)
    tail = (tail + run[-1].text)[-_TAIL:]
    state_is_body = body + _ending_score(run[-1], tail) >= heading
    labels: list[_Label] = []
    for body_from, heading_from in reversed(back):
        if state_is_body:
            labels.append("carry" if body_from == "carry" else "begin")
            state_is_body = body_from != "heading"
        else:
            labels.append("heading")
            state_is_body = heading_from != "heading"
    labels.append("begin" if state_is_body else "heading")
    return labels[::-1]


def _ending_score(line: PrintedLine, tail: str) -> float:
    """Return what speaks for a paragraph ending with this line; ``tail`` is its last text so far."""
    short = 1.0 if line.gap > FULL else 0.0
    score = -3.0
    if FINISHED.search(tail):
        score = 2.0 + short
    elif _PAUSED.search(tail):
        score = -4.0
    elif _HALFFINISHED.search(tail):
        score = -0.5
    elif _BRACKETED.search(tail):
        score = -1.5
    left_open = any(tail.rfind(mark) > tail.rfind(close) for mark, close in ("（）", "《》"))
    return score - 3.0 if left_open else score


def _joining_score(line: PrintedLine) -> float:
    """Return what speaks for a paragraph going on below this line."""
    if line.gap <= FULL:
        return 0.5
    return -0.5 if line.gap <= FULL + 1 else -3.0 - min(line.gap - FULL, 10) / 10


def _opening_score(line: PrintedLine) -> float:
    """Return what speaks for a paragraph beginning with this line, if only in mid-sentence."""
    return 0.5 if "。" in line.text[:-1] or "，" in line.text else 0.0


def _heading_score(line: PrintedLine) -> float:
    """Return what speaks for this line being a heading."""
    text = line.text
    score = -0.5
    stated = FINISHED.search(text[-_TAIL:]) and text[-1] not in "！？!?…"
    if stated or _PAUSED.search(text) or text[-1] in "；;":
        score -= 3.0
    if "。" in text[:-1]:
        score -= 3.0
    if _MIDWAY.match(text):
        score -= 5.0
    elif text[0] in "（(":
        score -= 3.0
    elif line.excess > 2.0 and score > -1.0:
        score += min(line.excess, 8.0) / 2
    if abs(line.gap) <= 0.5 and abs(line.excess) <= 0.5:
        score -= 0.5  # exactly as wide as the text around it
    if line.width > 45:
        score -= 3.0
    return score
