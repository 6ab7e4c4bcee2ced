"""What stands between the browser and Gradio: security headers, closed routes, and the page's head.

Gradio applies its own ``head`` only after the page has started; language, colours and layout must be
there at once, so they are put into the page on its way out.
"""

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["PageGuard", "PageHead"]

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
# more with each version: what is not named here is closed. First parts of paths, of our routes and of all
# that are open, and Gradio calls.
OWN = ("api", "browse", "docs", "healthz", "login", "logout", "metrics", "openapi.json", "review", "v1")
OPEN_PATHS = {"assets", "config", "favicon.ico", "static", "svelte", "theme.css", *OWN}
OPEN_CALLS = {"cancel", "heartbeat", "info", "queue", "reset", "startup-events"}


class PageGuard:
    """ASGI middleware: 404 for a closed route, the headers on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass a request on; a header that a page brings itself stays."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = PlainTextResponse("Not found", 404) if is_closed(scope["path"]) else self.app
        await answer(scope, receive, send_guarded)


class PageHead:
    """ASGI middleware; ``head`` is trusted HTML for the end of the page's head."""

    def __init__(self, app: ASGIApp, head: str) -> None:
        self.app = app
        self.head = head.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the head into the page at ``/``."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
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
