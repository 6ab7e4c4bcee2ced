"""A question on its way through the chat: what came with it, and the messages it becomes, step by step."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from qa.errors import QuestionError, WenbaoError
from qa.interpretation import Interpretation
from qa.lexical import Filters
from ui.render import (
    BROKEN,
    SEARCHING,
    render_answer,
    render_error,
    render_evidence,
    render_suggestions,
)
from ui.routes import Turn, check_interpretation
from ui.suggestions import better_questions

if TYPE_CHECKING:
    from qa.asking import OnHits
    from qa.assistant import Assistant
    from qa.records import Answer, Hit

__all__ = ["Context", "answer_in_steps", "read_context"]

LOG = logging.getLogger(__name__)
# More than a follow-up looks back on; the rest would only be carried along.
_KEPT_TURNS = 8
# Passages shown while the answer is looked for.
_SHOWN_HITS = 3


@dataclass(frozen=True, slots=True)
class Context:
    """What the page sends with a question: the turns before it, its reading as changed, the filters."""

    turns: tuple[Turn, ...] = ()
    interpretation: Interpretation | None = None
    filters: Filters = field(default_factory=Filters)

    @property
    def history(self) -> list[tuple[str, str | None]]:
        """The last turns, as `Assistant.ask` takes them."""
        return [(turn.question, turn.short_answer) for turn in self.turns[-_KEPT_TURNS:]]


def read_context(sent: object) -> Context:
    """Check what a browser sent. Raises QuestionError for anything that is no Context."""
    try:
        context = _context_adapter().validate_python({} if sent is None else sent)
    except ValidationError as error:
        message = "页面送来的内容读不懂，请刷新页面 (the page sent what is no question; reload it)"
        raise QuestionError(message) from error
    check_interpretation(context.interpretation)
    return context


@cache
def _context_adapter() -> TypeAdapter[Context]:
    return TypeAdapter(Context)


async def answer_in_steps(assistant: "Assistant", question: str, sent: object) -> AsyncGenerator[str]:
    """Yield the message of an answer as it becomes known: searching, evidence, answer, better questions."""
    yield SEARCHING
    try:
        context = read_context(sent)
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Sequence[Hit]] = loop.create_future()

        def tell(hits: "Sequence[Hit]") -> None:
            loop.call_soon_threadsafe(found.set_result, hits)

        asking = asyncio.ensure_future(run_in_threadpool(_ask, assistant, question, context, tell))
        await asyncio.wait((found, asking), return_when=asyncio.FIRST_COMPLETED)
        if found.done() and found.result():
            yield render_evidence(found.result()[:_SHOWN_HITS])
        answer = await asking
        message = render_answer(answer, context.filters)
        yield message
        if not answer.answered:
            better = await run_in_threadpool(better_questions, assistant, answer, context.filters)
            if better:
                yield message + render_suggestions(better)
    except WenbaoError as error:
        yield render_error(str(error))
    except Exception:
        # Gradio would leave the reader with "searching" for good; the details are for the log alone.
        LOG.exception("no answer to %r", question)
        yield BROKEN


def _ask(assistant: "Assistant", question: str, context: Context, on_hits: "OnHits") -> "Answer":
    return assistant.ask(
        question,
        history=context.history,
        interpretation=context.interpretation,
        on_hits=on_hits,
        **asdict(context.filters),
    )
