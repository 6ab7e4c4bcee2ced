"""The route that gives answers back as a file."""

import re
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Response

from ui.exports.formats import FORMATS, FormatName
from ui.exports.texts import one_line
from ui.received import ReceivedAnswer, check_answer
from ui.refusals import REFUSALS

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["export_router"]

_MAX_ANSWERS = 50
_MAX_TITLE = 200


def export_router(assistant: "Assistant") -> APIRouter:
    """Return the route over an Assistant, whose articles the quotes are compared with."""
    router = APIRouter(tags=["export"], responses=REFUSALS)
    files = {kind.media_type: {"schema": {"type": "string"}} for kind in FORMATS.values()}

    @router.post("/api/export", response_class=Response, responses={200: {"content": files}})
    def export(
        chosen: Annotated[FormatName, Query(alias="format")],
        answers: Annotated[list[ReceivedAnswer], Body(min_length=1, max_length=_MAX_ANSWERS)],
        title: Annotated[str, Body(max_length=_MAX_TITLE)] = "",
    ) -> Response:
        """Return answers with their evidence as a file; refused where a quote is not in the archive.

        `title` stands above them and in the name of the file; references have none.
        """
        kind = FORMATS[chosen]
        content = kind.write([check_answer(answer, assistant.article) for answer in answers], title)
        attachment = f'attachment; filename="wenbao{kind.suffix}"'
        if name := _file_name(title):  # RFC 6266
            attachment += f"; filename*=UTF-8''{quote(name + kind.suffix, safe='')}"
        return Response(content, media_type=kind.media_type, headers={"Content-Disposition": attachment})

    return router


def _file_name(title: str) -> str:
    """Return a title without what cannot stand in the name of a file."""
    name = re.sub(r'[/\\:*?"<>|]+', " ", one_line(title)).encode(errors="ignore").decode()
    return " ".join(name.split()).strip(". ")
