"""Paths to text: find the files, decode them, and say plainly what cannot be read."""

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from charset_normalizer import from_bytes

from qa.errors import InputError
from qa.records import is_day

__all__ = ["MAX_BYTES", "MAX_LINES", "decode", "find_files", "metadata_of_name", "read_file", "sample_pages"]

# A printed page has some thousand lines; a file far beyond is an export that needs splitting.
MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 200_000
SUFFIXES = (".txt", ".text")

# Longest first: a UTF-32 mark begins with the bytes of a UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_CHARACTER = 4
_CANDIDATES = ["gb18030", "big5", "utf_16_le", "utf_16_be"]
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NAME = re.compile(
    r"(?P<source>.*?)[-_ ]*"
    r"(?P<year>(?:19|20)\d\d)[-_.]?(?P<month>0[1-9]|1[0-2])[-_.]?(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:[-_ ]*(?:第|page|p)?0*(?P<page>[A-Za-z]?\d{1,3})版?)?(?!\d)"
)


def sample_pages() -> Path:
    """Return the folder of the bundled sample corpus."""
    # It lies beside this package, in the source tree and in an installed copy alike.
    return Path(__file__).resolve().parents[1] / "eval" / "sample" / "pages"


def find_files(paths: Sequence[str | Path]) -> Iterator[Path]:
    """Yield the files named, and the text files in the folders named, in order of name.

    Hidden files are left out. A named path that does not exist is yielded too, so that reading it
    tells of it in its turn.
    """
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(
                child
                for child in path.rglob("*")
                if child.is_file() and child.suffix.lower() in SUFFIXES and not child.name.startswith(".")
            )
        else:
            yield path


def read_file(path: Path) -> bytes:
    """Return the bytes of a file. Raises InputError when it is missing, unreadable, empty or too large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{path}: larger than {MAX_BYTES >> 20} MiB; split it into one file for each page"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file or folder; check the path") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    if not data.strip():
        raise InputError(f"{path}: empty file; remove it or export the page again")
    return data


def decode(path: Path, data: bytes) -> str:
    """Return the text of ``data``: UTF-8, UTF-16 or -32 with a mark, GB18030, Big5 or UTF-16 without.

    A byte order mark is not part of the text; line breaks are kept as they are. Raises InputError
    for binary data, an encoding that fits nothing, and text of more than MAX_LINES lines.
    """
    text = _decode(path, data)
    controls = len(_CONTROL.findall(text[:65536]))
    if controls > 0.01 * min(len(text), 65536):
        raise InputError(f"{path}: binary data, not text; give the text of the page")
    lines = text.count("\n")
    if lines > MAX_LINES:
        message = f"{path}: {lines:,} lines, more than the {MAX_LINES:,} of a page; split it by page"
        raise InputError(message)
    if not text.strip():
        raise InputError(f"{path}: empty file; remove it or export the page again")
    return text


def _decode(path: Path, data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                message = f"{path}: damaged {encoding} text at byte {error.start}; export the page again"
                raise InputError(message) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that was cut off within its last character is UTF-8 all the same.
        if error.start > _LONGEST_CHARACTER and error.start > len(data) - _LONGEST_CHARACTER:
            return data[: error.start].decode("utf-8")
    best = from_bytes(data, cp_isolation=_CANDIDATES).best()
    if best is None:
        raise InputError(f"{path}: neither UTF-8, UTF-16, GB18030 nor Big5 text; save it as UTF-8")
    return data.decode(best.encoding)


def metadata_of_name(name: str) -> dict[str, str | None]:
    """Read source, date and page from a file name such as ``某报-20250328-02.txt``; None where not told."""
    found = _NAME.match(Path(name).stem)
    if not found:
        return {"source": None, "date": None, "page": None}
    day = f"{found['year']}-{found['month']}-{found['day']}"
    return {
        "source": found["source"].strip("-_ ") or None,
        "date": day if is_day(day) else None,
        "page": found["page"],
    }
