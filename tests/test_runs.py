from dataclasses import replace

import pytest

from eval.gold import GoldQuestion, GoldSet
from eval.runs import Outcome, run, summarise
from qa.errors import IndexStateError, QuestionError
from qa.records import Answer, Article, Citation, Hit, Passage

LAMP = Article.from_text("灯塔由林海生看守了三十年。", headline="守灯人")
HARBOUR = Article.from_text("渔港今天开海。", headline="开海")

WHO = GoldQuestion("who", "person", "灯塔由谁看守？", ("林海生",), article_id=LAMP.article_id)
LONG = GoldQuestion("long", "quantity", "看守了多久？", ("三十年",), article_id=LAMP.article_id)
WHERE = GoldQuestion("where", "quantity", "渔港何时开海？", ("今天",), article_id=HARBOUR.article_id)
NOBODY = GoldQuestion("nobody", "unanswerable", "谁登上了月球？", (), article_id=LAMP.article_id)


def hit(article: Article) -> Hit:
    return Hit(Passage("p", article, 0, len(article.text)), 1.0, {})


def answer(question: GoldQuestion, short: str, *articles: Article) -> Answer:
    citations = tuple(
        Citation(i, a, "p", 0, len(a.text), a.text, 1.0) for i, a in enumerate(articles, start=1)
    )
    return Answer(question.question, True, "", short, 0.9, None, citations)


class StandIn:
    def __init__(
        self, hits: list[Hit], *answers: Answer, failures: dict[str, Exception] | None = None
    ) -> None:
        self.hits, self.answers, self.failures = hits, {a.question: a for a in answers}, failures or {}
        self.asked: list[str] = []

    def search(self, query: str, *, top_k: int) -> list[Hit]:
        if query in self.failures:
            raise self.failures[query]
        return self.hits[:top_k]

    def ask(self, question: str) -> Answer:
        self.asked.append(question)
        return self.answers.get(question) or Answer(question, False, "没有", None, 0.1, "nothing found")


def test_an_answer_is_scored_with_the_rank_of_its_first_relevant_hit() -> None:
    assistant = StandIn([hit(HARBOUR), hit(LAMP), hit(LAMP)], answer(WHO, "林海", HARBOUR, LAMP))
    (outcome,) = run(assistant, GoldSet("gold", (WHO,)))
    assert outcome.question is WHO
    assert outcome.rank == 2
    assert outcome.answered
    assert (outcome.evidence1, outcome.evidence3) == (False, True)
    assert not outcome.exact_match
    assert outcome.f1 == pytest.approx(0.8)
    assert outcome.elapsed_ms > 0


def test_only_ten_hits_are_looked_at() -> None:
    assistant = StandIn([hit(HARBOUR)] * 10 + [hit(LAMP)])
    assert run(assistant, GoldSet("gold", (WHO,)))[0].rank is None


def test_an_abstention_scores_nothing() -> None:
    (outcome,) = run(StandIn([hit(LAMP)]), GoldSet("gold", (WHO,)))
    assert (outcome.answered, outcome.rank) == (False, 1)
    assert (outcome.evidence1, outcome.exact_match, outcome.f1) == (False, False, 0.0)


def test_no_hit_is_relevant_to_an_unanswerable_question() -> None:
    (outcome,) = run(StandIn([hit(LAMP)]), GoldSet("gold", (NOBODY,)))
    assert outcome.rank is None


def test_a_refused_question_scores_nothing_and_the_run_goes_on() -> None:
    assistant = StandIn(
        [hit(LAMP)], answer(LONG, "三十年", LAMP), failures={WHO.question: QuestionError("too long")}
    )
    refused, answered = run(assistant, GoldSet("gold", (WHO, LONG)))
    assert (refused.error, refused.answer, refused.rank) == ("too long", None, None)
    assert answered.exact_match
    row = summarise([refused, answered])[-1]
    assert (row.answered, row.recall1, row.f1) == (0.5, 0.5, 0.5)
    assert row.median_ms == answered.elapsed_ms, "a refusal took no time to answer"


def test_other_errors_pass_through() -> None:
    assistant = StandIn([], failures={WHO.question: IndexStateError("damaged")})
    with pytest.raises(IndexStateError, match="damaged"):
        run(assistant, GoldSet("gold", (WHO,)))


def test_retrieval_alone_asks_nothing_and_leaves_answers_out_of_the_summary() -> None:
    assistant = StandIn([hit(LAMP)], answer(WHO, "林海生", LAMP))
    outcomes = run(assistant, GoldSet("gold", (WHO, NOBODY)), retrieval_only=True)
    row = summarise(outcomes, retrieval_only=True)[-1]
    assert assistant.asked == []
    assert (row.recall1, row.mrr10) == (1.0, 1.0)
    assert [row.evidence1, row.evidence3, row.exact_match, row.f1, row.answered, row.abstained] == [None] * 6


def test_progress_is_told_after_each_question() -> None:
    told: list[tuple[int, int]] = []
    run(StandIn([]), GoldSet("gold", (WHO, LONG)), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_the_summary_has_a_row_for_each_type_and_one_for_all() -> None:
    outcomes = [
        Outcome(LONG, 1, answer(LONG, "三十年", LAMP), True, True, True, 1.0, elapsed_ms=10),
        Outcome(WHERE, 4, answer(WHERE, "渔港", HARBOUR), True, True, False, 0.5, elapsed_ms=30),
        Outcome(WHO, None, Answer(WHO.question, False, "", None, 0.1, "nothing found"), elapsed_ms=20),
        Outcome(NOBODY, None, Answer(NOBODY.question, False, "", None, 0.1, "nothing found"), elapsed_ms=40),
        Outcome(replace(NOBODY, id="n2"), None, answer(NOBODY, "林海生", LAMP), elapsed_ms=50),
    ]
    quantity, person, unanswerable, overall = summarise(outcomes)
    assert [row.type for row in (quantity, person, unanswerable, overall)] == [
        "quantity",
        "person",
        "unanswerable",
        "all",
    ]
    assert (quantity.n, quantity.recall1, quantity.recall5, quantity.mrr10) == (2, 0.5, 1.0, 0.625)
    assert (quantity.exact_match, quantity.f1, quantity.answered, quantity.abstained) == (
        0.5,
        0.75,
        1.0,
        None,
    )
    assert (person.recall5, person.mrr10, person.answered) == (0.0, 0.0, 0.0)
    assert (unanswerable.n, unanswerable.unanswerable, unanswerable.abstained) == (2, 2, 0.5)
    assert unanswerable.recall1 is None
    assert (overall.n, overall.unanswerable, overall.abstained) == (5, 2, 0.5)
    assert (overall.recall1, overall.f1, overall.answered) == pytest.approx((1 / 3, 0.5, 2 / 3))
    assert (overall.median_ms, overall.p95_ms) == (30, 50)
