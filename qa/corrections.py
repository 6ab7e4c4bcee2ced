"""What a person corrects in the rebuilding of a page: a small text file beside the input.

    # page.txt.corrections; lines are printed lines, counted from 1 without the blank ones
    headline 37-38 = 12     lines 37 and 38 are the headline of the article with line 12 in its text
    headline none = 12      that article has no headline
    headline 37 = none      line 37 is no article's headline
    split 45                the text from line 45 on is another article
    join 60 = 12            the text of line 60 belongs to the article of line 12
    join 60                 ... to the article above it

``page 3`` begins the corrections of a file's third page, ``file NAME`` those of an archive's member.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa.errors import InputError

__all__ = [
    "FIRST_PAGE",
    "SUFFIX",
    "ByPage",
    "Correction",
    "Forced",
    "Refusal",
    "force",
    "parse_corrections",
    "usable_corrections",
]

SUFFIX = ".corrections"
FIRST_PAGE = "1"

_Kind = Literal["headline", "split", "join"]

_TARGET = r"\s*[=＝]\s*(?:none|(?P<target>\d{1,7}))"
_LINES = r"(?:none|(?P<first>\d{1,7})(?:\s*[-–—－]\s*(?P<last>\d{1,7}))?)"
_LINE = r"(?P<first>\d{1,7})(?P<last>)"
_FORMS: tuple[tuple[_Kind, re.Pattern[str]], ...] = (
    ("headline", re.compile(rf"headline\s+{_LINES}{_TARGET}")),
    ("split", re.compile(rf"split\s+{_LINE}(?P<target>)")),
    ("join", re.compile(rf"join\s+{_LINE}(?:{_TARGET.replace('none|', '')})?")),
)
_PARTS = ("first", "last", "target")
_SECTION = re.compile(r"(page|file)\s+(.+)")
_USAGE = "write `headline 37-38 = 12`, `headline none = 12`, `split 45`, `join 60 = 12` or `page 3`"


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction, with the first and last printed line that it is about, from 1.

    ``target`` is a line in the text of the article that a headline or a text is given to. ``lines`` is
    None for "no headline", ``target`` for "no article" or, of a join, for the article above. ``place``
    names file and line of the correction; one that the program proposes has none.
    """

    kind: _Kind
    lines: tuple[int, int] | None
    target: int | None = None
    place: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return the correction as it is written in a file."""
        first, last = self.lines or (0, 0)
        numbers = "none" if not first else str(first) if first == last else f"{first}-{last}"
        if self.kind == "headline":
            return f"headline {numbers} = {self.target or 'none'}"
        return f"{self.kind} {numbers}" + (f" = {self.target}" if self.target else "")


# A correction that cannot be followed, and why.
Refusal = tuple[Correction, str]
# The corrections of a file by the number of the page.
ByPage = Mapping[str, tuple[Correction, ...]]


def parse_corrections(name: str, text: str, skip: Callable[[InputError], None]) -> dict[str, ByPage]:
    """Return the corrections in the text of a file ``name``, by the member of an archive ("": none).

    A line that is none is told to ``skip``, as an InputError that names file and line.
    """
    found: dict[str, dict[str, tuple[Correction, ...]]] = {}
    member, page = "", FIRST_PAGE
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        section = _SECTION.fullmatch(line)
        if section and section[1] == "file":
            member, page = section[2], FIRST_PAGE
        elif section:
            page = section[2]
        elif correction := _parse(line, f"{name}:{number}"):
            pages = found.setdefault(member, {})
            pages[page] = (*pages.get(page, ()), correction)
        else:
            skip(InputError(f"{name}:{number}: {line[:80]!r} is no correction; {_USAGE}"))
    return dict(found)


def _parse(line: str, place: str) -> Correction | None:
    for kind, pattern in _FORMS:
        if found := pattern.fullmatch(line):
            first, last, target = (int(found[name]) if found[name] else None for name in _PARTS)
            if 0 in (first, last, target) or (first is None and target is None):
                return None
            if first and last and last < first:
                return None
            return Correction(kind, (first, last or first) if first else None, target, place)
    return None


@dataclass(frozen=True, slots=True)
class Forced:
    """What the corrections of a page ask of its printed lines, which are counted from 0 here.

    A new article begins on each line of ``borders``. ``headings`` are the lines that stand in a
    headline, each with the first line of that headline. Two lines of ``targets`` are of two articles,
    as each has been told a headline.
    """

    borders: frozenset[int] = frozenset()
    headings: Mapping[int, int] = field(default_factory=dict)
    targets: frozenset[int] = frozenset()


def usable_corrections(
    corrections: Iterable[Correction], count: int
) -> tuple[list[Correction], list[Refusal]]:
    """Return the corrections that speak of the ``count`` lines of a page, and the others.

    A headline whose lines are those of another headline or of its article's text is left out too.
    """
    usable: list[Correction] = []
    refused: list[Refusal] = []
    headings: set[int] = set()
    for correction in corrections:
        first, last = correction.lines or (1, 0)
        lines = set(range(first, min(last, count) + 1))
        if max(last, correction.target or 1) > count:
            refused.append((correction, f"the page has the lines 1 to {count}"))
        elif correction.kind == "headline" and (correction.target in lines or lines & headings):
            refused.append((correction, "a line of the headline has another use"))
        else:
            usable.append(correction)
            headings |= lines if correction.kind == "headline" else set()
    return usable, refused


def force(corrections: Iterable[Correction]) -> Forced:
    """Return what corrections ask of single lines; joins ask nothing of them."""
    borders, targets = set(), set()
    headings: dict[int, int] = {}
    for correction in corrections:
        first, last = correction.lines or (1, 0)
        if correction.kind == "split":
            borders.add(first - 1)
        elif correction.kind == "headline":
            headings |= dict.fromkeys(range(first - 1, last), first - 1)
            if correction.target:
                targets.add(correction.target - 1)
    return Forced(frozenset(borders), headings, frozenset(targets))
