"""A chat served by `wenbao chat` in a process of its own, and Chromium to look at it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["CHROMIUM", "open_chat", "serve_chat", "start_chromium"]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
_WENBAO = "from qa.cli import main; main()"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@contextmanager
def serve_chat(index: Path) -> Iterator[str]:
    """Serve the chat over an index, on a free port of this machine; yields its address."""
    command = [sys.executable, "-c", _WENBAO, "chat", "--index", str(index), "--port", "0", "--rate", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:  # noqa: S603
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise SystemExit("the chat did not start")
            yield line.split()[-1]
        finally:
            process.terminate()


@contextmanager
def start_chromium() -> Iterator[Any]:
    """Start a fresh headless Chromium, that of ``$CHROMIUM`` or on the path; yields Playwright's browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (a tool of development)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or None, args=_ARGUMENTS)
        yield browser
        browser.close()


def open_chat(context: Any, address: str) -> Any:
    """Open the chat in a browser context; returns the page once a question can be typed and asked."""
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_selector("#question textarea")
    return page
