from io import StringIO

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold import GoldQuestion
from eval.ranking import NOT_FOUND, Ranking, qrels_lines, rank_hits, retrieval_scores, run_lines
from qa.records import Article, Hit, Passage, Reprint

LAMP = Article.from_text("灯塔由林海生看守了三十年。\n他不曾离开。", headline="守灯人")
HARBOUR = Article.from_text("渔港今天开海。", headline="开海")
WHO = GoldQuestion("who", "person", "灯塔由谁看守？", ("林海生",), "守灯人", "林海生看守")


def hit(article: Article, score: float, name: str, start: int = 0, end: int | None = None) -> Hit:
    return Hit(Passage(name, article, start, len(article.text) if end is None else end), score, {})


def test_with_gold_evidence_the_first_passage_that_holds_it_is_the_relevant_one() -> None:
    hits = [hit(HARBOUR, 3, "h-0"), hit(LAMP, 2, "l-0"), hit(LAMP, 1, "l-1", 0, 10)]
    ranking = rank_hits(hits, WHO)
    assert ranking.scores == {"h-0": 3, "l-0": 2, "l-1": 1}
    assert (ranking.grades, ranking.rank) == ({"l-0": 1}, 2)


def test_evidence_that_no_hit_holds_is_a_unit_that_was_not_found() -> None:
    ranking = rank_hits([hit(HARBOUR, 3, "h-0")], WHO)
    assert (ranking.grades, ranking.rank) == ({NOT_FOUND: 1}, None)
    assert retrieval_scores({"who": ranking})["who"] == dict.fromkeys(
        ("recall1", "recall5", "recall10", "mrr10", "ndcg10"), 0.0
    )


@pytest.mark.parametrize(
    ("headline", "evidence", "answers", "relevant"),
    [
        ("", "林海生 看守了，三十年", ("三十年",), True),
        ("", "林海生守着渔港", ("三十年",), False),
        ("守·灯人", "三十年。他不曾离开。又三十年", ("三十年",), True),  # it runs into the next passage
        ("守灯人", "", ("三十年",), True),
        ("守灯人", "", ("四十年",), False),
        ("开海", "", ("三十年",), False),
        ("", "", ("三十年",), False),
    ],
)
def test_what_holds_the_evidence(
    headline: str, evidence: str, answers: tuple[str, ...], relevant: bool
) -> None:
    question = GoldQuestion("q", "quantity", "守了多久？", answers, headline, evidence)
    ranking = rank_hits([hit(LAMP, 1, "l-0", 0, 13)], question)
    assert (ranking.rank == 1) is relevant


def test_where_articles_are_known_each_stands_once_at_its_best_passage() -> None:
    question = GoldQuestion("q", "span", "谁？", ("林海生",), article_id=LAMP.article_id)
    hits = [hit(HARBOUR, 3, "h-0"), hit(HARBOUR, 2.5, "h-1"), hit(LAMP, 2, "l-1"), hit(LAMP, 1, "l-0")]
    ranking = rank_hits(hits, question)
    assert ranking.scores == {HARBOUR.article_id: 3, LAMP.article_id: 2}
    assert (ranking.grades, ranking.rank) == ({LAMP.article_id: 1}, 2)


def test_an_article_stands_for_the_reprint_that_was_judged() -> None:
    reprint = Reprint("copy", None, None, None, "f", "守灯人")
    lead = Article("lead", "f", "守灯人", LAMP.paragraphs, reprints=(reprint,))
    question = GoldQuestion("q", "judged", "谁？", (), grades=(("copy", 1),))
    ranking = rank_hits([hit(lead, 1, "lead-0")], question)
    assert (list(ranking.scores), ranking.rank) == (["copy"], 1)


@pytest.mark.parametrize("article_id", [None, LAMP.article_id])
def test_nothing_is_relevant_to_an_unanswerable_question(article_id: str | None) -> None:
    ranking = rank_hits([hit(LAMP, 1, "l-0")], GoldQuestion("q", "none", "谁？", (), article_id=article_id))
    assert (ranking.grades, ranking.rank) == ({}, None)
    assert retrieval_scores({"q": ranking}) == {}


def test_measures_over_graded_documents() -> None:
    rankings = {
        "first": Ranking({"a": 3.0, "b": 2.0}, {"a": 1}),
        "second": Ranking({"b": 3.0, "a": 2.0}, {"a": 1}),
        "graded": Ranking({"low": 2.0, "high": 1.0}, {"high": 2, "low": 1, "absent": 0}),
    }
    scores = retrieval_scores(rankings)
    assert scores["first"] == dict.fromkeys(("recall1", "recall5", "recall10", "mrr10", "ndcg10"), 1.0)
    assert scores["second"]["recall1"] == 0
    assert scores["second"]["mrr10"] == 0.5
    assert scores["second"]["ndcg10"] == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)
    assert (scores["graded"]["recall1"], scores["graded"]["recall5"]) == (0.5, 1.0)
    assert scores["graded"]["ndcg10"] == pytest.approx(2.2619 / 2.6309, abs=1e-4)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=30), st.integers(0, 29))
def test_run_and_judgement_files_give_other_programs_the_same_measures(
    scores: list[float], relevant: int
) -> None:
    # Equal and nearly equal scores too: the order in the file must be ours.
    hits = [hit(LAMP, score, f"p-{i % 7}-{i}") for i, score in enumerate(sorted(scores, reverse=True))]
    found = rank_hits(hits, GoldQuestion("一 问", "span", "谁？", ()))
    ranking = Ranking(found.scores, {f"p-{relevant % 7}-{relevant}": 1})
    run = list(ir_measures.read_trec_run(StringIO("\n".join(run_lines({"一 问": ranking})))))
    qrels = list(ir_measures.read_trec_qrels(StringIO("\n".join(qrels_lines({"一 问": ranking})))))
    theirs = ir_measures.calc_aggregate([ir_measures.RR @ 10, ir_measures.nDCG @ 10], qrels, run)
    ours = retrieval_scores({"一 问": ranking})["一 问"]
    assert ours["mrr10"] == pytest.approx(theirs[ir_measures.RR @ 10])
    assert ours["ndcg10"] == pytest.approx(theirs[ir_measures.nDCG @ 10])
    expected = 1 / ranking.rank if ranking.rank and ranking.rank <= 10 else 0.0
    assert ours["mrr10"] == pytest.approx(expected), "our own rank says the same"


def test_names_in_trec_files_have_no_white_space() -> None:
    (line,) = run_lines({"q 1": Ranking({"d 1": 1.0}, {})})
    assert line.split() == ["q_1", "Q0", "d_1", "1", "1.000000", "wenbao"]
