"""The formats that answers are exported to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from qa.records import Answer
from ui.exports.conversation import conversation
from ui.exports.markdown import markdown
from ui.exports.references import bibtex, gbt7714
from ui.exports.word import word

__all__ = ["FORMATS", "Format", "FormatName"]

FormatName = Literal["markdown", "word", "gbt7714", "bibtex", "html"]
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how its files end, their media type, and what writes them, under a title or none."""

    suffix: str
    media_type: str
    write: Callable[[list[Answer], str], str | bytes]


FORMATS: Mapping[FormatName, Format] = {
    "markdown": Format(".md", "text/markdown; charset=utf-8", markdown),
    "word": Format(".docx", _WORD, word),
    "gbt7714": Format(".txt", "text/plain; charset=utf-8", lambda answers, _: gbt7714(answers)),
    "bibtex": Format(".bib", "application/x-bibtex; charset=utf-8", lambda answers, _: bibtex(answers)),
    "html": Format(".html", "text/html; charset=utf-8", conversation),
}
