"""How often and how much: token buckets, who is counted as one, and bodies that are too large."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from ui import limits
from ui.limits import LARGE_BODIES, MAX_BODY, BodyLimit, RateLimit, TokenBuckets, client_of
from ui.users import User


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_bucket_lets_a_burst_through_and_then_one_at_a_time() -> None:
    clock = Clock()
    buckets = TokenBuckets(3, 0.5, clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2.0]
    assert buckets.take("b") == 0
    clock.now = 1.5
    assert buckets.take("a") == pytest.approx(0.5)
    clock.now = 2.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 2.0]
    buckets.give_back("a")
    assert buckets.take("a") == 0


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), max_size=40), st.integers(1, 5), st.floats(0.1, 3))
def test_no_more_pass_than_capacity_and_rate_allow(pauses: list[float], capacity: int, rate: float) -> None:
    clock = Clock()
    buckets = TokenBuckets(capacity, rate, clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        wait = buckets.take("a")
        passed += wait == 0
        assert wait >= 0
        assert passed <= capacity + clock.now * rate + 1e-6
    clock.now += buckets.take("a") + 1e-6
    assert buckets.take("a") < 1 / rate + 1e-6


def test_clients_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MAX_CLIENTS", 3)
    buckets = TokenBuckets(1, 0.001)
    for client in "abc":
        assert buckets.take(client) == 0
    assert buckets.take("a") > 0
    assert buckets.take("d") == 0  # "a" was silent longest, and is forgotten
    assert len(buckets._buckets) == 3
    assert buckets.take("b") > 0
    assert buckets.take("a") == 0


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"client": ("10.0.0.7", 5)}, "10.0.0.7"),
        ({"client": ("2001:db8:1:2:3:4:5:6", 5)}, "2001:db8:1:2::/64"),
        ({"client": ("10.0.0.7", 5), "user": User("沈")}, "user 沈"),
        ({"client": ("10.0.0.7", 5), "user": User()}, "10.0.0.7"),
        ({"client": ("10.0.0.7", 5), "user": User("", reviewer=True)}, "10.0.0.7"),
        ({"client": None}, ""),
        ({"client": ("testclient", 1)}, "testclient"),
    ],
)
def test_who_is_counted_as_one(scope: Scope, expected: str) -> None:
    assert client_of(scope) == expected


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(body)).encode()})


def send_request(
    app: Any, pieces: list[int], length: str | None, path: str = "/api/ask"
) -> tuple[int, bytes, int]:
    """Return status and body of the answer, and how many pieces of the request were read."""
    waiting = [
        {"type": "http.request", "body": b"x" * size, "more_body": n < len(pieces) - 1}
        for n, size in enumerate(pieces)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", length.encode())] if length is not None else []
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "client": ("10.0.0.7", 1)}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], sent[1]["body"], len(pieces) - len(waiting)


@pytest.mark.parametrize("told", [True, False])
def test_body_within_the_limit_arrives_whole(told: bool) -> None:
    pieces = [MAX_BODY - 5, 5]
    assert send_request(BodyLimit(echo), pieces, str(MAX_BODY) if told else None)[:2] == (
        200,
        str(MAX_BODY).encode(),
    )
    assert send_request(BodyLimit(echo), [0], None)[:2] == (200, b"0")


@pytest.mark.parametrize("length", [str(MAX_BODY + 1), "many", "-1"])
def test_body_that_says_it_is_too_large_is_not_read(length: str) -> None:
    status, body, read = send_request(BodyLimit(echo), [5], length)
    assert (status, read) == (413, 0)
    assert b"4 MiB" in body


def test_body_that_does_not_say_so_is_read_no_further_than_the_limit() -> None:
    status, _, read = send_request(BodyLimit(echo), [MAX_BODY, 1, 1, 1], None)
    assert (status, read) == (413, 2)


def test_routes_that_take_files_have_limits_of_their_own() -> None:
    assert set(LARGE_BODIES) == {"/review/import", "/api/uploads"}
    for path, limit in LARGE_BODIES.items():
        assert send_request(BodyLimit(echo), [MAX_BODY + 1], str(MAX_BODY + 1), path)[0] == 200
        assert send_request(BodyLimit(echo), [0], str(limit + 1), path)[0] == 413
        assert send_request(BodyLimit(echo), [MAX_BODY + 1], None, path)[0] == 413  # its size was not told


def test_only_work_is_counted() -> None:
    app = RateLimit(echo, TokenBuckets(1, 0.01))
    assert [
        send_request(app, [0], "0", path)[0] for path in ("/api/ask", "/", "/healthz", "/assets/x.js")
    ] == [200] * 4
    for path in ("/api/ask", "/api/articles/1", "/gradio_api/queue/join", "/v1/models", "/browse"):
        status, body, _ = send_request(app, [0], "0", path)
        assert (status, b"try again" in body) == (429, True)
