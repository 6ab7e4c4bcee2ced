"""The login over real HTTP: who gets in, with what, and how long; and where requests may come from."""

import http.client
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from served import serve_app
from small_archive import ARTICLE, QUESTION
from starlette.requests import HTTPConnection

from qa.assistant import Assistant
from ui.access import COOKIE, Access
from ui.app import build_app
from ui.origin import LOOPBACK_HOSTS
from ui.settings import Settings
from ui.users import User, UserFile

PASSWORD = "一个很长的密码，第1个"  # noqa: S105 (of a test)
TOKEN = "t" * 32
PLACES = [
    "/",
    "/config",
    "/docs",
    "/openapi.json",
    "/review",
    "/browse",
    "/v1/models",
    "/api/articles/x",
    "/gradio_api/info",
    "/assets/x.js",
]


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([ARTICLE]) as opened:
        yield opened


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "users.json"
    UserFile(path).add("reader", PASSWORD, reviewer=False)
    UserFile(path).add("审阅者", PASSWORD, reviewer=True)
    return path


@pytest.fixture(scope="module")
def address(assistant: Assistant, users: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    feedback = tmp_path_factory.mktemp("feedback") / "feedback.sqlite"
    settings = Settings(users=users, token=TOKEN, everyone_reviews=False, feedback=feedback)
    with serve_app(build_app(assistant, settings=settings)) as served:
        yield served


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    # Addresses of proxies on this machine are believed: each visitor has tries to log in of its own.
    headers = {"X-Forwarded-For": f"10.1.{time.monotonic_ns() % 250}.{time.perf_counter_ns() % 250}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        yield client


def log_in(visitor: httpx.Client, name: str, password: str, path: str = "/login") -> httpx.Response:
    return visitor.post(path, data={"name": name, "password": password})


def test_health_needs_no_login(visitor: httpx.Client) -> None:
    assert visitor.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", PLACES)
def test_nothing_is_shown_without_a_login(visitor: httpx.Client, path: str) -> None:
    response = visitor.get(path)
    if path in {"/", "/browse", "/docs", "/review"}:
        assert (response.status_code, response.headers["location"]) == (303, f"/login?next=%2F{path[1:]}")
    else:
        assert response.status_code == 401
        assert "log in" in str(response.json()["error"])
    assert "default-src" in response.headers["content-security-policy"]


def test_questions_need_a_login(visitor: httpx.Client) -> None:
    assert visitor.post("/api/ask", json={"question": QUESTION}).status_code == 401


def test_login_page_has_no_script_and_stays_in_no_cache(visitor: httpx.Client) -> None:
    response = visitor.get("/login?next=/review")
    assert response.status_code == 200
    assert "<script" not in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["cache-control"] == "no-store"


def test_reader_logs_in_asks_and_logs_out(visitor: httpx.Client) -> None:
    response = log_in(visitor, "reader", PASSWORD, "/login?next=/docs")
    assert (response.status_code, response.headers["location"]) == (303, "/docs")
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=43200" in cookie
    assert "secure" not in cookie
    assert visitor.get("/").status_code == 200
    assert visitor.post("/api/ask", json={"question": QUESTION}).json()["short_answer"] == "38.1万件"
    assert visitor.get("/api/user").json() == {"login": True, "name": "reader", "reviewer": False}
    assert visitor.get("/review").status_code == 403
    assert visitor.post("/logout").headers["location"] == "/login"
    assert visitor.get("/").status_code == 303


def test_reviewer_may_review(visitor: httpx.Client) -> None:
    log_in(visitor, "审阅者", PASSWORD)
    assert visitor.get("/review").status_code == 200
    assert visitor.get("/api/user").json()["reviewer"] is True


def test_cookie_is_for_https_alone_where_the_page_is(visitor: httpx.Client) -> None:
    response = visitor.post(
        "/login", data={"name": "reader", "password": PASSWORD}, headers={"X-Forwarded-Proto": "https"}
    )
    assert "secure" in response.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "target", ["//example.org", "https://example.org", "/\\example.org", "", "/a\r\nb", "javascript:x"]
)
def test_login_leads_to_no_other_site(visitor: httpx.Client, target: str) -> None:
    response = visitor.post("/login", params={"next": target}, data={"name": "reader", "password": PASSWORD})
    assert (response.status_code, response.headers["location"]) == (303, "/")


def test_token_opens_everything_to_programs(visitor: httpx.Client) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert visitor.post("/api/ask", json={"question": QUESTION}, headers=bearer).status_code == 200
    assert visitor.get("/review", headers=bearer).status_code == 200
    for wrong in (f"Bearer {TOKEN}x", "Bearer", f"Basic {TOKEN}", "Bearer é"):
        response = visitor.get("/config", headers=[(b"Authorization", wrong.encode("latin-1"))])
        assert response.status_code == 401, wrong


def test_token_logs_in_without_a_name(visitor: httpx.Client) -> None:
    assert log_in(visitor, "", TOKEN).status_code == 303
    assert visitor.get("/config").status_code == 200


def test_guesses_are_slowed_down_for_the_one_who_guesses(address: str, visitor: httpx.Client) -> None:
    statuses = [log_in(visitor, "reader", f"wrong {n}").status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]
    response = log_in(visitor, "reader", PASSWORD)
    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 10
    other = {"X-Forwarded-For": "10.2.2.2"}
    with httpx.Client(base_url=address, headers=other, timeout=60) as another:
        assert log_in(another, "reader", PASSWORD).status_code == 303


@pytest.mark.parametrize("name", ["reader", "nobody", ""])
def test_wrong_login_does_not_tell_what_was_wrong(visitor: httpx.Client, name: str) -> None:
    response = log_in(visitor, name, "wrong password")
    assert response.status_code == 401
    assert "Wrong name or password." in response.text
    assert COOKIE not in response.cookies


def sessions(users: Path, token: str | None = TOKEN) -> Access:
    return Access(Settings(users=users, token=token, everyone_reviews=False))


def user_of(access_: Access, cookie: str) -> User | None:
    scope = {"type": "http", "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())]}
    return access_.find_user(HTTPConnection(scope))


def test_session_outlives_the_server_but_not_its_time(users: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for user in (User("reader"), User("审阅者", reviewer=True), User("", reviewer=True)):
        cookie = sessions(users).new_session(user)
        assert user_of(sessions(users), cookie) == user
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda: time.monotonic() + 10**10)
            assert user_of(sessions(users), cookie) is None


def test_session_ends_with_password_user_or_token(tmp_path: Path) -> None:
    file = UserFile(tmp_path / "users.json")
    file.add("a", PASSWORD, reviewer=False)
    open_sessions = sessions(file.path)
    cookie, by_token = open_sessions.new_session(User("a")), open_sessions.new_session(User(""))
    file.add("a", PASSWORD, reviewer=False)
    assert user_of(open_sessions, cookie) is None
    renewed = open_sessions.new_session(User("a"))
    file.add("b", PASSWORD, reviewer=False)
    assert user_of(open_sessions, renewed) == User("a")
    file.remove("a")
    assert user_of(open_sessions, renewed) is None
    assert user_of(sessions(file.path, "u" * 32), by_token) is None
    assert user_of(sessions(file.path, None), by_token) is None


def test_forged_session_is_none(users: Path) -> None:
    cookie = sessions(users).new_session(User("reader"))
    name, expiry, signature = cookie.split(".")
    other = sessions(users).new_session(User("审阅者")).split(".")[0]
    for forged in (
        f"{other}.{expiry}.{signature}",
        f"{name}.{int(expiry) + 1}.{signature}",
        f"{name}.{expiry}.{signature[:-1]}",
        f"{name}.{expiry}.",
        f".{expiry}.",
        f"%%.{expiry}.{signature}",
        f"{name}.never.{signature}",
        "",
        "..",
        "x",
    ):
        assert user_of(sessions(users), forged) is None, forged


def test_another_site_cannot_act_for_a_reader(visitor: httpx.Client, address: str) -> None:
    log_in(visitor, "reader", PASSWORD)
    own = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    for foreign in (
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {**own, "Sec-Fetch-Site": "cross-site"},
    ):
        response = visitor.post("/api/ask", json={"question": QUESTION}, headers=foreign)
        assert (response.status_code, "another site" in response.text) == (403, True), foreign
        assert visitor.post("/login", data={}, headers=foreign).status_code == 403
    assert visitor.post("/api/ask", json={"question": QUESTION}, headers=own).status_code == 200
    assert (
        visitor.post("/api/ask", json={"question": QUESTION}, headers={"Origin": address}).status_code == 200
    )


def test_server_without_a_login_answers_to_names_of_this_machine_alone(assistant: Assistant) -> None:
    with serve_app(build_app(assistant, settings=Settings(hosts=LOOPBACK_HOSTS))) as served:
        port = urlsplit(served).port
        for host, status in {
            f"127.0.0.1:{port}": 200,
            f"localhost:{port}": 200,
            "LOCALHOST": 200,
            f"[::1]:{port}": 200,
            f"example.org:{port}": 403,
            "127.0.0.1.example.org": 403,
            "": 403,
            "[": 403,
        }.items():
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.putrequest("GET", "/healthz", skip_host=True)
            connection.putheader("Host", host)
            connection.endheaders()
            assert connection.getresponse().status == status, host
            connection.close()
        assert httpx.get(f"{served}/api/user").json() == {"login": False, "name": None, "reviewer": True}
