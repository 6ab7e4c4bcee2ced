"""A conversation as one HTML file: styles inside, no script, nothing fetched, fit for printing."""

from html import escape
from pathlib import Path

from qa.markup import read_style
from qa.records import Answer, Citation
from ui.exports.references import reference
from ui.exports.texts import NOTE, Section, heading_of, lines_of, sections_of

__all__ = ["conversation"]

_STYLE = Path(__file__).parents[1] / "static" / "conversation.css"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def conversation(answers: list[Answer], title: str = "") -> str:
    """Return the page, with a section for each answer."""
    heading = _text(heading_of(title))
    sections = "".join(map(_section, sections_of(answers)))
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}</title><style>{read_style(_STYLE)}</style></head>"
        f"<body><header><h1>{heading}</h1></header><main>{sections}</main><footer>{NOTE}</footer></body></html>\n"
    )


def _section(section: Section) -> str:
    stressed = f'<p class="short">{_text(section.stressed)}</p>' if section.stressed else ""
    lines = "".join(f"<p>{_text(line)}</p>" for line in section.lines)
    cited = "".join(map(_evidence, section.cited))
    evidence = f"<h3>{section.heading}</h3><ol>{cited}</ol>" if cited else ""
    return f"<section><h2>{_text(section.question)}</h2>{stressed}{lines}{evidence}</section>"


def _evidence(citation: Citation) -> str:
    quote = "".join(f"<p>{_text(line)}</p>" for line in lines_of(citation.quote))
    cited = f"<cite>{_text(reference(citation))}</cite>"
    return f'<li value="{citation.number}">{cited}<blockquote>{quote}</blockquote></li>'


def _text(text: str) -> str:
    return escape(text, quote=True)
