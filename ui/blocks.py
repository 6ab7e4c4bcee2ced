"""The page of the chat in Gradio: messages, question box, and the panel that shows an article.

Importing this module imports Gradio; `ui.app` does so once the environment is set.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio
from starlette.concurrency import run_in_threadpool

from qa.contracts import article_to_json
from qa.errors import WenbaoError
from qa.query import MAX_QUESTION
from ui.render import BROKEN, SEARCHING, render_answer, render_error, render_question

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.assistant import Assistant

__all__ = ["mount_chat", "read_head"]

LOG = logging.getLogger(__name__)
STATIC = Path(__file__).with_name("static")
# Gradio's default is one answer at a time; a reader should not wait for nineteen others.
CONCURRENCY = 20
# Fonts of the reader's own system; nothing is fetched.
FONTS = ("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")

Update = tuple[Any, Any, Any]
# The turns of one reader's conversation: each question as it was searched, with its short answer.
Turns = tuple[tuple[str, str | None], ...]
# More than a follow-up looks back on; the rest would only be carried along.
_KEPT_TURNS = 8


def mount_chat(app: "FastAPI", assistant: "Assistant", examples: Sequence[str]) -> None:
    """Put the chat at ``/`` of the application, with nothing of Gradio's that a reader does not need."""
    gradio.mount_gradio_app(
        app,
        _build_blocks(assistant, examples),
        path="/",
        theme=gradio.themes.Base(font=FONTS, font_mono=("monospace",)),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        show_error=False,
    )


def read_head() -> str:
    """Return what belongs into the page's head: the style sheets and the scripts that run at once."""
    style = "".join(map(_read, ("page.css", "messages.css", "article.css", "labels.css")))
    script = "".join(map(_read, ("language.js", "messages.js")))
    return f"<style>{style}</style><script>{script}</script>"


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _build_blocks(assistant: "Assistant", examples: Sequence[str]) -> gradio.Blocks:
    async def reply(question: str, history: list[Any], turns: Turns) -> AsyncIterator[Update]:
        if not question.strip():  # the page greys the button; Enter still comes here
            yield gradio.skip(), gradio.skip(), gradio.skip()
            return
        turns = turns if history else ()  # a new conversation
        history = [*history, _message("user", render_question(question))]
        yield "", [*history, _message("assistant", SEARCHING)], gradio.skip()
        answer, turns = await run_in_threadpool(_answer, assistant, question, turns)
        # The box is left alone: the next question may be half typed by now.
        yield gradio.skip(), [*history, _message("assistant", answer)], turns

    async def reply_to_example(
        selected: gradio.SelectData, history: list[Any], turns: Turns
    ) -> AsyncIterator[Update]:
        async for update in reply(str(selected.value["text"]), history, turns):
            yield update

    async def get_article(article_id: object) -> dict[str, Any] | None:
        return await run_in_threadpool(_find_article, assistant, article_id)

    blocks = gradio.Blocks(title="问报 wenbao", fill_height=True, analytics_enabled=False)
    with blocks:
        with gradio.Column(elem_id="column"):
            gradio.HTML(html_template=_read("masthead.html"), elem_id="masthead")
            chat, box = _chatbot(examples), _question_box()
        turns = gradio.State(())
        gradio.HTML(
            html_template=_read("article.html"),
            js_on_load=_read("article.js"),
            server_functions=[get_article],
            elem_id="article-place",
        )
        event: dict[str, Any] = {
            "outputs": [box, chat, turns],
            "concurrency_limit": CONCURRENCY,
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        box.submit(reply, [box, chat, turns], **event)
        chat.example_select(reply_to_example, [chat, turns], **event)
    return blocks


def _chatbot(examples: Sequence[str]) -> gradio.Chatbot:
    return gradio.Chatbot(
        elem_id="chat",
        show_label=False,
        container=False,
        scale=1,
        height="100%",
        buttons=[],
        autoscroll=False,
        placeholder=_read("welcome.html"),
        examples=[{"text": example} for example in examples],
        # Messages are HTML of our own making, and nothing in them may become more than that.
        render_markdown=False,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
    )


def _question_box() -> gradio.Textbox:
    # The blank placeholder lets the style sheet see that the box is empty and show its own words.
    return gradio.Textbox(
        elem_id="question",
        label="问题 · Question",
        show_label=False,
        container=False,
        placeholder=" ",
        autofocus=True,
        submit_btn=True,
        max_length=MAX_QUESTION,
    )


def _message(role: str, html: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": html}]}


def _answer(assistant: "Assistant", question: str, turns: Turns) -> tuple[str, Turns]:
    """Return the answer as HTML, and the turns with this one behind them."""
    try:
        answer = assistant.ask(question, history=turns)
    except WenbaoError as error:
        return render_error(str(error)), turns
    except Exception:
        # Gradio would leave the reader with "searching" for good; the details are for the log alone.
        LOG.exception("no answer to %r", question)
        return BROKEN, turns
    searched = answer.interpretation.question if answer.interpretation else answer.question
    return render_answer(answer), (*turns, (searched, answer.short_answer))[-_KEPT_TURNS:]


def _find_article(assistant: "Assistant", article_id: object) -> dict[str, Any] | None:
    """Return the article as JSON, None where there is none; anyone can call this with anything."""
    if not isinstance(article_id, str):
        return None
    try:
        return article_to_json(assistant.article(article_id))
    except KeyError:
        return None
