"""What the archive holds and which questions it answers: worked out once, kept until it changes."""

import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from ui.refusals import REFUSALS
from ui.suggestions import example_questions

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.listing import Overview

__all__ = ["Holdings", "holdings_router"]

_EXAMPLES = 6


class Holdings:
    """The overview of an archive and examples of questions; several threads may ask for them.

    ``examples`` are offered first; where there are none, they are drawn from the articles.
    """

    def __init__(self, assistant: "Assistant", examples: Sequence[str]) -> None:
        self._assistant = assistant
        self._given = tuple(examples)
        self._lock = threading.Lock()
        self._overview: Overview | None = None
        self._examples: tuple[str, ...] | None = None

    def overview(self) -> "Overview":
        """Return what the archive holds."""
        with self._lock:
            self._overview = self._overview or self._assistant.overview()
            return self._overview

    def examples(self) -> tuple[str, ...]:
        """Return questions that the archive answers; the first time this takes some seconds."""
        if self._given:
            return self._given[:_EXAMPLES]
        # Apart from the lock: the overview need not wait for them. Two that ask at once both work.
        found = self._examples
        if found is None:
            found = self._examples = tuple(example_questions(self._assistant, _EXAMPLES))
        return found

    def forget(self) -> None:
        """Work everything out anew when it is next asked for: the archive has changed."""
        with self._lock:
            self._overview = None
            self._examples = None


def holdings_router(holdings: Holdings, *, upload: bool, feedback: bool) -> APIRouter:
    """Return the routes ``/api/archive`` and ``/api/examples``."""
    router = APIRouter(tags=["archive"], responses=REFUSALS)

    @router.get("/api/archive")
    def describe() -> dict[str, Any]:
        """Count what the archive holds, and tell whether files may be added and answers be judged."""
        return asdict(holdings.overview()) | {"upload": upload, "feedback": feedback}

    @router.get("/api/examples")
    def list_examples() -> dict[str, Any]:
        """Return questions that the archive answers."""
        return {"questions": holdings.examples()}

    return router
