"""What the rebuilding of a page decided, how sure it was, and what else it might have been.

A decision and its alternatives are written as the corrections that would bring them about. The
probability of a headline compares the scores (log-odds) of the assignments of the whole page: that of
the best one, and those in which the same lines go elsewhere and what they displace takes its next best
place. The scores were set by hand, and so were the probabilities of joins and splits; how well they
tell right from wrong is measured in docs/decisions.md.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.blocks import Block
from qa.corrections import Correction
from qa.drafts import Doubt, Story
from qa.headlines import Heading, Match

__all__ = ["Decision", "border_decisions", "headline_decisions"]

_Loss = tuple[Correction, float]  # what else might be, and what the page's score would lose by it

_SURE = 0.9  # likelier decisions are not shown for checking
_FARTHEST = 30.0  # log-odds; beyond that nothing is an alternative


@dataclass(frozen=True, slots=True)
class Decision:
    """A correction that would change nothing, its probability (0 to 1), and other ones with theirs.

    The likeliest alternative comes first. ``told`` is true of what a correction asked for.
    """

    chosen: Correction
    probability: float
    alternatives: tuple[tuple[Correction, float], ...] = ()
    told: bool = False

    @property
    def unsure(self) -> bool:
        """Whether a person should look at it."""
        return self.probability < _SURE

    @property
    def line(self) -> int:
        """A printed line, from 1, in the text or the headline of the article that it is about."""
        return self.chosen.target or (self.chosen.lines or (1, 1))[0]


def headline_decisions(
    matches: Sequence[Match],
    headings: Sequence[Heading],
    firsts: Sequence[int],
    untitled: Iterable[int],
    blocks: Sequence[Block],
) -> list[Decision]:
    """Return the decisions on the headings of a page, and on the bodies left without one.

    ``firsts`` has the first block of each candidate, ``untitled`` the candidates that have no headline.
    """
    owners = {match.candidate: match for match in matches if match.candidate is not None}
    targets: dict[int | None, int | None] = {None: None}
    targets |= {number: blocks[place].lines[0] + 1 for number, place in enumerate(firsts)}
    decisions = []
    losses_of: dict[int | None, list[_Loss]] = {}
    for match in matches:
        printed = _lines_of(match, headings, blocks)
        losses = []
        for candidate, loss in _losses(match, owners):
            losses.append((Correction("headline", printed, targets[candidate]), loss))
            losses_of.setdefault(candidate, []).append(losses[-1])
        decisions.append(_weigh(Correction("headline", printed, targets[match.candidate]), losses))
    decisions += [_weigh(Correction("headline", None, targets[k]), losses_of.get(k, [])) for k in untitled]
    return decisions


def border_decisions(stories: Iterable[Story], blocks: Sequence[Block]) -> list[Decision]:
    """Return the decisions on borders between texts: those joined over, and those made by headings."""
    decisions = []
    above: Story | None = None
    for story in stories:
        for doubt in story.doubts:
            if doubt.place in story.text:
                decisions += _border_decision(doubt, story, above, blocks)
        above = story
    return decisions


def _border_decision(
    doubt: Doubt, story: Story, above: Story | None, blocks: Sequence[Block]
) -> list[Decision]:
    line = blocks[doubt.place].lines[0] + 1
    split = Correction("split", (line, line))
    if doubt.kind == "join":
        join = Correction("join", (line, line), blocks[story.text[0]].lines[0] + 1)
        return [Decision(join, doubt.certainty, ((split, 1 - doubt.certainty),))]
    if above is None or doubt.place != story.text[0]:
        return []
    join = Correction("join", (line, line), blocks[above.text[0]].lines[0] + 1)
    return [Decision(split, doubt.certainty, ((join, 1 - doubt.certainty),))]


def _lines_of(match: Match, headings: Sequence[Heading], blocks: Sequence[Block]) -> tuple[int, int]:
    """Return the first and the last printed line of a match, from 1."""
    first, last = headings[match.headings[0]].place, headings[match.headings[-1]].place
    return blocks[first].lines[0] + 1, blocks[last].lines[1]


def _losses(match: Match, owners: Mapping[int, Match]) -> Iterator[tuple[int | None, float]]:
    """Yield the other candidates of some headings, and what the page's score would lose by each.

    The headings that a candidate has now take their next best: the one left free, another, or none.
    """
    for candidate, score in match.scores:
        loss = match.score - score
        if candidate == match.candidate or loss > _FARTHEST:
            continue
        if candidate is not None and candidate in owners:
            displaced = owners[candidate]
            loss += displaced.score - max(
                score
                for other, score in displaced.scores
                if other != candidate and (other == match.candidate or other not in owners)
            )
        yield candidate, loss


def _weigh(chosen: Correction, losses: list[_Loss]) -> Decision:
    weights = [(other, math.exp(-max(loss, -_FARTHEST))) for other, loss in losses if loss < _FARTHEST]
    total = 1 + sum(weight for _, weight in weights)
    likeliest = sorted(weights, key=lambda pair: -pair[1])
    return Decision(chosen, 1 / total, tuple((other, weight / total) for other, weight in likeliest))
