"""Sentences of small articles as Evidence, and the spans in them, for tests of what is made of these."""

from qa.evidence import Evidence
from qa.query import Query, read_question
from qa.records import Article, Hit, Passage
from qa.spans import MeasuredSpan, measure_spans
from qa.weighing import TermWeights


def evidence_of(article: Article, sentence: str | None = None) -> Evidence:
    """A sentence of an Article, else all of it."""
    sentence = sentence or article.text
    start = article.text.index(sentence)
    parts = {"words": 0.0, "bigrams": 0.0, "vectors": 0.0}
    passage = Passage(f"{article.article_id}-0", article, 0, len(article.text))
    return Evidence(Hit(passage, 1.0, parts), start, start + len(sentence), sentence, ())


def weights_of(query: Query) -> TermWeights:
    """All terms weigh alike."""
    return TermWeights(dict.fromkeys(query.words, 1.0), dict.fromkeys(query.bigrams, 1.0))


def measured(question: str, evidence: Evidence, text: str) -> tuple[Query, MeasuredSpan]:
    """The span of a sentence that has this text, as the question measures it."""
    query = read_question(question)
    spans = {span.text: span for span in measure_spans(query, weights_of(query), evidence)}
    return query, spans[text]
