"""Speed of the page in a real browser: ``python -m eval.page_speed [--passages 10000]``.

Three times, as medians with the slowest beside them: from a fresh browser to a page that takes questions;
from Enter to the first words on it; from a click on a citation to the painted highlight.
"""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from eval.page_dumps import write_page_dumps
from eval.served import open_chat, serve_chat, start_chromium
from qa.assistant import Assistant
from qa.files import sample_pages

__all__ = ["measure_page"]

_FRESH, _ASKED = 5, 20
# Passages that one dump of a page gives, about.
_PASSAGES_OF_A_PAGE = 9
# `window.taken`: milliseconds from the next key or click until something is there and painted, two frames on.
_WATCH = """(selector) => {
  window.taken = new Promise((resolve) => {
    let began = null;
    const start = () => { began ??= performance.now(); };
    const once = { capture: true, once: true };
    // On the window: the page's own listeners, on the document, must not come first.
    for (const name of ["keydown", "click"]) window.addEventListener(name, start, once);
    const observer = new MutationObserver(() => {
      if (began === null || !document.querySelector(selector)) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
    });
    const all = { childList: true, subtree: true, attributes: true, characterData: true };
    observer.observe(document.body, all);
  });
}"""


def measure_page(
    passages: Annotated[int, typer.Option("--passages", min=100, help="Passages of the index.")] = 10_000,
) -> None:
    """Measure the page over an index of the sample and of made-up pages beside it."""
    with TemporaryDirectory(prefix="wenbao-") as folder:
        write_page_dumps(Path(folder, "pages"), passages // _PASSAGES_OF_A_PAGE)
        index = Path(folder, "index")
        with Assistant.build([Path(folder, "pages")], index=index) as assistant:
            # The sample makes way for other files, so its articles come after them.
            assistant.add(_copied_sample(Path(folder, "sample")))
            questions = [
                f"{article.headline}是怎么回事？" for article in assistant.browse(limit=_ASKED).articles
            ]
        with serve_chat(index) as address:
            rows = [
                ("fresh browser to a page that takes questions", [_start(address) for _ in range(_FRESH)]),
                *_measure_conversation(address, questions),
            ]
    table = Table("", "median ms", "slowest ms", title=f"the page over {passages:,} passages")
    for name, times in rows:
        table.add_row(name, f"{statistics.median(times):.0f}", f"{max(times):.0f}")
    Console().print(table)


def _copied_sample(folder: Path) -> list[Path]:
    folder.mkdir()
    for path in sample_pages().iterdir():
        Path(folder, path.name).write_bytes(path.read_bytes())
    return sorted(folder.iterdir())


def _start(address: str) -> float:
    with start_chromium() as browser:
        began = perf_counter()
        open_chat(browser.new_context(), address)
        return 1000 * (perf_counter() - began)


def _measure_conversation(address: str, questions: list[str]) -> list[tuple[str, list[float]]]:
    first_words, evidence, clicks = list[float](), list[float](), list[float]()
    with start_chromium() as browser:
        page = open_chat(browser.new_context(viewport={"width": 1280, "height": 800}), address)
        for question in questions:
            # Of the page's own words, and of words of the archive.
            for times, wanted in ((first_words, ".searching"), (evidence, ".sources .source")):
                times.append(_ask(page, question, wanted))
            # An article that this page has not fetched before: each question is about another.
            page.evaluate(_WATCH, "#article mark")
            page.locator("#chat a.source").first.click()
            clicks.append(page.evaluate("window.taken"))
            page.keyboard.press("Escape")
            page.evaluate("document.querySelector('.article-body').replaceChildren()")
    return [
        ("Enter to the first words", first_words),
        ("Enter to the first evidence", evidence),
        ("click on a citation to the painted highlight", clicks),
    ]


def _ask(page: Any, question: str, wanted: str) -> float:
    """Ask in a new conversation and return the milliseconds until something is there."""
    page.click("#new-chat")
    page.wait_for_selector(".home", state="visible")
    page.fill("#question textarea", question)
    page.evaluate(_WATCH, f"#chat {wanted}")
    page.press("#question textarea", "Enter")
    taken: float = page.evaluate("window.taken")
    page.wait_for_selector("#chat .record", state="attached")
    return taken


if __name__ == "__main__":
    typer.run(measure_page)
