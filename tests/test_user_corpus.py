"""A real page and its seed questions, and public questions over passages, where these are at hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.gold import GoldSet, read_gold
from eval.measures import summarise
from eval.results import score
from eval.runs import Outcome, run
from qa.assistant import Assistant
from qa.records import Citation

SHARED = Path(__file__).parents[2] / "shared"
CORPUS, GOLD, PASSAGES = (
    SHARED / "corpus",
    SHARED / "gold" / "seed_public.jsonl",
    SHARED / "bench" / "cmrc2018_trial.json",
)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this checkout")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.build([CORPUS], index=tmp_path_factory.mktemp("corpus") / "index") as built:
        yield built


@pytest.fixture(scope="module")
def outcomes(assistant: Assistant) -> list[Outcome]:
    return run(assistant, read_gold(GOLD))


@pytest.fixture(scope="module")
def figures(outcomes: list[Outcome]) -> dict[str, float]:
    return {name: figure.value for name, figure in summarise(score(outcomes))[-1].figures.items()}


def squeezed(text: str) -> str:
    return "".join(text.split())


def quoted(outcome: Outcome) -> tuple[Citation, ...]:
    assert outcome.answer is not None
    return outcome.answer.citations or outcome.answer.nearest


def test_the_page_has_seven_articles(assistant: Assistant) -> None:
    assert assistant.last_summary is not None
    assert assistant.last_summary.skipped == []
    assert len(list(assistant.articles())) == 7


def test_every_paragraph_is_the_raw_characters_of_its_spans(assistant: Assistant) -> None:
    for article in assistant.articles():
        raw = Path(article.file).read_bytes().decode("utf-8")
        for paragraph in article.paragraphs:
            printed = "".join(raw[start:end] for start, end in paragraph.spans)
            assert squeezed(printed) == squeezed(paragraph.text + paragraph.credit)


def test_the_example(assistant: Assistant) -> None:
    answer = assistant.ask("江西综治中心化解了多少纠纷")
    assert answer.short_answer == "38.1万件"
    assert "38.1万件" in answer.citations[0].quote


def test_the_evidence_and_the_answers_are_right(figures: dict[str, float]) -> None:
    assert figures["evidence1"] >= 0.90
    assert figures["em"] >= 0.70


def test_what_the_page_answers_is_answered_and_what_not_is_not(
    outcomes: list[Outcome], figures: dict[str, float]
) -> None:
    assert (len(outcomes), sum(not outcome.question.answerable for outcome in outcomes)) == (36, 6)
    assert figures["answered"] >= 0.93
    assert figures["abstention_recall"] >= 4 / 6


def test_every_quote_stands_in_the_raw_file(outcomes: list[Outcome]) -> None:
    raw = {path.resolve(): squeezed(path.read_text(encoding="utf-8")) for path in CORPUS.iterdir()}
    quotes = [citation for outcome in outcomes for citation in quoted(outcome)]
    assert len(quotes) >= len(outcomes)
    for citation in quotes:
        assert squeezed(citation.quote) in raw[Path(citation.article.file)]
        assert citation.article.text[citation.start : citation.end] == citation.quote


def test_every_abstention_says_why(outcomes: list[Outcome]) -> None:
    declined = [o.answer for o in outcomes if o.answer is not None and not o.answer.answered]
    assert declined
    assert all(answer.reason for answer in declined)


@pytest.fixture(scope="module")
def public() -> GoldSet:
    return read_gold(PASSAGES)


@pytest.mark.skipif(not PASSAGES.is_file(), reason="the public questions are not beside this checkout")
def test_the_passage_of_a_public_question_is_found_first(public: GoldSet) -> None:
    assert len(json.loads(PASSAGES.read_text(encoding="utf-8"))["data"]) == len(public.articles)
    with Assistant.from_articles(public.articles) as assistant:
        row = summarise(score(run(assistant, public, retrieval_only=True)))[-1]
    assert row.n == len(public.questions) > 500
    assert row.figures["recall1"].value >= 0.96
