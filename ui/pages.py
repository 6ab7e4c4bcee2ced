"""The frame of the plain pages (login, review, documentation): forms and text, without any script."""

from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

from qa.markup import read_style
from qa.sources import INVISIBLE

__all__ = ["label", "plain_page", "text"]

_STYLE = Path(__file__).parent / "static" / "plain.css"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def plain_page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """Return a whole page around ``body``, which is HTML, as is ``title``; it is kept in no cache."""
    content = (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>问报 wenbao</title><style>{read_style(_STYLE)}</style></head>"
        f'<body><header><a href="/">问报</a></header><main><h1>{title}</h1>{body}</main></body></html>\n'
    )
    return HTMLResponse(content, status, {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})


def label(chinese: str, english: str) -> str:
    """Return a label in Chinese with English beside it."""
    return f'{chinese} <small lang="en">{english}</small>'


def text(told: str) -> str:
    """Escape a text for an element or an attribute; what cannot be seen is shown by its code point."""
    shown = INVISIBLE.sub(lambda found: f"[U+{ord(found.group()):04X}]", told)
    return escape(shown, quote=True)
