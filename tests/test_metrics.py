import importlib.util
import json
import statistics
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.evaluation import Evaluation, Settings
from eval.gold import GoldQuestion, read_gold
from eval.measures import summarise
from eval.metrics import (
    character_f1,
    citation_precision,
    citation_recall,
    evidence_hit,
    exact_match,
    mean,
    normalise,
    percentile,
    supports,
)
from eval.results import score
from eval.run_folder import replayed_files
from eval.runs import run
from qa.records import Answer, Article, Citation, Hit

SHARED = Path(__file__).parents[2] / "shared"
SCORER = SHARED / "tools" / "score_answers.py"
SEED = SHARED / "gold" / "seed_public.jsonl"

texts = st.text(alphabet="灯塔守人12.，% aA", max_size=12)


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


LONG = GoldQuestion("q", "list", "他做什么？", ("点灯", "熄灯"), "", "他每天傍晚点灯。天亮时，他熄灯！")


@pytest.mark.parametrize(
    ("quote", "supported"),
    [
        ("林海生每天傍晚点灯，风雨无阻。", True),  # holds an answer
        ("天亮时", True),  # a part of the evidence
        ("他每天傍晚点灯。天亮时，他熄灯！岛上只有他。", True),
        ("渔港今天开海。", False),
        ("……", False),
    ],
)
def test_a_quote_supports_by_an_answer_or_by_the_evidence(quote: str, supported: bool) -> None:
    assert supports(quote, LONG) is supported


def test_citation_precision_is_the_share_of_quotes_that_support() -> None:
    assert citation_precision(["他每天傍晚点灯。", "渔港今天开海。"], LONG) == 0.5
    assert citation_precision([], LONG) == 0.0
    nothing = GoldQuestion("q", "unanswerable", "谁？", ())
    assert citation_precision(["他每天傍晚点灯。"], nothing) == 0.0


def test_citation_recall_is_the_share_of_evidence_sentences_that_are_quoted() -> None:
    assert citation_recall(["他每天傍晚点灯。"], LONG) == 0.5
    assert citation_recall(["傍晚点灯", "天亮时，他熄灯！岛上只有他。"], LONG) == 1.0
    assert citation_recall([], LONG) == 0.0
    untold = GoldQuestion("q", "span", "他做什么？", ("点灯",))
    assert citation_recall(["渔港今天开海。", "他每天傍晚点灯。"], untold) == 1.0
    assert citation_recall(["渔港今天开海。"], untold) == 0.0


@given(quotes=st.lists(texts, max_size=4), more=texts, evidence=texts, answers=st.lists(texts, max_size=2))
def test_citation_measures_are_shares_and_another_quote_loses_no_recall(
    quotes: list[str], more: str, evidence: str, answers: list[str]
) -> None:
    question = GoldQuestion("q", "span", "？", tuple(answers), "", evidence)
    assert 0 <= citation_precision(quotes, question) <= 1
    assert 0 <= citation_recall(quotes, question) <= citation_recall([*quotes, more], question) <= 1


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_a_value_that_enough_values_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) * (1 - 1e-12)
    assert percentile(values, 0.5) == statistics.median_low(values)


def test_of_nothing_there_is_no_mean() -> None:
    assert mean([]) is None
    assert percentile([], 0.5) is None
    assert mean([True, False, True, True]) == 0.75


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
    outcomes = run(scripted, gold)
    evaluation = Evaluation(Settings(), gold, None, outcomes, "", 0.0)
    lines = [json.loads(line) for line in replayed_files(evaluation)["answers.jsonl"].splitlines()]
    rows = [json.loads(text) for text in SEED.read_text(encoding="utf-8").splitlines() if text.strip()]
    theirs = scorer.score(rows, lines)
    ours = summarise(score(outcomes))[-1]
    assert ours.n == theirs["n"] + theirs["unanswerable"]
    assert ours.unanswerable == theirs["unanswerable"]
    assert theirs["missing"] == 0
    for name in ("evidence1", "evidence3", "em", "f1", "answered"):
        assert round(ours.figures[name].value, 4) == theirs[name], name
    assert round(ours.figures["abstention_recall"].value, 4) == theirs["abstained"]
