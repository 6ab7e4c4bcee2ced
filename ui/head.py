"""Static files of the pages: style sheets and scripts for the head, and pieces of HTML."""

from functools import cache
from pathlib import Path

__all__ = ["read_head", "read_static"]

_STATIC = Path(__file__).with_name("static")
_STYLES = (
    "page.css", "home.css", "question.css", "messages.css", "answers.css", "article.css", "side.css",
    "popup.css", "labels.css", "print.css",
)  # fmt: skip
# In the order in which they rest on one another.
_SCRIPTS = (
    "language.js", "dom.js", "messages.js", "asking.js", "answers.js", "reading.js", "original.js",
    "article.js", "home.js", "filters.js", "history.js", "uploads.js", "side.js",
)  # fmt: skip


@cache
def read_static(name: str) -> str:
    """Return a file of ``ui/static``."""
    return (_STATIC / name).read_text(encoding="utf-8")


def read_head() -> str:
    """Return what belongs into a page's head: the style sheets and the scripts that run at once."""
    style = "".join(map(read_static, _STYLES))
    script = "".join(map(read_static, _SCRIPTS))
    return f"<style>{style}</style><script>{script}</script>"
