"""What retrieval found, as a TREC run: ranked units, judgements, and measures by ir_measures.

Where a gold set names documents (SQuAD, BEIR, TREC), the units are articles, each at the rank of its
best passage (MaxP; Dai and Callan, SIGIR 2019). Where it tells evidence, they are passages, and the
first that holds the evidence is the one relevant unit: another that repeats it would add nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.gold import GoldQuestion
from eval.metrics import evidence_hit, normalise
from qa.records import Article, Hit, Passage

__all__ = ["RETRIEVAL", "Ranking", "qrels_lines", "rank_hits", "retrieval_scores", "run_lines"]

# The names of our measures and of those of ir_measures.
RETRIEVAL = {"recall1": "R@1", "recall5": "R@5", "recall10": "R@10", "mrr10": "RR@10", "ndcg10": "nDCG@10"}
NOT_FOUND = "not-found"  # the relevant unit of a question whose evidence no hit holds
STEP = 1e-6  # scores of a run file keep this distance, so that every program reads the same order


@dataclass(frozen=True, slots=True)
class Ranking:
    """The units found for a question, best first, with scores that fall from each to the next.

    ``grades`` are the judgements of units, over 0 where relevant, also of those that were not found.
    """

    scores: Mapping[str, float]
    grades: Mapping[str, int]

    @property
    def rank(self) -> int | None:
        """The rank of the first relevant unit, from 1; None where none was found."""
        relevant = (rank for rank, name in enumerate(self.scores, 1) if self.grades.get(name, 0) > 0)
        return next(relevant, None)


def rank_hits(hits: Sequence[Hit], question: GoldQuestion) -> Ranking:
    """Return the ranking of a question's hits with its judgements (none for an unanswerable question)."""
    grades = dict(question.grades)
    if question.article_id is not None:
        grades = {question.article_id: 1} if question.answerable else {}
    if question.article_id is not None or question.grades:
        found = [(name, hit.score) for hit in hits for name in _document_names(hit.passage.article, grades)]
    else:
        found = [(hit.passage.passage_id, hit.score) for hit in hits]
        if question.answerable:
            holding = (hit.passage.passage_id for hit in hits if _holds_evidence(hit.passage, question))
            grades = {next(holding, NOT_FOUND): 1}
    return Ranking(_falling(found), grades)


def retrieval_scores(rankings: Mapping[str, Ranking]) -> dict[str, dict[str, float]]:
    """Return the measures of RETRIEVAL, each 0 to 1, for every question id with something relevant."""
    import ir_measures  # noqa: PLC0415 (imports scipy)

    judged = {name: r for name, r in rankings.items() if any(grade > 0 for grade in r.grades.values())}
    scores = {name: dict.fromkeys(RETRIEVAL, 0.0) for name in judged}
    if not judged:
        return scores
    names = {ir_measures.parse_measure(label): name for name, label in RETRIEVAL.items()}
    qrels = {name: dict(ranking.grades) for name, ranking in judged.items()}
    run = {name: dict(ranking.scores) for name, ranking in judged.items()}
    for metric in ir_measures.iter_calc(list(names), qrels, run):
        scores[metric.query_id][names[metric.measure]] = float(metric.value)
    return scores


def run_lines(rankings: Mapping[str, Ranking]) -> Iterable[str]:
    """Yield the lines of a TREC run file: question, Q0, unit, rank, score, tag."""
    for question, ranking in rankings.items():
        for rank, (name, score) in enumerate(ranking.scores.items(), start=1):
            yield f"{_field(question)} Q0 {_field(name)} {rank} {score:.6f} wenbao"


def qrels_lines(rankings: Mapping[str, Ranking]) -> Iterable[str]:
    """Yield the lines of a TREC judgements file: question, 0, unit, grade."""
    for question, ranking in rankings.items():
        for name, grade in ranking.grades.items():
            yield f"{_field(question)} 0 {_field(name)} {grade}"


def _document_names(article: Article, grades: Mapping[str, int]) -> Iterable[str]:
    """Return the names under which an article is judged, else its own; it may stand for its reprints."""
    names = (article.article_id, *(reprint.article_id for reprint in article.reprints))
    return [name for name in names if name in grades] or names[:1]


def _holds_evidence(passage: Passage, question: GoldQuestion) -> bool:
    """Whether a passage holds the gold evidence.

    Evidence may run over the end of a passage: a gold answer in an article of the gold headline does too.
    """
    evidence, headline = normalise(question.evidence), normalise(question.headline)
    if evidence and evidence in normalise(passage.text):
        return True
    told = normalise(passage.article.headline)
    return bool(headline) and headline == told and evidence_hit([passage.text], question.answers, 1)


def _falling(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return each name with its first score, which is lowered where it does not fall from the one before."""
    scores: dict[str, float] = {}
    last = float("inf")
    for name, score in found:
        if name not in scores:
            last = min(round(score, 6), last - STEP)
            scores[name] = last
    return scores


def _field(name: str) -> str:
    """Return a name without white space, which divides the fields of TREC files."""
    return "_".join(name.split())
