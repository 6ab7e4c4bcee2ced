"""Measures of one answer: pure functions of texts.

Normalisation and character F1 are those of the CMRC 2018 scorer (Cui et al., EMNLP 2019): both texts
lose everything but letters and digits and are put in lower case; F1 counts the characters of their
longest common substring.
"""

import math
import re
from collections.abc import Iterable, Sequence

from eval.gold import GoldQuestion

__all__ = [
    "character_f1",
    "citation_precision",
    "citation_recall",
    "evidence_hit",
    "exact_match",
    "mean",
    "normalise",
    "percentile",
    "supports",
]

NOT_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")
SENTENCE_END = re.compile(r"[。！？!?；\n]")


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


def supports(quote: str, question: GoldQuestion) -> bool:
    """Whether a quote supports the gold answer: it holds one of the answers, or shares the gold evidence.

    Evidence is shared where one of the two texts stands within the other. Nothing supports an answer
    to a question that has none.
    """
    return _holds_any(quote, question.answers) or _share(normalise(quote), normalise(question.evidence))


def citation_precision(quotes: Sequence[str], question: GoldQuestion) -> float:
    """Return the share of the cited quotes that support the gold answer (0 to 1); 0.0 of no quotes."""
    return sum(supports(quote, question) for quote in quotes) / len(quotes) if quotes else 0.0


def citation_recall(quotes: Sequence[str], question: GoldQuestion) -> float:
    """Return the share of the sentences of the gold evidence that the quotes hold (0 to 1).

    A quote that is a part of the sentence counts too. Where the gold set tells no evidence, it is 1.0
    if one of the quotes supports the answer, else 0.0.
    """
    sentences = _normalised(SENTENCE_END.split(question.evidence))
    if not sentences:
        return float(any(supports(quote, question) for quote in quotes))
    cited = [normalise(quote) for quote in quotes]
    return sum(any(_share(quote, sentence) for quote in cited) for sentence in sentences) / len(sentences)


def mean(values: Iterable[float]) -> float | None:
    """Return the arithmetic mean, None of no values."""
    numbers = list(values)
    return math.fsum(numbers) / len(numbers) if numbers else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the least value that at least ``share`` (0 to 1) of the values do not exceed; None of none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1] if ordered else None


def _normalised(texts: Iterable[str]) -> list[str]:
    """Return the normalised texts; one of signs alone leaves nothing to compare and drops out."""
    return [left for text in texts if (left := normalise(text))]


def _holds_any(text: str, answers: Iterable[str]) -> bool:
    squeezed = normalise(text)
    return any(gold in squeezed for gold in _normalised(answers))


def _share(first: str, second: str) -> bool:
    """Whether one of two normalised texts stands within the other, neither being empty."""
    return bool(first and second) and (first in second or second in first)


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
