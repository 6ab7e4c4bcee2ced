import json

from evaluated import HARBOUR, LAMP, LONG, NOBODY, WHO, declined, found, given, outcomes, results

from eval.ranking import Ranking
from eval.results import Quote, result_from_json, result_to_json, score
from eval.runs import Outcome

RETRIEVAL = {"recall1", "recall5", "recall10", "mrr10", "ndcg10"}
ANSWERS = {"evidence1", "evidence3", "em", "f1", "citation_recall", "answered"}


def test_an_answer_is_scored_by_its_citations_and_short_answer() -> None:
    outcome = Outcome(WHO, found(2), given(WHO, "林海", 0.87654321, HARBOUR, LAMP), elapsed_ms=12.3456)
    (result,) = score([outcome])
    assert result.scores == {
        "recall1": 0.0,
        "recall5": 1.0,
        "recall10": 1.0,
        "mrr10": 0.5,
        "ndcg10": result.scores["ndcg10"],
        "evidence1": 0.0,
        "evidence3": 1.0,
        "em": 0.0,
        "f1": 0.8,
        "citation_precision": 0.5,
        "citation_recall": 1.0,
        "answered": 1.0,
    }
    assert (result.rank, result.confidence, result.short_answer) == (2, 0.8765, "林海")
    assert result.quotes == (
        Quote(HARBOUR.text, "开海"),
        Quote(LAMP.text, "守灯人", "海岛日报", "2025-03-28"),
    )


def test_only_what_counts_for_a_question_is_scored() -> None:
    who, _, where, nobody, moon = results()
    assert who.scores.keys() == RETRIEVAL | ANSWERS | {"citation_precision"}
    assert where.scores.keys() == RETRIEVAL | ANSWERS | {"abstention_precision"}
    assert nobody.scores == {"abstention_recall": 1.0, "abstention_precision": 1.0}
    assert moon.scores == {"abstention_recall": 0.0, "citation_precision": 0.0}


def test_an_abstention_from_what_is_told_scores_nothing_and_shows_the_nearest() -> None:
    (result,) = score([Outcome(WHO, found(1), declined(WHO, 0.3, LAMP))])
    assert {name: result.scores[name] for name in ANSWERS} == dict.fromkeys(ANSWERS, 0.0)
    assert result.scores["abstention_precision"] == 0.0
    assert [quote.text for quote in result.quotes] == [LAMP.text]


def test_a_missing_answer_is_wrong_whatever_the_gold_says() -> None:
    told, untold = score([Outcome(WHO, missing=True), Outcome(NOBODY, missing=True)])
    assert told.scores == dict.fromkeys(ANSWERS, 0.0)
    assert untold.scores == {"abstention_recall": 0.0}, "silence is no abstention"


def test_retrieval_alone_scores_retrieval_alone() -> None:
    told, untold = score([Outcome(LONG, found(1)), Outcome(NOBODY, Ranking({}, {}))])
    assert told.scores.keys() == RETRIEVAL
    assert untold.scores == {}


def test_a_result_is_one_json_object_that_can_be_read_back() -> None:
    for result in results():
        row = json.loads(json.dumps(result_to_json(result), ensure_ascii=False))
        assert row.keys() == {
            "id", "type", "question", "answers", "answerable", "cluster", "headline", "evidence", "rank",
            "answered", "missing", "short_answer", "confidence", "reason", "quotes", "scores", "elapsed_ms",
        }  # fmt: skip
        again = result_from_json(row)
        assert result_to_json(again) == result_to_json(result)
        assert again.quotes == result.quotes


def test_questions_about_one_article_are_one_cluster() -> None:
    assert [result.cluster for result in results()] == ["守灯人", "守灯人", "开海", "nobody", "moon"]
    assert len(outcomes()) == len(results())
