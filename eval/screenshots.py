"""Pictures of the finished pages for the documents: ``python -m eval.screenshots [FOLDER]``.

Taken of `wenbao chat` over the bundled sample, wide and narrow, light and dark.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from PIL import Image

from eval.served import open_chat, serve_chat, start_chromium
from qa.assistant import Assistant
from qa.files import sample_pages

__all__ = ["take_screenshots"]

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
_QUESTION = "江西综治中心化解了多少纠纷"
_UNANSWERED = "2019年江西综治中心化解了多少纠纷"
# Of a palette: a page has few colours, and the picture is a third of the size.
_COLOURS = 256


def take_screenshots(
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")] = Path("docs/images"),
) -> None:
    """Take a picture of each page, wide and light, narrow and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="wenbao-") as temporary:
        index = Path(temporary, "index")
        Assistant.build([sample_pages()], index=index).close()
        with serve_chat(index) as address, start_chromium() as browser:
            for name, size, scheme in (("wide", WIDE, "light"), ("narrow", NARROW, "dark")):
                context = browser.new_context(viewport=size, color_scheme=scheme, locale="zh-CN")
                for what, take in (
                    ("chat", _open_answer),
                    ("home", _open_home),
                    ("abstention", _open_refusal),
                ):
                    page = open_chat(context, address)
                    take(page)
                    _save(page, folder / f"{what}-{name}.png")
                    page.close()
                page = context.new_page()
                page.goto(f"{address}/browse?q=综治中心")
                _save(page, folder / f"browse-{name}.png")


def _open_home(page: Any) -> None:
    page.wait_for_selector(".home .ask-this")


def _open_answer(page: Any) -> None:
    _ask(page, _QUESTION)
    page.click("#chat .answer .chip")
    page.wait_for_selector("#article mark")


def _open_refusal(page: Any) -> None:
    _ask(page, _UNANSWERED)
    page.wait_for_selector(".better .ask-this")


def _ask(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#chat .record", state="attached")


def _save(page: Any, path: Path) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(
            _COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
    small.save(path, optimize=True)


if __name__ == "__main__":
    typer.run(take_screenshots)
