import importlib.util
import json
import statistics
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold import GoldQuestion, read_gold
from eval.metrics import (
    character_f1,
    evidence_hit,
    exact_match,
    is_relevant,
    mean,
    normalise,
    percentile,
    recall_at,
    reciprocal_rank,
    relevant_rank,
)
from eval.runs import run, summarise
from qa.records import Answer, Article, Citation, Hit, Passage

SHARED = Path(__file__).parents[2] / "shared"
SCORER = SHARED / "tools" / "score_answers.py"
SEED = SHARED / "gold" / "seed_public.jsonl"

texts = st.text(alphabet="灯塔守人12.，% aA", max_size=12)


def passage_of(text: str, headline: str = "守灯人") -> Passage:
    article = Article.from_text(text, headline=headline)
    return Passage("p", article, 0, len(article.text))


def test_normalisation_keeps_letters_and_digits_in_lower_case() -> None:
    assert normalise(" 《问报》：38.1 万件_（约99.8%）\nＡＢ x") == "问报381万件约998ａｂx"
    assert normalise(None) == ""


def test_exact_match_forgives_signs_and_takes_any_of_the_answers() -> None:
    assert exact_match("38.1万件。", ["三十八万件", "38.1 万件"])
    assert not exact_match("38.1万", ["38.1万件"])
    assert not exact_match(None, ["38.1万件"])
    assert not exact_match("……", ["！"]), "texts of signs alone are no match"
    assert not exact_match("林海生", [])


def test_f1_counts_the_longest_common_substring() -> None:
    # Common run 灯塔 (2) of 4 and 3 characters.
    assert character_f1("东灯塔北", ["灯塔人"]) == pytest.approx(2 * 2 / (4 + 3))
    # Characters in common but apart count only as far as the longest run.
    assert character_f1("灯一塔", ["灯二塔"]) == pytest.approx(2 * 1 / (3 + 3))
    assert character_f1("灯塔", ["守", "灯塔"]) == 1.0
    assert character_f1("灯塔", ["守"]) == 0.0
    assert character_f1(None, ["守"]) == 0.0
    assert character_f1("灯塔", []) == 0.0


@given(first=texts, second=texts)
def test_f1_is_symmetric_bounded_and_one_only_for_a_match(first: str, second: str) -> None:
    f1 = character_f1(first, [second])
    assert f1 == pytest.approx(character_f1(second, [first]))
    assert 0.0 <= f1 <= 1.0
    assert (f1 == 1.0) == exact_match(first, [second])


@given(quotes=st.lists(texts, max_size=5), answers=st.lists(texts, max_size=3))
def test_more_quotes_never_lose_evidence(quotes: list[str], answers: list[str]) -> None:
    hits = [evidence_hit(quotes, answers, k) for k in range(6)]
    assert hits[0] is False
    assert hits == sorted(hits)


def test_evidence_is_a_quote_with_an_answer_in_it() -> None:
    quotes = ["渔港今天开海。", "灯塔由林海生看守。", "林海生六十岁。"]
    assert not evidence_hit(quotes, ["林海生"], 1)
    assert evidence_hit(quotes, ["林海生"], 3)
    assert evidence_hit(["共化解38.1万件。"], ["38.1 万件"], 1)
    assert not evidence_hit(quotes, ["。"], 3)


def test_with_a_known_article_relevance_is_that_article() -> None:
    passage = passage_of("林海生守灯。")
    question = GoldQuestion("q", "span", "谁守灯？", ("林海生",), article_id=passage.article.article_id)
    other = GoldQuestion("q", "span", "谁守灯？", ("林海生",), "守灯人", "林海生守灯", article_id="another")
    assert is_relevant(passage, question)
    assert not is_relevant(passage, other)


@pytest.mark.parametrize(
    ("headline", "evidence", "answers", "relevant"),
    [
        ("", "林海生 守着灯塔，三十年", ("三十年",), True),
        ("", "林海生守着渔港", ("三十年",), False),
        (
            "守·灯人",
            "林海生守着灯塔三十年。他不曾离开",
            ("三十年",),
            True,
        ),  # evidence runs into the next passage
        ("守灯人", "", ("三十年",), True),
        ("守灯人", "", ("四十年",), False),
        ("开海", "", ("三十年",), False),
        ("", "", ("三十年",), False),
    ],
)
def test_without_one_relevance_is_in_the_text(
    headline: str, evidence: str, answers: tuple[str, ...], relevant: bool
) -> None:
    question = GoldQuestion("q", "quantity", "守了多久？", answers, headline, evidence)
    assert is_relevant(passage_of("林海生守着灯塔三十年。"), question) is relevant


def test_ranks_count_from_one() -> None:
    assert relevant_rank([False, True, True]) == 2
    assert relevant_rank([False]) is None
    assert [recall_at(rank, 5) for rank in (1, 5, 6, None)] == [1.0, 1.0, 0.0, 0.0]
    assert [reciprocal_rank(rank) for rank in (1, 4, 10, 11, None)] == [1.0, 0.25, 0.1, 0.0, 0.0]


def test_of_nothing_there_is_no_mean() -> None:
    assert mean([]) is None
    assert percentile([], 0.5) is None
    assert mean([True, False, True, True]) == 0.75


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_a_value_that_enough_values_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) * (1 - 1e-12)
    assert percentile(values, 0.5) == statistics.median_low(values)


def independent_scorer() -> ModuleType:
    if not (SCORER.exists() and SEED.exists()):
        pytest.skip("the independent scorer and its gold questions are not here")
    spec = importlib.util.spec_from_file_location("score_answers", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Scripted:
    """Answers in turn rightly, nearly, wrongly, from the third quote, with no short answer, not at all."""

    def __init__(self, questions: tuple[GoldQuestion, ...]) -> None:
        self.answers = {q.question: self.make(number, q) for number, q in enumerate(questions)}

    def make(self, number: int, gold: GoldQuestion) -> Answer:
        evidence, answer = gold.evidence or "渔港今天开海。", (gold.answers or ("渔港",))[-1]
        short, quotes = (
            (answer, [evidence]),
            (f"约{answer}左右", [f"“{evidence}”", "又一句。"]),
            ("渔港", ["渔港今天开海。"]),
            (answer[:2], ["一。", "二。", evidence, "四。"]),
            (None, [evidence]),
            (None, []),
        )[number % 6]
        if not quotes:
            return Answer(gold.question, False, "", None, 0.1, "nothing found")
        return Answer(gold.question, True, "".join(quotes), short, 0.9, None, tuple(map(self.cite, quotes)))

    def cite(self, quote: str) -> Citation:
        return Citation(1, Article.from_text(quote), "p", 0, len(quote), quote, 1.0)

    def ask(self, question: str) -> Answer:
        return self.answers[question]

    def search(self, *_: object, **__: object) -> list[Hit]:
        return []


@given(first=texts, second=texts)
def test_f1_agrees_with_the_independent_scorer(first: str, second: str) -> None:
    scorer = independent_scorer()
    assert character_f1(first, [second]) == pytest.approx(scorer.f1(first, second))
    assert normalise(first) == scorer.norm(first)


@pytest.mark.parametrize("shift", range(6))
def test_a_whole_run_agrees_with_the_independent_scorer(shift: int) -> None:
    scorer = independent_scorer()
    gold = read_gold(SEED)
    scripted = Scripted(gold.questions[shift:] + gold.questions[:shift])
    lines = []
    for question in gold.questions:
        answer = scripted.ask(question.question)
        lines.append(
            {
                "id": question.id,
                "answered": answer.answered,
                "short_answer": answer.short_answer,
                "citations": [{"quote": citation.quote} for citation in answer.citations],
            }
        )
    rows = [json.loads(text) for text in SEED.read_text(encoding="utf-8").splitlines() if text.strip()]
    theirs = scorer.score(rows, lines)
    ours = summarise(run(scripted, gold))[-1]
    assert ours.n == theirs["n"] + theirs["unanswerable"]
    assert ours.unanswerable == theirs["unanswerable"]
    for own, other in [
        (ours.evidence1, "evidence1"),
        (ours.evidence3, "evidence3"),
        (ours.exact_match, "em"),
        (ours.f1, "f1"),
        (ours.answered, "answered"),
        (ours.abstained, "abstained"),
    ]:
        assert own == pytest.approx(theirs[other], abs=5e-5), other
