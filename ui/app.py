"""The web server of the chat: the page, the plain JSON route beside it, and the guard around both."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Body, FastAPI, Request
from fastapi.responses import JSONResponse

from qa.contracts import answer_to_json
from qa.errors import QuestionError, WenbaoError
from ui.guard import PageGuard
from ui.programs import programs_router

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["build_app"]

# How many turns before a question a request may bring.
_MAX_TURNS = 20


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question asked before, with its short answer if it got one."""

    question: str
    short_answer: str | None = None


def build_app(assistant: "Assistant", examples: Sequence[str] = (), *, metrics: bool = False) -> FastAPI:
    """Return the application: the chat at ``/``, ``GET /healthz``, ``POST /api/ask`` and the routes of `/v1`.

    ``examples`` are questions offered on the empty chat; ``metrics`` opens ``/metrics``.
    The assistant stays the caller's to close.
    """
    # Gradio and its client read these when they are imported; without them the server calls out.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from ui import blocks  # noqa: PLC0415 (imports Gradio: seconds, and only after the lines above)

    # No pages of API documentation: they load their scripts from another host.
    app = FastAPI(title="问报 wenbao", docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(app, assistant)
    app.include_router(programs_router(assistant))
    if metrics:
        from ui.metrics import metrics_router  # noqa: PLC0415 (an extra)

        app.include_router(metrics_router(assistant))
    blocks.mount_chat(app, assistant, examples)
    app.add_middleware(PageGuard, head=blocks.read_head())
    return app


def _add_routes(app: FastAPI, assistant: "Assistant") -> None:
    @app.get("/healthz")
    def report_health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/api/ask")
    def ask(
        question: Annotated[str, Body()],
        history: Annotated[list[_Turn], Body(max_length=_MAX_TURNS)] = [],  # noqa: B006 (FastAPI copies it)
    ) -> dict[str, Any]:
        turns = [(turn.question, turn.short_answer) for turn in history]
        return answer_to_json(assistant.ask(question, history=turns))

    @app.exception_handler(WenbaoError)
    def report_error(_: Request, error: WenbaoError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400 if isinstance(error, QuestionError) else 503)
