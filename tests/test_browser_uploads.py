"""Files added from the page in Chromium: progress, the articles rebuilt, undo; closed unless allowed."""

from pathlib import Path
from typing import Any

import pytest
from browsing import QUESTION, address, ask, browser, label, needs_chromium, page
from playwright.sync_api import expect

pytestmark = needs_chromium
__all__ = ["address", "browser", "page"]

NEWS = "西岭县修好渡槽\n\n　　本报讯 西岭县水利局局长乔山月说，渡槽修好以后可以浇地4700亩。\n"


def test_files_are_added_asked_and_taken_out_again(page: Any, tmp_path: Path) -> None:
    good = tmp_path / "江岸日报-20250501-02.txt"
    good.write_text(NEWS, encoding="utf-8")
    bad = tmp_path / "空白.txt"
    bad.write_text("  \n", encoding="utf-8")
    page.click("#menu")
    page.set_input_files(".drop input", [good, bad])
    page.wait_for_selector(".upload-done")
    page.wait_for_selector(".upload-failed")
    assert page.locator(".uploaded .name").all_inner_texts() == ["空白.txt", "江岸日报-20250501-02.txt"]
    assert page.inner_text(".upload-done") == "1"
    assert page.inner_text(".uploaded a") == "西岭县修好渡槽"
    assert page.inner_text(".uploaded .confidence").endswith("%")
    page.click(".uploaded a")
    page.wait_for_selector("#article h2")
    page.keyboard.press("Escape")
    page.click(".side-close")
    ask(page, "渡槽修好以后可以浇地多少亩？", ".answer")
    assert "4700亩" in page.inner_text(".answer mark")

    page.click("#menu")
    page.click(".undo")
    page.wait_for_selector(".upload-undone")
    page.click(".side-close")
    ask(page, "渡槽修好以后可以浇地多少亩？", ".abstention")
    ask(page, QUESTION, ":nth-match(.answer, 2)")


@pytest.mark.parametrize(("name", "reason"), [("页面.exe", "unknown format"), (".隐藏.txt", "rename it")])
def test_file_of_no_use_is_refused_with_the_reason(page: Any, tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / name).write_bytes(b"MZ")
    page.click("#menu")
    page.set_input_files(".drop input", tmp_path / name)
    page.wait_for_selector(".upload-failed")
    assert reason in page.inner_text(".upload-failed")
    assert label(page, ".upload-failed").startswith("没有加进来")
    expect(page.locator(".undo")).to_have_count(0)
