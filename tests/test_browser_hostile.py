"""A hostile archive in Chromium: nothing of it runs or is fetched, and the page stays usable."""

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import ARTICLE, NARROW, QUESTION, WIDE, ask, browser, needs_chromium, open_page
from served import serve_app

from qa.assistant import Assistant
from qa.records import Article
from ui.app import build_app
from ui.settings import Settings

pytestmark = needs_chromium
__all__ = ["browser"]

ATTACK = (
    "<script>window.attacked=1</script><img src=x onerror='window.attacked=2'>"
    "${window.attacked=3}{{constructor.constructor('window.attacked=4')()}}<svg onload=window.attacked=5>"
    "![x](http://attacker.example/x.png)<a href='javascript:window.attacked=6'>"
)
BIDI = "\u202e倒过来\u2066又过去"
HOSTILE = Article.from_text(
    f"{ATTACK}青桥灯会今年展出花灯7盏{ATTACK}。",
    headline=f"{ATTACK}青桥灯会",
    kicker=ATTACK,
    byline=(ATTACK,),
    source=ATTACK,
    date="2025-01-01",
    page=f'">{ATTACK}',
    file=f"{ATTACK}.txt",
)
TURNED = Article.from_text(
    f"{BIDI}白塔村种下果树1200棵。", headline=f"{BIDI}果树", source=BIDI, date="2025-02-02"
)
ENDLESS = Article.from_text("黑石岭隧道全长4.2公里。", headline="长" * 100_000, source="长" * 5_000)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with (
        Assistant.from_articles([ARTICLE, HOSTILE, TURNED, ENDLESS]) as assistant,
        serve_app(build_app(assistant, [QUESTION, f"青桥灯会{ATTACK}"], Settings(per_minute=0))) as at,
    ):
        yield at


@pytest.fixture(params=[(WIDE, "dark"), (NARROW, "light")], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    with open_page(browser, address, *request.param) as opened:
        yield opened


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_hostile_article_and_question_run_nothing(page: Any, address: str) -> None:
    page.locator(".home .ask-this").nth(1).click()
    page.wait_for_selector(".question")
    page.wait_for_selector(".searching", state="detached")
    assert page.inner_text(".question") == f"青桥灯会{ATTACK}"
    ask(page, "青桥灯会今年展出多少盏花灯", ":nth-match(.message-row, 4) .source")
    assert ATTACK in page.locator(".source .headline").first.inner_text()
    page.locator(".source").first.click()
    page.wait_for_selector("#article mark")
    assert page.inner_text("#article h2") == HOSTILE.headline
    assert ATTACK in page.inner_text("#article .article-body .body")
    page.click("#article .original")
    page.wait_for_selector(".original-note")
    page.keyboard.press("Escape")
    page.click("#menu")
    assert any(ATTACK in name for name in page.locator("#side option").all_inner_texts())
    assert any(ATTACK in title for title in page.locator(".open-past").all_inner_texts())
    page.goto(f"{address}/browse?q=%3Cscript%3Ewindow.attacked%3D9%3C%2Fscript%3E青桥灯会&source=%22%3E")
    page.goto(f"{address}/browse?q=青桥灯会")
    page.locator(".browse .source").first.click()
    page.wait_for_selector("#article h2")
    added = ":is(#article, #chat, #side, #column) :is(script, iframe, object, img, a[href^='javascript'])"
    assert page.locator(added).count() == 0
    page.wait_for_timeout(200)  # an onerror would need a moment


def test_marks_that_turn_the_writing_stay_where_they_are(page: Any) -> None:
    ask(page, "白塔村种下果树多少棵？", ".answer .source, .abstention .source")
    isolated = page.locator(".source :is(.headline, .quote, .paper)").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).unicodeBidi)"
    )
    assert set(isolated) == {"isolate"}
    facts = page.locator(".source .date").first.inner_text()
    assert facts == "2025-02-02"


def test_headline_of_a_hundred_thousand_characters_leaves_the_page_usable(page: Any) -> None:
    ask(page, "黑石岭隧道全长多少公里？", ".answer .source, .abstention .source")
    assert fits(page)
    card = page.locator(".source").first.bounding_box()
    assert card["height"] < page.viewport_size["height"], "one source does not push all else away"
    page.locator(".source").first.click()
    page.wait_for_selector("#article h2")
    assert fits(page)
    assert page.locator(".article-close").bounding_box()["y"] < 60
    page.keyboard.press("Escape")
    ask(page, QUESTION, ":nth-match(.message-row, 4) .answer")
    assert page.locator(".question").last.is_visible()
