"""The neural reader: how likely each sentence of a passage answers, and where in it the answer stands.

A small convolutional network (0.9 million weights, qa/reader.onnx) trained from scratch by
eval/train_reader.py. It reads the passages of a question together: the scores of their sentences and
that of no answer at all, which is 0, are normalised as one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.characters import FIRST_CHARACTER, FrozenFeatures, freeze, mark_sentences, set_side_by_side
from qa.overlap import CHARACTER_FEATURES, QUESTION_FEATURES, character_features, question_features
from qa.parallel import side_by_side
from qa.passages import sentence_spans
from qa.query import Query
from qa.records import Hit, Passage, Span
from qa.segmentation import fold

__all__ = ["MAX_CHARACTERS", "PassageReading", "SpanScores", "load_network", "read_passages"]

Floats = NDArray[np.float32]
# What one question costs is bounded: so many passages, so many characters of each.
_MAX_PASSAGES = 5
MAX_CHARACTERS = 320
# An answer has at most so many characters.
_LONGEST_SPAN = 80
# So many spans stand for all in an expectation over them.
_LIKELY_SPANS = 24
# Logarithm of the probability from which on a sentence is likely to answer.
_LIKELY = math.log(0.1)


@dataclass(frozen=True)
class SpanScores:
    """Logarithms of the probabilities that the answer in a sentence of n characters starts and ends at each.

    Both arrays have shape (n,).
    """

    starts: Floats
    ends: Floats

    def of(self, start: int, end: int) -> float:
        """Return the logarithm of the probability of a span of the sentence."""
        return float(self.starts[start] + self.ends[end - 1])

    def best(self, count: int) -> list[Span]:
        """Return the most probable spans, at most ``count``, best first."""
        length = len(self.starts)
        places = np.arange(length)
        long = places[None] - places[:, None]
        table = np.where(
            (long >= 0) & (long < _LONGEST_SPAN), self.starts[:, None] + self.ends[None], -np.inf
        )
        flat = table.ravel()
        near = np.argpartition(-flat, min(count, len(flat)) - 1)[:count]
        chosen = sorted(near.tolist(), key=lambda n: (-flat[n], n))
        return [(n // length, n % length + 1) for n in chosen if np.isfinite(flat[n])]

    @cached_property
    def likely(self) -> tuple[Floats, Floats]:
        """The most probable spans, of shape (m, 2), and their probabilities, which sum to one."""
        spans = self.best(_LIKELY_SPANS)
        logarithms = np.array([self.of(*span) for span in spans], np.float32)
        return np.array(spans, np.float32), np.exp(_log_softmax(logarithms))

    def proposals(self, count: int) -> list[Span]:
        """Return ``count`` of the likely spans: the most probable, and those of the highest expected F1."""
        spans = [(int(start), int(end)) for start, end in self.likely[0]]
        by_gain = sorted(spans, key=lambda span: -self.expected_f1(*span))
        return list(dict.fromkeys([*spans[:1], *by_gain[:count], *spans]))[:count]

    def expected_f1(self, start: int, end: int) -> float:
        """Return the expected F1 of a span: its characters in common with the answer, wherever that is.

        Choosing by expected gain instead of probability is minimum Bayes risk (Kumar and Byrne, 2004).
        """
        spans, probabilities = self.likely
        common = np.minimum(spans[:, 1], end) - np.maximum(spans[:, 0], start)
        f1 = 2 * common.clip(min=0) / (spans[:, 1] - spans[:, 0] + end - start)
        return float(probabilities @ f1)


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the network makes of a passage of n characters.

    ``sentences`` are its sentences, as spans of the passage, with the logarithms of the probabilities
    that they answer; ``starts`` and ``ends`` (n,) score each character as the answer's first and last.
    """

    sentences: dict[Span, float]
    starts: Floats
    ends: Floats

    @classmethod
    def of_scores(cls, sentences: dict[Span, float], starts: Floats, ends: Floats) -> "PassageReading":
        """Take as one the sentences that the best span reaches over, where it begins in a likely one."""
        reading = cls(sentences, starts, ends)
        if max(sentences.values(), default=-np.inf) < _LIKELY:
            return reading
        ((start, end),) = SpanScores(starts, ends).best(1)
        reached = [span for span in sentences if span[0] < end and start < span[1]]
        if len(reached) < 2 or sentences[reached[0]] < _LIKELY:
            return reading
        joined = (reached[0][0], reached[-1][1])
        kept = {span: value for span, value in sentences.items() if span not in reached}
        return cls(dict(sorted({**kept, joined: sentences[reached[0]]}.items())), starts, ends)

    def join(self, sentences: Sequence[Span]) -> list[Span]:
        """Return the sentences of the passage, those that were read as one as one."""
        inside = {
            span: joined
            for span in sentences
            for joined in self.sentences
            if span not in self.sentences and joined[0] <= span[0] and span[1] <= joined[1]
        }
        return list(dict.fromkeys(inside.get(span, span) for span in sentences))

    def span_scores(self, sentence: Span) -> SpanScores | None:
        """Return the scores of a sentence's characters; None where it was not read."""
        start, end = sentence
        if sentence not in self.sentences or end > len(self.starts):
            return None
        return SpanScores(_log_softmax(self.starts[start:end]), _log_softmax(self.ends[start:end]))


@dataclass(frozen=True, slots=True)
class _Network:
    session: Any
    characters: dict[str, int]
    types: dict[str, int]


@cache
def load_network() -> _Network:
    """Load the network. Raises ValueError when it was trained on other features than the program's."""
    import onnxruntime  # noqa: PLC0415 (takes long to load)

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # A second thread would save a tenth of the time for half as much work again.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(files("qa").joinpath("reader.onnx").read_bytes(), options)
    stored = session.get_modelmeta().custom_metadata_map
    if stored["features"] != "|".join((*CHARACTER_FEATURES, *QUESTION_FEATURES)):
        raise ValueError("reader.onnx was trained on other features; run eval/train_reader.py")
    characters = {character: n for n, character in enumerate(stored["characters"], FIRST_CHARACTER)}
    types = {name: n for n, name in enumerate(stored["types"].split("|"))}
    return _Network(session, characters, types)


def read_passages(
    query: Query, words: Mapping[str, float], bigrams: Mapping[str, float], hits: Sequence[Hit]
) -> dict[str, PassageReading]:
    """Read the passages of the first hits together; by passage id.

    ``words`` and ``bigrams`` are the question's with their inverse document frequencies.
    """
    texts = sorted(
        (_Text.of(hit.passage) for hit in hits[:_MAX_PASSAGES]), key=lambda text: -len(text.folded)
    )
    if not texts:
        return {}
    freezing = side_by_side(freeze, [*(text.folded for text in texts), query.folded])
    measured = [
        character_features(query, words, bigrams, text.folded, text.sentences, text.headline)
        for text in texts
    ]
    *frozen, question = freezing
    asked = _ask(query, question, question_features(query, words, bigrams))

    def score(half: slice) -> list[_Scores]:
        return _score(texts[half], frozen[half], measured[half], asked)

    # The scores of a text are the same whatever texts it is set beside, up to the last bit.
    middle = len(texts) // 2
    halves = [slice(middle), slice(middle, None)] if middle else [slice(None)]
    scores = list(chain.from_iterable(side_by_side(score, halves)))
    total = float(np.logaddexp.reduce(np.concatenate([[0.0], *(own.sentences for own in scores)])))
    return {
        text.passage_id: PassageReading.of_scores(
            {span: float(value) - total for span, value in zip(text.sentences, own.sentences, strict=True)},
            own.starts,
            own.ends,
        )
        for text, own in zip(texts, scores, strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Text:
    """What is read of a passage: its folded text, cut to length, with its sentences, and its headline."""

    passage_id: str
    folded: str
    sentences: list[Span]
    headline: str

    @classmethod
    def of(cls, passage: Passage) -> "_Text":
        folded = fold(passage.text)[:MAX_CHARACTERS]
        return cls(passage.passage_id, folded, sentence_spans(folded), fold(passage.article.headline))


@dataclass(frozen=True, slots=True)
class _Scores:
    """The network's scores of a text of n characters: ``starts`` and ``ends`` (n,), and of its sentences."""

    sentences: Floats
    starts: Floats
    ends: Floats


def _ask(query: Query, frozen: FrozenFeatures, features: Floats) -> dict[str, Any]:
    """Return the inputs of the network that tell of the question."""
    network = load_network()
    question = set_side_by_side([query.folded], [frozen], [features], network.characters)
    del question["mask"]  # one question is not padded
    # A type that the network was not trained with is read as an open one.
    kind = network.types.get(query.type, network.types["other"])
    return {f"question_{name}": values for name, values in question.items()} | {
        "type": np.array([kind], np.int64)
    }


def _score(
    texts: Sequence[_Text],
    frozen: Sequence[FrozenFeatures],
    measured: Sequence[Floats],
    asked: dict[str, Any],
) -> list[_Scores]:
    network = load_network()
    inputs = set_side_by_side([text.folded for text in texts], frozen, measured, network.characters)
    inputs["sentences"] = mark_sentences([text.sentences for text in texts], inputs["mask"].shape[1])
    starts, ends, scores = network.session.run(["start", "end", "sentence"], inputs | asked)
    return [
        _Scores(row[: len(text.sentences)], start[: len(text.folded)], end[: len(text.folded)])
        for text, row, start, end in zip(texts, scores, starts, ends, strict=True)
    ]


def _log_softmax(scores: Floats) -> Floats:
    return scores - np.float32(np.logaddexp.reduce(scores))
