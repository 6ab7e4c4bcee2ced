"""Questions of development data with the evidence found for them: what the reader is fitted on.

A third of the answerable questions is asked a second time with the question's article hidden, so that
there is nothing to be found.
"""

import hashlib
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from embeddings.encoder import Encoder
from eval.command import SAMPLE_PAGES
from eval.gold import GoldQuestion, read_gold
from eval.metrics import evidence_hit, normalise
from qa.building import add_articles, index_paths
from qa.constraints import find_violations
from qa.errors import QuestionError
from qa.evidence import Evidence, TermWeights, collect_evidence, weigh_terms
from qa.index import Index
from qa.lexical import Filters
from qa.query import Query, read_question
from qa.records import Hit
from qa.retrieval import retrieve
from qa.segmentation import fold

__all__ = ["Example", "collect"]

_READ_PASSAGES = 8


@dataclass(frozen=True)
class Example:
    """A question with its evidence; ``hidden`` tells that its article was taken away."""

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


def collect(path: Path, size: int, encoder: Encoder) -> list[Example]:
    """Ask questions of one set over all its articles, a third of them again with their article hidden."""
    gold = read_gold(path)
    questions = [q for q in gold.questions if not (path.name.startswith("squad2") and q.answerable)]
    random.Random(1).shuffle(questions)
    with tempfile.TemporaryDirectory() as folder:
        if gold.articles:
            add_articles(Path(folder), gold.articles, encoder)
        else:
            index_paths(Path(folder), [SAMPLE_PAGES], encoder)
        index = Index.open(Path(folder))
        asked = [
            example
            for question in track(questions[:size], description=path.name)
            for example in ask(question, index, encoder)
        ]
        index.close()
    return asked


def ask(question: GoldQuestion, index: Index, encoder: Encoder) -> list[Example]:
    """Return the question with its evidence and, for one in three, without its article's."""
    try:
        query = read_question(question.question)
    except QuestionError:
        return []
    weights = weigh_terms(index, query)
    hits = retrieve(index, encoder, query, top_k=_READ_PASSAGES * 2, filters=Filters())
    digest = hashlib.sha256((question.article_id or question.headline or question.id).encode()).digest()
    training = digest[0] % 5 > 0

    def example(shown: Sequence[Hit], *, hidden: bool) -> Example:
        evidence = collect_evidence(query, shown[:_READ_PASSAGES], weights)
        violations = find_violations(query, evidence)
        evidence = [e for e, v in zip(evidence, violations, strict=True) if v is None] or evidence
        return Example(question, query, evidence, weights, training, hidden)

    asked = [example(hits, hidden=False)]
    if question.answerable and digest[1] % 3 == 0:
        asked.append(example([hit for hit in hits if not is_source(hit, question)], hidden=True))
    return asked


def is_source(hit: Hit, question: GoldQuestion) -> bool:
    """Whether a Hit is of the article that answers the question."""
    article = hit.passage.article
    if question.article_id:
        return article.article_id == question.article_id
    return normalise(question.evidence) in normalise(article.text)
