import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold import GoldQuestion, GoldSet, read_gold
from qa.errors import InputError

BENCH = Path(__file__).parents[2] / "shared" / "bench"


def write(folder: Path, *lines: str, name: str = "gold.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def line(**changes: Any) -> str:
    row = {
        "id": "q1",
        "type": "person",
        "question": "灯塔由谁看守？",
        "answers": ["林海生"],
        "headline": "守灯人",
        "evidence": "林海生守着灯塔",
    }
    return json.dumps(row | changes, ensure_ascii=False)


def squad(*entries: dict[str, Any]) -> str:
    return json.dumps({"version": "1", "data": entries}, ensure_ascii=False)


def asked(identifier: str, *answers: Any, **more: Any) -> dict[str, Any]:
    texts = [{"text": text, "answer_start": 0} for text in answers]
    return {"id": identifier, "question": "灯塔由谁看守？", "answers": texts} | more


def test_json_lines_are_read_in_order_and_blank_lines_passed_over(tmp_path: Path) -> None:
    gold = read_gold(write(tmp_path, line(), "", line(id=2, type="unanswerable", answers=[]), ""))
    assert [question.id for question in gold.questions] == ["q1", "2"]
    assert gold.questions[0] == GoldQuestion(
        "q1", "person", "灯塔由谁看守？", ("林海生",), "守灯人", "林海生守着灯塔"
    )
    assert [question.answerable for question in gold.questions] == [True, False]
    assert gold.articles == ()


def test_blank_and_repeated_answers_drop_out(tmp_path: Path) -> None:
    gold = read_gold(write(tmp_path, line(answers=["林海生", " ", "林海生", "老林"])))
    assert gold.questions[0].answers == ("林海生", "老林")


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    gold = read_gold(write(tmp_path, line(evidence="上\u2028下"), line(id="q2")))
    assert gold.questions[0].evidence == "上\u2028下"
    assert len(gold.questions) == 2


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ('{"id": "q2", ', "not JSON"),
        ('["q2"]', "not a JSON object but list"),
        ('{"id": "q2", "question": "谁？"}', "no answers"),
        ('{"answers": []}', "no id and no question"),
        ('{"id": "q2", "question": "谁？", "answers": "林海生"}', "not a list of texts"),
        ('{"id": "q2", "question": "谁？", "answers": [3]}', "not a list of texts"),
        ('{"id": "q1", "question": "谁？", "answers": []}', "used before"),
    ],
)
def test_a_broken_line_is_named_with_what_is_wrong(tmp_path: Path, broken: str, told: str) -> None:
    path = write(tmp_path, line(), broken)
    with pytest.raises(InputError) as caught:
        read_gold(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "\n\n", squad()])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="no gold questions"):
        read_gold(write(tmp_path, content))


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.jsonl: cannot be read"):
        read_gold(tmp_path / "absent.jsonl")
    (tmp_path / "gold.jsonl").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(InputError, match="cannot be read as UTF-8"):
        read_gold(tmp_path / "gold.jsonl")


def test_a_squad_file_brings_its_articles_and_each_question_knows_its_own(tmp_path: Path) -> None:
    entries: list[dict[str, Any]] = [
        {
            "title": "守灯人",
            "id": "A",
            "paragraphs": [{"context": "林海生守灯。", "qas": [asked("a1", "林海生")]}],
        },
        {"paragraphs": [{"context": "渔港开海。", "id": "B-7", "qas": [asked("b1"), asked("b2", "渔港")]}]},
    ]
    gold = read_gold(write(tmp_path, squad(*entries), name="set.json"))
    lamp, harbour = gold.articles
    assert (lamp.text, lamp.headline, lamp.file) == ("林海生守灯。", "守灯人", "set.json#A")
    assert (harbour.text, harbour.headline, harbour.file) == ("渔港开海。", "", "set.json#B-7")
    assert [q.article_id for q in gold.questions] == [lamp.article_id, harbour.article_id, harbour.article_id]
    assert [q.type for q in gold.questions] == ["span", "unanswerable", "span"]
    assert gold.questions[0].headline == "守灯人"


def test_a_context_that_stands_twice_is_one_article(tmp_path: Path) -> None:
    entries = [
        {"title": title, "paragraphs": [{"context": "林海生守灯。", "qas": [asked(title, "林海生")]}]}
        for title in ("守灯人", "原标题：守灯人")
    ]
    gold = read_gold(write(tmp_path, squad(*entries)))
    assert len(gold.articles) == 1
    assert gold.questions[0].article_id == gold.questions[1].article_id


def test_answers_decide_whether_a_question_is_answerable_not_the_flag(tmp_path: Path) -> None:
    rows = [
        asked("flagged", "林海生", "", is_impossible="true"),
        asked("none", "", "", "", is_impossible="false"),
        asked("no", "NO", "NO", ""),
        asked("number", 1588),
        asked("lost", None),
    ]
    gold = read_gold(write(tmp_path, squad({"paragraphs": [{"context": "林海生守灯。", "qas": rows}]})))
    assert [(q.answers, q.type) for q in gold.questions] == [
        (("林海生",), "span"),
        ((), "unanswerable"),
        (("NO",), "yes-no"),
        (("1588",), "span"),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"title": "守灯人"},
        {"paragraphs": [{"context": "林海生守灯。"}]},
        {"paragraphs": [{"context": 5, "qas": []}]},
        {
            "paragraphs": [
                {"context": "林海生守灯。", "qas": [{"id": "x", "question": "谁？", "answers": ["林"]}]}
            ]
        },
        "守灯人",
    ],
)
def test_a_broken_entry_is_named(tmp_path: Path, entry: Any) -> None:
    good = {"paragraphs": [{"context": "渔港开海。", "qas": [asked("b", "渔港")]}]}
    with pytest.raises(InputError, match=r"gold\.jsonl: data\[1\] is not in SQuAD form"):
        read_gold(write(tmp_path, squad(good, entry)))


@given(count=st.integers(1, 60), size=st.integers(1, 80))
def test_a_sample_is_spread_in_order_without_repeats(count: int, size: int) -> None:
    questions = tuple(GoldQuestion(str(i), "name", "谁？", ()) for i in range(count))
    positions = [int(q.id) for q in GoldSet("gold", questions).sample(size).questions]
    assert len(positions) == min(size, count)
    assert positions[0] == 0
    gaps = {later - earlier for earlier, later in pairwise(positions)}
    assert all(gap > 0 for gap in gaps)
    assert not gaps or max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize(
    ("name", "articles", "types"),
    [
        ("cmrc2018_trial.json", 256, {"span": 1002}),
        ("drcd_dev.json", 1000, {"span": 3524}),
        ("squad2_zh_dev.json", 1204, {"span": 3991, "unanswerable": 5945}),
        ("cail2019_dev.json", 999, {"span": 4126, "yes-no": 685, "unanswerable": 1189}),
    ],
)
def test_the_public_sets_are_read_whole(name: str, articles: int, types: dict[str, int]) -> None:
    if not (BENCH / name).exists():
        pytest.skip("the public development sets are not here")
    gold = read_gold(BENCH / name)
    assert len(gold.articles) == articles
    assert Counter(question.type for question in gold.questions) == types
    known = {article.article_id for article in gold.articles}
    assert len(known) == articles
    assert {question.article_id for question in gold.questions} <= known
