"""Answers as a Word document."""

from io import BytesIO
from typing import TYPE_CHECKING

from qa.records import Answer
from ui.exports.references import reference
from ui.exports.texts import NOTE, Section, heading_of, lines_of, sections_of

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["word"]

_FONT = "宋体"


def word(answers: list[Answer], title: str = "") -> bytes:
    """Return a .docx file with a section for each answer."""
    import docx  # noqa: PLC0415 (only here, and it takes a while)
    from docx.oxml.ns import qn  # noqa: PLC0415

    document = docx.Document()
    # Word chooses the font of Chinese text by a setting of its own.
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _FONT)
    # No title of Word is longer.
    document.core_properties.title = heading_of(title)[:255]
    document.core_properties.author = ""
    document.add_heading(heading_of(title), 0)
    for section in sections_of(answers):
        _add(document, section)
    document.add_paragraph().add_run(NOTE).italic = True
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: "Document", section: Section) -> None:
    document.add_heading(section.question, 1)
    if section.stressed:
        document.add_paragraph().add_run(section.stressed).bold = True
    for line in section.lines:
        document.add_paragraph(line)
    if section.cited:
        document.add_heading(section.heading, 2)
    for citation in section.cited:
        document.add_paragraph(f"[{citation.number}] {reference(citation)}")
        for line in lines_of(citation.quote):
            document.add_paragraph(line, style="Quote")
