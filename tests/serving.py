"""A real server on loopback for tests, over a small archive."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from qa.records import Article

QUESTION = "江西综治中心化解了多少纠纷"
QUOTE = "江西全省的综治中心在2024年里梳理出38.7万件矛盾纠纷，当年就化解了38.1万件。"
ARTICLE = Article.from_text(
    f"{QUOTE}\n省综治中心主任唐俊说，要让群众少跑路。",
    headline="江西推开一扇门",
    byline=("本报记者 沈听澜",),
    source="江岸日报",
    date="2025-03-28",
    page="4",
)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application from a thread of its own; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
