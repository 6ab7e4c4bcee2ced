"""The routes of the proof: what is printed where a quote stands, and the pictures of pages."""

from dataclasses import astuple
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from qa.errors import InputError
from qa.originals import Original, find_original, read_picture
from ui.refusals import ARTICLE_REFUSALS
from ui.routes import find_article

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["original_router"]


_PNG = "image/png"
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {_PNG: {"schema": {"type": "string", "format": "binary"}}}}
}


def original_router(assistant: "Assistant") -> APIRouter:
    """Return the routes ``/api/articles/{id}/original`` and ``/api/articles/{id}/pages/{number}``."""
    router = APIRouter(tags=["archive"], responses=ARTICLE_REFUSALS)

    @router.get("/api/articles/{article_id}/original")
    def read_original(article_id: str, start: int = 0, end: int = 0) -> dict[str, Any]:
        """Return the raw lines of an article's file, or the picture of its page, with a quote marked.

        `start` and `end` are the quote's offsets into the article's text. `note` says in a word why
        something is not there: `gone` (the file, or what it was), `format`, `place` (of the quote on a page).
        """
        article = find_article(assistant, article_id)
        file, page = article.printed_at(start)
        try:
            found = find_original(article, start, end)
        except InputError as error:
            return {"file": file, "page": page, "note": "gone", "reason": str(error)}
        return _original_to_json(found, article_id, start)

    @router.get("/api/articles/{article_id}/pages/{number}", response_class=Response, responses=_PICTURE)
    def read_page(article_id: str, number: int, at: int = 0) -> Response:
        """Return a page (from 0) of an article's PDF or image file as PNG; `at` is an offset in its text."""
        picture = read_picture(find_article(assistant, article_id), at, number)
        return Response(picture, media_type=_PNG, headers={"Cache-Control": "private, max-age=600"})

    return router


def _original_to_json(found: Original, article_id: str, start: int) -> dict[str, Any]:
    told: dict[str, Any] = {"file": found.file, "page": found.page}
    if found.lines:
        lines = [
            {"number": line.number, "article": line.of_article, "pieces": line.pieces} for line in found.lines
        ]
        return told | {"lines": lines}
    if found.picture is None:
        return told | {"note": "format"}
    picture = f"/api/articles/{quote(article_id, safe='')}/pages/{found.picture}?at={start}"
    note = {} if found.boxes else {"note": "place"}
    return told | {"picture": picture, "boxes": [astuple(box) for box in found.boxes]} | note
