"""Who may use the server: a user's session, or the token; and the middleware that asks for one."""

import base64
import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.refusals import refuse
from ui.users import User, UserFile

if TYPE_CHECKING:
    from ui.settings import Settings

__all__ = ["COOKIE", "SESSION_SECONDS", "Access", "AccessGuard"]

COOKIE = "wenbao_session"
SESSION_SECONDS = 12 * 3600
# Reachable without a login: what the operator's machines ask, and the way in.
_OPEN = {"/healthz", "/login"}
# Who has the token is nobody by name, and may do everything.
_BEARER = User("", reviewer=True)
# Sent to the login; what programs ask for is told instead.
_PAGES = {"/", "/browse", "/docs", "/review"}


class Access:
    """The users and the token of one server.

    A session is a signed cookie, so that it outlives a restart and nothing is kept of it; it ends after
    12 hours, and with a change of the password or the token.
    """

    def __init__(self, settings: "Settings") -> None:
        self._users = UserFile(settings.users) if settings.users else None
        self._token = settings.token
        self._anyone = User(reviewer=settings.everyone_reviews)
        self.required = bool(self._users or self._token)

    def log_in(self, name: str, password: str) -> User | None:
        """Return the user of a name and password; the token is a password that goes without a name."""
        if not name:
            return self._check_token(password)
        return self._users.check(name, password) if self._users else None

    def new_session(self, user: User) -> str:
        """Return the value of the cookie of a user who has logged in."""
        name = user.name or ""
        told = f"{base64.urlsafe_b64encode(name.encode()).decode()}.{int(time.time()) + SESSION_SECONDS}"
        return f"{told}.{self._sign(name, told)}"

    def find_user(self, connection: HTTPConnection) -> User | None:
        """Return who is asking, None where a login is needed first."""
        if not self.required:
            return self._anyone
        kind, _, token = connection.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._check_token(token.strip())
        return self._check_session(connection.cookies.get(COOKIE, ""))

    def _check_token(self, token: str) -> User | None:
        expected, got = ((text or "").encode("utf-8", "replace") for text in (self._token, token))
        return _BEARER if self._token and hmac.compare_digest(expected, got) else None

    def _check_session(self, value: str) -> User | None:
        told, _, signature = value.rpartition(".")
        encoded, _, expiry = told.partition(".")
        try:
            name = base64.urlsafe_b64decode(encoded).decode()
            live = int(expiry) > time.time()
        except ValueError:
            return None
        if not live or not hmac.compare_digest(self._sign(name, told).encode(), signature.encode()):
            return None
        if not name:
            return _BEARER
        return self._users.find(name) if self._users else None

    def _sign(self, name: str, told: str) -> str:
        secret = self._token if not name else self._users and self._users.session_key(name)
        # Without a secret nothing is signed, and no signature is right.
        return (
            hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()
            if secret
            else secrets.token_hex()
        )


class AccessGuard:
    """ASGI middleware: lets nobody in who has not logged in, and tells who asks in ``scope["user"]``."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a page to the login, and answer 401 to all else, unless someone is logged in."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        user = self.access.find_user(HTTPConnection(scope))
        scope["user"] = user or User()
        if user or scope["path"] in _OPEN:
            await self.app(scope, receive, send)
        else:
            await _refuse(scope)(scope, receive, send)


def _refuse(scope: Scope) -> Response:
    if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in _PAGES:
        return RedirectResponse(f"/login?{urlencode({'next': scope['path']})}", 303)
    message = "请先登录 (log in first, or send the header Authorization: Bearer TOKEN)"
    return refuse(scope["path"], 401, message, {"WWW-Authenticate": "Bearer"})
