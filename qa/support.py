"""Whether passages support a sentence: its facts stand in what is quoted, and its meaning does.

Facts are looked for letter by letter (`qa.facts`). Meaning is measured, without a model of inference: by
the words and bigrams that the sentence shares with the quotes and by the cosine of the two; and each figure
and name has to stand among the same words as in the article, where another one may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp

from embeddings.encoder import Encoder
from embeddings.loading import load_encoder
from qa.directives import spans_for_readers
from qa.facts import Quotation, contradicts, missing_facts
from qa.placement import margin_of_place
from qa.records import Passage, Span
from qa.segmentation import bigrams, fold, words
from qa.weighing import coverage

__all__ = ["FEATURES", "Support", "best_support", "measure_support"]

FEATURES = ("words", "bigrams", "cosine")
# Fitted on statements made of DRCD and ATS news questions: eval/fit_support.py prints them.
_BIAS, _WEIGHTS = -4.49, (4.50, 3.50, 3.10)
_THRESHOLD = 0.6
_MISPLACED = -0.25  # 98 of 100 supported statements are above it, 97 above the threshold
_MOST_QUOTES = 3
_LOOKED_AT = 8  # sentences of an article, those with most words of the one to be supported
# A further sentence is quoted for facts, or for so much more of the words of what it is to support.
_WORTH_QUOTING = 0.15


@dataclass(frozen=True, slots=True)
class Support:
    """How a quotation supports a sentence.

    ``missing`` are the facts that do not stand in it, ``contradicted`` a word that it says the opposite
    of; ``probability`` is that of its meaning standing there, ``margin`` by how much its figures and
    people suit the places where they stand (`qa.placement`).
    """

    quotation: Quotation
    missing: tuple[str, ...]
    contradicted: str | None
    probability: float
    margin: float

    @property
    def misplaced(self) -> bool:
        """Whether a figure or a person of the sentence stands among other words in the article."""
        return self.margin < _MISPLACED

    @property
    def holds(self) -> bool:
        """Whether the sentence may be told with this citation."""
        sound = not self.missing and self.contradicted is None
        return sound and self.probability >= _THRESHOLD and not self.misplaced


def best_support(sentence: str, passages: Sequence[Passage], cited: Sequence[Passage] = ()) -> Support | None:
    """Return the support of a sentence that holds, else the one that comes nearest; None without words.

    The passages that the sentence cites are looked at first, then the others. Sentences that speak to
    a language model support nothing.
    """
    best: Support | None = None
    for group in _by_article([*cited, *passages]):
        quotation = _quote(sentence, group)
        if quotation is None:
            continue
        support = Support(
            quotation,
            tuple(missing_facts(sentence, quotation)),
            contradicts(sentence, [quotation.text]),
            probability(measure_support(sentence, quotation)),
            margin_of_place(sentence, quotation.article.text),
        )
        if support.holds:
            return support
        if best is None or support.probability > best.probability:
            best = support
    return best


def probability(features: Sequence[float]) -> float:
    """Return the probability that the meaning of a sentence with these FEATURES stands in the quotes."""
    return 1 / (1 + exp(-_BIAS - sum(w * f for w, f in zip(_WEIGHTS, features, strict=True))))


def _by_article(passages: Sequence[Passage]) -> list[list[Passage]]:
    groups: dict[str, dict[str, Passage]] = {}
    for passage in passages:
        groups.setdefault(passage.article.article_id, {})[passage.passage_id] = passage
    return [list(group.values()) for group in groups.values()]


def _quote(sentence: str, passages: Sequence[Passage]) -> Quotation | None:
    """Choose the sentences of one article's passages that have most in common with a sentence."""
    article, weights = passages[0].article, _term_weights(sentence)
    spans = [span for passage in passages for span in spans_for_readers(passage)]
    folded = {span: fold(article.text[span[0] : span[1]]) for span in spans}
    shared = {span: coverage(weights, text) for span, text in folded.items()}
    left = sorted(shared, key=lambda span: -shared[span])[:_LOOKED_AT]
    chosen: list[Span] = []
    told, missing = "", ["all"]
    while left and len(chosen) < _MOST_QUOTES:
        best = max(left, key=lambda span: coverage(weights, told + folded[span]))
        gain = coverage(weights, told + folded[best]) - (coverage(weights, told) if chosen else 0.0)
        if missing and chosen:
            lacking = {s: len(missing_facts(sentence, Quotation(article, (*chosen, s)))) for s in left}
            fewest = min(left, key=lambda span: lacking[span])
            best = fewest if lacking[fewest] < len(missing) else best
            gain = 1.0 if best == fewest and lacking[fewest] < len(missing) else gain
        if chosen and gain < _WORTH_QUOTING:
            break
        chosen.append(best)
        left.remove(best)
        told += folded[best] + "\n"
        missing = missing_facts(sentence, Quotation(article, tuple(chosen)))
    return Quotation(article, tuple(chosen)) if chosen else None


def _term_weights(sentence: str) -> dict[str, float]:
    return {word: float(len(word)) for word in words(fold(sentence))}


def measure_support(sentence: str, quotation: Quotation) -> tuple[float, ...]:
    """Return the FEATURES of a sentence and what is quoted for it, each 0 to 1."""
    folded, quoted = fold(sentence), fold(quotation.text)
    around = f"{quoted}\n{fold(quotation.around)}"
    pairs = set(bigrams(folded))
    shared = sum(pair in around for pair in pairs) / len(pairs) if pairs else 0.0
    vectors = _encoder().encode([sentence, quotation.text])
    return coverage(_term_weights(sentence), around), shared, float(vectors[0] @ vectors[1])


@cache
def _encoder() -> Encoder:
    return load_encoder()  # always the bundled one: the weights above are for its cosines
