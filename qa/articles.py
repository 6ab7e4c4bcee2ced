"""Stories -> Articles: headlines, bylines and datelines given to their bodies, captions to theirs."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.amending import amend
from qa.blocks import Block, find_blocks
from qa.bylines import is_photo_credit, people_of_byline, people_of_run_in, tidy_credit
from qa.corrections import Correction, Forced, force, usable_corrections
from qa.decisions import Decision, border_decisions, headline_decisions
from qa.drafts import Cut, Story, Title
from qa.headlines import Candidate, match_headings, title_parts
from qa.joining import join_untitled
from qa.pages import join_lines
from qa.records import Article, Page, Paragraph, hash_article
from qa.stories import cut_stories, grams_of

__all__ = ["Rebuilding", "rebuild_page"]

_SUBHEAD_WIDTH = 13.0  # cells: a subhead line this wide may go on below


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """The Articles of a Page, in the order in which their text begins on it, and how they came about.

    ``owners`` has the number of the Article (from 0) that each printed line went to, None for a line
    left out; it is empty where the Articles were not rebuilt from lines. ``refused`` has a line for
    each correction that could not be followed.
    """

    page: Page
    articles: tuple[Article, ...]
    owners: tuple[int | None, ...] = ()
    decisions: tuple[Decision, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Draft:
    """An Article without its id, and the blocks of all lines that went to it."""

    article: Article
    places: list[int]


def rebuild_page(page: Page, corrections: Sequence[Correction] = ()) -> Rebuilding:
    """Rebuild the articles of a page as the corrections ask for."""
    usable, refused = usable_corrections(corrections, len(page.lines))
    forced = force(usable)
    blocks = find_blocks(page, forced)
    cut = cut_stories(blocks, forced)
    refused += amend(cut, blocks, usable) if usable else []
    decisions: list[Decision] = []
    if blocks and not cut.stories and not cut.captions:
        drafts = [_plain_draft(page, blocks)]
    else:
        stories, found = _give_headlines(cut, blocks, forced)
        decisions += found
        drafts = [_story_draft(page, story, blocks) for story in stories]
        drafts += [_alone_draft(page, places, blocks) for places in cut.alone]
    drafts.sort(key=lambda draft: draft.places[0])
    owners: list[int | None] = [None] * len(page.lines)
    for number, draft in enumerate(drafts):
        for place in draft.places:
            first, end = blocks[place].lines
            owners[first:end] = [number] * (end - first)
    left_out = {correction.place for correction, _ in refused}
    decisions += [Decision(c, 1.0, told=True) for c in usable if c.place not in left_out]
    articles = _with_unique_ids([draft.article for draft in drafts])
    told = [f"{correction.place}: {reason}; left out" for correction, reason in refused]
    return Rebuilding(page, tuple(articles), tuple(owners), tuple(decisions), tuple(told))


def _give_headlines(cut: Cut, blocks: list[Block], forced: Forced) -> tuple[list[Story], list[Decision]]:
    """Give the headings of a page to its stories and captions; returns these as they become Articles."""
    stories = cut.stories
    candidates = [_candidate(story.text, blocks) for story in stories]
    captions = [place for caption in cut.captions for place in caption]
    if captions:
        candidates.append(_candidate(captions, blocks, captions=True))
    taken = {number for number, story in enumerate(stories) if story.title is not None}
    matches = match_headings(cut.headings, candidates, taken)
    caption_title = None
    for match in matches:
        title = Title(tuple(cut.headings[k].place for k in match.headings), match.score)
        if match.candidate is None:
            cut.alone.append(list(title.places))
        elif match.candidate < len(stories):
            stories[match.candidate].title = title
        else:
            caption_title = title
    joined = join_untitled(stories, blocks, forced)
    kept = {id(story) for story in joined}
    untitled = [k for k, story in enumerate(stories) if story.title is None and id(story) in kept]
    firsts = [candidate.first for candidate in candidates]
    decisions = headline_decisions(matches, cut.headings, firsts, untitled, blocks)
    decisions += border_decisions(joined, blocks)
    for caption in [captions] if caption_title else cut.captions:
        joined.append(Story(blocks[caption[0]].frame, caption, title=caption_title))
    return joined, decisions


def _candidate(places: list[int], blocks: list[Block], captions: bool = False) -> Candidate:
    """Return what the matching of headlines needs to know of a body."""
    return Candidate(grams_of(places, blocks), places[0], blocks[places[0]].frame, captions)


def _story_draft(page: Page, story: Story, blocks: list[Block]) -> _Draft:
    """Make the Article of a story, or of captions."""
    paragraphs = _paragraphs([blocks[k] for k in story.text])
    opening = next((p.text for p in paragraphs if p.role == "body"), "")
    people = people_of_byline([blocks[k].text for k in story.bylines])
    people += [person for person in people_of_run_in(opening) if person not in people]
    credits_ = [blocks[k].text for k in story.text if blocks[k].kind == "credit"]
    people += [tidy_credit(text) for text in credits_ if is_photo_credit(text)]
    title = story.title
    lines = [blocks[k] for k in title.places] if title else []
    texts, widths = [line.text for line in lines], [line.width for line in lines]
    kicker, headline, subtitle = title_parts(texts, widths) if lines else ("", "", "")
    article = Article(
        article_id="",
        file=page.file,
        headline=headline,
        paragraphs=tuple(paragraphs),
        kicker=kicker,
        subtitle=subtitle,
        byline=tuple(people),
        dateline="" if story.dateline is None else blocks[story.dateline].text,
        confidence=story.certainty * _sureness(title),
    )
    others = [*story.bylines, *([] if story.dateline is None else [story.dateline])]
    return _Draft(article, [*story.text, *others, *(title.places if title else ())])


def _alone_draft(page: Page, places: list[int], blocks: list[Block]) -> _Draft:
    """Make an Article of heading lines that belong to no body, so that no text is lost."""
    lines = [blocks[k] for k in places]
    paragraphs = tuple(Paragraph(line.text, "subhead", line.spans) for line in lines)
    return _Draft(Article("", page.file, "", paragraphs, confidence=0.2), places)


def _plain_draft(page: Page, blocks: list[Block]) -> _Draft:
    """Make an Article of a page on which no text was found, only headings, bylines and the like."""
    paragraphs = tuple(Paragraph(block.text, "body", block.spans) for block in blocks)
    return _Draft(Article("", page.file, "", paragraphs, confidence=0.1), list(range(len(blocks))))


def _sureness(title: Title | None) -> float:
    """Return how sure the headline is, from 0.5 to 1; a body without one may well have lost it."""
    return 0.85 if title is None else 0.5 + 0.5 / (1 + math.exp(-title.score / 2))


def _paragraphs(parts: list[Block]) -> list[Paragraph]:
    """Return the paragraphs of a body; wrapped subheads are joined, credits given to their caption."""
    paragraphs: list[Paragraph] = []
    group: list[Block] = []
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        group.append(part)
        if part.kind == "heading":
            ended = following is None or following.kind != "heading" or not _goes_on(part, following)
        else:
            captioned = part.kind in {"caption", "credit"}
            ended = following is None or following.kind != "credit" or not captioned
        if ended:
            paragraphs.append(_paragraph(group))
            group = []
    return paragraphs


def _paragraph(group: list[Block]) -> Paragraph:
    """Make a paragraph of one block, of the lines of a subhead, or of a caption and its credits."""
    first, *rest = group
    spans = tuple(span for block in group for span in block.spans)
    if first.kind == "heading":
        return Paragraph(join_lines([block.text for block in group]), "subhead", spans)
    if first.kind in {"caption", "credit"}:
        return Paragraph(first.text, "caption", spans, "\u3000".join(block.text for block in rest))
    return Paragraph(first.text, "body", spans)


def _goes_on(line: Block, following: Block) -> bool:
    """Tell whether a subhead line goes on in the one below it."""
    if following.indent >= 2:
        return False
    return (
        line.indent >= 2
        or line.full
        or line.width >= _SUBHEAD_WIDTH
        or line.text.count("“") > line.text.count("”")
    )


def _with_unique_ids(articles: list[Article]) -> list[Article]:
    """Give every article its id; one that says the same as another on the page also counts it."""
    seen: Counter[str] = Counter()
    named = []
    for article in articles:
        texts = [article.kicker, article.headline, article.subtitle, *(p.text for p in article.paragraphs)]
        identity = hash_article(article.file, *texts)
        seen[identity] += 1
        if seen[identity] > 1:
            identity = hash_article(article.file, *texts, str(seen[identity]))
        named.append(replace(article, article_id=identity))
    return named
