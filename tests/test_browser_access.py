"""The pages for everyone: contrast and names checked by axe-core, the keyboard alone, language, colours."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import (
    NARROW,
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

pytestmark = needs_chromium
__all__ = ["address", "browser", "page"]


def violations(page: Any) -> list[str]:
    """Return the serious and critical violations that axe-core finds on the page as it is."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['html'] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_serious_violation_on_any_page(
    browser: Any, address: str, viewport: dict[str, int], scheme: str
) -> None:
    with open_page(browser, address, viewport, scheme) as page:
        found = {"home": violations(page)}
        ask(page, "2019年江西综治中心化解了多少纠纷？", ".abstention")
        page.wait_for_selector(".better .ask-this")
        ask(page, QUESTION, ".answer")
        found["answers"] = violations(page)
        page.click(".term.places")
        found["dialog"] = violations(page)
        page.keyboard.press("Escape")
        page.locator(".answer .chip").first.click()
        page.wait_for_selector("#article mark")
        found["article"] = violations(page)
        page.keyboard.press("Escape")
        page.click("#menu")
        found["menu"] = violations(page)
        page.goto(f"{address}/browse?q=灯会")
        page.wait_for_selector(".source")
        found["browse"] = violations(page)
        page.locator(".source").first.click()
        page.wait_for_selector("#article h2")
        page.click("#article .original")
        page.wait_for_selector(".raw-lines")
        found["original"] = violations(page)
        assert not any(found.values()), found


def test_everything_can_be_done_by_keyboard(page: Any) -> None:
    def press_until(reached: str) -> None:
        for _ in range(40):
            if page.evaluate(f"document.activeElement.matches({reached!r})"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {reached}")

    page.focus("#question textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    page.focus(".masthead h1 a")
    press_until(".term.type")
    press_until(".answer .chip")
    page.keyboard.press("Enter")
    page.wait_for_selector("#article mark")
    assert page.evaluate("document.activeElement.className") == "article-close"
    press_until("#article .original")
    press_until(".article-scroll")
    page.keyboard.press("Escape")
    press_until(".actions .copy")
    page.focus("#menu")
    page.keyboard.press("Enter")
    press_until("#side [name=source]")
    press_until("#language")
    page.keyboard.press("Escape")
    assert page.is_hidden("#side")
    assert page.evaluate("document.activeElement.id") == "menu"


def test_language_is_switched_and_kept(page: Any) -> None:
    ask(page, "2019年江西综治中心化解了多少纠纷？", ".abstention")
    assert label(page, ".abstention") == "没有找到答案"
    page.click("#menu")
    assert page.get_attribute("#menu", "aria-label") == "打开目录"
    page.click("#language")
    assert label(page, ".abstention") == "No answer found"
    assert page.get_attribute("#menu", "aria-label") == "Open the menu"
    assert page.inner_text("#side option") == "All papers"
    page.reload()
    page.wait_for_selector("#question textarea")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_colours_are_chosen_and_kept(page: Any) -> None:
    paper = "getComputedStyle(document.querySelector('gradio-app')).backgroundColor"
    before = page.evaluate(paper)
    page.click("#menu")
    seen = set()
    for _ in range(3):
        page.click("#colours")
        seen.add(page.evaluate(paper))
    assert len(seen) == 2
    assert page.evaluate(paper) == before, "back to what the system says"
    while page.evaluate(paper) == before:
        page.click("#colours")
    page.reload()
    page.wait_for_selector("#question textarea")
    assert page.evaluate(paper) != before


def test_nothing_jumps_while_the_page_fills(page: Any, address: str) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) "
        "if (!one.hadRecentInput) window.shift += one.value; }).observe({ type: 'layout-shift', buffered: true })"
    )
    page.goto(address)
    page.wait_for_selector(".home .ask-this")
    page.wait_for_timeout(300)
    # Below 0.1 a page counts as steady (web.dev, Cumulative Layout Shift).
    assert page.evaluate("window.shift") < 0.1
