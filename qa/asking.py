"""One generation of an Index asked: passages found for a question, read, and answered from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from embeddings.encoder import Encoder
from embeddings.reranker import Reranker
from qa.answers import answer
from qa.evidence import collect_evidence
from qa.followups import Turn, complete_question
from qa.fusion import FusionWeights
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.observation import stage
from qa.query import Query, read_question, revise
from qa.records import Answer, Hit
from qa.replies import reply
from qa.reranking import RERANKED, rerank, rerank_by_model
from qa.retrieval import retrieve
from qa.series import complete_series
from qa.serving import Snapshot
from qa.similarity import measure_by_meaning
from qa.weighing import TermWeights, weigh_terms

__all__ = ["READ_PASSAGES", "Asked", "OnHits", "Reader"]

# Is told of the passages found, before they are read.
OnHits = Callable[[Sequence[Hit]], None]
# Passages whose sentences are read for an answer.
READ_PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: a question, what came before it, how to understand it, and where to look."""

    question: str
    history: Sequence[Turn]
    interpretation: Interpretation | None
    filters: Filters
    on_hits: OnHits | None


@dataclass(frozen=True, slots=True)
class Reader:
    """A generation with the encoder that its vectors are of; ``weights`` fuse the lists that it finds.

    With a ``reranker``, the first passages come in its order.
    """

    snapshot: Snapshot
    encoder: Encoder
    weights: FusionWeights
    reranker: Reranker | None = None

    def retrieve(self, query: Query, top_k: int, filters: Filters) -> list[Hit]:
        """Return the best passages, best first."""
        return self._retrieve(query, weigh_terms(self.snapshot.index, query), top_k, filters)

    def _retrieve(self, query: Query, terms: TermWeights, top_k: int, filters: Filters) -> list[Hit]:
        index, depth = self.snapshot.index, max(top_k, RERANKED)
        hits = retrieve(index, self.encoder, query, top_k=depth, filters=filters, weights=self.weights)
        hits = rerank(query, hits, terms)
        return (rerank_by_model(query, hits, self.reranker) if self.reranker else hits)[:top_k]

    def answer(self, asked: Asked) -> Answer:
        """Look up what is a quote or a count, else answer what is told in the articles."""
        question, history, interpretation = asked.question, asked.history, asked.interpretation
        with stage("look-up"):
            found = None if interpretation else self._reply(question, asked.filters)
        if found:
            return found
        read = query = read_question(question)
        if interpretation:
            query = revise(read_question(interpretation.question), interpretation)
        elif history and (complete := complete_question(question, history)) != read.text:
            query = read_question(complete)
            # A follow-up may leave out that it counts.
            found = self._reply(complete, asked.filters)
        return replace(found or self._read(query, asked.filters, asked.on_hits), question=read.text)

    def _reply(self, question: str, filters: Filters) -> Answer | None:
        return reply(self.snapshot.index, self.snapshot.catalogue, question, filters)

    def _read(self, query: Query, filters: Filters, on_hits: OnHits | None) -> Answer:
        index = self.snapshot.index
        with stage("retrieval"):
            weights = weigh_terms(index, query)
            hits = complete_series(index, self._retrieve(query, weights, READ_PASSAGES, filters))
        if on_hits:
            on_hits(hits)
        with stage("evidence"):
            evidence = collect_evidence(query, hits, weights)
            if query.english:
                evidence = measure_by_meaning(query, evidence, self.encoder)
        with stage("reading"):
            return replace(answer(query, evidence, weights), interpretation=query.interpretation)
