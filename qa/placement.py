"""Whether figures and people of a sentence stand among the same words as in an article.

In 银牌奖励5万元 every word may stand in the article, and 5万元 too: before 金牌. So the surroundings of each
are compared with those of its own places in the article, and with those of the others there.
"""

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log

from qa.facts import figures_in
from qa.segmentation import fold
from qa.tagging import tag

__all__ = ["margin_of_place"]

_WINDOW = 16  # characters at either side
# At this distance a word counts half. Of a person it is the title that tells who is meant.
_NEAR_FIGURE, _NEAR_PERSON = 6.0, 2.0
_BEYOND_COMMA = 0.4  # and so much behind a comma
_PAIR = re.compile(r"(?=([\u3400-\u9fff]{2}))")
_STOP, _COMMA = re.compile(r"[。；！？!?;\n]"), re.compile("[，、,：:]")


@dataclass(frozen=True, slots=True)
class Place:
    """A figure or a person at ``text[start:end]``; what is ``near`` characters away counts half."""

    name: str
    start: int
    end: int
    near: float


Finder = Callable[[str], list[Place]]


def margin_of_place(sentence: str, text: str) -> float:
    """Return by how much its own place in ``text`` suits a figure or person of a sentence, -1 to 1.

    Below 0 another one stands among the words of the sentence. It is the least of those of all figures
    and people; 0 at most, and where a fact is not in the text or has no other beside it; -1 for a figure
    of a sentence about one person that the text tells of another.
    """
    folded, article = fold(sentence), fold(text)
    if _is_another_persons(folded, article):
        return -1.0
    return min((*_margins(folded, article, _figures), *_margins(folded, article, _people), 0.0))


def _margins(folded: str, article: str, find: Finder) -> Iterator[float]:
    there, counts = find(article), _pair_counts(article)
    windows = [(place.name, _window(article, place)) for place in there]
    for place in find(folded):
        around = {pair: w / (1 + log(counts.get(pair, 1))) for pair, w in _window(folded, place).items()}
        total = sum(around.values())
        own = [_shared(around, window) for name, window in windows if name == place.name]
        others = [_shared(around, window) for name, window in windows if name != place.name]
        if own and others and total:
            yield (max(own) - max(others)) / total


def _is_another_persons(folded: str, article: str) -> bool:
    """Whether a figure stands only in sentences that name people, and none of those of this sentence."""
    people = {place.name for place in _people(folded)}
    stops = [match.start() for match in _STOP.finditer(article)]
    told: dict[int, set[str]] = defaultdict(set)
    for person in _people(article):
        told[bisect(stops, person.start)].add(person.name)
    for figure in _figures(folded) if people else []:
        where = [bisect(stops, place.start) for place in _figures(article) if place.name == figure.name]
        if where and all(told[sentence] and not told[sentence] & people for sentence in where):
            return True
    return False


def _shared(around: dict[str, float], window: dict[str, float]) -> float:
    return sum(min(weight, weight * window[pair]) for pair, weight in around.items() if pair in window)


def _window(text: str, place: Place) -> dict[str, float]:
    """Return the pairs of characters around a place, within its sentence, with weights by their nearness."""
    left = _STOP.split(text[max(place.start - _WINDOW, 0) : place.start])[-1][::-1]
    right = _STOP.split(text[place.end : place.end + _WINDOW])[0]
    weights: dict[str, float] = {}
    for side, step in ((left, -1), (right, 1)):
        for match in _PAIR.finditer(side):
            pair, distance = match[1][::step], match.start()
            commas = len(_COMMA.findall(side, 0, distance))
            weights[pair] = max(weights.get(pair, 0.0), _BEYOND_COMMA**commas / (1 + distance / place.near))
    return weights


@lru_cache(maxsize=16)
def _pair_counts(article: str) -> Counter[str]:
    return Counter(match[1] for match in _PAIR.finditer(article))


def _figures(folded: str) -> list[Place]:
    return [
        Place(f"{f.value} {f.measure}", f.start, f.end + len(f.measure), _NEAR_FIGURE)
        for f in figures_in(folded)
    ]


@lru_cache(maxsize=16)
def _people(folded: str) -> list[Place]:
    found, offset = [], 0
    for line in folded.split("\n"):
        people = [token for token in tag(line) if token.label == "PER"]
        found += [Place(t.word, offset + t.start, offset + t.end, _NEAR_PERSON) for t in people]
        offset += len(line) + 1
    return found
