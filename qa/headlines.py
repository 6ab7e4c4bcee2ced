"""Which heading lines belong to which body: one assignment over a page, and kicker/headline/subtitle.

A heading may stand before or after its body, two headings may follow two bodies in either order, and
either side may be left over. Lines directly under one another are a run, which is cut into groups of
one body each. Every pairing gets a score in log-odds, from shared character bigrams (rare ones on the
page count more) and from place; a beam search over the heading lines in printed order picks the best
assignment as a whole.
"""

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

__all__ = ["Candidate", "Heading", "Match", "bigrams", "match_headings", "title_parts"]

_WORD = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u3400-\u9fff]+")
_SHARED = 0.55  # share of a headline's bigrams that its own body has
_DISCOUNT = 0.35  # neighbouring bigrams overlap, so that they are not independent evidence
_BEFORE = (3.0, 1.5, 0.0)  # a heading after its body in the frame, after its and another one, ...
_AFTER = (3.0, -1.0, -2.0)  # a heading before its body, before another one and its own, ...
_OTHER_FRAME = -2.5
_ORPHAN_RUN = -1.0
_ORPHAN_LINE = -4.0
_DIVIDED = -6.0  # only some lines of an unbroken run for captions or another frame: theirs stand alone
_TORN = -20.0  # a group whose first line is the rest of the line above it
_REACH = 6  # bodies on either side of a heading that may own it
_FRAME_REACH = 24  # likewise, of the same frame
_LINES = 4  # printed lines of one headline group
_BEAM = 24
_TAIL = 3  # characters: so short a heading line is the wrapped end of the line above it
_PAIRS = (("“", "”"), ("‘", "’"), ("『", "』"), ("「", "」"), ("（", "）"), ("《", "》"))
_KICKER = re.compile(r"(?:强调|指出|表示|举办|举行|召开|调研时|会见时|——|—|：)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A printed heading line; ``place`` counts the blocks of the page, ``run`` the unbroken runs."""

    text: str
    width: float
    place: int
    frame: int
    run: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that a heading may belong to; ``first`` is its first block on the page.

    ``captions``: all the captions of the page, together; such a candidate stands last.
    """

    grams: frozenset[str]
    first: int
    frame: int
    captions: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Some neighbouring headings (indices) and the candidate they belong to; None: to none.

    ``scores`` are those of these headings with each candidate in their reach, and with none.
    """

    headings: tuple[int, ...]
    candidate: int | None
    score: float
    scores: tuple[tuple[int | None, float], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class _State:
    """A partial assignment: its score, the candidates in use, its matches as a linked list."""

    score: float
    used: frozenset[int]
    link: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Pairing:
    """What speaks for a candidate owning a whole run, or part of one, and the words of each line."""

    candidate: int
    whole: float
    part: float
    words: tuple[float, ...]


def bigrams(text: str) -> frozenset[str]:
    """Return the character bigrams of a text, none of them across punctuation."""
    return frozenset(word[k : k + 2] for word in _WORD.findall(text) for k in range(len(word) - 1))


def _likeness(grams: frozenset[str], body: frozenset[str], counts: Counter[str], bodies: int) -> float:
    """Return the log-odds that a heading with these bigrams belongs to a body.

    ``counts`` tells in how many of the page's ``bodies`` each bigram occurs, this body included.
    """
    chance = 0.05 + min(len(body), 4000) / 10000  # of meeting any bigram in a body of this size
    total = 0.0
    for gram in grams:
        here = gram in body
        common = min(0.5, (counts[gram] - here + chance) / max(bodies, 1))
        total += math.log(_SHARED / common) if here else math.log((1 - _SHARED) / (1 - common))
    return _DISCOUNT * total


def match_headings(
    headings: list[Heading], candidates: list[Candidate], taken: Collection[int] = ()
) -> list[Match]:
    """Assign the heading lines of a page (in printed order) to the candidates (in printed order).

    The candidates that are ``taken`` get none.
    """
    counts: Counter[str] = Counter()
    for candidate in candidates:
        counts.update(candidate.grams)
    beam = [_State(0.0, frozenset(taken), ())]
    runs: list[tuple[list[Heading], int, list[_Pairing]]] = []
    start = 0
    for _, group in groupby(headings, key=lambda heading: heading.run):
        run = list(group)
        runs.append((run, start, _pairings(run, candidates, counts)))
        beam = _assign_run(*runs[-1], beam)
        start += len(run)
    matches: list[Match] = []
    link = beam[0].link
    while link:
        matches.append(_with_scores(link[0], taken, *runs[-1]))
        link = link[1]
        if runs and matches[-1].headings[0] == runs[-1][1]:
            runs.pop()
    return matches[::-1]


def _with_scores(
    match: Match, taken: Collection[int], run: list[Heading], offset: int, pairings: list[_Pairing]
) -> Match:
    """Return a match of a run with the scores of all candidates in its reach that are not taken."""
    options = _options(run, offset, match.headings[0] - offset, match.headings[-1] - offset + 1, pairings)
    return replace(match, scores=tuple((o.candidate, o.score) for o in options if o.candidate not in taken))


def _pairings(run: list[Heading], candidates: list[Candidate], counts: Counter[str]) -> list[_Pairing]:
    """Return the candidates in reach of a run with what speaks for them."""
    bodies = len(candidates) - (1 if candidates and candidates[-1].captions else 0)
    split = bisect_left(candidates, run[0].place, hi=bodies, key=lambda c: c.first)
    around = range(max(0, split - _FRAME_REACH), min(bodies, split + _FRAME_REACH))
    near = [k for k in around if candidates[k].frame == run[0].frame]
    first, last = min([split - _REACH, *near]), max([split + _REACH, *(k + 1 for k in near)])
    reach = range(max(0, first), min(bodies, last))
    grams = [bigrams(heading.text) for heading in run]
    pairings = []
    for index in (*reach, *range(bodies, len(candidates))):
        candidate = candidates[index]
        words = [_likeness(g, candidate.grams, counts, len(candidates)) for g in grams]
        together = candidate.frame == run[0].frame
        if candidate.captions:
            place, words = (0.5 if together else -0.5), [max(score, -1.0) for score in words]
        else:
            ladder, rank = (_BEFORE, split - 1 - index) if index < split else (_AFTER, index - split)
            place = ladder[min(rank, 2)] if together else _OTHER_FRAME - rank
        part = place + (_DIVIDED if candidate.captions or not together else 0.0)
        pairings.append(_Pairing(index, place, part, tuple(words)))
    return pairings


def _assign_run(
    run: list[Heading], offset: int, pairings: list[_Pairing], beam: list[_State]
) -> list[_State]:
    """Carry the beam over one run: cut it into groups, give each to a free candidate or to none."""
    lowest = min((pairing.candidate for pairing in pairings), default=0)
    layers: list[list[_State]] = [[] for _ in range(len(run) + 1)]
    layers[0] = [_State(s.score, frozenset(k for k in s.used if k >= lowest), s.link) for s in beam]
    for begin in range(len(run)):
        layers[begin] = _prune(layers[begin])
        for end in range(begin + 1, min(len(run), begin + _LINES) + 1):
            options = _options(run, offset, begin, end, pairings)
            for state in layers[begin]:
                for match in options:
                    if match.candidate not in state.used:
                        used = state.used if match.candidate is None else state.used | {match.candidate}
                        layers[end].append(_State(state.score + match.score, used, (match, state.link)))
    return _prune(layers[-1])


def _options(run: list[Heading], offset: int, begin: int, end: int, pairings: list[_Pairing]) -> list[Match]:
    """Return what some lines of a run may be: the headline of nothing, or that of a candidate in reach."""
    shape = _shape_score(run, begin, end)
    whole = end - begin == len(run)
    lines = tuple(range(offset + begin, offset + end))
    owned = [
        Match(lines, p.candidate, (p.whole if whole else p.part) + sum(p.words[begin:end]) + shape)
        for p in pairings
    ]
    return [Match(lines, None, _ORPHAN_RUN if whole else _ORPHAN_LINE), *owned]


def _prune(states: list[_State]) -> list[_State]:
    """Keep the best state for each set of used candidates, and of these the best few."""
    best: dict[frozenset[int], _State] = {}
    for state in states:
        if state.used not in best or state.score > best[state.used].score:
            best[state.used] = state
    return sorted(best.values(), key=lambda state: -state.score)[:_BEAM]


def _shape_score(run: list[Heading], begin: int, end: int) -> float:
    """Return what the form of some lines of a run says for their being one group."""
    score = -1.0 * max(0, end - begin - 3)
    if begin > 0 and _is_rest(run[begin - 1].text, run[begin].text):
        score += _TORN
    if end < len(run) and run[end - 1].width >= max(h.width for h in run) and run[end].width < 6:
        score -= 2.0
    return score


def _is_wrapped(above: str, line: str) -> bool:
    """Tell whether a heading line is plainly the end of the one above it."""
    return len(line) <= _TAIL or any(above.count(left) > above.count(right) for left, right in _PAIRS)


def _is_rest(above: str, line: str) -> bool:
    """Tell whether a heading line cannot be without the one above it: its wrapped end, or a subtitle."""
    return line.startswith("—") or _is_wrapped(above, line)


def title_parts(lines: list[str], widths: list[float]) -> tuple[str, str, str]:
    """Tell kicker, headline and subtitle of a headline's printed lines; absent parts are empty.

    A long line above a shorter one, or one that announces (``…强调``, ``…——``), is the kicker; a line
    below that is longer, or begins with a dash, is the subtitle.
    """
    lines, widths = _unwrap(lines, widths)
    if len(lines) == 1:
        return "", lines[0], ""
    announced = _KICKER.search(lines[0]) or widths[0] > widths[1]
    if len(lines) == 2 and announced and not lines[1].startswith("—"):
        return lines[0], lines[1], ""
    if len(lines) == 2 or not announced:
        return "", lines[0], "".join(lines[1:])
    if lines[-1].startswith("—") or widths[-1] > widths[1]:
        return lines[0], lines[1], "".join(lines[2:])
    return lines[0], "".join(lines[1:]), ""


def _unwrap(lines: list[str], widths: list[float]) -> tuple[list[str], list[float]]:
    """Join to the line above it what is plainly the end of a wrapped heading line."""
    joined, sizes = lines[:1], widths[:1]
    for line, width in zip(lines[1:], widths[1:], strict=True):
        if _is_wrapped(joined[-1], line):
            joined[-1] += line
            sizes[-1] += width
        else:
            joined.append(line)
            sizes.append(width)
    return joined, sizes
