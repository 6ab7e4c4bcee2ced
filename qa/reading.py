"""Evidence to Reading: the best sentence, the best typed span in it, and how sure that it answers.

Three linear models, fitted by eval/fit_reader.py on public development data and kept in
reader.json: one ranks sentences, one ranks typed spans, one tells whether there is an answer.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from os.path import commonprefix

import numpy as np
from numpy.typing import NDArray

from qa.candidates import LABELS, Candidate, find_candidates
from qa.evidence import SENTENCE_FEATURES, Evidence, TermWeights, coverage
from qa.query import Query
from qa.segmentation import fold
from qa.tagging import tag

__all__ = [
    "ANSWER_FEATURES",
    "SPAN_FEATURES",
    "Models",
    "Reading",
    "ScoredSpan",
    "load_models",
    "measure_span",
    "read",
]

SPAN_FEATURES = (
    "near words", "near bigrams", "left match", "right match", "modifier differs", "unit agrees", "unit differs",
    "in question", "own words", "own bigrams", "digits", "byline", "beside gap word", "count agrees", "length",
    "position", "bare one", *LABELS,
)  # fmt: skip
ANSWER_FEATURES = (
    *SENTENCE_FEATURES, "sentence margin", "span asked", "span found", "span probability", *SPAN_FEATURES[:14],
    "best cosine",
)  # fmt: skip
# Sentences searched for spans; tagging them is the dearest step of reading.
_READ_SENTENCES = 6
_MODIFIERS = "副原前代非常"
_CLAUSE_MARK = re.compile(r"[，。；：？！,;:?!\n]")
_BYLINE_BEFORE = re.compile(r"(?:记者|通讯员|编辑|实习生)[:： \u3000]*(?:[\u4e00-\u9fff]{2,4}[、 \u3000]+)*$")
_ADVERBS = re.compile(
    r"^(?:近日|日前|近期|昨[日天]|今[日天]|当[日天]|\d+月\d+日|正式|联合|共同|首次|已经?|将|曾|在[^，。]{1,10}?上)+"
)
_ITEM_MARK = re.compile(r"、|和|及|与|”“|》《")
# Characters (约, 近, 共, 达到 ...) that may stand between the word at the gap and the answer.
_BESIDE = 3
# Measure words that writers exchange: 多少家单位 is answered by 1744个单位.
_KINDRED_UNITS = ("个家所户处座", "名位个人", "件起例宗个桩", "条项个款", "台辆艘架部套", "篇本部册种", "次趟回场届")
_LINKING = "的了是为有达到共叫由在吗呢?? 。,，"
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Models:
    """Weights by answer type ("" for types without their own): sentences, spans; and of the answer check."""

    sentence: dict[str, Vector]
    span: dict[str, Vector]
    answer: Vector
    answer_bias: float
    threshold: float


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A Candidate of a piece of Evidence with its score and its features (those of SPAN_FEATURES)."""

    evidence: Evidence
    candidate: Candidate
    features: tuple[float, ...]
    score: float

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.evidence.sentence[self.candidate.start : self.candidate.end]

    @property
    def modifier_differs(self) -> bool:
        """Whether the text has another modifier before what the question asks for (副市长, not 市长)."""
        return self.features[SPAN_FEATURES.index("modifier differs")] > 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Evidence ranked best first with its scores, the best span if there is one, and the confidence."""

    ranked: tuple[tuple[Evidence, float], ...]
    span: ScoredSpan | None
    confidence: float


@cache
def load_models() -> Models:
    """Load the fitted weights. Raises ValueError when they belong to other features than the program's."""
    stored = json.loads(files("qa").joinpath("reader.json").read_text(encoding="utf-8"))
    for name, features in (
        ("sentence", SENTENCE_FEATURES),
        ("span", SPAN_FEATURES),
        ("answer", ANSWER_FEATURES),
    ):
        if stored["features"][name] != list(features):
            raise ValueError(f"reader.json was fitted for other {name} features; run eval/fit_reader.py")
    return Models(
        {kind: np.array(weights) for kind, weights in stored["sentence"].items()},
        {kind: np.array(weights) for kind, weights in stored["span"].items()},
        np.array(stored["answer"]),
        stored["answer_bias"],
        stored["threshold"],
    )


def measure_span(
    query: Query, weights: TermWeights, evidence: Evidence, candidate: Candidate, own_start: int
) -> tuple[float, ...]:
    """Measure how well a span fits the gap in the question: what stands near it, its unit, its label.

    ``own_start`` is where the words that belong to the span begin: behind the span of the same label
    before it, or at the start of the sentence.
    """
    folded = fold(evidence.sentence)
    text = folded[candidate.start : candidate.end]
    left, right = folded[: candidate.start], folded[candidate.end :]
    left_length, modifier_differs = _left_match(query, left)
    unit = _unit_agreement(query, text)
    own = folded[own_start : candidate.end] + _CLAUSE_MARK.split(right, maxsplit=1)[0]
    return (
        _nearness(weights.words, folded, candidate),
        _nearness(weights.bigrams, folded, candidate),
        min(left_length, 6) / 6,
        _right_match(query, right) / 6,
        float(modifier_differs),
        unit,
        float(bool(query.units) and not unit),
        float(text in query.folded),
        coverage(weights.words, own),
        coverage(weights.bigrams, own),
        float(any(c.isdigit() for c in text)),
        float(not query.asks_for_byline and bool(_BYLINE_BEFORE.search(left))),
        float(bool(query.gap_word) and query.gap_word in left[-len(query.gap_word) - _BESIDE :]),
        _count_agreement(query, text),
        min(len(text), 30) / 10,
        candidate.start / max(len(folded), 1),
        float(text.startswith("一") and len(text) < 4),
        *(float(candidate.label == label) for label in LABELS),
    )


def _unit_agreement(query: Query, text: str) -> float:
    """1 for a measure word asked for, 0.5 for one of its kind (个 for 家) or when none is asked for, else 0."""
    if not query.units:
        return 0.5
    if any(unit in text for unit in query.units):
        return 1.0
    kin = {unit for group in _KINDRED_UNITS for unit in group if any(asked in group for asked in query.units)}
    return 0.5 if text.endswith(tuple(kin)) and kin else 0.0


def _count_agreement(query: Query, text: str) -> float:
    """Whether a list has as many items as the question asks for; 0.5 where it does not say."""
    if not query.count:
        return 0.5
    return float(len(_ITEM_MARK.split(text)) == query.count)


def _nearness(weights: dict[str, float], folded: str, candidate: Candidate) -> float:
    """Sum the terms' weights, each halved for every six characters between it and the span.

    A clause mark between them counts like four characters before the span and like ten behind it:
    what a figure is of mostly stands before it.
    """
    total, near = sum(weights.values()), 0.0
    for term, weight in weights.items():
        distances = [_distance(at, at + len(term), folded, candidate) for at in _positions(term, folded)]
        if distances:
            near += weight * 0.5 ** (min(distances) / 6)
    return near / total if total else 0.0


def _distance(start: int, end: int, folded: str, candidate: Candidate) -> int:
    if end <= candidate.start:
        between = folded[end : candidate.start]
        return len(between) + 4 * len(_CLAUSE_MARK.findall(between))
    if start >= candidate.end:
        between = folded[candidate.end : start]
        return len(between) + 10 * len(_CLAUSE_MARK.findall(between))
    return 0


def _positions(term: str, text: str) -> list[int]:
    found, at = [], text.find(term)
    while at >= 0:
        found.append(at)
        at = text.find(term, at + 1)
    return found


def _left_match(query: Query, left: str) -> tuple[int, bool]:
    """Length of the common ending of the question's part beside the gap and of the text before the span.

    The second value tells that the match is preceded by another modifier (副 in 副市长 for 市长).
    """
    left = left.rstrip(_LINKING + "“「『《‘")
    best, differs = 0, False
    for part in (query.before, query.after):
        part = part.rstrip(_LINKING).lstrip(_LINKING)
        length = 0
        while length < min(len(part), len(left)) and part[-1 - length] == left[-1 - length]:
            length += 1
        if length > best:
            best = length
            before_in_text = left[-1 - length] if length < len(left) else ""
            before_in_question = part[-1 - length] if length < len(part) else ""
            differs = (
                before_in_text != before_in_question and before_in_text in _MODIFIERS and bool(before_in_text)
            )
    return best, differs


def _right_match(query: Query, right: str) -> int:
    """Length of the common beginning of what follows the gap (its measure word aside) and the span."""
    right = _ADVERBS.sub("", right.lstrip(_LINKING + "”」』》’"))
    parts = [query.after.lstrip(_LINKING)]
    parts += [parts[0].removeprefix(unit) for unit in query.units if parts[0].startswith(unit)]
    return max(len(commonprefix([part[:6], right])) for part in parts)


def rank_evidence(query: Query, evidence: Sequence[Evidence], models: Models) -> list[tuple[Evidence, float]]:
    """Score Evidence with the weights of the question's type, best first."""
    if not evidence:
        return []
    weights = models.sentence.get(query.type, models.sentence[""])
    scores = np.array([e.features for e in evidence]) @ weights
    order = np.argsort(-scores, kind="stable")
    return [(evidence[row], float(scores[row])) for row in order]


def score_spans(
    query: Query, ranked: Sequence[tuple[Evidence, float]], weights: TermWeights, models: Models
) -> list[ScoredSpan]:
    """Find and score the typed spans of the best sentences, best first; a sentence's score is part of a span's."""
    fitted = models.span.get(query.type, models.span[""])
    spans = []
    for evidence, sentence_score in ranked[:_READ_SENTENCES]:
        previous: dict[str, int] = {}
        candidates = find_candidates(query, evidence.sentence, tag(evidence.sentence))
        for candidate in sorted(candidates, key=lambda c: c.end):
            own_start = min(previous.get(candidate.label, 0), candidate.start)
            features = measure_span(query, weights, evidence, candidate, own_start)
            previous[candidate.label] = candidate.end
            score = float(np.dot(fitted[1:], features) + fitted[0] * sentence_score)
            spans.append(ScoredSpan(evidence, candidate, features, score))
    return sorted(spans, key=lambda span: -span.score)


def answer_features(
    query: Query, ranked: Sequence[tuple[Evidence, float]], spans: Sequence[ScoredSpan]
) -> tuple[float, ...]:
    """Measure the best sentence and span of a question as signs of there being an answer at all."""
    best = spans[0].evidence if spans else ranked[0][0]
    other = max((score for evidence, score in ranked if evidence is not best), default=0.0)
    own = next(score for evidence, score in ranked if evidence is best)
    asked = query.type not in {"other", "explain", "yesno"}
    probability = 0.0
    if spans:
        scores = np.array([span.score for span in spans])
        probability = float(1 / np.exp(scores - scores[0]).sum())
    span_part = spans[0].features[:14] if spans else (0.0,) * 14
    cosine = max(evidence.hit.parts["vectors"] for evidence, _ in ranked[:_READ_SENTENCES])
    return (
        *best.features, own - other, float(asked), float(bool(spans)), probability, *span_part, cosine,
    )  # fmt: skip


def read(query: Query, evidence: Sequence[Evidence], weights: TermWeights) -> Reading:
    """Rank the evidence, choose the span that fills the gap, and judge whether it answers."""
    models = load_models()
    ranked = rank_evidence(query, evidence, models)
    if not ranked:
        return Reading((), None, 0.0)
    spans = score_spans(query, ranked, weights, models)
    logit = float(np.dot(models.answer, answer_features(query, ranked, spans))) + models.answer_bias
    confidence = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    if spans:
        # The sentence that holds the answer leads.
        ranked.sort(key=lambda pair: pair[0] is not spans[0].evidence)
    return Reading(tuple(ranked), spans[0] if spans else None, confidence)
