"""The web server of the chat: the page, the routes beside it, and the guards around both."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from anyio import to_thread
from fastapi import APIRouter, FastAPI

from ui.access import Access, AccessGuard
from ui.access_log import AccessLog
from ui.browse import browse_router
from ui.documentation import documentation_router
from ui.export_routes import export_router
from ui.feedback import FeedbackStore
from ui.feedback_routes import feedback_router
from ui.guard import OWN, PageGuard, PageHead
from ui.head import read_head
from ui.holdings import Holdings, holdings_router
from ui.limits import BodyLimit, RateLimit, TokenBuckets
from ui.login import login_router
from ui.origin import OriginGuard
from ui.original_routes import original_router
from ui.programs import programs_router
from ui.refusals import refuse_unrouted, report_refusals
from ui.review import review_router
from ui.routes import archive_router
from ui.settings import Settings
from ui.uploads import Uploads, uploads_router

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["build_app"]

# Who waits for an answer has a thread; with anyio's 40 a click on a citation would wait for one behind them.
_THREADS = 200


def build_app(
    assistant: "Assistant", examples: Sequence[str] = (), settings: Settings | None = None
) -> FastAPI:
    """Return the application: the chat at ``/``, the routes for programs, login and review.

    ``examples`` are questions offered on the empty chat. The assistant stays the caller's to close.
    """
    # Gradio and its client read these when they are imported; without them the server calls out, and makes
    # a table of its last 10,000 calls after each.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
    from ui import blocks  # noqa: PLC0415 (imports Gradio: seconds, and only after the lines above)

    settings = settings or Settings()
    access = Access(settings)
    # FastAPI's own pages of documentation load their scripts from another host; ours has none.
    app = FastAPI(title="问报 wenbao", docs_url=None, redoc_url=None, lifespan=_lifespan)
    routers = [
        archive_router(assistant),
        export_router(assistant),
        login_router(access),
        documentation_router(),
        programs_router(assistant),
        *_page_routers(assistant, examples, settings),
    ]
    if settings.metrics:
        from ui.metrics import metrics_router  # noqa: PLC0415 (an extra)

        routers.append(metrics_router(assistant))
    if settings.feedback:
        store = FeedbackStore(settings.feedback)
        routers += [feedback_router(assistant, store), review_router(assistant, store)]
    for router in routers:
        app.include_router(router)
    report_refusals(app)
    refuse_unrouted(app, OWN)
    blocks.mount_chat(app, assistant)
    _add_guards(app, settings, access, read_head())
    return app


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = _THREADS
    yield


def _page_routers(assistant: "Assistant", examples: Sequence[str], settings: Settings) -> Iterator[APIRouter]:
    """Yield the routes that the page calls beside those for programs."""
    holdings = Holdings(assistant, examples)
    yield holdings_router(
        holdings, upload=settings.uploads is not None, feedback=settings.feedback is not None
    )
    yield original_router(assistant)
    yield browse_router(assistant, holdings)
    if settings.uploads:
        yield uploads_router(Uploads(assistant, holdings, settings.uploads))


def _add_guards(app: FastAPI, settings: Settings, access: Access, head: str) -> None:
    """Put the guards around the application; of what is added, the last meets a request first."""
    app.add_middleware(PageHead, head=head)
    if settings.per_minute:
        buckets = TokenBuckets(settings.per_minute, settings.per_minute / 60)
        app.add_middleware(RateLimit, buckets=buckets)
    app.add_middleware(AccessGuard, access=access)
    app.add_middleware(BodyLimit)
    app.add_middleware(OriginGuard, hosts=settings.hosts)
    app.add_middleware(PageGuard)
    if settings.access_log:
        app.add_middleware(AccessLog, log=settings.access_log)
