"""A server that stops must not wait for open pages: their heartbeats end only when they are told to."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Farewell"]

_HEARTBEAT = "/gradio_api/heartbeat/"
_LOOK_SECONDS = 0.5


class Farewell:
    """ASGI middleware: ends the heartbeats of open pages once ``stopping`` tells that the server is to stop.

    Questions that are being answered are no heartbeats: the server waits for them.
    """

    def __init__(self, app: ASGIApp, stopping: Callable[[], bool]) -> None:
        self.app = app
        self.stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; look now and then whether its heartbeat is over."""
        if scope["type"] != "http" or not scope["path"].startswith(_HEARTBEAT):
            await self.app(scope, receive, send)
            return
        ended = False

        async def send_noted(message: Message) -> None:
            nonlocal ended
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        beating = asyncio.ensure_future(self.app(scope, receive, send_noted))
        try:
            while not beating.done() and not self.stopping():
                await asyncio.wait({beating}, timeout=_LOOK_SECONDS)
        finally:
            beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        if not ended:
            await send({"type": "http.response.body"})
