"""The audit of a rebuilt page in Chromium: the line a decision is about, the articles, a hostile page."""

from pathlib import Path
from typing import Any

import pytest
from browsing import NARROW, WIDE, browser, needs_chromium

from qa.articles import rebuild_page
from qa.pages import split_lines
from qa.reporting import write_report

pytestmark = needs_chromium
__all__ = ["browser"]

ATTACK = (
    "<script>window.attacked=1</script><img src=x onerror='window.attacked=2'>"
    "${window.attacked=3}{{constructor.constructor('window.attacked=4')()}}<svg onload=window.attacked=5>"
)


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
