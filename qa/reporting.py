"""Audits of pages written to the disk: one page alone, or contents and a folder of pages beside them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.articles import Rebuilding
from qa.audit import Place, Row, render_contents, render_page, row_of
from qa.corrections import FIRST_PAGE, SUFFIX
from qa.errors import InputError

__all__ = ["Counts", "write_report"]

_PAGE_FILE = re.compile(r"\d{4,}\.html")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pages a report has, how many articles on them, and decisions to check."""

    pages: int
    articles: int
    unsure: int


def write_report(out: Path, pages: Iterable[Rebuilding]) -> Counts:
    """Write the audit of pages, one after the other; of one page alone ``out`` is that page.

    Of several, ``out`` leads to them, and they stand in the folder ``out_pages`` beside it; pages that
    an earlier report left there are removed. Raises InputError when something cannot be written.
    """
    folder = out.with_name(f"{out.stem}_pages")
    rows: list[Row] = []
    try:
        for number, (page, alone, last) in enumerate(_with_ends(pages), 1):
            name = f"{number:04}.html"
            rows.append(row_of(page, f"{folder.name}/{name}"))
            place = _place_of(page)
            if alone:
                _write(out, render_page(page, place))
                continue
            previous = f"{number - 1:04}.html" if number > 1 else None
            following = None if last else f"{number + 1:04}.html"
            place = replace(place, contents=f"../{out.name}", previous=previous, following=following)
            folder.mkdir(exist_ok=True)
            _write(folder / name, render_page(page, place))
        if len(rows) > 1:
            _write(out, render_contents(rows))
        _remove_older(folder, len(rows) if len(rows) > 1 else 0)
    except OSError as error:
        message = f"{error.filename or out}: cannot be written ({error.strerror}); name another file"
        raise InputError(message) from error
    return Counts(len(rows), sum(row.articles for row in rows), sum(row.unsure for row in rows))


def _with_ends(pages: Iterable[Rebuilding]) -> Iterator[tuple[Rebuilding, bool, bool]]:
    """Yield each page, whether it is the only one, and whether it is the last."""
    held: Rebuilding | None = None
    first = True
    for page in pages:
        if held is not None:
            yield held, False, False
            first = False
        held = page
    if held is not None:
        yield held, first, True


def _place_of(page: Rebuilding) -> Place:
    """Return where the corrections of a page are written: beside its file, or the archive it is in."""
    file = Path(page.page.file)
    archive = next((parent for parent in file.parents if parent.is_file()), None)
    section = [f"file {file.relative_to(archive).as_posix()}"] if archive else []
    if page.page.number not in {None, FIRST_PAGE}:
        section.append(f"page {page.page.number}")
    return Place(f"{archive or file}{SUFFIX}", tuple(section))


def _write(path: Path, html: str) -> None:
    path.write_text(html, encoding="utf-8", errors="backslashreplace")


def _remove_older(folder: Path, count: int) -> None:
    """Remove the pages of an earlier, longer report."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if _PAGE_FILE.fullmatch(path.name) and int(path.stem) > count:
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
