"""The frame of the pages that an evaluation writes: HTML without scripts or anything from elsewhere."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from qa.markup import read_style

__all__ = ["render_page", "render_section"]

STYLE = Path(__file__).with_name("report.css")
# Nothing is fetched or run, whatever the texts of the archive hold.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_page(heading: str, facts: Sequence[str], body: str) -> str:
    """Return a whole page around ``body``, which is HTML; all else is text."""
    told = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(heading)} – wenbao evaluation</title>"
        f"<style>\n{read_style(STYLE)}</style></head>\n"
        '<body><header><p class="name"><b lang="zh">问报</b> evaluation</p>'
        f'<h1>{escape(heading)}</h1><p class="facts">{told}</p></header>\n<main>{body}</main></body></html>\n'
    )


def render_section(name: str, title: str, content: str) -> str:
    """Return a section under its heading; ``title`` is text, ``content`` HTML."""
    return f'<section id="{name}"><h2>{escape(title)}</h2>{content}</section>\n'
