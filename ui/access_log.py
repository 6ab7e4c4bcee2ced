"""The access log: one JSON object a line for each request, without anything that a reader wrote."""

import json
import logging
import time
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.errors import InputError

__all__ = ["AccessLog", "open_access_log"]

# Behind the name of a call Gradio writes that of a session.
_GRADIO_PARTS = 3


def open_access_log(path: Path) -> logging.Logger:
    """Return a log that writes to a file, or with ``-`` to standard error; a file may be rotated under it.

    Raises InputError when the file cannot be written.
    """
    log = logging.Logger("wenbao access")
    try:
        log.addHandler(
            logging.StreamHandler() if str(path) == "-" else WatchedFileHandler(path, encoding="utf-8")
        )
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); choose another --access-log"
        ) from error
    return log


class AccessLog:
    """ASGI middleware: tells of each request when it is over.

    Questions are in bodies and query strings, which are not told, nor are headers.
    """

    def __init__(self, app: ASGIApp, log: logging.Logger) -> None:
        self.app = app
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and write its line."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, size = 500, 0
        began = time.perf_counter()

        async def send_counted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_counted)
        finally:
            self.log.info(_line(scope, status, size, time.perf_counter() - began))


def _line(scope: Scope, status: int, size: int, seconds: float) -> str:
    user = scope.get("user")
    told = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": (scope.get("client") or (None,))[0],
        "user": user.name if user else None,
        "method": scope["method"],
        "path": _shown(scope["path"]),
        "status": status,
        "bytes": size,
        "milliseconds": round(seconds * 1000, 1),
    }
    return json.dumps(told)


def _shown(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:_GRADIO_PARTS]) if parts[1] == "gradio_api" else path
