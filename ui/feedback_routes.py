"""The route that takes what a reader says of an answer."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, Request

from ui.feedback import FeedbackStore, Verdict
from ui.received import ReceivedAnswer, check_answer
from ui.refusals import REFUSALS

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["feedback_router"]

_MAX_CORRECTION = 2000


def feedback_router(assistant: "Assistant", store: FeedbackStore) -> APIRouter:
    """Return the route; evidence is compared with the articles of the Assistant."""
    router = APIRouter(tags=["feedback"], responses=REFUSALS)

    @router.post("/api/feedback")
    def give_feedback(
        request: Request,
        answer: Annotated[ReceivedAnswer, Body()],
        verdict: Annotated[Verdict, Body()],
        correction: Annotated[str, Body(max_length=_MAX_CORRECTION)] = "",
        client: Annotated[str, Body(max_length=64)] = "",
    ) -> dict[str, str]:
        """Keep a thumb up or down, with the right answer if the reader gave one.

        `client` is a random name that a page keeps; what the same client says of the same answer again
        takes the place of what it said before.
        """
        address = request.client.host if request.client else ""
        who = f"{request.user.name or address}\x1f{client}"
        return {"id": store.put(check_answer(answer, assistant.article), verdict, correction.strip(), who)}

    return router
