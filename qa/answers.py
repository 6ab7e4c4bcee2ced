"""Reading to Answer: quotes checked against the article's characters, or an abstention that says why."""

import re
from collections.abc import Iterable, Sequence

from qa.agreement import Testimony, find_testimonies
from qa.citing import untold_figures
from qa.composing import compose_line, compose_list, compose_points, compose_quotes, compose_side_by_side
from qa.constraints import Violation, find_span_violation, find_violations
from qa.evidence import Evidence
from qa.query import Query
from qa.reading import Reading, load_models, read
from qa.reasons import (
    explain_doubt,
    explain_nothing,
    explain_unchecked,
    explain_violation,
    is_related,
    say_unanswered,
)
from qa.records import Answer, Citation
from qa.segmentation import fold
from qa.series import announced_series
from qa.spans import MeasuredSpan
from qa.weighing import TermWeights

__all__ = ["answer", "check_citations"]

Ranked = Sequence[tuple[Evidence, float]]

_MAX_CITATIONS = 3
# A further sentence supports an answer only if it is nearly as good as the first (in ranking score).
_SUPPORT_MARGIN = 3.0
_OPEN = frozenset({"explain", "list", "other", "yesno"})
_GAP = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_PAIRED_MARKS = "“”\"「」『』‘’'（）()"
_LOOSE_MARKS = " 　，,。；;：:、"


def check_citations(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the Citations whose quote is, character for character, what the article says at that place."""
    return tuple(c for c in citations if c.quote and c.article.text[c.start : c.end] == c.quote)


def answer(query: Query, evidence: Sequence[Evidence], weights: TermWeights) -> Answer:
    """Answer from the evidence, or abstain when it breaks a constraint or is not sure enough."""
    if not evidence:
        return _abstain(query, explain_nothing(query), 0.0, ())
    violations = find_violations(query, evidence)
    broken = [(e, violation) for e, violation in zip(evidence, violations, strict=True) if violation]
    admissible = [e for e, violation in zip(evidence, violations, strict=True) if violation is None]
    reading = read(query, admissible or evidence, weights)
    best = reading.ranked[0][0]
    violation = find_span_violation(query, best, reading.span) if admissible else broken[0][1]
    if violation or reading.confidence < load_models().threshold:
        return _decline(query, reading, violation, broken, weights)
    return _tell(query, reading, weights)


def _tell(query: Query, reading: Reading, weights: TermWeights) -> Answer:
    """Return the answer of a reading, with what other articles say to it."""
    best, score = reading.ranked[0]
    series, span = _series(query, reading), reading.span
    short = "；".join(e.sentence.rstrip("。；") for e, _ in series) if series else _short_answer(reading)
    cited: Ranked
    if series:
        cited = series
        text = compose_points(query, [e for e, _ in series])
    elif span is None or query.type in _OPEN:
        cited = _support(query, reading)
        listed = compose_list(query, best, short) if query.type == "list" else None
        text = f"{listed}[1]" if listed else compose_quotes(query, [e for e, _ in cited])
        cited = cited[:1] if listed else cited
    else:
        testimonies = find_testimonies(query, reading, weights)
        agreeing = [t for t in testimonies if t.bears_out]
        differing = [t for t in testimonies if t.gainsays]
        cited = [(best, score), *((t.evidence, t.score) for t in (*agreeing, *differing))]
        text = _typed_text(query, reading, span, short, len(agreeing), differing)
    citations = check_citations(_cite(cited))
    if len(citations) < len(cited):
        return _abstain(query, explain_unchecked(query), 0.0, ())
    if untold_figures(text, query, citations):
        text = "".join(f"{c.quote}[{c.number}]" for c in citations)
    return Answer(
        question=query.text,
        answered=True,
        text=text,
        short_answer=short,
        confidence=reading.confidence,
        reason=None,
        citations=citations,
    )


def _typed_text(
    query: Query,
    reading: Reading,
    span: MeasuredSpan,
    short: str,
    agreeing: int,
    differing: Sequence[Testimony],
) -> str:
    """Return one line with the numbers of all that agree; where articles differ, a line for each."""
    line = compose_list(query, span.evidence, short) or compose_line(query, span, short, reading.confidence)
    line += "".join(f"[{number}]" for number in range(1, agreeing + 2))
    if not differing:
        return line
    others = [
        (f"{compose_line(query, t.span, t.span.text, reading.confidence)}[{number}]", t.evidence.article)
        for number, t in enumerate(differing, agreeing + 2)
    ]
    return compose_side_by_side([(line, span.evidence.article), *others])


def _decline(
    query: Query,
    reading: Reading,
    violation: Violation | None,
    broken: Sequence[tuple[Evidence, Violation]],
    weights: TermWeights,
) -> Answer:
    """Abstain for the best reason there is: what fits the question best, and what keeps it from answering.

    Evidence that tells of another time or place often fits better than all that does not.
    """
    confidence = min(reading.confidence, 0.1) if violation else reading.confidence
    violations = {id(e): found for e, found in broken}
    best, ranked = reading.ranked[0][0], reading.ranked
    if id(best) in violations:  # as all that was found
        fitting = max(ranked, key=lambda pair: pair[1])
        if violations[id(fitting[0])].kind != violations[id(best)].kind:
            ranked = (fitting, *(pair for pair in ranked if pair is not fitting))
        best = ranked[0][0]
        violation = violations[id(best)]
    if broken and (violation is None or violation.kind == "figure"):
        other = read(query, [e for e, _ in broken], weights)
        nearest = other.ranked[0][0]
        fits = max(score for _, score in other.ranked) > max(score for _, score in ranked)
        wrong = find_span_violation(query, nearest, other.span)
        sound = wrong is None or wrong.kind == "time"  # another time is what is looked for here
        if fits and sound and is_related(query, nearest, weights):
            best, ranked, violation = nearest, other.ranked, violations[id(nearest)]
    if violation is None:
        return _abstain(query, explain_doubt(query, best, weights), confidence, ranked)
    told = [
        found.told
        for e, score in ranked
        if (found := violations.get(id(e)))
        and found.kind == "time"
        and score >= ranked[0][1] - _SUPPORT_MARGIN
    ]
    return _abstain(query, explain_violation(query, violation, best, told, weights), confidence, ranked)


def _series(query: Query, reading: Reading) -> list[tuple[Evidence, float]]:
    """The sentences that the best one announces (三方面要求), where that is what the question asks for."""
    best, score = max(reading.ranked, key=lambda pair: pair[1])
    if query.type not in {"explain", "list"}:
        return []
    found = {(e.article.article_id, e.start, e.end): e for e, _ in reading.ranked}
    keys = [(best.article.article_id, *span) for span in announced_series(best.article, best.start, best.end)]
    return [(found[key], score) for key in keys] if all(key in found for key in keys) else []


def _short_answer(reading: Reading) -> str:
    """Return the span for questions of a type that has spans, else the sentence itself."""
    if reading.span is None:
        return reading.ranked[0][0].sentence
    # Names of two characters are printed with a gap in the middle.
    short = _GAP.sub("", reading.span.text)
    bare = short.strip(_PAIRED_MARKS + _LOOSE_MARKS)
    # The outer marks of “听潮”“望山” belong to the names.
    return short.strip(_LOOSE_MARKS) if any(mark in bare for mark in _PAIRED_MARKS) else bare or short


def _support(query: Query, reading: Reading) -> list[tuple[Evidence, float]]:
    """The best sentence, and to an open question others of its article that tell more."""
    (best, best_score), *others = reading.ranked
    chosen = [(best, best_score)]
    told = fold(best.sentence)
    for evidence, score in others if reading.span is None or query.type == "explain" else ():
        if len(chosen) == _MAX_CITATIONS or score < best_score - _SUPPORT_MARGIN:
            break
        folded = fold(evidence.sentence)
        if evidence.article is best.article and any(w in folded and w not in told for w in query.words):
            chosen.append((evidence, score))
            told += folded
    return chosen


def _cite(ranked: Sequence[tuple[Evidence, float]]) -> list[Citation]:
    return [
        Citation(
            number=number,
            article=evidence.article,
            passage_id=evidence.hit.passage.passage_id,
            start=evidence.start,
            end=evidence.end,
            quote=evidence.sentence,
            score=score,
        )
        for number, (evidence, score) in enumerate(ranked, 1)
    ]


def _abstain(query: Query, reason: str, confidence: float, ranked: Ranked) -> Answer:
    return Answer(
        question=query.text,
        answered=False,
        text=say_unanswered(query, reason),
        short_answer=None,
        confidence=confidence,
        reason=reason,
        nearest=check_citations(_cite(ranked[:2])),
    )
