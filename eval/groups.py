"""What the network is trained on: questions, each with the passages found for it in all of its set.

A group is a question with a passage that answers it and others that were found but do not; or with
passages of which none does.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from embeddings.encoder import Encoder
from eval.examples import find, opened_index, part_of
from eval.gold import GoldQuestion, read_gold
from qa.characters import FrozenFeatures, freeze
from qa.errors import QuestionError
from qa.neural import MAX_CHARACTERS
from qa.overlap import character_features, question_features
from qa.passages import cut_passages, sentence_spans
from qa.query import Query, read_question
from qa.records import Passage, Span
from qa.segmentation import fold
from qa.weighing import TermWeights, weigh_terms

__all__ = ["Asked", "QuestionSet", "Shown", "draw_group", "gather"]

_FOUND = 12
# Wrong passages are drawn from the first so many, for they are the ones that mislead.
_NEAR = 5
# So many of the answerable questions, and about a tenth of all, are shown without their answer.
_NULL_SHARE = 0.12
# And so many with the passage that answers, but without the sentences in which it does: as an article
# on the same event does that does not tell what is asked.
_CUT_SHARE = 0.08
_LEAST_LEFT = 20  # characters


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """How much of a file of questions is trained on.

    At most so many unanswerable and so many answerable questions are taken; the answerable ones are asked
    ``repeats`` times as often as others. ``closed`` questions do not say which article they are about (被告,
    原告), so only passages of their own are shown with them.
    """

    name: str
    unanswerable: int = 0
    answerable: int = 10_000
    repeats: int = 1
    closed: bool = False


@dataclass(frozen=True, eq=False)
class Shown:
    """A passage as the network reads it: folded, cut at MAX_CHARACTERS, with its frozen features."""

    article_id: str
    headline: str
    text: str
    sentences: Sequence[Span]
    frozen: FrozenFeatures


@dataclass(eq=False)
class Asked:
    """A question, the passages found for it (best first) and, by passage, the spans that answer it.

    ``own`` are the passages of its article. What is measured of a passage is kept in ``measured``.
    """

    query: Query
    weights: TermWeights
    answers: tuple[str, ...]
    article_id: str
    found: list[Shown]
    own: list[Shown]
    gold: dict[Shown, list[Span]]
    frozen: FrozenFeatures
    measured: dict[Shown, NDArray[np.float16]] = field(default_factory=dict)
    cut: dict[Shown, Shown] = field(default_factory=dict)

    def own_features(self) -> NDArray[np.float32]:
        """Measure the characters of the question."""
        return question_features(self.query, self.weights.words, self.weights.bigrams)

    def features(self, passage: Shown) -> NDArray[np.float16]:
        """Measure the characters of a passage for this question, once."""
        if passage not in self.measured:
            terms = self.weights.words, self.weights.bigrams
            features = character_features(
                self.query, *terms, passage.text, passage.sentences, passage.headline
            )
            self.measured[passage] = features.astype(np.float16)
        return self.measured[passage]

    def without_answer(self, passage: Shown) -> Shown:
        """Return a passage that answers without the sentences that do, cut once."""
        if passage not in self.cut:
            kept = np.ones(len(passage.text), bool)
            for start, end in passage.sentences:
                holds = any(a in passage.text[start:end] for a in self.answers)
                if holds or any(first < end and start < last for first, last in self.gold[passage]):
                    kept[start:end] = False
            text = "".join(passage.text[place] for place in np.flatnonzero(kept))
            frozen = FrozenFeatures(
                passage.frozen.states[kept], passage.frozen.pieces, passage.frozen.piece_of[kept]
            )
            self.cut[passage] = replace(passage, text=text, sentences=sentence_spans(text), frozen=frozen)
        return self.cut[passage]


def gather(bench: Path, taken: QuestionSet, encoder: Encoder) -> list[Asked]:
    """Ask the questions of a SQuAD-like file that are for the network, over all of its articles.

    Questions of yes or no, which no span answers, are left out.
    """
    path = bench / taken.name
    gold = read_gold(path)
    questions = [q for q in gold.questions if part_of(q) == "network" and q.type != "yes-no"]
    random.Random(1).shuffle(questions)
    unanswerable = [q for q in questions if not q.answerable][: taken.unanswerable]
    questions = [q for q in questions if q.answerable][: taken.answerable] + unanswerable
    places = _told_places(path)
    with opened_index(gold, encoder) as index:
        passages = [p for article in gold.articles for p in cut_passages(article)]
        shown = {p.passage_id: _show(p) for p in track(passages, description=path.name)}
        own = defaultdict(list)
        for passage in passages:
            own[passage.article.article_id].append(passage)
        asked = []
        for question in track(questions, description=path.name):
            try:
                query = read_question(question.question)
            except QuestionError:
                continue
            weights = weigh_terms(index, query)
            its_own = own[str(question.article_id)]
            hits = [] if taken.closed else find(index, encoder, query, weights)[:_FOUND]
            found = its_own if taken.closed else [hit.passage for hit in hits]
            asked.append(
                Asked(
                    query=query,
                    weights=weights,
                    answers=tuple(map(fold, question.answers)),
                    article_id=str(question.article_id),
                    found=[shown[passage.passage_id] for passage in found],
                    own=[shown[passage.passage_id] for passage in its_own],
                    gold={
                        shown[passage.passage_id]: spans
                        for passage in its_own
                        if (spans := _answer_spans(question, passage, places.get(question.id, [])))
                    },
                    frozen=freeze(query.folded),
                )
            )
    asked = [a for a in asked if a.gold or not a.answers]
    return asked + [a for a in asked if a.gold] * (taken.repeats - 1)


def draw_group(asked: Asked, count: int, rng: random.Random) -> tuple[list[Shown], bool]:
    """Draw ``count`` passages (fewer where fewer were found); tells whether none of them answers."""
    if not asked.gold:
        own = [p for p in asked.own if p in asked.found] or asked.own
        others = [p for p in asked.found[: _NEAR + 1] if p not in own]
        return [rng.choice(own), *rng.sample(others, min(count - 1, len(others)))], True
    wrong = [
        p for p in asked.found[:8] if p not in asked.gold and not any(a in p.text for a in asked.answers)
    ]
    foreign = [p for p in wrong if p.article_id != asked.article_id][:_NEAR]
    if len(foreign) >= count and rng.random() < _NULL_SHARE:
        return rng.sample(foreign, count), True
    near = wrong[:_NEAR]
    right = rng.choice(list(asked.gold))
    if rng.random() < _CUT_SHARE and len(asked.without_answer(right).text) >= _LEAST_LEFT:
        return [asked.without_answer(right), *rng.sample(near, min(count - 1, len(near)))], True
    return [right, *rng.sample(near, min(count - 1, len(near)))], False


def _show(passage: Passage) -> Shown:
    text = fold(passage.text)[:MAX_CHARACTERS]
    article = passage.article
    return Shown(article.article_id, fold(article.headline), text, sentence_spans(text), freeze(text))


def _told_places(path: Path) -> dict[str, list[Span]]:
    """Where a SQuAD-like file says that answers stand, for those that do stand there."""
    places: dict[str, list[Span]] = defaultdict(list)
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in entry["paragraphs"]:
            for row in paragraph["qas"]:
                for answer in row.get("answers") or []:
                    text, start = str(answer["text"] or ""), int(answer.get("answer_start") or 0)
                    if text and paragraph["context"][start : start + len(text)] == text:
                        places[str(row["id"])].append((start, start + len(text)))
    return places


def _answer_spans(question: GoldQuestion, passage: Passage, told: Sequence[Span]) -> list[Span]:
    """The answers in a passage: where the file says that they are, else wherever they stand."""
    answers, text = {fold(answer) for answer in question.answers}, fold(passage.text)[:MAX_CHARACTERS]
    moved = [(start - passage.start, end - passage.start) for start, end in told]
    exact = [(start, end) for start, end in moved if start >= 0 and text[start:end] in answers]
    if exact or told:
        return sorted(set(exact))
    return [
        (start, start + len(answer))
        for answer in answers
        for start in range(len(text))
        if text.startswith(answer, start)
    ]
