"""Question to Answer over an opened Index, stage by stage; told by a language model where one is set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from embeddings.encoder import Encoder
from qa.answers import answer
from qa.catalogue import Catalogue
from qa.evidence import collect_evidence, weigh_terms
from qa.followups import Turn, complete_question
from qa.fusion import FusionWeights
from qa.index import Index
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.observation import stage
from qa.query import Query, read_question, revise
from qa.records import Answer, Hit
from qa.replies import reply
from qa.retrieval import retrieve
from qa.series import complete_series
from qa.similarity import measure_by_meaning
from qa.writing import Writing, write_answer

__all__ = ["Archive", "answer_question", "find_hits"]

# Passages whose sentences are read for an answer.
_READ_PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Archive:
    """All that questions are answered from: an opened Index, and what is searched with."""

    index: Index
    catalogue: Catalogue
    encoder: Encoder
    weights: FusionWeights


def find_hits(archive: Archive, query: Query, top_k: int, filters: Filters) -> list[Hit]:
    """Return the best passages, best first."""
    return retrieve(
        archive.index, archive.encoder, query, top_k=top_k, filters=filters, weights=archive.weights
    )


def answer_question(
    archive: Archive,
    question: str,
    history: Sequence[Turn],
    interpretation: Interpretation | None,
    filters: Filters,
    writing: Writing | None,
) -> Iterator[Answer]:
    """Yield the archive's own Answer, then what a model tells of it, where ``writing`` says so."""
    with stage("look-up"):
        found = None if interpretation else reply(archive.index, archive.catalogue, question, filters)
    found = found or _answer(archive, question, history, interpretation, filters)
    hits = partial(find_hits, archive, top_k=_READ_PASSAGES, filters=filters)
    yield from write_answer(found, hits, writing) if writing else [found]


def _answer(
    archive: Archive,
    question: str,
    history: Sequence[Turn],
    interpretation: Interpretation | None,
    filters: Filters,
) -> Answer:
    """Answer what is told in the articles, or count what a follow-up leaves out of a count."""
    asked = query = read_question(question)
    found = None
    if interpretation:
        query = revise(read_question(interpretation.question), interpretation)
    elif history and (complete := complete_question(question, history)) != asked.text:
        query = read_question(complete)
        found = reply(archive.index, archive.catalogue, complete, filters)
    return replace(found or _read(archive, query, filters), question=asked.text)


def _read(archive: Archive, query: Query, filters: Filters) -> Answer:
    with stage("retrieval"):
        hits = complete_series(archive.index, find_hits(archive, query, _READ_PASSAGES, filters))
    with stage("evidence"):
        weights = weigh_terms(archive.index, query)
        evidence = collect_evidence(query, hits, weights)
        if query.english:
            evidence = measure_by_meaning(query, evidence, archive.encoder)
    with stage("reading"):
        return replace(answer(query, evidence, weights), interpretation=query.interpretation)
