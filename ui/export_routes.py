"""The route that gives answers back as a file."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, Query, Response

from ui.exports.formats import FORMATS, FormatName
from ui.received import ReceivedAnswer, check_answer
from ui.refusals import REFUSALS

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["export_router"]

_MAX_ANSWERS = 50


def export_router(assistant: "Assistant") -> APIRouter:
    """Return the route over an Assistant, whose articles the quotes are compared with."""
    router = APIRouter(tags=["export"], responses=REFUSALS)
    files = {kind.media_type: {"schema": {"type": "string"}} for kind in FORMATS.values()}

    @router.post("/api/export", response_class=Response, responses={200: {"content": files}})
    def export(
        chosen: Annotated[FormatName, Query(alias="format")],
        answers: Annotated[list[ReceivedAnswer], Body(embed=True, min_length=1, max_length=_MAX_ANSWERS)],
    ) -> Response:
        """Return answers with their evidence as a file; refused where a quote is not in the archive."""
        kind = FORMATS[chosen]
        content = kind.write([check_answer(answer, assistant.article) for answer in answers])
        attachment = {"Content-Disposition": f'attachment; filename="wenbao{kind.suffix}"'}
        return Response(content, media_type=kind.media_type, headers=attachment)

    return router
