"""The parts of a page on their way to becoming Articles; places are numbers of its blocks, in order."""

from dataclasses import dataclass, field
from typing import Literal

from qa.headlines import Heading

__all__ = ["Cut", "Doubt", "Story", "Title"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A border that was joined over or made; ``place`` is the first block below it."""

    kind: Literal["join", "split"]
    place: int
    certainty: float


@dataclass(frozen=True, slots=True)
class Title:
    """The blocks of the headline that a body was given, if any, and the score of its match in log-odds."""

    places: tuple[int, ...]
    score: float


@dataclass(slots=True)
class Story:
    """A body on its way to becoming an Article."""

    frame: int
    text: list[int] = field(default_factory=list)  # paragraphs and lines of subheads
    bylines: list[int] = field(default_factory=list)
    dateline: int | None = None
    certainty: float = 0.95
    title: Title | None = None
    doubts: list[Doubt] = field(default_factory=list)

    def take(self, below: "Story", certainty: float) -> None:
        """Take in the text of the story below, which has no byline of its own."""
        self.doubts += [*below.doubts, Doubt("join", below.text[0], certainty)]
        self.text += below.text
        self.dateline = below.dateline
        self.certainty = certainty

    def absorb(self, other: "Story") -> None:
        """Take in all of another story; of two datelines the later one is that of the whole."""
        datelines = sorted(place for place in (self.dateline, other.dateline) if place is not None)
        self.text = sorted([*self.text, *other.text, *datelines[:-1]])
        self.bylines = sorted([*self.bylines, *other.bylines])
        self.dateline = datelines[-1] if datelines else None
        self.certainty = min(self.certainty, other.certainty)
        self.doubts += other.doubts


@dataclass(slots=True)
class Cut:
    """The blocks of a page in their parts: bodies, lines that may be headlines, captions with credits.

    ``open`` is the story to which the next paragraph belongs; ``alone`` are headings of no body.
    """

    stories: list[Story] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    captions: list[list[int]] = field(default_factory=list)
    alone: list[list[int]] = field(default_factory=list)
    open: Story = field(default_factory=lambda: Story(-1))

    def close(self, frame: int) -> None:
        """Let the next paragraph begin a new story, if the open one has text or is of another frame."""
        if self.open.text or self.open.frame != frame:
            self.open = Story(frame)
