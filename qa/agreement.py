"""What other articles say to the same question: the same answer, or another figure or day for the same thing.

An article agrees where its best sentence answers with the same value, however it is written (四成 and
40%); it differs where that sentence fits the question nearly as well and tells another value of the same
kind. Thresholds are those of `python -m eval.fit_agreement`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from qa.constraints import find_span_violation
from qa.evidence import Evidence
from qa.figures import same_measure
from qa.numerals import find_numerals
from qa.periods import Period, times_told
from qa.query import Query
from qa.reading import Reading, load_models, rank_spans
from qa.segmentation import fold
from qa.spans import MeasuredSpan
from qa.weighing import TermWeights, coverage

__all__ = ["Testimony", "Value", "find_testimonies", "value_of_span"]

# Sentences of other articles that are looked at: each is tagged, which is what takes the time.
_OTHERS = 3
# How much worse than the best their score of ranking may be.
_NEAR = 3.0
# And how much worse that of a span may be which bears the best one out, or gainsays it.
_AGREEING, _DIFFERING = 4.0, 2.0
_COUNTED = frozenset({"quantity", "ratio", "rank", "duration"})
_VALUED = _COUNTED | {"date"}
_TYPES = _VALUED | {"person", "agent", "role", "place", "organisation", "name"}
_ABOUT = re.compile(r"^(?:近|约|超过?|逾|过|不足|不到|至少|大约|将近|最多|高达)|[多余几]|(?:以上|以下|左右)$")
_QUOTED = re.compile(r"[“「《].+[”」》]")
_MARKS = re.compile(r"[\s“”\"「」『』《》‘’'（）()·]+")
# Two figures this near (as a share) may be one, rounded.
_ROUNDED = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Value:
    """What a span says, apart from its wording: numbers with their measure, a period, or a bare name.

    ``about`` tells that it is not exact (近50万人).
    """

    numbers: tuple[Decimal, ...] = ()
    measure: str = ""
    period: Period | None = None
    name: str = ""
    about: bool = False

    def agrees(self, other: "Value") -> bool:
        """Whether the two say the same."""
        if self.numbers or other.numbers:
            same = self.numbers == other.numbers and same_measure(self.measure, other.measure)
            return same and self.about == other.about
        if self.period or other.period:
            return self.period == other.period
        shorter, longer = sorted((self.name, other.name), key=len)
        return len(shorter) > 1 and longer.endswith(shorter)

    def differs(self, other: "Value") -> bool:
        """Whether the two cannot both be right: other exact numbers of one measure, or days apart."""
        if self.period and other.period:
            return not self.period.overlaps(other.period)
        if len(self.numbers) != 1 or len(other.numbers) != 1 or self.about or other.about:
            return False
        one, two = self.numbers[0], other.numbers[0]
        return same_measure(self.measure, other.measure) and abs(one - two) > _ROUNDED * max(one, two)


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the best sentence of another article answers to the question.

    ``behind`` tells by how much its span is worse than the best (score of ranking), ``of_the_same``
    whether it is surely about the same thing.
    """

    span: MeasuredSpan
    score: float
    agrees: bool
    differs: bool
    behind: float
    of_the_same: bool

    @property
    def evidence(self) -> Evidence:
        """The sentence."""
        return self.span.evidence

    @property
    def bears_out(self) -> bool:
        """Whether it says the same, surely enough to be cited for it."""
        return self.agrees and self.behind <= _AGREEING

    @property
    def gainsays(self) -> bool:
        """Whether it says another thing of the same, surely enough to be shown beside the answer."""
        return self.differs and self.of_the_same and self.behind <= _DIFFERING


def value_of_span(query: Query, span: MeasuredSpan) -> Value:
    """Return what a span says, for comparison with another."""
    folded = fold(span.text)
    if query.type == "date":
        evidence, article = span.evidence, span.evidence.article
        start = evidence.start + span.candidate.start
        told = [
            w for w in times_told(article.text, article.date, start, start + len(folded)) if w.start >= start
        ]
        if told and told[0].period:
            return Value(period=told[0].period)
    if query.type in _COUNTED:
        numerals = list(find_numerals(folded))
        rest = folded
        for numeral in reversed(numerals):
            rest = rest[: numeral.start] + rest[numeral.end :]
        if numerals:
            measure = re.sub(_ABOUT, "", rest)
            return Value(tuple(n.value for n in numerals), measure, about=measure != rest)
    return Value(name=_MARKS.sub("", folded))


def find_testimonies(query: Query, reading: Reading, weights: TermWeights) -> list[Testimony]:
    """Return what other articles say to a question that the reading answers with a typed span, best first.

    Of every article it is the best span that counts; only sentences near the best of all are looked at.
    """
    others = _others(reading)
    if reading.span is None or not others or query.type not in _TYPES:
        return []
    best, best_score = reading.ranked[0]
    spans = rank_spans(query, [(best, best_score), *others], weights, load_models())
    own = max(
        (
            points
            for span, points in spans
            if span.evidence is best and span.candidate == reading.span.candidate
        ),
        default=0.0,
    )
    scores, value = {id(e): score for e, score in others}, value_of_span(query, reading.span)
    found: dict[str, Testimony] = {}
    for span, points in spans:
        evidence, article_id = span.evidence, span.evidence.article.article_id
        if evidence is best or article_id in found:
            continue
        said = value_of_span(query, span)
        sound = not span.in_question and find_span_violation(query, evidence, span) is None
        found[article_id] = Testimony(
            span=span,
            score=scores[id(evidence)],
            agrees=sound and value.agrees(said),
            differs=sound and query.type in _VALUED and value.differs(said),
            behind=own - points,
            of_the_same=_is_of_the_same(query, weights, best, evidence),
        )
    return list(found.values())


def _others(reading: Reading) -> list[tuple[Evidence, float]]:
    """Return sentences of other articles, as far as they are near the best of all."""
    best, best_score = reading.ranked[0]
    near = [
        (evidence, score)
        for evidence, score in reading.ranked[1:]
        if evidence.article.article_id != best.article.article_id and score >= best_score - _NEAR
    ]
    return near[:_OTHERS]


def _is_of_the_same(query: Query, weights: TermWeights, best: Evidence, other: Evidence) -> bool:
    """Whether a sentence with its headlines has as many of the question's words as the best one.

    Of a question that names nothing (爆炸造成多少人受伤) it is never sure.
    """
    if not (query.entities or query.times or _QUOTED.search(query.folded)):
        return False
    told = [
        coverage(
            weights.words, fold(f"{e.article.kicker} {e.article.headline} {e.article.subtitle} {e.sentence}")
        )
        for e in (best, other)
    ]
    return told[1] >= told[0]
