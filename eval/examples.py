"""Questions of development data with the evidence found for them: what the reader is fitted on.

A third of the answerable questions is asked a second time with the question's article hidden, so that
there is nothing to be found; another third with its article shortened by the sentences that hold the
answer, as an article on the same event that does not tell what is asked.

The articles of a set are divided by a hash. Four fifths train the network (eval/train_reader.py); of the
rest, which it has never seen, two thirds fit the linear models and one third gives the figures. The
bundled sample takes no part in the network's training: four fifths of it fit, one fifth gives figures.
"""

import hashlib
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rich.progress import track

from embeddings.encoder import Encoder
from eval.command import SAMPLE_PAGES
from eval.gold import GoldQuestion, GoldSet, read_gold
from eval.metrics import evidence_hit, normalise
from qa.building import add_articles, index_paths
from qa.constraints import find_violations
from qa.errors import QuestionError
from qa.evidence import Evidence, collect_evidence
from qa.index import Index
from qa.lexical import Filters
from qa.passages import cut_passages, sentence_spans
from qa.query import Query, read_question
from qa.records import Hit
from qa.reranking import RERANKED, rerank
from qa.retrieval import retrieve
from qa.segmentation import fold
from qa.weighing import TermWeights, weigh_terms

__all__ = ["Example", "Part", "collect", "find", "is_source", "opened_index", "part_of"]

Part = Literal["network", "models", "figures"]

_READ_PASSAGES = 8


@dataclass(frozen=True)
class Example:
    """A question with its evidence; ``training`` tells that models are fitted on it.

    ``hidden`` tells that its article, or what of it holds the answer, was taken away.
    """

    gold: GoldQuestion
    query: Query
    evidence: list[Evidence]
    weights: TermWeights
    training: bool
    hidden: bool

    def holds_answer(self, evidence: Evidence) -> bool:
        """Whether a sentence holds a gold answer, in either script."""
        return evidence_hit([fold(evidence.sentence)], self.answers, 1)

    def is_right(self, evidence: Evidence) -> bool:
        """Whether a sentence is the one that answers: of the question's article, or of the gold evidence."""
        if not (self.answerable and self.holds_answer(evidence)):
            return False
        if self.gold.article_id:
            return evidence.article.article_id == self.gold.article_id
        told, sentence = normalise(self.gold.evidence), normalise(evidence.sentence)
        return told in sentence or sentence in told

    @property
    def answers(self) -> list[str]:
        """The gold answers, folded."""
        return [fold(answer) for answer in self.gold.answers]

    @property
    def answerable(self) -> bool:
        """Whether the archive, as it was shown, answers the question."""
        return self.gold.answerable and not self.hidden


def part_of(question: GoldQuestion) -> Part:
    """Return what a question is for; all questions on an article are for the same."""
    digest = _digest(question)
    if question.article_id is None:  # a question on the bundled sample
        return "models" if digest[0] % 5 else "figures"
    if digest[0] % 5:
        return "network"
    return "models" if digest[2] % 3 else "figures"


def _digest(question: GoldQuestion) -> bytes:
    name = question.article_id or question.headline or question.id
    return hashlib.sha256(name.encode()).digest()


def collect(path: Path, size: int, encoder: Encoder) -> list[Example]:
    """Ask questions of one set over all its articles, a third of them again with their article hidden.

    Only questions on articles that the network was not trained on are asked.
    """
    gold = read_gold(path)
    questions = [q for q in gold.questions if part_of(q) != "network"]
    questions = [q for q in questions if not (path.name.startswith("squad2") and q.answerable)]
    random.Random(1).shuffle(questions)
    with opened_index(gold, encoder) as index:
        return [
            example
            for question in track(questions[:size], description=path.name)
            for example in ask(question, index, encoder)
        ]


@contextmanager
def opened_index(gold: GoldSet, encoder: Encoder) -> Iterator[Index]:
    """Give an Index over the articles of a set, or over the bundled sample's pages, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        if gold.articles:
            add_articles(Path(folder), gold.articles, encoder)
        else:
            index_paths(Path(folder), [SAMPLE_PAGES], encoder)
        index = Index.open(Path(folder))
        yield index
        index.close()


def ask(question: GoldQuestion, index: Index, encoder: Encoder) -> list[Example]:
    """Return the question with its evidence and, for two in three, without what its article tells."""
    try:
        query = read_question(question.question)
    except QuestionError:
        return []
    weights = weigh_terms(index, query)
    hits = find(index, encoder, query, weights)[: _READ_PASSAGES * 2]
    training = part_of(question) == "models"

    def example(shown: Sequence[Hit], *, hidden: bool) -> Example:
        evidence = collect_evidence(query, shown[:_READ_PASSAGES], weights)
        violations = find_violations(query, evidence)
        evidence = [e for e, v in zip(evidence, violations, strict=True) if v is None] or evidence
        return Example(question, query, evidence, weights, training, hidden)

    asked = [example(hits, hidden=False)]
    lot = _digest(question)[1] % 3
    if question.answerable and lot == 0:
        asked.append(example([hit for hit in hits if not is_source(hit, question)], hidden=True))
    elif question.answerable and lot == 1:
        shown = [cut for hit in hits if (cut := _without_answer(hit, asked[0]))]
        asked.append(example(shown, hidden=True))
    return asked


def find(index: Index, encoder: Encoder, query: Query, weights: TermWeights) -> list[Hit]:
    """Return the passages that the program would find, best first."""
    return rerank(query, retrieve(index, encoder, query, top_k=RERANKED, filters=Filters()), weights)


def _without_answer(hit: Hit, example: Example) -> Hit | None:
    """Return a Hit of the question's article without the sentences that hold an answer, any other as it is.

    None where nothing is left of it.
    """
    article = hit.passage.article
    if not is_source(hit, example.gold):
        return hit
    paragraphs = []
    for paragraph in article.paragraphs:
        sentences = [paragraph.text[start:end] for start, end in sentence_spans(paragraph.text)]
        kept = "".join(s for s in sentences if not evidence_hit([fold(s)], example.answers, 1))
        paragraphs += [replace(paragraph, text=kept)] if kept else []
    passages = cut_passages(replace(article, paragraphs=tuple(paragraphs)))
    ordinal = int(hit.passage.passage_id.rpartition("-")[2])
    return replace(hit, passage=passages[ordinal]) if ordinal < len(passages) else None


def is_source(hit: Hit, question: GoldQuestion) -> bool:
    """Whether a Hit is of the article that answers the question."""
    article = hit.passage.article
    if question.article_id:
        return article.article_id == question.article_id
    return normalise(question.evidence) in normalise(article.text)
