"""Answers told by a language model: checked sentence by sentence, and never without the archive."""

from collections.abc import Iterator

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from language_model import Behaviour, LanguageModel, Scripted, serve
from typer.testing import CliRunner

from qa.assistant import Assistant
from qa.cli import ask as ask_command
from qa.contracts import answer_to_json
from qa.endpoint import EndpointWriter
from qa.records import Answer, Article
from qa.writing import Unsupported, Writing, split_sentences

QUESTION = "南渡大桥总投资多少？"
BRIDGE = Article.from_text(
    "南渡大桥6月18日建成通车，全长1576米，由周砚秋担任总设计师。\n大桥2021年3月动工，总投资12.4亿元。",
    headline="南渡大桥通车",
    date="2025-06-19",
)
TUNNEL = Article.from_text(
    "东岭隧道长8.2公里，2023年贯通，由林知夏设计。", headline="东岭隧道", date="2025-06-19"
)
TRUE = "南渡大桥总投资为12.4亿元[1]。大桥2021年3月开工。[1]"
FALSE = "总投资24.1亿元[1]。大桥由黄景行担任总设计师。[1]大桥2019年3月动工。[1]周边居民反对建桥。[1]"


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([BRIDGE, TUNNEL]) as made:
        yield made


def ask(
    assistant: Assistant, reply: str, unsupported: Unsupported = "drop", question: str = QUESTION
) -> Answer:
    assistant.writing = Writing(Scripted(*reply), unsupported)
    return assistant.ask(question)


def test_a_truthful_reply_is_told_with_quotes(assistant: Assistant) -> None:
    answer = ask(assistant, TRUE)

    assert answer.text == "南渡大桥总投资为12.4亿元。[1]大桥2021年3月开工。[1]"
    assert [s.citations for s in answer.statements] == [(1,), (1,)]
    assert answer.citations[0].quote == "大桥2021年3月动工，总投资12.4亿元。"
    assert answer.short_answer == "12.4亿元"
    assert answer.note is None
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote


def test_what_is_not_supported_is_dropped_and_counted(assistant: Assistant) -> None:
    answer = ask(assistant, TRUE + FALSE)

    assert [statement.text for statement in answer.statements] == [
        "南渡大桥总投资为12.4亿元。",
        "大桥2021年3月开工。",
    ]
    assert (
        answer.note
        == "语言模型写的另有4句没有原文支持，已略去 (sentences left out that no article supports: 4)"
    )


def test_or_it_is_marked_with_the_reason(assistant: Assistant) -> None:
    answer = ask(assistant, TRUE + FALSE, "mark")

    assert len(answer.statements) == 6
    assert "总投资24.1亿元。〔未能核实：原文没有“24.1亿元”〕" in answer.text
    assert "〔未能核实：原文没有“黄景行”〕" in answer.text
    assert all((not s.citations) == (s.reason is not None) for s in answer.statements)


def test_where_nothing_is_supported_the_archives_answer_stands(assistant: Assistant) -> None:
    plain = assistant.ask(QUESTION)
    answer = ask(assistant, FALSE)

    assert (answer.text, answer.citations, answer.statements) == (plain.text, plain.citations, ())
    assert answer.note


def test_a_model_that_declines_leaves_the_archives_answer(assistant: Assistant) -> None:
    answer = ask(assistant, "没有答案")

    assert "12.4亿元" in answer.text
    assert answer.note


def test_an_abstention_stays_one_and_no_model_is_asked(assistant: Assistant) -> None:
    writer = Scripted(TRUE)
    assistant.writing = Writing(writer)
    answer = assistant.ask("西山水库的库容是多少立方米？")

    assert not answer.answered
    assert writer.asked == []


def test_a_count_and_a_look_up_are_not_told_anew(assistant: Assistant) -> None:
    writer = Scripted(TRUE)
    assistant.writing = Writing(writer)

    assert assistant.ask("有多少篇报道提到南渡大桥").short_answer == "1篇"
    assert writer.asked == []


def test_a_stream_grows_by_sentences_from_the_archives_answer(assistant: Assistant) -> None:
    plain = assistant.ask(QUESTION)
    assistant.writing = Writing(Scripted(*TRUE))
    told = list(assistant.stream(QUESTION))

    assert told[0].text == plain.text
    assert [len(answer.statements) for answer in told] == [0, 1, 2, 2]
    assert told[-1] == assistant.ask(QUESTION)


@pytest.mark.parametrize("behaviour", ["error", "garbage", "cut", "hang", "busy"])
def test_a_failing_endpoint_leaves_the_archives_answer_with_a_note(
    assistant: Assistant, behaviour: Behaviour
) -> None:
    plain = assistant.ask(QUESTION)
    with serve(LanguageModel(TRUE, behaviour)) as model:
        assistant.writing = Writing(EndpointWriter(model.url, "qwen", timeout=1.0))
        answer = assistant.ask(QUESTION)

    assert (answer.text, answer.citations, answer.statements) == (plain.text, plain.citations, ())
    assert answer.note is not None
    assert answer.note.startswith("语言模型没有写完答案，以下是档案自己的回答 (the archive's own answer: ")
    assert answer_to_json(answer)["note"] == answer.note


def test_a_real_endpoint_is_told_the_passages_and_believed_where_they_agree(assistant: Assistant) -> None:
    with serve(LanguageModel(TRUE + FALSE)) as model:
        assistant.writing = Writing(EndpointWriter(model.url, "qwen"))
        answer = assistant.ask(QUESTION)

    assert len(answer.statements) == 2
    sent = model.requests[0]["messages"][1]["content"]
    assert "总投资12.4亿元" in sent
    assert answer_to_json(answer)["statements"][0] == {
        "text": "南渡大桥总投资为12.4亿元。",
        "citations": (1,),
        "reason": None,
    }


def test_the_command_line_tells_what_a_model_wrote(assistant: Assistant) -> None:
    app = typer.Typer()
    app.command()(ask_command)
    with serve(LanguageModel(TRUE + FALSE)) as model:
        options = ["--llm", model.url, "--llm-model", "qwen", "--unsupported", "mark"]
        found = CliRunner().invoke(app, [QUESTION, "--index", str(assistant._folder), *options])

    assert found.exit_code == 0
    assert "大桥2021年3月开工。[1]" in found.stdout
    assert "〔未能核实：原文没有“黄景行”〕" in found.stdout


@pytest.mark.parametrize(
    ("reply", "sentences"),
    [
        ("甲桥建成。[1]乙桥开工[2]。", [("甲桥建成。", (1,)), ("乙桥开工。", (2,))]),
        ("甲桥建成。【1、3】\n- 乙桥开工", [("甲桥建成。", (1, 3)), ("乙桥开工", ())]),
        ("<think>先看看。[1]</think>\n\n甲桥建成。[1][2]", [("甲桥建成。", (1, 2))]),
        ("“甲桥建成。”他说。[1]", [("“甲桥建成。”", ()), ("他说。", (1,))]),
        ("<think>没有完", []),
        ("[1]\n\n", []),
    ],
)
def test_sentences_and_their_citations(reply: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert list(split_sentences([reply])) == sentences


@given(st.text(alphabet="桥建成。！\n[1]2，<think>/", max_size=40), st.integers(1, 7))
def test_how_a_reply_is_cut_into_pieces_does_not_matter(reply: str, size: int) -> None:
    pieces = [reply[place : place + size] for place in range(0, len(reply), size)]

    assert list(split_sentences(pieces)) == list(split_sentences([reply]))
