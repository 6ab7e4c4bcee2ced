"""Files of every format -> their bytes, archives opened; and bytes -> Articles, by suffix and content."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.archives import Skip, read_members
from qa.articles import Rebuilding, rebuild_page
from qa.corrections import FIRST_PAGE, SUFFIX, ByPage, parse_corrections
from qa.documents import read_docx, read_html, read_markdown
from qa.errors import InputError
from qa.files import decode, format_of_name, read_file
from qa.pages import split_lines
from qa.records import Article, Page, Paragraph, hash_article
from qa.tables import Columns, read_csv, read_json, read_json_lines

__all__ = ["INVISIBLE", "Skip", "Source", "format_of", "open_sources", "read_source"]

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
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a member of an archive (``archive.zip/folder/page.txt``): its name and its bytes.

    ``corrections`` are those in the file of corrections beside it, by the number of the page.
    """

    name: str
    data: bytes
    corrections: ByPage = field(default_factory=dict)


def open_sources(path: Path, skip: Skip) -> Iterator[Source]:
    """Yield what a file holds: itself, or the members of an archive, one after the other.

    Members and corrections that cannot be read are told to ``skip``. Raises InputError when the file
    cannot be read.
    """
    if path.is_dir():
        raise InputError(f"{path}: a link to a folder is not followed; name the folder that it leads to")
    real = Path(os.path.realpath(path))  # Path.resolve raises at a link that leads to itself
    if real.name.endswith(SUFFIX):
        raise InputError(f"{path}: corrections, not a page; name the page that they are of")
    corrections = _corrections_beside(real, skip)
    name = real.as_posix()
    if not _is_archive(real):
        yield Source(name, read_file(real), corrections.pop("", {}))
    else:
        for member, data in read_members(name, real, skip):
            yield Source(member, data, corrections.pop(member[len(name) + 1 :], {}))
    for unknown in corrections:
        told = f"it has no member {unknown!r}" if unknown else "begin those of a member with `file NAME`"
        skip(InputError(f"{real}{SUFFIX}: corrections of no file; {told}"))


def _corrections_beside(path: Path, skip: Skip) -> dict[str, ByPage]:
    """Return the corrections in the file beside an input, by the member of an archive."""
    beside = path.with_name(path.name + SUFFIX)
    try:
        if beside.is_file() and beside.stat().st_size:
            return parse_corrections(beside.as_posix(), decode(beside, read_file(beside)), skip)
    except InputError as error:
        skip(error)
    return {}


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


def read_source(source: Source, columns: Columns, skip: Skip) -> list[Rebuilding]:
    """Return the Articles of a source, page by page; a format without pages has one, without lines.

    Source, date and page are those that the format itself tells. Characters that cannot be seen are
    taken out of the Articles' texts: the raw characters of a paragraph's spans are its text, white
    space and these aside. Parts and corrections left out are told to ``skip``. Raises InputError when
    there is no Article in it.
    """
    read = [_visible_page(page) for page in _pages(source, columns, skip)]
    if not any(page.articles for page in read):
        name = source.name
        raise InputError(f"{name}: no article found in it; check that it is the text of a page")
    for reason in [*_unused(source.corrections, read), *(r for page in read for r in page.refused)]:
        skip(InputError(reason))
    return _with_unique_ids(read)


def _unused(corrections: ByPage, read: Sequence[Rebuilding]) -> Iterator[str]:
    """Yield a line for the corrections of each page that is not there or was not rebuilt from lines."""
    lined = {page.page.number or FIRST_PAGE for page in read if page.owners}
    for number, (first, *_) in corrections.items():
        if number not in lined:
            yield f"{first.place}: page {number} has no printed lines to correct; left out"


def format_of(source: Source) -> str:
    """Return the format of a source: what it begins with decides before its name."""
    if source.data.startswith(_PDF):
        return "pdf"
    if source.data.startswith(_IMAGES) or (source.data[:4], source.data[8:12]) == (b"RIFF", b"WEBP"):
        return "image"
    told = format_of_name(source.name)
    if told in {None, "text"} and _HTML.match(source.data[:2048]):
        return "html"
    return told or "text"


def _pages(source: Source, columns: Columns, skip: Skip) -> list[Rebuilding]:
    name, data, kind = source.name, source.data, format_of(source)
    first = source.corrections.get(FIRST_PAGE, ())
    if kind in {"pdf", "image"}:
        from qa.images import read_image  # noqa: PLC0415 (reading page dumps has no need of these libraries)
        from qa.pdf import read_pdf  # noqa: PLC0415

        read = read_pdf if kind == "pdf" else read_image
        return [_doubted(_rebuild(page, source.corrections)) for page in read(name, data, skip)]
    if kind == "markdown":
        return [read_markdown(name, decode(name, data), first)]
    if kind in _DOCUMENTS:
        return [Rebuilding(Page(name, "", ()), tuple(_DOCUMENTS[kind](name, data)))]
    if kind in _TABLES:
        rows = _TABLES[kind](name, decode(name, data), columns, skip)
        return [Rebuilding(Page(name, "", ()), tuple(rows))]
    return [rebuild_page(split_lines(name, decode(name, data)), first)]


def _visible_page(page: Rebuilding) -> Rebuilding:
    """Return a page without the characters that cannot be seen, and without Articles of only such."""
    articles = [_visible(article) for article in page.articles]
    if all(article.paragraphs for article in articles):
        return replace(page, articles=tuple(articles))
    kept = [number for number, article in enumerate(articles) if article.paragraphs]
    numbers = {old: new for new, old in enumerate(kept)}
    owners = tuple(None if owner is None else numbers.get(owner) for owner in page.owners)
    return replace(page, articles=tuple(articles[k] for k in kept), owners=owners)


def _rebuild(page: Page, corrections: ByPage) -> Rebuilding:
    return rebuild_page(page, corrections.get(page.number or FIRST_PAGE, ()))


def _doubted(page: Rebuilding) -> Rebuilding:
    """Return a page with the doubt about its characters in the confidence of its Articles."""
    share = page.page.confidence
    return replace(page, articles=tuple(replace(a, confidence=a.confidence * share) for a in page.articles))


def _visible(article: Article) -> Article:
    """Return an Article without the characters that cannot be seen."""
    lines = [article.headline, article.kicker, article.subtitle, article.dateline, *article.byline]
    told = [text for text in (article.source, article.page, article.section) if text]
    if not INVISIBLE.search("\n".join([article.text, *lines, *told])):
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
    return INVISIBLE.sub("", text).strip()


def _visible_paragraph(paragraph: Paragraph) -> Paragraph:
    return replace(paragraph, text=_seen(paragraph.text), credit=_seen(paragraph.credit))


def _with_unique_ids(read: list[Rebuilding]) -> list[Rebuilding]:
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

    return [replace(page, articles=tuple(map(unique, page.articles))) for page in read]
