"""The bundled sample corpus is as large as promised, and its gold questions fit its pages."""

import re
from collections import Counter
from pathlib import Path

import pytest

from eval.gold import GoldQuestion, read_gold
from qa.articles import rebuild_page
from qa.pages import split_lines
from qa.records import Article

SAMPLE = Path(__file__).parents[1] / "eval" / "sample"
PAGES = sorted((SAMPLE / "pages").glob("*.txt"))
QUESTIONS = read_gold(SAMPLE / "gold.jsonl").questions
ANSWERABLE = [question for question in QUESTIONS if question.answerable]
TYPES = {"quantity", "person", "place", "org", "date", "name", "list", "explain", "role", "unanswerable"}
# Answers to these may be told in several sentences, of which the evidence is one.
SPREAD = {"list", "explain"}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def squeezed_pages() -> list[str]:
    return [squeeze(page.read_text(encoding="utf-8")) for page in PAGES]


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [
        article
        for page in PAGES
        for article in rebuild_page(split_lines(page.name, page.read_text(encoding="utf-8"))).articles
    ]


def page_of(question: GoldQuestion, pages: list[str]) -> str:
    """Return the one page that holds the evidence of the question."""
    holding = [page for page in pages if squeeze(question.evidence) in page]
    assert len(holding) == 1, f"{question.id}: evidence on {len(holding)} pages"
    return holding[0]


def test_ten_pages_of_two_papers_named_by_paper_date_and_page() -> None:
    names = [re.fullmatch(r"(\w+)-(\d{8})-(\d{2})", page.stem) for page in PAGES]

    assert len(PAGES) == 10
    assert all(names)
    assert {name[1] for name in names if name} == {"江岸日报", "晨屿晚报"}
    dates = [name[2] for name in names if name]
    assert len(set(dates)) == 10
    assert min(dates) >= "20240301"
    assert max(dates) <= "20251130"


def test_pages_have_the_layout_of_raw_dumps() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(" "), page.name  # a frame begins with a single space
        assert text.endswith("\n\n"), page.name
        lines = [line for line in text.splitlines() if line.strip()]
        assert any(line.startswith("　　") for line in lines), page.name
        assert max(map(len, lines)) <= 32, page.name
        # Every line is followed by a blank one, but the last of a frame.
        assert not re.search(r"\S[^\n]*\n(?=\S)", text), page.name


def test_the_page_text_is_plain() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert "\t" not in text
        assert "\r" not in text
        assert "\ufffd" not in text


def test_questions_are_many_and_distinct() -> None:
    assert len(QUESTIONS) >= 200
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
    assert len({squeeze(question.question) for question in QUESTIONS}) == len(QUESTIONS)


def test_every_type_of_question_is_asked_and_a_quarter_has_no_answer() -> None:
    counts = Counter(question.type for question in QUESTIONS)

    assert set(counts) == TYPES
    assert min(counts.values()) >= 4
    assert counts["unanswerable"] * 4 >= len(QUESTIONS)


def test_unanswerable_means_no_answers_headline_or_evidence() -> None:
    for question in QUESTIONS:
        if question.type == "unanswerable":
            assert (question.answers, question.headline, question.evidence) == ((), "", ""), question.id
        else:
            assert question.answers, question.id
            assert question.evidence, question.id


def test_evidence_stands_on_one_page_within_one_sentence(squeezed_pages: list[str]) -> None:
    for question in ANSWERABLE:
        page_of(question, squeezed_pages)
        assert not re.search(r"[。！？]", squeeze(question.evidence)[:-1]), question.id


def test_answers_stand_in_their_evidence(squeezed_pages: list[str]) -> None:
    for question in ANSWERABLE:
        evidence = squeeze(question.evidence)
        home = page_of(question, squeezed_pages) if question.type in SPREAD else evidence
        assert any(squeeze(answer) in evidence for answer in question.answers), question.id
        assert all(squeeze(answer) in home for answer in question.answers), question.id


def test_no_question_gives_its_answer_away() -> None:
    for question in ANSWERABLE:
        assert not any(squeeze(answer) in squeeze(question.question) for answer in question.answers), (
            question.id
        )


def test_gold_headlines_are_printed_on_the_page_of_their_evidence(squeezed_pages: list[str]) -> None:
    assert len({question.headline for question in ANSWERABLE}) >= 34
    for question in ANSWERABLE:
        assert squeeze(question.headline) in page_of(question, squeezed_pages), question.id


def test_articles_are_rebuilt_under_the_headlines_of_the_gold_questions(articles: list[Article]) -> None:
    written = [article for article in articles if any(p.role == "body" for p in article.paragraphs)]
    assert len(written) >= 34
    misplaced = {}
    for question in ANSWERABLE:
        evidence = squeeze(question.evidence)
        headlines = {a.headline for a in articles if evidence in squeeze(a.text)}
        if question.headline not in headlines:
            misplaced[question.id] = (question.headline, headlines)
    assert not misplaced


def test_the_readme_question_has_its_answer() -> None:
    asked = {question.question: question for question in QUESTIONS}
    assert asked["江西综治中心化解了多少纠纷"].answers == ("38.1万件",)
