"""The pieces of HTML that audits are made of: a whole document, labels, and text that is safe to show."""

from functools import cache
from html import escape
from pathlib import Path

from qa.sources import INVISIBLE

__all__ = ["count_of", "document", "label", "percent", "read_style", "text_of"]

_PALETTE, _STYLE = (Path(__file__).with_name(name) for name in ("palette.css", "audit.css"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def document(title: str, kind: str, body: str) -> str:
    """Return a page of its own: styles inside, no script, nothing fetched."""
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(INVISIBLE.sub('', title))}</title><style>{read_style(_STYLE)}</style></head>"
        f'<body class="{kind}">{body}</body></html>\n'
    )


@cache
def read_style(path: Path) -> str:
    """Return a style sheet with the colours and fonts that pages without script share before it."""
    return _PALETTE.read_text(encoding="utf-8") + path.read_text(encoding="utf-8")


def percent(share: float) -> str:
    """Return a share as a percentage, as HTML; only certainty is 100%."""
    if share < 0.005:
        return "&lt;1%"
    return f"{min(99, round(100 * share))}%" if share < 1 else "100%"


def count_of(number: int, word: str, english: str) -> str:
    """Return a number with its label."""
    return f"{number} {label(word, english)}"


def label(word: str, english: str) -> str:
    """Return a label in Chinese with English beside it."""
    return f'{word}<small lang="en">{english}</small>'


def text_of(text: str) -> str:
    """Escape a text; what cannot be seen is shown by its code point."""
    return INVISIBLE.sub(lambda found: f"<s>U+{ord(found.group()):04X}</s>", escape(text, quote=True))
