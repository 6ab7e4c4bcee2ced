"""Corrections applied to the parts of a page: texts moved between stories, headlines given to them."""

import math
from bisect import bisect_right
from collections.abc import Iterable

from qa.blocks import Block
from qa.corrections import Correction, Refusal
from qa.drafts import Cut, Story, Title

__all__ = ["amend"]


def amend(cut: Cut, blocks: list[Block], corrections: Iterable[Correction]) -> list[Refusal]:
    """Move texts and give headlines as corrections ask; the borders they ask for are there already.

    A caption that a correction speaks of becomes a story like others. Returns the corrections that
    could not be followed.
    """
    corrections = list(corrections)
    if not cut.stories and not cut.captions:
        return [(c, "there is no text of an article on the page") for c in corrections]
    parts = _Parts(cut, blocks)
    joins = [c for c in corrections if c.kind == "join"]
    headlines = [c for c in corrections if c.kind == "headline"]
    reasons = [(c, parts.join(c)) for c in joins] + [(c, parts.give_headline(c)) for c in headlines]
    cut.stories.sort(key=lambda story: story.text[0])
    return [(c, reason) for c, reason in reasons if reason]


class _Parts:
    """The stories of a cut, found by their lines; its methods return why a correction cannot be followed."""

    def __init__(self, cut: Cut, blocks: list[Block]) -> None:
        self.cut, self.blocks = cut, blocks
        self.starts = [block.lines[0] for block in blocks]
        self.story_at = {
            place: story
            for story in cut.stories
            for place in (*story.text, *story.bylines, *([] if story.dateline is None else [story.dateline]))
        }

    def join(self, correction: Correction) -> str | None:
        line = (correction.lines or (0, 0))[0]
        place = self._place(line)
        moved = self._story(line)
        if correction.target:
            target = self._story(correction.target)
            if target is None:
                return _no_text(correction.target)
        else:
            target = self._story_above(moved.text[0] if moved else place, moved)
            if target is None:
                return f"no article stands above line {line}; name a line of the one that is meant"
        if moved is target:
            return None
        if moved is None:
            self._take_block(target, place)
            return None
        target.absorb(moved)
        self.cut.stories = [story for story in self.cut.stories if story is not moved]
        self.story_at |= dict.fromkeys((p for p, s in self.story_at.items() if s is moved), target)
        return None

    def give_headline(self, correction: Correction) -> str | None:
        first, last = correction.lines or (1, 0)
        story = self._story(correction.target) if correction.target else None
        if correction.target and story is None:
            return _no_text(correction.target)
        if story is not None and story.title is not None:
            return f"the article with line {correction.target} has its headline from another correction"
        wanted = [place for place, start in enumerate(self.starts) if first <= start + 1 <= last]
        free = {heading.place for heading in self.cut.headings}
        if not free.issuperset(wanted):
            return f"lines {first}-{last} are given to an article by another correction"
        self.cut.headings = [heading for heading in self.cut.headings if heading.place not in wanted]
        if story is not None:
            story.title = Title(tuple(wanted), math.inf)
        else:
            self.cut.alone.append(wanted)
        return None

    def _place(self, line: int) -> int:
        return bisect_right(self.starts, line - 1) - 1

    def _story(self, line: int) -> Story | None:
        """Return the story with a line in it; a caption becomes one."""
        place = self._place(line)
        caption = next((places for places in self.cut.captions if place in places), None)
        if caption is None:
            return self.story_at.get(place)
        self.cut.captions.remove(caption)
        story = Story(self.blocks[caption[0]].frame, caption)
        self.cut.stories.append(story)
        self.story_at |= dict.fromkeys(caption, story)
        return story

    def _story_above(self, place: int, moved: Story | None) -> Story | None:
        above = (self.story_at.get(k) for k in range(place - 1, -1, -1))
        return next((story for story in above if story is not None and story is not moved), None)

    def _take_block(self, story: Story, place: int) -> None:
        """Give to a story a block that is in none: a heading becomes a subhead of it."""
        self.cut.headings = [heading for heading in self.cut.headings if heading.place != place]
        places = story.bylines if self.blocks[place].kind == "byline" else story.text
        places.append(place)
        places.sort()
        self.story_at[place] = story


def _no_text(line: int) -> str:
    return f"line {line} is not in the text of an article; give a line that is"
