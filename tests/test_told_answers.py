"""Whatever an answer says over the bundled sample, word for word, is the question's, an article's, or fixed."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eval.command import SAMPLE_PAGES
from eval.gold import read_gold
from qa.assistant import Assistant
from qa.citing import untold_figures
from qa.query import read_question
from qa.records import Answer
from qa.segmentation import fold

SAMPLE = Path(__file__).parents[1] / "eval" / "sample"
QUESTIONS = [
    question.question
    for name in ("gold.jsonl", "gold-english.jsonl")
    for question in read_gold(SAMPLE / name).questions
]
# Of folded text: all that answers add of their own. untold_figures looks after years and days.
FIXED = re.compile(
    r"几篇报道说法不同:|原文列出以下几点:|日期不明|\([\d年月日至]+\)|\[\d+\]|\d{4}年(?:\d+月\d+日)?|以下|\n- |[据于为叫是的,:。()《》]"
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.build([SAMPLE_PAGES], index=tmp_path_factory.mktemp("told") / "index") as opened:
        yield opened


@pytest.fixture(scope="module")
def answers(sample: Assistant) -> list[Answer]:
    return [sample.ask(question) for question in QUESTIONS]


def strange(text: str, sources: Sequence[str]) -> str:
    """Return what is left of a text when every piece of two or more characters of the sources is taken out.

    What the answer adds of its own is taken out before it.
    """
    left, place = [], 0
    while place < len(text):
        longest = max((end for source in sources for end in _ends(text, place, source)), default=place)
        fixed = FIXED.match(text, place)
        if fixed and fixed.end() >= longest:
            place = fixed.end()
        elif longest > place + 1:
            place = longest
        else:
            left.append(text[place])
            place += 1
    return "".join(left)


def _ends(text: str, place: int, source: str) -> Iterator[int]:
    end = place + 1
    while end <= len(text) and text[place:end] in source:
        yield end
        end += 1


def assert_told(answer: Answer) -> None:
    assert all(c.article.text[c.start : c.end] == c.quote for c in answer.citations)
    assert all(f"[{c.number}]" in answer.text for c in answer.citations)
    query = read_question(answer.question)
    assert untold_figures(answer.text, query, answer.citations) == []
    articles = [c.article for c in answer.citations]
    heads = [f"{a.headline}\n{a.kicker}\n{a.subtitle}\n{a.source}\n{a.text}" for a in articles]
    question = answer.interpretation.question if answer.interpretation else answer.question
    assert strange(fold(answer.text), [fold(one) for one in (question, *heads)]) == "", answer.text


def test_everything_said_over_the_sample_is_told(answers: list[Answer]) -> None:
    answered = [answer for answer in answers if answer.answered]
    assert len(answered) > 150
    for answer in answered:
        assert_told(answer)
    # Statements, lists and excerpts are all among them.
    assert sum(answer.citations[0].quote not in answer.text for answer in answered) > 60
    assert sum("\n- " in answer.text for answer in answered) > 5


def test_every_reason_is_a_sentence(answers: list[Answer]) -> None:
    declined = [answer for answer in answers if not answer.answered]
    assert len(declined) > 40
    assert all(re.search(r"[。.]$", answer.reason or "") for answer in declined)
    assert all("{" not in answer.text and "None" not in answer.text for answer in declined)


PIECES = (
    "江西 综治中心 化解了 排查 纠纷 多少 几件 谁 是 主任 哪里 什么时候 哪些 哪三个 叫什么 湖南 贵州 法治副校长 灯会 马拉松 冠军 "
    "2024年 2025年 今年 去年 的 有 在 和 ， 比例 面积 投资 总 一共 ？"
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(PIECES.split(" ")), min_size=2, max_size=7).map("".join))
def test_any_question_is_answered_with_what_is_told(sample: Assistant, question: str) -> None:
    assume(set(question) - set("，？"))
    answer = sample.ask(question)
    if answer.answered and answer.interpretation:  # counts and look-ups have their own words
        assert_told(answer)
