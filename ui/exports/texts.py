"""What all exports share: labels, text without what cannot be seen, and the parts of an answer."""

import re
from dataclasses import dataclass

from qa.records import Answer, Citation
from qa.sources import INVISIBLE

__all__ = ["NAME", "NOTE", "Section", "heading_of", "lines_of", "one_line", "sections_of"]

NAME = "问报 wenbao"
# Chinese first, then English: an export is read by people whose language nobody knows.
NOTE = "引文均与档案原文逐字核对。Every quote was compared with the archive, character by character."
_ABSTENTION = "档案未能回答 Not answered by the archive"
_WRITTEN = "（由语言模型写成，逐句与报道核对。Written by a language model, checked sentence by sentence.）"
_EVIDENCE, _NEAREST = "依据 Evidence", "最接近的内容 Nearest evidence"
# What XML, and so Word, cannot hold; the rest of what cannot be seen is INVISIBLE.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
_BREAKS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Section:
    """What an export tells of one answer, as lines of clean text; ``stressed`` is its short answer."""

    question: str
    stressed: str
    lines: tuple[str, ...]
    heading: str
    cited: tuple[Citation, ...]


def heading_of(title: str) -> str:
    """Return what stands above an export: the title that its reader gave, else the name of the program."""
    return one_line(title) or NAME


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that hold anything, without controls, turns of direction and the like.

    White space within a line is made single.
    """
    seen = _NO_CHARACTERS.sub("", INVISIBLE.sub("", _BREAKS.sub("\n", text)))
    return [" ".join(line.split()) for line in seen.split("\n") if line.strip()]


def one_line(text: str | None) -> str:
    """Return a text as one such line, empty for None."""
    return " ".join(lines_of(text or ""))


def sections_of(answers: list[Answer]) -> list[Section]:
    """Return the answers as they are written down, in whatever format."""
    return [_section(answer) for answer in answers]


def _section(answer: Answer) -> Section:
    stressed = one_line(answer.short_answer) if answer.answered else _ABSTENTION
    told = lines_of(answer.text if answer.answered else answer.reason or answer.text)
    told += [_WRITTEN] if answer.statements else []
    return Section(
        question=one_line(answer.question),
        stressed=stressed,
        lines=tuple(line for line in told if line != stressed),
        heading=_EVIDENCE if answer.citations else _NEAREST,
        cited=answer.citations or answer.nearest,
    )
