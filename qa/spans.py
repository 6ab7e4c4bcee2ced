"""Candidates measured: how well a typed span fits the gap in the question."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from qa.candidates import find_candidates
from qa.evidence import Evidence
from qa.figures import KINDRED_MEASURES
from qa.finders import LABELS, Candidate
from qa.proposals import propose
from qa.query import Query
from qa.records import Span
from qa.segmentation import fold
from qa.tagging import tag
from qa.variants import variants_of
from qa.weighing import TermWeights, coverage

__all__ = ["LINKING", "SIGNS", "SPAN_FEATURES", "MeasuredSpan", "measure_spans"]

# Features that the answer check looks at too: what fits and what does not.
SIGNS = (
    "span read", "span read probability", "span expected F1",
    "near words", "near bigrams", "left match", "right match", "modifier differs", "unit agrees",
    "unit differs", "in question", "digits", "beside gap word", "count agrees", "former value", "total",
    "own words", "own bigrams", "own best", "gap word at another",
)  # fmt: skip
SPAN_FEATURES = (*SIGNS, "length", "position", "bare one", *LABELS)

# Words that may stand between the wording beside a gap and the answer.
LINKING = "的了是为有达共叫由在吗呢?。, "
_CLOSING = "”」』》’"
_MODIFIERS = "副原前代非常"
_CLAUSE_MARKS = "，。；：？！,;:?!\n"
_CLAUSE_MARK = re.compile(f"[{_CLAUSE_MARKS}]")
# 由200元提高到350元: the first figure is what it was, the second what it is.
_FORMER = re.compile(r"[由从][^，。；,;]{0,6}$")
_BECAME = re.compile(r"^[^，。；,;]{0,12}(?:到|至|为)")
_PAST = re.compile(r"(?:过去|原来|原先|以前|此前|最初|往年)[^，。；,;]{0,12}$")
_TOTAL_ASKED = re.compile(r"总|一共|共|累计|合计")
_TOTAL = re.compile(r"总|共|累计|合计|达到")
_ADVERBS = re.compile(
    r"^(?:近日|日前|近期|昨[日天]|今[日天]|当[日天]|\d+月\d+日|正式|联合|共同|首次|已经?|将|曾|在[^，。]{1,10}?上)+"
)
_FAR = 100
_IMPROBABLE = -20.0
_ITEM_MARK = re.compile(r"、|和|及|与|”“|》《")
# Characters (约, 近, 共, 达到 ...) that may stand between the word at the gap and the answer.
_BESIDE = 3
# A match with the question's wording beside the gap counts up to this many characters.
_LONGEST_MATCH = 6


@dataclass(frozen=True, slots=True)
class MeasuredSpan:
    """A Candidate of a piece of Evidence; ``features`` are those of SPAN_FEATURES."""

    evidence: Evidence
    candidate: Candidate
    features: tuple[float, ...]

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.evidence.sentence[self.candidate.start : self.candidate.end]

    @property
    def in_question(self) -> bool:
        """Whether the question says the span itself."""
        return self.features[SPAN_FEATURES.index("in question")] > 0

    @property
    def left_match(self) -> int:
        """How many characters of the wording beside the gap stand before the span too, at most 6."""
        return round(self.features[SPAN_FEATURES.index("left match")] * _LONGEST_MATCH)

    @property
    def adjoins_gap(self) -> bool:
        """Whether the wording beside the gap (two characters, or the word before it) adjoins the span."""
        right = self.features[SPAN_FEATURES.index("right match")] * _LONGEST_MATCH
        beside = self.features[SPAN_FEATURES.index("beside gap word")] > 0
        return beside or max(self.left_match, round(right)) > 1

    @property
    def modifier_differs(self) -> bool:
        """Whether the text has another modifier before what the question asks for (副市长, not 市长)."""
        return self.features[SPAN_FEATURES.index("modifier differs")] > 0

    @property
    def unit_differs(self) -> bool:
        """Whether the question asks for a measure word and the span has none of its kind."""
        return self.features[SPAN_FEATURES.index("unit differs")] > 0


@dataclass(frozen=True, slots=True)
class _Places:
    """Where terms stand in a sentence: the weight of each with its places; the ``total`` of all weights.

    ``marks`` counts the clause marks before each character.
    """

    weighed: list[tuple[float, list[Span]]]
    total: float
    marks: list[int]

    @classmethod
    def of(cls, weights: dict[str, float], folded: str) -> "_Places":
        places = [(weight, list(_occurrences(term, folded))) for term, weight in weights.items()]
        marks = accumulate((character in _CLAUSE_MARKS for character in folded), initial=0)
        return cls([pair for pair in places if pair[1]], sum(weights.values()), list(marks))


def _occurrences(term: str, folded: str) -> Iterator[Span]:
    start = folded.find(term)
    while start >= 0:
        end = start + len(term)
        yield start, end
        start = folded.find(term, end)


def measure_spans(query: Query, weights: TermWeights, evidence: Evidence) -> list[MeasuredSpan]:
    """Find the typed spans of a sentence and measure each.

    The words of a span begin behind the span of the same label before it: in 排查38.7万件，化解38.1万件
    only 化解 belongs to the second figure.
    """
    folded, previous = fold(evidence.sentence), dict[str, int]()
    tokens = tag(evidence.sentence)
    typed = find_candidates(query, evidence.sentence, tokens)
    candidates = sorted([*typed, *propose(query, evidence, tokens, typed)], key=lambda c: c.end)
    own_texts = []
    for candidate in candidates:
        begin = min(previous.get(candidate.label, 0), candidate.start)
        clause = _CLAUSE_MARK.split(folded[candidate.end :], maxsplit=1)[0]
        own_texts.append(folded[begin : candidate.end] + clause)
        previous[candidate.label] = candidate.end
    places = [_Places.of(terms, folded) for terms in (weights.words, weights.bigrams)]
    own_words = [coverage(weights.words, text) for text in own_texts]
    beside = [_is_beside(query, folded, candidate) for candidate in candidates]
    return [
        MeasuredSpan(
            evidence,
            candidate,
            (
                *_read(evidence, candidate),
                *_fit(query, places, folded, candidate),
                words,
                coverage(weights.bigrams, text),
                float(words == max(own_words)),
                float(any(beside) and not near),
                *_form(folded, candidate),
            ),
        )
        for candidate, text, words, near in zip(candidates, own_texts, own_words, beside, strict=True)
    ]


def _read(evidence: Evidence, candidate: Candidate) -> tuple[float, float, float]:
    """The network's logarithm of the probability of a span within its sentence, that, and the expected F1."""
    if evidence.scores is None:
        return _IMPROBABLE / 5, 0.0, 0.0
    span = candidate.start, candidate.end
    logarithm = max(evidence.scores.of(*span), _IMPROBABLE)
    return logarithm / 5, math.exp(logarithm), evidence.scores.expected_f1(*span)


def _fit(query: Query, places: Sequence[_Places], folded: str, candidate: Candidate) -> tuple[float, ...]:
    text = folded[candidate.start : candidate.end]
    left, right = folded[: candidate.start], folded[candidate.end :]
    left_length, modifier_differs = _left_match(query, left)
    unit = _unit_agreement(query, text)
    return (
        *(_nearness(kind, candidate) for kind in places),
        min(left_length, _LONGEST_MATCH) / _LONGEST_MATCH,
        min(_right_match(query, right), _LONGEST_MATCH) / _LONGEST_MATCH,
        float(modifier_differs),
        unit,
        float(bool(query.units) and not unit),
        float(text in query.folded),
        float(any(c.isdigit() for c in text)),
        float(_is_beside(query, folded, candidate)),
        _count_agreement(query, text),
        float(_is_former(query, left, right)),
        float(bool(_TOTAL_ASKED.search(query.folded)) and bool(_TOTAL.search(left[-6:]))),
    )


def _is_beside(query: Query, folded: str, candidate: Candidate) -> bool:
    """Whether the word before the question's gap stands right before the span (化解 before 38.1万件)."""
    words = (query.gap_word, *variants_of(query.gap_word)) if query.gap_word else ()
    return any(
        word in folded[max(candidate.start - len(word) - _BESIDE, 0) : candidate.start] for word in words
    )


def _form(folded: str, candidate: Candidate) -> tuple[float, ...]:
    text = folded[candidate.start : candidate.end]
    return (
        min(len(text), 30) / 10,
        candidate.start / max(len(folded), 1),
        float(text.startswith("一") and len(text) < 4),
        *(float(candidate.label == label) for label in LABELS),
    )


def _unit_agreement(query: Query, text: str) -> float:
    """1 for a measure word asked for, 0.5 for one of its kind or when none is asked for, else 0."""
    if not query.units:
        return 0.5
    if any(unit in text for unit in query.units):
        return 1.0
    kin = tuple(
        u for group in KINDRED_MEASURES for u in group if any(asked in group for asked in query.units)
    )
    return 0.5 if kin and text.endswith(kin) else 0.0


def _is_former(query: Query, left: str, right: str) -> bool:
    """Whether a figure is what something was before, and the question does not ask for that."""
    if _PAST.search(left):
        return not _PAST.search(query.before)
    return bool(_FORMER.search(left)) and bool(_BECAME.search(right)) and "从" not in query.folded


def _count_agreement(query: Query, text: str) -> float:
    """Whether a list has as many items as the question asks for; 0.5 where it does not say."""
    return float(len(_ITEM_MARK.split(text)) == query.count) if query.count else 0.5


def _nearness(places: _Places, candidate: Candidate) -> float:
    """Sum the terms' weights, each halved for every six characters between it and the span.

    A clause mark between them counts like four characters before the span; what stands behind one
    after the span belongs to the next figure and counts for nothing.
    """
    near = 0.0
    for weight, spans in places.weighed:
        near += weight * 0.5 ** (min(_distance(span, places.marks, candidate) for span in spans) / 6)
    return near / places.total if places.total else 0.0


def _distance(span: Span, marks: list[int], candidate: Candidate) -> int:
    start, end = span
    if end <= candidate.start:
        return candidate.start - end + 4 * (marks[candidate.start] - marks[end])
    if start >= candidate.end:
        return start - candidate.end + _FAR * (marks[start] - marks[candidate.end])
    return 0


def _left_match(query: Query, left: str) -> tuple[int, bool]:
    """Length of the common ending of the question's part beside the gap and of the text before the span.

    The second value tells that the match is preceded by another modifier (副 in 副市长 for 市长).
    """
    left = left.rstrip(LINKING + "“「『《‘")
    best, differs = 0, False
    before, after = query.before.strip(LINKING), query.after.strip(LINKING)
    varied = [before.replace(query.focus, variant) for variant in variants_of(query.focus)]
    for part in (before, after, *varied):
        length = _common_length(part[::-1], left[::-1])
        if length > best:
            best = length
            modifier = left[: len(left) - length][-1:]
            differs = (
                bool(modifier) and modifier in _MODIFIERS and modifier != part[: len(part) - length][-1:]
            )
    return best, differs


def _right_match(query: Query, right: str) -> int:
    """Length of the common beginning of what follows the gap (its measure word aside) and the span."""
    right = _ADVERBS.sub("", right.lstrip(LINKING + _CLOSING))
    after = query.after.lstrip(LINKING)
    parts = [after, *(after.removeprefix(unit) for unit in query.units if after.startswith(unit))]
    return max(_common_length(part, right) for part in parts)


def _common_length(first: str, second: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
