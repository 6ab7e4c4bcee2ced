"""Evidence to Reading: the best sentence, the best typed span in it, and how sure that it answers.

Three linear models, fitted by eval/fit_reader.py on public development data and kept in
reader.json: one ranks sentences, one ranks typed spans, one tells whether there is an answer.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from qa.constraints import find_span_violation
from qa.evidence import SENTENCE_FEATURES, Evidence
from qa.parallel import side_by_side
from qa.query import Query
from qa.spans import SIGNS, SPAN_FEATURES, MeasuredSpan, measure_spans
from qa.weighing import TermWeights

__all__ = [
    "ANSWER_FEATURES",
    "Models",
    "Reading",
    "answer_features",
    "load_models",
    "rank_evidence",
    "rank_spans",
    "read",
]

ANSWER_FEATURES = (
    *SENTENCE_FEATURES, "sentence margin", "span asked", "span typed", "no typed span",
    "span probability", *SIGNS, "best cosine", "read at all",
)  # fmt: skip
# Sentences searched for spans; tagging them is the dearest step of reading.
_READ_SENTENCES = 4
# What a span that breaks a constraint loses (in ranking score, where the best leads by 1 to 3).
_DOUBT = 4.0
_OPEN = frozenset({"explain", "list", "name", "other", "yesno"})
_READ_PROBABILITY = SENTENCE_FEATURES.index("read probability")
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
class Reading:
    """Evidence ranked best first with its scores, the best span if there is one, and the confidence."""

    ranked: tuple[tuple[Evidence, float], ...]
    span: MeasuredSpan | None
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


def rank_evidence(query: Query, evidence: Sequence[Evidence], models: Models) -> list[tuple[Evidence, float]]:
    """Score Evidence with the weights of the question's type, best first."""
    if not evidence:
        return []
    weights = models.sentence.get(query.type, models.sentence[""])
    scores = np.array([e.features for e in evidence]) @ weights
    order = np.argsort(-scores, kind="stable")
    return [(evidence[row], float(scores[row])) for row in order]


def rank_spans(
    query: Query, ranked: Sequence[tuple[Evidence, float]], weights: TermWeights, models: Models
) -> list[tuple[MeasuredSpan, float]]:
    """Find and score the typed spans of the best sentences, best first.

    A sentence's own score is a part of the score of each of its spans. Spans that break a constraint
    of the question, or that it says itself, give way to others that are not much worse.
    """
    fitted = models.span.get(query.type, models.span[""])
    best, spans = ranked[:_READ_SENTENCES], []
    measured = side_by_side(partial(measure_spans, query, weights), [evidence for evidence, _ in best])
    for (evidence, sentence_score), own in zip(best, measured, strict=True):
        for span in own:
            score = float(fitted[0] * sentence_score + fitted[1:] @ span.features)
            doubtful = span.in_question or find_span_violation(query, evidence, span) is not None
            spans.append((span, score - _DOUBT * doubtful))
    return sorted(spans, key=lambda pair: -pair[1])


def answer_features(
    query: Query, ranked: Sequence[tuple[Evidence, float]], spans: Sequence[tuple[MeasuredSpan, float]]
) -> tuple[float, ...]:
    """Measure the best sentence and span of a question as signs of there being an answer at all."""
    best = spans[0][0].evidence if spans else ranked[0][0]
    own = next(score for evidence, score in ranked if evidence is best)
    other = max((score for evidence, score in ranked if evidence is not best), default=0.0)
    asked = query.type not in _OPEN
    # What the network proposes need not be of the type asked for.
    typed = bool(spans) and spans[0][0].candidate.label not in {"proposed", "clause"}
    scores = np.array([score for _, score in spans])
    probability = float(1 / np.exp(scores - scores[0]).sum()) if spans else 0.0
    signs = spans[0][0].features[: len(SIGNS)] if spans else (0.0,) * len(SIGNS)
    cosine = max(evidence.hit.parts["vectors"] for evidence, _ in ranked[:_READ_SENTENCES])
    read = math.log(max(1e-4, sum(evidence.features[_READ_PROBABILITY] for evidence, _ in ranked))) / 3
    return (
        *best.features,
        own - other,
        float(asked),
        float(typed),
        float(asked and not typed),
        probability,
        *signs,
        cosine,
        read,
    )


def read(query: Query, evidence: Sequence[Evidence], weights: TermWeights) -> Reading:
    """Rank the evidence, choose the span that fills the gap, and judge whether it answers."""
    models = load_models()
    ranked = rank_evidence(query, evidence, models)
    if not ranked:
        return Reading((), None, 0.0)
    spans = rank_spans(query, ranked, weights, models)
    logit = float(models.answer @ answer_features(query, ranked, spans)) + models.answer_bias
    confidence = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    if not spans:
        return Reading(tuple(ranked), None, confidence)
    # The sentence that holds the answer leads.
    leading = spans[0][0].evidence
    ranked.sort(key=lambda pair: pair[0] is not leading)
    return Reading(tuple(ranked), spans[0][0], confidence)
