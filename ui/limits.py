"""Limits on what one client may ask of the server: how often, and how much at once."""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.files import MAX_PDF_BYTES
from ui.refusals import refuse

__all__ = ["LARGE_BODIES", "MAX_BODY", "BodyLimit", "RateLimit", "TokenBuckets", "client_of", "too_many"]

# A long conversation is sent along with each question; routes that take files have limits of their own.
MAX_BODY = 4 << 20
LARGE_BODIES = {"/review/import": 64 << 20, "/api/uploads": MAX_PDF_BYTES}
# Clients that are remembered; the one that was silent longest is forgotten first.
_MAX_CLIENTS = 10_000
# What makes the server work: everything for programs, and the page's questions and searches.
_COUNTED = ("/api/", "/v1/", "/browse", "/gradio_api/queue/join")


class TokenBuckets:
    """A bucket of ``capacity`` tokens for each client, filled up at ``per_second``; safe from any thread."""

    def __init__(
        self, capacity: float, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str) -> float:
        """Take a token and return 0; where there is none, return the seconds until there is one."""
        with self._lock:
            tokens = self._fill(client)
            if tokens < 1:
                return (1 - tokens) / self._per_second
            self._put(client, tokens - 1)
            return 0.0

    def give_back(self, client: str) -> None:
        """Put back a token that was taken."""
        with self._lock:
            self._put(client, min(self._fill(client) + 1, self._capacity))

    def _fill(self, client: str) -> float:
        now = self._clock()
        tokens, then = self._buckets.get(client, (self._capacity, now))
        return min(self._capacity, tokens + (now - then) * self._per_second)

    def _put(self, client: str, tokens: float) -> None:
        self._buckets[client] = (tokens, self._clock())
        self._buckets.move_to_end(client)
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)


def client_of(scope: Scope) -> str:
    """Return who is counted as one: a user by name, else an address; of IPv6 the network (/64)."""
    user = scope.get("user")
    if user and user.name:
        return f"user {user.name}"
    host = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    return str(ipaddress.ip_network((host, 64), strict=False)) if address.version == 6 else host


def too_many(path: str, wait: float) -> JSONResponse:
    """Return the answer to one who has to wait so many seconds before asking for a path."""
    seconds = math.ceil(wait)
    message = f"请求太频繁，请{seconds}秒后再试 (too many requests; try again in {seconds} s)"
    return refuse(path, 429, message, {"Retry-After": str(seconds)})


class RateLimit:
    """ASGI middleware: requests that make the server work, each taking a token of its client."""

    def __init__(self, app: ASGIApp, buckets: TokenBuckets) -> None:
        self.app = app
        self.buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 429 with the seconds to wait where the client has no token left."""
        counted = scope["type"] == "http" and scope["path"].startswith(_COUNTED)
        wait = self.buckets.take(client_of(scope)) if counted else 0.0
        if wait:
            await too_many(scope["path"], wait)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class BodyLimit:
    """ASGI middleware: no request larger than its route takes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 to a body that is too large, told or sent so."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length")
        # A body whose size is not told is kept in memory until it is known: no large one.
        limit = MAX_BODY if told is None else LARGE_BODIES.get(scope["path"], MAX_BODY)
        if told is None:
            messages, size = await _read_ahead(receive, limit)
        else:
            messages, size = [], int(told) if told.isdecimal() else limit + 1
        if size > limit:
            message = f"请求太大，至多{limit >> 20} MiB (the request is too large; at most {limit >> 20} MiB)"
            await refuse(scope["path"], 413, message, {"Connection": "close"})(scope, receive, send)
            return
        waiting = iter(messages)

        async def receive_again() -> Message:
            return next(waiting, None) or await receive()

        await self.app(scope, receive_again, send)


async def _read_ahead(receive: Receive, limit: int) -> tuple[list[Message], int]:
    """Read a body whose size nobody told, as far as the limit; return its messages and its size in bytes."""
    messages: list[Message] = []
    size = 0
    while size <= limit and (not messages or messages[-1].get("more_body")):
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
    return messages, size
