"""Composes newspaper pages as PDF from known articles, for the tests of readers."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from qa.articles import rebuild_page
from qa.bylines import is_run_in
from qa.pages import split_lines
from qa.records import Article

WIDTH, HEIGHT = 960.0, 1360.0  # points
MARGIN = 50.0
NEVER_FIRST = "，。、；：！？”’）》…%"
NEVER_LAST = "“‘（《"
FONT = "STSong-Light"  # one of the fonts that every PDF reader knows by name

Printed = tuple[str, float]  # a line and its indent in characters


@dataclass
class Style:
    """How a page is set; sizes and spaces in points."""

    columns: int
    rng: random.Random
    body: float = 10.0
    leading: float = 15.0
    gutter: float = 14.0
    centred: bool = True
    justified: bool = False
    labels: bool = True  # captions begin with 图①
    spaces: bool = False  # indents are printed spaces
    subhead: float = 1.0  # size of subheads, in those of the body
    strict: bool = True  # no closing mark begins a line
    apart: float = 2.5  # space between articles, in sizes of the body
    photograph: bool = False  # an image, not a drawing
    spelled: bool = False  # every character is set by itself

    @property
    def width(self) -> float:
        return (WIDTH - 2 * MARGIN - (self.columns - 1) * self.gutter) / self.columns

    def left(self, column: int) -> float:
        return MARGIN + column * (self.width + self.gutter)

    def span(self, columns: int) -> float:
        return columns * self.width + (columns - 1) * self.gutter


def any_style(columns: int, seed: int) -> Style:
    rng = random.Random(seed)  # noqa: S311 (no secret)
    body = rng.choice([8.5, 9.0, 9.5, 10.0, 10.5])
    return Style(
        columns,
        rng,
        body,
        leading=body * rng.uniform(1.25, 1.6),
        gutter=body * rng.uniform(1.1, 1.8),
        centred=rng.random() < 0.6,
        justified=rng.random() < 0.5,
        labels=rng.random() < 0.6,
        spaces=rng.random() < 0.5,
        subhead=rng.choice([1.0, 1.0, 1.15, 1.3]),
        strict=rng.random() < 0.7,
        apart=rng.uniform(1.2, 3.0),
        photograph=rng.random() < 0.5,
        spelled=rng.random() < 0.3,
    )


def sample_articles(folder: Path) -> list[list[Article]]:
    """Return the articles of each sample page, rebuilt from the page dump."""
    paths = sorted(folder.glob("*.txt"))
    return [
        list(rebuild_page(split_lines(path.name, path.read_text(encoding="utf-8"))).articles)
        for path in paths
    ]


def measure(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, FONT, size))


def wrap(text: str, width: float, size: float, indent: float = 0.0, strict: bool = True) -> list[Printed]:
    """Break a text as a compositor does: no closing mark begins a line, no opening one ends it."""
    lines: list[Printed] = []
    while text:
        room, end = width - indent * size, 1
        while end < len(text) and measure(text[: end + 1], size) <= room:
            end += 1
        while strict and 1 < end < len(text) and (text[end] in NEVER_FIRST or text[end - 1] in NEVER_LAST):
            end -= 1
        lines.append((text[:end], indent))
        text, indent = text[end:], 0.0
    return lines


@dataclass
class Story:
    """An article on its way to print: body lines by kind, and the captions of its pictures."""

    article: Article
    captions: list[Article] = field(default_factory=list)


def compose(
    pages: list[list[Article]], styles: list[Style], headless: bool = False
) -> tuple[bytes, list[list[Article]]]:
    """Set one page for each list of articles; return the PDF and the articles that are on each page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))
    printed = []
    for articles, style in zip(pages, styles, strict=True):
        stories = [Story(a) for a in articles if a.headline and not is_caption(a)]
        captions = [
            replace(a, headline="", paragraphs=(p,)) for a in articles if is_caption(a) for p in a.paragraphs
        ]
        for caption in captions:
            style.rng.choice(stories).captions.append(caption)
        draw_page(canvas, style, stories)
        printed.append([story.article for story in stories] + captions)
    canvas.save()
    return buffer.getvalue(), printed


def is_caption(article: Article) -> bool:
    return all(p.role == "caption" for p in article.paragraphs)


def draw_page(canvas: Canvas, style: Style, stories: list[Story]) -> None:
    """Draw rows of articles side by side, each over one or more columns."""
    text(canvas, "2025年3月28日　星期五", MARGIN, 40.0, style.body)
    text(canvas, "第 3 版", WIDTH - MARGIN - 60, 40.0, style.body)
    top, waiting = 70.0, list(stories)
    while waiting:
        column, bottoms = 0, []
        while column < style.columns and waiting:
            free = style.columns - column
            most = free if len(waiting) == 1 else max(1, free - (free > 2))
            span = free if free < 2 or len(waiting) == 1 else style.rng.randint(min(2, most), most)
            bottoms.append(draw_story(canvas, style, waiting.pop(0), column, span, top))
            column += span
        top = max(bottoms) + style.apart * style.body
    assert top < HEIGHT, "the page is too small for its articles"
    canvas.showPage()


def draw_story(canvas: Canvas, style: Style, story: Story, column: int, span: int, top: float) -> float:
    """Draw headline, byline and columns; return where they end."""
    rng, article, left, width = style.rng, story.article, style.left(column), style.span(span)
    large = style.body * (rng.uniform(1.7, 2.2) if span == 1 else rng.uniform(2.2, 3.4))
    small = style.body * rng.choice([1.3, 1.5])
    for words, size in ((article.kicker, small), (article.headline, large), (article.subtitle, small)):
        for line, _ in wrap(words, width, size):
            shift = (width - measure(line, size)) / 2 if style.centred else 0.0
            text(canvas, line, left + shift, top + size, size)
            top += 1.25 * size
    top += 0.6 * style.body
    byline = "\u3000".join(article.byline)
    opening = next(p.text for p in article.paragraphs if p.role == "body")
    lines: list[tuple[str, Printed]] = []
    if byline and not is_run_in(opening):
        if rng.random() < 0.5:
            text(
                canvas, byline, left + (width - measure(byline, style.body)) / 2, top + style.body, style.body
            )
            top += 1.5 * style.leading
        else:
            lines += [("byline", line) for line in wrap("□" + byline, style.width, style.body)]
    lines += body_lines(style, article)
    return draw_columns(canvas, style, lines, story.captions, column, span, top)


def body_lines(style: Style, article: Article) -> list[tuple[str, Printed]]:
    lines: list[tuple[str, Printed]] = []
    for paragraph in article.paragraphs:
        body = paragraph.role == "body"
        size = style.body * (1.0 if body else style.subhead)
        wrapped = wrap(paragraph.text, style.width, size, 2.0 if body else 0.0, style.strict)
        lines += [(paragraph.role, line) for line in wrapped]
    if article.dateline:
        lines.append(("dateline", (article.dateline, 2.0)))
    return lines


def draw_columns(
    canvas: Canvas,
    style: Style,
    lines: list[tuple[str, Printed]],
    captions: list[Article],
    column: int,
    span: int,
    top: float,
) -> float:
    """Fill the columns evenly, a picture with its caption somewhere in one of them."""
    rng = style.rng
    pictures = {rng.randrange(span * 100): caption for caption in captions}
    boxes = [picture_rows(style, caption) for caption in pictures.values()]
    rows = -(-(len(lines) + sum(boxes)) // span) + 1
    starts = [
        (place % span, rng.randrange(0, 4) * rows // 4, caption)
        for place, caption in sorted(pictures.items(), key=lambda item: item[0])
    ]
    starts.sort(key=lambda start: start[:2])
    bottom, position = top, 0
    for number in range(span):
        row, left = 0, style.left(column + number)
        mine = [(start, caption) for where, start, caption in starts if where == number]
        while row < rows or mine:
            if mine and (row >= mine[0][0] or row >= rows or position >= len(lines)):
                row += draw_picture(canvas, style, mine.pop(0)[1], left, top + row * style.leading)
            elif position < len(lines) and row < rows:
                draw_line(canvas, style, lines, position, left, top + row * style.leading + style.body)
                position += 1
                row += 1
            else:
                break
        bottom = max(bottom, top + row * style.leading)
    for number in range(position, len(lines)):  # what pictures pushed out of the last column
        draw_line(canvas, style, lines, number, style.left(column + span - 1), bottom + style.body)
        bottom += style.leading
    return bottom


def draw_line(
    canvas: Canvas, style: Style, lines: list[tuple[str, Printed]], number: int, left: float, base: float
) -> None:
    kind, (words, indent) = lines[number]
    follows = number + 1 < len(lines) and lines[number + 1][0] == kind and lines[number + 1][1][1] == 0
    size = style.body * (style.subhead if kind == "subhead" else 1.0)
    if style.spaces:
        words = "\u3000" * round(indent) + words
    else:
        left += indent * size
    room = style.width - measure(words, size) - (0.0 if style.spaces else indent * size)
    if kind == "subhead" and style.centred:
        left += room / 2
    full = kind == "body" and style.justified and follows and len(words) > 1
    spread = room / (len(words) - 1) if full else 0.0
    if not style.spelled:
        text(canvas, words, left, base, size, spread)
        return
    for character in words:
        text(canvas, character, left, base, size)
        left += measure(character, size) + spread


def caption_lines(style: Style, caption: Article) -> Iterator[str]:
    paragraph = caption.paragraphs[0]
    label = "图①\u3000" if style.labels else ""
    for line, _ in wrap(label + paragraph.text, style.width, 0.9 * style.body):
        yield line
    if paragraph.credit:
        yield from (
            line
            for part in paragraph.credit.split("\u3000")
            for line, _ in wrap(part, style.width, 0.9 * style.body)
        )


def picture_rows(style: Style, caption: Article) -> int:
    return 8 + len(list(caption_lines(style, caption))) + 2


def draw_picture(canvas: Canvas, style: Style, caption: Article, left: float, top: float) -> int:
    """Draw a picture eight rows high with its caption; return the rows it takes."""
    height = 8 * style.leading
    base = HEIGHT - top - height + 0.5 * style.leading
    if style.photograph:
        photograph = ImageReader(Image.new("L", (8, 8), 128))
        canvas.drawImage(photograph, left, base, style.width, height - style.leading)
    else:
        canvas.rect(left, base, style.width, height - style.leading, stroke=1, fill=0)
    for number, line in enumerate(caption_lines(style, caption)):
        text(canvas, line, left, top + height + (number + 0.6) * style.leading, 0.9 * style.body)
    return picture_rows(style, caption)


def text(canvas: Canvas, words: str, left: float, base: float, size: float, spread: float = 0.0) -> None:
    canvas.setFont(FONT, size)
    canvas.drawString(left, HEIGHT - base, words, charSpace=spread)
