"""The proof in Chromium: the article beside the chat, its original lines and pages, links, paper."""

from typing import Any

import pytest
from browsing import (
    ARTICLE,
    PRINTED_QUESTION,
    QUESTION,
    QUOTE,
    address,
    ask,
    browser,
    label,
    mark_is_in_view,
    needs_chromium,
    page,
)

pytestmark = needs_chromium
__all__ = ["address", "browser", "page"]

START = ARTICLE.text.index(QUOTE)
LINK = f"#article={ARTICLE.article_id}&start={START}&end={START + len(QUOTE)}"


def test_citation_opens_the_article_at_the_quote(page: Any) -> None:
    ask(page, QUESTION, ".answer")
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


def test_keys_go_to_the_next_source_and_back(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    ask(page, "江西省综治中心主任是谁？", ":nth-match(.answer, 2)")
    page.locator(".answer .source").first.click()
    page.wait_for_selector("#article mark")
    page.keyboard.press("n")
    page.wait_for_function("document.querySelector('#article h2')?.textContent === '少跑路'")
    assert "唐俊" in page.inner_text("#article mark")
    page.keyboard.press("p")
    page.wait_for_function("document.querySelector('#article h2')?.textContent === '江西推开一扇门'")
    page.keyboard.press("p")  # there is none before the first
    assert page.inner_text("#article h2") == "江西推开一扇门"
    page.click(".to-next")
    page.wait_for_function("document.querySelector('#article h2')?.textContent === '少跑路'")


def test_raw_lines_are_shown_with_the_quote_marked(page: Any) -> None:
    ask(page, PRINTED_QUESTION, ".answer")
    page.click(".answer .chip")
    page.wait_for_selector("#article h2")
    page.click("#article .original")
    page.wait_for_selector(".raw-lines mark")
    assert page.locator(".raw-lines mark").all_inner_texts() == [
        "青桥镇文化站站长林望舒说，灯会",
        "办到正月十五，猜灯谜的人一晚上有九千",
        "多。",
    ]
    assert mark_is_in_view(page)
    assert page.evaluate("location.hash").endswith("&view=original")
    page.reload()
    page.wait_for_selector(".raw-lines mark")
    assert label(page, "#article .original") == "看文章"
    page.click("#article .original")
    page.wait_for_selector("#article p.body mark")


def test_page_of_a_pdf_is_shown_with_the_quote_boxed(page: Any) -> None:
    ask(page, "南湖公园主任是谁？", ".answer")
    page.click(".answer .chip")
    page.wait_for_selector("#article h2")
    page.click("#article .original")
    page.wait_for_selector(".page-picture mark")
    page.wait_for_function("document.querySelector('.page-picture img').naturalWidth > 1000")
    picture = page.locator(".page-picture img").bounding_box()
    first = page.locator(".page-picture mark").first.bounding_box()
    # The second column begins at 310 of 600 points, its first line stands 670 of 800 points up.
    assert first["x"] + first["width"] > picture["x"] + picture["width"] * 310 / 600
    assert abs(first["y"] - picture["y"] - picture["height"] * (800 - 670 - 11) / 800) < 12
    assert page.locator(".page-picture mark").count() == 3, "one for each printed line"


def test_file_that_is_gone_is_told_in_one_line(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    page.click(".answer .chip")
    page.wait_for_selector("#article mark")
    page.click("#article .original")
    page.wait_for_selector(".original-note")
    assert label(page, ".original-note").startswith("原始文件已不在原处")


def test_link_to_a_quote_opens_it_and_can_be_copied(page: Any, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/{LINK}")
    page.reload()
    page.wait_for_selector("#article mark")
    assert page.inner_text("#article mark") == QUOTE
    assert mark_is_in_view(page)
    page.click(".copy-link")
    page.wait_for_selector("#told .copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}/{LINK}"


@pytest.mark.parametrize("hash_", ["#article=nothing&start=x&end=1e9", "#article=../../etc/passwd"])
def test_link_to_nothing_says_so(page: Any, address: str, hash_: str) -> None:
    page.goto(f"{address}/{hash_}")
    page.wait_for_selector("[data-state=missing]")
    assert page.inner_text("#article .article-body") == ""


def test_only_the_article_is_printed_when_it_is_open(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    page.emulate_media(media="print")
    assert page.is_visible(".answer .text")
    assert page.is_hidden("#question")
    assert page.is_hidden(".actions")
    page.emulate_media(media="screen")
    page.click(".answer .chip")
    page.wait_for_selector("#article mark")
    page.emulate_media(media="print")
    assert page.is_hidden(".answer .text")
    assert page.is_hidden(".article-tools")
    scroller = "document.querySelector('.article-scroll')"
    assert page.evaluate(f"{scroller}.scrollHeight <= {scroller}.clientHeight"), "nothing is cut off"
