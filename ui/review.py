"""The routes on which a reviewer turns feedback into gold questions."""

import hmac
import json
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from qa.errors import InputError
from ui.feedback import FeedbackStore, Gold, Status, feedback_line, gold_line
from ui.review_page import Draft, Listing, review_page

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["check_gold", "review_router"]

_SHOWN = 20  # pieces of feedback on a screen
_UNTYPED = "untyped"

Field = Annotated[str, Form(max_length=20_000)]


class _Tokens:
    """What proves that a form was sent from the review page; another site cannot read it there."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes()

    def of(self, request: Request) -> str:
        return hmac.new(self._secret, (request.user.name or "").encode(), "sha256").hexdigest()

    def check(self, request: Request, token: str) -> None:
        if not hmac.compare_digest(token.encode(), self.of(request).encode()):
            raise HTTPException(
                403, "请重新打开审阅页 (this form is of an older page; open the review page again)"
            )


def _check_reviewer(request: Request) -> None:
    if not request.user.reviewer:
        raise HTTPException(403, "只有审阅者能看反馈 (reviewers alone; `wenbao user add NAME --reviewer`)")


def review_router(assistant: "Assistant", store: FeedbackStore) -> APIRouter:
    """Return the routes; evidence is compared with the articles of the Assistant."""
    router = APIRouter(prefix="/review", include_in_schema=False, dependencies=[Depends(_check_reviewer)])
    tokens = _Tokens()
    _add_files(router, store, tokens)

    @router.get("")
    def show(
        request: Request, status: Status = "new", first: Annotated[int, Query(ge=0, le=10**9)] = 0
    ) -> HTMLResponse:
        shown = store.read(status, _SHOWN, first)
        return review_page(Listing(status, store.counts(), shown, tokens.of(request), first))

    @router.post("/{feedback_id}", response_model=None)
    def review(
        request: Request,
        feedback_id: str,
        action: Annotated[Literal["accept", "reject"], Form()],
        token: Field,
        draft: Annotated[Draft, Depends(_read_draft)],
    ) -> Response:
        tokens.check(request, token)
        said = store.find(feedback_id)
        if said is None:
            raise HTTPException(404, "没有这条反馈 (no such feedback)")
        try:
            gold = check_gold(draft, assistant) if action == "accept" else None
        except InputError as error:
            drafts = {said.id: draft}
            page = Listing(
                said.status, store.counts(), [said], tokens.of(request), error=str(error), drafts=drafts
            )
            return review_page(page)
        store.review(said.id, gold)
        return RedirectResponse("/review", 303)

    return router


def _add_files(router: APIRouter, store: FeedbackStore, tokens: _Tokens) -> None:
    @router.get("/gold.jsonl")
    def export_gold() -> Response:
        return _json_lines(filter(None, map(gold_line, store.read("accepted"))), "gold.jsonl")

    @router.get("/feedback.jsonl")
    def export_feedback() -> Response:
        return _json_lines(map(feedback_line, store.read()), "feedback.jsonl")

    @router.post("/import")
    def import_feedback(request: Request, token: Field, file: Annotated[bytes, File()]) -> RedirectResponse:
        tokens.check(request, token)
        try:
            lines = file.decode("utf-8-sig").split("\n")
        except UnicodeDecodeError as error:
            raise InputError(f"不是UTF-8文本 (the file is no UTF-8 text: {error})") from None
        store.merge(lines, "import")
        return RedirectResponse("/review", 303)


def _read_draft(
    kind: Annotated[str, Form(alias="type", max_length=100)] = "",
    question: Field = "",
    answers: Field = "",
    article_id: Field = "",
    evidence: Field = "",
) -> Draft:
    return Draft(kind, question, answers, article_id, evidence)


def check_gold(draft: Draft, assistant: "Assistant") -> Gold:
    """Return the gold question that a form asks for.

    Raises InputError when it has no question, or its evidence does not stand in its article.
    """
    question = " ".join(draft.question.split())
    evidence = draft.evidence.replace("\r\n", "\n").strip()
    article_id = draft.article_id.strip()
    if not question:
        raise InputError("请填写问题 (write the question)")
    try:
        article = assistant.article(article_id) if article_id else None
    except KeyError:
        raise InputError(f"档案里没有文章{article_id} (no article {article_id} in the archive)") from None
    if evidence and (article is None or evidence not in article.text):
        raise InputError(
            "依据必须与文章原文一字不差 (the evidence must stand in the article as it is printed)"
        )
    answers = tuple(dict.fromkeys(line.strip() for line in draft.answers.splitlines() if line.strip()))
    return Gold(
        type=" ".join(draft.type.split()) or (_UNTYPED if answers else "unanswerable"),
        question=question,
        answers=answers,
        headline=article.headline if article and answers else "",
        evidence=evidence if answers else "",
        article_id=article_id if answers else "",
    )


def _json_lines(rows: Iterable[Any], name: str) -> Response:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    attachment = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/x-ndjson", headers=attachment)
