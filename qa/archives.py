"""ZIP archives: their members one after the other, within limits on number, size and compression.

Nothing is written to the disk. A member that could hurt or mislead is left out and told of; the
others are read.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from qa.errors import InputError
from qa.files import format_of_name, is_hidden, most_bytes

__all__ = ["MAX_MEMBERS", "MAX_RATIO", "MAX_TOTAL_BYTES", "Skip", "copy_bounded", "read_members"]

# Called with each part of an input that is left out.
Skip = Callable[[InputError], None]

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 4 * 1024 * 1024 * 1024  # a year of page dumps, or a month of pages in PDF
# Text compresses to a tenth, the most repetitive tables to a fiftieth; deflate makes up to 1,032 of 1.
MAX_RATIO = 100
_SMALL = 1024 * 1024  # bytes; what is smaller does no harm at any ratio
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1  # bits of the general purpose flag (APPNOTE.TXT 4.4.4)
# The methods whose unpacking keeps to the size asked for, whatever the archive says.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


def read_members(
    name: str, archive: Path | IO[bytes], skip: Skip, *, nested: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Yield name (``archive.zip/folder/page.txt``) and bytes of each member of a format that is read.

    They come in order of name. An archive inside the archive is opened, one inside that is not.
    Raises InputError when the archive itself is damaged or beyond the limits.
    """
    try:
        opened = zipfile.ZipFile(archive)
    except _DAMAGED as error:
        raise InputError(f"{name}: damaged ZIP archive ({error}); make it again") from error
    with opened:
        for path, member in _readable(name, opened.infolist()):
            full_name = f"{name}/{path}"
            try:
                data = _read(full_name, path, opened, member)
                if format_of_name(path) != "zip":
                    yield full_name, data
                elif nested:
                    message = f"{full_name}: an archive inside an archive inside an archive; unpack it first"
                    raise InputError(message)  # noqa: TRY301 (told like every other member's error)
                else:
                    yield from read_members(full_name, io.BytesIO(data), skip, nested=True)
            except InputError as error:
                skip(error)


def _readable(name: str, members: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    if len(members) > MAX_MEMBERS:
        raise InputError(f"{name}: {len(members):,} members, more than {MAX_MEMBERS:,}; split the archive")
    named = [(_path_of(member), member) for member in members if not member.is_dir()]
    readable = [(path, member) for path, member in named if format_of_name(path) and not is_hidden(path)]
    if not readable:
        raise InputError(f"{name}: no file in it that can be read; check that it is an archive of pages")
    total = sum(member.file_size for _, member in readable)
    if total > MAX_TOTAL_BYTES:
        message = f"{name}: {total >> 20:,} MiB when unpacked, more than {MAX_TOTAL_BYTES >> 20:,}"
        raise InputError(f"{message}; split the archive")
    return sorted(readable, key=lambda pair: pair[0])


def _path_of(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; without a mark for UTF-8 it is read as UTF-8, else as GB18030."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _read(full_name: str, path: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member. Raises InputError when it is not to be trusted, damaged or too large."""
    if path.startswith("/") or ".." in path.split("/") or _DRIVE.match(path):
        raise InputError(f"{full_name}: leads out of the archive; left out, make the archive again")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise InputError(f"{full_name}: a symbolic link; put the file itself into the archive")
    if member.flag_bits & _ENCRYPTED:
        raise InputError(f"{full_name}: encrypted; unpack it first")
    if member.compress_type not in _METHODS:
        raise InputError(f"{full_name}: packed in an unusual way; make the archive again as plain ZIP")
    if member.file_size > most_bytes(path):
        raise InputError(f"{full_name}: larger than {most_bytes(path) >> 20} MiB; split it")
    if member.file_size > max(_SMALL, MAX_RATIO * member.compress_size):
        ratio = member.file_size // max(member.compress_size, 1)
        raise InputError(f"{full_name}: {ratio:,} times its packed size, like a ZIP bomb; left out")
    try:
        with archive.open(member) as stream:
            # Reading with a size keeps to it, also where the archive lies about the size of a member.
            data = stream.read(member.file_size + 1)
    except _DAMAGED as error:
        raise InputError(f"{full_name}: damaged in the archive ({error}); make the archive again") from error
    if not data.strip():
        raise InputError(f"{full_name}: empty file; remove it or export the page again")
    return data


def copy_bounded(data: bytes, most: int) -> io.BytesIO:
    """Return a ZIP file with the same members, not compressed and of ``most`` bytes at the most in all.

    For readers of formats kept in ZIP files (DOCX), which trust what an archive says of its sizes.
    Raises ValueError beyond ``most``, zipfile.BadZipFile and the like when damaged.
    """
    copy, left = io.BytesIO(), most
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(copy, "w") as copied:
        for member in archive.infolist():
            if member.compress_type not in _METHODS:
                raise ValueError("packed in an unusual way")
            with archive.open(member) as stream:
                contents = stream.read(left + 1)
            left -= len(contents)
            if left < 0:
                raise ValueError(f"more than {most >> 20} MiB when unpacked")
            copied.writestr(member.filename, contents)
    copy.seek(0)
    return copy
