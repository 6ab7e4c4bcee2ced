"""Sentences of hits, measured against the question."""

import math

import pytest

from qa.evidence import SENTENCE_FEATURES, Evidence, collect_evidence, longest_match, years_of
from qa.query import Query, read_question
from qa.records import Article, Hit, Paragraph, Passage
from qa.weighing import TermWeights, coverage

TEXT = "江西建起综治中心。2024年化解纠纷38.1万件！\n主任唐俊说：“群众少跑了路。”怎样做到的？靠的是一扇门"


def hit(article: Article, start: int = 0, end: int | None = None, score: float = 1.0) -> Hit:
    passage = Passage("p-0", article, start, len(article.text) if end is None else end)
    return Hit(passage, score, {"words": 1.0, "bigrams": 1.0, "vectors": 0.5})


def even_weights(query: Query) -> TermWeights:
    return TermWeights(dict.fromkeys(query.words, 1.0), dict.fromkeys(query.bigrams, 1.0))


def collected(question: str, *hits: Hit) -> list[Evidence]:
    query = read_question(question)
    return collect_evidence(query, hits, even_weights(query))


def feature(evidence: Evidence, name: str) -> float:
    return evidence.features[SENTENCE_FEATURES.index(name)]


def test_sentences_slice_back_to_the_article() -> None:
    article = Article.from_text(TEXT)
    found = collected("江西化解了多少纠纷？", hit(article))
    assert [e.sentence for e in found][:3] == [
        "江西建起综治中心。",
        "2024年化解纠纷38.1万件！",
        "主任唐俊说：“群众少跑了路。”",
    ]
    assert found[-1].sentence == "靠的是一扇门"
    assert all(article.text[e.start : e.end] == e.sentence for e in found)
    assert all(e.article is article for e in found)


def test_only_the_sentences_of_the_passage_are_collected() -> None:
    article = Article.from_text(TEXT)
    second = article.paragraph_offsets[1]
    found = collected("江西化解了多少纠纷？", hit(article, *second))
    assert all(second[0] <= e.start < e.end <= second[1] for e in found)
    assert len(found) >= 2


def test_every_sentence_has_all_features_and_they_are_finite() -> None:
    found = collected(
        "2024年江西化解了多少纠纷？",
        hit(Article.from_text(TEXT, headline="一扇门")),
        hit(Article.from_text("开海")),
    )
    assert len(found) >= 4
    assert all(len(e.features) == len(SENTENCE_FEATURES) for e in found)
    assert all(math.isfinite(value) for e in found for value in e.features)


def test_the_sentence_that_says_what_is_asked_measures_higher() -> None:
    found = {e.sentence: e for e in collected("化解了多少纠纷？", hit(Article.from_text(TEXT)))}
    answering, other = found["2024年化解纠纷38.1万件！"], found["江西建起综治中心。"]
    for name in ("words", "bigrams", "longest match"):
        assert feature(answering, name) > feature(other, name)


def test_no_hits_give_no_evidence() -> None:
    assert collected("化解了多少纠纷？") == []


@pytest.mark.parametrize(("told", "rank"), [("passage score", (1.0, 0.5)), ("passage rank", (1.0, 0.5))])
def test_the_standing_of_the_passage_goes_with_its_sentences(told: str, rank: tuple[float, float]) -> None:
    first, second = (
        hit(Article.from_text("江西化解纠纷。"), score=3.0),
        hit(Article.from_text("渔港开海。"), score=1.5),
    )
    found = collected("化解了多少纠纷？", first, second)
    assert tuple(feature(e, told) for e in found) == rank


@pytest.mark.parametrize(
    ("text", "date", "years"),
    [
        ("2024年化解纠纷。", None, {"2024"}),
        ("2023年和2024年化解纠纷。", "2025-03-28", {"2023", "2024"}),
        ("今年化解纠纷。", "2025-03-28", {"2025"}),
        ("去年化解纠纷。", "2025-03-28", {"2024"}),
        ("前年化解纠纷，明年再看。", "2025-03-28", {"2023", "2026"}),
        ("去年化解纠纷。", None, set()),
        ("化解纠纷。", "2025-03-28", {"2025"}),
        ("化解纠纷。", None, set()),
        ("化解纠纷，比2023年多。", "2025-03-28", {"2025"}),
        ("2024年化解纠纷，比去年多，比2022年少。", "2025-03-28", {"2024"}),
        ("仓库有2024个箱子。", None, set()),
    ],
)
def test_the_years_a_sentence_speaks_of(text: str, date: str | None, years: set[str]) -> None:
    article = Article.from_text(text, date=date)
    assert years_of(article, 0, len(article.text)) == years


def test_a_sentence_without_a_year_speaks_of_the_last_one_before_it() -> None:
    article = Article.from_text("2022年建成。2023年扩建。游客三万人。2024年停用。", date="2025-03-28")
    start = article.text.index("游客")
    assert years_of(article, start, start + len("游客三万人。")) == {"2023"}


@pytest.mark.parametrize(
    ("question", "agrees", "other"),
    [("2024年化解多少？", 1.0, 0.0), ("2023年化解多少？", 0.0, 1.0), ("化解多少？", 0.5, 0.0)],
)
def test_the_year_asked_for_is_looked_for(question: str, agrees: float, other: float) -> None:
    (evidence,) = collected(question, hit(Article.from_text("2024年化解纠纷38.1万件。")))
    assert (feature(evidence, "year told"), feature(evidence, "other year")) == (agrees, other)


@pytest.fixture
def captioned() -> Article:
    return Article(
        "a1",
        "page.txt",
        "开海",
        (
            Paragraph("渔港昨天开海，林海生第一个出港。"),
            Paragraph("图为渔民在码头卸货。", "caption", credit="本报记者 沈月摄"),
            Paragraph("图为灯塔。", "caption", credit="唐俊摄"),
        ),
    )


def test_who_took_a_photograph_is_read_in_the_credits_alone(captioned: Article) -> None:
    found = collected("渔民卸货的照片是谁拍摄的？", hit(captioned))
    assert [e.sentence for e in found] == ["本报记者 沈月摄", "唐俊摄"]
    assert feature(found[0], "words") > feature(found[1], "words"), (
        "the caption above a credit tells of what it is"
    )


def test_other_questions_read_captions_and_text(captioned: Article) -> None:
    found = [e.sentence for e in collected("渔民在哪里卸货？", hit(captioned))]
    assert {"渔港昨天开海，林海生第一个出港。", "图为渔民在码头卸货。"} <= set(found)


def test_coverage_is_the_weighted_share() -> None:
    assert coverage({"纠纷": 3.0, "灯塔": 1.0}, "化解纠纷") == 0.75
    assert coverage({"纠纷": 3.0}, "灯塔") == 0.0
    assert coverage({}, "灯塔") == 1.0


def test_the_longest_match() -> None:
    assert longest_match("江西化解了多少纠纷", "江西综治中心化解了纠纷") == 3
    assert longest_match("灯塔", "") == 0
    assert longest_match("", "灯塔") == 0
