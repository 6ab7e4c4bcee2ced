"""How a question was understood, in words that its asker can read and change."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["AnswerType", "Interpretation"]

AnswerType = Literal[
    "quantity", "ratio", "rank", "duration", "date", "person", "role", "place", "organisation", "agent",
    "name", "list", "explain", "yesno", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a question asks for, and what must hold of the evidence; every field may be edited.

    ``question`` is the question that is searched: that of a follow-up is completed from the turns before
    it, so that it differs from the one that was asked. ``type`` is the type of thing asked for, ``focus``
    the noun beside the gap (年利率 in 年利率是多少), ``units`` the measure words that the answer must carry.

    ``people``, ``places`` and ``times`` must hold: the evidence, or its article, tells of all the people
    and places, and of one of the times. ``organisations`` are sought but need not be told by the same
    name. Times stand as they were written (2024年, 去年, “十四五”期间). Relative ones are counted from
    ``reference`` (ISO 8601, 2025-03-28), without it from the day on which each article was published.
    """

    question: str
    type: AnswerType
    focus: str = ""
    units: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    reference: str | None = None
