"""The chat and the audit as a reader meets them: headless Chromium, wide and narrow, light and dark."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from qa.articles import rebuild_page
from qa.assistant import Assistant
from qa.pages import split_lines
from qa.records import Article
from qa.reporting import write_report
from ui.app import build_app

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (CHROMIUM=/path/to/it)")

QUESTION = "江西综治中心化解了多少纠纷"
QUOTE = "江西全省的综治中心在2024年里梳理出38.7万件矛盾纠纷，当年就化解了38.1万件。"
# Characters outside the basic plane before the quote: two units each in JavaScript, one in Python.
PADDING = "\n".join(f"𠮷祥😀里弄第{number}户的邻居们又为晾衣竿说了半天的话。" * 4 for number in range(12))
ARTICLE = Article.from_text(
    f"{PADDING}\n推开这扇门就有人管。{QUOTE}大家都说好。\n{PADDING}",
    headline="江西推开一扇门",
    kicker="综治中心见闻",
    byline=("本报记者 沈听澜",),
    source="江岸日报",
    date="2025-03-28",
    page="4",
    file="pages/江岸日报-20250328-04.txt",
)
ATTACK = (
    "<script>window.attacked=1</script><img src=x onerror='window.attacked=2'>"
    "${window.attacked=3}{{constructor.constructor('window.attacked=4')()}}<svg onload=window.attacked=5>"
)
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
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with (
        Assistant.from_articles([ARTICLE, HOSTILE]) as assistant,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        app = build_app(assistant, [QUESTION, f"青桥灯会{ATTACK}"])
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture(params=[(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    """An open chat; afterwards nothing must have been asked of another host, nor any error logged."""
    viewport, scheme = request.param
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    opened = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda sent: requests.append(sent.url))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    opened.wait_for_selector("#question textarea")
    yield opened
    assert opened.evaluate("window.attacked") is None
    assert errors == []
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


def ask(page: Any, question: str, wanted: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(wanted)


def mark_is_in_view(page: Any) -> bool:
    box = page.locator("#article mark").bounding_box()
    size = page.viewport_size
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    # Below the panel's bar, above the end of the window.
    return bool(box["x"] >= 0 and box["y"] > 60 and right <= size["width"] and bottom <= size["height"])


def test_citation_opens_the_article_at_the_quote(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    assert page.inner_text(".answer mark") == "38.1万件"
    assert "江西推开一扇门" in page.inner_text(".answer .source")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.click(".answer .chip")
    page.wait_for_selector("#article mark")
    assert page.inner_text("#article mark") == QUOTE
    assert mark_is_in_view(page)
    panel = page.inner_text("#article")
    assert all(told in panel for told in ("江西推开一扇门", "综治中心见闻", "本报记者 沈听澜", "江岸日报"))
    assert all(told in panel for told in ("2025-03-28", "江岸日报-20250328-04.txt"))
    assert page.evaluate("document.activeElement.className") == "article-close"

    page.keyboard.press("Escape")
    assert page.is_hidden("#article")
    assert "chip" in page.evaluate("document.activeElement.className")
    assert page.evaluate("location.hash") == ""
    page.keyboard.press("Enter")
    page.wait_for_selector("#article mark")
    page.click(".article-close")
    assert page.is_hidden("#article")
    page.click(".answer .source")
    page.wait_for_selector("#article mark")
    page.go_back()
    page.wait_for_selector("#article", state="hidden")


def test_link_to_a_quote_opens_it(page: Any, address: str) -> None:
    start = ARTICLE.text.index(QUOTE)
    page.goto(f"{address}/#article={ARTICLE.article_id}&start={start}&end={start + len(QUOTE)}")
    page.reload()
    page.wait_for_selector("#article mark")
    assert page.inner_text("#article mark") == QUOTE
    assert mark_is_in_view(page)
    page.goto(f"{address}/#article=nothing&start=x&end=1e9")
    page.wait_for_selector("[data-state=missing]")
    assert page.inner_text("#article .article-body") == ""


def test_question_without_an_answer_is_told_as_such(page: Any) -> None:
    ask(page, "上海综治中心化解了多少纠纷？", ".abstention")
    assert page.locator(".answer").count() == 0
    assert page.inner_text(".abstention .reason") != ""
    label = "getComputedStyle(document.querySelector('.abstention'), '::before').content"
    assert page.evaluate(label) == '"没有找到答案"'
    page.click("#language")
    assert page.evaluate(label) == '"No answer found"'
    page.reload()
    page.wait_for_selector("#question textarea")
    assert page.evaluate("document.documentElement.dataset.lang") == "en"


def test_hostile_article_and_question_run_nothing(page: Any) -> None:
    page.locator("#chat .example").nth(1).click()
    page.wait_for_selector(".question")
    assert page.inner_text(".question") == f"青桥灯会{ATTACK}"
    ask(page, "青桥灯会今年展出多少盏花灯", ".chip, .abstention")
    assert ATTACK in page.locator(".source .headline").first.inner_text()
    page.locator(".source").first.click()
    page.wait_for_selector("#article mark")
    assert page.inner_text("#article h2") == HOSTILE.headline
    assert ATTACK in page.inner_text("#article .article-body .body")
    assert page.locator("#article :is(script, img, svg), #chat :is(script, img)").count() == 0
    page.wait_for_timeout(200)  # an onerror would need a moment


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
    page.locator("#chat .top-panel button").click()
    page.wait_for_selector("#chat .example")


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def test_audit_of_a_page(browser: Any, tmp_path: Path, viewport: dict[str, int], scheme: str) -> None:
    text = (
        f"{ATTACK}\n两地果园丰收\n\n　　本报讯 西山果园苹果丰收。\n\n　　本报讯 东岭枣园也丰收。{ATTACK}\n"
        * 12
    )
    write_report(tmp_path / "out.html", [rebuild_page(split_lines("page.txt", text))])
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    opened = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda sent: requests.append(sent.url))
    opened.on("console", lambda said: errors.append(said.text))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto((tmp_path / "out.html").as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    lines = opened.locator(".lines").bounding_box()
    articles = opened.locator(".articles").bounding_box()
    assert (lines["x"] + lines["width"] <= articles["x"]) == (viewport == WIDE)

    number = opened.locator(".l.u").last.get_attribute("id")
    opened.locator(f".flag.unsure a[href='#{number}']").first.click()
    box = opened.locator(f"#{number}").bounding_box()
    assert 0 <= box["y"] < viewport["height"], "the line that a decision is about has come into view"
    assert opened.locator(".flag.unsure code").first.inner_text().split()[0] in {"split", "join", "headline"}
    colour = "getComputedStyle(document.querySelector('.l.n2')).backgroundColor"
    before = opened.evaluate(colour)
    opened.locator("#A2").hover()
    assert opened.evaluate(colour) != before, "the lines of an article light up with it"
    assert opened.evaluate("window.attacked") is None
    assert errors == []
    assert requests == [(tmp_path / "out.html").as_uri()]
    context.close()
