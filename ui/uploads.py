"""Files that readers add: checked, kept beside the index, read into it, and taken out again.

Closed unless the operator opens it. Each file is kept in a folder of its own with a random name, so that
no name of a reader's choosing ever meets another, and the same file can be added again after an undo.
"""

import re
import secrets
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool

from qa.errors import InputError
from qa.files import FORMATS, format_of_name, is_hidden, most_bytes, sample_pages
from qa.sources import INVISIBLE
from ui.refusals import ARTICLE_REFUSALS, REFUSALS

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from ui.holdings import Holdings

__all__ = ["Uploads", "uploads_router"]

_LONGEST_NAME = 200  # bytes in UTF-8; file systems take 255
_SAMPLE_GONE = "sample-gone"  # a file that stands for the sample having made way
_TOKEN = re.compile("[0-9a-f]{16}")
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\r\n\t]')


class Uploads:
    """The files that readers added to an archive; one is read at a time, whoever sends it."""

    def __init__(self, assistant: "Assistant", holdings: "Holdings", folder: Path) -> None:
        self._assistant = assistant
        self._holdings = holdings
        self._folder = folder
        self._lock = threading.Lock()

    async def receive(self, name: str, chunks: AsyncIterator[bytes]) -> Path:
        """Keep a file as it comes in. Raises InputError for a bad name, and once it is too large."""
        check_name(name)
        place = self._folder / secrets.token_hex(8)
        place.mkdir(parents=True)
        size = 0
        try:
            with (place / name).open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    _check_size(name, size)
                    file.write(chunk)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return place / name

    def read(self, file: Path) -> dict[str, Any]:
        """Read a kept file into the archive and tell what was rebuilt; it is deleted if nothing was.

        Raises InputError when no article is found in it.
        """
        try:
            with self._lock:
                sampled = bool(self._assistant.articles_in(sample_pages()))
                summary = self._assistant.add([file])
                if sampled:  # and is no more: what a user adds takes its place
                    (self._folder / _SAMPLE_GONE).touch()
        except BaseException as error:
            shutil.rmtree(file.parent, ignore_errors=True)
            if isinstance(error, InputError):
                raise InputError(_without_folder(str(error), file)) from error
            raise
        self._holdings.forget()
        articles = [
            {
                "article_id": article.article_id,
                "headline": article.title,
                "confidence": round(article.confidence, 2),
            }
            for article in self._assistant.articles_in(file)
        ]
        skipped = [_without_folder(reason, file) for _, reason in summary.skipped]
        return {"id": file.parent.name, "name": file.name, "articles": articles, "skipped": skipped}

    def undo(self, token: str) -> int:
        """Take a file's articles out again, and delete it. Raises KeyError when it is not there.

        With the last of them the bundled sample comes back, if it had made way for the first.
        """
        place = self._folder / token
        files = list(place.iterdir()) if _TOKEN.fullmatch(token) and place.is_dir() else []
        if not files:
            raise KeyError(token)
        with self._lock:
            ids = [article.article_id for file in files for article in self._assistant.articles_in(file)]
            removed = self._assistant.remove(ids)
            shutil.rmtree(place, ignore_errors=True)
            self._restore_sample()
        self._holdings.forget()
        return removed

    def _restore_sample(self) -> None:
        """Bring the bundled sample back where it made way for what is now all taken out again."""
        gone = self._folder / _SAMPLE_GONE
        if gone.exists() and not self._assistant.overview().articles:
            self._assistant.add([sample_pages()])
            gone.unlink()


def check_name(name: str) -> None:
    """Raise InputError unless a name is that of a file of a known format, and nothing but a name."""
    if _NOT_IN_NAMES.search(name) or INVISIBLE.search(name) or is_hidden(name) or name in {"", ".", ".."}:
        raise InputError("文件名不能用 (not the name of a file; rename it)")
    if len(name.encode()) > _LONGEST_NAME:
        raise InputError(f"文件名太长 (the name has more than {_LONGEST_NAME} bytes; shorten it)")
    if format_of_name(name) is None:
        raise InputError(f"{name}: 不认识的格式 (unknown format; send one of {', '.join(FORMATS)})")


def _without_folder(reason: str, file: Path) -> str:
    """Leave out of a message where files are kept: that is nobody's business."""
    return reason.replace(f"{file.parent.resolve().as_posix()}/", "").replace(f"{file.parent}/", "")


def _check_size(name: str, size: int) -> None:
    limit = most_bytes(name)
    if size > limit:
        raise InputError(f"{name}: 大于{limit >> 20} MiB (larger than {limit >> 20} MiB; split it)")


def uploads_router(uploads: Uploads) -> APIRouter:
    """Return the routes ``/api/uploads``; without this router they do not exist."""
    router = APIRouter(tags=["archive"], responses=REFUSALS)

    @router.post("/api/uploads")
    async def add(request: Request, name: Annotated[str, Query()]) -> dict[str, Any]:
        """Add one file, its bytes being the body, and return the articles rebuilt from it."""
        file = await uploads.receive(name, request.stream())
        return await run_in_threadpool(uploads.read, file)

    @router.delete("/api/uploads/{token}", responses=ARTICLE_REFUSALS)
    def undo(token: str) -> dict[str, int]:
        """Take out again what a file added."""
        try:
            return {"removed": uploads.undo(token)}
        except KeyError:
            message = f"没有这个文件 (no file {token} was added, or it was taken out again)"
            raise HTTPException(404, message) from None

    return router
