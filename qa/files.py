"""Paths to text: find the files, decode them, and say plainly what cannot be read."""

import codecs
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from charset_normalizer import from_bytes

from qa.errors import InputError

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_LINES",
    "MAX_PDF_BYTES",
    "decode",
    "find_files",
    "format_of_name",
    "is_hidden",
    "most_bytes",
    "read_file",
    "sample_pages",
]

# A printed page has some thousand lines; a file far beyond is an export that needs splitting.
MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 200_000
MAX_PDF_BYTES = 128 * 1024 * 1024  # scans are large
# The suffixes that are read, and the format that each stands for.
FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".webp": "image",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".zip": "zip",
}

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


def sample_pages() -> Path:
    """Return the folder of the bundled sample corpus."""
    # It lies beside this package, in the source tree and in an installed copy alike.
    return Path(__file__).resolve().parents[1] / "eval" / "sample" / "pages"


def format_of_name(name: str) -> str | None:
    """Return the format that a file's suffix stands for, None for a suffix that is not read."""
    return FORMATS.get(Path(name).suffix.lower())


def is_hidden(name: str) -> bool:
    """Tell whether a relative path is hidden, or is what Word and macOS leave beside a file."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in Path(name).parts if part != "..")


def find_files(paths: Sequence[str | Path]) -> Iterator[Path]:
    """Yield the files named, and the files of a known format in the folders named, in order of name.

    Hidden files and folders are left out. Links to folders are not followed, so that no folder is
    read twice or without end; they are yielded, as is a named path that does not exist, so that
    reading tells of them in their turn.
    """
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(_files_under(path))
        else:
            yield path


def _files_under(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(name)]
        yield from (Path(parent, name) for name in folders if Path(parent, name).is_symlink())
        yield from (Path(parent, name) for name in files if format_of_name(name) and not is_hidden(name))


def most_bytes(name: str) -> int:
    """Return how many bytes a file of this name may have."""
    return MAX_PDF_BYTES if format_of_name(name) in {"pdf", "image"} else MAX_BYTES


def read_file(path: Path) -> bytes:
    """Return the bytes of a file. Raises InputError when it is missing, unreadable, empty or too large."""
    most = most_bytes(path.name)
    try:
        if path.stat().st_size > most:
            raise InputError(f"{path}: larger than {most >> 20} MiB; split it into one file for each page")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file or folder; check the path") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    if not data.strip():
        raise InputError(f"{path}: empty file; remove it or export the page again")
    return data


def decode(path: str | Path, data: bytes) -> str:
    """Return the text of ``data``: UTF-8, UTF-16 or -32 with a mark, GB18030, Big5 or UTF-16 without.

    A byte order mark is not part of the text; line breaks are kept as they are. Raises InputError
    for binary data, an encoding that fits nothing, and text of more than MAX_LINES lines.
    """
    text = _decode(path, data)
    controls = len(_CONTROL.findall(text[:65536]))
    if controls > max(10, 0.01 * min(len(text), 65536)):  # a few stray ones are in many exports
        raise InputError(f"{path}: binary data, not text; give the text of the page")
    lines = text.count("\n")
    if lines > MAX_LINES:
        message = f"{path}: {lines:,} lines, more than the {MAX_LINES:,} of a page; split it by page"
        raise InputError(message)
    if not text.strip():
        raise InputError(f"{path}: empty file; remove it or export the page again")
    return text


def _decode(path: str | Path, data: bytes) -> str:
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
