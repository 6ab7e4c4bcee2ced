"""The spans of a sentence that the network proposes, at the edges of words."""

from collections.abc import Iterator, Sequence

from qa.candidates import is_reporter
from qa.evidence import Evidence
from qa.finders import Candidate
from qa.query import Query
from qa.records import Span
from qa.segmentation import fold
from qa.tagging import Token

__all__ = ["propose"]

# Typed spans of which neither a part nor more is an answer.
_WHOLE = frozenset({"figure", "ratio", "rank", "duration", "PER"})
_MARKS = " \u3000，。；：？！、,;:?!\n"
# Spans of a sentence that the network proposes, beside those of the type asked for.
_PROPOSED = 3
# Questions that a clause may answer, with the word that joins it.
_CLAUSAL = frozenset({"explain", "list", "other"})
_FUNCTION_WORDS = frozenset({"p", "c", "u", "d"})
_BEFORE_NAMES = frozenset("由向对把被在于从和与及")


def propose(
    query: Query, evidence: Evidence, tokens: Sequence[Token], typed: Sequence[Candidate]
) -> Iterator[Candidate]:
    """The spans that the network holds most probable, as far as the typed ones leave room for them.

    They have no marks at their edges and cut no word in two; a figure and a person's name are answers
    as they were found, with the unit and without the title. What the question says itself is no answer to
    it, and who reports is none to who did it.
    """
    if evidence.scores is None or query.type == "yesno":
        return
    taken = {(c.start, c.end) for c in typed}
    whole = [(c.start, c.end) for c in typed if c.label in _WHOLE]
    folded = fold(evidence.sentence)
    for proposed in evidence.scores.proposals(_PROPOSED):
        start, end = _at_words(query, folded, tokens, proposed)
        told = folded[start:end] in query.folded
        spoilt = told or any(a < end and start < b for a, b in whole) or is_reporter(query, folded, start)
        if start < end and not spoilt and (start, end) not in taken:
            taken.add((start, end))
            yield Candidate(start, end, "proposed")


def _at_words(query: Query, folded: str, tokens: Sequence[Token], span: Span) -> Span:
    """Move the edges of a span to those of words; marks, and 由 or 在 before a name, are left out."""
    start, end = span
    for token in tokens:
        if token.start < start < token.end:
            start = token.start if start - token.start <= token.end - start else token.end
        if token.start < end < token.end:
            end = token.end if token.end - end <= end - token.start else token.start
    if query.type not in _CLAUSAL:
        for token in tokens:
            if token.start == start and token.label in _FUNCTION_WORDS and token.word in _BEFORE_NAMES:
                start = token.end
    proposed = folded[start:end]
    start = end - len(proposed.lstrip(_MARKS))
    return start, start + len(proposed.strip(_MARKS))
