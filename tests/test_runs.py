import json
from pathlib import Path

import pytest

from eval.gold import GoldQuestion, GoldSet
from eval.runs import DEPTH, read_answers, run
from qa.contracts import answer_to_json
from qa.errors import IndexStateError, InputError, QuestionError
from qa.records import Answer, Article, Citation, Hit, Passage

LAMP = Article.from_text("灯塔由林海生看守了三十年。", headline="守灯人")
HARBOUR = Article.from_text("渔港今天开海。", headline="开海")

WHO = GoldQuestion("who", "person", "灯塔由谁看守？", ("林海生",), article_id=LAMP.article_id)
LONG = GoldQuestion("long", "quantity", "看守了多久？", ("三十年",), article_id=LAMP.article_id)
WHERE = GoldQuestion("where", "quantity", "渔港何时开海？", ("今天",), article_id=HARBOUR.article_id)


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


def test_a_question_is_searched_and_asked() -> None:
    assistant = StandIn([hit(HARBOUR), hit(LAMP), hit(LAMP)], answer(WHO, "林海", HARBOUR, LAMP))
    (outcome,) = run(assistant, GoldSet("gold", (WHO,)))
    assert outcome.question is WHO
    assert outcome.ranking is not None
    assert outcome.ranking.rank == 2
    assert outcome.answered
    assert outcome.answer == assistant.answers[WHO.question]
    assert outcome.elapsed_ms > 0


def test_only_so_many_hits_are_looked_at() -> None:
    assistant = StandIn([hit(HARBOUR)] * DEPTH + [hit(LAMP)])
    ranking = run(assistant, GoldSet("gold", (WHO,)))[0].ranking
    assert ranking is not None
    assert ranking.rank is None


def test_a_refused_question_is_an_abstention_with_that_reason_and_the_run_goes_on() -> None:
    assistant = StandIn(
        [hit(LAMP)], answer(LONG, "三十年", LAMP), failures={WHO.question: QuestionError("too long")}
    )
    refused, answered = run(assistant, GoldSet("gold", (WHO, LONG)))
    assert refused.answer == Answer(WHO.question, False, "too long", None, 0.0, "too long")
    assert refused.ranking is not None
    assert (refused.ranking.rank, refused.elapsed_ms) == (None, 0.0)
    assert answered.answered


def test_other_errors_pass_through() -> None:
    assistant = StandIn([], failures={WHO.question: IndexStateError("damaged")})
    with pytest.raises(IndexStateError, match="damaged"):
        run(assistant, GoldSet("gold", (WHO,)))


@pytest.mark.parametrize("of_the_set", [True, False])
def test_retrieval_alone_asks_nothing(of_the_set: bool) -> None:
    assistant = StandIn([hit(LAMP)], failures={LONG.question: QuestionError("too long")})
    gold = GoldSet("gold", (WHO, LONG), retrieval_only=of_the_set)
    found, refused = run(assistant, gold, retrieval_only=not of_the_set)
    assert assistant.asked == []
    assert (found.answer, found.missing, refused.answer) == (None, False, None)
    assert found.ranking is not None
    assert found.ranking.rank == 1


def test_progress_is_told_after_each_question() -> None:
    told: list[tuple[int, int]] = []
    run(StandIn([]), GoldSet("gold", (WHO, LONG)), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def write_answers(folder: Path, *answers: tuple[str, Answer]) -> Path:
    path = folder / "answers.jsonl"
    rows = [json.dumps(answer_to_json(given, name), ensure_ascii=False) for name, given in answers]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_answers_of_a_file_are_those_that_were_written(tmp_path: Path) -> None:
    given = answer(WHO, "林海生", LAMP, HARBOUR)
    declined = Answer(LONG.question, False, "没有", None, 0.125, "没有找到", nearest=given.citations[:1])
    path = write_answers(tmp_path, ("who", given), ("long", declined), ("other", given))
    outcomes = read_answers(path, GoldSet("gold", (LONG, WHO, WHERE)))
    assert [outcome.missing for outcome in outcomes] == [False, False, True]
    assert [outcome.ranking for outcome in outcomes] == [None] * 3
    for outcome, written in zip(outcomes, (declined, given), strict=False):
        assert outcome.answer is not None
        assert answer_to_json(outcome.answer) == answer_to_json(written)
    assert (outcomes[2].answer, outcomes[2].answered) == (None, False)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"answered": true}', '{"id": "who"}', '{"id": 1, "answered": true, "citations": [{}]}'],
)
def test_a_broken_answer_is_named(tmp_path: Path, line: str) -> None:
    path = write_answers(tmp_path, ("who", answer(WHO, "林海生", LAMP)))
    path.write_text(path.read_text(encoding="utf-8") + "\n" + line, encoding="utf-8")
    with pytest.raises(InputError, match=r"answers\.jsonl:2: not an answer") as caught:
        read_answers(path, GoldSet("gold", (WHO,)))
    assert "\n" not in str(caught.value)


def test_answers_to_other_questions_and_absent_files_are_refused(tmp_path: Path) -> None:
    path = write_answers(tmp_path, ("other", answer(WHO, "林海生", LAMP)))
    with pytest.raises(InputError, match="no answer to any question of gold"):
        read_answers(path, GoldSet("gold", (WHO,)))
    with pytest.raises(InputError, match=r"absent\.jsonl: cannot be read"):
        read_answers(tmp_path / "absent.jsonl", GoldSet("gold", (WHO,)))
