"""What stands between the browser and Gradio: security headers, closed routes, and the page's head.

Gradio applies its own ``head`` only after the page has started; language, colours and layout must be
there at once, so they are put into the page on its way out.
"""

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["PageGuard"]

# Gradio's page has inline styles and scripts and evaluates its templates; all else stays on this host.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Gradio brings many routes that a reader does not need (login, monitoring, uploads, files, proxies), and
# more with each version: what is not named here is closed. The first parts of paths, then Gradio's own calls.
OPEN_PATHS = {
    "api",
    "assets",
    "config",
    "favicon.ico",
    "healthz",
    "metrics",
    "static",
    "svelte",
    "theme.css",
    "v1",
}
OPEN_CALLS = {"cancel", "component_server", "heartbeat", "info", "queue", "reset", "startup-events"}


class PageGuard:
    """ASGI middleware; ``head`` is trusted HTML for the end of the page's head."""

    def __init__(self, app: ASGIApp, head: str) -> None:
        self.app = app
        self.head = head.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 for a closed route; add the headers to every response, and the head to the page."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        if is_closed(scope["path"]):
            await PlainTextResponse("Not found", 404)(scope, receive, send_guarded)
        elif scope["path"] == "/":
            await self._send_page(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)

    async def _send_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await send_whole()
            else:
                await send(message)

        async def send_whole() -> None:
            page = bytes(body).replace(b"</head>", self.head + b"</head>", 1)
            MutableHeaders(scope=start)["Content-Length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        # Asked for uncompressed, so that the head can be put in.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": headers}, receive, collect)


def is_closed(path: str) -> bool:
    """Tell whether a path is none that the chat needs."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first == "gradio_api":
        return rest.partition("/")[0] not in OPEN_CALLS
    return path != "/" and first not in OPEN_PATHS
