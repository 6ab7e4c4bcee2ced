"""Files of every format -> their bytes, archives opened; and bytes -> Articles, by suffix and content."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.archives import Skip, read_members
from qa.articles import rebuild_articles
from qa.documents import read_docx, read_html, read_markdown
from qa.errors import InputError
from qa.files import decode, format_of_name, read_file
from qa.pages import split_lines
from qa.records import Article, Page, Paragraph, hash_article
from qa.tables import Columns, read_csv, read_json, read_json_lines

__all__ = ["Skip", "Source", "open_sources", "read_source"]

_PDF, _ZIP = b"%PDF-", b"PK\x03\x04"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")  # PNG, JPEG, TIFF
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+)?html",
    re.IGNORECASE | re.DOTALL,
)
_DOCUMENTS = {"html": read_html, "docx": read_docx}
_TABLES = {"json": read_json, "jsonl": read_json_lines, "csv": read_csv}
# What is no part of a text and would mislead: control characters, marks that turn the direction of
# writing, spaces without width, soft hyphens, halves of surrogate pairs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a member of an archive (``archive.zip/folder/page.txt``): its name and its bytes."""

    name: str
    data: bytes


def open_sources(path: Path, skip: Skip) -> Iterator[Source]:
    """Yield what a file holds: itself, or the members of an archive, one after the other.

    Members that cannot be read are told to ``skip``. Raises InputError when the file cannot be read.
    """
    if path.is_dir():
        raise InputError(f"{path}: a link to a folder is not followed; name the folder that it leads to")
    real = Path(os.path.realpath(path))  # Path.resolve raises at a link that leads to itself
    if _is_archive(real):
        for name, data in read_members(real.as_posix(), real, skip):
            yield Source(name, data)
    else:
        yield Source(real.as_posix(), read_file(real))


def _is_archive(path: Path) -> bool:
    if format_of_name(path.name) == "docx" or not path.is_file():
        return False
    if format_of_name(path.name) == "zip":
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError:
        return False  # reading it will tell


def read_source(source: Source, columns: Columns, skip: Skip) -> list[tuple[Page, list[Article]]]:
    """Return the Articles of a source, page by page; a format without pages has one, without lines.

    Source, date and page are those that the format itself tells. Characters that cannot be seen are
    taken out of the Articles' texts: the raw characters of a paragraph's spans are its text, white
    space and these aside. Parts left out are told to ``skip``. Raises InputError when there is no
    Article in it.
    """
    read = [(page, [_visible(a) for a in articles]) for page, articles in _pages(source, columns, skip)]
    read = [(page, [a for a in articles if a.paragraphs]) for page, articles in read]
    if not any(articles for _, articles in read):
        name = source.name
        raise InputError(f"{name}: no article found in it; check that it is the text of a page")
    return _with_unique_ids(read)


def _format(source: Source) -> str:
    """Return the format of a source: what it begins with decides before its name."""
    if source.data.startswith(_PDF):
        return "pdf"
    if source.data.startswith(_IMAGES) or (source.data[:4], source.data[8:12]) == (b"RIFF", b"WEBP"):
        return "image"
    told = format_of_name(source.name)
    if told in {None, "text"} and _HTML.match(source.data[:2048]):
        return "html"
    return told or "text"


def _pages(source: Source, columns: Columns, skip: Skip) -> list[tuple[Page, list[Article]]]:
    name, data, kind = source.name, source.data, _format(source)
    if kind in {"pdf", "image"}:
        from qa.images import read_image  # noqa: PLC0415 (reading page dumps has no need of these libraries)
        from qa.pdf import read_pdf  # noqa: PLC0415

        read = read_pdf if kind == "pdf" else read_image
        return [(page, _doubted(page, rebuild_articles(page))) for page in read(name, data, skip)]
    if kind == "markdown":
        return [read_markdown(name, decode(name, data))]
    if kind in _DOCUMENTS:
        return [(Page(name, "", ()), _DOCUMENTS[kind](name, data))]
    if kind in _TABLES:
        return [(Page(name, "", ()), _TABLES[kind](name, decode(name, data), columns, skip))]
    page = split_lines(name, decode(name, data))
    return [(page, rebuild_articles(page))]


def _doubted(page: Page, articles: list[Article]) -> list[Article]:
    """Return the Articles of a page with the doubt about its characters in their confidence."""
    return [replace(article, confidence=article.confidence * page.confidence) for article in articles]


def _visible(article: Article) -> Article:
    """Return an Article without the characters that cannot be seen."""
    lines = [article.headline, article.kicker, article.subtitle, article.dateline, *article.byline]
    told = [text for text in (article.source, article.page, article.section) if text]
    if not _INVISIBLE.search("\n".join([article.text, *lines, *told])):
        return article
    paragraphs = [_visible_paragraph(p) for p in article.paragraphs]
    return replace(
        article,
        headline=_seen(article.headline),
        kicker=_seen(article.kicker),
        subtitle=_seen(article.subtitle),
        dateline=_seen(article.dateline),
        byline=tuple(filter(None, map(_seen, article.byline))),
        paragraphs=tuple(p for p in paragraphs if p.text),
        source=_seen(article.source or "") or None,
        page=_seen(article.page or "") or None,
        section=_seen(article.section or "") or None,
    )


def _seen(text: str) -> str:
    return _INVISIBLE.sub("", text).strip()


def _visible_paragraph(paragraph: Paragraph) -> Paragraph:
    return replace(paragraph, text=_seen(paragraph.text), credit=_seen(paragraph.credit))


def _with_unique_ids(read: list[tuple[Page, list[Article]]]) -> list[tuple[Page, list[Article]]]:
    """Give an Article that says the same as one before it in the file an id of its own."""
    seen: Counter[str] = Counter()

    def unique(article: Article) -> Article:
        seen[article.article_id] += 1
        times = seen[article.article_id]
        return (
            article
            if times == 1
            else replace(article, article_id=hash_article(article.article_id, str(times)))
        )

    return [(page, [unique(article) for article in articles]) for page, articles in read]
