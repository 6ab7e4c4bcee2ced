"""Reading to Answer: quotes checked against the article's characters, or an abstention that says why."""

import re
from collections.abc import Iterable, Sequence

from qa.constraints import Violation, find_span_violation, find_violations
from qa.evidence import Evidence, TermWeights
from qa.query import Query
from qa.reading import Reading, load_models, read
from qa.records import Answer, Citation
from qa.segmentation import fold
from qa.series import announced_series

__all__ = ["answer", "check_citations"]

_MAX_CITATIONS = 3
# A further sentence supports an answer only if it is nearly as good as the first (in ranking score).
_SUPPORT_MARGIN = 3.0
# Below this share of the question's words (weighted), what was found is not even related.
_RELATED_COVERAGE = 0.34
_GAP = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_PAIRED_MARKS = "“”\"「」『』‘’'（）()"
_LOOSE_MARKS = " 　，,。；;：:、"
_NOTHING_FOUND = "档案中没有找到与问题有关的内容。"


def check_citations(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the Citations whose quote is, character for character, what the article says at that place."""
    return tuple(c for c in citations if c.quote and c.article.text[c.start : c.end] == c.quote)


def answer(query: Query, evidence: Sequence[Evidence], weights: TermWeights) -> Answer:
    """Answer from the evidence, or abstain when it breaks a constraint or is not sure enough."""
    if not evidence:
        return _abstain(query, _NOTHING_FOUND, 0.0, ())
    violations = find_violations(query, evidence)
    admissible = [e for e, violation in zip(evidence, violations, strict=True) if violation is None]
    reading = read(query, admissible or evidence, weights)
    best = reading.ranked[0][0]
    if admissible:
        violation = find_span_violation(query, best, reading.span)
    else:
        violation = violations[evidence.index(best)]
    if violation:
        reason = _explain_violation(violation, best, weights)
        return _abstain(query, reason, min(reading.confidence, 0.1), reading.ranked)
    if reading.confidence < load_models().threshold:
        return _abstain(query, _explain_doubt(best, weights), reading.confidence, reading.ranked)
    series = _series(query, reading)
    short = "；".join(e.sentence.rstrip("。；") for e, _ in series) if series else _short_answer(reading)
    citations = check_citations(_cite(series or _support(query, reading, short)))
    if not citations:
        return _abstain(query, "引文未能与原文逐字核对，故不作答。", 0.0, ())
    return Answer(
        question=query.text,
        answered=True,
        text="".join(f"{c.quote}[{c.number}]" for c in citations),
        short_answer=short,
        confidence=reading.confidence,
        reason=None,
        citations=citations,
    )


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


def _support(query: Query, reading: Reading, short: str) -> list[tuple[Evidence, float]]:
    """The best sentence, and others that hold the same short answer or, for open questions, tell more."""
    (best, best_score), *others = reading.ranked
    chosen = [(best, best_score)]
    open_question = reading.span is None or query.type == "explain"
    told = fold(best.sentence)
    for evidence, score in others:
        if len(chosen) == _MAX_CITATIONS or score < best_score - _SUPPORT_MARGIN:
            break
        folded = fold(evidence.sentence)
        if any(folded == fold(e.sentence) and e.article is evidence.article for e, _ in chosen):
            continue
        if open_question:
            supports = evidence.article is best.article and any(
                word in folded and word not in told for word in query.words
            )
        else:
            # 8.1万件 does not stand in 38.1万件.
            supports = bool(re.search(rf"(?<![\d.]){re.escape(fold(short))}", folded))
        if supports:
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


def _explain_violation(violation: Violation, best: Evidence, weights: TermWeights) -> str:
    if violation.kind == "time":
        return f"档案里相关的内容说的是{violation.told}，没有{violation.asked}的。"
    if violation.kind == "figure":
        related = _missing_words(best, weights)[1]
        return "档案里有相关的报道，但没有说到所问的数字、时间或名字。" if related else _NOTHING_FOUND
    if violation.kind == "title":
        return f"档案里说到了{violation.told}，但不是所问的“{violation.asked}”。"
    return f"档案里最接近的报道没有提到“{violation.asked}”。"


def _explain_doubt(best: Evidence, weights: TermWeights) -> str:
    missing, related = _missing_words(best, weights)
    if not related:
        return _NOTHING_FOUND
    if missing:
        return f"档案里有相关的报道，但没有说到“{max(missing, key=lambda word: missing[word])}”。"
    return "档案里有相关的报道，但没有说到问题所问的内容。"


def _missing_words(best: Evidence, weights: TermWeights) -> tuple[dict[str, float], bool]:
    """The question's words that are not in the best passage, and whether the others make it related."""
    around = fold(f"{best.article.headline} {best.hit.passage.text}")
    missing = {word: weight for word, weight in weights.words.items() if word not in around}
    covered = 1 - sum(missing.values()) / (sum(weights.words.values()) or 1)
    return missing, covered >= _RELATED_COVERAGE


def _abstain(
    query: Query, reason: str, confidence: float, ranked: Sequence[tuple[Evidence, float]]
) -> Answer:
    return Answer(
        question=query.text,
        answered=False,
        text=f"档案未能回答这个问题：{reason}",
        short_answer=None,
        confidence=confidence,
        reason=reason,
        nearest=check_citations(_cite(ranked[:2])),
    )
