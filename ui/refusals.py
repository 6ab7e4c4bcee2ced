"""How requests are refused: the JSON of it, the errors that become it, what `/openapi.json` says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from qa.errors import InputError, QuestionError, WenbaoError

__all__ = ["ARTICLE_REFUSALS", "REFUSALS", "Refusal", "refuse", "refuse_unrouted", "report_refusals"]

_UNUSABLE = (QuestionError, InputError)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Clients of OpenAI's protocol look for a message inside of the error.
_OPENAI = "/v1/"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was refused, in Chinese and English; below `/v1` an object that has it as `message`."""

    error: str | dict[str, Any]


def _described(description: str) -> dict[str, Any]:
    return {"model": Refusal, "description": description}


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: _described("Read, but not to be done: an empty question, a quote that is not printed so."),
    401: _described("A login is needed, or the header `Authorization: Bearer TOKEN`."),
    403: _described("From another site, by another host name, or not for this user."),
    413: _described("Too large."),
    422: _described("Not of the shape of this route."),
    429: _described("Too many requests; `Retry-After` has the seconds to wait."),
    503: _described("The archive cannot be read at the moment."),
}
ARTICLE_REFUSALS = REFUSALS | {404: _described("Not in the archive.")}


def refuse(path: str, status: int, message: object, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the refusal of a request for a path."""
    error: object = message
    if path.startswith(_OPENAI):
        kind = "invalid_request_error" if status < 500 else "server_error"
        error = {"message": message, "type": kind, "param": None, "code": None}
    return JSONResponse({"error": error}, status, headers)


def report_refusals(app: FastAPI) -> None:
    """Have the application tell of errors in the form of a Refusal."""
    app.exception_handler(WenbaoError)(_report_error)
    app.exception_handler(StarletteHTTPException)(_report_status)
    app.exception_handler(RequestValidationError)(_report_shape)


async def _report_error(request: Request, error: WenbaoError) -> JSONResponse:
    return refuse(request.url.path, 400 if isinstance(error, _UNUSABLE) else 503, str(error))


async def _report_status(request: Request, error: HTTPException) -> JSONResponse:
    return refuse(request.url.path, error.status_code, error.detail, error.headers)


async def _report_shape(request: Request, error: RequestValidationError) -> JSONResponse:
    """Tell where a request is not of the shape of its route; what stands there is not repeated."""
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    return refuse(request.url.path, 422, f"请求的格式不对 ({place}: {first['msg']})")


def refuse_unrouted(app: FastAPI, names: Sequence[str]) -> None:
    """Refuse what no route takes that the application has by now, below each of the names.

    What is mounted later, for all other paths, would answer in a form of its own.
    """
    refusing = _Unrouted(tuple(app.router.routes))
    for name in names:
        app.router.routes += [Route(f"/{name}", refusing), Route(f"/{name}/{{rest:path}}", refusing)]


class _Unrouted:
    """ASGI application: 405 with the methods that a path has, 404 where it has none."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that no route has taken."""
        allowed = [method for method in _METHODS if self._is_taken({**scope, "method": method})]
        if allowed:
            message = "这个地址不接受这种请求 (this address does not take this method)"
            answer = refuse(scope["path"], 405, message, {"Allow": ", ".join(allowed)})
        else:
            answer = refuse(scope["path"], 404, "没有这个地址 (no such address)")
        await answer(scope, receive, send)

    def _is_taken(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._routes)
