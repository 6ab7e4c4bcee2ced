"""A question on its way through the chat: what came with it, and the messages it becomes, step by step."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, closing
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from qa.errors import QuestionError, WenbaoError
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.records import Answer
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
    from qa.assistant import Assistant
    from qa.records import Hit

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
        async with aclosing(_ask(assistant, question, context)) as steps:
            async for step in steps:
                if isinstance(step, Answer):
                    answer = step
                    if assistant.writing and answer.answered and answer.interpretation:
                        yield render_answer(answer, context.filters, growing=True)
                elif step:
                    yield render_evidence(step[:_SHOWN_HITS])
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


async def _ask(
    assistant: "Assistant", question: str, context: Context
) -> AsyncGenerator["Answer | Sequence[Hit]"]:
    """Yield the passages found, then the answer as it grows, all of it made in one other thread.

    Left early, as when the reader stops it, it lets the language model go once that has told a sentence more.
    """
    loop, left = asyncio.get_running_loop(), threading.Event()
    steps: asyncio.Queue[Answer | Sequence[Hit] | None] = asyncio.Queue()

    def tell(step: "Answer | Sequence[Hit]") -> None:
        loop.call_soon_threadsafe(steps.put_nowait, step)

    def ask() -> None:
        history, interpretation = context.history, context.interpretation
        within = asdict(context.filters)
        answers = assistant.stream(
            question, history=history, interpretation=interpretation, on_hits=tell, **within
        )
        with closing(answers):
            for answer in answers:
                if left.is_set():
                    return
                tell(answer)

    asking = asyncio.ensure_future(run_in_threadpool(ask))
    asking.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        while (step := await steps.get()) is not None:
            yield step
        await asking
    finally:
        left.set()
