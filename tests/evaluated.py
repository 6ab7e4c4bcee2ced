"""Questions with their outcomes, made by hand: what the tests of results, figures and pages stand on."""

from dataclasses import replace

from eval.gold import GoldQuestion
from eval.ranking import Ranking
from eval.results import Result, score
from eval.runs import Outcome
from qa.records import Answer, Article, Citation

LAMP = Article.from_text(
    "灯塔由林海生看守了三十年。", headline="守灯人", source="海岛日报", date="2025-03-28"
)
HARBOUR = Article.from_text("渔港今天<b>开海</b>。", headline="开海")
WHO = GoldQuestion("who", "person", "灯塔由谁看守？", ("林海生",), "守灯人", "灯塔由林海生看守")
LONG = GoldQuestion("long", "quantity", "看守了多久？", ("三十年",), "守灯人")
WHERE = GoldQuestion("where", "place", "船从哪里出港？", ("渔港",), "开海")
NOBODY = GoldQuestion("nobody", "unanswerable", "谁登上了月球？", ())


def found(rank: int | None) -> Ranking:
    """A ranking of ten with its relevant unit at a rank."""
    return Ranking({f"u{i}": 1 - i / 100 for i in range(1, 11)}, {f"u{rank}": 1} if rank else {"absent": 1})


def given(question: GoldQuestion, short: str | None, confidence: float, *articles: Article) -> Answer:
    citations = tuple(
        Citation(i, a, "p", 0, len(a.text), a.text, 1.0) for i, a in enumerate(articles, start=1)
    )
    return Answer(question.question, True, "", short, confidence, None, citations)


def declined(question: GoldQuestion, confidence: float, *articles: Article) -> Answer:
    nearest = given(question, None, confidence, *articles).citations
    return Answer(question.question, False, "没有", None, confidence, "没有找到", nearest=nearest)


def outcomes() -> list[Outcome]:
    """One right answer, one of wrong evidence, one declined though told, one rightly declined, one invented."""
    return [
        Outcome(WHO, found(2), given(WHO, "林海生", 0.9, LAMP, HARBOUR), elapsed_ms=10.0),
        Outcome(LONG, found(1), given(LONG, "开海", 0.6, HARBOUR), elapsed_ms=30.0),
        Outcome(WHERE, found(None), declined(WHERE, 0.2, LAMP), elapsed_ms=20.0),
        Outcome(NOBODY, Ranking({}, {}), declined(NOBODY, 0.1), elapsed_ms=40.0),
        Outcome(
            replace(NOBODY, id="moon"), Ranking({}, {}), given(NOBODY, "林海生", 0.5, LAMP), elapsed_ms=50.0
        ),
    ]


def results() -> list[Result]:
    return score(outcomes())
