"""The JSON routes for programs: ask, search, read an article; and the health check."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import Field

from qa.contracts import answer_to_json, article_to_json, hit_to_json
from qa.errors import QuestionError
from qa.interpretation import Interpretation
from qa.query import MAX_QUESTION
from ui.received import NUMBER
from ui.refusals import ARTICLE_REFUSALS, REFUSALS
from ui.shapes import AnswerShape, ArticleShape, HitsShape, described

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.records import Article

__all__ = ["Turn", "archive_router", "check_interpretation", "find_article"]

# How many turns before a question a request may bring.
_MAX_TURNS = 20
_MAX_PASSAGES = 100
# Told in the document alone: what is wrong with a question is said in words of its own, not in pydantic's.
_ASKED = {"minLength": 1, "maxLength": MAX_QUESTION, "pattern": r"\S"}
Question = Annotated[str, Body(json_schema_extra=_ASKED, examples=["江西综治中心化解了多少纠纷"])]
Day = Annotated[str | None, Field(json_schema_extra={"pattern": r"^(\d{4}-\d{2}-\d{2})?$"})]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, with its short answer if it got one."""

    question: str
    short_answer: str | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """Where to look: a newspaper and a section, by their full names, and days as 2025-03-28, inclusive."""

    source: str | None = None
    date_from: Day = None
    date_to: Day = None
    section: str | None = None


def check_interpretation(interpretation: Interpretation | None) -> None:
    """Raise QuestionError for an interpretation that is far too long to have been read in a question."""
    if interpretation and len(repr(interpretation)) > 4 * MAX_QUESTION:
        raise QuestionError("对问题的理解太长 (the interpretation is too long; leave out what is not needed)")


def find_article(assistant: "Assistant", article_id: str) -> "Article":
    """Return an article; raises the HTTPException of what is not there."""
    try:
        return assistant.article(article_id)
    except KeyError:
        raise HTTPException(404, f"档案里没有这篇文章 (no article {article_id} in the archive)") from None


def archive_router(assistant: "Assistant") -> APIRouter:
    """Return the routes over an Assistant."""
    router = APIRouter(tags=["archive"], responses=REFUSALS)

    @router.get("/healthz")
    async def report_health() -> dict[str, str]:
        """Tell that the server is up, however busy its threads are; never needs a login."""
        return {"status": "ok"}

    @router.post("/api/ask", responses=described(AnswerShape))
    def ask(
        question: Question,
        history: Annotated[list[Turn], Body(max_length=_MAX_TURNS)] = [],  # noqa: B006 (FastAPI copies it)
        filters: Annotated[Within, Body()] = Within(),
        interpretation: Annotated[Interpretation | None, Body()] = None,
    ) -> dict[str, Any]:
        """Answer a question with cited sentences, or say why the archive does not.

        The answer is a line of `wenbao ask --json`. `history` is what was asked before, oldest first;
        `interpretation` is that of an earlier answer, as its reader changed it.
        """
        check_interpretation(interpretation)
        turns = [(turn.question, turn.short_answer) for turn in history]
        answer = assistant.ask(question, history=turns, interpretation=interpretation, **asdict(filters))
        return answer_to_json(answer)

    @router.post("/api/search", responses=described(HitsShape))
    def search(
        query: Question,
        top_k: Annotated[int, Body(ge=1, le=_MAX_PASSAGES), NUMBER] = 10,
        filters: Annotated[Within, Body()] = Within(),
    ) -> dict[str, Any]:
        """Return the best passages for words or a question, each a line of `wenbao search --json`."""
        hits = assistant.search(query, top_k=top_k, **asdict(filters))
        return {"query": query, "hits": [hit_to_json(hit, rank) for rank, hit in enumerate(hits, 1)]}

    @router.get("/api/articles/{article_id}", responses=ARTICLE_REFUSALS | described(ArticleShape))
    def read_article(article_id: str) -> dict[str, Any]:
        """Return one whole article, a line of `wenbao articles --json`."""
        return article_to_json(find_article(assistant, article_id))

    return router
