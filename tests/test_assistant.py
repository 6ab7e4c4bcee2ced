"""The Assistant: an index built, opened, searched, asked, changed and closed."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import qa.models
from embeddings.universal import UniversalSentenceEncoder
from qa.assistant import Assistant
from qa.building import add_articles
from qa.errors import EncoderError, IndexStateError, InputError, QuestionError
from qa.interpretation import Interpretation
from qa.records import Answer, Article, Citation, Hit

CENTRE = Article.from_text(
    "江西各级综治中心化解矛盾纠纷38.1万件。\n主任唐俊说，群众少跑了路。",
    headline="一扇门",
    source="江岸日报",
    date="2025-03-28",
    section="要闻",
)
FERRY = Article.from_text(
    "台风逼近，白沙湾渡轮停航两天。", headline="渡轮停航", source="江岸日报", date="2025-08-05"
)
LANTERNS = Article.from_text(
    "第24届晨屿灯会在白沙湾亮灯，当晚迎来游客3.2万人次。",
    headline="灯会亮灯",
    source="晨屿晚报",
    date="2025-02-10",
    section="要闻",
)
LIBRARY = Article.from_text("图书馆迁入新馆，藏书12万册。", headline="新馆迎客", source="晨屿晚报")
ARTICLES = (CENTRE, FERRY, LANTERNS, LIBRARY)
QUESTIONS = (
    "江西综治中心化解了多少纠纷？",
    "渡轮停航多久？",
    "第24届晨屿灯会来了多少游客？",
    "图书馆藏书多少册？",
    "主任是谁？",
    "上海综治中心化解了多少纠纷？",
    "木星有几颗卫星？",
)
PAGE = "渔港开海\n　　渔港昨天开海，老船长林海生第一个出港，打回鱼虾6.5吨。\n"


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles(ARTICLES) as opened:
        yield opened


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "pages" / "江岸日报-20250916-01.txt"
    path.parent.mkdir()
    path.write_text(PAGE, encoding="utf-8")
    return path


def without_time(answer: Answer) -> Answer:
    return replace(answer, elapsed_ms=0.0)


def told(answer: Answer) -> tuple[object, ...]:
    """What an answer says, its figures aside."""
    quotes = [(c.article_id, c.start, c.end) for c in (*answer.citations, *answer.nearest)]
    return answer.question, answer.text, answer.short_answer, answer.reason, quotes


def test_a_question_is_told_as_it_was_understood(assistant: Assistant) -> None:
    read = assistant.interpret("2024年上海综治中心主任唐俊化解了多少件纠纷？")
    assert read == Interpretation(
        question="2024年上海综治中心主任唐俊化解了多少件纠纷？",
        type="quantity",
        focus="纠纷",
        units=("件",),
        people=("唐俊",),
        places=("上海",),
        organisations=("上海综治中心",),
        times=("2024年",),
    )
    assert assistant.ask(read.question).interpretation == read


def test_an_edited_interpretation_is_honoured(assistant: Assistant) -> None:
    question = "上海综治中心化解了多少纠纷？"
    read = assistant.interpret(question)
    assert not assistant.ask(question).answered
    freed = assistant.ask(question, interpretation=replace(read, places=(), organisations=()))
    assert (freed.question, freed.short_answer) == (question, "38.1万件")
    later = replace(read, places=(), organisations=(), times=("2019年",))
    assert not assistant.ask(question, interpretation=later).answered
    person = assistant.interpret("综治中心主任是谁？")
    assert assistant.ask("综治中心主任是谁？", interpretation=person).short_answer == "唐俊"


def test_times_of_a_question_are_counted_from_its_reference_or_from_each_article(
    assistant: Assistant,
) -> None:
    question = "今年渡轮停航多久？"
    read = assistant.interpret(question)
    assert (read.times, read.reference) == (("今年",), None)
    assert assistant.ask(question).short_answer == "两天"
    assert assistant.ask(question, interpretation=replace(read, reference="2025-12-01")).answered
    assert not assistant.ask(question, interpretation=replace(read, reference="2026-01-01")).answered


@pytest.mark.parametrize(
    "wrong", [{"type": "colour"}, {"times": ("灯塔",)}, {"reference": "去年"}, {"question": " "}]
)
def test_an_interpretation_that_cannot_be_is_refused(assistant: Assistant, wrong: dict[str, Any]) -> None:
    read = replace(assistant.interpret("渡轮停航多久？"), **wrong)
    with pytest.raises(QuestionError):
        assistant.ask("渡轮停航多久？", interpretation=read)


def headlines(hits: list[Hit]) -> list[str]:
    return [hit.passage.article.headline for hit in hits]


# Building and opening


def test_built_closed_and_opened_again(page: Path, tmp_path: Path) -> None:
    index = tmp_path / "my.index"
    with Assistant.build([page.parent], index=index) as built:
        summary = built.last_summary
        first = built.ask("谁第一个出港？")
    assert summary is not None
    assert (summary.articles, summary.passages, summary.skipped) == (1, 1, [])
    with Assistant.open(str(index)) as opened:
        assert opened.last_summary is None
        again = opened.ask("谁第一个出港？")
    assert first.short_answer == "林海生"
    assert without_time(first) == without_time(again)
    assert first.citations[0].article.page == "1"


def test_building_again_changes_nothing(page: Path, tmp_path: Path) -> None:
    index = tmp_path / "my.index"
    Assistant.build([page], index=index).close()
    with Assistant.build([page], index=index) as again:
        assert again.last_summary is not None
        assert (again.last_summary.unchanged, again.last_summary.embedded) == (1, 0)
        assert len(list(again.articles())) == 1


def test_progress_is_told(page: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    Assistant.build([page], index=tmp_path / "i", progress=lambda *step: told.append(step)).close()
    assert told[0] == (0, 1, page.name)
    assert told[-1][:2] == (1, 1)


def test_source_and_date_of_what_is_built(page: Path, tmp_path: Path) -> None:
    with Assistant.build([page], index=tmp_path / "i", source="潮声周刊", date="2020-01-02") as built:
        (article,) = built.articles()
    assert (article.source, article.date) == ("潮声周刊", "2020-01-02")


def test_what_cannot_be_built(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.txt"):
        Assistant.build([tmp_path / "none.txt"], index=tmp_path / "i")
    with pytest.raises(EncoderError, match="no-such-model"):
        Assistant.build([tmp_path], index=tmp_path / "i", encoder="no-such-place/no-such-model")


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(IndexStateError, match="no index here"):
        Assistant.open(tmp_path / "none")


def test_an_index_names_the_encoder_it_was_built_with(
    tmp_path: Path, encoder: UniversalSentenceEncoder
) -> None:
    class Other:
        name = "no-such-place/no-such-model"
        dimension = encoder.dimension
        encode = staticmethod(encoder.encode)

    add_articles(tmp_path, ARTICLES, Other())
    with pytest.raises(EncoderError, match="no-such-model"):
        Assistant.open(tmp_path)
    with pytest.raises(IndexStateError, match="no-such-model"):
        add_articles(tmp_path, ARTICLES, encoder)


def test_a_manifest_changed_by_hand_is_refused(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    add_articles(tmp_path, ARTICLES, encoder)
    with closing(sqlite3.connect(tmp_path / "records.sqlite")) as records, records:
        records.execute("UPDATE manifest SET value = replace(value, ?, 'another')", (encoder.name,))
    with pytest.raises((IndexStateError, EncoderError), match=r"damaged|another"):
        Assistant.open(tmp_path)


# Temporary indexes


def test_a_temporary_index_is_gone_after_close() -> None:
    assistant = Assistant.from_articles(ARTICLES)
    folder = assistant._folder
    assert (folder / "records.sqlite").exists()
    assistant.close()
    assert not folder.exists()


def test_a_temporary_index_is_gone_after_an_error() -> None:
    folders: list[Path] = []

    def fail() -> None:
        with Assistant.from_articles(ARTICLES) as assistant:
            folders.append(assistant._folder)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not folders[0].exists()


@pytest.mark.parametrize("articles", [[], [Article.from_text("")], [Article.from_text(" \n")]])
def test_an_assistant_over_nothing_finds_nothing(articles: list[Article]) -> None:
    with Assistant.from_articles(articles) as assistant:
        assert assistant.search("灯塔") == []
        answer = assistant.ask("灯塔有多高？")
    assert not answer.answered
    assert answer.reason
    assert answer.nearest == ()


def test_the_same_article_twice_is_one(assistant: Assistant) -> None:
    with Assistant.from_articles([CENTRE, FERRY, CENTRE]) as twice:
        assert len(list(twice.articles())) == 2


# Searching and asking


def test_search_gives_hits_that_slice_back(assistant: Assistant) -> None:
    hits = assistant.search("白沙湾", top_k=2)
    assert len(hits) == 2
    assert set(headlines(hits)) == {"渡轮停航", "灯会亮灯"}
    for hit in hits:
        passage = hit.passage
        assert passage.article.text[passage.start : passage.end] == passage.text
        assert assistant.article(passage.article.article_id) == passage.article


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({"source": "江岸日报"}, {"一扇门", "渡轮停航"}),
    ({"date_from": "2025-03-28"}, {"一扇门", "渡轮停航"}),
    ({"date_to": "2025-03-28"}, {"一扇门", "灯会亮灯"}),
    ({"date_from": "2025-03-28", "date_to": "2025-03-28"}, {"一扇门"}),
    ({"source": "晨屿晚报", "date_from": "2025-01-01"}, {"灯会亮灯"}),
    ({"section": "要闻"}, {"一扇门", "灯会亮灯"}),
    ({"section": "要闻", "source": "晨屿晚报"}, {"灯会亮灯"}),
    ({"section": "副刊"}, set()),
    ({"date_from": "2025-08-06"}, set()),
    ({"date_from": "2025-03-28", "date_to": "2025-03-27"}, set()),
]


@pytest.mark.parametrize(("filters", "allowed"), FILTERS)
def test_hits_satisfy_the_filters(assistant: Assistant, filters: dict[str, str], allowed: set[str]) -> None:
    question = "白沙湾灯会、渡轮停航、化解纠纷、新馆藏书"
    assert set(headlines(assistant.search(question, **filters))) == allowed  # type: ignore[arg-type]


@pytest.mark.parametrize(("filters", "allowed"), FILTERS)
def test_answers_come_from_within_the_filters(
    assistant: Assistant, filters: dict[str, str], allowed: set[str]
) -> None:
    for question, headline in zip(QUESTIONS, ("一扇门", "渡轮停航", "灯会亮灯", "新馆迎客"), strict=False):
        answer = assistant.ask(question, **filters)  # type: ignore[arg-type]
        assert answer.answered == (headline in allowed)
        assert {c.article.headline for c in (*answer.citations, *answer.nearest)} <= allowed


@pytest.mark.parametrize(
    "day", ["2025", "2025-3-28", "28.3.2025", "2025-02-30", "昨天", "20250328", "2025-W13-5"]
)
@pytest.mark.parametrize("side", ["date_from", "date_to"])
def test_a_date_that_is_none(assistant: Assistant, side: str, day: str) -> None:
    with pytest.raises(QuestionError, match=day):
        assistant.ask("灯塔有多高？", **{side: day})  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match=day):
        assistant.search("灯塔", **{side: day})  # type: ignore[arg-type]


@pytest.mark.parametrize("question", ["", "  ", "？", "灯" * 10_000])
def test_a_question_that_cannot_be_asked(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError):
        assistant.ask(question)
    with pytest.raises(QuestionError):
        assistant.search(question)


def test_the_time_taken_is_told(assistant: Assistant) -> None:
    assert assistant.ask(QUESTIONS[0]).elapsed_ms > 0


def test_threads_get_the_answers_that_one_gets_alone(assistant: Assistant) -> None:
    alone = [assistant.ask(question) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(assistant.ask, QUESTIONS * 8))
    # BLAS may add up in another order while several threads use it: the last digits are its own.
    assert [told(answer) for answer in together] == [told(answer) for answer in alone * 8]
    confidences = [answer.confidence for answer in together]
    assert confidences == pytest.approx([answer.confidence for answer in alone * 8], abs=1e-5)


def test_asking_and_searching_at_once_on_a_fresh_assistant() -> None:
    """The first questions load dictionaries and articles; no thread may see them half loaded."""
    with Assistant.from_articles(ARTICLES) as fresh, ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(fresh.ask, question) for question in QUESTIONS * 2]
        hits = [pool.submit(fresh.search, question) for question in QUESTIONS * 2]
        assert answers[0].result().short_answer == "38.1万件"
        assert all(answer.result().question for answer in answers)
        assert all(hit.result() for hit in hits)


# Changing what is there


def test_articles_come_in_the_order_they_were_added(assistant: Assistant) -> None:
    assert tuple(assistant.articles()) == ARTICLES
    assert assistant.article(LIBRARY.article_id) == LIBRARY
    with pytest.raises(KeyError):
        assistant.article("none")


def test_files_can_be_added(page: Path) -> None:
    with Assistant.from_articles(ARTICLES) as assistant:
        assert not assistant.ask("谁第一个出港？").answered
        summary = assistant.add([page])
        assert (summary.articles, summary.skipped) == (1, [])
        assert assistant.last_summary is summary
        assert assistant.ask("谁第一个出港？").short_answer == "林海生"
        assert assistant.ask(QUESTIONS[0]).short_answer == "38.1万件"
        assert len(list(assistant.articles())) == 5


def test_a_changed_file_takes_the_place_of_what_it_was(page: Path, tmp_path: Path) -> None:
    with Assistant.build([page], index=tmp_path / "i") as assistant:
        page.write_text(PAGE.replace("林海生", "白千帆"), encoding="utf-8")
        assistant.add([page])
        assert len(list(assistant.articles())) == 1
        assert assistant.ask("谁第一个出港？").short_answer == "白千帆"


def test_what_cannot_be_read_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with Assistant.from_articles(ARTICLES) as assistant:
        with pytest.raises(InputError, match=r"empty\.txt"):
            assistant.add([tmp_path / "empty.txt"])
        assert tuple(assistant.articles()) == ARTICLES
        assert assistant.ask(QUESTIONS[0]).short_answer == "38.1万件"


def test_articles_can_be_removed() -> None:
    with Assistant.from_articles(ARTICLES) as assistant:
        assert assistant.remove([CENTRE.article_id, "none"]) == 1
        assert CENTRE not in assistant.articles()
        assert not assistant.ask(QUESTIONS[0]).answered
        assert all(hit.passage.article != CENTRE for hit in assistant.search("化解纠纷"))
        assert assistant.ask(QUESTIONS[1]).short_answer == "两天"
        assert assistant.remove([CENTRE.article_id]) == 0


def test_a_change_by_another_is_seen_when_opened_anew(page: Path, tmp_path: Path) -> None:
    index = tmp_path / "i"
    add_articles(index, ARTICLES, UniversalSentenceEncoder())
    with Assistant.open(index) as reader:
        with Assistant.open(index) as writer:
            writer.remove([FERRY.article_id])
        assert reader.ask(QUESTIONS[0]).short_answer == "38.1万件", "a reader goes on with what it opened"
    with Assistant.open(index) as reader:
        assert len(list(reader.articles())) == 3


# Properties

WORDS = (
    "江西 综治中心 化解 排查 38.1万件 99.8% 第24届 灯会 主任 唐俊 说 “ ” 。 ？ ！ ， 、 和 2024年 去年 因为 台风 停航 两天 "
    "在 白沙湾 提出三方面要求。 \n \u3000 \u2028 \x00 😀 ﬁ Ａｐｐ 記者 攝 《 》 3月27日 （ ）"
)
ASKING = (
    "江西 综治中心 化解 了 多少 纠纷 谁 是 主任 哪里 为什么 什么时候 哪三 方面要求 第23届 2023年 几 上海 的 照片 摄 ？ "
    '\ud83d ( ) * \\ " \x00'
)
# Pages are decoded text, which has no lone surrogates; a question may come from anywhere.
TEXTS = st.lists(st.sampled_from(WORDS.split(" ")) | st.text(max_size=3), max_size=25).map("".join)
ASKED = st.lists(
    st.sampled_from(ASKING.split(" ")) | st.text(st.characters(exclude_categories=()), max_size=3), max_size=8
).map("".join)


@pytest.fixture
def shared_encoder(encoder: UniversalSentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa.models, "load_encoder", lambda name: encoder)


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(TEXTS, max_size=4), TEXTS, st.lists(ASKED, min_size=1, max_size=5))
@example(["江西化解纠纷38.1万件。"], "", ["江西化解了多少纠纷", "\ud83d", "江西\ud83d化解了多少纠纷"])
@example(["提出三方面要求。\n。\n！\n？"], "灯会", ["提出哪三方面要求", "为什么"])
@example(["\x00"], "\x00", ["\x00", "*"])
def test_any_question_over_any_articles_is_answered_soundly_or_refused(
    shared_encoder: None, texts: list[str], headline: str, questions: list[str]
) -> None:
    articles = [Article.from_text(text, headline=headline) for text in texts]
    with Assistant.from_articles(articles) as assistant:
        for question in questions:
            try:
                answer = assistant.ask(question)
            except QuestionError:
                continue
            quoted: tuple[Citation, ...] = answer.citations or answer.nearest
            assert all(c.article.text[c.start : c.end] == c.quote for c in quoted)
            assert all(c.article in articles for c in quoted)
            assert answer.answered == bool(answer.citations) == (answer.reason is None)
