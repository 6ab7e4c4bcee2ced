"""Answers that a language model writes, as a reader meets them in Chromium; the model is a server on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from browsing import (
    ARTICLE,
    NARROW,
    QUESTION,
    WIDE,
    ask,
    browser,
    label,
    needs_chromium,
    open_page,
)
from language_model import Behaviour, LanguageModel, serve
from served import serve_app

from qa.assistant import Assistant
from qa.endpoint import EndpointWriter
from qa.writing import Unsupported, Writing
from ui.app import build_app
from ui.settings import Settings

pytestmark = needs_chromium
__all__ = ["browser"]

TRUE = "江西全省的综治中心2024年梳理出38.7万件矛盾纠纷，化解了38.1万件。[1]"
FALSE = "其中一半是工资纠纷。[1]"


@contextmanager
def chat(
    browser: Any,
    reply: str,
    behaviour: Behaviour = "reply",
    unsupported: Unsupported = "drop",
    viewport: dict[str, int] = WIDE,
) -> Iterator[Any]:
    with Assistant.from_articles([ARTICLE]) as assistant, serve(LanguageModel(reply, behaviour)) as model:
        assistant.writing = Writing(EndpointWriter(model.url, "m", timeout=20), unsupported)
        app = build_app(assistant, [QUESTION], Settings(per_minute=0))
        with serve_app(app) as address, open_page(browser, address, viewport, "light") as page:
            yield page


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_sentences_are_told_with_their_sources_and_what_was_left_out(
    browser: Any, viewport: dict[str, int]
) -> None:
    with chat(browser, TRUE + FALSE, viewport=viewport) as page:
        ask(page, QUESTION, ".answer .note")
        assert page.inner_text(".answer .text").startswith(TRUE.removesuffix("[1]"))
        assert "工资" not in page.inner_text(".answer .text")
        assert page.inner_text(".answer mark") == "38.1万件"
        assert page.locator(".answer .chip").count() == page.locator(".answer .source").count() == 1
        assert "1句没有原文支持" in page.inner_text(".answer .note")
        assert label(page, ".answer .written").startswith("由语言模型写成")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        page.click(".answer .chip")
        page.wait_for_selector("#article mark")


def test_what_nothing_supports_is_marked(browser: Any) -> None:
    with chat(browser, TRUE + FALSE, unsupported="mark") as page:
        ask(page, QUESTION, ".answer .unsupported")
        assert page.inner_text(".answer .unsupported") == FALSE.removesuffix("[1]")
        assert label(page, ".answer .why") == "〔未能核实："
        assert page.locator(".answer .note").count() == 0


@pytest.mark.parametrize(("reply", "behaviour"), [(FALSE, "reply"), ("", "error"), (TRUE, "cut")])
def test_the_archives_own_answer_stands_in_and_says_so(
    browser: Any, reply: str, behaviour: Behaviour
) -> None:
    with chat(browser, reply, behaviour) as page:
        ask(page, QUESTION, ".answer .note")
        assert "档案自己的回答" in page.inner_text(".answer .note")
        assert page.locator(".answer .written").count() == 0
        assert page.inner_text(".answer mark") == "38.1万件"


def test_the_archives_own_answer_is_there_while_a_model_writes_and_stays_when_it_is_stopped(
    browser: Any,
) -> None:
    with chat(browser, "", "busy") as page:
        page.fill("#question textarea", QUESTION)
        page.press("#question textarea", "Enter")
        page.wait_for_selector(".answer .writing")
        assert page.inner_text(".answer mark") == "38.1万件"
        page.click(".searching .stop")
        page.wait_for_selector(".stopped")
        assert page.locator(".searching").count() == 0
        assert page.inner_text(".answer mark") == "38.1万件"
        assert page.locator(".retry").count() == 1
        assert page.is_hidden(".record")
