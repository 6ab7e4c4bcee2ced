"""The conversation as a reader meets it in Chromium: answers, what can be done with them, abstentions."""

import threading
from pathlib import Path
from typing import Any

import pytest
from browsing import (
    ARTICLE,
    QUESTION,
    WIDE,
    address,
    ask,
    browser,
    label,
    needs_chromium,
    open_page,
    page,
)
from served import serve_app

from qa.assistant import Assistant
from ui.app import build_app
from ui.settings import Settings

pytestmark = needs_chromium
__all__ = ["address", "browser", "page"]


def test_answer_marks_the_short_answer_and_names_its_source(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    assert page.inner_text(".answer mark") == "38.1万件"
    card = page.inner_text(".answer .source")
    assert all(told in card for told in ("江西推开一扇门", "江岸日报", "2025-03-28", "本报记者 沈听澜"))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.is_hidden(".record")


def test_evidence_is_shown_before_the_answer(page: Any) -> None:
    page.evaluate(
        "window.states = []; new MutationObserver(() => { for (const name of ['.searching .looking', "
        "'.sources.pending', '.answer']) if (document.querySelector(name) && !states.includes(name)) "
        "states.push(name); }).observe(document.body, { childList: true, subtree: true })"
    )
    ask(page, QUESTION, ".answer")
    assert page.evaluate("states") == [".searching .looking", ".sources.pending", ".answer"]


def test_reading_of_the_question_is_changed_and_asked_anew(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    assert page.inner_text(".term.places") == "江西"
    assert label(page, ".term.type") == "数量"
    page.click(".term.places")
    page.fill("dialog input", "上海")
    page.keyboard.press("Enter")
    page.wait_for_selector(".abstention")
    page.wait_for_selector(".searching", state="detached")
    assert page.inner_text(".abstention .term.places") == "上海"
    assert page.locator(".question").count() == 1
    page.click(".term.places")
    page.click("dialog .drop")
    page.wait_for_selector(".answer")
    assert page.locator(".term.places").count() == 0
    page.click(".term.type")
    page.click("dialog .type-date")
    page.wait_for_selector(".term.type-date")
    page.click(".term.add")
    page.fill("dialog input", "2019年")
    page.click("dialog .times")
    page.wait_for_selector(".abstention .term.times")


def test_question_is_edited_and_retried_in_its_place(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    ask(page, "江西省综治中心主任是谁？", ":nth-match(.answer, 2)")
    page.locator(".asked").first.hover()
    page.locator(".edit").first.click()
    assert page.input_value("#question textarea") == QUESTION
    assert page.is_visible(".editing")
    page.click(".leave-editing")
    assert page.is_hidden(".editing")
    page.locator(".edit").first.click()
    page.fill("#question textarea", "淮屿地铁4号线全长多少公里？")
    page.press("#question textarea", "Enter")
    page.wait_for_function("document.querySelector('#chat .answer mark')?.textContent.includes('31公里')")
    assert page.locator(".question").count() == 1
    page.locator(".answer").evaluate("answer => { answer.id = 'before'; }")
    page.click(".retry")
    page.wait_for_selector("#before", state="detached")
    page.wait_for_selector(".answer")
    assert page.locator(".question").count() == page.locator(".answer").count() == 1


def test_follow_up_is_completed_from_what_is_on_the_page(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    ask(page, "那2019年呢？", ".abstention")
    assert page.inner_text(".searched") == "2019年江西综治中心化解了多少纠纷"


def test_abstention_offers_evidence_and_questions_that_are_answered(page: Any) -> None:
    ask(page, "2019年江西综治中心化解了多少纠纷？", ".abstention")
    assert page.locator(".answer").count() == 0
    assert page.inner_text(".abstention .reason") != ""
    assert page.locator(".abstention .source").count() > 0
    assert label(page, ".abstention") == "没有找到答案"
    page.wait_for_selector(".better .ask-this")
    assert page.locator(".better .ask-this").first.inner_text() == "江西综治中心化解了多少纠纷？"
    page.locator(".better .ask-this").first.click()
    page.wait_for_selector(".answer")
    assert page.inner_text(".answer mark") == "38.1万件"


def test_answer_can_be_stopped(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    with Assistant.from_articles([ARTICLE]) as assistant:
        answer = assistant.stream

        def ask_later(question: str, **told: Any) -> Any:
            go.wait(60)
            return answer(question, **told)

        monkeypatch.setattr(assistant, "stream", ask_later)
        settings = Settings(per_minute=0)
        app = build_app(assistant, [QUESTION], settings)
        with serve_app(app) as at, open_page(browser, at, WIDE, "light") as page:
            page.fill("#question textarea", QUESTION)
            page.press("#question textarea", "Enter")
            page.click(".searching .stop")
            page.wait_for_selector(".stopped")
            go.set()
            page.wait_for_timeout(1000)  # the answer, if it were still to come
            assert page.locator(".answer").count() == 0
            page.click(".retry")
            page.wait_for_selector(".answer")
            assert page.locator(".question").count() == 1


def test_answer_is_copied_with_its_sources(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION, ".answer")
    page.click(".copy")
    page.wait_for_selector("#told .copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{QUESTION}\n")
    assert "——《江西推开一扇门》（江岸日报，2025-03-28，第4版，本报记者 沈听澜）" in copied


@pytest.mark.parametrize(("chosen", "name"), [("markdown", "wenbao.md"), ("gbt7714", "wenbao.txt")])
def test_answer_is_exported(page: Any, tmp_path: Path, chosen: str, name: str) -> None:
    ask(page, QUESTION, ".answer")
    page.click(".export")
    with page.expect_download() as downloading:
        page.click(f"dialog .{chosen}")
    downloading.value.save_as(tmp_path / "got")
    assert downloading.value.suggested_filename == name
    assert "江岸日报" in (tmp_path / "got").read_text(encoding="utf-8")


def test_thumbs_and_corrections_reach_the_server(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    with page.expect_response("**/api/feedback") as got:
        page.click(".good")
    assert got.value.status == 200
    page.wait_for_selector(".good[aria-pressed=true]")
    page.click(".bad")
    page.fill("dialog textarea", "应是38.1万件<b>")
    with page.expect_request("**/api/feedback") as sent:
        page.click("dialog .send")
    told = sent.value.post_data_json
    assert (told["verdict"], told["correction"]) == ("down", "应是38.1万件<b>")
    assert told["answer"]["short_answer"] == "38.1万件"
    page.wait_for_selector(".bad[aria-pressed=true]")
    assert page.get_attribute(".good", "aria-pressed") == "false"


def test_empty_question_asks_nothing(page: Any) -> None:
    button = "getComputedStyle(document.querySelector('#question .submit-button')).pointerEvents"
    assert page.evaluate(button) == "none"
    with page.expect_response(lambda got: "/queue/join" in got.url):
        page.fill("#question textarea", "  ")
        page.press("#question textarea", "Enter")
    page.wait_for_timeout(500)  # Gradio drops a second question that comes before the first is done
    ask(page, QUESTION, ".answer")
    assert page.locator(".question").count() == 1
    page.fill("#question textarea", "问")
    assert page.evaluate(button) == "auto"


def test_new_answer_comes_into_view_and_can_be_read_out(page: Any) -> None:
    for number in range(1, 5):
        ask(page, QUESTION, f":nth-match(.answer, {number})")
        page.locator("#chat .bubble-wrap").evaluate("list => { list.scrollTop = 0; }")
    ask(page, QUESTION, ":nth-match(.answer, 5)")
    scroller = page.locator("#chat .bubble-wrap").bounding_box()
    question, answer = (page.locator(name).last.bounding_box() for name in (".question", ".answer"))
    assert scroller["y"] <= question["y"] < answer["y"]
    assert answer["y"] + answer["height"] <= scroller["y"] + scroller["height"]
    assert page.locator("#chat [data-testid=bot][aria-label]").count() == 0
