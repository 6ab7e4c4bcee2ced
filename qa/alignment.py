"""A quote against a text, letter by letter: where it stands, how far off it is, and in what.

Letters are what is left of a folded text without punctuation and white space; the point of a decimal
number and the signs of a share stay, since 3.81万 is not 381万. Where a quote stands is found with the
bit vectors of Myers (A fast bit-vector algorithm for approximate string matching, JACM 46, 1999), in
the form of Hyyrö (2003): time in proportion to the text, whatever the length of the quote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from qa.records import Span
from qa.segmentation import fold

__all__ = ["Edit", "Letters", "edits_between", "find_nearest", "letters_of"]

_LETTER = re.compile(r"[^\W_]|(?<=[0-9])\.(?=[0-9])|[%‰℃]")


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a text, and where in it each stands: ``fold(text)[places[i]] == folded[i]``."""

    folded: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Return the span of the text that the letters ``start`` to ``end`` take up."""
        if start == end:
            place = self.places[start] if start < len(self.places) else self.places[-1] + 1
            return place, place
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Edit:
    """Letters ``start`` to ``end`` of one text stand for ``other_start`` to ``other_end`` of another."""

    operation: Literal["insert", "delete", "replace"]
    start: int
    end: int
    other_start: int
    other_end: int


def letters_of(text: str, left_out: Sequence[Span] = ()) -> Letters:
    """Return the letters of a text, those of the spans ``left_out`` not among them."""
    found = [(match.start(), match.group()) for match in _LETTER.finditer(fold(text))]
    for start, end in left_out:
        found = [(place, letter) for place, letter in found if not start <= place < end]
    return Letters("".join(letter for _, letter in found), [place for place, _ in found])


def _distances(pattern: str, text: str, *, from_start: bool = False) -> list[int]:
    """Return for each end in ``text`` the least edit distance of ``pattern`` to a piece that ends there.

    The piece begins anywhere, or ``from_start`` at the beginning of the text.
    """
    mask, top = (1 << len(pattern)) - 1, 1 << (len(pattern) - 1)
    places: dict[str, int] = {}
    for position, character in enumerate(pattern):
        places[character] = places.get(character, 0) | 1 << position
    up, down, distance = mask, 0, len(pattern)
    found = [distance]
    for character in text:
        equal = places.get(character, 0)
        vertical = equal | down
        horizontal = (((equal & up) + up) ^ up) | equal
        rising = down | (mask & ~(horizontal | up))
        falling = up & horizontal
        distance += bool(rising & top) - bool(falling & top)
        found.append(distance)
        rising, falling = (rising << 1 | from_start) & mask, (falling << 1) & mask
        up = falling | (mask & ~(vertical | rising))
        down = rising & vertical
    return found


def find_nearest(pattern: str, text: str) -> tuple[int, int, int]:
    """Return the piece of ``text`` nearest to ``pattern``, as start and end, and its edit distance.

    Of pieces equally near, the first is taken, with the length nearest to the pattern's: a wrong letter
    at an edge is one replaced. Neither text may be empty.
    """
    distances = _distances(pattern, text)
    distance = min(distances)
    end = distances.index(distance)
    while end < len(text) and distances[end + 1] == distance:
        end += 1
    # Read backwards from there, the same distances tell where the piece begins.
    lengths = _distances(pattern[::-1], text[:end][::-1], from_start=True)
    length = min(
        (length for length, told in enumerate(lengths) if told == distance),
        key=lambda length: abs(length - len(pattern)),
    )
    return end - length, end, distance


def edits_between(one: str, other: str) -> list[Edit]:
    """Return the edits that make ``other`` of ``one``, in order."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [Edit(name, *places) for name, *places in matcher.get_opcodes() if name != "equal"]
