"""Measures of retrieval and of answers: pure functions of texts, ranks and numbers.

Normalisation and character F1 are those of the CMRC 2018 scorer (Cui et al., EMNLP 2019): both texts
lose everything but letters and digits and are put in lower case; F1 counts the characters of their
longest common substring. Ranks count from 1; None means that nothing relevant was found.
"""

import math
import re
from collections.abc import Iterable, Sequence

from eval.gold import GoldQuestion
from qa.records import Passage

__all__ = [
    "character_f1",
    "evidence_hit",
    "exact_match",
    "is_relevant",
    "mean",
    "normalise",
    "percentile",
    "recall_at",
    "reciprocal_rank",
    "relevant_rank",
]

NOT_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")


def normalise(text: str | None) -> str:
    """Return only the letters (Chinese characters among them) and digits of ``text``, in lower case."""
    return NOT_LETTERS_OR_DIGITS.sub("", text or "").lower()


def exact_match(short_answer: str | None, answers: Sequence[str]) -> bool:
    """Whether the short answer is one of the gold answers, after normalisation."""
    return normalise(short_answer) in _normalised(answers)


def character_f1(short_answer: str | None, answers: Sequence[str]) -> float:
    """Return the best F1 (0 to 1) of the short answer's characters against any of the gold answers."""
    predicted = normalise(short_answer)
    return max((_substring_f1(predicted, gold) for gold in _normalised(answers)), default=0.0)


def evidence_hit(quotes: Sequence[str], answers: Sequence[str], k: int) -> bool:
    """Whether one of the first ``k`` quotes holds a gold answer."""
    return any(_holds_any(quote, answers) for quote in quotes[:k])


def is_relevant(passage: Passage, question: GoldQuestion) -> bool:
    """Whether the passage is one that answers the question.

    Where the gold set brought its articles, the passage has to be from the question's own. Else it
    has to hold the gold evidence, or, as evidence may run over the end of a passage, a gold answer
    in an article of the gold headline.
    """
    if question.article_id is not None:
        return passage.article.article_id == question.article_id
    evidence, headline = normalise(question.evidence), normalise(question.headline)
    if evidence and evidence in normalise(passage.text):
        return True
    return (
        bool(headline)
        and headline == normalise(passage.article.headline)
        and _holds_any(passage.text, question.answers)
    )


def relevant_rank(relevance: Iterable[bool]) -> int | None:
    """Return the rank of the first relevant of the ranked items, None if none is."""
    return next((rank for rank, relevant in enumerate(relevance, start=1) if relevant), None)


def recall_at(rank: int | None, k: int) -> float:
    """Return 1.0 if something relevant is among the first ``k``, else 0.0."""
    return float(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None, k: int = 10) -> float:
    """Return 1 / rank, or 0.0 if nothing relevant is among the first ``k`` (its mean is MRR@k)."""
    return 1 / rank if rank is not None and rank <= k else 0.0


def mean(values: Iterable[float]) -> float | None:
    """Return the arithmetic mean, None of no values."""
    numbers = list(values)
    return math.fsum(numbers) / len(numbers) if numbers else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the least value that at least ``share`` (0 to 1) of the values do not exceed; None of none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1] if ordered else None


def _normalised(answers: Iterable[str]) -> list[str]:
    """Return the normalised answers; one of signs alone leaves nothing to compare and drops out."""
    return [gold for answer in answers if (gold := normalise(answer))]


def _holds_any(text: str, answers: Iterable[str]) -> bool:
    squeezed = normalise(text)
    return any(gold in squeezed for gold in _normalised(answers))


def _substring_f1(predicted: str, gold: str) -> float:
    common = _longest_common_substring(predicted, gold)
    return 2 * common / (len(predicted) + len(gold)) if common else 0.0


def _longest_common_substring(first: str, second: str) -> int:
    """Return the length of the longest run of characters that stands in both, in O(len * len)."""
    best, above = 0, [0] * (len(second) + 1)
    for character in first:
        row = [0]
        for column, other in enumerate(second):
            row.append(above[column] + 1 if character == other else 0)
        best, above = max(best, *row), row
    return best
