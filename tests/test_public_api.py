"""What programs outside rely on: names, signatures and behaviour of the package qa."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from qa import (
    Answer,
    Article,
    ArticleCount,
    Assistant,
    Citation,
    Difference,
    EncoderError,
    Hit,
    IndexStateError,
    InputError,
    Passage,
    QuestionError,
    QuoteLookup,
    QuoteMatch,
    RerankerError,
    Speaker,
    WenbaoError,
)
from qa.contracts import answer_to_json

LIGHTHOUSE = Article.from_text(
    "海岛灯塔昨晚重新点亮。守灯人林海生说，灯塔停用了三年，修理花了38.1万元。",
    headline="海岛灯塔重新点亮",
    date="2025-03-28",
    source="海岛日报",
)
HARBOUR = Article.from_text(
    "码头本月停工修理。工人们说，吊车要换新的。", headline="码头停工", date="2025-04-02", source="山城晚报"
)
FILTERS = {"source": None, "date_from": None, "date_to": None, "section": None}
READING = {"source": None, "date": None, "columns": None, "progress": None}
NEEDED = inspect.Parameter.empty


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([LIGHTHOUSE, HARBOUR]) as made:
        yield made


def test_the_names() -> None:
    assert qa.__all__ == sorted(qa.__all__)
    assert set(qa.__all__) == {
        "Answer", "Article", "ArticleCount", "Assistant", "Citation", "Difference", "EncoderError", "Hit",
        "IndexStateError", "InputError", "Interpretation", "Paragraph", "Passage", "QuestionError", "QuoteLookup", "QuoteMatch",
        "RerankerError", "Speaker", "WenbaoError",
    }  # fmt: skip
    for name in qa.__all__:
        assert inspect.getdoc(getattr(qa, name))


def test_every_error_is_a_wenbao_error() -> None:
    for error in (EncoderError, IndexStateError, InputError, QuestionError, RerankerError):
        assert error.__bases__ == (WenbaoError,)
    assert WenbaoError.__bases__ == (Exception,)


@pytest.mark.parametrize(
    ("method", "positional", "keywords"),
    [
        ("build", ["paths"], {"index": NEEDED, "encoder": None, **READING, "store": None, "ray": None}),
        ("open", ["index"], {"reranker": None}),
        ("from_articles", ["articles"], {"encoder": None, "reranker": None}),
        ("interpret", ["question"], {"history": ()}),
        ("ask", ["question"], {"history": (), "interpretation": None, **FILTERS, "on_hits": None}),
        ("search", ["query"], {"top_k": 10, **FILTERS}),
        ("look_up", ["quote"], FILTERS),
        ("count", ["phrases"], {"any_of": False, "limit": 20, **FILTERS}),
        ("add", ["paths"], READING),
        ("remove", ["article_ids"], {}),
        ("article", ["article_id"], {}),
        ("articles", [], {}),
        ("close", [], {}),
    ],
)
def test_the_methods_of_an_assistant(method: str, positional: list[str], keywords: dict[str, object]) -> None:
    parameters = dict(inspect.signature(getattr(Assistant, method)).parameters)
    parameters.pop("self", None)
    told = {name: p.default for name, p in parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}
    assert [name for name in parameters if name not in told] == positional
    assert told == keywords
    assert inspect.getdoc(getattr(Assistant, method))


def test_an_answer(assistant: Assistant) -> None:
    answer = assistant.ask("修理灯塔花了多少钱")
    assert isinstance(answer, Answer)
    assert (answer.answered, answer.short_answer, answer.reason) == (True, "38.1万元", None)
    assert 0 < answer.confidence <= 1
    assert answer.elapsed_ms > 0
    best = answer.citations[0]
    assert isinstance(best, Citation)
    assert best.quote in answer.text
    for citation in answer.citations:
        article = assistant.article(citation.article_id)
        assert article == LIGHTHOUSE
        assert article.text[citation.start : citation.end] == citation.quote
    assert answer_to_json(answer)["citations"][0]["headline"] == "海岛灯塔重新点亮"


def test_an_abstention(assistant: Assistant) -> None:
    answer = assistant.ask("火星探测器何时返回")
    assert (answer.answered, answer.short_answer, answer.citations) == (False, None, ())
    assert answer.reason
    for near in answer.nearest:
        assert near.article.text[near.start : near.end] == near.quote


def test_hits(assistant: Assistant) -> None:
    hits = assistant.search("灯塔", top_k=2)
    assert all(isinstance(hit, Hit) and isinstance(hit.passage, Passage) for hit in hits)
    assert hits[0].passage.article.headline == "海岛灯塔重新点亮"
    assert "林海生" in hits[0].passage.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(assistant.search("灯塔", top_k=1)) == 1


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"source": "山城晚报"}, HARBOUR),
        ({"date_from": "2025-04-01"}, HARBOUR),
        ({"date_to": "2025-03-31"}, LIGHTHOUSE),
        ({"source": "海岛日报", "date_from": "2025-03-28", "date_to": "2025-03-28"}, LIGHTHOUSE),
    ],
)
def test_search_and_ask_take_the_same_filters(
    assistant: Assistant, filters: dict[str, str], expected: Article
) -> None:
    assert [hit.passage.article for hit in assistant.search("修理灯塔和码头", **filters)] == [expected]  # type: ignore[arg-type]
    answer = assistant.ask("修理灯塔花了多少钱", **filters)  # type: ignore[arg-type]
    assert {c.article_id for c in answer.citations + answer.nearest} <= {expected.article_id}
    assert answer.answered is (expected is LIGHTHOUSE)


def test_a_quote_looked_up(assistant: Assistant) -> None:
    found = assistant.look_up("灯塔停用了三年，修理花了38.1万元")
    assert isinstance(found, QuoteLookup)
    assert found.kind == "exact"
    (match,) = found.matches
    assert isinstance(match, QuoteMatch)
    assert match.article.text[match.start : match.end] == "灯塔停用了三年，修理花了38.1万元"
    assert isinstance(match.speaker, Speaker)
    assert (match.speaker.name, match.speaker.title) == ("林海生", "守灯人")
    near = assistant.look_up("灯塔停用了五年，修理花了38.1万元")
    assert near.kind == "near"
    assert near.matches[0].differences == (Difference("replace", 24, 25, "三", "五"),)


def test_articles_counted(assistant: Assistant) -> None:
    count = assistant.count("修理")
    assert isinstance(count, ArticleCount)
    assert count.total == 2
    assert [c.article for c in count.citations] == [LIGHTHOUSE, HARBOUR]
    assert assistant.count("修理", "灯塔").total == 1
    assert assistant.count("吊车", "灯塔", any_of=True, source="山城晚报").total == 1
    assert assistant.count().total == 2
    assert assistant.count("修理", limit=1).citations == count.citations[:1]


def test_filters_that_nothing_satisfies(assistant: Assistant) -> None:
    assert assistant.search("灯塔", source="没有的报") == []
    assert not assistant.ask("修理灯塔花了多少钱", date_from="2030-01-01").answered


@pytest.mark.parametrize("question", ["", " \n", "。？！"])
def test_a_question_that_asks_nothing(assistant: Assistant, question: str) -> None:
    for call in (assistant.ask, assistant.search, assistant.look_up):
        with pytest.raises(QuestionError):
            call(question)


def test_a_date_that_is_no_date(assistant: Assistant) -> None:
    for call in (assistant.ask, assistant.search, assistant.look_up, assistant.count):
        with pytest.raises(QuestionError, match="2025-03-28"):
            call("灯塔", date_from="去年")


def test_build_open_add_and_remove(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "海岛日报-20250328-01.txt").write_text("　　" + LIGHTHOUSE.text + "\n", encoding="utf-8")
    with Assistant.build([str(pages)], index=str(tmp_path / "my.index")) as built:
        assert built.last_summary is not None
        assert (built.last_summary.files, built.last_summary.articles) == (1, 1)
        (article,) = built.articles()
        assert (article.source, article.date, article.page) == ("海岛日报", "2025-03-28", "1")
    with Assistant.open(tmp_path / "my.index") as opened:
        assert opened.ask("修理灯塔花了多少钱").short_answer == "38.1万元"
        more = tmp_path / "more.txt"
        more.write_text("　　" + HARBOUR.text + "\n", encoding="utf-8")
        summary = opened.add([more], source="山城晚报", date="2025-04-02")
        assert (summary.files, summary.articles, summary) == (1, 1, opened.last_summary)
        assert [a.source for a in opened.articles()] == ["海岛日报", "山城晚报"]
        assert opened.search("吊车")[0].passage.article.source == "山城晚报"
        assert opened.remove([article.article_id, "nobody"]) == 1
        assert [a.source for a in opened.articles()] == ["山城晚报"]
        with pytest.raises(KeyError):
            opened.article(article.article_id)
    with Assistant.open(tmp_path / "my.index") as again:
        assert len(list(again.articles())) == 1


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IndexStateError, match="no index here"):
        Assistant.open(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"gone\.txt"):
        Assistant.build([tmp_path / "gone.txt"], index=tmp_path / "index")


def test_a_temporary_index_is_deleted() -> None:
    with Assistant.from_articles([LIGHTHOUSE]) as made:
        folder = made._folder
        assert folder.is_dir()
    assert not folder.exists()


def test_an_assistant_over_nothing_abstains() -> None:
    with Assistant.from_articles([]) as made:
        assert list(made.articles()) == []
        assert made.search("灯塔") == []
        assert not made.ask("修理灯塔花了多少钱").answered
