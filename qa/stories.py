"""Blocks -> stories: where one body of text ends and the next begins on a page.

Borders are frames, bylines, run-in openings and closing datelines; where several headings stand below
one stretch of text, the headings themselves tell whether it holds two bodies.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from qa.blocks import Block
from qa.bylines import is_run_in
from qa.continuations import begins_elsewhere, goes_on_elsewhere
from qa.corrections import Forced
from qa.drafts import Cut, Doubt, Story
from qa.headlines import Heading, bigrams

__all__ = ["are_apart", "cut_stories", "divide", "grams_of", "share_headline"]

_LIST_LINES = 12  # so many unindented lines in a row without a sentence are a list, not headings
_FRAME_HEADINGS = 24  # heading lines of one frame; where more stand, they tell nothing of borders
_LEANING = 0.3  # least net share of bigrams that each of two headlines has in its own body alone
_APART = 0.9  # least sum of these two shares
_COHESION = 0.2  # share of bigrams common to the texts above and below that makes them one body
_LONGEST = 400  # paragraphs; no longer text is divided by its headings
_ALIKE = 0.18  # least share of bigrams, found in no other frame, that makes two openings of news one report
_FEW = 8  # bigrams; so few in common tell nothing
_COVERED = 0.16  # least share of bigrams that each of two bodies adds to a headline of both
_ONE_REPORT = 0.92  # how sure a join of openings is: 25 of 26 right on generated pages
_TWO_BODIES = 0.89  # how sure a split by headlines is: 40 of 44 right on generated pages
_COMMON = 0.3  # share of bigrams in both bodies that makes one headline that of both


@dataclass(frozen=True, slots=True)
class _Segment:
    """Neighbouring blocks of one kind in one frame; credits stand with their caption.

    It is ``forced`` where it is to be a headline, and ``divided`` from what stands above it.
    """

    kind: str
    frame: int
    places: list[int]
    forced: bool
    divided: bool


def cut_stories(blocks: list[Block], forced: Forced | None = None) -> Cut:
    """Cut the blocks of a page into stories, headings and captions, as some are ``forced`` to be."""
    forced = forced or Forced()
    segments = _segments(blocks, forced)
    cut = Cut()
    for number, segment in enumerate(segments):
        following = [s for s in segments[number + 1 : number + 4] if s.frame == segment.frame]
        if cut.open.frame != segment.frame or segment.divided:
            cut.close(segment.frame)
        listed = segment.kind == "heading" and len(segment.places) > _LIST_LINES and not segment.forced
        if segment.kind == "body" or listed:
            _take_paragraphs(cut, segment.places, blocks)
        elif segment.kind == "heading":
            _take_headings(cut, segment, following, blocks, number)
        elif segment.kind == "byline":
            if any(s.kind == "body" for s in following):
                cut.close(segment.frame)
            cut.open.bylines += segment.places
        elif segment.kind == "dateline":
            cut.open.dateline = segment.places[0]
            cut.close(segment.frame)
        elif segment.kind == "caption":
            _take_captions(cut, segment.places, blocks)
    return _settle_borders(cut, blocks, forced)


def _segments(blocks: list[Block], forced: Forced) -> list[_Segment]:
    divided = [block.lines[0] in forced.borders for block in blocks]
    borders = list(accumulate(divided))

    def key(place: int) -> tuple[str, int, int, int | None]:
        block = blocks[place]
        kind = "caption" if block.kind == "credit" else block.kind
        return kind, block.frame, borders[place], forced.headings.get(block.lines[0])

    return [
        _Segment(kind, frame, places, headline is not None, divided[places[0]])
        for (kind, frame, _, headline), group in groupby(range(len(blocks)), key=key)
        if (places := list(group))
    ]


def _take_paragraphs(cut: Cut, places: Iterable[int], blocks: list[Block]) -> None:
    """Add paragraphs to the open story, beginning a new one at each opening of news.

    An unindented paragraph below an indented one is the rest of an article begun elsewhere.
    """
    for place in places:
        above = blocks[place - 1] if place else None
        midway = above is not None and above.kind == "body" and blocks[place].indent < 2 <= above.indent
        if midway or _opens(blocks[place]):
            cut.close(blocks[place].frame)
        if not cut.open.text:
            cut.stories.append(cut.open)
        cut.open.text.append(place)
        if goes_on_elsewhere(blocks[place].text):
            cut.close(blocks[place].frame)


def _opens(block: Block) -> bool:
    """Tell whether a paragraph opens an article of news, or the rest of one begun on another page."""
    return is_run_in(block.text) or begins_elsewhere(block.text)


def _take_headings(
    cut: Cut, segment: _Segment, following: list[_Segment], blocks: list[Block], run: int
) -> None:
    """Take heading lines as subheads where the open story plainly goes on below, else as headlines."""
    goes_on = bool(cut.open.text) and bool(following) and following[0].kind == "body"
    if goes_on and not segment.forced and not _opens(blocks[following[0].places[0]]):
        cut.open.text += segment.places
        return
    cut.close(segment.frame)
    for place in segment.places:
        block = blocks[place]
        cut.headings.append(Heading(block.text, block.width, place, block.frame, run))


def _take_captions(cut: Cut, places: Iterable[int], blocks: list[Block]) -> None:
    """Take captions, each with the credits below it."""
    for place in places:
        if blocks[place].kind == "caption" or not cut.captions:
            cut.captions.append([])
        cut.captions[-1].append(place)


def _settle_borders(cut: Cut, blocks: list[Block], forced: Forced) -> Cut:
    """Join and divide the stories of each frame as its heading lines ask for."""
    lines_of: dict[int, list[Heading]] = {}
    for heading in cut.headings:
        lines_of.setdefault(heading.frame, []).append(heading)
    stories: list[Story] = []
    bodies = [(story, grams_of(story.text, blocks)) for story in cut.stories]
    told = Counter(gram for _, grams in bodies for gram in grams)
    for frame, group in groupby(bodies, key=lambda body: body[0].frame):
        members, headings = list(group), lines_of.get(frame, [])
        if not 0 < len(headings) <= _FRAME_HEADINGS:
            stories += [story for story, _ in members]
            continue
        own = Counter(gram for _, grams in members for gram in grams)
        elsewhere = frozenset(gram for gram, count in own.items() if told[gram] > count)
        joined = _join_stories(members, _line_grams(headings), blocks, elsewhere, forced)
        below = [h for h in headings if h.place > joined[-1].text[-1]]
        if len(joined) == 1 and below:
            joined = _divide_story(joined[0], _line_grams(below), blocks)
        stories += joined
    return replace(cut, stories=stories)


def _join_stories(
    members: list[tuple[Story, frozenset[str]]],
    lines: list[frozenset[str]],
    blocks: list[Block],
    elsewhere: frozenset[str],
    forced: Forced,
) -> list[Story]:
    """Join the neighbouring stories of a frame that have one headline between them, or are plainly alike.

    ``members`` come with their bigrams; ``elsewhere`` are those that a body of another frame has too.
    """
    first, above = members[0]
    joined = [first]
    for story, grams in members[1:]:
        if (
            not story.bylines
            and joined[-1].dateline is None
            and not are_apart(joined[-1], story, blocks, forced)
            and (_alike(above, grams, elsewhere) or share_headline(above, grams, lines, len(members)))
        ):
            joined[-1].take(story, certainty=_ONE_REPORT)
        else:
            joined.append(story)
        above = grams
    return joined


def are_apart(above: Story, below: Story, blocks: list[Block], forced: Forced) -> bool:
    """Tell whether two neighbouring stories are forced to be two articles."""
    if blocks[below.text[0]].lines[0] in forced.borders:
        return True
    if not forced.targets:
        return False
    lines = [{k for place in story.text for k in range(*blocks[place].lines)} for story in (above, below)]
    return all(forced.targets & side for side in lines)


def _alike(above: frozenset[str], below: frozenset[str], elsewhere: frozenset[str]) -> bool:
    """Tell whether two neighbouring bodies have so many words in common that they are one report.

    Words that a third body of the page has too do not count: datelines and titles of office are in all.
    """
    common = len((above & below) - elsewhere)
    return common >= max(_FEW, _ALIKE * min(len(above), len(below)))


def _divide_story(story: Story, lines: list[frozenset[str]], blocks: list[Block]) -> list[Story]:
    """Divide a story in two where the heading lines below it are those of two bodies."""
    start = divide([bigrams(blocks[k].text) for k in story.text], lines)
    while start is not None and start > 1 and blocks[story.text[start - 1]].kind == "heading":
        start -= 1  # a subhead goes with what follows
    if start is None:
        return [story]
    upper = replace(story, text=story.text[:start], dateline=None, certainty=_TWO_BODIES)
    lower = Story(story.frame, story.text[start:], [], story.dateline, _TWO_BODIES)
    lower.doubts.append(Doubt("split", lower.text[0], _TWO_BODIES))
    return [upper, lower]


def grams_of(places: list[int], blocks: list[Block]) -> frozenset[str]:
    """Return the bigrams of the blocks at some places."""
    return frozenset().union(*(bigrams(blocks[k].text) for k in places))


def _line_grams(headings: list[Heading]) -> list[frozenset[str]]:
    """Return the bigrams of heading lines, each taken with its subtitle after a dash."""
    lines: list[str] = []
    for heading in headings:
        if lines and heading.text.startswith("—"):
            lines[-1] += heading.text
        else:
            lines.append(heading.text)
    return [bigrams(line) for line in lines]


def divide(paragraphs: list[frozenset[str]], lines: list[frozenset[str]]) -> int | None:
    """Tell where a second body begins, if the heading lines are those of two bodies.

    Takes the bigrams of the paragraphs and of the heading lines in printed order; returns the number of
    the second body's first paragraph, or None. The lines must fall into two groups (in either order), of
    which each has much in one part of the text that is not in the other, and the text must change its
    words at the border. Of equal borders the last is taken: a body opens with what its headline says.
    """
    if not 2 <= len(paragraphs) <= _LONGEST or len(lines) < 2:
        return None
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, grams in enumerate(paragraphs):
        for gram in grams:
            first.setdefault(gram, number)
            last[gram] = number
    best, where = _APART, None
    for start in range(1, len(paragraphs)):
        if _cohesion(paragraphs, start) >= _COHESION:
            continue
        # how many bigrams of each line stand only below the border, less those only above it
        later = [
            sum((first.get(g, -1) >= start) - (last.get(g, start) < start) for g in grams) for grams in lines
        ]
        for cut in range(1, len(lines)):
            upper = sum(later[:cut]) / max(1, sum(map(len, lines[:cut])))
            lower = sum(later[cut:]) / max(1, sum(map(len, lines[cut:])))
            apart = min(upper, -lower) if upper > lower else min(-upper, lower)
            if apart >= _LEANING and abs(upper - lower) >= best:
                best, where = abs(upper - lower), start
    return where


def _cohesion(paragraphs: list[frozenset[str]], start: int) -> float:
    """Return the share of bigrams common to the two paragraphs above a border and the two below it."""
    above = frozenset().union(*paragraphs[max(0, start - 2) : start])
    below = frozenset().union(*paragraphs[start : start + 2])
    return len(above & below) / max(1, min(len(above), len(below)))


def share_headline(
    above: frozenset[str], below: frozenset[str], lines: list[frozenset[str]], bodies: int
) -> bool:
    """Tell whether two neighbouring bodies, each opening like a story of its own, have one headline.

    Either a line names what only the one and what only the other tells, or there are fewer lines than
    ``bodies`` in the frame and a line is much about what both tell.
    """
    for grams in lines:
        size = max(4, len(grams))
        covered = min(len((grams & above) - below), len((grams & below) - above)) / size
        common = len(grams & above & below) / size
        if covered >= _COVERED or (len(lines) < bodies and common >= _COMMON):
            return True
    return False
