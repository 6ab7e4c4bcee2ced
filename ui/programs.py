"""Routes for programs that speak OpenAI's protocol: ``/v1/models`` and ``/v1/chat/completions``.

A question is the last message of the user; the answer is the message of the assistant, its citations are
annotations of the message, and the whole Answer stands beside it under ``wenbao``.
"""

import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from qa.contracts import answer_to_json, citation_to_json
from ui.answer_text import article_link
from ui.refusals import ARTICLE_REFUSALS

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.followups import Turn
    from qa.records import Answer

__all__ = ["MODEL", "programs_router"]

MODEL = "wenbao"
_MOST_MESSAGES = 100
_LONGEST_MESSAGE = 20_000  # characters; the answers before it may be long
_Text = Annotated[str, Field(max_length=_LONGEST_MESSAGE)]


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a message; only text can be asked."""

    text: _Text
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: _Text | Annotated[list[TextPart], Field(max_length=_MOST_MESSAGES)]

    @property
    def text(self) -> str:
        """The text of all parts."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What of OpenAI's request is heeded; other fields, such as a temperature, change nothing here."""

    model: Annotated[str, Field(examples=[MODEL])]
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=_MOST_MESSAGES)]
    stream: Annotated[bool, Field(strict=True)] = False


@dataclass(frozen=True, slots=True)
class _Reply:
    """One reply on its way out: what all its chunks have in common."""

    base: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def body(self, kind: str, choice: dict[str, Any], **more: object) -> dict[str, Any]:
        head = {"id": self.id, "object": kind, "created": self.created, "model": MODEL}
        return head | {"choices": [{"index": 0, "logprobs": None} | choice]} | more


def programs_router(assistant: "Assistant") -> APIRouter:
    """Return the routes; the assistant stays the caller's to close."""
    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"], responses=ARTICLE_REFUSALS)

    @router.get("/models")
    def list_models() -> dict[str, Any]:
        return {
            "object": "list",
            "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "wenbao"}],
        }

    @router.post("/chat/completions", response_model=None)
    def complete(asked: ChatRequest, request: Request) -> Response | dict[str, Any]:
        if asked.model != MODEL:
            raise HTTPException(404, f"no model {asked.model!r} here; the one there is: {MODEL}")
        if asked.messages[-1].role != "user":
            raise HTTPException(400, "the last message has to be the user's: a question")
        reply = _Reply(str(request.base_url))
        question, history = asked.messages[-1].text, _history(asked.messages[:-1])
        answers = assistant.stream(question, history=history)
        first = next(answers)  # what is wrong with the question shows before the reply begins
        if asked.stream:
            chunks = _chunks(reply, first, answers, told_again=assistant.writing is not None)
            return StreamingResponse(chunks, media_type="text/event-stream")
        *_, answer = first, *answers
        message = {
            "role": "assistant",
            "content": answer.text,
            "annotations": _annotations(answer, reply.base),
        }
        return reply.body(
            "chat.completion", {"message": message, "finish_reason": "stop"}, wenbao=answer_to_json(answer)
        )

    return router


def _history(messages: list[ChatMessage]) -> list["Turn"]:
    """Return the user's questions before; what was answered is not needed to complete a follow-up."""
    return [(message.text, None) for message in messages if message.role == "user" and message.text.strip()]


def _chunks(reply: _Reply, first: "Answer", later: Iterator["Answer"], *, told_again: bool) -> Iterator[str]:
    """Yield the reply as server-sent events: sentences as they are ready, then citations and the end."""

    def event(delta: dict[str, Any], finish: str | None = None, **more: object) -> str:
        body = reply.body("chat.completion.chunk", {"delta": delta, "finish_reason": finish}, **more)
        return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"

    yield event({"role": "assistant", "content": ""})
    sent, answer = "", first
    # Where a model tells the answer, the archive's own is sent only if it is the last.
    for number, answer in enumerate(chain([first], later)):
        if number == 0 and told_again and answer.answered and answer.interpretation:
            continue
        if answer.text.startswith(sent):
            piece = answer.text[len(sent) :]
        else:
            piece = f"\n\n{answer.note or ''}\n\n{answer.text}"
        if piece:
            yield event({"content": piece})
        sent += piece
    annotations = _annotations(replace(answer, text=sent), reply.base)
    yield event({"annotations": annotations}, wenbao=answer_to_json(answer))
    yield event({}, "stop")
    yield "data: [DONE]\n\n"


def _annotations(answer: "Answer", base: str) -> list[dict[str, Any]]:
    """Return the citations as annotations, one for each place in the text that bears its number."""
    cited = {citation.number: citation for citation in answer.citations}
    annotations = []
    for match in re.finditer(r"\[(\d+)\]", answer.text):
        citation = cited.get(int(match[1]))
        if citation:
            link = {
                "start_index": match.start(),
                "end_index": match.end(),
                "title": citation.article.title,
                "url": base + article_link(citation.article_id, citation.start, citation.end),
            }
            annotations.append(
                {"type": "url_citation", "url_citation": link, "wenbao": citation_to_json(citation)}
            )
    return annotations
