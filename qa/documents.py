"""Documents of our time -> Articles: HTML by trafilatura, DOCX by python-docx, Markdown by markdown-it.

A heading of the top level begins an article, a lower one is a subhead. Paragraphs of Markdown have the
spans of their lines, marks included; HTML and DOCX have no text that spans could point into.
"""

import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qa.archives import copy_bounded
from qa.articles import Rebuilding, rebuild_page
from qa.bylines import is_byline, is_dateline, people_of_byline
from qa.corrections import Correction
from qa.errors import InputError
from qa.files import decode
from qa.pages import split_lines
from qa.records import Article, Paragraph, Role, Span, hash_article

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph as WordParagraph

__all__ = ["read_docx", "read_html", "read_markdown"]

MAX_UNPACKED = 128 * 1024 * 1024  # bytes of a DOCX file, its pictures included
_SENTENCE_END = re.compile('[。！？!?…]|[.][”’"]?$')
_STYLE = re.compile(r"(?:Heading|标题) ?(\d)")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}  # as browsers read them
_ENOUGH = 40  # characters of an article; trafilatura's own 250 is meant for alphabets


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph of a document; ``level`` is that of a heading, from 1, and 0 for text."""

    text: str
    level: int = 0
    spans: tuple[Span, ...] = ()
    role: Role = "body"


def read_html(name: str, data: bytes) -> list[Article]:
    """Return the Article of a web page. Raises InputError when there is none, or it cannot be parsed."""
    # Loaded here because a reader of page dumps has no need of it.
    from trafilatura import bare_extraction  # noqa: PLC0415
    from trafilatura.settings import DEFAULT_CONFIG, Document  # noqa: PLC0415

    settings = copy.deepcopy(DEFAULT_CONFIG)
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(_ENOUGH))
    try:
        found = bare_extraction(
            _decode_html(name, data),
            config=settings,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except InputError:
        raise
    except Exception as error:  # whatever a parser makes of one bad file, the others go on
        raise InputError(f"{name}: cannot be parsed as HTML ({error}); save the page again") from error
    if not isinstance(found, Document):
        raise InputError(f"{name}: {_NO_ARTICLE}")
    blocks = [block for block in _html_blocks(found.body) if block.text != found.title]
    if not any(_SENTENCE_END.search(block.text) for block in blocks if not block.level):
        raise InputError(f"{name}: {_NO_ARTICLE}")
    article = _article(name, [_Block(found.title or "", 1), *blocks])
    author = tuple(part.strip() for part in (found.author or "").split(";") if part.strip())
    return [replace(article, byline=article.byline or author, source=found.sitename or None, date=found.date)]


_NO_ARTICLE = "no article found in it; check that it is the page of an article, not a list of links"


def _decode_html(name: str, data: bytes) -> str:
    """Return the text of a web page in the encoding that it declares, else in the one that fits."""
    declared = _CHARSET.search(data[:4096])
    if declared:
        encoding = declared[1].decode("ascii").lower()
        try:
            return data.decode(_WIDER.get(encoding, encoding))
        except (LookupError, UnicodeDecodeError):
            pass  # many pages declare what they are not
    return decode(name, data)


def _html_blocks(body: Any) -> Iterator[_Block]:
    """Yield the blocks of trafilatura's tree: p, head, item, quote and the rows of tables."""
    for element in body.iter("p", "head", "item", "quote", "row", "code"):
        if any(parent.tag in {"p", "item", "row"} for parent in element.iterancestors()):
            continue
        parts = element.iter("cell") if element.tag == "row" else [element]
        texts = ["".join(str(text) for text in part.itertext()) for part in parts]
        lines = texts[0].splitlines() if len(texts) == 1 else ["\t".join(texts)]
        level = int(str(element.get("rend", "h3"))[1:]) if element.tag == "head" else 0
        yield from (_Block(" ".join(line.split()), level) for line in lines if line.strip())


def read_docx(name: str, data: bytes) -> list[Article]:
    """Return the Articles of a Word document; without headings it is read like the text of a page.

    Raises InputError when it is damaged, or an old .doc file by another name.
    """
    from docx import Document  # noqa: PLC0415 (as above)

    try:
        document = Document(copy_bounded(data, MAX_UNPACKED))
        blocks = [block for part in document.iter_inner_content() for block in _word_blocks(part)]
    except Exception as error:  # whatever a parser makes of one bad file, the others go on
        message = f"{name}: damaged or no Word document ({error}); open it in Word and save it as .docx"
        raise InputError(message) from error
    if any(block.level for block in blocks):
        return _articles(name, blocks)
    # A line that ends a sentence is a whole paragraph, and printed as one.
    lines = ["　　" + b.text if _SENTENCE_END.search(b.text[-2:]) else b.text for b in blocks]
    return [_without_spans(a) for a in rebuild_page(split_lines(name, "\n".join(lines))).articles]


def _word_blocks(part: "WordParagraph | Table") -> Iterator[_Block]:
    if hasattr(part, "rows"):
        for row in part.rows:
            cells = dict.fromkeys(cell.text.strip() for cell in row.cells)  # merged cells are given twice
            yield _Block("\t".join(" ".join(text.split()) for text in cells if text))
        return
    style = (part.style.name if part.style else None) or ""
    heading = _STYLE.match(style)
    level = int(heading[1]) + 1 if heading else int(style == "Title")
    role: Role = "caption" if style == "Caption" else "body"
    for line in part.text.splitlines():
        if line.strip():
            yield _Block(line.strip(), level, (), role)


def _without_spans(article: Article) -> Article:
    return replace(article, paragraphs=tuple(replace(p, spans=()) for p in article.paragraphs))


def read_markdown(name: str, text: str, corrections: Sequence[Correction] = ()) -> Rebuilding:
    """Return the Articles of a Markdown file; without headings it is read like the text of a page."""
    page = split_lines(name, text)
    blocks = _markdown_blocks(text)
    if any(block.level for block in blocks):
        return Rebuilding(page, tuple(_articles(name, blocks)))
    return rebuild_page(page, corrections)


def _markdown_blocks(text: str) -> list[_Block]:
    from markdown_it import MarkdownIt  # noqa: PLC0415 (as above)

    # Line ends of one character each, as the parser makes them, so that its line numbers are ours.
    starts = [0]
    starts += [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]
    starts.append(len(text))
    blocks, level = [], 0
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "heading_open":
            level = int(token.tag[1:])
        if token.type != "inline" or token.map is None:
            continue
        plain = "".join(_plain(child.type, child.content) for child in token.children or ())
        begin, end = token.map
        spans = tuple(_span(text, a, b) for a, b in pairwise(starts[begin : end + 1]))
        if plain.strip():
            blocks.append(_Block("".join(plain.split("\n")).strip(), level, spans))
        level = 0
    return blocks


def _plain(kind: str, content: str) -> str:
    return "\n" if kind in {"softbreak", "hardbreak"} else content if kind in {"text", "code_inline"} else ""


def _span(text: str, start: int, end: int) -> Span:
    """Return the span of a line without the white space around it."""
    line = text[start:end]
    return start + len(line) - len(line.lstrip()), start + len(line.rstrip())


def _articles(name: str, blocks: list[_Block]) -> list[Article]:
    """Cut a document at the headings of its top level."""
    top = _top_level(blocks)
    sections: list[list[_Block]] = [[]]
    for block in blocks:
        if block.level and block.level <= top:
            sections.append([])
        sections[-1].append(block)
    return [_article(name, section) for section in sections if section]


def _top_level(blocks: list[_Block]) -> int:
    """Return the level of the headlines: the highest, or the next where that is the document's title."""
    levels = Counter(block.level for block in blocks if block.level)
    first, *rest = sorted(levels)
    titled = blocks[0].level == first and levels[first] == 1 and len(blocks) > 1 and blocks[1].level
    return rest[0] if titled and rest and levels[rest[0]] > 1 else first


def _article(name: str, blocks: list[_Block]) -> Article:
    """Make the Article of a section; a first block with a level is its headline."""
    headline = blocks[0].text if blocks[0].level else ""
    rest = blocks[1:] if blocks[0].level else blocks
    bylines, dateline = [], ""
    while rest and not rest[0].level and (is_byline(rest[0].text) or is_dateline(rest[0].text)):
        if is_byline(rest[0].text):
            bylines.append(rest[0].text)
        else:
            dateline = rest[0].text
        rest = rest[1:]
    if not rest:  # nothing below the headline: kept as text, so that it is found
        headline, rest = "", blocks
    paragraphs = _paragraphs(rest)
    return Article(
        article_id=hash_article(name, headline, *(p.text for p in paragraphs)),
        file=name,
        headline=headline,
        paragraphs=paragraphs,
        byline=tuple(people_of_byline(bylines)),
        dateline=dateline,
    )


def _paragraphs(blocks: Iterable[_Block]) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(b.text, "subhead" if b.level else b.role, b.spans) for b in blocks)
