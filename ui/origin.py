"""Where a request comes from: no other site may act for a reader, nor pass itself off as this machine."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.refusals import refuse

__all__ = ["LOOPBACK_HOSTS", "OriginGuard"]

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE = {"GET", "HEAD", "OPTIONS"}


class OriginGuard:
    """ASGI middleware; ``hosts`` are the names that the server may be called by, empty for any.

    A server without a login that only this machine reaches must not be called by another name: a site
    whose name is made to point at this machine (DNS rebinding) could read the archive through a browser.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a request by another name, or one that another site has its reader send."""
        refusal = self._refusal(Headers(scope=scope), scope["method"]) if scope["type"] == "http" else ""
        if refusal:
            await refuse(scope["path"], 403, refusal)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, headers: Headers, method: str) -> str:
        host = headers.get("host", "")
        if self.hosts and _hostname(f"//{host}") not in self.hosts:
            return (
                f"不认识的主机名{host!r} (unknown host name; open the address that `wenbao chat` shows, "
                "or set up users or a token)"
            )
        if method not in _SAFE and _is_foreign(headers, host):
            return "请求来自别的网站 (the request comes from another site)"
        return ""


def _is_foreign(headers: Headers, host: str) -> bool:
    """Tell whether a browser says that another site sent this; programs say nothing of it."""
    told = headers.get("sec-fetch-site")
    if told:
        return told not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != host.lower()


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
