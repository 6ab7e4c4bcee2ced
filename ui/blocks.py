"""The page of the chat in Gradio: messages, question box, and places for what the scripts build.

Importing this module imports Gradio; `ui.app` does so once the environment is set. The scripts
(`ui/static`) call Gradio by clicking hidden buttons, and Gradio calls them by the ``js`` of its events.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import gradio

from qa.query import MAX_QUESTION
from ui.conversation import answer_in_steps
from ui.head import read_static
from ui.render import render_question

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.assistant import Assistant

__all__ = ["mount_chat"]

# Gradio's default is one answer at a time; a reader should not wait for nineteen others.
CONCURRENCY = 20
# Pages of which Gradio keeps its settings, some 25 kB each; nothing of ours is in them.
SESSIONS = 500
# Fonts of the reader's own system; nothing is fetched.
FONTS = ("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")

# The question box and the messages.
Update = tuple[Any, Any]


def mount_chat(app: "FastAPI", assistant: "Assistant") -> None:
    """Put the chat at ``/`` of the application, with nothing of Gradio's that a reader does not need."""
    gradio.mount_gradio_app(
        app,
        _build_blocks(assistant),
        path="/",
        theme=gradio.themes.Base(font=FONTS, font_mono=("monospace",)),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        show_error=False,
    )


def _build_blocks(assistant: "Assistant") -> gradio.Blocks:
    async def reply(question: str, history: list[Any], context: object) -> AsyncIterator[Update]:
        if not question.strip():  # the page greys the button; Enter still comes here
            yield gradio.skip(), history
            return
        history = [*history, _message("user", render_question(question))]
        async with aclosing(answer_in_steps(assistant, question, context)) as steps:
            # The box is emptied once: the next question may be half typed when the answer comes.
            box: Any = ""
            async for step in steps:
                yield box, [*history, _message("assistant", step)]
                box = gradio.skip()

    blocks = gradio.Blocks(title="问报 wenbao", fill_height=True, analytics_enabled=False)
    blocks.state_session_capacity = SESSIONS
    with blocks:
        _place("side", "wenbao.mountSide(element)")
        with gradio.Column(elem_id="column"):
            _place("masthead", "wenbao.language.refresh(element)")
            _place("home", "wenbao.mountHome(element)")
            chat = _chatbot()
            _place("above-box")
            box = _question_box()
        _place("article", "wenbao.mountArticle(element)")
        _wire(blocks, reply, chat, box)
    return blocks


def _place(name: str, on_load: str | None = None) -> None:
    """Put a static piece of HTML into the page; what is shown in it is built by its script."""
    gradio.HTML(
        html_template=read_static(f"{name}.html"),
        js_on_load=on_load,
        apply_default_css=False,
        elem_id=f"{name}-place",
    )


def _wire(blocks: gradio.Blocks, reply: Any, chat: gradio.Chatbot, box: gradio.Textbox) -> None:
    """Connect box, messages and scripts; `asking.js` and `history.js` have the other ends."""
    context = gradio.JSON(visible=False)
    again, stop, show = (
        gradio.Button(visible="hidden", elem_id=name) for name in ("ask-again", "stop", "show")
    )
    event: dict[str, Any] = {
        "inputs": [box, chat, context],
        "outputs": [box, chat],
        "js": "(question, messages) => wenbao.asking.prepare(question, messages)",
        "concurrency_limit": CONCURRENCY,
        "concurrency_id": "ask",
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    asked: list[Any] = [box.submit(reply, **event), again.click(reply, **event)]
    for answered in asked:
        answered.then(fn=None, inputs=[chat], js="(messages) => wenbao.history.save(messages)")
    stopped = "(messages) => [wenbao.asking.stopped(messages)]"
    stop.click(fn=None, cancels=asked, inputs=[chat], outputs=[chat], js=stopped, show_progress="hidden")
    taken = "() => [wenbao.history.take()]"
    show.click(fn=None, cancels=asked, outputs=[chat], js=taken, show_progress="hidden")
    restored = "() => [wenbao.history.restore()]"
    blocks.load(fn=None, outputs=[chat], js=restored, show_progress="hidden")


def _chatbot() -> gradio.Chatbot:
    return gradio.Chatbot(
        elem_id="chat",
        show_label=False,
        container=False,
        scale=1,
        height="100%",
        buttons=[],
        autoscroll=False,
        feedback_options=None,
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
