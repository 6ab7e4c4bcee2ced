"""What the tests in a browser share: an archive, a server over it, and pages in headless Chromium."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from served import serve_app

from eval.served import CHROMIUM, start_chromium
from qa.assistant import Assistant
from qa.records import Article
from ui.app import build_app
from ui.settings import Settings

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (CHROMIUM=/path/to/it)")

QUESTION = "江西综治中心化解了多少纠纷"
QUOTE = "江西全省的综治中心在2024年里梳理出38.7万件矛盾纠纷，当年就化解了38.1万件。"
PRINTED_QUESTION = "青桥镇文化站站长是谁？"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
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
    section="民生",
    file="pages/江岸日报-20250328-04.txt",
)
SECOND = Article.from_text(
    "江西省综治中心主任唐俊说，要让群众少跑路。\n淮屿地铁4号线今年春天通车，全长31公里。",
    headline="少跑路",
    source="晨屿晚报",
    date="2024-11-02",
    page="2",
    section="要闻",
)
PAGE = """　　本报讯 记者文知秋
　　青桥镇文化站站长林望舒说，灯会
办到正月十五，猜灯谜的人一晚上有九千
多。
"""


def page_of_pdf() -> bytes:
    """Return a PDF of one page in two columns, with the sentence that is asked for in the second one."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(600, 800))
    canvas.setFont("STSong-Light", 30)
    canvas.drawString(60, 720, "南湖新修步道")
    canvas.setFont("STSong-Light", 12)
    columns = (
        [
            "　　本报讯 南湖步道昨天开放，沿湖",
            "走一圈要四十分钟，坡道可以推轮椅。",
            "湖边种了樱花与水杉，傍晚有灯。",
        ],
        ["　　南湖公园主任顾长风说，步道全长", "5.6公里，是全市最长的一条，周末游人", "多，停车场已经扩建。"],
    )
    for number, lines in enumerate(columns):
        for row, line in enumerate(lines):
            canvas.drawString(60 + 250 * number, 670 - 20 * row, line)
    canvas.save()
    return written.getvalue()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("archive")
    (folder / "江岸日报-20250211-03.txt").write_text(f"灯会办到正月十五\n\n{PAGE}", encoding="utf-8")
    (folder / "晨屿晚报-20250610-01.pdf").write_bytes(page_of_pdf())
    settings = Settings(feedback=folder / "feedback.sqlite", uploads=folder / "uploads", per_minute=0)
    with Assistant.from_articles([ARTICLE, SECOND]) as assistant:
        assistant.add([folder])
        with serve_app(build_app(assistant, [QUESTION, PRINTED_QUESTION], settings)) as at:
            yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with start_chromium() as started:
        yield started


def is_error(said: Any) -> bool:
    # That the server refused something (a file, a link to nothing) is told there too.
    return said.type == "error" and "the server responded with a status of 4" not in said.text


@contextmanager
def open_page(browser: Any, address: str, viewport: dict[str, int], scheme: str) -> Iterator[Any]:
    """Open the chat; afterwards nothing must have been asked of another host, nor any error logged."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme, accept_downloads=True)
    context.set_default_timeout(60_000)
    opened = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda sent: requests.append(sent.url))
    opened.on("console", lambda said: errors.append(said.text) if is_error(said) else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    opened.wait_for_selector("#question textarea")
    opened.wait_for_selector(".home .ask-this")
    yield opened
    assert opened.evaluate("window.attacked") is None
    assert errors == [], errors
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


@pytest.fixture(params=[(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    with open_page(browser, address, *request.param) as opened:
        yield opened


def ask(page: Any, question: str, wanted: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(wanted)
    page.wait_for_selector(".searching", state="detached")


def mark_is_in_view(page: Any, mark: str = "#article mark") -> bool:
    box = page.locator(mark).first.bounding_box()
    size = page.viewport_size
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    # Below the panel's bar and tools, above the end of the window.
    return bool(box["x"] >= 0 and box["y"] > 100 and right <= size["width"] and bottom <= size["height"])


def label(page: Any, selector: str) -> str:
    """Return the words that the style sheet puts before an element."""
    said = page.evaluate(f"getComputedStyle(document.querySelector({selector!r}), '::before').content")
    return str(said).strip('"')
