"""Stories without a headline -> parts of the stories beside them, where several reports have one headline."""

from qa.blocks import Block
from qa.bylines import is_run_in
from qa.corrections import Forced
from qa.drafts import Doubt, Story
from qa.headlines import bigrams
from qa.stories import are_apart, grams_of

__all__ = ["join_untitled"]

_PLAINLY = 0.2  # by so much a report must be liker to the story below to leave the one above
_UNDER_ONE = 0.95  # reports joined since they have one headline or none: 55 of 55 right on generated pages
_EITHER = 0.5  # two openings of news on a page of one frame, neither with a headline: nothing more tells


def join_untitled(stories: list[Story], blocks: list[Block], forced: Forced) -> list[Story]:
    """Join the reports of a frame that have no headline of their own to the story beside them.

    No newspaper prints an item without a headline beside one with it: where several openings of news
    stand in a frame that has fewer headlines, they are reports under one headline, that of the story
    above or below which has more of their words. Where a page is divided into frames, one without any
    headline is one article too.
    """
    framed = bool(blocks) and blocks[0].frame != blocks[-1].frame
    joined: list[Story] = []
    for story, below in zip(stories, [*stories[1:], None], strict=False):
        if joined and _may_join(joined[-1], story, blocks, forced):
            above = joined[-1]
            untitled = above.title is None and story.title is None
            if untitled and not framed:
                story.doubts.append(Doubt("split", story.text[0], _EITHER))
                above.certainty, story.certainty = min(above.certainty, _EITHER), _EITHER
            elif not _belongs_below(story, above, below, blocks, forced):
                above.take(story, certainty=_UNDER_ONE)
                above.title = above.title or story.title
                continue
        joined.append(story)
    return joined


def _may_join(above: Story, story: Story, blocks: list[Block], forced: Forced) -> bool:
    """Tell whether two neighbouring stories can be reports under one headline."""
    opens = is_run_in(blocks[story.text[0]].text) and not story.bylines
    together = above.frame == story.frame and above.dateline is None
    headed = above.title is not None and story.title is not None
    return opens and together and not headed and not are_apart(above, story, blocks, forced)


def _belongs_below(
    report: Story, above: Story, below: Story | None, blocks: list[Block], forced: Forced
) -> bool:
    """Tell whether a report without a headline is plainly one of the headed story below it."""
    if report.title or not below or not below.title or not _may_join(report, below, blocks, forced):
        return False
    return _likeness(report, below, blocks) > _likeness(report, above, blocks) + _PLAINLY


def _likeness(report: Story, story: Story, blocks: list[Block]) -> float:
    """Return how much of a story's headline, and of its words, a report without a headline has."""
    told, text = grams_of(report.text, blocks), grams_of(story.text, blocks)
    title = bigrams("".join(blocks[k].text for k in story.title.places)) if story.title else frozenset()
    return len(told & title) / max(1, len(title)) + len(told & text) / max(1, min(len(told), len(text)))
