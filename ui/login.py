"""The login page: a plain form, a session cookie, and a slow-down for those who guess."""

import math
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.access import COOKIE, SESSION_SECONDS, Access
from ui.limits import TokenBuckets, client_of
from ui.pages import label, plain_page

__all__ = ["login_router"]

# Five tries at once, then one every ten seconds from an address: 8,640 a day.
_TRIES, _TRIES_PER_SECOND = 5, 0.1
_MAX_FIELD = 1000

Field = Annotated[str, Form(max_length=_MAX_FIELD)]


def login_router(access: Access) -> APIRouter:
    """Return the routes by which a reader logs in and out."""
    router = APIRouter(include_in_schema=False)
    tries = TokenBuckets(_TRIES, _TRIES_PER_SECOND)

    @router.get("/login")
    def show_login() -> HTMLResponse:
        return _login_page("", 200)

    @router.post("/login", response_model=None)
    def log_in(
        request: Request,
        name: Field = "",
        password: Field = "",
        target: Annotated[str, Query(alias="next")] = "/",
    ) -> Response:
        client = client_of(request.scope)
        wait = tries.take(client)
        if wait:
            seconds = math.ceil(wait)
            page = _login_page(label(f"请{seconds}秒后再试。", f"Try again in {seconds} s."), 429)
            page.headers["Retry-After"] = str(seconds)
            return page
        user = access.log_in(name, password)
        if user is None:
            return _login_page(label("用户名或密码不对。", "Wrong name or password."), 401)
        tries.give_back(client)
        response = RedirectResponse(_own_path(target), 303)
        response.set_cookie(
            COOKIE,
            access.new_session(user),
            max_age=SESSION_SECONDS,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    @router.post("/logout")
    def log_out() -> RedirectResponse:
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    @router.get("/api/user")
    def tell_user(request: Request) -> dict[str, Any]:
        return {"login": access.required, "name": request.user.name, "reviewer": request.user.reviewer}

    return router


def _own_path(target: str) -> str:
    """Return a path of this server; a link to the login must not lead to another site."""
    own = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if own else "/"


def _login_page(error: str, status: int) -> HTMLResponse:
    told = f'<p class="error" role="alert">{error}</p>' if error else ""
    # Without an action the form goes to the address of the page, and what stands behind # in it is kept.
    return plain_page(
        label("登录", "Log in"),
        f'<form class="login" method="post">{told}'
        f"<label>{label('用户名', 'Name')}"
        '<input type="text" name="name" autocomplete="username" autofocus></label>'
        f"<label>{label('密码', 'Password')}"
        '<input type="password" name="password" autocomplete="current-password" required></label>'
        f"<p>{label('有令牌者不填用户名，令牌填作密码。', 'With a token, leave the name empty.')}</p>"
        f"<button>{label('登录', 'Log in')}</button></form>",
        status,
    )
