"""Stories -> Articles: headlines, bylines and datelines given to their bodies, captions to theirs."""

import math
from collections import Counter
from dataclasses import replace

from qa.blocks import Block, find_blocks
from qa.bylines import is_photo_credit, is_run_in, people_of_byline, people_of_run_in, tidy_credit
from qa.headlines import Candidate, bigrams, match_headings, title_parts
from qa.pages import join_lines
from qa.records import Article, Page, Paragraph, hash_article
from qa.stories import Story, cut_stories, grams_of

__all__ = ["rebuild_articles"]

_SUBHEAD_WIDTH = 13.0  # cells: a subhead line this wide may go on below
_PLAINLY = 0.2  # by so much a report must be liker to the story below to leave the one above


_Title = tuple[list[Block], float]  # the lines of a headline and the score of its match
_Titled = tuple[Story, _Title | None]


def rebuild_articles(page: Page) -> list[Article]:
    """Rebuild the articles of a page, in the order in which their text begins on it."""
    blocks = find_blocks(page)
    cut = cut_stories(blocks)
    if blocks and not cut.stories and not cut.captions:
        return _with_unique_ids([_plain_article(page, blocks)])
    candidates = [_candidate(story.text, blocks) for story in cut.stories]
    if cut.captions:
        places = [place for caption in cut.captions for place in caption]
        candidates.append(_candidate(places, blocks, captions=True))
    drafts: list[tuple[int, Article]] = []
    titles: dict[int, _Title] = {}
    for match in match_headings(cut.headings, candidates):
        lines = [cut.headings[k].place for k in match.headings]
        if match.candidate is None:
            drafts.append((lines[0], _orphan_article(page, [blocks[k] for k in lines])))
        else:
            titles[match.candidate] = ([blocks[k] for k in lines], match.score)
    titled = [(story, titles.get(number)) for number, story in enumerate(cut.stories)]
    for story, title in _join_untitled(titled, blocks):
        drafts.append((story.text[0], _story_article(page, story, blocks, title)))
    caption_title = titles.get(len(cut.stories))
    for group in [cut.captions] if caption_title else [[caption] for caption in cut.captions]:
        parts = [[blocks[k] for k in caption] for caption in group]
        drafts.append((group[0][0], _caption_article(page, parts, caption_title)))
    return _with_unique_ids([article for _, article in sorted(drafts, key=lambda draft: draft[0])])


def _join_untitled(titled: list[_Titled], blocks: list[Block]) -> list[_Titled]:
    """Join the reports of a frame that have no headline of their own to the story beside them.

    No newspaper prints an item without a headline beside one with it: where several openings of news
    stand in a frame that has fewer headlines, they are reports under one headline, that of the story
    above or below which has more of their words. Where a page is divided into frames, one without any
    headline is one article too.
    """
    framed = blocks[0].frame != blocks[-1].frame
    joined: list[_Titled] = []
    for item, below in zip(titled, [*titled[1:], None], strict=True):
        story, title = item
        if joined and _may_join(joined[-1], item, blocks, framed):
            above, above_title = joined[-1]
            if not _belongs_below(item, joined[-1], below, blocks):
                above.take(story, certainty=0.6)
                joined[-1] = (above, above_title or title)
                continue
        joined.append(item)
    return joined


def _may_join(upper: _Titled, lower: _Titled, blocks: list[Block], framed: bool) -> bool:
    """Tell whether two neighbouring stories can be reports under one headline."""
    (above, above_title), (story, title) = upper, lower
    opens = is_run_in(blocks[story.text[0]].text) and not story.bylines
    headed = (above_title is not None) + (title is not None)
    together = above.frame == story.frame and above.dateline is None
    return opens and together and (headed == 1 or (headed == 0 and framed))


def _belongs_below(report: _Titled, above: _Titled, below: _Titled | None, blocks: list[Block]) -> bool:
    """Tell whether a report without a headline is plainly one of the headed story below it."""
    if report[1] or not below or not below[1] or not _may_join(report, below, blocks, framed=True):
        return False
    return _likeness(report, below, blocks) > _likeness(report, above, blocks) + _PLAINLY


def _likeness(report: _Titled, story: _Titled, blocks: list[Block]) -> float:
    """Return how much of a story's headline, and of its words, a report without a headline has."""
    told, text = grams_of(report[0].text, blocks), grams_of(story[0].text, blocks)
    title = bigrams("".join(line.text for line in story[1][0])) if story[1] else frozenset()
    return len(told & title) / max(1, len(title)) + len(told & text) / max(1, min(len(told), len(text)))


def _candidate(places: list[int], blocks: list[Block], captions: bool = False) -> Candidate:
    """Return what the matching of headlines needs to know of a body."""
    return Candidate(grams_of(places, blocks), places[0], blocks[places[0]].frame, captions)


def _story_article(page: Page, story: Story, blocks: list[Block], title: _Title | None) -> Article:
    """Make the Article of a story with the headline lines it was given."""
    paragraphs = _paragraphs([blocks[k] for k in story.text])
    opening = next((p.text for p in paragraphs if p.role == "body"), "")
    people = people_of_byline([blocks[k].text for k in story.bylines])
    people += [person for person in people_of_run_in(opening) if person not in people]
    kicker, headline, subtitle = _title(title)
    return Article(
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


def _caption_article(page: Page, captions: list[list[Block]], title: _Title | None) -> Article:
    """Make the Article of one caption, or of several under one headline."""
    paragraphs, makers = [], []
    for caption, *below in captions:
        spans = caption.spans + tuple(span for credit in below for span in credit.spans)
        credit_line = "\u3000".join(credit.text for credit in below)
        paragraphs.append(Paragraph(caption.text, "caption", spans, credit_line))
        makers += [tidy_credit(credit.text) for credit in below if is_photo_credit(credit.text)]
    kicker, headline, subtitle = _title(title)
    return Article(
        article_id="",
        file=page.file,
        headline=headline,
        paragraphs=tuple(paragraphs),
        kicker=kicker,
        subtitle=subtitle,
        byline=tuple(makers),
        confidence=0.95 * _sureness(title),
    )


def _orphan_article(page: Page, lines: list[Block]) -> Article:
    """Make an Article of heading lines that belong to no body, so that no text is lost."""
    paragraphs = tuple(Paragraph(line.text, "subhead", line.spans) for line in lines)
    return Article("", page.file, "", paragraphs, confidence=0.2)


def _plain_article(page: Page, blocks: list[Block]) -> Article:
    """Make an Article of a page on which no text was found, only headings, bylines and the like."""
    paragraphs = tuple(Paragraph(block.text, "body", block.spans) for block in blocks)
    return Article("", page.file, "", paragraphs, confidence=0.1)


def _title(title: _Title | None) -> tuple[str, str, str]:
    """Return kicker, headline and subtitle of the lines that a body was given."""
    if title is None:
        return "", "", ""
    return title_parts([line.text for line in title[0]], [line.width for line in title[0]])


def _sureness(title: _Title | None) -> float:
    """Return how sure the headline is, from 0.5 to 1; a body without one may well have lost it."""
    return 0.85 if title is None else 0.5 + 0.5 / (1 + math.exp(-title[1] / 2))


def _paragraphs(parts: list[Block]) -> list[Paragraph]:
    """Return the paragraphs of a body; the lines of a wrapped subhead are joined."""
    paragraphs: list[Paragraph] = []
    group: list[Block] = []
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if part.kind != "heading":
            paragraphs.append(Paragraph(part.text, "body", part.spans))
            continue
        group.append(part)
        if following is None or following.kind != "heading" or not _goes_on(part, following):
            spans = tuple(span for line in group for span in line.spans)
            paragraphs.append(Paragraph(join_lines([line.text for line in group]), "subhead", spans))
            group = []
    return paragraphs


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
