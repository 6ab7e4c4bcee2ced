"""Finding one's way in Chromium: the home screen, filters, the page of articles, past conversations."""

from pathlib import Path
from typing import Any

from browsing import QUESTION, address, ask, browser, mark_is_in_view, needs_chromium, page

pytestmark = needs_chromium
__all__ = ["address", "browser", "page"]


def test_home_tells_what_the_archive_holds_and_asks_an_example(page: Any) -> None:
    assert page.inner_text(".articles-held") == "4"
    assert page.inner_text(".newspapers-held") == "2"
    assert page.inner_text(".days-held") == "2024-11-02 – 2025-06-10"
    assert page.locator(".timeline rect").count() == 8, "every month from the first to the last"
    assert [float(bar) > 0 for bar in page.locator(".timeline rect").evaluate_all(
        "bars => bars.map((bar) => bar.getAttribute('height'))"
    )] == [True, False, False, True, True, False, False, True]  # fmt: skip
    page.locator(".home .ask-this").first.click()
    page.wait_for_selector(".answer")
    assert page.inner_text(".question") == QUESTION
    assert page.is_hidden(".home")


def test_filters_narrow_the_archive_down(page: Any) -> None:
    page.click("#menu")
    page.select_option("#side [name=source]", "晨屿晚报")
    page.select_option("#side [name=section]", "要闻")
    page.fill("#side [name=date_to]", "2024-01-31")
    page.keyboard.press("Tab")
    page.click(".side-close")
    assert page.locator(".filter-on").all_inner_texts() == ["晨屿晚报", "要闻", "2024-01-31"]
    ask(page, QUESTION, ".abstention")
    assert page.locator(".within span").all_inner_texts() == ["晨屿晚报", "2024-01-31", "要闻"]
    for _ in range(3):
        page.locator(".filter-on").first.click()
    assert page.locator(".filter-on").count() == 0
    ask(page, QUESTION, ".answer")


def test_articles_are_browsed_searched_and_opened(page: Any, address: str) -> None:
    page.click("#menu")
    page.click("#side .to-browse")
    page.wait_for_url("**/browse")
    assert page.inner_text(".found") == "4"
    assert page.locator(".browse .source").count() == 4
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.fill("#search", "灯会")
    page.keyboard.press("Enter")
    page.wait_for_url("**/browse?*")
    assert page.inner_text(".found") == "1"
    page.click(".browse .source")
    page.wait_for_selector("#article mark")
    assert mark_is_in_view(page)
    page.keyboard.press("Escape")
    page.fill("#search", "")
    page.select_option(".browse-form [name=source]", "晨屿晚报")
    page.click(".search-now")
    page.wait_for_function("document.querySelector('.found').textContent === '2'")
    page.select_option(".browse-form [name=section]", "要闻")
    page.click(".search-now")
    page.wait_for_function("document.querySelector('.found').textContent === '1'")
    page.select_option(".browse-form [name=section]", "")
    page.click(".search-now")
    page.wait_for_function("document.querySelector('.found').textContent === '2'")
    page.locator(".browse .source").first.click()
    page.wait_for_selector("#article h2")
    before = page.inner_text("#article h2")
    page.keyboard.press("n")
    page.wait_for_function(f"document.querySelector('#article h2')?.textContent !== {before!r}")
    page.keyboard.press("Escape")
    page.click(".to-chat")
    page.wait_for_selector("#question textarea")


def test_conversations_are_kept_renamed_exported_and_deleted(page: Any, tmp_path: Path) -> None:
    ask(page, QUESTION, ".answer")
    page.wait_for_function("localStorage.getItem('wenbao-conversations')?.includes('38.1万件')")
    page.reload()
    page.wait_for_selector(".answer")
    assert page.inner_text(".answer mark") == "38.1万件"
    page.click("#new-chat")
    page.wait_for_selector(".home .ask-this:visible")
    ask(page, "江西省综治中心主任是谁？", ".answer")
    page.click("#menu")
    assert page.locator(".open-past").all_inner_texts() == ["江西省综治中心主任是谁？", QUESTION]
    page.locator(".past-rename").last.click()
    page.fill("dialog input", "纠纷<b>")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.open-past')[1]?.textContent === '纠纷<b>'")
    with page.expect_download() as downloading:
        page.locator(".past-export").last.click()
    assert downloading.value.suggested_filename == "纠纷 b.html"
    downloading.value.save_as(tmp_path / "got.html")
    exported = (tmp_path / "got.html").read_text(encoding="utf-8")
    assert "38.1万件" in exported
    assert "<h1>纠纷&lt;b&gt;</h1>" in exported
    page.locator(".open-past").last.click()
    page.wait_for_function("document.querySelector('#chat .answer mark')?.textContent === '38.1万件'")
    page.locator(".past-delete").last.click()
    page.click("dialog .delete")
    page.wait_for_function("document.querySelectorAll('.open-past').length === 1")
    page.wait_for_selector(".home", state="attached")
    assert page.locator("#chat .answer").count() == 0, "the conversation on the page is gone with it"


def test_conversation_goes_on_after_a_reload(page: Any) -> None:
    ask(page, QUESTION, ".answer")
    page.wait_for_function("localStorage.getItem('wenbao-conversations')?.includes('38.1万件')")
    page.reload()
    page.wait_for_selector(".answer")
    ask(page, "那2019年呢？", ".abstention")
    assert page.inner_text(".searched") == "2019年江西综治中心化解了多少纠纷"
    assert page.locator(".question").count() == 2
