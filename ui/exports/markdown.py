"""Answers as Markdown (CommonMark) that says the same wherever it is rendered."""

import re

from qa.records import Answer, Citation
from ui.exports.references import reference
from ui.exports.texts import NOTE, Section, heading_of, lines_of, sections_of

__all__ = ["markdown"]

# What means something within a line: in CommonMark, and in the tables, notes, formulas and links of others.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&!$^@=]|(?<=www)\.|:(?=//)", re.IGNORECASE)
# What means something at its beginning: a list, a rule, a definition.
_OPENING = re.compile(r"^(?:(?P<digits>\d{1,9})(?=[.)](?:\s|$))|(?=[-+:]))")


def markdown(answers: list[Answer], title: str = "") -> str:
    """Return a document with a section for each answer."""
    blocks = [f"# {_escape(heading_of(title))}"]
    for section in sections_of(answers):
        blocks += _blocks(section)
    return "\n\n".join([*blocks, f"*{NOTE}*"]) + "\n"


def _blocks(section: Section) -> list[str]:
    blocks = [f"## {_escape(section.question)}"]
    blocks += [f"**{_escape(section.stressed)}**"] if section.stressed else []
    blocks += map(_escape, section.lines)
    if section.cited:
        blocks.append(f"### {section.heading}")
    for citation in section.cited:
        blocks += [f"\\[{citation.number}\\] {_escape(reference(citation))}", _quote(citation)]
    return blocks


def _quote(citation: Citation) -> str:
    return "\n>\n".join(f"> {_escape(line)}" for line in lines_of(citation.quote))


def _escape(line: str) -> str:
    """Escape a line of text wherever it stands."""
    escaped = _SPECIAL.sub(lambda found: f"\\{found.group()}", line)
    return _OPENING.sub(lambda found: f"{found['digits'] or ''}\\", escaped)
