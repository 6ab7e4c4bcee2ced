"""A language model for tests: an HTTP server on loopback that speaks the chat completions protocol."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Behaviour = Literal["reply", "error", "garbage", "cut", "hang", "busy"]


class LanguageModel:
    """What the server says and how; ``requests`` are the bodies and keys it was sent."""

    def __init__(self, reply: str = "", behaviour: Behaviour = "reply") -> None:
        self.reply = reply
        self.behaviour = behaviour
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.stop = threading.Event()
        self.url = ""

    def pieces(self) -> Iterator[str]:
        """The reply in pieces of three characters, as tokens come."""
        for place in range(0, len(self.reply), 3):
            yield self.reply[place : place + 3]


def chunk(content: str, finish: str | None = None) -> bytes:
    delta = {"content": content} if content else {}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


@contextmanager
def serve(model: LanguageModel) -> Iterator[LanguageModel]:
    """Serve a model for the time of a test; ``model.url`` is where."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

        def do_POST(self) -> None:
            model.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            model.keys.append(self.headers["Authorization"])
            if model.behaviour == "error":
                self.send_response(500)
                self.end_headers()
                self.wfile.write(b'{"error": {"message": "out of memory"}}')
                return
            if model.behaviour == "hang":
                model.stop.wait(30)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for data in answer(model):
                try:
                    self.wfile.write(data)
                    self.wfile.flush()
                except OSError:  # the client has gone
                    return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        model.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


def answer(model: LanguageModel) -> Iterator[bytes]:
    if model.behaviour == "garbage":
        yield b"data: {not json\n\n"
        return
    pieces = list(model.pieces())
    if model.behaviour == "cut":
        pieces = pieces[: len(pieces) // 2]
    for piece in pieces:
        yield chunk(piece)
    while model.behaviour == "busy" and not model.stop.is_set():
        yield b": working\n\n"
        time.sleep(0.05)
    if model.behaviour == "reply":
        yield chunk("", "stop")
        yield b"data: [DONE]\n\n"


class Scripted:
    """A Writer that says what it is given, and remembers what it was asked."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.asked: list[Sequence[Any]] = []

    def write(self, messages: Sequence[Any]) -> Iterator[str]:
        self.asked.append(messages)
        yield from self.pieces
