"""Heartbeats of open pages end when the server is to stop; everything else is answered first."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from ui import farewell
from ui.farewell import Farewell


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farewell, "_LOOK_SECONDS", 0.01)


async def beat(scope: Scope, receive: Receive, send: Send) -> None:
    """Send one beat, then wait for good."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ALIVE", "more_body": True})
    await asyncio.Event().wait()


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await asyncio.sleep(0.1)
    await send({"type": "http.response.body", "body": b"answer"})


def messages(app: Callable[..., object], path: str, stopping: Callable[[], bool]) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def run() -> None:
        scope = {"type": "http", "path": path}
        await asyncio.wait_for(Farewell(app, stopping)(scope, receive, send), 10)  # type: ignore[arg-type]

    asyncio.run(run())
    return sent


def test_heartbeat_goes_on_until_the_server_stops() -> None:
    looks = iter([False, False, True])
    sent = messages(beat, "/gradio_api/heartbeat/x", lambda: next(looks))
    assert [message.get("body") for message in sent[1:]] == [b"ALIVE", None]
    assert not sent[-1].get("more_body")
    assert next(looks, None) is None


def test_heartbeat_that_ends_by_itself_ends_once() -> None:
    assert len(messages(answer, "/gradio_api/heartbeat/x", lambda: False)) == 2


def test_question_is_answered_although_the_server_stops() -> None:
    assert messages(answer, "/api/ask", lambda: True)[-1]["body"] == b"answer"


def test_fault_of_a_heartbeat_is_not_hidden() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("fault")

    with pytest.raises(RuntimeError, match="fault"):
        messages(fail, "/gradio_api/heartbeat/x", lambda: False)
